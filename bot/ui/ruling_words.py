"""What was ruled, in words: for instructors, for those whose marks changed, and under a key."""

from __future__ import annotations

from bot.domain.question_types import QUESTION_TYPES
from bot.domain.questions import Question, QuestionType, Response, Void
from bot.domain.rulings import Ruling, RulingKind, Verdict
from bot.ui.i18n import gettext as _
from bot.ui.i18n import lazy, ngettext
from bot.ui.text import plain

KIND_NAMES = {
    RulingKind.ACCEPT: lazy("Accept another answer"),
    RulingKind.REKEY: lazy("Change the key"),
    RulingKind.VOID_ALL: lazy("Void: points for all"),
    RulingKind.VOID_NONE: lazy("Void: points for none"),
    RulingKind.REJECT: lazy("Reject"),
}
# Words that the bank writes in English and that are not a course's own.
FIXED_OPTIONS = {
    "True": lazy("True"),
    "False": lazy("False"),
    "Supported": lazy("Supported"),
    "Contradicted": lazy("Contradicted"),
    "Not stated": lazy("Not stated"),
}


def answer_words(question: Question, response: Response) -> str:
    """An answer without letters, escaped: it is told where its question is not shown."""
    as_stored = tuple(range(max(len(question.options), len(question.matches))))
    parts = QUESTION_TYPES[question.type].tell(question, as_stored, response)
    separator = " › " if question.type is QuestionType.ORDERING else "; "
    named = (_(FIXED_OPTIONS[part]) if part in FIXED_OPTIONS else plain(part) for part in parts)
    return separator.join(f"**{part}**" for part in named)


def verdict_words(question: Question, verdict: Verdict) -> str:
    """What was ruled, in one sentence."""
    answer = "" if verdict.response is None else answer_words(question, verdict.response)
    match verdict.kind:
        case RulingKind.ACCEPT:
            return _("{answer} counts as well.").format(answer=answer)
        case RulingKind.REKEY:
            return _("The key is {answer} now.").format(answer=answer)
        case RulingKind.VOID_ALL:
            return _("The question was voided: all who answered it get its points.")
        case RulingKind.VOID_NONE:
            return _("The question was voided: nobody gets points for it.")
        case RulingKind.REJECT:
            return _("The dispute was rejected; the marks stay as they were.")


def ruling_line(question: Question, ruling: Ruling) -> str:
    """A ruling on record: its number, what, by whom, why, and how many answers it touched."""
    said = _("**Ruling {number}** by <@{instructor}>: {what}").format(
        number=ruling.id,
        instructor=ruling.instructor_id,
        what=verdict_words(question, ruling.verdict),
    )
    why = _("Why: {reason}").format(reason=plain(ruling.verdict.reason))
    changed = ngettext("{count} mark changed", "{count} marks changed", ruling.changed).format(
        count=f"{ruling.changed:,}"
    )
    return f"{said}\n{why}\n-# {changed}"


def lines_under_key(question: Question) -> list[str]:
    """What instructors have ruled of a question, for everyone who sees its key."""
    ruled = question.ruled
    if ruled is None:
        return []
    lines = [
        _("{answer} counts as well.").format(answer=answer_words(question, response))
        for response in ruled.also
    ]
    if ruled.void is not None:
        kind = RulingKind.VOID_ALL if ruled.void is Void.ALL else RulingKind.VOID_NONE
        lines.append(verdict_words(question, Verdict(kind, "")))
    reasons = " · ".join(plain(remark) for remark in ruled.remarks)
    return [
        *(f"⚖️ {line}" for line in lines),
        f"-# {_('Ruled by an instructor: {reasons}').format(reasons=reasons)}",
    ]
