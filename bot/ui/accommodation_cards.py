"""Accommodations as instructors see them, privately."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from discord import ui

from bot.domain.assignments import Accommodation
from bot.ui.assignment_cards import moment
from bot.ui.i18n import gettext as _
from bot.ui.layout import ACCENT_QUIET, MOST_TEXT, as_many_as_fit, card, text

_ROOM_FOR_HEADING = 100


def granted(accommodation: Accommodation, zone: ZoneInfo) -> str:
    """What the instructor is told who has granted more time."""
    line = _line(accommodation, zone)
    private = _("Only instructors and the learner see this; live rounds in public are the same for all.")
    return f"{line}\n-# {private}"


def revoked(learner_id: int) -> str:
    """What the instructor is told who has taken it back."""
    return _("The accommodation of {learner} is taken back.").format(learner=f"<@{learner_id}>")


def listed(accommodations: Sequence[Accommodation], zone: ZoneInfo) -> ui.LayoutView:
    """Every accommodation of a server."""
    if not accommodations:
        nothing = _("Nobody has an accommodation. Grant one with /learner accommodate.")
        return card([text(nothing)], accent=ACCENT_QUIET)
    lines = as_many_as_fit(
        accommodations,
        lambda each: _line(each, zone),
        room=MOST_TEXT - _ROOM_FOR_HEADING,
        more=lambda left: _("and {count} more").format(count=left),
    )
    return card([text("\n".join([f"## {_('Accommodations')}", *lines]))], accent=ACCENT_QUIET)


def _line(accommodation: Accommodation, zone: ZoneInfo) -> str:
    parts = []
    if accommodation.factor is not None:
        parts.append(_("time limits × {factor}").format(factor=f"{accommodation.factor:g}"))
    if accommodation.closes_at is not None:
        parts.append(_("closes {when}").format(when=moment(accommodation.closes_at, zone)))
    where = (
        _("in all assignments")
        if accommodation.assignment_id is None
        else _("in assignment {number}").format(number=accommodation.assignment_id)
    )
    return f"<@{accommodation.learner_id}> — {where}: {', '.join(parts)}"
