"""Marks as private cards: lines that read well on a phone and aloud, with the whole table as a file."""

from __future__ import annotations

from discord import ui
from discord.utils import format_dt

from bot.domain.marks import LearnerMarks, MarkTable, PlayedRound, share
from bot.services.scopes import Scope
from bot.ui.i18n import gettext as _
from bot.ui.i18n import ngettext
from bot.ui.layout import ACCENT_QUIET, Item, attached, card, text
from bot.ui.text import plain

# What a phone shows without a long thumb; all others are in the file.
_MOST_LINES = 15
_MOST_ROUNDS = 12


def scope_line(scope: Scope) -> str:
    """What is looked at: a course, or one round of it and when it began."""
    parts = [plain(scope.course_title), plain(scope.topic) if scope.topic else None]
    parts.append(format_dt(scope.began_at, "f") if scope.began_at else _("all rounds"))
    return " · ".join(part for part in parts if part)


def heading(title: str, scope: Scope) -> Item:
    """What a card is about, and what it covers."""
    return text(f"## {title}\n-# {scope_line(scope)}")


def marks(table: MarkTable, scope: Scope, filename: str) -> ui.LayoutView:
    """Everybody's marks, the best first."""
    shown = table.rows[:_MOST_LINES]
    lines = [_line(place, row, table) for place, row in enumerate(shown, start=1)]
    return card(
        [
            heading(_("Marks"), scope),
            text("\n".join(lines)),
            text(_more(len(table.rows) - len(shown))) if len(table.rows) > len(shown) else None,
            text(f"-# {_about(table)}"),
            attached(filename),
        ],
        accent=ACCENT_QUIET,
    )


def marks_of_learner(table: MarkTable, learner_id: int, filename: str) -> ui.LayoutView:
    """One learner's marks, the latest round first."""
    (row,) = table.rows
    title = _("Marks")
    rounds = list(zip(table.rounds, row.cells, strict=True))[::-1]
    lines = [_round_line(played, cell) for played, cell in rounds[:_MOST_ROUNDS]]
    total = _("All together: {mark}").format(mark=_mark(row.earned, table.most))
    hidden = len(rounds) - len(lines)
    return card(
        [
            text(f"## {title}\n<@{learner_id}>"),
            text("\n".join(lines)),
            text(_more(hidden)) if hidden else None,
            text(f"**{total}**\n-# {_about(table)}"),
            attached(filename),
        ],
        accent=ACCENT_QUIET,
    )


def _line(place: int, row: LearnerMarks, table: MarkTable) -> str:
    line = f"{place}\\. <@{row.learner_id}> — {_mark(row.earned, table.most)}"
    if table.by_round and len(table.rounds) > 1:
        taken = _("{taken} of {rounds} rounds").format(taken=row.taken, rounds=len(table.rounds))
        return f"{line} · {taken}"
    if not table.by_round and row.answered < table.most:
        left_out = table.most - row.answered
        return f"{line} · " + ngettext("{count} not answered", "{count} not answered", left_out).format(
            count=left_out
        )
    return line


def _round_line(played: PlayedRound, cell: float | None) -> str:
    when = format_dt(played.began_at, "d")
    return f"{when} · {plain(played.course_title)} — {_mark(cell or 0.0, played.possible)}"


def _mark(earned: float, possible: int) -> str:
    return _("**{earned}** of {possible} ({share})").format(
        earned=f"{earned:.2f}".rstrip("0").rstrip("."),
        possible=possible,
        share=f"{share(earned, possible):.0%}",
    )


def _more(hidden: int) -> str:
    return ngettext("and {count} more in the file", "and {count} more in the file", hidden).format(
        count=hidden
    )


def _about(table: MarkTable) -> str:
    if table.by_round:
        return _(
            "Each question is worth one mark, half right is half a mark, and a question or round that was missed "
            "is worth none."
        )
    return _(
        "Each question is worth one mark, half right is half a mark, and one not answered is worth none."
    )


def about_file(learners: int) -> str:
    """What the file holds, for whoever cannot see it."""
    return ngettext(
        "A table of the marks of {count} learner.", "A table of the marks of {count} learners.", learners
    ).format(count=learners)
