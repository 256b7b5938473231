"""The choices that commands offer, by name."""

from __future__ import annotations

from bot.domain.assignments import Explain
from bot.domain.guilds import AnswerPolicy, WhoMayStart
from bot.domain.marking import AttemptPolicy
from bot.domain.scoring import ScoringRule
from bot.ui.i18n import lazy

SCORING_NAMES = {
    ScoringRule.ACCURACY: lazy("accuracy: each right answer the same"),
    ScoringRule.SPEED: lazy("speed: sooner is more"),
}
STARTER_NAMES = {
    WhoMayStart.EVERYONE: lazy("everyone"),
    WhoMayStart.INSTRUCTORS: lazy("instructors only"),
}
POLICY_NAMES = {
    AnswerPolicy.FINAL: lazy("final: the first answer counts"),
    AnswerPolicy.CHANGEABLE: lazy("changeable: the last answer before the close counts"),
}
ATTEMPT_NAMES = {
    AttemptPolicy.BEST: lazy("the best attempt"),
    AttemptPolicy.LAST: lazy("the last attempt"),
    AttemptPolicy.FIRST: lazy("the first attempt"),
    AttemptPolicy.MEAN: lazy("the mean of all attempts"),
}
EXPLAIN_NAMES = {
    Explain.AT_ONCE: lazy("at once: after each answer"),
    Explain.AFTER_ATTEMPT: lazy("after the attempt: once it is handed in"),
    Explain.AFTER_CLOSE: lazy("after the close: for everyone together"),
}
