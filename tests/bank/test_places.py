"""Where a quotation stands, as a reader would look it up."""

from __future__ import annotations

from bot.bank.places import find_places

PAPER = """ A title: of
two lines
 ABSTRACT
This study asks. It an-
swers.
 Introduction

First paragraph of the intro-
duction goes on
 over the page's end.

Second one ends here.
 Third one begins a page.
It goes on.

A long heading over
two lines

Under it (Smith,
2014).
"""


def place(raw: str, words: str, *headings: str) -> str:
    return find_places(raw, headings).at(raw.index(words))


def paper(words: str) -> str:
    return place(PAPER, words, "ABSTRACT", "Introduction", "A long heading over two lines")


def test_before_any_heading_paragraphs_are_counted_from_the_top() -> None:
    assert paper("two lines\n ABS") == "paragraph 1"


def test_a_heading_needs_no_blank_line_round_it() -> None:
    assert paper("swers") == "in “ABSTRACT”, paragraph 1"


def test_a_page_end_inside_a_sentence_divides_no_paragraph() -> None:
    assert paper("over the page") == "in “Introduction”, paragraph 1"


def test_a_page_that_begins_a_sentence_begins_a_paragraph() -> None:
    assert paper("Third one") == "in “Introduction”, paragraph 3"
    assert paper("It goes on.") == "in “Introduction”, paragraph 3"


def test_a_heading_of_two_lines() -> None:
    assert paper("2014") == "in “A long heading over two lines”, paragraph 1"
    assert paper("A long heading") == "in the heading “A long heading over two lines”"
    assert paper("two lines\n\nUnder") == "in the heading “A long heading over two lines”"


def test_a_form_feed_at_a_page_end() -> None:
    assert (
        place(PAPER.replace("\n ", "\n\f"), "Third one", "Introduction") == "in “Introduction”, paragraph 3"
    )


def test_long_lines_are_a_paragraph_each() -> None:
    raw = "One.\nTwo.\nA HEADING\nThree.\n"
    assert place(raw, "Two", "A HEADING") == "paragraph 2"
    assert place(raw, "Three", "A HEADING") == "in “A HEADING”, paragraph 1"


def test_long_lines_between_blank_lines_are_a_paragraph_each() -> None:
    raw = "Home\nA title\n\nOne.\n\n\nTwo is cut\n\nby a page’s end.\n\nThree.\n"
    assert place(raw, "One") == "paragraph 3"
    assert place(raw, "by a page") == "paragraph 4"
    assert place(raw, "Three") == "paragraph 5"


def test_a_heading_counts_only_as_a_whole_line() -> None:
    assert place("The Note is here.\nTwo.\n", "Two", "Note") == "paragraph 2"


def test_a_heading_of_markdown() -> None:
    assert place("Top.\n\n## Note\n\nOne.\n", "One", "Note") == "in “Note”, paragraph 1"


def test_an_empty_document_has_a_place_too() -> None:
    assert find_places("", []).at(0) == "paragraph 1"
