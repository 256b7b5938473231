"""A round under any interleaving of clicks, changes, closes, crashes and replays, with the real services on a real database."""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import select

from bot.domain.guilds import AnswerPolicy
from bot.domain.question_types.rules import Submission
from bot.domain.refusals import AlreadyAnswered, NoRoundRunning, QuestionClosed
from bot.domain.round_records import RoundRecord
from bot.domain.rounds import EndReason, QuestionState, RoundState, Step, StepKind, next_step
from bot.services import answering, conducting
from bot.services.live import LiveRounds
from bot.storage import standings
from bot.storage.answer_writer import AnswerWriter
from bot.storage.tables import AnswerRow
from tests import databases
from tests.services.rounds import GUILD, NOON, Stage

STATES = list(QuestionState)
LEARNERS = range(100, 104)
MOST_STEPS = 80


class Died(Exception):
    """The process dies here."""


class RoundMachine(RuleBasedStateMachine):
    """One round, a channel that keeps what was posted, and a process that may die between any two steps."""

    template: str | Path

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.house = AsyncExitStack()
        self.now: datetime = NOON
        self.posted: Counter[str] = Counter()
        self.deleted: Counter[str] = Counter()
        self.channel: set[str] = set()
        self.seen: dict[int, QuestionState] = {}
        self.receipts: Counter[tuple[int, int]] = Counter()
        self.last: tuple[int, int, int, datetime] | None = None
        self.recorded: Counter[int] = Counter()

    def do(self, work: Any) -> Any:
        return self.runner.run(work)

    @initialize(policy=st.sampled_from(AnswerPolicy), questions=st.integers(1, 4))
    def begin(self, policy: AnswerPolicy, questions: int) -> None:
        folder = Path(self.house.enter_context(TemporaryDirectory()))
        self.database = self.do(self.house.enter_async_context(databases.clone(self.template, folder)))
        self.stage = Stage(self.database, policy=policy)
        self.policy = policy
        self.round_id = self.do(self.stage.start(questions=questions)).id

    # What may happen, in any order.

    @rule(dies=st.sampled_from(["no", "no", "no", "before it posts", "before it records"]))
    def go_on(self, dies: str) -> None:
        """The conductor takes the next step, once it is due."""
        self.do(self._go_on(dies))

    @rule(
        learner=st.sampled_from(LEARNERS),
        shown=st.integers(0, 3),
        seconds=st.floats(-1.0, 30.0),
    )
    def click(self, learner: int, shown: int, seconds: float) -> None:
        """Somebody answers the open question, perhaps before or after its time."""
        record = self.record()
        asked = record.open_question
        if asked is None or asked.opens_at is None:
            return
        self.last = (asked.id, learner, shown, asked.opens_at + timedelta(seconds=seconds))
        self.do(self._click(*self.last))

    @rule()
    def replay(self) -> None:
        """The last click comes a second time."""
        if self.last is not None:
            self.do(self._click(*self.last))

    @rule(learners=st.lists(st.sampled_from(LEARNERS), min_size=2, max_size=6), shown=st.integers(0, 3))
    def click_together(self, learners: list[int], shown: int) -> None:
        """Several click at once, some of them twice; the question closes meanwhile."""
        record = self.record()
        asked = record.open_question
        if asked is not None and asked.opens_at is not None:
            self.do(self._together(asked.id, learners, shown, asked.opens_at + timedelta(seconds=1)))

    @rule()
    def die(self) -> None:
        """The process is killed, and started again."""
        self.do(self._start_again())

    @rule()
    def lose_the_message(self) -> None:
        """Somebody deletes the open question's message, and it is noticed."""
        asked = self.record().open_question
        if asked is not None and asked.message_id is not None:
            self.channel.discard(f"question {asked.id}")
            self.deleted[f"question {asked.id}"] += 1
            self.do(conducting.forget_post(self.database, asked.id))

    @rule(often=st.integers(0, 5))
    def stop(self, often: int) -> None:
        """Somebody stops the round; seldom, or nothing else would be seen."""
        if often:
            return
        try:
            self.do(conducting.stop_round(self.database, self.stage.live, self.round_id, now=self.now))
        except NoRoundRunning:
            assert self.record().end_reason is not None

    @rule(often=st.integers(0, 11))
    def lose_the_channel(self, often: int) -> None:
        """The channel is gone; seldom."""
        if not often:
            self.do(
                conducting.abandon_round(
                    self.database,
                    self.stage.live,
                    self.stage.writer,
                    self.round_id,
                    EndReason.CHANNEL_GONE,
                    now=self.now,
                    default_timezone="UTC",
                )
            )

    # What always holds.

    @invariant()
    def states_only_move_down(self) -> None:
        for asked in self.record().questions:
            assert STATES.index(asked.state) >= STATES.index(self.seen.get(asked.id, QuestionState.PENDING))
            self.seen[asked.id] = asked.state

    @invariant()
    def each_receipt_is_kept_once(self) -> None:
        kept = self.do(self._answers())
        assert len(kept) == len(set(kept))
        rows = Counter((question, learner) for question, learner, _ in kept)
        for key, receipts in self.receipts.items():
            assert rows[key] == receipts, key
        if self.policy is AnswerPolicy.FINAL:
            assert max(rows.values(), default=1) == 1

    @invariant()
    def the_boards_are_what_the_answers_say(self) -> None:
        assert self.do(self._boards()) == self.do(self._recomputed())

    @invariant()
    def nothing_is_posted_or_revealed_twice(self) -> None:
        assert all(times <= 1 + self.deleted[what] for what, times in self.posted.items()), self.posted
        assert all(times == 1 for times in self.recorded.values())

    def teardown(self) -> None:
        if hasattr(self, "stage"):
            for _ in range(MOST_STEPS):
                if self.record().state is RoundState.ENDED:
                    break
                self.go_on("no")
            assert self.record().state is RoundState.ENDED, "the round does not end"
            self.states_only_move_down()
            self.each_receipt_is_kept_once()
            self.the_boards_are_what_the_answers_say()
            self.nothing_is_posted_or_revealed_twice()
        self.do(self.house.aclose())
        self.runner.close()

    # How it is done: as the conductor does it, with a channel of our own.

    def record(self) -> RoundRecord:
        record = self.do(conducting.load_round(self.database, self.round_id))
        assert isinstance(record, RoundRecord)
        return record

    async def _go_on(self, dies: str) -> None:
        record = await conducting.load_round(self.database, self.round_id)
        assert record is not None
        step = next_step(record.progress)
        if step is None:
            return
        if step.due_at is not None:
            self.now = max(self.now, step.due_at)
        self.now += timedelta(milliseconds=10)
        try:
            await self._take(step, record, dies)
        except Died:
            await self._start_again()

    async def _take(self, step: Step, record: RoundRecord, dies: str) -> None:
        match step.kind:
            case StepKind.ANNOUNCE:
                self._post("announcement", dies)
                await conducting.record_announcement(
                    self.database, record.id, announcement_id=1, thread_id=None
                )
            case StepKind.OPEN | StepKind.POST:
                await self._ask(step, record, dies)
            case StepKind.CLOSE:
                assert step.position is not None
                await self.stage.close(record, step.position, at=self.now)
            case StepKind.REVEAL:
                assert step.position is not None
                asked = record.question_at(step.position)
                self._die_if(dies, "before it posts")
                self.channel.add(f"reveal {asked.id}")
                self._die_if(dies, "before it records")
                await conducting.record_revealed(self.database, record, step.position, message_id=asked.id)
                self.recorded[asked.id] += 1
            case StepKind.END:
                assert step.end_reason is not None
                await conducting.end_round(self.database, record.id, step.end_reason)
            case StepKind.POST_RESULT:
                self._post("result", dies)
                await conducting.record_result(self.database, record.id, result_id=2, now=self.now)

    async def _ask(self, step: Step, record: RoundRecord, dies: str) -> None:
        position = step.position
        assert position is not None
        asked = record.question_at(position)
        what = f"question {asked.id}"
        if not (step.kind is StepKind.POST and what in self.channel):
            record = await conducting.open_question(
                self.database, self.stage.live, record, position, now=self.now
            )
            if record.open_question is None:
                return
            if record.end_reason is not None:
                await self.stage.close(record, position, at=self.now)
                return
            self._post(what, dies)
        else:
            self._die_if(dies, "before it records")
        await conducting.record_posted(
            self.database, self.stage.live, record, position, message_id=asked.id, posted_at=self.now
        )

    def _post(self, what: str, dies: str) -> None:
        self._die_if(dies, "before it posts")
        if what not in self.channel:
            self.channel.add(what)
            self.posted[what] += 1
        self._die_if(dies, "before it records")

    @staticmethod
    def _die_if(dies: str, here: str) -> None:
        if dies == here:
            raise Died

    async def _start_again(self) -> None:
        self.stage.writer = AnswerWriter(self.database)
        self.stage.live = LiveRounds()
        await conducting.load_live(self.database, self.stage.live)

    async def _click(self, question: int, learner: int, shown: int, made_at: datetime) -> None:
        before = self.receipts[question, learner]
        try:
            await answering.submit_answer(
                self.stage.live,
                self.stage.writer,
                round_question_id=question,
                guild_id=GUILD,
                learner_id=learner,
                given=Submission((shown,)),
                made_at=made_at,
            )
        except QuestionClosed:
            return
        except AlreadyAnswered:
            assert before or self.receipts[question, learner], "refused as a second answer, and has no first"
            return
        self.receipts[question, learner] += 1

    async def _together(self, question: int, learners: list[int], shown: int, at: datetime) -> None:
        record = await conducting.load_round(self.database, self.round_id)
        assert record is not None
        asked = record.open_question
        clicks = [self._click(question, learner, shown, at) for learner in learners]
        if asked is None or asked.message_id is None:
            await asyncio.gather(*clicks)
            return
        self.now = max(self.now, asked.closes_at or self.now)
        await asyncio.gather(*clicks, self.stage.close(record, asked.position, at=self.now))

    async def _answers(self) -> list[tuple[int, int, int]]:
        async with self.database.read() as session:
            rows = await session.execute(
                select(AnswerRow.round_question_id, AnswerRow.learner_id, AnswerRow.revision)
            )
            return [(question, learner, revision) for question, learner, revision in rows]

    async def _boards(self) -> dict[tuple[int, str, int], list[int]]:
        async with self.database.read() as session:
            return await standings.as_kept(session, GUILD)

    async def _recomputed(self) -> dict[tuple[int, str, int], list[int]]:
        async with self.database.read() as session:
            return await standings.totals(session, GUILD, self.stage.settings.zone)


def test_any_interleaving_keeps_what_was_promised(template: str | Path) -> None:
    class Machine(RoundMachine):
        pass

    Machine.template = template
    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=12 if isinstance(template, Path) else 4,
            stateful_step_count=25,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
