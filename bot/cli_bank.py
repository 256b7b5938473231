"""`footnote bank …`: courses as files, for the people who write them.

Each command calls one function of `bot.bank` and prints its result; no rule lives here.
"""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Annotated

import typer

from bot.bank.check import OWN_DOCUMENTS, CourseCheck, check_course
from bot.bank.lint import lint
from bot.bank.load import load_course
from bot.bank.problems import Severity, errors_in, nearest
from bot.bank.question_search import Found, find_question, nearest_questions
from bot.bank.reading import read_course
from bot.bank.shelf import find_courses, load_courses
from bot.bank.stats import CourseStats, course_stats
from bot.bank.verify import Finding
from bot.errors import BankError
from bot.ui.bank_chart import draw_chart
from bot.ui.bank_reports import lint_as_object, lint_as_text, stats_as_object, stats_as_text
from bot.ui.print_page import course_page
from bot.ui.sheets import sheet
from bot.ui.terminal import question_card

ERRORS_FOUND = 1

CourseArgument = Annotated[
    str, typer.Argument(help="The id of a course, or the folder of one.", metavar="COURSE|FOLDER")
]
CoursesOption = Annotated[
    str,
    typer.Option(
        envvar="FOOTNOTE_COURSES",
        help=f"Folders of more courses, with “{os.pathsep}” between them.",
        metavar="FOLDERS",
    ),
]

bank = typer.Typer(name="bank", help="Courses as files: check what they say.", no_args_is_help=True)


@bank.callback()
def _bank() -> None:
    """Courses as files: check what they say."""


@bank.command()
def check(
    course: CourseArgument,
    documents: Annotated[
        Path | None,
        typer.Option(
            help="The folder with the course's documents; documents/ in the course's own folder unless given."
        ),
    ] = None,
    fix: Annotated[
        bool, typer.Option("--fix", help="Record each quotation's offset and place in the fact files.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    courses: CoursesOption = "",
) -> None:
    """Check a course: its files, and every quotation in its document where that is at hand.

    Exits with 0 without errors, 1 with errors, 2 where the command itself is wrong.
    """
    if documents is not None and not documents.is_dir():
        raise typer.BadParameter(f"{documents} is not a folder.", param_hint="--documents")
    folder = _folder_of(course, _folders(courses))
    if fix and documents is None and not (folder / OWN_DOCUMENTS).is_dir():
        raise typer.BadParameter("needs the documents; give --documents DIR too.", param_hint="--fix")
    try:
        result = check_course(folder, documents, fix=fix)
    except BankError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(ERRORS_FOUND) from error
    typer.echo(json.dumps(as_object(result), indent=2) if as_json else as_text(result, fix=fix))
    if result.count(Severity.ERROR):
        raise typer.Exit(ERRORS_FOUND)


@bank.command("lint")
def lint_course(
    course: CourseArgument,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    courses: CoursesOption = "",
) -> None:
    """Look for flaws of facts and questions that a machine can find; bank check does so too.

    Exits with 0 without findings, 1 with findings or with errors in the files.
    """
    read = read_course(_folder_of(course, _folders(courses)))
    result, errors = lint(read.entries), len(errors_in(read.problems))
    if as_json:
        typer.echo(json.dumps(lint_as_object(result, read.course_id, errors), indent=2))
    else:
        typer.echo(lint_as_text(result, read.course_id, errors))
    if result.findings or errors:
        raise typer.Exit(ERRORS_FOUND)


@bank.command()
def stats(
    course: CourseArgument,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    plot: Annotated[
        Path | None,
        typer.Option(help="Draw the numbers too, to this file (.png, .svg, .pdf).", metavar="FILE"),
    ] = None,
    courses: CoursesOption = "",
) -> None:
    """Count a course: questions by kind, document, topic, level and difficulty, and which facts they ask."""
    read = read_course(_folder_of(course, _folders(courses)))
    counted = course_stats(read.entries, read.course_id)
    if plot is not None:
        _draw(counted, plot)
    typer.echo(json.dumps(stats_as_object(counted), indent=2) if as_json else stats_as_text(counted))
    if errors := len(errors_in(read.problems)):
        typer.echo(f"Errors in the files: {errors}. What could not be read is not counted.", err=True)
        raise typer.Exit(ERRORS_FOUND)


def _draw(counted: CourseStats, plot: Path) -> None:
    try:
        draw_chart(counted, plot)
    except (OSError, ValueError) as error:
        raise typer.BadParameter(f"{plot} cannot be written: {error}", param_hint="--plot") from error


@bank.command()
def show(
    question: Annotated[str, typer.Argument(help="The id of a question.", metavar="QUESTION")],
    course: Annotated[
        str | None,
        typer.Option(help="The id or the folder of its course; all courses unless given.", metavar="COURSE"),
    ] = None,
    courses: CoursesOption = "",
) -> None:
    """Show a question as a card: options, key, why each distractor is wrong, explanation and footnote."""
    broken: tuple[str, ...] = ()
    if course is not None:
        loaded = [load_course(_folder_of(course, _folders(courses)))]
    else:
        shelf = load_courses(_folders(courses))
        loaded, broken = list(shelf.courses.values()), tuple(shelf.broken)
    found = find_question(loaded, question)
    if not found:
        near = ", ".join(f"“{name}”" for name in nearest_questions(loaded, question))
        said = f"There is no question “{question}”" + (f"; did you mean {near}?" if near else ".")
        unread = f" Not searched, because of errors: {', '.join(broken)}." if broken else ""
        raise typer.BadParameter(said + unread, param_hint="QUESTION")
    width = shutil.get_terminal_size().columns
    cards = (
        question_card(sheet(each.question), _heading(each), width, lambda line: typer.style(line, bold=True))
        for each in found
    )
    typer.echo("\n\n".join(cards))


@bank.command("print")
def print_course(
    course: CourseArgument,
    out: Annotated[Path, typer.Option(help="The file to write; one that is there is replaced.")],
    no_keys: Annotated[
        bool, typer.Option("--no-keys", help="Leave out keys, explanations and footnotes.")
    ] = False,
    courses: CoursesOption = "",
) -> None:
    """Write all questions of a course to one page of HTML that can be printed."""
    loaded = load_course(_folder_of(course, _folders(courses)))
    try:
        out.write_text(course_page(loaded.course, with_keys=not no_keys), encoding="utf-8", newline="\n")
    except OSError as error:
        raise typer.BadParameter(f"{out} cannot be written: {error.strerror}.", param_hint="--out") from error
    kept = " without keys" if no_keys else ""
    typer.echo(f"{_plural(len(loaded.course.questions), 'question')}{kept} written to {out}.")


def _heading(found: Found) -> str:
    question, course = found.question, found.loaded.course
    topic = course.topic(question.topic)
    return " · ".join(
        [
            question.id,
            course.title,
            topic.title if topic else question.topic,
            question.type.replace("_", " "),
            f"difficulty {question.difficulty} of 5",
            str(question.cognitive),
            found.status,
        ]
    )


def _folders(courses: str) -> list[Path]:
    return [Path(part) for part in courses.split(os.pathsep) if part.strip()]


def _folder_of(course: str, extra: list[Path]) -> Path:
    """The folder of a course that a person named, by id or by path."""
    path = Path(course)
    if path.is_dir() and (path.is_absolute() or len(path.parts) > 1 or course.startswith(".")):
        return path
    try:
        known = find_courses(extra)
    except BankError as error:
        raise typer.BadParameter(str(error), param_hint="FOOTNOTE_COURSES") from error
    if course in known:
        return known[course]
    if path.is_dir():
        return path
    near = nearest(course, known)
    listed = ", ".join(known) or "none"
    raise typer.BadParameter(
        f"There is no course and no folder “{course}”{': ' + near if near else '.'} Known courses: {listed}.",
        param_hint="COURSE|FOLDER",
    )


def as_object(result: CourseCheck) -> dict[str, object]:
    """The result for programs; `docs/bank.md` describes each field."""
    found = result.verification
    by_type = result.questions_by_type
    return {
        "course": result.course_id,
        "files": result.files.files,
        "facts": len(result.files.entries.facts),
        "questions": sum(by_type.values()),
        "questions_by_type": by_type,
        "drafts": result.drafts,
        "sources": len(result.files.entries.sources),
        "quotes": len(found.quotations),
        **{f"quotes_{finding}": found.count(finding) for finding in Finding},
        "quotes_gone": result.gone,
        "quotes_mended": result.mended,
        "quarantined": list(result.quarantined),
        "documents": [
            {
                "source": checked.document.source.id,
                "file": checked.document.file,
                "found": checked.is_found,
                "sha256_matches": checked.is_same,
            }
            for checked in found.documents
        ],
        "errors": result.count(Severity.ERROR),
        "warnings": result.count(Severity.WARNING),
        "problems": [
            {
                "severity": str(problem.severity),
                "file": problem.file,
                "line": problem.line,
                "column": problem.column,
                "field": problem.field,
                "message": problem.message,
                "expected": problem.expected,
            }
            for problem in result.problems
        ],
    }


def as_text(result: CourseCheck, *, fix: bool) -> str:
    """The result for people: problems first, then one paragraph on what was and was not verified."""
    lines = [f"{problem.severity}: {problem}" for problem in result.problems]
    if lines:
        lines.append("")
    by_type = ", ".join(f"{count} {kind}" for kind, count in result.questions_by_type.items())
    questions = sum(result.questions_by_type.values())
    counts = ", ".join(
        [
            _plural(result.files.files, "file"),
            _plural(len(result.files.entries.sources), "source"),
            _plural(len(result.files.entries.facts), "fact"),
            _plural(questions, "approved question") + (f" ({by_type})" if by_type else ""),
            _plural(result.drafts, "draft"),
        ]
    )
    summary = [f"{result.course_id} in {result.folder}: {counts}.", *_verified(result)]
    if result.quarantined:
        held = f"{_plural(len(result.quarantined), 'question')} not drawn, because a quotation is gone"
        summary.append(f"{held}: {', '.join(result.quarantined)}.")
    if fix:
        summary.append(
            "Nothing was recorded: mend the errors first."
            if result.course is None
            else f"Offset and place of {_plural(result.mended, 'quotation')} recorded."
        )
    errors, warnings = result.count(Severity.ERROR), result.count(Severity.WARNING)
    summary.append(f"{_plural(errors, 'error')}, {_plural(warnings, 'warning')}.")
    return "\n".join([*lines, *summary])


def _verified(result: CourseCheck) -> list[str]:
    """What was and what was not verified."""
    found = result.verification
    total = len(found.quotations)
    if result.documents_folder is None:
        return [f"{_plural(total, 'quotation')} not verified: no documents at hand; give --documents DIR."]
    said = f"{found.count(Finding.VERIFIED)} of {_plural(total, 'quotation')} verified in {result.documents_folder}"
    for finding, what in (
        (Finding.MOVED, "found at another offset than recorded"),
        (Finding.UNVERIFIED, "not verified, because the document is not at hand or cannot be read"),
        (Finding.MISSING, "not found"),
    ):
        if count := found.count(finding):
            said += f"; {count} {what}"
    if result.gone:
        said += f" ({result.gone} of them gone with a change of the document)"
    same = sum(checked.is_same is True for checked in found.documents)
    return [
        f"{said}.",
        f"{same} of {_plural(len(found.documents), 'document')} at hand as recorded (sha256).",
    ]


def _plural(count: int, thing: str) -> str:
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"
