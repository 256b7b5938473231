import io
import json
import logging
from collections.abc import Iterator

import pytest

from bot.log import REDACTED, configure_logging, without_tokens

# Of the form of a token, and never one.
TOKEN = "MTIzNDU2Nzg5MDEyMzQ1Njc4OQ." + "GaBcDe." + "x" * 38


@pytest.fixture(autouse=True)
def _logging_is_left_as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    level, handlers = root.level, list(root.handlers)
    yield
    root.setLevel(level)
    root.handlers[:] = handlers


def logged(format_: str, level: str = "INFO") -> io.StringIO:
    stream = io.StringIO()
    configure_logging(level, format_, stream)
    return stream


def test_a_text_line_has_time_level_logger_and_message() -> None:
    stream = logged("text")
    logging.getLogger("bot.clockwork").warning("round %s is late by %s s", 7, 3)
    line = stream.getvalue()
    assert line.endswith("Z WARNING  bot.clockwork: round 7 is late by 3 s\n")
    assert line[4] == "-"
    assert line[10] == "T"


def test_a_json_line_is_one_object_with_the_traceback_inside() -> None:
    stream = logged("json")
    try:
        raise ValueError("no such round")
    except ValueError:
        logging.getLogger("bot.clockwork").exception("“late”")
    (line,) = stream.getvalue().splitlines()
    record = json.loads(line)
    assert record.keys() == {"time", "level", "logger", "message", "exception"}
    assert (record["level"], record["logger"], record["message"]) == ("ERROR", "bot.clockwork", "“late”")
    assert record["exception"].endswith("ValueError: no such round")


@pytest.mark.parametrize("format_", ["text", "json"])
def test_a_token_is_in_no_line_not_even_in_an_argument_or_a_traceback(format_: str) -> None:
    stream = logged(format_)
    log = logging.getLogger("discord.http")
    log.info("token %s", TOKEN)
    try:
        raise ValueError(f"Authorization: Bot {TOKEN}")
    except ValueError:
        log.exception("failed with %r", {"Authorization": TOKEN})
    assert TOKEN not in stream.getvalue()
    assert stream.getvalue().count(REDACTED) == 3


def test_what_only_has_dots_is_not_taken_for_a_token() -> None:
    text = "discord.gateway 2.7.1 at questions.zhongguancun.example, round 1234567890123456789012345"
    assert without_tokens(text) == text


def test_discord_lines_come_once_even_if_discord_was_set_up_or_we_are_twice() -> None:
    library = logging.getLogger("discord")
    theirs = logging.StreamHandler(own := io.StringIO())
    library.addHandler(theirs)
    logged("text")
    stream = logged("text")
    logging.getLogger("discord.gateway").info("connected")
    assert stream.getvalue().count("connected") == 1
    assert not own.getvalue()


def test_lines_below_the_level_are_left_out_and_the_name_may_be_in_any_case() -> None:
    stream = logged("text", level="warning")
    logging.getLogger("bot").info("quiet")
    logging.getLogger("bot").warning("loud")
    assert "quiet" not in stream.getvalue()
    assert "loud" in stream.getvalue()
