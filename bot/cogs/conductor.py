"""A running round, step by step: the domain says what is next, a service records it, this posts it."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime

import discord
from discord import ui

from bot.cogs.answer_count import AnswerCounts
from bot.cogs.clockwork import Clockwork
from bot.cogs.patience import TROUBLE, ask, may_pass
from bot.cogs.posting import carries, find_own, says
from bot.cogs.servers import locale_of
from bot.domain.round_records import AskedQuestion, RoundRecord
from bot.domain.rounds import EndReason, QuestionState, Step, StepKind, next_step
from bot.domain.shards import Shards
from bot.services import conducting, reviewing
from bot.services.context import ServiceContext
from bot.storage.database import Database
from bot.ui import errors, ids, question_cards, round_cards
from bot.ui.i18n import speaking
from bot.ui.text import plain, shorten

log = logging.getLogger(__name__)

UNKNOWN_CHANNEL = 10003
UNKNOWN_MESSAGE = 10008
THREAD_EXISTS = 160004
MISSING_ACCESS = 50001
THREAD_NAME_LENGTH = 100
# discord.py adds the client's own default to what is sent, but not to an edit without content.
NO_MENTIONS = discord.AllowedMentions.none()
# A close waits for an edit of the count that is under way, and a class waits for the close.
COUNT_SECONDS = 8.0
# A search may leaf through a chatty channel, twenty requests long.
SEARCH_SECONDS = 60.0


class Conductor:
    """Does what is due for one round; everything it posts, it can be asked to post again."""

    def __init__(self, client: discord.Client, context: ServiceContext) -> None:
        self._client = client
        self._context = context
        self.clockwork = Clockwork(self.advance, context.clock)
        self.counts = AnswerCounts(self._show_count)
        self._fresh: set[int] = set()
        # Told the assignment by which a round stays open for those who were absent.
        self.on_stays_open: Callable[[int], None] = lambda _assignment_id: None
        # Told of every round that is over, whose place is free again.
        self.when_over: list[Callable[[RoundRecord], Awaitable[None]]] = []
        context.ownership.subscribe(self.resume, self.drop)

    async def resume(self, shards: Shards) -> None:
        """Go on with every round in the shards' servers that the database says is running, as after a restart."""
        await conducting.load_live(self._context.database, self._context.live, shards)
        for record in await conducting.running_rounds(self._context.database, shards):
            self.clockwork.wake(record.id)

    def drop(self, shards: Shards) -> None:
        """Leave the rounds in the shards' servers where they stand: another process goes on with them."""
        for round_question_id in self._context.live.dismiss_shards(shards):
            self.counts.drop(round_question_id)
        self._fresh.difference_update(self.clockwork.leave(shards))

    def begin(self, round_id: int) -> None:
        """Play a round that was started just now: nothing of it can have been posted before."""
        self._fresh.add(round_id)
        self.clockwork.wake(round_id)

    async def advance(self, round_id: int) -> datetime | None:
        """Take every step that is due now.

        Returns:
            When the next one is due, or None where the round is over.

        Raises:
            NotServedHere: it is another process's.
        """
        record = await conducting.load_round(self._context.database, round_id)
        while record is not None and (step := next_step(record.progress)) is not None:
            self.clockwork.belongs(round_id, record.guild_id)
            self._context.ownership.require(record.guild_id)
            if step.due_at is not None and step.due_at > self._context.clock():
                return step.due_at
            with speaking(locale_of(self._client, record.guild_id)):
                try:
                    await self._take(step, record)
                except discord.HTTPException as error:
                    reason = self._why_ended(record, error)
                    if reason is None:
                        raise
                    log.warning("Round %s cannot go on: %s", round_id, error)
                    await self.abandon(round_id, reason, missing=_missing_permissions(step, record, error))
                    return None
            record = await conducting.load_round(self._context.database, round_id)
        if record is not None:
            await self._tell_over(record)
        return None

    async def _tell_over(self, record: RoundRecord) -> None:
        for told in self.when_over:
            await told(record)

    async def abandon(
        self,
        round_id: int,
        reason: EndReason,
        *,
        channel_name: str | None = None,
        missing: tuple[str, ...] = (),
    ) -> None:
        """End a round that can be shown nowhere any more, and tell its starter.

        Args:
            round_id: the round.
            reason: why it ends.
            channel_name: what its channel was called, where it is gone.
            missing: the permissions that it would have needed, where that is why.
        """
        running = await conducting.load_round(self._context.database, round_id)
        if running is None or not self._context.ownership.owns(running.guild_id):
            return
        record = await conducting.abandon_round(
            self._context.database_for(running.guild_id),
            self._context.live,
            self._context.writer,
            round_id,
            reason,
            now=self._context.clock(),
            default_timezone=self._context.default_timezone,
        )
        if record is None:
            return
        log.warning("Round %s in channel %s has ended early: %s", round_id, record.place_id, reason.value)
        for asked in record.questions:
            await self.counts.forget(asked.id)
        await self._tell_over(record)
        with speaking(locale_of(self._client, record.guild_id)):
            told = errors.round_ended(
                reason,
                course=record.course_title,
                channel=f"#{plain(channel_name)}" if channel_name else self._channel_label(record),
                missing=missing,
            )
        try:
            private = await ask(self._client.create_dm(discord.Object(record.starter_id)))
            await ask(private.send(told))
        except TROUBLE as error:
            log.info("Starter %s of round %s could not be told: %s", record.starter_id, round_id, error)

    async def _take(self, step: Step, record: RoundRecord) -> None:
        match step.kind:
            case StepKind.ANNOUNCE:
                await self._announce(record)
            case StepKind.OPEN | StepKind.POST:
                await self._post_question(record, _position(step), look_for_it=step.kind is StepKind.POST)
            case StepKind.CLOSE:
                await self._close(record, _position(step))
            case StepKind.REVEAL:
                await self._reveal(record, _position(step))
            case StepKind.END:
                assert step.end_reason is not None
                await conducting.end_round(self._database(record), record.id, step.end_reason)
            case StepKind.POST_RESULT:
                await self._post_result(record)

    async def _announce(self, record: RoundRecord) -> None:
        topic = None if record.topic is None else self._context.topic_title(record, record.topic)
        card = round_cards.announcement(record, topic=topic)
        channel = self._client.get_partial_messageable(record.channel_id, guild_id=record.guild_id)
        message = None
        if record.id not in self._fresh:
            message = await self._find(channel, says(card), since=record.started_at)
        self._fresh.discard(record.id)
        if message is None:
            message = await self._send(channel, card, f"announce-{record.id}")
        thread_id = await self._thread(message, record) if record.in_thread else None
        await conducting.record_announcement(
            self._database(record), record.id, announcement_id=message.id, thread_id=thread_id
        )

    async def _thread(self, message: discord.Message, record: RoundRecord) -> int:
        try:
            thread = await ask(
                message.create_thread(
                    name=shorten(record.course_title, THREAD_NAME_LENGTH), auto_archive_duration=1440
                )
            )
        except discord.HTTPException as error:
            if error.code != THREAD_EXISTS:
                raise
            # A thread has the id of the message that it was made from.
            return message.id
        return thread.id

    async def _post_question(self, record: RoundRecord, position: int, *, look_for_it: bool) -> None:
        asked = record.question_at(position)
        channel = self._place(record)
        message = None
        if look_for_it:
            names = [ids.make(act, asked.id) for act in ids.ANSWERING]
            message = await self._find(channel, carries(*names), since=asked.opens_at)
        if message is None:
            record = await conducting.open_question(
                self._database(record), self._context.live, record, position, now=self._context.clock()
            )
            if record.open_question is None:
                return  # stopped or abandoned in the meantime
            if record.end_reason is not None:
                # Stopped when its message was gone: what was answered counts, and the reveal is posted anew.
                await self._close(record, position)
                return
            card = self._open_card(record, record.question_at(position), answered=self._answered(asked.id))
            message = await self._send(channel, card, f"ask-{asked.id}-{_stamp(record, position)}")
        before = record.question_at(position).closes_at
        record = await conducting.record_posted(
            self._database(record),
            self._context.live,
            record,
            position,
            message_id=message.id,
            posted_at=message.created_at,
        )
        asked = record.question_at(position)
        if asked.state is QuestionState.OPEN and asked.closes_at != before:
            await self._show_count(asked.id)

    async def _close(self, record: RoundRecord, position: int) -> None:
        await self.counts.forget(record.question_at(position).id)
        await conducting.close_question(
            self._database(record),
            self._context.live,
            self._context.writer,
            record,
            position,
            now=self._context.clock(),
            default_timezone=self._context.default_timezone,
        )

    async def _reveal(self, record: RoundRecord, position: int) -> None:
        record = await conducting.leave_time_to_read(
            self._database(record), record, position, now=self._context.clock()
        )
        asked = record.question_at(position)
        card = await self._revealed_card(record, asked)
        message_id = await self._edit_or_send(record, asked, card)
        await conducting.record_revealed(self._database(record), record, position, message_id=message_id)

    async def _revealed_card(self, record: RoundRecord, asked: AskedQuestion) -> ui.LayoutView:
        topic = self._context.topic_title(record, asked.question.topic)
        next_opens_at = conducting.next_opening(record, asked.position)
        if record.is_withheld:
            return question_cards.withheld_question(record, asked, topic=topic, next_opens_at=next_opens_at)
        return question_cards.revealed_question(
            record,
            asked,
            await reviewing.question_outcome(self._context.database, asked),
            topic=topic,
            next_opens_at=next_opens_at,
        )

    async def _edit_or_send(self, record: RoundRecord, asked: AskedQuestion, card: ui.LayoutView) -> int:
        channel = self._place(record)
        if asked.message_id is not None:
            try:
                posted = channel.get_partial_message(asked.message_id)
                await ask(posted.edit(view=card, allowed_mentions=NO_MENTIONS))
            except discord.NotFound as error:
                if error.code != UNKNOWN_MESSAGE:
                    raise
                log.info("Round %s: the message of question %s is gone; posting anew", record.id, asked.id)
            else:
                return asked.message_id
        is_button, is_text = carries(ids.make(ids.Act.WHY, asked.id)), says(card)
        message = await self._find(
            channel, lambda found: is_button(found) or is_text(found), since=asked.opens_at
        )
        if message is None:
            message = await self._send(channel, card, f"reveal-{asked.id}")
        return message.id

    async def _post_result(self, record: RoundRecord) -> None:
        channel = self._place(record)
        card = round_cards.result(await reviewing.round_result(self._context.database, record))
        is_button, is_text = carries(ids.make(ids.Act.REVIEW, record.id)), says(card)
        message = await self._find(
            channel, lambda found: is_button(found) or is_text(found), since=record.started_at
        )
        if message is None:
            message = await self._send(channel, card, f"result-{record.id}")
        assignment_id = await conducting.record_result(
            self._database(record), record.id, result_id=message.id, now=self._context.clock()
        )
        if assignment_id is not None:
            self.on_stays_open(assignment_id)

    async def _show_count(self, round_question_id: int) -> None:
        """Bring "how many have answered" up to date on an open card."""
        live = self._context.live.find(round_question_id)
        if live is None or live.message_id is None:
            return
        record = await conducting.load_round(self._context.database, live.round_id)
        if record is None or record.open_question is None or record.open_question.id != round_question_id:
            return
        with speaking(locale_of(self._client, record.guild_id)):
            card = self._open_card(record, record.open_question, answered=len(live.answers))
        message = self._place(record).get_partial_message(live.message_id)
        try:
            await ask(message.edit(view=card, allowed_mentions=NO_MENTIONS), COUNT_SECONDS)
        except discord.NotFound as error:
            if error.code == UNKNOWN_MESSAGE:
                log.info(
                    "Round %s: the message of question %s is gone; posting anew", record.id, round_question_id
                )
                await conducting.forget_post(self._database(record), round_question_id)
                self.clockwork.wake(live.round_id)
        except TROUBLE as error:
            log.warning("Question %s: its count could not be shown: %s", round_question_id, error)

    def _open_card(self, record: RoundRecord, asked: AskedQuestion, *, answered: int) -> ui.LayoutView:
        topic = self._context.topic_title(record, asked.question.topic)
        return question_cards.open_question(record, asked, topic=topic, answered=answered)

    def _answered(self, round_question_id: int) -> int:
        live = self._context.live.find(round_question_id)
        return 0 if live is None else len(live.answers)

    async def _find(
        self,
        channel: discord.abc.Messageable,
        is_it: Callable[[discord.Message], bool],
        *,
        since: datetime | None,
    ) -> discord.Message | None:
        assert self._client.user is not None
        if since is None:
            return None
        return await ask(find_own(channel, self._client.user.id, is_it, since=since), SEARCH_SECONDS)

    def _database(self, record: RoundRecord) -> Database:
        return self._context.database_for(record.guild_id)

    async def _send(
        self, channel: discord.abc.Messageable, card: ui.LayoutView, nonce: str
    ) -> discord.Message:
        dated = self._context.dated
        asked_at = None if dated is None else dated.elapsed()
        message = await ask(channel.send(view=card, nonce=nonce))
        if dated is not None and asked_at is not None:
            dated.seen(message.created_at, asked_at=asked_at)
        return message

    def _place(self, record: RoundRecord) -> discord.PartialMessageable:
        return self._client.get_partial_messageable(record.place_id, guild_id=record.guild_id)

    def _channel_label(self, record: RoundRecord) -> str:
        channel = self._client.get_channel(record.channel_id)
        return f"#{plain(str(channel))}" if channel is not None else f"<#{record.channel_id}>"

    def _why_ended(self, record: RoundRecord, error: discord.HTTPException) -> EndReason | None:
        """Why a round cannot go on after Discord's refusal, or None where it is worth another try."""
        if may_pass(error):
            return None
        if self._client.get_guild(record.guild_id) is None:
            return EndReason.REMOVED_FROM_SERVER
        if isinstance(error, discord.Forbidden):
            return EndReason.MISSING_PERMISSION
        return EndReason.CHANNEL_GONE if error.code == UNKNOWN_CHANNEL else EndReason.REFUSED_BY_DISCORD


def _position(step: Step) -> int:
    assert step.position is not None
    return step.position


def _missing_permissions(step: Step, record: RoundRecord, error: discord.HTTPException) -> tuple[str, ...]:
    """What the bot would have needed for a step that Discord forbade."""
    if error.code == MISSING_ACCESS:
        return ("view_channel",)
    if step.kind is StepKind.ANNOUNCE and record.in_thread:
        return ("send_messages", "create_public_threads")
    return ("send_messages_in_threads",) if record.thread_id is not None else ("send_messages",)


def _stamp(record: RoundRecord, position: int) -> int:
    """Tells a question's posts apart: one that is posted again has another opening."""
    opens_at = record.question_at(position).opens_at
    assert opens_at is not None
    return int(opens_at.timestamp())
