"""The page is simcord's with a few words changed, and only if it is the page that was tried."""

from pathlib import Path

import pytest
import simcord

from bot.playground.page import make_page

ORIGINAL = Path(simcord.__file__).parent / "preview" / "static"


def test_every_changed_file_is_made_and_differs_from_the_original(tmp_path):
    files = make_page(ORIGINAL, tmp_path)
    assert {file.served_as for file in files} >= {"/", "/session.js", "/commands.js", "/playground.js"}
    for file in files:
        text = file.path.read_text(encoding="utf-8")
        original = ORIGINAL / file.path.name
        assert text
        assert not original.exists() or text != original.read_text(encoding="utf-8")


def test_a_page_that_is_not_the_one_that_was_tried_is_refused(tmp_path):
    strange = tmp_path / "strange"
    strange.mkdir()
    (strange / "index.html").write_text("<title>Something else</title>", encoding="utf-8")
    with pytest.raises(ValueError, match="once was expected"):
        make_page(strange, tmp_path)
