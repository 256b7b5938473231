"""The browser page of the playground: simcord's own, with a few words and one script changed.

Text in, text out. Where the page is served from is the business of ``world``.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

_OWN = Path(__file__).with_name("static")

# Each replaced text must occur exactly once: a page that no longer has it is not the page that was tried.
_INDEX_CHANGES = (
    ("<title>SimCord Preview</title>", "<title>Footnote playground</title>"),
    (
        '<link rel="stylesheet" href="/preview.css">',
        '<link rel="stylesheet" href="/preview.css">\n    <link rel="stylesheet" href="/playground.css">',
    ),
    (
        '<script type="module" src="/app.js"></script>',
        '<script type="module" src="/app.js"></script>\n    <script type="module" src="/playground.js"></script>',
    ),
    (
        '<span class="brand-mark" aria-hidden="true">S</span>',
        '<span class="brand-mark" aria-hidden="true">¹</span>',
    ),
    (
        "<strong>SimCord</strong><small>Preview</small>",
        "<strong>Footnote</strong><small>playground, on SimCord</small>",
    ),
)
# Half a second between two looks would be half of the second in which a reveal should be seen.
_SESSION_CHANGES = (("interval = 500", "interval = 120"),)
# As on Discord, Enter runs a command that needs nothing more; an optional value is added with an arrow key.
_COMMANDS_CHANGES = (
    ("if (listItems.length) suggestionListbox", "if (listItems.length && !optional) suggestionListbox"),
)

_CHANGES = {"index.html": _INDEX_CHANGES, "session.js": _SESSION_CHANGES, "commands.js": _COMMANDS_CHANGES}


@dataclass(frozen=True, slots=True)
class PageFile:
    """A file of the page: the path it is served under, where it lies, and its media type."""

    served_as: str
    path: Path
    content_type: str


def make_page(original: Path, folder: Path) -> list[PageFile]:
    """Make the changed files in ``folder`` from simcord's in ``original``.

    Raises:
        ValueError: the original is not the page that the changes were written for.
    """
    for name, changes in _CHANGES.items():
        (folder / name).write_text(_changed(original / name, changes), encoding="utf-8")
    return [
        PageFile("/", folder / "index.html", "text/html"),
        PageFile("/session.js", folder / "session.js", "application/javascript"),
        PageFile("/commands.js", folder / "commands.js", "application/javascript"),
        PageFile("/playground.js", _OWN / "playground.js", "application/javascript"),
        PageFile("/playground.css", _OWN / "playground.css", "text/css"),
    ]


def _changed(file: Path, changes: tuple[tuple[str, str], ...]) -> str:
    text = file.read_text(encoding="utf-8")
    for old, new in changes:
        if text.count(old) != 1:
            raise ValueError(f"{file.name} has {text.count(old)} times {old!r}, and once was expected")
        text = text.replace(old, new)
    return text
