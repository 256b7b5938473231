"""The buttons of `/schedule`: Confirm, Cancel, Delete, Keep. Who presses is checked anew at every click."""

from __future__ import annotations

from collections.abc import Mapping

from bot.cogs.access import Interaction
from bot.cogs.answer_controls import Handler
from bot.cogs.schedule_desk import ScheduleDesk
from bot.cogs.scheduler import Scheduler
from bot.domain.schedule_refusals import DraftGone
from bot.domain.schedules import coming_run
from bot.services import schedules
from bot.services.context import ServiceContext
from bot.ui import schedule_cards
from bot.ui.ids import Act, Pressed


class ScheduleButtons:
    """The handlers of what stands under previews and questions about schedules."""

    def __init__(self, context: ServiceContext, scheduler: Scheduler) -> None:
        self._context = context
        self._scheduler = scheduler
        self._desk = ScheduleDesk(context)
        self.handlers: Mapping[Act, Handler] = {
            Act.SCHEDULE_CONFIRM: self._confirm,
            Act.SCHEDULE_CANCEL: self._cancel,
            Act.SCHEDULE_DELETE: self._delete,
            Act.SCHEDULE_KEEP: self._keep,
        }

    async def _confirm(self, interaction: Interaction, pressed: Pressed) -> None:
        settings = await self._desk.allowed(interaction)
        drafted = await schedules.load(self._context.database, pressed.number(0))
        if drafted is None or drafted.guild_id != settings.guild_id:
            raise DraftGone
        await self._desk.require_place(interaction, drafted.plan)
        confirmed = await schedules.confirm(
            self._context.database,
            drafted.id,
            guild_id=settings.guild_id,
            owner_id=interaction.user.id,
            limits=self._desk.limits,
            now=self._context.clock(),
        )
        self._scheduler.clockwork.wake(confirmed.id)
        await interaction.response.edit_message(
            view=schedule_cards.confirmed(confirmed, coming_run(confirmed))
        )

    async def _cancel(self, interaction: Interaction, pressed: Pressed) -> None:
        settings = await self._desk.allowed(interaction)
        await schedules.cancel_draft(
            self._context.database,
            pressed.number(0),
            guild_id=settings.guild_id,
            owner_id=interaction.user.id,
            now=self._context.clock(),
        )
        await interaction.response.edit_message(view=schedule_cards.cancelled())

    async def _delete(self, interaction: Interaction, pressed: Pressed) -> None:
        settings = await self._desk.allowed(interaction)
        deleted = await schedules.delete(
            self._context.database, pressed.number(0), guild_id=settings.guild_id
        )
        self._scheduler.clockwork.wake(deleted.id)
        await interaction.response.edit_message(view=schedule_cards.deleted(deleted))

    async def _keep(self, interaction: Interaction, _pressed: Pressed) -> None:
        await interaction.response.edit_message(view=schedule_cards.kept())
