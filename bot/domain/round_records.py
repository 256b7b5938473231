"""A round as it is kept: what was asked, of whom, and how it stands."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.domain.guilds import AnswerPolicy
from bot.domain.question_types import QUESTION_TYPES
from bot.domain.question_types.rules import Control
from bot.domain.questions import Option, Question, Response
from bot.domain.rounds import (
    EndReason,
    QuestionProgress,
    QuestionState,
    RoundKind,
    RoundProgress,
    RoundState,
)
from bot.domain.scoring import ScoringRule
from bot.values import dataclass

_OVER = (QuestionState.CLOSED, QuestionState.REVEALED)

LETTERED = (Control.BUTTONS, Control.SELECT)


@dataclass(frozen=True, slots=True)
class ShownChoice:
    """What a learner answered, as he saw it: one text a part.

    ``positions`` are the places on the card, from 0, of the options that he chose; none where the answer was typed,
    ordered or matched.
    """

    positions: tuple[int, ...]
    texts: tuple[str, ...]


def shown_choice(question: Question, option_order: tuple[int, ...], response: Response) -> ShownChoice:
    """A response in the order in which the options were shown."""
    rules = QUESTION_TYPES[question.type]
    texts = rules.tell(question, option_order, response)
    if rules.control not in LETTERED:
        return ShownChoice((), texts)
    chosen = response.choices
    positions = tuple(shown for shown, position in enumerate(option_order) if position in chosen)
    return ShownChoice(positions, texts)


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question as one round asks it. Button i shows ``question.options[option_order[i]]``."""

    id: int
    position: int
    question: Question
    option_order: tuple[int, ...]
    state: QuestionState
    opens_at: datetime | None
    closes_at: datetime | None
    message_id: int | None
    answered: int

    @property
    def shown_options(self) -> tuple[Option, ...]:
        """The options in the order in which learners see them; those of a matching stand as in the file."""
        if self.question.matches:
            return self.question.options
        return tuple(self.question.options[position] for position in self.option_order)

    def choice(self, response: Response) -> ShownChoice:
        """A response as its learner saw it."""
        return shown_choice(self.question, self.option_order, response)


@dataclass(frozen=True, slots=True)
class RoundRecord:
    """A round and all its questions, in order.

    While ``is_withheld``, nobody is told its keys. ``stays_open_hours`` says how long after its end a live round
    can be taken by those who were absent. ``schedule_id`` is the schedule that began it, if one did, and
    ``planned_at`` the moment that it had for it.
    """

    id: int
    kind: RoundKind
    guild_id: int
    channel_id: int
    in_thread: bool
    thread_id: int | None
    starter_id: int
    course_row_id: int
    course_key: str
    course_title: str
    topic: str | None
    limit_seconds: int
    pause_seconds: int
    scoring: ScoringRule
    answer_policy: AnswerPolicy
    seed: int
    state: RoundState
    end_reason: EndReason | None
    proposed_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    announcement_id: int | None
    result_id: int | None
    is_withheld: bool
    stays_open_hours: int | None
    schedule_id: int | None
    planned_at: datetime | None
    questions: tuple[AskedQuestion, ...]

    @property
    def place_id(self) -> int:
        """The channel or thread where the questions are posted."""
        return self.thread_id or self.channel_id

    @property
    def progress(self) -> RoundProgress:
        """What decides the next step."""
        return RoundProgress(
            state=self.state,
            is_announced=self.announcement_id is not None
            and (not self.in_thread or self.thread_id is not None),
            is_result_posted=self.result_id is not None,
            end_reason=self.end_reason,
            questions=tuple(
                QuestionProgress(
                    position=asked.position,
                    state=asked.state,
                    is_posted=asked.message_id is not None,
                    opens_at=asked.opens_at,
                    closes_at=asked.closes_at,
                    answered=asked.answered,
                )
                for asked in self.questions
            ),
        )

    @property
    def open_question(self) -> AskedQuestion | None:
        """The question that can be answered now, if any."""
        return next((asked for asked in self.questions if asked.state is QuestionState.OPEN), None)

    @property
    def told_questions(self) -> tuple[AskedQuestion, ...]:
        """The questions whose keys may be told now, in order."""
        if self.is_withheld:
            return ()
        return tuple(asked for asked in self.questions if asked.state in _OVER)

    def limit_of(self, position: int) -> timedelta:
        """How long a question is open: the round's seconds, and more where there is more to do."""
        rules = QUESTION_TYPES[self.questions[position].question.type]
        return timedelta(seconds=self.limit_seconds * rules.time_factor)

    def question_at(self, position: int) -> AskedQuestion:
        """The question at a position, counted from 0."""
        return self.questions[position]


@dataclass(frozen=True, slots=True)
class AnswerRecord:
    """An answer of a learner; of several revisions the highest counts.

    ``elapsed_ms`` is the time from the question's opening.
    """

    round_question_id: int
    learner_id: int
    revision: int
    response: Response
    answered_at: datetime
    elapsed_ms: int
    fraction: float
    points: int

    @property
    def key(self) -> tuple[int, int, int]:
        """What names it in the database: question of the round, learner, revision."""
        return self.round_question_id, self.learner_id, self.revision

    @property
    def is_right(self) -> bool:
        """Whether it was right in full."""
        return self.fraction >= 1.0
