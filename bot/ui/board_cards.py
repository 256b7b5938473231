"""A page of a leaderboard; the asker sees himself and his neighbours, on the page or below it."""

from __future__ import annotations

from collections.abc import Sequence

from discord import ui

from bot.domain.standings import Standing, Window
from bot.services.boards import Board
from bot.ui import ids
from bot.ui.i18n import gettext as _
from bot.ui.i18n import lazy
from bot.ui.layout import ACCENT_QUIET, button, buttons, card, rule, text
from bot.ui.round_cards import place_line
from bot.ui.text import plain

WINDOW_NAMES = {
    Window.ROUND: lazy("latest round"),
    Window.TODAY: lazy("today"),
    Window.WEEK: lazy("this week"),
    Window.MONTH: lazy("this month"),
    Window.ALL_TIME: lazy("all time"),
}


def leaderboard(board: Board, *, course_title: str | None, zone: str) -> ui.LayoutView:
    """Ten places, buttons to turn the page, and where the asker stands."""
    title = _("Leaderboard: {window}").format(window=_(WINDOW_NAMES[board.window]))
    covers = plain(course_title) if course_title else _("all courses")
    if board.window in (Window.TODAY, Window.WEEK, Window.MONTH):
        covers = _("{courses} · days begin at midnight in {zone}").format(courses=covers, zone=plain(zone))
    parts = [text(f"## {title}\n-# {covers}")]
    if not board.places:
        parts.append(text(_("Nobody has scored here yet. Start a round with /quiz start.")))
        return card(parts, accent=ACCENT_QUIET)
    parts.append(text(_lines(board.places, board.asker_id)))
    is_all_there = bool(board.own) and set(board.own) <= set(board.places)
    own = () if is_all_there else (rule(), text(_own(board)))
    return card([*parts, *own, _pages(board) if board.pages > 1 else None], accent=ACCENT_QUIET)


def _own(board: Board) -> str:
    if not board.own:
        return _("You are not on this board yet.")
    return f"**{_('You and your neighbours')}**\n{_lines(board.own, board.asker_id)}"


def _lines(places: Sequence[Standing], asker_id: int) -> str:
    return "\n".join(
        f"{place_line(place)} ← {_('you')}" if place.learner_id == asker_id else place_line(place)
        for place in places
    )


def _pages(board: Board) -> ui.ActionRow[ui.LayoutView]:
    def to(page: int) -> str:
        return ids.board(board.window, board.course, page, board.round_id)

    return buttons(
        button(_("Previous"), to(board.page - 1), disabled=board.page == 0),
        button(
            _("Page {page} of {pages}").format(page=board.page + 1, pages=board.pages),
            f"{to(board.page)}:here",
            disabled=True,
        ),
        button(_("Next"), to(board.page + 1), disabled=board.page + 1 >= board.pages),
    )
