"""The choices that commands offer, by name."""

from __future__ import annotations

from bot.domain.assignments import Explain
from bot.domain.guilds import AnswerPolicy, WhoMayStart
from bot.domain.marking import AttemptPolicy
from bot.domain.recurrence import Every, ShortMonth
from bot.domain.reteaching import Grouping
from bot.domain.scoring import ScoringRule
from bot.ui.i18n import lazy
from bot.ui.mark_files import MarkColumns, MarkFormat

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
FORMAT_NAMES = {
    MarkFormat.SPREADSHEET: lazy("a spreadsheet"),
    MarkFormat.MOODLE: lazy("Moodle: grade import"),
    MarkFormat.CANVAS: lazy("Canvas: gradebook import"),
}
COLUMN_NAMES = {
    MarkColumns.TOTAL: lazy("the mark alone"),
    MarkColumns.EACH: lazy("the mark, and each question or round"),
    MarkColumns.EVERYTHING: lazy("everything: answers and points too"),
}
GROUPING_NAMES = {
    Grouping.FACT: lazy("fact"),
    Grouping.TOPIC: lazy("topic"),
    Grouping.PASSAGE: lazy("passage of a document"),
}
EVERY_NAMES = {
    Every.ONCE: lazy("once"),
    Every.DAILY: lazy("every day, or every few days"),
    Every.WEEKDAYS: lazy("Monday to Friday"),
    Every.WEEKLY: lazy("every week, or every few weeks"),
    Every.MONTHLY: lazy("every month, or every few months"),
}
SHORT_MONTH_NAMES = {
    ShortMonth.LAST: lazy("on its last day"),
    ShortMonth.SKIP: lazy("no round in that month"),
}
