"""One process, one stand-in, and a school that plays rounds in several channels while a case hurts them."""

from __future__ import annotations

import asyncio
import signal
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing, nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from time import monotonic

from tests.faults.program import Program
from tests.faults.verdict import violations
from tests.faults.world import HurtWorld
from tests.process.standin import CHANNEL, Payload, standin
from tests.process.test_kill import buttons

TEACHER, FIRST_LEARNER = 11, 100
QUESTION_SECONDS, PAUSE_SECONDS = 5, 3
SECONDS_FOR_A_ROUND = 150.0
LONGEST_CASE = 400.0


@dataclass
class Arena:
    """What a case has at hand."""

    world: HurtWorld
    program: Program
    random: Random
    channels: tuple[int, ...]
    learners: int
    questions: int
    # Set by the case when no further rounds are to be begun.
    enough: asyncio.Event = field(default_factory=asyncio.Event)
    # Channels in which none is to be begun any more.
    closed: set[int] = field(default_factory=set)
    counts: Counter[str] = field(default_factory=Counter)
    found: list[str] = field(default_factory=list)

    def hurt(self, what: str) -> None:
        """Count a fault."""
        self.counts[what] += 1

    def states(self, column: str = "state") -> list[str]:
        """How the rounds stand, in the order in which they were proposed."""
        if not self.program.file.exists():
            return []
        with closing(sqlite3.connect(f"file:{self.program.file}?mode=ro", uri=True, timeout=30)) as raw:
            try:
                query = f"SELECT {column} FROM rounds WHERE state IN ('running', 'ended') ORDER BY id"  # noqa: S608
                return [str(value) for (value,) in raw.execute(query)]
            except sqlite3.OperationalError:
                return []

    def one_of(self, where: int) -> Arena:
        """The same, with one channel alone."""
        return replace(self, channels=(where,))

    async def question(self, where: int, number: int) -> Payload:
        """Wait until the ``number``-th question of a channel (from 1) stands there."""
        while len(self.world.asked(where)) < number:
            await asyncio.sleep(0.01)
        return self.world.asked(where)[number - 1]

    async def until_quiet(self) -> None:
        """Wait until no round runs any more."""
        async with asyncio.timeout(SECONDS_FOR_A_ROUND):
            while not (states := self.states()) or set(states) != {"ended"}:
                await asyncio.sleep(0.2)

    async def teach(self, where: int) -> None:
        """Begin a round in a channel, and a further one whenever one has ended and it is not enough yet."""
        while True:
            before = len(self.world.results(where))
            if not await self._begin(where):
                if self._is_enough(where) and not self.world.asked(where):
                    raise RuntimeError("no round could be begun")
                if self._is_enough(where):
                    return
                await asyncio.sleep(1.0)
                continue
            while len(self.world.results(where)) == before and not self._is_enough(where):
                await asyncio.sleep(0.1)
            if self._is_enough(where):
                return

    def _is_enough(self, where: int) -> bool:
        return self.enough.is_set() or where in self.closed

    async def _begin(self, where: int) -> bool:
        try:
            preview = await self.world.command(
                TEACHER,
                "quiz",
                "start",
                where=where,
                course="letters",
                questions=self.questions,
                seconds=QUESTION_SECONDS,
                pause=PAUSE_SECONDS,
            )
            names = buttons(preview.data, "start")
            if not names:
                return False  # one runs there already
            await self.world.click(TEACHER, names[0], self.world._message({"flags": 64}, where=where))
        except (TimeoutError, StopIteration, ConnectionError):
            return False
        return True

    async def learn(self) -> None:
        """Learners answer every question that they see, at moments of their own, and again if nothing came back."""
        seen: set[str] = set()
        async with asyncio.TaskGroup() as class_:
            while True:
                for where in self.channels:
                    for card in self.world.cards(where)[-1:]:
                        if card["id"] not in seen:
                            seen.add(card["id"])
                            for who in range(FIRST_LEARNER, FIRST_LEARNER + self.learners):
                                class_.create_task(self._answer(who, card))
                await asyncio.sleep(0.02)

    async def _answer(self, who: int, card: Payload) -> None:
        name = self.random.choice(buttons(card, "a"))
        closes_at = monotonic() + QUESTION_SECONDS
        await asyncio.sleep(self.random.uniform(0.0, QUESTION_SECONDS))
        if self.random.random() < 0.2:
            # A double click: the second one on another option, as impatient people do.
            other = self.random.choice(buttons(card, "a") or [name])
            await asyncio.gather(self.world.press(who, name, card), self.world.press(who, other, card))
            return
        for _ in range(6):
            if not buttons(card, "a") or monotonic() > closes_at + 1:
                return
            answered = await self.world.press(who, name, card)
            if answered is not None and "could not be saved" not in answered.content:
                return
            await asyncio.sleep(self.random.uniform(0.1, 1.0))


def _nothing_around(_folder: Path) -> AbstractAsyncContextManager[None]:
    return nullcontext()


@dataclass(frozen=True, slots=True)
class Case:
    """A kind of fault, and how it is done while rounds are played."""

    kind: str
    hurt: Callable[[Arena], Awaitable[None]]
    # What the log has to say, each at least once.
    says: tuple[str, ...] = ()
    # The traces that are expected in the log, by a part of their text; others are violations.
    traces: tuple[str, ...] = ()
    channels: tuple[int, ...] = (CHANNEL,)
    ends: tuple[str, ...] = ("completed",)
    questions: int = 3
    learners: int = 16
    answers: str = "final"
    # What is built around the folder of the database, as long as the case lasts.
    around: Callable[[Path], AbstractAsyncContextManager[None]] = _nothing_around


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a case."""

    case: Case
    seed: str
    faults: Counter[str]
    clicks: int
    receipts: int
    rounds: int
    seconds: float
    violations: tuple[str, ...]


def _data(folder: Path) -> Path:
    data = folder / "data"
    data.mkdir(exist_ok=True)
    return data


@asynccontextmanager
async def arena(case: Case, folder: Path, seed: str) -> AsyncIterator[Arena]:
    """A process that is connected, and nobody there yet."""
    folder.mkdir(parents=True, exist_ok=True)
    world = HurtWorld(channels=case.channels)
    async with case.around(_data(folder)), standin(world, world.weather):
        program = Program(world, folder)
        there = Arena(world, program, Random(seed), case.channels, case.learners, case.questions)
        try:
            await program.start()
            if case.answers != "final":
                await world.command(TEACHER, "settings", "answers", policy=case.answers)
            yield there
        finally:
            if program.is_running:
                await program.kill()


async def play(case: Case, folder: Path, seed: str) -> Outcome:
    """Play a case to its end, and count what is owed."""
    began = monotonic()
    async with arena(case, folder, seed) as there:
        try:
            await _play(case, there)
        except Exception as error:  # noqa: BLE001 - whatever it was, it belongs into the report
            there.found.append(f"the case broke off: {type(error).__name__}: {error}")
        if there.program.is_running and await there.program.kill(signal.SIGTERM) != 0:
            there.found.append("the process did not stop in good order")
        there.found.extend(await violations(there, case))
        return Outcome(
            case,
            seed,
            there.counts,
            there.world.clicks,
            len(there.world.promises),
            len(there.states()),
            monotonic() - began,
            tuple(there.found),
        )


def together(kind: str, *cases: Case, questions: int = 3) -> Case:
    """Several cases at once, each in a channel of its own, in one process."""
    channels = tuple(CHANNEL + number for number in range(len(cases)))

    async def hurt(there: Arena) -> None:
        await asyncio.gather(
            *(case.hurt(there.one_of(where)) for case, where in zip(cases, channels, strict=True))
        )

    return Case(
        kind,
        hurt,
        says=tuple(words for case in cases for words in case.says),
        traces=tuple(words for case in cases for words in case.traces),
        channels=channels,
        ends=tuple({reason for case in cases for reason in case.ends}),
        questions=questions,
    )


async def _play(case: Case, there: Arena) -> None:
    school = [asyncio.create_task(there.teach(where)) for where in case.channels]
    school.append(asyncio.create_task(there.learn()))
    hurting = asyncio.create_task(case.hurt(there))
    try:
        # Whoever ends first by an error of his own ends it all.
        async with asyncio.timeout(LONGEST_CASE):
            left = {hurting, *school}
            while not hurting.done():
                ended, left = await asyncio.wait(left, return_when=asyncio.FIRST_COMPLETED)
                for task in ended:
                    task.result()
        there.enough.set()
        await asyncio.wait_for(asyncio.gather(*school[:-1]), SECONDS_FOR_A_ROUND)
        await there.until_quiet()
    finally:
        for task in (hurting, *school):
            task.cancel()
        await asyncio.gather(hurting, *school, return_exceptions=True)
