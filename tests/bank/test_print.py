"""`footnote bank print`: a course as one page that is read as HTML by a parser, not by eye alone."""

from __future__ import annotations

import json
import re
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.bank.load import load_course
from bot.cli_bank import bank
from bot.ui.print_page import course_page
from bot.ui.sheets import sheet
from tests.bank.question_samples import SAMPLES

VOID = {"meta", "br", "link", "img"}


class Page(HTMLParser):
    """Every tag with its attributes and what it stands in; fails where one is not closed in its order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[str, str]] = []
        self._open: list[str] = []
        self.feed(html)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if data.strip() and self._open:
            self.texts.append((self._open[-1], data.strip()))

    def named(self, *names: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.tags if tag in names]

    def told(self, name: str) -> list[str]:
        return [text for tag, text in self.texts if tag == name]


@pytest.fixture
def everything(tea):
    (tea.path / "questions" / "zmore.yaml").write_text("\n".join(SAMPLES.values()), encoding="utf-8")
    return tea


def printed(*arguments: object) -> Result:
    return CliRunner(env={"NO_COLOR": "1", "COLUMNS": "200"}).invoke(bank, ["print", *map(str, arguments)])


def page(tea, **options: bool) -> str:
    return course_page(load_course(tea.path).course, **options)


def test_the_command_writes_a_page_with_all_approved_questions(everything, tmp_path: Path) -> None:
    out = tmp_path / "course.html"
    result = printed(everything.path, "--out", out)
    assert result.exit_code == 0
    assert result.stdout == f"10 questions written to {out}.\n"
    html = out.read_bytes().decode()
    assert len(Page(html).named("article")) == 10
    assert "Sarah Trimmer disliked tea" not in html  # a draft


def test_the_page_is_one_file_that_runs_and_loads_nothing(everything) -> None:
    read = Page(page(everything))
    assert read.named("script", "link", "img", "iframe", "object", "base", "form") == []
    assert all("src" not in attributes and "style" not in attributes for _, attributes in read.tags)
    assert not any(name.startswith("on") for _, attributes in read.tags for name in attributes)
    [policy] = [each["content"] for each in read.named("meta") if each.get("http-equiv")]
    assert policy is not None
    assert policy.startswith("default-src 'none'")
    [style] = read.told("style")
    assert "url(" not in style
    assert "@import" not in style


def test_a_reader_who_does_not_see_finds_the_way_by_headings_and_names(everything) -> None:
    read = Page(page(everything))
    assert read.named("html")[0]["lang"] == "en"
    assert read.told("h1") == read.told("title") == ["Tea: a short history"]
    assert read.told("h2") == ["Topics", "Trade", "Habits"]
    assert len(read.named("h3")) == 10
    assert read.tags[[tag for tag, _ in read.tags].index("body") + 1] == (
        "a",
        {"class": "skip", "href": "#questions"},
    )
    ids = [attributes["id"] for _, attributes in read.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    for _, attributes in read.tags:
        target = attributes.get("aria-labelledby") or (attributes.get("href") or "#questions").removeprefix(
            "#"
        )
        assert target in ids
    assert [each["type"] for each in read.named("ol") if each.get("class") == "lettered"] == ["A"] * 7


def test_a_gap_is_read_out_as_one(everything) -> None:
    assert '<span class="gap" role="img" aria-label="gap">____</span>' in page(everything)


def test_quotations_are_quotations_with_their_source(everything) -> None:
    everything.replace("sources.yaml", "url: null", "url: https://kettle.example/?a=1&b=2")
    html = page(everything)
    read = Page(html)
    assert len(read.named("blockquote")) == len(read.named("figcaption")) == len(read.named("cite"))
    assert (
        '<figure class="footnote">\n<blockquote><p>Tea came to the harbour in 1610.</p></blockquote>\n'
        '<figcaption>Ann Leaf, <a href="https://kettle.example/?a=1&amp;b=2" rel="noreferrer">'
        "<cite>A short history of tea</cite></a>, The Kettle, 1999</figcaption>\n</figure>"
    ) in html


def test_each_question_has_its_key_its_explanation_and_its_footnotes(everything) -> None:
    html = page(everything)
    assert html.count('<div class="key">') == 10
    assert '<strong>1610</strong> <span class="mark">✓ right</span>' in html
    assert '1750 <span class="why">By then it was cheaper than beer.</span>' in html
    assert "<strong>Answer: 1610 AD</strong>" in html
    assert "<p>Also counts: Trimmer, 特里默</p>" in html
    assert "<li>Harbour masters → Cargo</li>" in html


def test_without_keys_the_page_holds_no_key_no_explanation_and_no_footnote(
    everything, tmp_path: Path
) -> None:
    out = tmp_path / "paper.html"
    result = printed(everything.path, "--out", out, "--no-keys")
    assert result.stdout == f"10 questions without keys written to {out}.\n"
    html = out.read_text(encoding="utf-8")
    text = unescape(re.sub(r"<style>.*?</style>", "", html, flags=re.DOTALL))
    course = load_course(everything.path).course
    for question in course.questions:
        assert question.stem.split("____")[0] in text
        assert question.explanation not in text
        for option in question.options:
            assert option.text in text
            assert option.why_wrong is None or option.why_wrong not in text
    for told in (
        "✓",
        "Sarah Trimmer</",
        "特里默",
        "→",
        'class="key"',
        'class="footnote"',
        "1610 AD",
    ):
        assert told not in text
    assert html.count('<figure class="passage">') == 1
    assert html.count('<p class="blank">Answer: <span></span></p>') == 5
    Page(html)


def test_the_place_of_an_option_tells_nothing_of_the_key(everything) -> None:
    # In the files the key comes first.
    question = (everything.path / "questions/tea.yaml").read_text(encoding="utf-8").split("\n\n")[1]
    many = "\n\n".join(question.replace("tea-sayings", f"tea-{n}") for n in range(40))
    (everything.path / "questions" / "many.yaml").write_text(many + "\n", encoding="utf-8")
    keys = [sheet(question).key for question in load_course(everything.path).course.questions]
    assert len({key for key in keys if ", " in key}) > 3
    assert page(everything) == page(everything)


MARKUP = "<script>x('y')</script> & \"q\" </style> <!-- <img src=x onerror=z>"
WRITTEN = json.dumps(MARKUP)


def test_markup_in_any_text_of_a_course_is_shown_as_text(everything) -> None:
    more = "questions/zmore.yaml"
    for name, old, new in (
        ("course.yaml", '"Tea: a short history"', WRITTEN),
        ("course.yaml", "From a cure to a habit.", WRITTEN),
        ("course.yaml", "title: Trade", f'title: {WRITTEN[:50]}"'),
        ("course.yaml", "Who sold tea.", WRITTEN),
        ("sources.yaml", "title: A short history of tea", f"title: {WRITTEN}"),
        ("sources.yaml", "Ann Leaf", WRITTEN),
        ("sources.yaml", "The Kettle", WRITTEN),
        ("facts/tea.yaml", 'value: "1610"', "value: q"),
        ("facts/tea.yaml", '"Tea came to the harbour in 1610."', f"{WRITTEN}\n      place: {WRITTEN}"),
        ("questions/tea.yaml", "In which year did tea come to the harbour?", WRITTEN),
        ("questions/tea.yaml", '"1750"', WRITTEN),
        ("questions/tea.yaml", "By then it was cheaper than beer.", WRITTEN),
        ("questions/tea.yaml", "It was a rare good, sold by apothecaries.", WRITTEN),
        (more, "unit: AD", "unit: <b>&</b>"),
        (more, "answer: Sarah Trimmer", f"answer: {WRITTEN}"),
        (more, "特里默", "<b>T</b>"),
        (more, "market-driven ____.", "market-driven ____ <b>."),
        (more, "Apothecaries praise it", WRITTEN),
        (more, "left: Harbour masters", f"left: {WRITTEN}"),
        (more, "right: Cargo", f"right: {WRITTEN}"),
    ):
        everything.replace(name, old, new)
    html = page(everything)
    read = Page(html)  # every tag is ours, and closed
    assert read.named("script", "img", "b") == []
    assert html.count("</style>") == 1
    assert html.count("&lt;script&gt;x(&#x27;y&#x27;)&lt;/script&gt; &amp; &quot;q&quot;") >= 16
    assert Page(page(everything, with_keys=False)).named("script", "img", "b") == []


def test_a_question_in_another_language_says_so(everything) -> None:
    everything.replace("questions/tea.yaml", "language: en", "language: de")
    assert '<article aria-labelledby="question-tea-year" lang="de">' in page(everything)


def test_a_topic_without_a_question_is_left_out(everything) -> None:
    everything.append("course.yaml", "  - id: none\n    title: Nothing yet\n")
    assert "Nothing yet" not in page(everything)


def test_a_file_that_cannot_be_written_exits_with_2(everything, tmp_path: Path) -> None:
    result = printed(everything.path, "--out", tmp_path / "nowhere" / "course.html")
    assert result.exit_code == 2
    assert "cannot be written: No such file or directory" in result.stderr
