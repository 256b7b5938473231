"""Several real processes over one database: one dies, falls asleep or is stopped, and another goes on."""

from __future__ import annotations

import asyncio
import json
import signal
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from time import monotonic
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from bot.domain.missed_runs import MissedPolicy, WhenMissed
from bot.domain.recurrence import Every, Recurrence
from bot.domain.round_choices import RoundChoices
from bot.domain.schedules import SchedulePlan
from bot.services import schedules
from bot.services.schedules import Limits
from bot.storage.database import Database
from bot.storage.tables import AnswerRow, RoundRow
from tests.process.sharded import Member, ShardedStandIn, environ_of
from tests.process.standin import Payload, standin
from tests.process.test_kill import TEACHER, buttons, texts, until, write_course

pytestmark = pytest.mark.timeout(300)
TAKEN_OVER_WITHIN = 30.0
LEARNERS = range(100, 106)


@pytest.fixture
def backend() -> str:
    return "postgresql"


def address(database: Database) -> str:
    return database.url.render_as_string(hide_password=False)


@asynccontextmanager
async def three(database: Database, folder: Path) -> AsyncIterator[tuple[ShardedStandIn, list[Member]]]:
    """Three processes, each with its shard, and all connected."""
    course = write_course(folder / "letters")
    async with standin(ShardedStandIn()) as world:
        assert isinstance(world, ShardedStandIn)
        members = [
            Member(world, folder, f"member-{index}", address(database), **environ_of(index, course))
            for index in range(3)
        ]
        try:
            await asyncio.gather(*(member.start() for member in members))
            await until(lambda: all(world.heard_by(shard) == 1 for shard in range(3)), 90)
            await until(lambda: all("Connected as" in member.log() for member in members))
            assert world.refused_sessions, "they began one after another, and nothing was tried"
            yield world, members
        finally:
            for member in members:
                await member.be_gone()


async def start_round(world: ShardedStandIn, shard: int, questions: int = 2, seconds: int = 8) -> None:
    preview = await world.command_in(
        shard, TEACHER, "quiz", "start", course="letters", questions=questions, seconds=seconds, pause=3
    )
    (start,) = buttons(preview.data, "start")
    await world.click_in(shard, TEACHER, start)


async def question(world: ShardedStandIn, shard: int, number: int) -> Payload:
    """The card of a question, once it can be answered."""
    return await until(
        lambda: next(
            (
                post
                for post in world.posts_in(shard)
                if buttons(post, "a") and f"Question {number} of" in texts(post)
            ),
            None,
        ),
        60,
    )


async def answer(world: ShardedStandIn, shard: int, card: Payload) -> set[tuple[int, int]]:
    """Answers by all learners at once; gives question and learner of each receipt."""
    names = buttons(card, "a")
    replies = await asyncio.gather(
        *(world.click_in(shard, who, names[who % len(names)], card) for who in LEARNERS)
    )
    number = int(names[0].split(":")[1])
    return {(number, who) for who, reply in zip(LEARNERS, replies, strict=True) if "Saved" in reply.content}


async def schedule_a_round_for_now(address: str, world: ShardedStandIn) -> None:
    """A daily round of one question in the first server, whose time has just come."""
    made_at = datetime.now(UTC) - timedelta(minutes=10)
    due_at = datetime.now(UTC)
    plan = SchedulePlan(
        name="Letters",
        channel_id=world.channel_of(0),
        choices=RoundChoices(course="letters", questions=1, limit_seconds=5, pause_seconds=3),
        recurrence=Recurrence(Every.DAILY, time(due_at.hour, due_at.minute), ZoneInfo("UTC"), made_at.date()),
        missed=MissedPolicy(WhenMissed.RUN_LATE, timedelta(minutes=15)),
    )
    database, limits = Database(address), Limits(25)
    try:
        drafted = await schedules.draft(
            database,
            plan,
            guild_id=world.guilds[0],
            owner_id=TEACHER,
            replaces=None,
            limits=limits,
            now=made_at,
        )
        await schedules.confirm(
            database,
            drafted.id,
            guild_id=world.guilds[0],
            owner_id=TEACHER,
            limits=limits,
            now=made_at,
        )
    finally:
        await database.close()


async def kept(database: Database) -> Counter[tuple[int, int]]:
    async with database.read() as session:
        rows = await session.execute(select(AnswerRow.round_question_id, AnswerRow.learner_id))
        return Counter((question, learner) for question, learner in rows)


async def states(database: Database) -> list[str]:
    async with database.read() as session:
        return list(await session.scalars(select(RoundRow.state)))


def is_over(world: ShardedStandIn, shard: int) -> bool:
    return any(buttons(post, "rev") for post in world.posts_in(shard))


async def assert_nothing_is_lost_or_twice(
    world: ShardedStandIn, database: Database, receipts: set[tuple[int, int]], posts: int
) -> None:
    found = await kept(database)
    assert not receipts - found.keys()
    assert max(found.values()) == 1
    for shard in range(3):
        assert len(world.posts_in(shard)) == posts, [texts(post)[:60] for post in world.posts_in(shard)]
    assert not world.unknown


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSTOP], ids=["killed", "paused"])
async def test_the_rounds_of_a_process_that_is_gone_are_gone_on_with_by_another(
    database: Database, tmp_path: Path, how: signal.Signals
) -> None:
    async with three(database, tmp_path) as (world, members):
        for shard in range(3):
            await start_round(world, shard)
        cards = [await question(world, shard, 1) for shard in range(3)]
        receipts = set()
        for shard, card in enumerate(cards):
            receipts |= await answer(world, shard, card)
        assert len(receipts) == 3 * len(LEARNERS)
        members[0].tell(how)
        gone_at = monotonic()
        # The close and the reveal of its question are due soon; another process does both, and asks the next.
        await until(lambda: "right answer" in texts(world.messages[int(cards[0]["id"])]), 60)
        assert monotonic() - gone_at < TAKEN_OVER_WITHIN
        card = await question(world, 0, 2)
        heirs = [member for member in members[1:] if "Holding the shards 0" in member.log()]
        assert len(heirs) == 1
        if how is signal.SIGSTOP:
            # It is back, and hears the same clicks.
            members[0].tell(signal.SIGCONT)
            await until(lambda: "Leaving shard 0" in members[0].log())
        receipts |= await answer(world, 0, card)
        assert len(receipts) >= 4 * len(LEARNERS)
        await until(lambda: all(is_over(world, shard) for shard in range(3)), 90)
        await assert_nothing_is_lost_or_twice(world, database, receipts, posts=4)
        if how is signal.SIGKILL:
            await members[0].ended()
            await members[0].start()
        # Its own process has its shard back, now that no round runs.
        await until(lambda: members[0].log().count("Connected as") == 2, 60)
        await until(lambda: world.heard_by(0) == 1)
        await start_round(world, 0, questions=1)
        await answer(world, 0, await question(world, 0, 1))
        assert "Giving the shards 0 of 3 back" in heirs[0].log()
        for member in members:
            member.tell(signal.SIGTERM)
        assert [await member.ended() for member in members] == [0, 0, 0]
        assert all("Traceback" not in member.log() for member in members)


async def test_a_process_that_is_started_again_has_its_shard_and_one_that_is_not_is_replaced(
    database: Database, tmp_path: Path
) -> None:
    async with three(database, tmp_path) as (world, members):
        members[2].tell(signal.SIGTERM)
        assert await members[2].ended() == 0
        await members[2].start()
        # Either it was there again before another took the shard, or it was given it back.
        await until(lambda: members[2].log().count("Connected as") == 2, 90)
        await until(lambda: all(world.heard_by(shard) == 1 for shard in range(3)))
        # One that stays away is replaced.
        members[2].tell(signal.SIGTERM)
        assert await members[2].ended() == 0
        stopped_at = monotonic()
        await until(lambda: world.heard_by(2) == 1, 60)
        assert monotonic() - stopped_at < TAKEN_OVER_WITHIN


async def test_a_second_process_on_one_sqlite_file_stands_by_and_goes_on(
    database_file: Path, tmp_path: Path
) -> None:
    course = write_course(tmp_path / "letters")
    async with standin(ShardedStandIn(shards=1)) as world:
        assert isinstance(world, ShardedStandIn)
        first, second = (
            Member(
                world,
                tmp_path,
                name,
                f"sqlite:///{database_file}",
                FOOTNOTE_COURSES=str(course),
                FOOTNOTE_HEALTH_FILE=str(tmp_path / f"{name}.json"),
            )
            for name in ("first", "second")
        )
        try:
            await first.start()
            await until(lambda: "Connected as" in first.log(), 60)
            await second.start()
            await until(lambda: "Waiting as a standby for the shards 0 of 1" in second.log(), 60)
            health = await until(
                lambda: (
                    (found := json.loads((tmp_path / "second.json").read_text()))["gateway"] == "standby"
                    and found
                ),
                60,
            )
            assert (health["status"], health["shards_held"]) == ("ok", [])
            assert world.heard_by(0) == 1
            await start_round(world, 0, questions=1)
            card = await question(world, 0, 1)
            receipts = await answer(world, 0, card)
            # Of this the first process knows nothing: whoever has the shard next finds it, and begins it once.
            await schedule_a_round_for_now(f"sqlite+aiosqlite:///{database_file}", world)
            first.tell(signal.SIGKILL)
            killed_at = monotonic()
            await until(lambda: is_over(world, 0), 60)
            # On the same machine it is seen that the other is gone.
            assert monotonic() - killed_at < TAKEN_OVER_WITHIN
            # It waits until its channel is free.
            await until(lambda: len([post for post in world.posts_in(0) if buttons(post, "rev")]) == 2, 60)
            second.tell(signal.SIGTERM)
            assert await second.ended() == 0
        finally:
            await first.be_gone()
            await second.be_gone()
    database = Database(f"sqlite+aiosqlite:///{database_file}")
    found = await kept(database)
    assert set(found) == receipts
    assert len(world.posts_in(0)) == 6
    assert await states(database) == ["ended", "ended"]
    await database.close()


async def test_while_the_database_is_away_it_says_so_and_then_goes_on(
    database_file: Path, tmp_path: Path
) -> None:
    course = write_course(tmp_path / "letters")
    health = tmp_path / "health.json"
    async with standin(ShardedStandIn(shards=1)) as world:
        assert isinstance(world, ShardedStandIn)
        it = Member(
            world,
            tmp_path,
            "it",
            f"sqlite:///{database_file}",
            FOOTNOTE_COURSES=str(course),
            FOOTNOTE_HEALTH_FILE=str(health),
        )
        try:
            await it.start()
            await until(lambda: "Connected as" in it.log(), 60)
            await start_round(world, 0, questions=1, seconds=600)
            card = await question(world, 0, 1)
            name = buttons(card, "a")[0]
            with closing(sqlite3.connect(database_file, isolation_level=None)) as raw:
                raw.execute("BEGIN IMMEDIATE")
                await until(lambda: "nothing more is done for them" in it.log(), 60)
                refused = await world.click_in(0, LEARNERS[0], name, card)
                assert "try again in a few seconds" in refused.content
                told = await until(lambda: json.loads(health.read_text())["problems"], 60)
                assert "leases" in " ".join(told)
                raw.execute("ROLLBACK")
            await until(lambda: it.log().count("Holding the shards") == 2, 60)
            # From here on whoever clicks is asked to try again, or has a receipt: never is the question closed.
            replies = [await world.click_in(0, LEARNERS[0], name, card)]
            while "Saved" not in replies[-1].content:
                assert "try again in a few seconds" in replies[-1].content
                replies.append(await world.click_in(0, LEARNERS[0], name, card))
            receipts = {(int(name.split(":")[1]), LEARNERS[0])}
            assert world.heard_by(0) == 1
            it.tell(signal.SIGTERM)
            assert await it.ended() == 0
        finally:
            await it.be_gone()
    database = Database(f"sqlite+aiosqlite:///{database_file}")
    assert set(await kept(database)) == receipts
    await database.close()
