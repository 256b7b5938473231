"""An assignment as one learner sees it, privately: how he stands, a question, and the end of an attempt."""

from __future__ import annotations

import discord
from discord import ui
from discord.utils import format_dt

from bot.domain.assignments import AssignmentState, Attempt, AttemptEnd
from bot.domain.guilds import AnswerPolicy
from bot.domain.marking import AttemptScore
from bot.services.answering import Receipt
from bot.services.attempt_seats import AttemptPage
from bot.services.learner_desk import Desk
from bot.ui import ids
from bot.ui.answer_notes import choice_text, told
from bot.ui.assignment_cards import share
from bot.ui.controls import control
from bot.ui.i18n import gettext as _
from bot.ui.layout import ACCENT_CLOSED, ACCENT_OPEN, ACCENT_QUIET, Item, button, buttons, card, text
from bot.ui.options import offered
from bot.ui.text import plain

_MOST_REVIEWS = 4


def desk(shown: Desk) -> ui.LayoutView:
    """How a learner stands, and what he can do next."""
    assignment = shown.assignment
    lines = [f"### {plain(assignment.course_title)}"]
    scores = {score.number: score for score in shown.scores}
    lines += [_attempt_line(shown, attempt, scores.get(attempt.number)) for attempt in shown.attempts]
    if shown.answered_live:
        lines.append(_("You answered this round while it was live, and those answers count."))
    if shown.mark is not None and len(shown.attempts) > 1:
        lines.append(_("Your mark so far: {share}").format(share=share(shown.mark.share)))
    lines += _what_is_possible(shown)
    if shown.allowed.factor > 1 and (assignment.limit_minutes or assignment.question_seconds):
        lines.append(
            _("Your time limits are {factor} times as long.").format(factor=f"{shown.allowed.factor:g}")
        )
    return card([text("\n".join(lines)), _actions(shown)], accent=ACCENT_QUIET)


def page(shown: AttemptPage, *, topic: str | None, receipt: Receipt | None = None) -> ui.LayoutView:
    """A question of an attempt, or its end."""
    if shown.asked is None:
        return _end(shown, receipt)
    asked = shown.asked
    place = _("Question {number} of {total}").format(
        number=asked.position + 1, total=len(shown.record.questions)
    )
    heading = [f"-# {place} · {plain(topic or '')}"]
    if receipt is not None and receipt.round_question_id != asked.id:
        heading.append(f"-# {_saved(shown, receipt)}")
    body: list[Item] = [text("\n".join(heading)), text(f"### {plain(asked.question.stem)}")]
    if shown.is_told:
        body += told(asked, shown.answer)
    else:
        body += [text(part) for part in offered(asked)]
        body.append(text(_how_it_stands(shown)))
        if shown.can_answer:
            body.append(control(asked))
    body.append(_turning(shown, asked.position))
    return card(body, accent=ACCENT_CLOSED if shown.is_told else ACCENT_OPEN)


def reminder_set(shown_at: str) -> str:
    """What a learner is told who will be reminded."""
    return _("I will write to you {when}. Press the button again for no reminder.").format(when=shown_at)


def reminder_off() -> str:
    """What a learner is told who will not be reminded any more."""
    return _("You will not be reminded.")


def _attempt_line(shown: Desk, attempt: Attempt, score: AttemptScore | None) -> str:
    named = _("Attempt {number}").format(number=attempt.number)
    if attempt.submitted_at is None:
        done = 0 if score is None else score.answered
        under_way = _("under way, {answered} of {total} answered").format(
            answered=done, total=shown.assignment.questions
        )
        return f"**{named}**: {under_way}"
    ended = (
        _("time was up {when}") if attempt.end_reason is AttemptEnd.TIME_UP else _("handed in {when}")
    ).format(when=format_dt(attempt.submitted_at, "f"))
    if attempt.is_withheld or score is None:
        later = _("explained {when}").format(when=format_dt(shown.closes_at, "R"))
        return f"**{named}**: {ended}; {later}"
    right = _("{right} of {asked} right").format(right=score.right, asked=score.questions)
    return f"**{named}**: {ended}; {right} ({share(score.share)})"


def _what_is_possible(shown: Desk) -> list[str]:
    assignment = shown.assignment
    if shown.current is not None and shown.due_at is not None:
        return [_("It ends {when}.").format(when=format_dt(shown.due_at, "R"))]
    if shown.left > 0:
        lines = [
            _("You can begin until {when}.").format(when=format_dt(shown.closes_at, "F")),
        ]
        if assignment.limit_minutes is not None:
            minutes = f"{assignment.limit_minutes * shown.allowed.factor:g}"
            lines.append(_("Once begun, you have {minutes} minutes.").format(minutes=minutes))
        return lines
    if not shown.attempts and not shown.answered_live:
        return [_("This assignment takes no attempts now.")]
    return []


def _actions(shown: Desk) -> Item | None:
    row = []
    if shown.current is not None:
        row.append(
            button(_("Continue"), ids.make(ids.Act.BEGIN, shown.assignment.id), discord.ButtonStyle.success)
        )
    elif shown.left > 0:
        label = (
            _("Begin")
            if shown.assignment.attempts_allowed == 1
            else _("Begin attempt {number}").format(number=len(shown.attempts) + 1)
        )
        row.append(button(label, ids.make(ids.Act.BEGIN, shown.assignment.id), discord.ButtonStyle.success))
    over = [attempt for attempt in shown.attempts if attempt.submitted_at and not attempt.is_withheld]
    row += [
        button(
            _("Review mine")
            if len(shown.attempts) == 1
            else _("Review attempt {number}").format(number=attempt.number),
            ids.make(ids.Act.REVIEW, attempt.round_id, 0),
        )
        for attempt in over[-_MOST_REVIEWS:]
    ]
    if shown.answered_live and shown.assignment.state is AssignmentState.CLOSED:
        row.append(button(_("Review mine"), ids.make(ids.Act.REVIEW, shown.assignment.round_id, 0)))
    return buttons(*row) if row else None


def _how_it_stands(shown: AttemptPage) -> str:
    lines = []
    if shown.answer is not None and shown.asked is not None:
        choice = choice_text(shown.asked.choice(shown.answer.response))
        lines.append(_("Your answer: {choice}. Saved.").format(choice=choice))
        if shown.can_answer and shown.record.answer_policy is AnswerPolicy.CHANGEABLE:
            lines.append(f"-# {_('You can change it until you hand in.')}")
    elif not shown.can_answer:
        lines.append(_("The time for this question is over."))
    if shown.can_answer and shown.closes_at < shown.due_at:
        lines.append(_("This question closes {when}.").format(when=format_dt(shown.closes_at, "R")))
    elif shown.assignment.limit_minutes is not None:
        lines.append(_("Your time ends {when}.").format(when=format_dt(shown.due_at, "R")))
    return "\n".join(lines) or _("Your answer is private.")


def _turning(shown: AttemptPage, position: int) -> Item:
    is_last = position + 1 == len(shown.record.questions)
    return buttons(
        button(_("Previous"), _to(shown, position - 1), disabled=position == 0),
        button(_("To the end") if is_last else _("Next"), _to(shown, position + 1)),
    )


def _end(shown: AttemptPage, receipt: Receipt | None) -> ui.LayoutView:
    total = len(shown.record.questions)
    missing = shown.unanswered
    lines = []
    if receipt is not None:
        lines.append(f"-# {_saved(shown, receipt)}")
    lines.append(
        _("You have answered {answered} of {total} questions.").format(
            answered=total - len(missing), total=total
        )
    )
    if missing:
        numbers = ", ".join(str(position + 1) for position in missing)
        lines.append(_("Without an answer: {numbers}").format(numbers=numbers))
    lines.append(_("What you have answered is saved. Hand in when you are done."))
    if shown.assignment.limit_minutes is not None:
        lines.append(_("Your time ends {when}.").format(when=format_dt(shown.due_at, "R")))
    back = missing[0] if missing else total - 1
    return card(
        [
            text("\n".join(lines)),
            buttons(
                button(
                    _("Hand in"),
                    ids.make(ids.Act.HAND_IN, shown.attempt.round_id),
                    discord.ButtonStyle.success,
                ),
                button(_("Back to question {number}").format(number=back + 1), _to(shown, back)),
            ),
        ],
        accent=ACCENT_OPEN,
    )


def _saved(shown: AttemptPage, receipt: Receipt) -> str:
    """The receipt, on the card of what comes after it."""
    position = next(
        asked.position for asked in shown.record.questions if asked.id == receipt.round_question_id
    )
    if receipt.replaces is not None:
        saved = _("Your answer to question {number} is changed to {choice}. Saved.")
    else:
        saved = _("Your answer to question {number}: {choice}. Saved.")
    return saved.format(number=position + 1, choice=choice_text(receipt.choice))


def _to(shown: AttemptPage, position: int) -> str:
    return ids.make(ids.Act.PAGE, shown.attempt.round_id, position)
