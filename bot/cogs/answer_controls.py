"""Answering: buttons, menus, forms, and items tapped in order; every way ends in one call and one receipt."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import TYPE_CHECKING, cast

from bot.cogs import replies
from bot.cogs.access import Interaction, guild_id_of
from bot.cogs.conductor import Conductor
from bot.domain.question_types.rules import Submission
from bot.services import answering, attempting
from bot.services.context import ServiceContext
from bot.services.live import LiveQuestion
from bot.ui import answer_notes, attempt_cards, controls, round_cards
from bot.ui.ids import Act, Pressed

if TYPE_CHECKING:
    from discord.types.interactions import (
        ModalSubmitInteractionData,
        SelectMessageComponentInteractionData,
    )

Handler = Callable[[Interaction, Pressed], Awaitable[None]]


class AnswerControls:
    """The handlers of everything with which a question is answered."""

    def __init__(self, context: ServiceContext, conductor: Conductor) -> None:
        self._context = context
        self._conductor = conductor
        self.handlers: Mapping[Act, Handler] = {
            Act.ANSWER: self._button,
            Act.ANSWER_SELECT: self._menu,
            Act.TYPE: self._open_form,
            Act.TYPED: self._form,
            Act.ORDER: self._tap,
            Act.MATCH: self._open_match_form,
            Act.MATCHED: self._match_form,
        }

    async def _button(self, interaction: Interaction, pressed: Pressed) -> None:
        await self._submit(interaction, pressed, Submission((pressed.number(1),)))

    async def _menu(self, interaction: Interaction, pressed: Pressed) -> None:
        data = cast("SelectMessageComponentInteractionData", interaction.data)
        await self._submit(interaction, pressed, Submission(tuple(int(value) for value in data["values"])))

    async def _open_form(self, interaction: Interaction, pressed: Pressed) -> None:
        live = await self._answerable(interaction, pressed)
        await interaction.response.send_modal(controls.answer_form(live.round_question_id, live.question))

    async def _form(self, interaction: Interaction, pressed: Pressed) -> None:
        (typed,) = form_values(interaction) or [""]
        await self._submit(interaction, pressed, Submission(text=typed))

    async def _open_match_form(self, interaction: Interaction, pressed: Pressed) -> None:
        live = await self._answerable(interaction, pressed)
        form = controls.match_form(live.round_question_id, live.question, live.option_order)
        await interaction.response.send_modal(form)

    async def _match_form(self, interaction: Interaction, pressed: Pressed) -> None:
        await self._submit(
            interaction, pressed, Submission(tuple(int(value) for value in form_values(interaction)))
        )

    async def _tap(self, interaction: Interaction, pressed: Pressed) -> None:
        """One more item tapped: the taps so far stand in the button's own name."""
        live = await self._answerable(interaction, pressed)
        at_own_pace = self._is_at_own_pace(interaction, pressed)
        taps = tuple(int(digit) for digit in pressed.parts[1]) if len(pressed.parts) > 1 else ()
        items = [live.question.options[position].text for position in live.option_order]
        left = [shown for shown in range(len(items)) if shown not in taps]
        if len(left) > 1:
            stem = live.question.stem if at_own_pace else None
            card = controls.order_card(live.round_question_id, items, taps, stem=stem)
            if at_own_pace or len(pressed.parts) > 1:
                await interaction.response.edit_message(view=card)
            else:
                await replies.show(interaction, card)
            return
        # The last item has only one place left.
        given = Submission((*taps, *left))
        if at_own_pace:
            await self._submit_attempt(interaction, pressed, given)
            return
        receipt = await self._keep(interaction, pressed, given)
        await interaction.response.edit_message(view=round_cards.note(receipt))

    async def _answerable(self, interaction: Interaction, pressed: Pressed) -> LiveQuestion:
        if self._is_at_own_pace(interaction, pressed):
            return await attempting.answerable(
                self._context.database,
                pressed.number(0),
                guild_id=guild_id_of(interaction),
                learner_id=interaction.user.id,
                made_at=interaction.created_at,
            )
        return answering.answerable(
            self._context.live,
            round_question_id=pressed.number(0),
            guild_id=guild_id_of(interaction),
            learner_id=interaction.user.id,
            made_at=interaction.created_at,
        )

    def _is_at_own_pace(self, interaction: Interaction, pressed: Pressed) -> bool:
        """Whether a question belongs to an attempt: those are asked privately, and are not held in memory."""
        return self._context.live.find(pressed.number(0)) is None and replies.is_private(interaction.message)

    async def _submit(self, interaction: Interaction, pressed: Pressed, given: Submission) -> None:
        if self._is_at_own_pace(interaction, pressed):
            await self._submit_attempt(interaction, pressed, given)
        else:
            await replies.say(interaction, await self._keep(interaction, pressed, given))

    async def _submit_attempt(self, interaction: Interaction, pressed: Pressed, given: Submission) -> None:
        """Keep an answer of an attempt; the receipt stands on the card of what comes next."""
        guild_id = guild_id_of(interaction)
        receipt, following = await attempting.submit(
            self._context.database_for(guild_id),
            self._context.writer,
            round_question_id=pressed.number(0),
            guild_id=guild_id,
            learner_id=interaction.user.id,
            given=given,
            made_at=interaction.created_at,
        )
        topic = self._context.topic_name(following.record.course_key, following.topic)
        card = attempt_cards.page(following, topic=topic, receipt=receipt)
        await interaction.response.edit_message(view=card)

    async def _keep(self, interaction: Interaction, pressed: Pressed, given: Submission) -> str:
        receipt = await answering.submit_answer(
            self._context.live,
            self._context.writer,
            round_question_id=pressed.number(0),
            guild_id=guild_id_of(interaction),
            learner_id=interaction.user.id,
            given=given,
            made_at=interaction.created_at,
        )
        self._conductor.counts.answered(receipt.round_question_id)
        return answer_notes.receipt(receipt)


def form_values(interaction: Interaction) -> list[str]:
    """What stands in the fields of a form that was sent, in the fields' order."""
    data = cast("ModalSubmitInteractionData", interaction.data)
    return list(_walk(cast("list[dict[str, object]]", data["components"])))


def _walk(components: list[dict[str, object]]) -> Iterator[str]:
    for component in components:
        if "value" in component:
            yield str(component["value"])
        elif "values" in component:
            yield from cast("list[str]", component["values"])
        elif "component" in component:
            yield from _walk([cast("dict[str, object]", component["component"])])
        elif "components" in component:
            yield from _walk(cast("list[dict[str, object]]", component["components"]))
