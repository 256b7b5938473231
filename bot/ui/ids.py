"""The names of buttons and menus, and back. They hold numbers only: nothing in them tells a key."""

from __future__ import annotations

from enum import StrEnum

from bot.domain.standings import Window
from bot.values import dataclass


class Act(StrEnum):
    """What a component asks for: the first part of its custom_id."""

    ANSWER = "a"
    ANSWER_SELECT = "m"
    TYPE = "t"
    TYPED = "tm"
    ORDER = "o"
    MATCH = "x"
    MATCHED = "xm"
    WHY = "why"
    REFUSED = "typed"
    REVIEW = "rev"
    START = "start"
    CANCEL = "cancel"
    STOP = "stop"
    KEEP = "keep"
    BOARD = "lb"
    DISPUTE = "dp"
    DISPUTED = "dpm"
    DISPUTE_FILE = "dpf"
    RULE = "ru"
    RULED = "rum"
    UNDO = "un"
    UNDONE = "unm"
    PATCH = "pa"
    SCHEDULE_CONFIRM = "sc"
    SCHEDULE_CANCEL = "sx"
    SCHEDULE_DELETE = "sd"
    SCHEDULE_KEEP = "sk"
    BANK_PAGE = "bank"
    REPORT = "rep"
    REPORTED = "repm"
    REPORTS = "reps"
    SETTLE = "repok"
    ASSIGN = "as"
    ASSIGN_NOT = "as-no"
    ASSIGN_CLOSE = "as-close"
    ASSIGN_KEEP = "as-keep"
    DESK = "desk"
    BEGIN = "begin"
    PAGE = "page"
    HAND_IN = "hand-in"
    REMIND = "remind"
    ANALYSE = "an"


# Every control below an open question is named by one of these.
ANSWERING = (Act.ANSWER, Act.ANSWER_SELECT, Act.TYPE, Act.ORDER, Act.MATCH)


@dataclass(frozen=True, slots=True)
class Pressed:
    """A component that was used: what it asks for, and its numbers."""

    act: Act
    parts: tuple[str, ...]

    def number(self, index: int) -> int:
        """One of the numbers.

        Raises:
            ValueError: the custom_id was not made by this program.
        """
        try:
            return int(self.parts[index])
        except (IndexError, ValueError) as error:
            msg = f"not a component of ours: {self.act} {self.parts}"
            raise ValueError(msg) from error


def parse(custom_id: str) -> Pressed | None:
    """What a custom_id of ours means, or None for one of somebody else's."""
    name, *parts = custom_id.split(":")
    try:
        return Pressed(Act(name), tuple(parts))
    except ValueError:
        return None


def make(act: Act, *numbers: int) -> str:
    """The custom_id for an act on these numbers."""
    return ":".join([act.value, *map(str, numbers)])


def board(window: Window, course: str | None, page: int, round_id: int | None) -> str:
    """The custom_id of a page of a leaderboard."""
    return ":".join([Act.BOARD.value, window.value, str(page), str(round_id or 0), course or ""])


def parse_board(pressed: Pressed) -> tuple[Window, str | None, int, int | None]:
    """Window, course, page and round of a leaderboard's button.

    Raises:
        ValueError: the custom_id was not made by this program.
    """
    window, page, round_id, course = (*pressed.parts, "", "", "", "")[:4]
    return Window(window), course or None, int(page), int(round_id) or None


def bank_search(course_id: str, page: int, words: str) -> str:
    """The custom_id of a page of what a search in the bank found; words may hold colons, so they come last."""
    return ":".join([Act.BANK_PAGE.value, str(page), course_id, words])


def parse_bank_search(pressed: Pressed) -> tuple[str, int, str]:
    """Course, page and words of a button below a search.

    Raises:
        ValueError: the custom_id was not made by this program.
    """
    page, course_id, *words = (*pressed.parts, "", "")
    return course_id, int(page), ":".join(words).strip(":")


def analysis(round_id: int | None, course: str | None) -> str:
    """The custom_id of the menu below an analysis of a round or of a course."""
    return f"{Act.ANALYSE.value}:{round_id or 0}:{course or ''}"


def parse_analysis(pressed: Pressed) -> tuple[str | None, str | None]:
    """The number of a round, or the id of a course, of an analysis's menu."""
    round_id, course = (*pressed.parts, "", "")[:2]
    return (None if round_id in ("", "0") else round_id), course or None
