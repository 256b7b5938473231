from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ui.text import clean, escape, plain, shorten


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("# Not a heading", r"\# Not a heading"),
        (
            "**bold** _it_ ~~no~~ `code` ||spoiler||",
            r"\*\*bold\*\* \_it\_ \~\~no\~\~ \`code\` \|\|spoiler\|\|",
        ),
        ("> quoted", r"\> quoted"),
        ("- item", r"\- item"),
        ("1. item", r"1\. item"),
        ("[text](https://example.com)", r"\[text\]\(https\://example.com\)"),
        ("<t:1:R> <:emoji:1> <@5>", "\\<t\\:1\\:R\\> \\<\\:emoji\\:1\\> \\<@\u200b5\\>"),
        ("@everyone and @here", "@\u200beveryone and @\u200bhere"),
        ("two\nlines\tand  more", "two lines and more"),
        ("C:\\temp", r"C\:\\temp"),
    ],
)
def test_markup_is_shown_and_not_obeyed(written: str, shown: str) -> None:
    assert plain(written) == shown


def test_what_reorders_or_hides_a_line_is_dropped() -> None:
    assert clean("safe\u202egnp.exe\u0000\u2066x") == "safegnp.exex"


def test_piles_of_marks_are_cut_and_ordinary_accents_kept() -> None:
    assert clean("Zhōngguāncūn e\u0301") == "Zhōngguāncūn e\u0301"
    assert clean("a" + "\u0300" * 50) == "a" + "\u0300" * 3


def test_chinese_is_left_as_it_is() -> None:
    assert plain("科技创新 and 模式创新") == "科技创新 and 模式创新"


@given(st.text())
def test_no_text_can_mention_anybody(text: str) -> None:
    shown = escape(clean(text))
    assert "@everyone" not in shown
    assert "@here" not in shown
    assert "<@" not in shown


@given(st.text(), st.integers(2, 50))
def test_shortened_text_fits(text: str, most: int) -> None:
    assert len(shorten(text, most)) <= most


def test_text_is_shortened_at_a_word() -> None:
    assert shorten("The quick brown fox", 12) == "The quick…"
