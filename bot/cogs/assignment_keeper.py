"""What assignments do by themselves: posted when they open, reminders, and the close. One clockwork, one step at a time.

The domain says what is next, a service records it, this posts it; a step that was begun and not recorded is simply the
next step again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Coroutine
from datetime import datetime
from typing import Any

import discord

from bot.cogs.clockwork import Clockwork
from bot.cogs.patience import TROUBLE, may_pass
from bot.cogs.posting import carries, find_own
from bot.cogs.servers import locale_of
from bot.domain.assignments import Assignment, AssignmentStep, AssignmentStepKind, next_step
from bot.domain.shards import Shards
from bot.services import assignment_steps, conducting, reviewing
from bot.services.assignment_steps import DueReminder
from bot.services.context import ServiceContext
from bot.storage.database import Database
from bot.ui import assignment_cards, ids, question_cards, round_cards
from bot.ui.i18n import speaking

log = logging.getLogger(__name__)

NO_MENTIONS = discord.AllowedMentions.none()


class AssignmentKeeper:
    """Does what is due for one assignment; everything it posts, it can be asked to post again."""

    def __init__(self, client: discord.Client, context: ServiceContext) -> None:
        self._client = client
        self._context = context
        self.clockwork = Clockwork(self.advance, context.clock, "Assignment")
        # Told the server in which explanations were released: what waited for that can be told now.
        self.on_release: Callable[[int], None] = lambda _guild_id: None
        context.ownership.subscribe(self.resume, self.drop)

    async def resume(self, shards: Shards) -> None:
        """Go on with every assignment in the shards' servers, as after a restart."""
        for assignment_id in await assignment_steps.busy_assignments(self._context.database, shards):
            self.clockwork.wake(assignment_id)

    def drop(self, shards: Shards) -> None:
        """Leave the assignments in the shards' servers: another process goes on with them."""
        self.clockwork.leave(shards)

    async def advance(self, assignment_id: int) -> datetime | None:
        """Take every step that is due now.

        Returns:
            When the next one is due, or None where the assignment rests for good.

        Raises:
            NotServedHere: it is another process's.
        """
        while (found := await assignment_steps.load(self._context.database, assignment_id)) is not None:
            assignment, progress = found
            self.clockwork.belongs(assignment_id, assignment.guild_id)
            self._context.ownership.require(assignment.guild_id)
            step = next_step(progress)
            if step is None:
                return None
            if step.due_at is not None and step.due_at > self._context.clock():
                return step.due_at
            with speaking(locale_of(self._client, assignment.guild_id)):
                await self._take(step, assignment)
        return None

    async def _take(self, step: AssignmentStep, assignment: Assignment) -> None:
        database, now = self._database(assignment), self._context.clock()
        match step.kind:
            case AssignmentStepKind.POST:
                await self._post(assignment)
            case AssignmentStepKind.SETTLE:
                await assignment_steps.settle(database, self._context.writer, assignment.id, now=now)
                self.on_release(assignment.guild_id)
            case AssignmentStepKind.REMIND:
                for reminder in await assignment_steps.due_reminders(database, assignment.id, now=now):
                    await self._remind(assignment, reminder)
            case AssignmentStepKind.CLOSE:
                await assignment_steps.close(database, self._context.writer, assignment.id, now=now)
                self.on_release(assignment.guild_id)
            case AssignmentStepKind.SHOW_CLOSE:
                await self._show_close(assignment)

    async def _post(self, assignment: Assignment) -> None:
        channel = self._channel(assignment)
        own = self._client.user
        assert own is not None
        try:
            # It may stand there already: posted by a process that died before it could record it.
            looked_for = carries(ids.make(ids.Act.DESK, assignment.id))
            message = await find_own(channel, own.id, looked_for, since=assignment.proposed_at)
            if message is None:
                card = assignment_cards.posted(assignment, topic=self._topic(assignment))
                message = await channel.send(view=card, nonce=f"assignment-{assignment.id}")
        except discord.HTTPException as error:
            if may_pass(error):
                raise
            log.warning("Assignment %s cannot be posted: %s", assignment.id, error)
            await assignment_steps.give_up(self._database(assignment), assignment.id)
            await self._tell(assignment.creator_id, assignment_cards.lost(assignment))
            return
        await assignment_steps.record_posted(self._database(assignment), assignment.id, message_id=message.id)

    async def refresh(self, assignment: Assignment) -> None:
        """Show an open assignment's new close on its message."""
        if assignment.message_id is None:
            return
        with speaking(locale_of(self._client, assignment.guild_id)):
            card = assignment_cards.posted(assignment, topic=self._topic(assignment))
        message = self._channel(assignment).get_partial_message(assignment.message_id)
        try:
            await message.edit(view=card, allowed_mentions=NO_MENTIONS)
        except TROUBLE as error:
            log.warning("Assignment %s: its message could not be changed: %s", assignment.id, error)

    async def _show_close(self, assignment: Assignment) -> None:
        if assignment.message_id is not None:
            card = assignment_cards.closed(assignment, topic=self._topic(assignment))
            message = self._channel(assignment).get_partial_message(assignment.message_id)
            await _unless_gone(message.edit(view=card, allowed_mentions=NO_MENTIONS), assignment.id)
        if assignment.is_live_round:
            await self._reveal_live_round(assignment)
        await assignment_steps.record_close_shown(self._database(assignment), assignment.id)

    async def _reveal_live_round(self, assignment: Assignment) -> None:
        """Put the keys on the cards of a round that stayed open, and the way to the review on its result."""
        record = await conducting.load_round(self._context.database, assignment.round_id)
        assert record is not None
        channel = self._channel(assignment)
        for asked in record.told_questions:
            if asked.message_id is None:
                continue
            card = question_cards.revealed_question(
                record,
                asked,
                await reviewing.question_outcome(self._context.database, asked),
                topic=self._context.topic_title(record, asked.question.topic),
                next_opens_at=None,
            )
            message = channel.get_partial_message(asked.message_id)
            await _unless_gone(message.edit(view=card, allowed_mentions=NO_MENTIONS), assignment.id)
        if record.result_id is not None:
            card = round_cards.result(await reviewing.round_result(self._context.database, record))
            message = channel.get_partial_message(record.result_id)
            await _unless_gone(message.edit(view=card, allowed_mentions=NO_MENTIONS), assignment.id)

    async def _remind(self, assignment: Assignment, reminder: DueReminder) -> None:
        told = assignment_cards.reminder(assignment, reminder.closes_at, has_begun=reminder.has_begun)
        await self._tell(reminder.learner_id, told, nonce=f"remind-{assignment.id}")
        await assignment_steps.record_reminded(
            self._database(assignment), assignment.id, reminder.learner_id, now=self._context.clock()
        )

    async def _tell(self, user_id: int, told: str, *, nonce: str | None = None) -> None:
        """Write to a person privately; whoever takes no messages is not told."""
        try:
            private = await self._client.create_dm(discord.Object(user_id))
            if nonce is None:
                await private.send(told)
            else:
                await private.send(told, nonce=nonce)
        except discord.HTTPException as error:
            if may_pass(error):
                raise
            log.info("Person %s could not be told: %s", user_id, error)

    def _channel(self, assignment: Assignment) -> discord.PartialMessageable:
        return self._client.get_partial_messageable(assignment.channel_id, guild_id=assignment.guild_id)

    def _database(self, assignment: Assignment) -> Database:
        return self._context.database_for(assignment.guild_id)

    def _topic(self, assignment: Assignment) -> str | None:
        return self._context.topic_name(assignment.course_key, assignment.topic)


async def _unless_gone(edit: Coroutine[Any, Any, object], assignment_id: int) -> None:
    """Wait for the edit of a message that may be gone, or out of reach for good."""
    try:
        await edit
    except discord.HTTPException as error:
        if may_pass(error):
            raise
        log.info("Assignment %s: its message cannot be changed: %s", assignment_id, error)
