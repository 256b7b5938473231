from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.domain.guilds import GuildSettings
from bot.domain.refusals import NotYourRound, ProposalGone, RoundRunning, UnknownTimezone
from bot.domain.rounds import EndReason, QuestionState, RoundState
from bot.domain.scoring import ScoringRule
from bot.domain.shards import ALL, Shards
from bot.domain.standings import Window
from bot.services import boards, conducting, guild_settings, proposing, reviewing
from bot.storage import standings
from bot.storage.database import Database
from tests.services.rounds import CHANNEL, GUILD, NOON, SECOND, TEACHER, Stage
from tests.services.test_answering import ADA, BEN, submit

CHEN = 103


def right(record, position: int = 0) -> int:  # type: ignore[no-untyped-def]
    return record.questions[position].option_order.index(0)


def wrong(record, position: int = 0) -> int:  # type: ignore[no-untyped-def]
    return record.questions[position].option_order.index(1)


async def played(database: Database) -> Stage:
    """One question: Ada and Ben right, Chen wrong."""
    stage = Stage(database)
    record = await stage.open(await stage.start())
    for learner, shown in ((ADA, right(record)), (BEN, right(record)), (CHEN, wrong(record))):
        await submit(stage, record, learner, shown=shown)
    await stage.close(record)
    return stage


async def standing_rows(database: Database) -> list[tuple[object, ...]]:
    async with database.read() as session:
        kept = await standings.as_kept(session, GUILD)
    return [(GUILD, *key, *sums) for key, sums in sorted(kept.items())]


async def test_everyone_who_is_right_scores_the_same(database: Database) -> None:
    stage = await played(database)
    board = await boards.board(
        database, stage.settings, Window.ALL_TIME, course=None, page=0, asker_id=BEN, now=NOON
    )
    assert [(place.learner_id, place.rank, place.points) for place in board.places] == [
        (ADA, 1, 1000),
        (BEN, 1, 1000),
        (CHEN, 3, 0),
    ]
    assert [place.learner_id for place in board.own] == [ADA, BEN, CHEN]


async def test_sooner_is_more_where_speed_is_scored(database: Database) -> None:
    stage = Stage(database)
    record = await stage.open(await stage.start(scoring=ScoringRule.SPEED))
    await submit(stage, record, ADA, shown=right(record), at=NOON + 10 * SECOND)
    await submit(stage, record, BEN, shown=right(record), at=NOON + 5 * SECOND)
    closed = await stage.close(record)
    outcome = await reviewing.question_outcome(database, closed.questions[0])
    assert [(answer.learner_id, answer.points) for answer in outcome.fastest] == [(BEN, 875), (ADA, 750)]


async def test_closing_twice_counts_once(database: Database) -> None:
    stage = Stage(database)
    record = await stage.open(await stage.start())
    await submit(stage, record, ADA, shown=right(record))
    await stage.close(record)
    once = await standing_rows(database)
    await stage.close(record)
    assert once == await standing_rows(database)
    assert len(once) == 10  # five windows, in the course and in all courses


async def test_standings_can_be_rebuilt_from_the_answers(database: Database) -> None:
    stage = await played(database)
    kept = await standing_rows(database)
    async with database.write() as session:
        await standings.rebuild(session, GUILD, stage.settings.zone)
    assert await standing_rows(database) == kept


async def test_a_new_time_zone_makes_the_boards_of_days_anew(database: Database) -> None:
    stage = Stage(database)
    record = await stage.open(await stage.start(), at=NOON + timedelta(hours=5))
    await submit(stage, record, ADA, shown=right(record), at=NOON + timedelta(hours=5))
    await stage.close(record)
    settings = await guild_settings.set_timezone(database, GUILD, "asia/shanghai", default_timezone="UTC")
    assert settings.zone == ZoneInfo("Asia/Shanghai")
    for now, learners in ((NOON, 0), (NOON + timedelta(hours=5), 1)):
        board = await boards.board(
            database, settings, Window.TODAY, course="rivers", page=0, asker_id=BEN, now=now
        )
        assert board.learners == learners


async def test_an_unknown_time_zone_is_refused_with_near_names(database: Database) -> None:
    for asked in ("Shangai", "shanghai", "Asia/Shangha"):
        with pytest.raises(UnknownTimezone) as refused:
            await guild_settings.set_timezone(database, GUILD, asked, default_timezone="UTC")
        assert "Asia/Shanghai" in refused.value.near


async def test_who_has_left_is_hidden_and_counted_again_on_return(database: Database) -> None:
    stage = await played(database)
    await boards.note_departures(database, GUILD, [ADA], now=NOON)

    async def places(asker: int) -> list[tuple[int, int]]:
        board = await boards.board(
            database, stage.settings, Window.ALL_TIME, course=None, page=0, asker_id=asker, now=NOON
        )
        return [(place.learner_id, place.rank) for place in board.places]

    assert await places(BEN) == [(BEN, 1), (CHEN, 2)]
    assert await places(ADA) == [(ADA, 1), (BEN, 1), (CHEN, 3)]


async def test_boards_have_pages_of_ten_and_ranks_that_go_on(database: Database) -> None:
    stage = Stage(database)
    record = await stage.open(await stage.start())
    for learner in range(200, 225):
        shown = right(record) if learner < 212 else wrong(record)
        await submit(stage, record, learner, shown=shown)
    await stage.close(record)
    board = await boards.board(
        database, stage.settings, Window.ALL_TIME, course=None, page=1, asker_id=214, now=NOON
    )
    assert (board.page, board.pages, board.learners) == (1, 3, 25)
    assert [place.rank for place in board.places] == [1, 1, 13, 13, 13, 13, 13, 13, 13, 13]
    assert [place.learner_id for place in board.own] == [212, 213, 214, 215, 216]


async def test_a_channel_has_one_running_round(database: Database) -> None:
    stage = Stage(database)
    first, second = await stage.propose(), await stage.propose(seed=8)
    await proposing.start_round(database, first.id, starter_id=TEACHER, now=NOON)
    with pytest.raises(RoundRunning):
        await proposing.start_round(database, second.id, starter_id=TEACHER, now=NOON)
    with pytest.raises(RoundRunning):
        await stage.propose()
    other = await stage.start(channel_id=CHANNEL + 1)
    assert other.state is RoundState.RUNNING


async def test_a_preview_is_confirmed_once_by_its_starter_and_in_time(database: Database) -> None:
    stage = Stage(database)
    record = await stage.propose()
    with pytest.raises(NotYourRound):
        await proposing.start_round(database, record.id, starter_id=ADA, now=NOON)
    with pytest.raises(ProposalGone):
        await proposing.start_round(database, record.id, starter_id=TEACHER, now=NOON + timedelta(minutes=16))
    await proposing.start_round(database, record.id, starter_id=TEACHER, now=NOON)
    with pytest.raises(ProposalGone):
        await proposing.start_round(database, record.id, starter_id=TEACHER, now=NOON)


async def test_old_previews_are_tidied_away(database: Database) -> None:
    stage = Stage(database)
    record = await stage.propose()

    async def state_after(minutes: int) -> RoundState:
        await stage.propose(at=NOON + timedelta(minutes=minutes))
        found = await conducting.load_round(database, record.id)
        assert found is not None
        return found.state

    assert await state_after(14) is RoundState.PROPOSED
    assert await state_after(16) is RoundState.CANCELLED


async def test_stopping_closes_the_open_question_and_skips_the_rest(database: Database) -> None:
    stage = Stage(database)
    record = await stage.open(await stage.start())
    await submit(stage, record, ADA, shown=right(record))
    stopped = await conducting.stop_round(database, stage.live, record.id, now=NOON + 3 * SECOND)
    assert [asked.state for asked in stopped.questions] == [QuestionState.OPEN, *[QuestionState.SKIPPED] * 2]
    assert stopped.questions[0].closes_at == NOON + 3 * SECOND
    closed = await stage.close(stopped, at=NOON + 3 * SECOND)
    assert closed.end_reason is EndReason.STOPPED
    assert closed.questions[0].answered == 1


async def test_a_round_that_was_abandoned_keeps_its_points(database: Database) -> None:
    stage = Stage(database)
    record = await stage.open(await stage.start())
    await submit(stage, record, ADA, shown=right(record))
    ended = await conducting.abandon_round(
        database,
        stage.live,
        stage.writer,
        record.id,
        EndReason.CHANNEL_GONE,
        now=NOON + 3 * SECOND,
        default_timezone="UTC",
    )
    assert ended is not None
    assert (ended.state, ended.end_reason) == (RoundState.ENDED, EndReason.CHANNEL_GONE)
    board = await boards.board(
        database, GuildSettings(GUILD), Window.ALL_TIME, course=None, page=0, asker_id=ADA, now=NOON
    )
    assert [place.points for place in board.places] == [1000]


async def test_a_question_that_was_posted_late_gets_its_whole_time(database: Database) -> None:
    stage = Stage(database)
    record = await conducting.open_question(database, stage.live, await stage.start(), 0, now=NOON)
    late = NOON + 9 * SECOND
    record = await conducting.record_posted(database, stage.live, record, 0, message_id=1, posted_at=late)
    assert record.questions[0].closes_at == late + 20 * SECOND
    assert (await submit(stage, record, ADA, at=NOON + 25 * SECOND)).closes_at == late + 20 * SECOND


async def test_a_stored_seed_draws_the_same_round_again(database: Database) -> None:
    stage = Stage(database)
    first, second = await stage.propose(seed=11), await stage.propose(seed=11)
    third = await stage.propose(seed=12)
    assert [(asked.question.id, asked.option_order) for asked in first.questions] == [
        (asked.question.id, asked.option_order) for asked in second.questions
    ]
    assert first.seed == 11
    assert [asked.question.id for asked in third.questions] != [
        asked.question.id for asked in first.questions
    ]


async def test_only_rounds_in_the_shards_servers_are_gone_on_with(database: Database) -> None:
    stage = Stage(database)
    guilds = [(number << 22) + 5 for number in range(6)]
    numbers = []
    for guild_id in guilds:
        stage.settings = GuildSettings(guild_id)
        record = await stage.start(channel_id=guild_id + 1)
        numbers.append(record.id)
    for shards in (Shards.of(3, [0]), Shards.of(3, [1, 2]), Shards.of(4, [3]), ALL):
        found = [record.id for record in await conducting.running_rounds(database, shards)]
        expected = zip(guilds, numbers, strict=True)
        assert found == [number for guild_id, number in expected if shards.have(guild_id)]
