"""A start: importing the program, and loading courses that have not changed since the last one."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path
from statistics import median

from benchmarks import school
from benchmarks.in_process import BARE, UNAVOIDABLE, ask, imports, imports_of_run, load_courses, read_yaml
from benchmarks.measuring import Figure, Size, medians, paired, ratios
from bot.bank.course_files import COURSE_FILE
from bot.bank.load import load_course
from bot.bank.shelf import find_courses

# A parse of ten thousand questions takes its time, and varies little.
MOST_LOADS = 3
# An import takes half a second, and swings by a tenth from one process to the next: so many times the pairs.
PAIRS_OF_IMPORTS = 3


async def figures(size: Size) -> list[Figure]:
    """Measure all of this family."""
    folder = school.scratch("starts")
    try:
        return [await _imports(size), *await _loads(size, folder)]
    finally:
        shutil.rmtree(folder)


async def _imports(size: Size) -> Figure:
    async def unavoidable() -> float:
        return ask(imports, *UNAVOIDABLE)["seconds"]

    async def running() -> float:
        return ask(imports_of_run)["seconds"]

    pairs = await paired(size.repeats * PAIRS_OF_IMPORTS, unavoidable, running)
    limit, product = medians(pairs)
    bare = median(ask(imports, *BARE)["seconds"] for _ in range(size.repeats))
    return Figure(
        "import of the running bot ÷ import of its unavoidable libraries",
        ratios(pairs),
        1.15,
        note=f"{product * 1000:.0f} ÷ {limit * 1000:.0f} ms of CPU ({bare * 1000:.0f} without discord.ext.commands "
        "and SQLAlchemy's asyncio and ORM)",
    )


async def _loads(size: Size, folder: Path) -> list[Figure]:
    (bundled,) = find_courses().values()
    copies = _copies(bundled, folder / "courses", size.questions)
    # Whatever is kept between starts is kept here and not in this person's folders.
    environ = os.environ | {"XDG_CACHE_HOME": str(folder / "cache"), "XDG_DATA_HOME": str(folder / "data")}
    first = ask(load_courses, str(copies), environ=environ)
    grown: list[float] = []

    async def with_yaml() -> float:
        return ask(read_yaml, str(bundled), str(copies))["seconds"]

    async def warm() -> float:
        loaded = ask(load_courses, str(copies), environ=environ)
        grown.append(loaded["bytes"] / 1e6)
        return loaded["seconds"]

    pairs = await paired(min(size.repeats, MOST_LOADS), with_yaml, warm)
    limit, product = medians(pairs)
    questions = f"{first['questions']:,.0f} questions"
    return [
        Figure(
            f"warm load of {questions} ÷ PyYAML's C loader",
            ratios(pairs),
            1 / 50,
            note=f"{product:.2f} ÷ {limit:.2f} s; the first load took {first['seconds']:.2f} s",
        ),
        Figure(f"growth of resident memory by a warm load of {questions}", grown, 30, unit="MB"),
    ]


def _copies(bundled: Path, into: Path, questions: int) -> Path:
    """So many courses like the bundled one that there are ``questions`` questions in all."""
    into.mkdir()
    in_one = len(load_course(bundled).course.questions)
    for number in range(1, max(2, -(-questions // in_one))):
        copy = Path(shutil.copytree(bundled, into / f"course-{number}"))
        file = copy / COURSE_FILE
        text, changed = re.subn(
            r"^id:.*$", f"id: course-{number}", file.read_text(encoding="utf-8"), flags=re.MULTILINE
        )
        assert changed == 1
        file.write_text(text, encoding="utf-8")
    return into
