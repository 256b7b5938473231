"""Text of a bank is shown as it was written: no markup, no mention, nothing too long."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.bank import texts as limits
from bot.domain.courses import Course, Topic
from bot.domain.questions import Option, Question, QuestionType, Source
from tests.discord.classroom import CLOSE, Classroom, classroom, menu, texts
from tests.sample_course import course, multiple_answer, quotation, single_choice

HOSTILE = (
    "@everyone @here <@1> <@&2> <#3> </a:4> <t:0:R> <:x:5> **b** __u__ ~~s~~ ||h|| `c` [t](https://e.org) "
    "# h > q -# s 1. n https://e.org :smile: \u202ereversed\u202c"
)
# What Discord obeys unless it is escaped.
LIVE = [
    re.compile(pattern)
    for pattern in (
        r"@everyone",
        r"@here",
        r"(?<!\\)<@",
        r"(?<!\\)<#3",
        r"(?<!\\)</a",
        r"(?<!\\)<t:0",
        r"(?<!\\)<:x",
        r"(?<!\\)\*\*b",
        r"(?<!\\)__u",
        r"(?<!\\)~~s",
        r"(?<!\\)\|\|h",
        r"(?<!\\)`c",
        r"(?<!\\)\[t\]\(",
        r"https://e\.org",
        r"\u202e",
        r"(?<!\\):smile:",
    )
]


def hostile_course() -> Course:
    questions = tuple(
        replace(
            kind,
            stem=f"{HOSTILE} stem {number}",
            topic="rivers",
            options=tuple(
                replace(
                    option,
                    text=f"{HOSTILE[:70]} {number}{position}",
                    why_wrong=None if option.is_key else f"{HOSTILE} why",
                    refutation=None if option.is_key else quotation(f"{HOSTILE} refuted", bad_source()),
                )
                for position, option in enumerate(kind.options)
            ),
            explanation=f"{HOSTILE} explained {number}",
            footnotes=(
                replace(quotation(f"{HOSTILE} quoted {number}", bad_source()), place=f"in “{HOSTILE}”"),
            ),
        )
        for number, kind in enumerate([single_choice(0), single_choice(1), multiple_answer(0)])
    )
    return replace(
        course(questions),
        title=f"{HOSTILE[:60]} title",
        description=f"{HOSTILE} described",
        topics=(Topic("rivers", f"{HOSTILE[:40]} topic"), Topic("towns", "Towns")),
        sources=(bad_source(),),
    )


def bad_source() -> Source:
    return Source("bad", f"{HOSTILE} title", f"{HOSTILE[:80]} author", f"{HOSTILE[:80]} press", HOSTILE[:20])


def harmless(said: str, people: list[Any]) -> None:
    for who in people:
        said = said.replace(f"<@{who.id}>", "")
    said = re.sub(r"<t:\d{9,}:R>", "", said)
    for pattern in LIVE:
        assert not pattern.search(said), (pattern.pattern, said)
    for line in said.splitlines():
        # Our own headings and small print are the only lines that begin with markup.
        assert not re.match(r"(#{1,3}|-#|>)\s*$", line), said


async def play(room: Classroom) -> list[str]:
    """A round with everything in it that is shown; returns every text."""
    people = [room.ada, room.ben, room.teacher]
    said: list[str] = []

    async def note(shown: Any) -> None:
        if shown.response.components:
            said.append(texts(shown.response.components))
        said.append(shown.response.content)

    await note(await room.teacher.slash(room.channel, "quiz start", topic="rivers", questions=3))
    await room.start(questions=3, topic="rivers", pause=6, scoring="speed")
    await room.first_question()
    for number in range(3):
        if number:
            await room.env.advance_time(6.1)
        card = room.card()
        said.append(texts(card.components))
        for who, right in ((room.ada, True), (room.ben, False)):
            if room.asked().type is QuestionType.MULTIPLE_ANSWER:
                shown = [str(position) for position in room.shown(right=right)]
                await note(await who.select(card, shown))
                await note(await who.select(card, shown))
            else:
                await note(await room.answer(who, right=right))
                await note(await room.answer(who, right=right))
        await note(await room.ada.slash(room.channel, "quiz status"))
        await room.env.advance_time(20 + CLOSE)
        for who in people:
            await note(await who.click(room.cards()[1 + number], label="Why was mine wrong?"))
    review = await room.ben.click(room.card(), label="Review mine")
    for _ in range(2):
        await note(review)
        await room.ben.click(review.response, label="Next")
    await note(review)
    for command in ("leaderboard", "sources"):
        await note(await room.ada.slash(room.channel, command, course=next(iter(room.courses))))
    await note(await room.ada.slash(room.channel, "quiz start", topic=HOSTILE))
    await note(await room.ada.slash(room.channel, "sources", course=HOSTILE))
    await note(await room.teacher.slash(room.channel, "settings timezone", zone=HOSTILE))
    return said + [texts(card.components) for card in room.cards()]


async def test_markup_and_mentions_of_a_bank_and_of_people_are_shown_and_not_obeyed(
    database_file: Path,
) -> None:
    async with classroom(database_file, hostile_course()) as room:
        said = await play(room)
        assert any("reversed" in text for text in said)
        for text in said:
            harmless(text, [room.ada, room.ben, room.chen, room.teacher])


async def test_the_words_of_a_bank_are_all_there(database_file: Path) -> None:
    async with classroom(database_file, hostile_course()) as room:
        await room.start(questions=3)
        said = texts((await room.first_question()).components)
        bare = re.sub(r"[\\\u200b]", "", said)
        assert "@everyone @here <@1> <@&2> <#3>" in bare
        assert "**b** __u__ ~~s~~ ||h||" in bare
        assert "reversed" in bare


async def test_a_menu_shows_options_as_they_are_written(database_file: Path) -> None:
    written = replace(
        multiple_answer(0),
        options=tuple(
            replace(option, text=f"*Starred* option_{position} [x]")
            for position, option in enumerate(multiple_answer(0).options)
        ),
    )
    async with classroom(database_file, course((written,))) as room:
        await room.start(questions=1)
        options = menu(await room.first_question())["options"]
        assert sorted(option["label"][3:] for option in options) == [
            f"*Starred* option_{position} [x]" for position in range(4)
        ]


def long_question(kind: QuestionType, fill: str) -> Question:
    """A question in which every text is as long as a bank may have it."""

    def text(length: int, tail: str) -> str:
        return (fill * length)[: length - len(tail)] + tail

    several = kind is QuestionType.MULTIPLE_ANSWER
    source = Source(
        "long",
        text(limits.SOURCE_TITLE_MAXIMUM, "t"),
        text(limits.NAME_MAXIMUM, "a"),
        text(limits.NAME_MAXIMUM, "p"),
        "2020-09-30",
        "https://example.org/" + "x" * 400,
    )
    footnote = replace(
        quotation(text(limits.QUOTE_MAXIMUM, "q"), source), place=text(limits.PLACE_MAXIMUM, "e")
    )
    options = tuple(
        Option(
            text(limits.OPTION_MAXIMUM, f"o{position}"),
            is_key=position == 0 or (several and position == 1),
            why_wrong=None
            if position == 0 or (several and position == 1)
            else text(limits.WHY_WRONG_MAXIMUM, f"w{position}"),
            refutation=None
            if position == 0 or (several and position == 1)
            else replace(footnote, text=text(limits.QUOTE_MAXIMUM, f"r{position}")),
        )
        for position in range(5)
    )
    return replace(
        single_choice(0),
        id=f"long-{kind.value.replace('_', '-')}",
        type=kind,
        stem=text(limits.STEM_MAXIMUM, "stem?"),
        options=options,
        explanation=text(limits.EXPLANATION_MAXIMUM, "x"),
        footnotes=(footnote,),
    )


@pytest.mark.parametrize("kind", [QuestionType.SINGLE_CHOICE, QuestionType.MULTIPLE_ANSWER])
@pytest.mark.parametrize("fill", ["word ", "*_~`"], ids=["words", "signs that are escaped"])
async def test_the_longest_texts_that_a_bank_may_have_fit_into_every_message(
    database_file: Path, caplog: pytest.LogCaptureFixture, kind: QuestionType, fill: str
) -> None:
    question = long_question(kind, fill)
    taught = replace(
        course((question,)),
        title=("Long " * 40)[: limits.COURSE_TITLE_MAXIMUM].strip(),
        topics=(Topic(question.topic, ("T" * limits.TOPIC_TITLE_MAXIMUM)),),
        sources=(question.footnotes[0].source,),
    )
    async with classroom(database_file, taught) as room:
        await room.start(questions=1, scoring="speed", thread=False)
        card = await room.first_question()
        wrong = [str(position) for position in room.shown(right=False)]
        if kind is QuestionType.MULTIPLE_ANSWER:
            first = await room.ben.select(card, wrong)
            again = await room.ben.select(card, wrong)
        else:
            first = await room.answer(room.ben, right=False)
            again = await room.answer(room.ben, right=False)
        assert "Saved" in first.response.content
        assert "already answered" in again.response.content
        await room.close()
        assert "right answer" in texts(room.cards()[1].components)
        assert "Result" in texts(room.card().components)
        why = await room.ben.click(room.cards()[1], label="Why was mine wrong?")
        assert "is wrong:" in texts(why.response.components)
        review = await room.ben.click(room.card(), label="Review mine")
        assert "Review · question 1 of 1" in texts(review.response.components)
        sources = await room.ben.slash(room.channel, "sources")
        assert sources.ephemeral
    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == []
