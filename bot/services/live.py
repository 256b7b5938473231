"""The questions that can be answered now, held in memory by the process that asks them.

A click asks the database nothing before it writes: all that decides it is here. The database is still the
truth: this is loaded from it at the start, and its unique key has the last word on a double click.
"""

from __future__ import annotations

import asyncio
from dataclasses import field
from datetime import datetime

from bot.domain.guilds import AnswerPolicy
from bot.domain.questions import Question
from bot.domain.round_records import AnswerRecord, RoundRecord
from bot.domain.scoring import ScoringRule
from bot.domain.shards import Shards
from bot.values import dataclass


@dataclass(slots=True)
class LiveQuestion:
    """An open question, and who has answered it so far with what; ``channel_id`` is where it is played.

    ``answers`` holds committed answers only, by learner; ``in_flight`` those that wait for their commit.
    """

    round_question_id: int
    round_id: int
    guild_id: int
    channel_id: int
    message_id: int | None
    question: Question
    option_order: tuple[int, ...]
    opens_at: datetime
    closes_at: datetime
    limit_seconds: float
    scoring: ScoringRule
    answer_policy: AnswerPolicy
    answers: dict[int, AnswerRecord] = field(default_factory=dict)
    in_flight: dict[int, asyncio.Future[None]] = field(default_factory=dict)


class LiveRounds:
    """All open questions of this process."""

    def __init__(self) -> None:
        self._open: dict[int, LiveQuestion] = {}

    def open_questions(self) -> tuple[LiveQuestion, ...]:
        """Every question that can be answered now."""
        return tuple(self._open.values())

    def find(self, round_question_id: int) -> LiveQuestion | None:
        """The open question of that number, or None."""
        return self._open.get(round_question_id)

    def admit(self, record: RoundRecord, answers: list[AnswerRecord]) -> None:
        """Take clicks for the round's open question, if it has one."""
        asked = record.open_question
        if asked is None or asked.opens_at is None or asked.closes_at is None:
            return
        live = self._open.get(asked.id)
        if live is not None:
            live.opens_at, live.closes_at, live.message_id = asked.opens_at, asked.closes_at, asked.message_id
            return
        self._open[asked.id] = LiveQuestion(
            round_question_id=asked.id,
            round_id=record.id,
            guild_id=record.guild_id,
            channel_id=record.place_id,
            message_id=asked.message_id,
            question=asked.question,
            option_order=asked.option_order,
            opens_at=asked.opens_at,
            closes_at=asked.closes_at,
            limit_seconds=record.limit_of(asked.position).total_seconds(),
            scoring=record.scoring,
            answer_policy=record.answer_policy,
            answers={answer.learner_id: answer for answer in answers},
        )

    def reschedule(self, record: RoundRecord) -> None:
        """Tell the round's open question its new times, if clicks are taken for it."""
        asked = record.open_question
        if asked is not None and asked.id in self._open:
            self.admit(record, [])

    def rule(self, record: RoundRecord) -> None:
        """From here on, grade the round's open question by the rulings that the record holds."""
        asked = record.open_question
        if asked is not None and asked.id in self._open:
            self._open[asked.id].question = asked.question

    def dismiss(self, round_question_id: int) -> None:
        """Take no more clicks for a question."""
        self._open.pop(round_question_id, None)

    def dismiss_round(self, round_id: int) -> None:
        """Take no more clicks for any question of a round."""
        for number in [number for number, live in self._open.items() if live.round_id == round_id]:
            del self._open[number]

    def dismiss_shards(self, shards: Shards) -> frozenset[int]:
        """Take no more clicks in the servers of shards; gives the numbers of the questions that were open there."""
        numbers = frozenset(number for number, live in self._open.items() if shards.have(live.guild_id))
        for number in numbers:
            del self._open[number]
        return numbers
