"""A small course of all nine kinds in which the linter finds nothing; each test spoils one thing in it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.bank.lint import LintResult, lint
from bot.bank.problems import errors_in
from bot.bank.reading import read_course

CLEAN = Path(__file__).parent / "clean"


@dataclass(frozen=True)
class Bank:
    path: Path

    def replace(self, name: str, old: str, new: str) -> None:
        text = self.text(name)
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {name}"
        self.write(name, text.replace(old, new))

    def text(self, name: str) -> str:
        return (self.path / name).read_text(encoding="utf-8")

    def write(self, name: str, text: str) -> None:
        (self.path / name).write_text(text, encoding="utf-8")

    def append(self, name: str, text: str) -> None:
        self.write(name, self.text(name) + text)

    def line(self, name: str, text: str) -> int:
        lines = self.text(name).splitlines()
        [number] = [number for number, line in enumerate(lines, start=1) if text in line]
        return number

    def lint(self) -> LintResult:
        read = read_course(self.path)
        assert [str(problem) for problem in errors_in(read.problems)] == []
        return lint(read.entries)

    def found(self) -> list[tuple[str, str, int]]:
        """Rule, file and line of each finding."""
        return [(found.rule, found.problem.file, found.problem.line) for found in self.lint().findings]


@pytest.fixture
def bank(tmp_path: Path) -> Bank:
    folder = tmp_path / "tea"
    for source in sorted(CLEAN.rglob("*.yaml")):
        copy = folder / source.relative_to(CLEAN)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(source.read_bytes())
    return Bank(folder)
