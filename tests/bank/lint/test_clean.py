"""The small course is clean, and every seeded flaw of the other tests is its only one."""

from __future__ import annotations


def test_nothing_is_found_in_a_clean_course(bank) -> None:
    assert [str(found.problem) for found in bank.lint().findings] == []
