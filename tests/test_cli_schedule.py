"""`footnote schedule preview`, as a person or a program sees it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.cli_app import app
from bot.cli_schedule import MISFITS
from bot.domain.recurrence import Misfit


def preview(options: str, *more: str) -> Result:
    return CliRunner(env={"NO_COLOR": "1", "COLUMNS": "200"}).invoke(
        app, ["schedule", "preview", *options.split(), *more]
    )


def objects(options: str) -> list[dict[str, str]]:
    result = preview(f"{options} --json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def refusal(options: str, *more: str) -> str:
    """What is said of wrong options, without the frame around it."""
    result = preview(options, *more)
    assert result.exit_code == 2
    assert not result.stdout
    assert "Traceback" not in result.stderr
    return " ".join(re.sub(r"[│╭╮╰╯─]", " ", result.stderr).split())


DAILY = "--every daily --at 09:30 --zone Europe/Berlin --from 2026-03-01"
MONTHLY = "--every monthly --at 09:30 --zone Europe/Berlin --from 2026-03-01"


def test_the_runs_around_the_change_to_summer_time_as_json() -> None:
    assert objects(
        "--every weekly --days sun --at 02:30 --zone America/New_York --from 2026-03-01 --count 3"
    ) == [
        {"utc": "2026-03-01T07:30:00Z", "local": "2026-03-01T02:30:00-05:00"},
        {"utc": "2026-03-08T07:00:00Z", "local": "2026-03-08T03:00:00-04:00"},
        {"utc": "2026-03-15T06:30:00Z", "local": "2026-03-15T02:30:00-04:00"},
    ]


def test_people_get_both_clocks_and_are_told_of_the_changes() -> None:
    result = preview(
        "--every weekly --days sun --at 02:30 --zone America/New_York --from 2026-03-01 --count 2"
    )
    assert result.stdout.splitlines() == [
        "1  Sun 2026-03-01 02:30 -05:00   2026-03-01 07:30 UTC",
        (
            "2  Sun 2026-03-08 03:00 -04:00   2026-03-08 07:00 UTC"
            "   2026-03-08 02:30 does not exist: the first moment after the gap"
        ),
    ]
    result = preview("--every once --at 01:45 --zone Australia/Lord_Howe --from 2025-04-06")
    assert result.stdout.splitlines() == [
        (
            "1  Sun 2025-04-06 01:45 +11:00   2025-04-05 14:45 UTC"
            "   2025-04-06 01:45 comes twice: the first of the two"
        ),
    ]


@pytest.mark.parametrize(
    ("options", "days"),
    [
        (f"{DAILY} --count 2", "2026-03-01 2026-03-02"),
        (f"{DAILY} --until 2026-03-03", "2026-03-01 2026-03-02 2026-03-03"),
        (DAILY, "2026-03-01 2026-03-02 2026-03-03 2026-03-04 2026-03-05"),
        (f"{DAILY} --count 2 --skip 2026-03-01 --skip 2026-03-02", "2026-03-03 2026-03-04"),
        (f"{DAILY} --count 2 --interval 7", "2026-03-01 2026-03-08"),
        (f"{DAILY.replace('daily', 'once')} --count 4", "2026-03-01"),
        (f"{DAILY.replace('daily', 'weekdays')} --count 1", "2026-03-02"),
        (
            f"{DAILY.replace('daily', 'weekly')} --count 3 --days Mon,wednesday",
            "2026-03-02 2026-03-04 2026-03-09",
        ),
        (f"{DAILY.replace('daily', 'weekly')} --count 2 --interval 2 --days mon", "2026-03-02 2026-03-16"),
        (f"{MONTHLY} --count 2 --month-day 31", "2026-03-31 2026-04-30"),
        (f"{MONTHLY} --count 2 --month-day 31 --short-month last", "2026-03-31 2026-04-30"),
        (f"{MONTHLY} --count 2 --month-day 31 --short-month skip", "2026-03-31 2026-05-31"),
        (f"{MONTHLY} --count 2 --month-day last", "2026-03-31 2026-04-30"),
        (f"{MONTHLY} --count 2", "2026-03-01 2026-04-01"),
        (f"{MONTHLY} --count 2 --nth 1 --days mon", "2026-03-02 2026-04-06"),
        (f"{MONTHLY} --count 2 --nth last --days fri", "2026-03-27 2026-04-24"),
    ],
)
def test_each_kind_of_rule_can_be_typed(options: str, days: str) -> None:
    assert " ".join(run["local"][:10] for run in objects(options)) == days


def test_an_hour_of_one_digit_is_a_time() -> None:
    assert objects(f"{DAILY.replace('09:30', '9:30')} --count 1")[0]["utc"] == "2026-03-01T08:30:00Z"


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ("--zone Shangai", "--zone: There is no time zone “Shangai”. Did you mean Asia/Shanghai"),
        ("--zone europe/berlim", "Did you mean Europe/Berlin"),
        ("--zone America/New_Yrok", "Did you mean America/New_York"),
        ("--zone ../UTC", "There is no time zone “../UTC”."),
        ("--zone xyzzy", "There is no time zone “xyzzy”. Names are such as Europe/Berlin or Asia/Shanghai."),
        ("--at 24:00", "--at: “24:00” is not a time of day. Write it as HH:MM, from 00:00 to 23:59."),
        ("--at 0930", "“0930” is not a time of day"),
        ("--at 9:3", "“9:3” is not a time of day"),
        ("--at ١٢:٣٠", "is not a time of day"),
        (
            "--from 2026-02-29",
            "--from: “2026-02-29” is not a date of the calendar. Write it as YYYY-MM-DD, such",
        ),
        ("--from 01.03.2026", "“01.03.2026” is not a date of the calendar"),
        ("--from 20260301", "“20260301” is not a date of the calendar"),
        ("--from 0001-01-01", "--from: Dates must lie from 1970-01-01 to 2999-12-31."),
        ("--until 2026-13-01", "--until: “2026-13-01” is not a date of the calendar"),
        ("--until 2026-02-28", "--until: The end lies before the start (--from)."),
        ("--until 9999-12-31", "Dates must lie from 1970-01-01 to 2999-12-31."),
        ("--skip tomorrow", "--skip: “tomorrow” is not a date of the calendar"),
        ("--count 0", "--count: There must be at least 1 run."),
        ("--count -3", "--count: There must be at least 1 run."),
        ("--count 1001", "--count: At most 1000 runs can be shown."),
        ("--interval 0", "--interval: The interval must be from 1 to 99."),
        ("--days mon", "--days: Chosen days go with --every weekly, or with --every monthly and --nth."),
        (
            "--every weekly --days mon,foo",
            "--days: “foo” is not a day of the week. The days are mon, tue, wed, thu,",
        ),
        ("--every weekly --days mon,", "“” is not a day of the week."),
        ("--every weekdays --interval 2", "--interval: An interval goes with daily, weekly or monthly only."),
        ("--month-day 3", "--month-day: A day of the month goes with --every monthly only."),
        ("--every monthly --month-day 32", "--month-day: A day of the month is 1 to 31, or last."),
        ("--every monthly --month-day 0", "--month-day: A day of the month is 1 to 31, or last."),
        ("--every monthly --month-day -1", "--month-day: A day of the month is 1 to 31, or last."),
        ("--every monthly --month-day first", "--month-day: A day of the month is 1 to 31, or last."),
        ("--nth 1 --days mon", "--nth: The n-th weekday goes with --every monthly only."),
        ("--every monthly --nth 6 --days mon", "--nth: Which weekday of the month is 1 to 5, or last."),
        ("--every monthly --nth -1 --days mon", "--nth: Which weekday of the month is 1 to 5, or last."),
        ("--every monthly --nth 1", "--nth: Say of which weekday: --days mon, for example."),
        (
            "--every monthly --days mon",
            "--days: With --every monthly, say which one of the month: --nth 1 … 5 or last.",
        ),
        (
            "--every monthly --nth 1 --days mon --month-day 3",
            "--nth: Give either --month-day or --nth with --days",
        ),
        (
            "--short-month skip",
            "--short-month: Short months matter with --every monthly and a day of the month",
        ),
        ("--every once --skip 2026-03-01", "--skip: Such a schedule never runs: no date fits."),
        ("--every weekdays --until 2026-03-01", "--until: Such a schedule never runs: no date fits."),
        ("--every hourly", "'once', 'daily', 'weekdays', 'weekly', 'monthly'"),
        ("--count many", "--count"),
    ],
)
def test_each_wrong_option_gets_a_sentence(options: str, sentence: str) -> None:
    # The last of two equal options counts.
    assert sentence in refusal(f"{DAILY} {options}")


def test_an_empty_zone_gets_no_guess() -> None:
    assert "There is no time zone “”. Names are such as" in refusal(DAILY, "--zone", "")


def test_what_must_be_given_is_asked_for() -> None:
    for option in ("--every", "--at", "--zone", "--from"):
        words = DAILY.split()
        place = words.index(option)
        assert f"Missing option '{option}'" in refusal(" ".join(words[:place] + words[place + 2 :]))


@pytest.mark.parametrize("misfit", Misfit)
def test_every_misfit_has_a_sentence(misfit: Misfit) -> None:
    option, sentence = MISFITS[misfit]
    assert option in preview("--help").stdout
    assert sentence.endswith(".")


def test_the_guide_shows_what_the_command_prints() -> None:
    guide = (Path(__file__).parent.parent / "docs" / "instructors.md").read_text("utf-8")
    shown = re.findall(r"^```\n\$ footnote schedule preview (.*)\n([^`]*)```$", guide, re.MULTILINE)
    assert shown
    for options, output in shown:
        assert preview(options).stdout == output


def test_every_kind_of_rule_in_the_guide_can_be_typed() -> None:
    guide = (Path(__file__).parent.parent / "docs" / "instructors.md").read_text("utf-8")
    typed = re.findall(r"`(--every [^`]*)`", guide)
    assert len(typed) >= 9
    for options in typed:
        assert objects(f"{options} --at 09:30 --zone Europe/Berlin --from 2026-03-01")
