"""Marks as files: for a spreadsheet, for Moodle and for Canvas, with the columns that each of them imports.

Moodle: Grades > Import > CSV file (docs.moodle.org, "Grade import"); the teacher maps "ID number", and each other
column becomes a grade item, whose highest grade is 100. Canvas: Grades > Import, with the columns of its own export
and the line "Points Possible" (its `gradebook_importer.rb`).
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from bot.domain.guilds import GuildSettings
from bot.domain.marks import LearnerMarks, MarkTable, PlayedRound, share
from bot.ui.i18n import gettext as _
from bot.ui.spreadsheets import Cell, csv_file

_PERCENT = 100


class MarkFormat(StrEnum):
    """Which program the file is for."""

    SPREADSHEET = "spreadsheet"
    MOODLE = "moodle"
    CANVAS = "canvas"


class MarkColumns(StrEnum):
    """Which columns the file has beside the learner."""

    TOTAL = "total"
    EACH = "each"
    EVERYTHING = "everything"


def mark_file(
    table: MarkTable,
    names: Mapping[int, str],
    settings: GuildSettings,
    *,
    made_for: MarkFormat,
    columns: MarkColumns,
) -> bytes:
    """The file.

    Args:
        table: the marks.
        names: display names by learner; whoever is not in it has an empty name, and his id all the same.
        settings: of the server; dates are in its time zone.
        made_for: the program that opens it.
        columns: what it holds.
    """
    if made_for is MarkFormat.MOODLE:
        return _for_moodle(table, names, settings, columns)
    if made_for is MarkFormat.CANVAS:
        return _for_canvas(table, names, settings, columns)
    return _for_a_spreadsheet(table, names, settings, columns)


def _for_a_spreadsheet(
    table: MarkTable, names: Mapping[int, str], settings: GuildSettings, columns: MarkColumns
) -> bytes:
    has_each, has_all = columns is not MarkColumns.TOTAL, columns is MarkColumns.EVERYTHING
    header = [_("Name"), _("Discord id"), _("Mark"), _("Out of"), _("Per cent")]
    header += [_("Answered"), _("Points")] if has_all else []
    header += _headings(table, settings) if has_each else []
    rows: list[list[Cell]] = []
    for row in table.rows:
        # With a letter in it, the id stays whole: of a number of 18 digits Excel keeps 15.
        cells: list[Cell] = [names.get(row.learner_id, ""), f"id {row.learner_id}"]
        cells += [row.earned, table.most, _per_cent(row.earned, table.most)]
        cells += [row.answered, row.points] if has_all else []
        cells += row.cells if has_each else []
        rows.append(cells)
    return csv_file(header, rows)


def _for_moodle(
    table: MarkTable, names: Mapping[int, str], settings: GuildSettings, columns: MarkColumns
) -> bytes:
    rows: list[list[Cell]] = []
    for row in table.rows:
        cells: list[Cell] = [names.get(row.learner_id, ""), str(row.learner_id)]
        cells += [_per_cent(cell, most) for cell, most in _grades(table, row, columns)]
        rows.append(cells)
    return csv_file(["First name", "ID number", *_titles(table, settings, columns)], rows)


def _for_canvas(
    table: MarkTable, names: Mapping[int, str], settings: GuildSettings, columns: MarkColumns
) -> bytes:
    rows: list[list[Cell]] = [["    Points Possible", "", "", "", "", *_possible(table, columns)]]
    for row in table.rows:
        cells: list[Cell] = [names.get(row.learner_id, ""), "", "", str(row.learner_id), ""]
        cells += [cell for cell, _most in _grades(table, row, columns)]
        rows.append(cells)
    header = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]
    return csv_file([*header, *_titles(table, settings, columns)], rows)


def _titles(table: MarkTable, settings: GuildSettings, columns: MarkColumns) -> list[str]:
    """What the grade items of an import are called; no two the same."""
    if columns is not MarkColumns.TOTAL:
        return _headings(table, settings)
    if table.by_round and len(table.rounds) > 1:
        return [f"Footnote: {table.rounds[0].course_title}"]
    return [f"Footnote: {round_title(table.rounds[0], settings)}"]


def _possible(table: MarkTable, columns: MarkColumns) -> list[int]:
    return [table.most] if columns is MarkColumns.TOTAL else list(table.possible)


def _grades(table: MarkTable, row: LearnerMarks, columns: MarkColumns) -> list[tuple[float | None, int]]:
    """What goes into the grade items, each with the most that it could be."""
    if columns is MarkColumns.TOTAL:
        return [(row.earned, table.most)]
    return list(zip(row.cells, table.possible, strict=True))


def _headings(table: MarkTable, settings: GuildSettings) -> list[str]:
    if not table.by_round:
        return [_("Question {number}").format(number=number + 1) for number in range(len(table.possible))]
    titles = [round_title(played, settings) for played in table.rounds]
    counts = {title: titles.count(title) for title in titles}
    return [
        _("{title} (round {number})").format(title=title, number=played.id) if counts[title] > 1 else title
        for title, played in zip(titles, table.rounds, strict=True)
    ]


def round_title(played: PlayedRound, settings: GuildSettings) -> str:
    """What a round is called in a file: the course and when it began, on the server's clock."""
    began = played.began_at.astimezone(settings.zone)
    return f"{played.course_title}, {began:%Y-%m-%d %H:%M}"


def _per_cent(earned: float | None, possible: int) -> float | None:
    return None if earned is None else _PERCENT * share(earned, possible)
