"""What a person is told when something about assignments cannot be done."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from discord.utils import format_dt

from bot.domain import refusals
from bot.errors import Refusal
from bot.ui.i18n import gettext as _
from bot.ui.i18n import ngettext
from bot.ui.text import plain

SENTENCES: Mapping[type[Refusal], Callable[[], str]] = MappingProxyType(
    {
        refusals.KeysWithheld: lambda: _(
            "The answers are held back for now: they are told once everyone has had his time."
        ),
        refusals.NotYourAttempt: lambda: _(
            "That is another learner's attempt. Press Start under the assignment for yours."
        ),
        refusals.AttemptOver: lambda: _(
            "This attempt is over, so the answer does not count. Press Start under the assignment to see how you stand."
        ),
        refusals.AnsweredLive: lambda: _(
            "You answered this round while it was live, and those answers count."
        ),
        refusals.AssignmentGone: lambda: _(
            "This preview was used already or is too old. Use /assignment create again for a new one."
        ),
        refusals.NoSuchAssignment: lambda: _(
            "There is no such assignment here. Choose one from the list that appears as you type."
        ),
        refusals.AssignmentClosed: lambda: _("This assignment is closed and takes no more answers."),
        refusals.ClosesBeforeOpens: lambda: _("It would close before it opens. Give a later closing time."),
        refusals.SpeedNeedsSeconds: lambda: _(
            "Speed can be scored only where each question has a time: give “seconds” too, or score by accuracy."
        ),
        refusals.ReminderTooLate: lambda: _("It closes so soon that a reminder would come too late."),
        refusals.NothingGranted: lambda: _(
            "Say what is granted: a factor above 1, or an assignment and a later close for it."
        ),
        refusals.NoAccommodation: lambda: _("This learner has no such accommodation."),
    }
)


def sentence(refusal: Refusal) -> str:  # noqa: PLR0911 - one sentence each
    """The sentence for a refusal that carries what it is about."""
    match refusal:
        case refusals.AssignmentNotOpen():
            return _("This assignment opens {when}.").format(when=format_dt(refusal.opens_at, "F"))
        case refusals.NoAttemptsLeft():
            return ngettext(
                "You have used your {count} attempt.",
                "You have used all your {count} attempts.",
                refusal.allowed,
            ).format(count=refusal.allowed)
        case refusals.TooManyAssignments():
            return _(
                "This server has {count} assignments that are not closed, and no more are possible. Close one first."
            ).format(count=refusal.most)
        case refusals.QuestionsHeld():
            return _(
                "The questions on this in {course} are held back for assignments that are still open. Try another "
                "topic, or wait for their close."
            ).format(course=plain(refusal.course))
        case refusals.UnreadableTime():
            return _(
                "“{asked}” is not a time I can read. Write 2026-03-20 18:00, fri 18:00, tomorrow 9:30 or in 3 days."
            ).format(asked=plain(refusal.asked))
        case refusals.TimePassed():
            return _("{when} has passed already. Give a time that lies ahead.").format(
                when=format_dt(refusal.moment, "F")
            )
        case refusals.TooFarAhead():
            return _("That is too far ahead: {days} days are the most.").format(days=refusal.days)
        case _other:
            raise AssertionError(type(refusal))
