"""The buttons below what `/bank` shows, and the form in which learners report a mistake."""

from __future__ import annotations

from collections.abc import Mapping

from bot.cogs import access, replies
from bot.cogs.access import Interaction, guild_id_of
from bot.cogs.answer_controls import Handler, form_values
from bot.services import question_desk, reviewing
from bot.services.context import ServiceContext
from bot.ui import bank_cards, ids
from bot.ui.ids import Act, Pressed


class BankControls:
    """The handlers of pages, reports and their settling."""

    def __init__(self, context: ServiceContext) -> None:
        self._context = context
        self.handlers: Mapping[Act, Handler] = {
            Act.BANK_PAGE: self._page,
            Act.REPORT: self._open_form,
            Act.REPORTED: self._form,
            Act.REPORTS: self._reports,
            Act.SETTLE: self._settle,
        }

    async def _page(self, interaction: Interaction, pressed: Pressed) -> None:
        guild_id = await access.instructors_guild(interaction, self._context)
        course, number, words = ids.parse_bank_search(pressed)
        page = await question_desk.search(
            self._context.database, self._context.courses, guild_id, words, course=course, page=number
        )
        await interaction.response.edit_message(view=bank_cards.found(page))

    async def _open_form(self, interaction: Interaction, pressed: Pressed) -> None:
        asked, _answer = await reviewing.explain(
            self._context.database,
            pressed.number(0),
            guild_id=guild_id_of(interaction),
            learner_id=interaction.user.id,
        )
        await interaction.response.send_modal(bank_cards.report_form(asked.id, asked.question))

    async def _form(self, interaction: Interaction, pressed: Pressed) -> None:
        (problem,) = form_values(interaction) or [""]
        await question_desk.report_asked(
            self._context.database,
            guild_id_of(interaction),
            pressed.number(0),
            reporter_id=interaction.user.id,
            problem=problem,
            now=self._context.clock(),
        )
        await replies.say(interaction, bank_cards.reported())

    async def _reports(self, interaction: Interaction, pressed: Pressed) -> None:
        guild_id = await access.instructors_guild(interaction, self._context)
        await self._show_report(interaction, guild_id, pressed.number(0))

    async def _settle(self, interaction: Interaction, pressed: Pressed) -> None:
        guild_id = await access.instructors_guild(interaction, self._context)
        await question_desk.settle(
            self._context.database,
            guild_id,
            pressed.number(0),
            by=interaction.user.id,
            now=self._context.clock(),
        )
        await self._show_report(interaction, guild_id, pressed.number(1))

    async def _show_report(self, interaction: Interaction, guild_id: int, number: int) -> None:
        page = await question_desk.waiting_report(self._context.database, guild_id, number)
        await interaction.response.edit_message(view=bank_cards.report(page))
