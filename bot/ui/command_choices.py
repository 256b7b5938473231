"""The choices that commands offer, by name."""

from __future__ import annotations

from bot.domain.guilds import AnswerPolicy, WhoMayStart
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
