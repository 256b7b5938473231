from __future__ import annotations

import inspect
from datetime import UTC, datetime

import pytest

from bot.client import NEEDED_PERMISSIONS
from bot.domain import refusals
from bot.domain.questions import Quotation, Source
from bot.domain.round_records import ShownChoice
from bot.domain.rulings import Obstacle
from bot.domain.standings import Window
from bot.errors import Refusal
from bot.first_steps import PERMISSIONS
from bot.ui import errors, ids
from bot.ui.citations import citation, day, footnote

MOMENT = datetime(2026, 3, 1, 12, tzinfo=UTC)
SAMPLES: dict[type[Refusal], Refusal] = {
    refusals.AlreadyAnswered: refusals.AlreadyAnswered(ShownChoice((1,), ("Aswan",))),
    refusals.AnsweredSince: refusals.AnsweredSince(ShownChoice((1,), ("Aswan",))),
    refusals.UnknownCourse: refusals.UnknownCourse("rivrs", ("rivers",)),
    refusals.UnknownTopic: refusals.UnknownTopic("lakes", ("rivers", "towns")),
    refusals.UnknownQuestion: refusals.UnknownQuestion("nil", ("nile",)),
    refusals.NoQuestions: refusals.NoQuestions("Rivers"),
    refusals.UnknownTimezone: refusals.UnknownTimezone("Shangai", ("Asia/Shanghai",)),
    refusals.AssignmentNotOpen: refusals.AssignmentNotOpen(MOMENT),
    refusals.NoAttemptsLeft: refusals.NoAttemptsLeft(2),
    refusals.TooManyAssignments: refusals.TooManyAssignments(50),
    refusals.QuestionsHeld: refusals.QuestionsHeld("Rivers"),
    refusals.UnreadableTime: refusals.UnreadableTime("soon"),
    refusals.TimePassed: refusals.TimePassed(MOMENT),
    refusals.TooFarAhead: refusals.TooFarAhead(366),
    refusals.AlreadyRuled: refusals.AlreadyRuled(7),
    refusals.RulingUndone: refusals.RulingUndone(7),
    refusals.RulingImpossible: refusals.RulingImpossible(Obstacle.IS_THE_KEY),
    refusals.ChannelForAll: refusals.ChannelForAll(7),
    refusals.MissingPermissions: refusals.MissingPermissions(("send_messages",)),
}
ALL = [
    kind
    for _, kind in inspect.getmembers(refusals, inspect.isclass)
    if issubclass(kind, Refusal) and kind is not Refusal
]


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.__name__)
def test_every_refusal_has_a_sentence(kind: type[Refusal]) -> None:
    refusal = SAMPLES[kind] if kind in SAMPLES else kind()
    sentence = errors.sentence(refusal)
    assert sentence.endswith((".", "?"))
    assert "{" not in sentence


def test_a_refusal_names_what_can_be_done() -> None:
    assert "Asia/Shanghai" in errors.sentence(SAMPLES[refusals.UnknownTimezone])
    assert "rivers, towns" in errors.sentence(SAMPLES[refusals.UnknownTopic])
    assert "Aswan" in errors.sentence(SAMPLES[refusals.AlreadyAnswered])


def test_the_invitation_asks_for_what_the_bot_needs() -> None:
    assert NEEDED_PERMISSIONS.value == PERMISSIONS


@pytest.mark.parametrize(
    ("published", "shown"),
    [("2022-05-22", "22 May 2022"), ("2013", "2013"), ("spring 2020", "spring 2020")],
)
def test_dates_are_written_as_readers_write_them(published: str, shown: str) -> None:
    assert day(published) == shown


def test_a_footnote_holds_quotation_author_title_publisher_date_and_place() -> None:
    source = Source("s", "A Title", "An Author", "A Publisher", "2022-05-22")
    shown = footnote(Quotation(source, "Verbatim *words*.", 12, "paragraph 3"))
    assert shown == (
        "> Verbatim \\*words\\*.\n-# — An Author, “A Title”, A Publisher, 22 May 2022, paragraph 3"
    )


def test_what_is_not_known_of_a_source_is_left_out() -> None:
    assert citation(Source("s", "A Title")) == "“A Title”, undated"


@pytest.mark.parametrize("custom_id", ["", "x", "a", "verify:1", "🎲:1"])
def test_a_custom_id_of_somebody_else_is_none_of_ours(custom_id: str) -> None:
    pressed = ids.parse(custom_id)
    assert pressed is None or pressed.parts == ()


def test_custom_ids_come_back_as_they_were_made() -> None:
    pressed = ids.parse(ids.make(ids.Act.ANSWER, 12, 3))
    assert pressed is not None
    assert (pressed.act, pressed.number(0), pressed.number(1)) == (ids.Act.ANSWER, 12, 3)
    turned = ids.parse(ids.board(Window.WEEK, "rivers", 4, None))
    assert turned is not None
    assert ids.parse_board(turned) == (Window.WEEK, "rivers", 4, None)
