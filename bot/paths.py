"""Where the files that travel with the program stand. No reading of them here.

In the wheel, courses and migrations are copied into the package (``bot/bundled``); in a
checkout they stand at the top of the repository.
"""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def bundled_courses() -> Path:
    """The folder whose sub-folders are the bundled courses."""
    return _travelling("questions")


def migrations() -> Path:
    """The folder of Alembic's ``env.py`` and ``versions/``."""
    return _travelling("migrations")


def _travelling(name: str) -> Path:
    inside = _PACKAGE / "bundled" / name
    return inside if inside.is_dir() else _PACKAGE.parent / name
