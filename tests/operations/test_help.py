"""`footnote --help`: what a command line tells of itself, though most of it is imported only when asked for."""

from __future__ import annotations

import re

import pytest
from typer.testing import CliRunner

from bot.cli_app import app

WHAT_GROUPS_ARE = {
    "bank": "Courses as files: check what they say.",
    "db": "The database: scores, rounds and answers.",
    "schedule": "Scheduled rounds: see when they would run.",
}


@pytest.mark.parametrize("group", WHAT_GROUPS_ARE)
def test_the_help_names_each_group_beside_what_it_is(group: str) -> None:
    shown = CliRunner().invoke(app, ["--help"], env={"COLUMNS": "100", "TERM": "dumb"}).output
    assert re.search(rf"\b{group} +{re.escape(WHAT_GROUPS_ARE[group])}", shown)
