"""The footnote: a quotation as a block quote, with where it is from."""

from __future__ import annotations

import re
from datetime import date

from bot.domain.questions import Quotation, Source
from bot.ui.i18n import gettext as _
from bot.ui.text import plain

_PLACE = re.compile(r"(?:in “(?P<section>.+)”, )?paragraph (?P<number>\d+)")


def footnote(quotation: Quotation, *, within: str | None = None) -> str:
    """The quotation, or escaped words around it too, and below author, title, publisher, date and place."""
    return f"> {within or plain(quotation.text)}\n-# — {citation(quotation.source)}{_place(quotation)}"


def citation(source: Source) -> str:
    """Author, “title”, publisher, date: what is known of them."""
    parts = [
        source.author and plain(source.author),
        _("“{title}”").format(title=plain(source.title)),
        source.publisher and plain(source.publisher),
        day(source.published) if source.published else _("undated"),
    ]
    return ", ".join(part for part in parts if part)


def day(published: str) -> str:
    """A date as a reader writes it; a bare year stays one."""
    try:
        moment = date.fromisoformat(published)
    except ValueError:
        return plain(published)
    months = [
        _("January"),
        _("February"),
        _("March"),
        _("April"),
        _("May"),
        _("June"),
        _("July"),
        _("August"),
        _("September"),
        _("October"),
        _("November"),
        _("December"),
    ]
    return _("{day} {month} {year}").format(day=moment.day, month=months[moment.month - 1], year=moment.year)


def _place(quotation: Quotation) -> str:
    if not quotation.place:
        return ""
    # The bank computes places in these two forms; whatever else stands there is shown as it is.
    match = _PLACE.fullmatch(quotation.place)
    if match is None:
        return f", {plain(quotation.place)}"
    if match["section"]:
        place = _("in “{section}”, paragraph {number}").format(
            section=plain(match["section"]), number=match["number"]
        )
    else:
        place = _("paragraph {number}").format(number=match["number"])
    return f", {place}"
