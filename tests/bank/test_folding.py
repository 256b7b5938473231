"""Folding a document and finding quotations in it, with the way back to the raw text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.bank.folding import fold, is_in
from bot.bank.readers import READERS

PIECES = st.sampled_from(
    [
        "tea",
        "Pekoe",
        "a",
        "1984",
        "é",
        "😀",
        " ",
        "  ",
        "\n",
        "\r\n",
        "\n\n",
        "\t",
        "\f",
        "\u00a0",
        "-",
        "-\n",
        "-\r\n ",
        "\u00ad",
        "\u00ad\n",
        "\u200b",
        "–",
        ". ",
    ]
)
TEXTS = st.lists(PIECES, max_size=40).map("".join)


@given(TEXTS)
def test_every_character_that_is_kept_stands_at_its_offset(raw: str) -> None:
    folded = fold(raw)
    assert len(folded.offsets) == len(folded.text) + 1
    assert folded.offsets[-1] == len(raw)
    assert list(folded.offsets) == sorted(folded.offsets)
    for position, character in enumerate(folded.text):
        there = raw[folded.raw_offset(position)]
        assert there == character or (character == " " and there.isspace())


@given(TEXTS)
def test_offsets_round_trip(raw: str) -> None:
    folded = fold(raw)
    for position in range(len(folded.text)):
        assert folded.position(folded.raw_offset(position)) == position


@given(TEXTS)
def test_folded_text_has_no_white_space_but_single_spaces(raw: str) -> None:
    text = fold(raw).text
    assert "  " not in text
    assert not any(character.isspace() and character != " " for character in text)
    assert "\u00ad" not in text


@given(TEXTS)
def test_folding_twice_is_folding_once(raw: str) -> None:
    once = fold(raw).text
    assert fold(once).text == once


def test_a_quotation_may_begin_with_several_hyphens() -> None:
    assert list(fold("tea --tea").find("--t")) == [4]


@given(TEXTS, st.data())
def test_any_stretch_of_a_document_is_found_where_it_stands(raw: str, data: st.DataObject) -> None:
    folded = fold(raw)
    text = folded.text
    start = data.draw(st.integers(0, max(len(text) - 1, 0)))
    end = data.draw(st.integers(start, len(text)))
    stretch = text[start:end]
    if not stretch.strip().strip("-"):
        return
    begin = start + len(stretch) - len(stretch.lstrip())
    assert folded.raw_offset(begin) in list(folded.find(stretch))


@pytest.mark.parametrize(
    ("raw", "quotation"),
    [
        ("pol-\nitical", "political"),
        ("market-\ndriven", "market-driven"),
        ("market-\r\n  driven", "market-driven"),
        ("a pol-\nitical, market-\ndriven thing", "a political, market-driven thing"),
        ("pol-\n\n\fitical", "political"),
        ("poli\u00adtical", "political"),
        ("poli\u00ad\ntical", "political"),
        ("one\ntwo", "one two"),
        ("one\ftwo", "one two"),
        ("one\u00a0two", "one two"),
        ("one two", "one\n  two"),
        ("2015-\n2016", "2015-2016"),
    ],
)
def test_a_quotation_is_found_however_the_document_breaks_it(raw: str, quotation: str) -> None:
    assert list(fold(f"x {raw} y").find(quotation)) == [2]


@pytest.mark.parametrize(
    ("raw", "quotation"),
    [
        ("re-form", "reform"),
        ("reform", "re-form"),
        ("nowhere", "no where"),
        ("no where", "nowhere"),
        ("Zhongguancun", "zhongguancun"),
        ("it’s", "it's"),
        ("the end -\nof", "the end of"),
        ("market-\ndriven", "market -driven"),
        ("abc", ""),
        ("a-b", "-"),
    ],
)
def test_what_differs_in_more_than_line_ends_is_not_found(raw: str, quotation: str) -> None:
    assert list(fold(raw).find(quotation)) == []


def test_every_occurrence_is_found_in_order() -> None:
    assert list(fold("tea, tea\nand te-\na").find("tea")) == [0, 5, 13]


def test_words_in_a_quotation() -> None:
    assert is_in("market-driven  cure", "praised as a market-driven cure")
    assert not is_in("marketdriven", "praised as a market-driven cure")


@pytest.mark.parametrize("suffix", sorted(READERS))
def test_every_reader_round_trips_offsets_on_a_document(suffix: str) -> None:
    raw = "\ufeffTea came to the har-\r\nbour.\r\n\r\n\fIt was – 茶 – sold.".encode()
    text = READERS[suffix](raw)
    [offset] = text.find("harbour. It was – 茶 – sold.")
    assert text.raw[offset : offset + 4] == "har-"
    assert text.text[text.position(offset) :].startswith("harbour")


def test_a_reader_refuses_what_is_not_utf_8() -> None:
    with pytest.raises(UnicodeDecodeError):
        READERS[".txt"]("café".encode("latin-1"))
