"""What an instructor presses on the private cards of `/assignment`: confirm, cancel, close, leave open."""

from __future__ import annotations

from collections.abc import Mapping

from bot.cogs import access
from bot.cogs.access import Interaction
from bot.cogs.answer_controls import Handler
from bot.cogs.assignment_keeper import AssignmentKeeper
from bot.services import assigning
from bot.services.context import ServiceContext
from bot.ui import assignment_cards, round_cards
from bot.ui.ids import Act, Pressed


class AssignmentDesk:
    """The handlers of an instructor's buttons; the right to press them is asked for at each click."""

    def __init__(self, context: ServiceContext, keeper: AssignmentKeeper) -> None:
        self._context = context
        self._keeper = keeper
        self.handlers: Mapping[Act, Handler] = {
            Act.ASSIGN: self._confirm,
            Act.ASSIGN_NOT: self._cancel,
            Act.ASSIGN_CLOSE: self._close,
            Act.ASSIGN_KEEP: self._leave_open,
        }

    async def _confirm(self, interaction: Interaction, pressed: Pressed) -> None:
        guild_id, now = await access.instructors_guild(interaction, self._context), self._context.clock()
        confirmed = await assigning.confirm_assignment(
            self._context.database_for(guild_id),
            pressed.number(0),
            guild_id=guild_id,
            creator_id=interaction.user.id,
            now=now,
        )
        # First the assignment, then the reply: a reply that fails must not leave one that nobody posts.
        self._keeper.clockwork.wake(confirmed.id)
        told = assignment_cards.confirmed(confirmed, now=now)
        await interaction.response.edit_message(view=round_cards.note(told))

    async def _cancel(self, interaction: Interaction, pressed: Pressed) -> None:
        guild_id = await access.instructors_guild(interaction, self._context)
        await assigning.cancel_assignment(
            self._context.database_for(guild_id),
            pressed.number(0),
            guild_id=guild_id,
            creator_id=interaction.user.id,
            now=self._context.clock(),
        )
        await interaction.response.edit_message(view=round_cards.note(assignment_cards.cancelled()))

    async def _close(self, interaction: Interaction, pressed: Pressed) -> None:
        guild_id = await access.instructors_guild(interaction, self._context)
        closed = await assigning.close_assignment(
            self._context.database_for(guild_id),
            pressed.number(0),
            guild_id=guild_id,
            now=self._context.clock(),
        )
        self._keeper.clockwork.wake(closed.id)
        await interaction.response.edit_message(view=round_cards.note(assignment_cards.is_closed(closed)))

    async def _leave_open(self, interaction: Interaction, _pressed: Pressed) -> None:
        await interaction.response.edit_message(view=round_cards.note(assignment_cards.left_open()))
