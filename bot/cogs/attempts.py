"""What a learner presses on an assignment and in an attempt; answering itself is in `answer_controls`."""

from __future__ import annotations

from collections.abc import Mapping

from discord import ui
from discord.utils import format_dt

from bot.cogs import replies
from bot.cogs.access import Interaction, guild_id_of
from bot.cogs.answer_controls import Handler
from bot.cogs.assignment_keeper import AssignmentKeeper
from bot.services import attempting, learner_desk, reminding
from bot.services.attempt_seats import AttemptPage
from bot.services.context import ServiceContext
from bot.ui import attempt_cards, ids
from bot.ui.ids import Act, Pressed


class Attempts:
    """The handlers of everything that a learner presses in an assignment, but for the answers."""

    def __init__(self, context: ServiceContext, keeper: AssignmentKeeper) -> None:
        self._context = context
        self._keeper = keeper
        self.handlers: Mapping[ids.Act, Handler] = {
            Act.DESK: self._desk,
            Act.BEGIN: self._begin,
            Act.PAGE: self._page,
            Act.HAND_IN: self._hand_in,
            Act.REMIND: self._remind,
        }

    async def _desk(self, interaction: Interaction, pressed: Pressed) -> None:
        await self._show_desk(interaction, pressed.number(0))

    async def _begin(self, interaction: Interaction, pressed: Pressed) -> None:
        guild_id = guild_id_of(interaction)
        shown = await attempting.begin(
            self._context.database_for(guild_id),
            pressed.number(0),
            guild_id=guild_id,
            learner_id=interaction.user.id,
            made_at=interaction.created_at,
        )
        # Its end is due work now.
        self._keeper.clockwork.wake(shown.assignment.id)
        await replies.put(interaction, self._card(shown))

    async def _page(self, interaction: Interaction, pressed: Pressed) -> None:
        guild_id = guild_id_of(interaction)
        shown = await attempting.page(
            self._context.database_for(guild_id),
            pressed.number(0),
            pressed.number(1),
            guild_id=guild_id,
            learner_id=interaction.user.id,
            now=interaction.created_at,
        )
        await replies.put(interaction, self._card(shown))

    async def _hand_in(self, interaction: Interaction, pressed: Pressed) -> None:
        guild_id = guild_id_of(interaction)
        assignment_id = await attempting.hand_in(
            self._context.database_for(guild_id),
            self._context.writer,
            pressed.number(0),
            guild_id=guild_id,
            learner_id=interaction.user.id,
            made_at=interaction.created_at,
            now=self._context.clock(),
        )
        self._keeper.clockwork.wake(assignment_id)
        self._keeper.on_release(guild_id)
        await self._show_desk(interaction, assignment_id)

    async def _remind(self, interaction: Interaction, pressed: Pressed) -> None:
        guild_id = guild_id_of(interaction)
        moment = await reminding.switch_reminder(
            self._context.database_for(guild_id),
            pressed.number(0),
            guild_id=guild_id,
            learner_id=interaction.user.id,
            now=self._context.clock(),
        )
        self._keeper.clockwork.wake(pressed.number(0))
        if moment is None:
            await replies.say(interaction, attempt_cards.reminder_off())
        else:
            await replies.say(interaction, attempt_cards.reminder_set(format_dt(moment, "R")))

    def _card(self, shown: AttemptPage) -> ui.LayoutView:
        topic = self._context.topic_name(shown.record.course_key, shown.topic)
        return attempt_cards.page(shown, topic=topic)

    async def _show_desk(self, interaction: Interaction, assignment_id: int) -> None:
        guild_id = guild_id_of(interaction)
        shown = await learner_desk.desk(
            self._context.database_for(guild_id),
            self._context.writer,
            assignment_id,
            guild_id=guild_id,
            learner_id=interaction.user.id,
            now=self._context.clock(),
        )
        await replies.put(interaction, attempt_cards.desk(shown))
