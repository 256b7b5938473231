"""What the bot knows: its courses, and the world's time zones. Each check is one function."""

from __future__ import annotations

import re
from importlib import metadata
from pathlib import Path
from zoneinfo import TZPATH, available_timezones

from bot.bank.shelf import load_courses
from bot.doctor.case import Case
from bot.doctor.findings import Finding, ok, problem, warning
from bot.errors import BankError


def bank(case: Case) -> Finding:
    """Does every course load?"""
    try:
        shelf = load_courses(case.settings.courses)
    except BankError as error:
        return problem(" ".join(str(error).split()), "Correct FOOTNOTE_COURSES.")
    loaded = [
        f"{course_id} ({len(each.course.questions)} questions, {len(each.facts)} facts, "
        f"{len(each.course.sources)} sources)"
        for course_id, each in shelf.courses.items()
    ]
    if shelf.broken:
        broken = [f"{course_id} ({len(error.problems)} errors)" for course_id, error in shelf.broken.items()]
        return problem(
            f"broken: {', '.join(broken)}; sound: {', '.join(loaded) or 'none'}.",
            f"The errors are shown by: footnote bank check {next(iter(shelf.broken))}",
        )
    if not loaded:
        return problem("there is no course.", "Install Footnote anew, or set FOOTNOTE_COURSES.")
    return ok(f"{', '.join(loaded)}.")


def time_zones(case: Case) -> Finding:
    """Are the rules of the world's time zones here, and not too old?"""
    count = len(available_timezones())
    packaged, system = _packaged_zones(), system_zones()
    if system is None:
        return ok(f"{count}, from the package tzdata {packaged}.")
    version, folder = system
    said = f"{count}, from the system ({folder}, {version or 'of an unknown version'})"
    if packaged is None:
        return warning(f"{said}; there is no package tzdata.", "Install it: pip install tzdata")
    said = f"{said}; tzdata has {packaged}."
    if version is not None and version[:4] < packaged[:4]:
        return warning(said, "Update the system's package tzdata: countries change their clocks.")
    return ok(said)


def _packaged_zones() -> str | None:
    try:
        return metadata.version("tzdata")
    except metadata.PackageNotFoundError:
        return None


def system_zones(path: tuple[str, ...] = TZPATH) -> tuple[str | None, str] | None:
    """The version, where it is told, and the folder of the system's zones; Python takes those before its own.

    None where the system has none.
    """
    for folder in map(Path, path):
        if not (folder / "Etc" / "UTC").is_file():
            continue
        told = folder / "tzdata.zi"
        head = told.read_text("ascii", "replace")[:100] if told.is_file() else ""
        match = re.match(r"# version (\d{4}\w*)", head)
        return (match[1] if match else None), str(folder)
    return None
