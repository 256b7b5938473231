"""The program that parses courses, in a process of its own: folders in, parsed courses out.

`course_loading` starts it. Nobody else imports this: it needs the bank's parser, and a bot whose courses did not
change runs without.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path

from bot.bank import course_files
from bot.bank.load import load_course
from bot.bank.shelf import course_id_of
from bot.errors import BankError
from bot.services import kept_courses
from bot.services.course_wire import ReadCourse, Request

# Clicks go before: a course that was changed can wait a moment longer.
_NICENESS = 10


def main(line: bytes) -> None:
    """Read the folders of a `Request`; each goes to standard output as soon as it is read."""
    request = Request.from_line(line)
    with suppress(AttributeError, OSError):
        os.nice(_NICENESS)
    with os.fdopen(os.dup(sys.stdout.fileno()), "wb") as out:
        # Whatever a library may print must not come between.
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
        for folder in request.folders:
            out.write(read(folder, request.cache_folder).to_bytes())
            out.flush()


def read(folder: Path, cache_folder: Path | None) -> ReadCourse:
    """Parse and check a course, and keep it for the next start."""
    try:
        content, states = course_files.content_hash(folder), course_files.file_states(folder)
    except OSError:
        # The parser knows how to say what is missing.
        content, states = "", ()
    try:
        loaded = load_course(folder)
    except BankError as error:
        problems = tuple(map(str, error.problems))
        return ReadCourse(folder, course_id_of(folder), message=str(error.args[0]), problems=problems)
    warnings = tuple(map(str, loaded.warnings))
    data = kept_courses.encode(loaded.course, warnings, folder=folder, content=content, states=states)
    return ReadCourse(folder, loaded.course.id, data, unkept=_keep(folder, cache_folder, content, data))


def _keep(folder: Path, cache_folder: Path | None, content: str, data: bytes) -> str:
    """Why it was not kept, or nothing."""
    if cache_folder is None:
        return ""
    try:
        # What somebody writes to at this moment is parsed again at the next start.
        if course_files.content_hash(folder) == content:
            kept_courses.keep(cache_folder, folder, data)
    except OSError as error:
        return f"{cache_folder}: {error.strerror or type(error).__name__}"
    return ""
