"""Simulated learners: they answer by themselves, as slowly and as imperfectly as people do.

`plan_answer` decides and is a pure function of its random source; `SimulatedLearners` acts.
How a click is made is the business of ``world``.
"""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from random import Random

from bot.domain.question_types import QUESTION_TYPES
from bot.domain.question_types.rules import Control
from bot.domain.questions import Question, QuestionType
from bot.playground.cast import Person
from bot.playground.world import ActionImpossible, World
from bot.services.live import LiveQuestion, LiveRounds
from bot.ui import ids

FASTEST_SECONDS = 2.0
SLOWEST_SHARE = 0.7
SKIPPING = 0.05
LEAST_SKILL, MOST_SKILL = 0.5, 0.85

_TYPICAL_SHARE = 0.3
_SPREAD = 0.45
_LOOK_SECONDS = 0.25
_CONTROLS = frozenset({Control.BUTTONS, Control.SELECT})

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Plan:
    """What a learner will do: answer ``chosen`` (positions in the question's options) after the delay."""

    delay_seconds: float
    chosen: frozenset[int]


def draw_skill(random: Random) -> float:
    """How likely a learner is to be right, from 0.5 to 0.85."""
    return random.uniform(LEAST_SKILL, MOST_SKILL)


def plan_answer(question: Question, limit_seconds: float, skill: float, random: Random) -> Plan | None:
    """Decide when to answer and what, or not to answer at all (None).

    Only what is answered by buttons or a menu is; a form is left to people. The delay is log-normal, as response times of people are, from 2 seconds to 70 % of the limit.
    """
    if QUESTION_TYPES[question.type].control not in _CONTROLS or random.random() < SKIPPING:
        return None
    latest = limit_seconds * SLOWEST_SHARE
    delay = limit_seconds * _TYPICAL_SHARE * math.exp(random.gauss(0.0, _SPREAD))
    right = random.random() < skill
    return Plan(
        delay_seconds=min(max(delay, FASTEST_SECONDS), latest),
        chosen=question.key if right else _wrong_choice(question, random),
    )


def _wrong_choice(question: Question, random: Random) -> frozenset[int]:
    """One wrong option; of a multiple answer, the key with one option too many, too few, or another."""
    wrong = [position for position, option in enumerate(question.options) if not option.is_key]
    if question.type is not QuestionType.MULTIPLE_ANSWER:
        return frozenset({random.choice(wrong)})
    one_key = frozenset({random.choice(sorted(question.key))})
    one_wrong = frozenset({random.choice(wrong)}) if wrong else frozenset[int]()
    mistakes = {question.key - one_key, question.key | one_wrong, question.key - one_key | one_wrong}
    return random.choice(sorted(mistakes - {question.key, frozenset[int]()}, key=sorted))


class SimulatedLearners:
    """Drives ``people`` through every question that opens on the demo server."""

    def __init__(
        self,
        world: World,
        live: LiveRounds,
        people: tuple[Person, ...],
        random: Random,
        clock: Callable[[], datetime],
    ) -> None:
        self._world = world
        self._live = live
        self._skills: Mapping[Person, float] = {person: draw_skill(random) for person in people}
        self._random = random
        self._clock = clock
        self._met: set[int] = set()

    async def take_part(self) -> None:
        """Answer whatever is asked, for ever."""
        async with asyncio.TaskGroup() as at_work:
            while True:
                for asked in self._live.open_questions():
                    if self._is_new(asked):
                        self._met.add(asked.round_question_id)
                        for person, skill in self._skills.items():
                            at_work.create_task(self._answer(person, skill, asked))
                await asyncio.sleep(_LOOK_SECONDS)

    def _is_new(self, asked: LiveQuestion) -> bool:
        return (
            asked.guild_id == self._world.guild_id
            and asked.message_id is not None
            and asked.round_question_id not in self._met
        )

    async def _answer(self, person: Person, skill: float, asked: LiveQuestion) -> None:
        plan = plan_answer(asked.question, asked.limit_seconds, skill, self._random)
        if plan is None or self._world.id_of(person) in asked.answers or asked.message_id is None:
            return
        passed = (self._clock() - asked.opens_at).total_seconds()
        await asyncio.sleep(max(plan.delay_seconds - passed, 0.0))
        shown = sorted(asked.option_order.index(position) for position in plan.chosen)
        number = asked.round_question_id
        place = (person, asked.channel_id, asked.message_id)
        try:
            if QUESTION_TYPES[asked.question.type].control is Control.SELECT:
                menu = ids.make(ids.Act.ANSWER_SELECT, number)
                await self._world.choose(*place, menu, [str(position) for position in shown])
            else:
                await self._world.click(*place, ids.make(ids.Act.ANSWER, number, shown[0]))
        except ActionImpossible as refused:
            # The question may be closed, and its message changed or gone, while he was thinking.
            log.info("A simulated learner could not answer: %s", refused)
