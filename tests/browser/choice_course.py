"""The bundled course with only those questions that are answered by one click or a menu."""

import shutil

import yaml

from tests.browser.running_playground import ROOT

COURSE = "zgc-choices"
_KINDS = {"single_choice", "multiple_answer", "true_false"}


def make_choice_course(folder):
    """Write the course into a folder of its own under ``folder``, and return it."""
    course = shutil.copytree(
        ROOT / "questions" / "zhongguancun", folder / COURSE, ignore=shutil.ignore_patterns("documents")
    )
    outline = course / "course.yaml"
    outline.write_text(outline.read_text("utf-8").replace("id: zhongguancun", f"id: {COURSE}"), "utf-8")
    for file in (course / "questions").glob("*.yaml"):
        entries = yaml.safe_load(file.read_text("utf-8"))
        kept = [entry for entry in entries if entry["type"] in _KINDS]
        if kept:
            file.write_text(yaml.safe_dump(kept, allow_unicode=True, sort_keys=False), "utf-8")
        else:
            file.unlink()
    return course
