"""That the check of all requests has teeth."""

from __future__ import annotations

from typing import Any

import pytest
from simcord.types import HttpLogEntry

from tests.discord import wire
from tests.sample_course import course, single_choice

QUESTION = single_choice(0)


def sent(body: Any, path: str = "/channels/1/messages", method: str = "POST") -> HttpLogEntry:
    return HttpLogEntry(method, path, {}, body, None)


def text(content: str) -> dict[str, Any]:
    return {"type": 10, "content": content}


def button(custom_id: str, **more: Any) -> dict[str, Any]:
    return {"type": 2, "style": 1, "label": "A", "custom_id": custom_id} | more


def card(*parts: dict[str, Any], flags: int = wire.COMPONENTS_V2, **more: Any) -> dict[str, Any]:
    box = {"type": 17, "components": list(parts)}
    return {"components": [box], "flags": flags, "allowed_mentions": {"parse": []}} | more


def open_card(*parts: dict[str, Any], names: tuple[str, ...] = ("a:5:0", "a:5:1")) -> dict[str, Any]:
    row = {"type": 1, "components": [button(name) for name in names]}
    return card(text(f"### {QUESTION.stem}"), *parts, row)


def test_a_sound_card_passes() -> None:
    assert wire.faults(sent(open_card())) == []
    assert wire.leaks([sent(open_card())], [course()]) == []


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        (card(text("x"), allowed_mentions=None), "allowed_mentions"),
        ({"content": "x"}, "allowed_mentions"),
        ({"content": "x", "allowed_mentions": {"parse": ["users"]}}, "allowed_mentions"),
        (card(text("x"), flags=0), "without their flag"),
        (card(*[text("x")] * 40), "41 components"),
        (card(text("x" * 3000), text("x" * 1001)), "4001 characters"),
        ({"content": "x" * 2001, "allowed_mentions": {"parse": []}}, "2001 characters"),
        (card({"type": 1, "components": [button("same"), button("same")]}), "twice"),
        (card({"type": 1, "components": [button("x" * 101)]}), "101 characters"),
        (card(text("x"), content="beside"), "beside"),
    ],
)
def test_what_discord_or_we_would_not_take_is_found(body: dict[str, Any], fault: str) -> None:
    assert any(fault in found for found in wire.faults(sent(body)))


def test_a_reply_that_everyone_sees_is_found() -> None:
    reply = {"type": 4, "data": card(text("x"))}
    assert any("everyone sees" in found for found in wire.faults(sent(reply, "/interactions/1/t/callback")))


@pytest.mark.parametrize(
    "told",
    [
        QUESTION.explanation,
        QUESTION.footnotes[0].text,
        QUESTION.options[1].why_wrong,
        QUESTION.options[1].refutation.text if QUESTION.options[1].refutation else "",
        "✅",
    ],
)
def test_a_card_that_tells_too_much_is_found(told: str) -> None:
    assert wire.leaks([sent(open_card(text(told)))], [course()])


def test_what_is_told_beside_an_open_card_is_found_and_its_reveal_is_not() -> None:
    aside = sent({"content": QUESTION.explanation})
    assert wire.leaks([sent(open_card()), aside], [course()])
    revealed = sent(
        card(text(QUESTION.explanation), {"type": 1, "components": [button("why:5")]}),
        "/channels/1/messages/2",
        "PATCH",
    )
    assert wire.leaks([sent(open_card()), revealed, aside], [course()]) == []


def test_commands_that_discord_would_not_take_are_found() -> None:
    def command(**more: Any) -> HttpLogEntry:
        spec = {"name": "quiz", "description": "x", "type": 1, "options": []} | more
        return sent([spec], "/applications/1/commands", "PUT")

    def option(name: str, *, required: bool) -> dict[str, Any]:
        return {"name": name, "description": "x", "type": 3, "required": required}

    assert wire.faults(command(options=[option("a", required=True), option("b", required=False)])) == []
    assert wire.faults(command(options=[option("a", required=False), option("b", required=True)]))
    assert wire.faults(command(name="Quiz"))
    assert wire.faults(command(options=[option("two words", required=True)]))


@pytest.mark.parametrize("names", [("a:5:0", "a:5:2"), ("a:5:1", "a:5:0")])
def test_names_that_could_tell_the_key_are_found(names: tuple[str, ...]) -> None:
    assert wire.leaks([sent(open_card(names=names))], [course()])


def test_discords_own_description_is_asked_where_it_is_at_hand() -> None:
    if wire.validator() is None:
        pytest.skip("Discord's OpenAPI description is not at hand (../shared)")
    assert wire.faults(sent({"content": 5, "allowed_mentions": {"parse": []}}))
    assert any("unknown operation" in found for found in wire.faults(sent(None, "/nowhere", "GET")))
