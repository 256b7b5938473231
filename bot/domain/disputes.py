"""A learner's case against a mark, and what is told to those whose marks a ruling changed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from bot.domain.item_stats import Outcome
from bot.domain.question_types.short_text import fold
from bot.domain.questions import Question, Response
from bot.domain.round_records import AnswerRecord, AskedQuestion
from bot.domain.rulings import Ruling
from bot.values import dataclass

LONGEST_CASE = 800


@dataclass(frozen=True, slots=True)
class Dispute:
    """A learner's case against the mark of one answer; ``ruling_id`` is None while it waits for a ruling.

    ``question_id`` is the version of the question; ``card_*`` say where instructors have its card.
    """

    id: int
    guild_id: int
    question_id: int
    round_question_id: int
    learner_id: int
    case: str
    opened_at: datetime
    ruling_id: int | None
    card_channel_id: int | None
    card_message_id: int | None

    @property
    def is_open(self) -> bool:
        """Whether it waits for a ruling."""
        return self.ruling_id is None


@dataclass(frozen=True, slots=True)
class VersionName:
    """Which version of which question of which course; ``stem`` is what people know it by."""

    course_key: str
    course_title: str
    key: str
    version: int
    stem: str


@dataclass(frozen=True, slots=True)
class Counted:
    """How many learners' counting answers to a version are the same one."""

    response: Response
    fraction: float
    count: int


@dataclass(frozen=True, slots=True)
class Passage:
    """The words of a quotation as they stand in the document, with those before and after it in its paragraph."""

    before: str
    quote: str
    after: str


@dataclass(frozen=True, slots=True)
class DisputeFile:
    """Everything that an instructor needs to rule on a dispute.

    ``outcome`` sums up every answer to the version on this server. ``others`` are further open disputes of the same
    version, ``same`` those of them whose learners answered the same. ``ruling`` is the one that settled it;
    ``in_force`` are all that hold for the version now, oldest first.
    """

    dispute: Dispute
    name: VersionName
    asked: AskedQuestion
    answer: AnswerRecord
    outcome: Outcome
    others: int
    same: int
    ruling: Ruling | None
    in_force: tuple[Ruling, ...]


class NoticeState(StrEnum):
    """What became of telling a learner; SHELVED ones could not be sent, and are shown when he reviews."""

    WAITING = "waiting"
    SENT = "sent"
    SHELVED = "shelved"
    SHOWN = "shown"


@dataclass(frozen=True, slots=True)
class MarkNotice:
    """What a ruling, or its undoing, did to one learner's points, and what he is to be told of it.

    ``question`` is the version as it stands without rulings; ``is_dispute`` where he has disputed it himself.
    """

    id: int
    guild_id: int
    learner_id: int
    ruling: Ruling
    is_undoing: bool
    before: int
    after: int
    made_at: datetime
    question: Question
    course_title: str
    is_dispute: bool


def is_same_answer(one: Response, other: Response) -> bool:
    """Whether two learners answered the same; of typed words, whatever their case and accents."""
    if one.text or other.text:
        return (fold(one.text) or one.text) == (fold(other.text) or other.text)
    return one.chosen == other.chosen


def outcome_of(order: tuple[int, ...], counted: Sequence[Counted]) -> Outcome:
    """The outcome of all answers to a version, in the order in which one round showed its options."""
    refused: dict[str, tuple[str, int]] = {}
    for each in sorted(counted, key=lambda each: -each.count):
        if each.response.text and each.fraction < 1.0:
            folded = fold(each.response.text) or each.response.text
            first, so_far = refused.get(folded, (each.response.text, 0))
            refused[folded] = (first, so_far + each.count)
    return Outcome(
        answered=sum(each.count for each in counted),
        right=sum(each.count for each in counted if each.fraction >= 1.0),
        counts=tuple(
            sum(each.count for each in counted if position in each.response.choices) for position in order
        ),
        fastest=(),
        partly=sum(each.count for each in counted if 0.0 < each.fraction < 1.0),
        refused=tuple(sorted(refused.values(), key=lambda pair: -pair[1])),
    )
