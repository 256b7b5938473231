"""The real process, killed without warning in the middle of a round, and started again."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from pathlib import Path
from random import Random
from typing import Any

import pytest

from bot.domain.guilds import GuildSettings
from bot.storage import standings
from bot.storage.database import Database
from tests.process.standin import GUILD, StandIn, standin

# Three lives of a process each, on a machine that may be busy.
pytestmark = pytest.mark.timeout(300)
TEACHER, FIRST_LEARNER = 11, 100
# Every moment in a question's life: while it is announced, posted, answered, closed, revealed, and after.
MOMENTS = [0.0, 0.02, 0.1, 4.9, 5.27, 5.3, 6.5]


def write_course(folder: Path) -> Path:
    """A course of a few questions that are answered with one button each."""
    letters = "ABCDEF"
    files = {
        "course.yaml": "id: letters\ntitle: Letters\ntopics:\n  - {id: all, title: All}\n",
        "sources.yaml": "- {id: book, title: A Book, file: book.txt}\n",
        "facts/all.yaml": "".join(
            f"- id: fact-{letter.lower()}\n  statement: Box {letter} holds a stone.\n  kind: event-order\n"
            f"  evidence:\n    - {{source: book, quote: The box {letter} was opened by its keeper.}}\n"
            for letter in letters
        ),
        "questions/all.yaml": "".join(
            f"- id: box-{letter.lower()}\n  type: single_choice\n  facts: [fact-{letter.lower()}]\n"
            f"  stem: What lies in the box {letter}?\n  answer: A stone of colour {letter}\n  distractors:\n"
            + "".join(
                f"    - {{text: A {thing} of colour {letter}, why_wrong: There is none., refuted_by: fact-{letter.lower()}}}\n"
                for thing in ("shell", "feather", "coin")
            )
            + "  explanation: Stones keep.\n  difficulty: 1\n  cognitive: remember\n  tags: [all]\n  status: approved\n"
            for letter in letters
        ),
    }
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)
    return folder


class Program:
    """`footnote run` in a process of its own."""

    def __init__(self, world: StandIn, file: Path) -> None:
        self._world = world
        self._environ = {
            **os.environ,
            "DISCORD_TOKEN": "MTAwMQ.Gabcde.abcdefghijklmnopqrstuvwxyz0123456789AB",
            "DATABASE_URL": f"sqlite:///{file}",
            "FOOTNOTE_COURSES": str(write_course(file.parent / "letters")),
            "LOG_LEVEL": "INFO",
            "NO_PROXY": "*",
        }
        self._log = file.with_suffix(".log")
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "tests.process.launch",
                str(self._world.port),
                "run",
                env=self._environ,
                stderr=log,
            )
        await asyncio.wait_for(self._world.connected.wait(), 60)

    async def kill(self, how: signal.Signals = signal.SIGKILL) -> int:
        assert self._process is not None
        self._process.send_signal(how)
        code = await asyncio.wait_for(self._process.wait(), 10)
        await until(lambda: not self._world.connected.is_set())
        return code

    def log(self) -> str:
        return self._log.read_text()


@asynccontextmanager
async def running(tmp_path: Path) -> AsyncIterator[tuple[StandIn, Program, Path]]:
    file = tmp_path / "footnote.db"
    async with standin() as world:
        program = Program(world, file)
        await program.start()
        try:
            yield world, program, file
        finally:
            if world.connected.is_set():
                await program.kill()


async def until(is_so: Callable[[], Any], seconds: float = 45.0) -> Any:
    """Look every few milliseconds until it is so: what is waited for happens in another process."""
    for _ in range(int(seconds * 100)):
        found = is_so()
        if found:
            return found
        await asyncio.sleep(0.01)
    raise TimeoutError


def components(message: dict[str, Any]) -> list[dict[str, Any]]:
    found = []
    for component in message.get("components", []):
        found += [component, *components(component)]
    return found


def buttons(message: dict[str, Any], act: str) -> list[str]:
    names = [component.get("custom_id") or "" for component in components(message)]
    return [name for name in names if name.startswith(f"{act}:")]


def texts(message: dict[str, Any]) -> str:
    return "\n".join(component["content"] for component in components(message) if "content" in component)


async def start_round(world: StandIn, questions: int) -> None:
    preview = await world.command(
        TEACHER, "quiz", "start", course="letters", questions=questions, seconds=5, pause=3
    )
    (start,) = buttons(preview.data, "start")
    await world.click(TEACHER, start)


def open_card(world: StandIn) -> dict[str, Any] | None:
    cards = [message for message in world.posts if buttons(message, "a") or buttons(message, "m")]
    return cards[-1] if cards else None


async def answer(world: StandIn, card: dict[str, Any], learners: range) -> list[int]:
    """Answers by several at once; returns who got a receipt."""

    async def one(learner: int) -> int | None:
        names = buttons(card, "a")
        if not names:
            return None
        try:
            reply = await world.click(learner, names[learner % len(names)], card)
        except (TimeoutError, AssertionError, ConnectionError):
            return None  # the process died first
        return learner if "Saved" in reply.content else None

    return [who for who in await asyncio.gather(*map(one, learners)) if who is not None]


def kept(file: Path) -> list[tuple[int, int]]:
    with closing(sqlite3.connect(file)) as raw:
        return raw.execute("SELECT round_question_id, learner_id FROM answers").fetchall()


async def assert_standings_equal_the_answers(file: Path) -> None:
    def rows() -> list[tuple[object, ...]]:
        with closing(sqlite3.connect(file)) as raw:
            return raw.execute("SELECT * FROM standings ORDER BY 1, 2, 3, 4").fetchall()

    before = rows()
    database = Database(f"sqlite+aiosqlite:///{file}")
    async with database.write() as session:
        await standings.rebuild(session, GUILD, GuildSettings(GUILD).zone)
    await database.close()
    assert rows() == before


@pytest.mark.parametrize("seed", [1, 2])
async def test_a_process_killed_at_any_moment_goes_on_where_it_was(tmp_path: Path, seed: int) -> None:
    random = Random(seed)
    receipts: list[tuple[int, int]] = []
    async with running(tmp_path) as (world, program, file):
        await start_round(world, questions=3)
        for question in range(3):
            card = await until(
                lambda wanted=question: (
                    (found := open_card(world)) and f"Question {wanted + 1} of" in texts(found) and found
                )
            )
            name = (buttons(card, "a") or buttons(card, "m"))[0]
            number = int(name.split(":")[1])
            learners = range(FIRST_LEARNER, FIRST_LEARNER + 20)
            receipts += [(number, who) for who in await answer(world, card, learners)]
            await asyncio.sleep(random.choice(MOMENTS))
            await program.kill()
            await program.start()
        result = await until(lambda: next((post for post in world.posts if buttons(post, "rev")), None))
        assert "Result" in texts(result)
        await until(lambda: "ended" in states(file))
        assert await program.kill(signal.SIGTERM) == 0
    assert not set(receipts) - set(kept(file))
    assert max(Counter(kept(file)).values(), default=1) == 1
    posted = Counter(texts(post).split(" · ")[0].splitlines()[0] for post in world.posts)
    assert max(posted.values()) == 1, posted
    assert len(world.posts) == 5
    assert not world.unknown
    assert all("right answer" in texts(post) for post in world.posts[1:4])
    await assert_standings_equal_the_answers(file)


def states(file: Path) -> list[str]:
    with closing(sqlite3.connect(file)) as raw:
        return [state for (state,) in raw.execute("SELECT state FROM rounds")]


async def test_a_process_that_is_told_to_stop_stops_in_good_order(tmp_path: Path) -> None:
    async with running(tmp_path) as (world, program, _file):
        assert await program.kill(signal.SIGTERM) == 0
    assert "Traceback" not in program.log()
    assert not world.unknown
