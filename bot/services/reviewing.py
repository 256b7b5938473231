"""What is told after a question or a round: outcomes, results, and each learner's own review."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from bot.domain.item_stats import Outcome, outcome
from bot.domain.refusals import KeysWithheld, NoRoundYet, NotThisServer, NotYourAttempt, QuestionStillOpen
from bot.domain.round_records import AnswerRecord, AskedQuestion, RoundRecord
from bot.domain.rounds import QuestionState, RoundKind
from bot.domain.standings import ALL_COURSES, Standing, Window, period
from bot.storage import answers, board_pages, rounds
from bot.storage.database import Database
from bot.values import dataclass

_UTC = ZoneInfo("UTC")
_WHOLE_ROUND = 10_000
_SHOWN = (QuestionState.CLOSED, QuestionState.REVEALED)


@dataclass(frozen=True, slots=True)
class RoundResult:
    """How a round ended; ``hardest`` is the question with the lowest facility, if any was answered."""

    record: RoundRecord
    standings: tuple[Standing, ...]
    asked: int
    hardest: AskedQuestion | None
    hardest_outcome: Outcome | None


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """One question of a round as one learner sees it afterwards; pages count from 0."""

    record: RoundRecord
    asked: AskedQuestion
    answer: AnswerRecord | None
    page: int
    pages: int


async def question_outcome(database: Database, asked: AskedQuestion) -> Outcome:
    """How one question was answered."""
    async with database.read() as session:
        return outcome(asked, await answers.of_question(session, asked.id))


async def round_result(database: Database, record: RoundRecord) -> RoundResult:
    """The table of a round and its hardest question."""
    shown = [asked for asked in record.questions if asked.state in _SHOWN]
    async with database.read() as session:
        board = period(Window.ROUND, record.proposed_at, _UTC, round_id=record.id)
        places = await board_pages.page(
            session, record.guild_id, ALL_COURSES, board, offset=0, size=_WHOLE_ROUND
        )
        given = await answers.of_questions(session, [asked.id for asked in shown])
    outcomes = [(asked, outcome(asked, given[asked.id])) for asked in shown if given[asked.id]]
    hardest = min(outcomes, key=lambda pair: (pair[1].facility, pair[0].position), default=None)
    return RoundResult(
        record=record,
        standings=tuple(places),
        asked=len(shown),
        hardest=hardest[0] if hardest else None,
        hardest_outcome=hardest[1] if hardest else None,
    )


async def explain(
    database: Database, round_question_id: int, *, guild_id: int, learner_id: int
) -> tuple[AskedQuestion, AnswerRecord | None]:
    """A closed question and what this learner answered, for "Why was mine wrong?".

    Raises:
        NotThisServer: it was asked elsewhere, or nowhere.
        NotYourAttempt: it is a question of somebody else's attempt.
        KeysWithheld: no key of its round is told yet.
        QuestionStillOpen: its key is not told yet.
    """
    async with database.read() as session:
        round_id = await rounds.round_of_question(session, round_question_id)
        record = None if round_id is None else await rounds.get(session, round_id)
        if record is None or record.guild_id != guild_id:
            raise NotThisServer
        _require_own(record, learner_id)
        asked = next(asked for asked in record.questions if asked.id == round_question_id)
        if record.is_withheld:
            raise KeysWithheld
        if asked not in record.told_questions:
            raise QuestionStillOpen
        mine = await answers.of_learner(session, record.id, learner_id)
    return asked, mine.get(asked.id)


async def review_page(
    database: Database, round_id: int, page: int, *, guild_id: int, learner_id: int
) -> ReviewPage:
    """One page of a learner's review of a round: a question that was shown, his answer, the key.

    Raises:
        NotThisServer: the round was played elsewhere, or nowhere.
        NotYourAttempt: it is somebody else's attempt.
        KeysWithheld: none of its keys is told yet.
        NoRoundYet: none of its questions was shown.
    """
    async with database.read() as session:
        record = await rounds.get(session, round_id)
        if record is None or record.guild_id != guild_id:
            raise NotThisServer
        _require_own(record, learner_id)
        if record.is_withheld:
            raise KeysWithheld
        shown = record.told_questions
        if not shown:
            raise NoRoundYet
        mine = await answers.of_learner(session, round_id, learner_id)
    number = max(0, min(page, len(shown) - 1))
    asked = shown[number]
    return ReviewPage(record, asked, mine.get(asked.id), number, len(shown))


def _require_own(record: RoundRecord, learner_id: int) -> None:
    """An attempt is its learner's own business."""
    if record.kind is RoundKind.ATTEMPT and record.starter_id != learner_id:
        raise NotYourAttempt
