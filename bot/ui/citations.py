"""The footnote: a quotation as a block quote, with where it is from."""

from __future__ import annotations

from datetime import date

from bot.domain.questions import Quotation, Source
from bot.ui.i18n import gettext as _
from bot.ui.text import plain


def footnote(quotation: Quotation) -> str:
    """The quotation and, below it, author, title, publisher, date and place."""
    return f"> {plain(quotation.text)}\n-# — {citation(quotation.source)}{_place(quotation)}"


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
    return f", {plain(quotation.place)}" if quotation.place else ""
