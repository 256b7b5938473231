"""Every visible sentence passes through gettext: a second language is a catalogue, not a rewrite.

The catalogue of these tests wraps each sentence in ⟦…⟧. What is then seen outside of the brackets may only come
from the bank, or be a figure, a mention, a time or a sign.
"""

from __future__ import annotations

import gettext
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.domain.courses import Course
from bot.ui import i18n
from bot.ui.text import clean, plain
from tests.discord.classroom import CLOSE, FIRST_QUESTION, Classroom, classroom
from tests.discord.wire import messages, walk
from tests.sample_course import course, multiple_answer, single_choice, true_false


class Bracketed(gettext.NullTranslations):
    """A language in which every sentence is the English one in brackets."""

    def gettext(self, message: str) -> str:
        return f"⟦{message}⟧"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return f"⟦{msgid1 if n == 1 else msgid2}⟧"


class Prefixed(gettext.NullTranslations):
    """A language for names of commands, which may hold no brackets."""

    def gettext(self, message: str) -> str:
        return f"x{message}"


def mixed_course() -> Course:
    return course(
        (*(single_choice(number) for number in range(3)), multiple_answer(0), true_false(0, is_true=False))
    )


@pytest.fixture
async def bracketed(database_file: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    async with classroom(database_file, mixed_course()) as room:
        monkeypatch.setattr(i18n, "translations_for", lambda _locale: Bracketed())
        yield room


def visible(room: Classroom) -> Iterator[str]:
    """Every text that the bot has sent or written into a message."""
    for entry in room.env.http_requests:
        for message, _ in messages(entry):
            yield message.get("content") or ""
            for part in walk(message.get("components")):
                for name in ("content", "label", "placeholder"):
                    yield part.get(name) or ""
                for option in part.get("options") or []:
                    yield option["label"]
                    yield option.get("description") or ""


def bank_texts(taught: Course) -> list[str]:
    found = [taught.title, taught.description, *(topic.title for topic in taught.topics)]
    for source in taught.sources:
        found += [source.title, source.author or "", source.publisher or ""]
    for question in taught.questions:
        notes = [*question.footnotes]
        found += [question.stem, question.explanation]
        for option in question.options:
            found += [option.text, option.why_wrong or ""]
            notes += [option.refutation] if option.refutation else []
        found += [text for note in notes for text in (note.text, note.place or "")]
    both = {form for text in found if text for form in (plain(text), clean(text))}
    return sorted(both, key=len, reverse=True)


def unwrapped(text: str, taught: Course) -> str:
    """What is left of a text without brackets, bank, mentions, times, letters of options and figures."""
    while (shorter := re.sub(r"⟦[^⟦⟧]*⟧", " ", text)) != text:
        text = shorter
    for known in bank_texts(taught):
        text = text.replace(known, " ")
    text = re.sub(r"`[a-z]+-\d\d`", " ", text)  # the id of a question
    text = re.sub(r"<@&?\d+>|<#\d+>|<t:\d+:[A-Za-z]>|`/[a-z -]+`", " ", text)
    text = re.sub(r"\*\*[A-E]\*\*|^[A-E](?=\s\s|$)", " ", text)
    return " ".join(re.findall(r"[^\W\d_]+", text))


def assert_all_wrapped(room: Classroom) -> None:
    (taught,) = room.courses.values()
    said = [text for text in visible(room) if text]
    assert len(said) > 5
    assert {text: rest for text in said if (rest := unwrapped(text, taught))} == {}


async def play(room: Classroom, **options: Any) -> Any:
    await room.start(questions=5, pause=6, **options)
    await room.first_question()
    for number in range(5):
        if number:
            await room.env.advance_time(6.1)
        card = room.card()
        for who, right in ((room.ada, True), (room.ben, False), (room.ben, True)):
            if any(part["type"] == 3 for part in walk([c.to_dict() for c in card.components])):
                await who.select(card, [str(position) for position in room.shown(right=right)])
            else:
                await room.answer(who, right=right)
        await room.ada.slash(room.channel, "quiz status")
        await room.env.advance_time(20 + CLOSE)
    return room.card()


async def test_a_whole_round_speaks_the_readers_language(bracketed: Classroom) -> None:
    room = bracketed
    result = await play(room, scoring="speed")
    for card in room.cards()[1:-1]:
        for who in (room.ada, room.ben, room.chen):
            await who.click(card, label="⟦Why was mine wrong?⟧")
    for who in (room.ada, room.ben, room.chen):
        review = await who.click(result, label="⟦Review mine⟧")
        for _ in range(4):
            await who.click(review.response, label="⟦Next⟧")
    assert_all_wrapped(room)


@pytest.fixture
def _labels_in_brackets(monkeypatch: pytest.MonkeyPatch) -> None:
    """`Classroom.start` presses "Start": here the button is called ⟦Start⟧."""

    async def start(self: Classroom, who: Any = None, channel: Any = None, **options: Any) -> Any:
        who, channel = who or self.teacher, channel or self.channel
        shown = await who.slash(channel, "quiz start", **options)
        await who.click(shown.response, label="⟦Start⟧")
        return shown

    monkeypatch.setattr(Classroom, "start", start)


pytestmark = pytest.mark.usefixtures("_labels_in_brackets")


async def test_a_changeable_round_in_a_thread_speaks_the_readers_language(bracketed: Classroom) -> None:
    room = bracketed
    await room.teacher.slash(room.channel, "settings answers", policy="changeable")
    await room.start(questions=3, topic="rivers", thread=True)
    await room.env.advance_time(FIRST_QUESTION)
    (thread,) = room.channel.threads
    asked = await room.teacher.slash(thread, "quiz stop")
    await room.teacher.click(asked.response, label="⟦Keep playing⟧")
    asked = await room.teacher.slash(thread, "quiz stop")
    await room.teacher.click(asked.response, label="⟦Stop the round⟧")
    await room.env.advance_time(1)
    cancelled = await room.ada.slash(room.channel, "quiz start", questions=50)
    await room.ada.click(cancelled.response, label="⟦Cancel⟧")
    assert_all_wrapped(room)


async def test_a_round_nobody_answers_speaks_the_readers_language(bracketed: Classroom) -> None:
    await bracketed.start(questions=5, seconds=5, pause=3)
    await bracketed.env.advance_time(120)
    assert "⟦Nobody answered three questions in a row, so the round stops here.⟧" in list(visible(bracketed))
    assert_all_wrapped(bracketed)


async def test_every_command_speaks_the_readers_language(bracketed: Classroom) -> None:
    room = bracketed
    learners = [room.add_learner(f"learner{number}") for number in range(12)]
    await room.start(questions=1)
    await room.first_question()
    for number, who in enumerate(learners):
        if not any(part["type"] == 3 for part in walk([c.to_dict() for c in room.card().components])):
            await room.answer(who, right=number % 2 == 0)
        else:
            await who.select(room.card(), [str(position) for position in room.shown(right=number % 2 == 0)])
    await room.close()
    first = room.courses["rivers"].questions[0]
    options = {
        "settings timezone": [{"zone": "Asia/Shanghai"}, {"zone": "Shanghaj"}, {"zone": "!!!"}],
        "settings starters": [{"who": "everyone"}, {"who": "instructors"}],
        "settings answers": [{"policy": "final"}, {"policy": "changeable"}],
        "settings instructors": [{}, {"role": room.guild.roles["Teacher"]}],
        "settings channel": [{}, {"channel": room.channel}],
        "disputes show": [{"number": 1}],
        "results assignment": [{"assignment": "1"}],
        "disputes list": [{}, {"settled": True}],
        "quiz start": [{}, {"course": "lakes"}, {"topic": "seas"}],
        "leaderboard": [
            {},
            {"course": "rivers"},
            {"course": "lakes"},
            *({"window": window} for window in ("round", "today", "week", "month")),
        ],
        "sources": [{}, {"course": "lakes"}],
        "assignment create": [
            {"closes": "in 3 days", "questions": 1, "minutes": 5, "seconds": 20, "attempts": 2},
            {"closes": "in 3 days", "opens": "in 2 days", "counts": "mean", "explanations": "at_once"},
            *({"closes": closes} for closes in ("2020-01-01", "42", "in 4000 days")),
            {"closes": "in 2 days", "opens": "in 3 days"},
            {"closes": "in 2 days", "scoring": "speed"},
        ],
        "learner accommodate": [
            {"learner": room.ben},
            {"learner": room.ben, "factor": 1.5},
            {"learner": room.ben, "assignment": "42", "closes": "in 4 days"},
        ],
        "learner remove": [{"learner": room.ben, "assignment": "42"}, {"learner": room.ben}],
        "assignment close": [{"assignment": "42"}],
        "assignment extend": [{"assignment": "42", "closes": "in 4 days"}],
        "assignment results": [{"assignment": "42"}],
        "schedule create": [
            {"every": "once", "at": "12:30", "announce": 5, "late": 0},
            {"every": "daily", "at": "12:30", "interval": 3, "runs": 2},
            {
                "every": "weekly",
                "at": "02:30",
                "days": "mon, sun",
                "zone": "America/New_York",
                "end": "2026-12-31",
            },
            {"every": "monthly", "at": "12:30", "days": "31", "short_month": "skip"},
            {"every": "monthly", "at": "12:30", "days": "last friday", "thread": True, "event": True},
            {"every": "daily", "at": "25:00"},
            {"every": "daily", "at": "12:30", "start": "x"},
            {"every": "daily", "at": "12:30", "end": "2020-01-01"},
            {"every": "daily", "at": "12:30", "days": "42"},
            {"every": "weekly", "at": "12:30", "days": "42"},
            {"every": "monthly", "at": "12:30", "days": "42"},
            {"every": "weekdays", "at": "12:30", "interval": 3},
            {"every": "daily", "at": "12:30", "questions": 42},
        ],
        "schedule edit": [{"schedule": "42"}],
        **{
            f"schedule {name}": [{"schedule": "42"}]
            for name in ("show", "pause", "resume", "skip", "run-now", "delete")
        },
        "schedule skip-dates": [{}, {"dates": "2026-12-24"}, {"dates": "x"}],
        "bank reload": [],  # it would read the bundled course in place of this one: see test_bank
        "bank search": [{"words": "river"}, {"words": "xyzzy"}],
        "bank preview": [{"question": question.id} for question in room.courses["rivers"].questions],
        "bank disable": [{"question": first.id}, {"question": first.id, "reason": "42"}],
        "bank enable": [{"question": first.id}, {"question": first.id}],
        "bank report": [
            {},
            {"question": first.id},
            {"question": first.id, "problem": "42"},
            {"question": first.id, "problem": "42"},
            {"question": f"{first.id}x", "problem": "42"},
            {},
        ],
    }
    for command in room.teacher.available_commands(room.channel):
        for chosen in options.get(command, [{}]):
            await room.teacher.slash(room.channel, command, **chosen)
            await room.ada.slash(room.channel, command, **chosen)
    assert_all_wrapped(room)


async def test_every_refusal_speaks_the_readers_language(bracketed: Classroom) -> None:
    room = bracketed
    await room.start(questions=2)
    card = await room.first_question()
    number = room.live().round_question_id
    await room.ada.slash(room.channel, "quiz start")
    await room.ada.slash(room.channel, "quiz stop")
    await room.at_once(
        [
            (room.ada, f"why:{number}"),
            (room.ada, f"a:{number}:9"),
            (room.ada, "a:999:0"),
            (room.ada, "start:1"),
            (room.ada, "rev:999:0"),
            (room.ada, "stop:1"),
        ],
        card,
    )
    import discord

    quiet = room.guild.create_text_channel(
        "quiet",
        overwrites={room.env.bot.user: discord.PermissionOverwrite(view_channel=True, send_messages=False)},
    )
    await room.ada.slash(quiet, "quiz start", thread=True)
    assert_all_wrapped(room)


async def test_what_a_starter_is_told_of_a_lost_round_is_in_the_servers_language(
    bracketed: Classroom,
) -> None:
    room = bracketed
    await room.start(questions=2)
    room.env.backend.delete_channel(room.channel.id)
    await room.env.settle()
    (told,) = room.teacher.user.dm_channel.history()
    assert unwrapped(told.content, mixed_course()) == ""


async def test_a_fault_of_ours_is_told_in_the_readers_language(
    bracketed: Classroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bot.services import proposing

    async def fail(*_args: Any, **_named: Any) -> None:
        msg = "a fault"
        raise RuntimeError(msg)

    monkeypatch.setattr(proposing, "propose_round", fail)
    shown = await bracketed.ada.slash(bracketed.channel, "quiz start")
    assert shown.ephemeral
    assert re.fullmatch(
        r"⟦Something went wrong on my side; nothing you did is lost\. Reference: [0-9a-f]{8}⟧",
        shown.response.content,
    )


async def test_names_descriptions_and_choices_of_commands_are_translated(
    database_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = i18n.translations_for
    monkeypatch.setattr(
        i18n, "translations_for", lambda locale: Prefixed() if locale == "de" else real(locale)
    )
    missing: list[str] = []

    def look(part: dict[str, Any], path: str) -> None:
        here = f"{path} {part['name']}".strip()
        if (part.get("name_localizations") or {}).get("de") != f"x{part['name']}":
            missing.append(f"{here}: name")
        if "description" in part and (part.get("description_localizations") or {}).get("de") != (
            f"x{part['description']}"
        ):
            missing.append(f"{here}: description")
        for inner in [*(part.get("options") or []), *(part.get("choices") or [])]:
            look(inner, here)

    async with classroom(database_file) as room:
        for command in room.env.backend.commands[None].values():
            look(command, "")
    assert missing == []


def test_a_catalogue_in_the_folder_of_locales_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from babel.messages import Catalog
    from babel.messages.mofile import write_mo

    catalogue = Catalog(locale="de")
    catalogue.add("Start", "Los")
    catalogue.add(("{count} question", "{count} questions"), ("{count} Frage", "{count} Fragen"))
    folder = tmp_path / "de" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    with (folder / "footnote.mo").open("wb") as file:
        write_mo(file, catalogue)
    monkeypatch.setattr(i18n, "FOLDER", tmp_path)
    i18n.translations_for.cache_clear()
    try:
        with i18n.speaking("de"):
            assert i18n.gettext("Start") == "Los"
            assert i18n.ngettext("{count} question", "{count} questions", 2) == "{count} Fragen"
            assert i18n.gettext("Cancel") == "Cancel"
        with i18n.speaking("en-US"):
            assert i18n.gettext("Start") == "Start"
        assert i18n.gettext("Start") == "Start"
    finally:
        i18n.translations_for.cache_clear()
