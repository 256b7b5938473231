"""The figures of all questions of an analysis as a file for a spreadsheet."""

from __future__ import annotations

from collections.abc import Sequence

from bot.services.analysing import AnalysedQuestion
from bot.ui.i18n import gettext as _
from bot.ui.letters import LETTERS
from bot.ui.spreadsheets import Cell, csv_file

_PERCENT = 100


def question_file(analysed: Sequence[AnalysedQuestion]) -> bytes:
    """A row a question, those first that need a look; shares of options stand in the file's order."""
    header = [
        _("Question"),
        _("Version"),
        _("Text"),
        _("Topic"),
        _("Learners"),
        _("Facility %"),
        _("Discrimination"),
        _("Efficiency %"),
        _("Median seconds"),
        _("Hardly chosen"),
    ]
    most = max((len(each.statistics.shares) for each in analysed), default=0)
    header += [_("{letter} %").format(letter=LETTERS[position]) for position in range(most)]
    return csv_file(header, [_row(each) for each in analysed])


def _row(each: AnalysedQuestion) -> list[Cell]:
    asked, figures = each.question, each.statistics
    return [
        asked.id,
        each.version,
        asked.stem,
        asked.topic,
        figures.learners,
        _PERCENT * figures.facility,
        figures.discrimination,
        None if figures.efficiency is None else _PERCENT * figures.efficiency,
        figures.median_seconds,
        " ".join(LETTERS[position] for position in figures.dead),
        *(_PERCENT * share for share in figures.shares),
    ]
