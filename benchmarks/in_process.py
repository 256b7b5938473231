"""What is measured in a new process each time: `python -m benchmarks.in_process WHAT …` prints numbers as JSON.

Nothing heavy is imported here, so that a process has in it what it measures and nothing else.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from time import perf_counter, process_time

# The libraries that any such bot needs, in the parts that it needs.
UNAVOIDABLE = (
    "discord.ext.commands",
    "sqlalchemy.ext.asyncio",
    "sqlalchemy.orm",
    "aiosqlite",
    "pydantic",
    "yaml",
)
# As the shortest reading of it has them.
BARE = ("discord", "sqlalchemy", "aiosqlite", "pydantic", "yaml")

Numbers = dict[str, float]


def imports(*modules: str) -> Numbers:
    """Import them; seconds of processor time."""
    began = process_time()
    for module in modules:
        importlib.import_module(module)
    return {"seconds": process_time() - began}


def imports_of_run() -> Numbers:
    """Import what `footnote run` imports before it connects, as it does; seconds of processor time."""
    began = process_time()
    from bot.cli import load_bot

    load_bot()
    return {"seconds": process_time() - began}


def read_yaml(*folders: str) -> Numbers:
    """Read every YAML file of courses with PyYAML's C loader and keep what it gives; seconds."""
    import yaml

    files = [file for folder in folders for file in sorted(Path(folder).rglob("*.yaml"))]
    gc.collect()
    began = perf_counter()
    kept = [yaml.load(file.read_bytes(), Loader=yaml.CSafeLoader) for file in files]
    return {"seconds": perf_counter() - began, "files": len(kept)}


def load_courses(*folders: str) -> Numbers:
    """Load courses as a start does and keep them; seconds, questions, and by how many bytes resident memory grew."""
    import asyncio

    from bot.config import default_cache_folder
    from bot.domain.question_types import QUESTION_TYPES
    from bot.services.course_loading import CourseFolders
    from bot.services.course_loading import load_courses as load

    assert QUESTION_TYPES
    source = CourseFolders(tuple(map(Path, folders)), default_cache_folder())
    gc.collect()
    before = _resident()
    began = perf_counter()
    loaded = asyncio.run(load(source))
    seconds = perf_counter() - began
    assert not loaded.broken, loaded.broken
    # The running bot keeps the courses, and not what stands behind them.
    courses = list(loaded.courses.values())
    del loaded
    gc.collect()
    questions = sum(len(course.questions) for course in courses)
    return {"seconds": seconds, "questions": questions, "bytes": _resident() - before}


def ask(what: Callable[..., Numbers], *words: str, environ: Mapping[str, str] | None = None) -> Numbers:
    """Run one of these functions in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.in_process", what.__name__, *words]
    repository = Path(__file__).resolve().parent.parent
    # Installed programs are compiled once and for all, and so are the libraries here: the first turn compiles ours.
    compiling = {
        name: value
        for name, value in (environ or os.environ).items()
        if name not in ("PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX")
    }
    done = subprocess.run(  # noqa: S603 - ourselves
        command, cwd=repository, env=compiling, check=True, stdout=subprocess.PIPE
    )
    answer: Numbers = json.loads(done.stdout)
    return answer


def _resident() -> int:
    import psutil

    resident: int = psutil.Process().memory_info().rss
    return resident


if __name__ == "__main__":
    known = {known.__name__: known for known in (imports, imports_of_run, read_yaml, load_courses)}
    print(json.dumps(known[sys.argv[1]](*sys.argv[2:])))
