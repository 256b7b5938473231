"""The template of translations holds every sentence, so a second language is a catalogue and nothing else."""

from __future__ import annotations

import gettext
from pathlib import Path

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from bot.ui import i18n
from scripts.catalogue import TEMPLATE, command_texts, sentences, template


def test_the_template_is_up_to_date() -> None:
    assert TEMPLATE.read_text("utf-8") == template(), "run: make messages"


def test_commands_and_cards_are_in_the_template() -> None:
    with TEMPLATE.open("rb") as file:
        sentences = {
            message.id if isinstance(message.id, str) else message.id[0] for message in read_po(file)
        }
    assert "Start a live round in this channel; you see a preview first." in sentences
    assert "{count} has answered" in sentences
    assert "Why was mine wrong?" in sentences
    assert "this month" in sentences


def test_sentences_inside_other_texts_are_in_the_template_too() -> None:
    assert list(sentences('shown = f\'## {_("Settings")}: {ngettext("{n} round", "{n} rounds", n)}\'')) == [
        "Settings",
        ("{n} round", "{n} rounds"),
    ]
    assert 'msgid "Settings of this server"' in TEMPLATE.read_text("utf-8")


def test_the_options_of_every_command_are_in_the_template() -> None:
    said = set(command_texts())
    assert {
        "Plan rounds that start by themselves; you see a preview first.",
        "Read the files of the courses again; what changed is asked from the next round on.",
        "words that the question holds, in its text, its options, its explanation or its quotations",
    } <= said


def test_a_catalogue_makes_a_second_language(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with TEMPLATE.open("rb") as file:
        catalogue = read_po(file, locale="de")
    catalogue.get("Why was mine wrong?").string = "Warum war meine falsch?"  # type: ignore[union-attr]
    folder = tmp_path / "de" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    with (folder / "footnote.mo").open("wb") as file:
        write_mo(file, catalogue)
    monkeypatch.setattr(i18n, "FOLDER", tmp_path)
    i18n.translations_for.cache_clear()
    try:
        with i18n.speaking("de"):
            assert i18n.gettext("Why was mine wrong?") == "Warum war meine falsch?"
            assert i18n.gettext("Saved") == "Saved"
        with i18n.speaking("fr"):
            assert i18n.gettext("Why was mine wrong?") == "Why was mine wrong?"
        assert isinstance(i18n.translations_for("fr"), gettext.NullTranslations)
    finally:
        i18n.translations_for.cache_clear()
