import logging
import os
import re
from pathlib import Path

import pytest

from bot.config import SettingRow, Settings, default_database_path, settings_table
from bot.errors import SettingsError
from bot.log import LogFormat

OPERATORS = Path(__file__).parent.parent / "docs" / "operators.md"
TOKEN = "MTIzNDU2Nzg5MDEyMzQ1Njc4OQ." + "GaBcDe." + "x" * 38


@pytest.fixture(autouse=True)
def _data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))


def load(**environ: str) -> Settings:
    return Settings.load(environ, env_file=None)


def report(**environ: str) -> str:
    with pytest.raises(SettingsError) as caught:
        load(**environ)
    return str(caught.value)


def test_without_any_variable_every_setting_has_its_default() -> None:
    settings = load()
    assert settings.discord_token is None
    assert settings.database_url == f"sqlite+aiosqlite:///{default_database_path().as_posix()}"
    assert settings.courses == ()
    assert (settings.log_level, settings.log_format) == ("INFO", LogFormat.TEXT)
    assert settings.default_timezone.key == "UTC"
    assert settings.sync_commands is True
    assert settings.guild is None


def test_the_default_databases_folder_is_made_and_only_when_it_is_used(tmp_path: Path) -> None:
    load(DATABASE_URL=f"sqlite:///{tmp_path}/other.db")
    assert not default_database_path().parent.exists()
    load()
    assert default_database_path().parent.is_dir()


def test_a_data_folder_that_cannot_be_made_is_reported_with_a_way_out(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file where the folder should be")
    message = report(LOG_LEVEL="loud")
    assert message.startswith("2 settings are wrong:")
    assert "sqlite:////path/to/footnote.db" in message


@pytest.mark.parametrize(
    ("given", "understood"),
    [
        ("postgres://u:p@db.example:5432/quiz", "postgresql+asyncpg://u:p@db.example:5432/quiz"),
        ("postgresql://u:p@db.example/quiz", "postgresql+asyncpg://u:p@db.example/quiz"),
        ("postgresql+asyncpg://u:p@db.example/quiz", "postgresql+asyncpg://u:p@db.example/quiz"),
        ("postgresql:///quiz", "postgresql+asyncpg:///quiz"),
        (
            "postgres://u:p@h/quiz?host=g&sslmode=require",
            "postgresql+asyncpg://u:p@h/quiz?host=g&ssl=require",
        ),
        ("postgres://u:p?:x@[::1]:5432/quiz", "postgresql+asyncpg://u:p?:x@[::1]:5432/quiz"),
        ("postgres://h1:1,h2:2/quiz", "postgresql+asyncpg://h1:1,h2:2/quiz"),
        ("sqlite:///quiz.db", "sqlite+aiosqlite:///quiz.db"),
        ("sqlite:////var/lib/quiz.db", "sqlite+aiosqlite:////var/lib/quiz.db"),
        ("sqlite+aiosqlite:///quiz.db", "sqlite+aiosqlite:///quiz.db"),
    ],
)
def test_the_usual_spellings_of_a_database_are_understood(given: str, understood: str) -> None:
    assert load(DATABASE_URL=given).database_url == understood


@pytest.mark.parametrize(
    ("given", "remedy"),
    [
        ("postgresql://u:p@h:port/quiz", "its port, a number"),
        ("postgresql://h:54 32/quiz", "its port, a number"),
        (
            "postgresql://u:p@h/quiz?sslmode=require&channel_binding=require&connect_timeout=5",
            "Leave out channel_binding, connect_timeout: behind the question mark only host, passfile, port, sslmode",
        ),
    ],
)
def test_an_address_that_the_driver_would_not_understand_is_refused(given: str, remedy: str) -> None:
    assert remedy in report(DATABASE_URL=given)


@pytest.mark.parametrize(
    "given",
    [
        "mysql://u:hunter2@h/quiz",
        "postgresql+psycopg2://u:hunter2@h/q",
        "quiz.db",
        "sqlite://",
        "sqlite:///",
        "sqlite://quiz.db",
    ],
)
def test_any_other_database_is_refused_without_showing_its_password(given: str) -> None:
    message = report(DATABASE_URL=given)
    assert "DATABASE_URL" in message
    assert "should be sqlite:///path/to/file.db or postgresql://user:password@host/name" in message
    assert "hunter2" not in message


@pytest.mark.parametrize(
    "given",
    [
        "sqlite:///:memory:",
        "sqlite+aiosqlite:///:memory:",
        "sqlite:///file::memory:?uri=true",
        "sqlite:///file:quiz?mode=memory&cache=shared&uri=true",
    ],
)
def test_a_database_in_memory_is_refused_with_the_reason(given: str) -> None:
    assert "would be another, empty one for each connection" in report(DATABASE_URL=given)


def test_all_problems_come_in_one_report_with_value_expectation_and_advice() -> None:
    message = report(
        DISCORD_TOKEN="Bot secret-thing",
        DATABASE_URL="mysql://u:hunter2@h/quiz",
        FOOTNOTE_COURSES=f"/nowhere/a{os.pathsep}/nowhere/b",
        LOG_LEVEL="wranings",
        LOG_FORMAT="xml",
        FOOTNOTE_DEFAULT_TIMEZONE="Europe/Berlim",
        FOOTNOTE_SYNC_COMMANDS="perhaps",
        FOOTNOTE_GUILD="my server",
    )
    assert message == "\n".join(
        [
            "8 settings are wrong:",
            "  DISCORD_TOKEN is (not shown), but should be the bot's token alone, without spaces.",
            "    Copy it again from the page “Bot” of the developer portal.",
            "  DATABASE_URL is 'mysql://***@h/quiz', but should be sqlite:///path/to/file.db or postgresql://user:password@host/name.",
            "    Correct it, or remove it: the default is `footnote.db` in the user's data folder (SQLite).",
            f"  FOOTNOTE_COURSES is '/nowhere/a{os.pathsep}/nowhere/b', but should be folders that exist, with '{os.pathsep}' between them.",
            "    Make the folder or correct it: /nowhere/a, /nowhere/b.",
            "  LOG_LEVEL is 'wranings', but should be one of DEBUG, INFO, WARNING, ERROR, CRITICAL.",
            "    Did you mean WARNING?",
            "  LOG_FORMAT is 'xml', but should be one of text, json.",
            "    Correct it, or remove it: the default is `text`.",
            "  FOOTNOTE_DEFAULT_TIMEZONE is 'Europe/Berlim', but should be the IANA name of a time zone, such as Europe/Berlin.",
            "    Did you mean Europe/Berlin?",
            "  FOOTNOTE_SYNC_COMMANDS is 'perhaps', but should be true or false.",
            "    Correct it, or remove it: the default is `true`.",
            "  FOOTNOTE_GUILD is 'my server', but should be the id of a server, digits only.",
            "    Copy it with “Copy Server ID” (Discord's developer mode).",
            "Settings are environment variables or lines of .env; docs/operators.md lists them all.",
        ]
    )


def test_secrets_are_in_no_representation() -> None:
    settings = load(DISCORD_TOKEN=TOKEN, DATABASE_URL="postgres://u:hunter2@h/quiz")
    shown = f"{settings!r} {settings} {settings.discord_token!r}"
    assert TOKEN not in shown
    assert "hunter2" not in shown
    assert settings.discord_token is not None
    assert settings.discord_token.reveal() == TOKEN


def test_right_values_are_read_in_the_ways_that_people_write_them(tmp_path: Path) -> None:
    folders = [tmp_path / "a", tmp_path / "b"]
    for folder in folders:
        folder.mkdir()
    settings = load(
        FOOTNOTE_COURSES=os.pathsep.join(map(str, folders)),
        LOG_LEVEL="debug",
        LOG_FORMAT="JSON",
        FOOTNOTE_DEFAULT_TIMEZONE="Asia/Shanghai",
        FOOTNOTE_SYNC_COMMANDS="No",
        FOOTNOTE_GUILD=" 1234567890 ",
    )
    assert settings.courses == tuple(folders)
    assert (settings.log_level, settings.log_format) == ("DEBUG", LogFormat.JSON)
    assert settings.default_timezone.key == "Asia/Shanghai"
    assert settings.sync_commands is False
    assert settings.guild == 1234567890


def test_the_environment_goes_before_the_file_and_an_empty_value_counts_as_none(tmp_path: Path) -> None:
    env_file = tmp_path / ".env"
    env_file.write_text(
        "\ufeffLOG_LEVEL=ERROR\nLOG_FORMAT=json\nDATABASE_URL='postgres://u:pa$$w0rd@h/q'\nFOOTNOTE_GUILD=\n"
    )
    settings = Settings.load({"LOG_LEVEL": "DEBUG", "LOG_FORMAT": ""}, env_file)
    assert settings.log_level == "DEBUG"
    assert settings.database_url == "postgresql+asyncpg://u:pa$$w0rd@h/q"
    assert settings.guild is None


def test_a_file_that_is_not_utf_8_is_named(tmp_path: Path) -> None:
    env_file = tmp_path / ".env"
    env_file.write_bytes("LOG_LEVEL=ERROR".encode("utf-16"))
    with pytest.raises(SettingsError, match=re.escape(f"{env_file} cannot be read: it is not UTF-8")):
        Settings.load({}, env_file)


def test_a_missing_file_is_no_problem(tmp_path: Path) -> None:
    assert Settings.load({}, tmp_path / ".env").log_level == "INFO"


def test_an_unknown_footnote_variable_is_warned_of_with_the_nearest_name(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.WARNING, "bot.config"):
        load(
            FOOTNOTE_COURSE="/x", footnote_guild="1", FOOTNOTE_ZZZ="1", OTHER="1", FOOTNOTE_DOCUMENTS="/docs"
        )
    assert [record.getMessage() for record in caplog.records] == [
        "FOOTNOTE_COURSE is not a setting of Footnote and is ignored. Did you mean FOOTNOTE_COURSES?",
        "footnote_guild is not a setting of Footnote and is ignored. Did you mean FOOTNOTE_GUILD?",
        "FOOTNOTE_ZZZ is not a setting of Footnote and is ignored. docs/operators.md lists them all.",
    ]


def test_the_operators_table_tells_each_setting_as_it_is() -> None:
    rows = re.findall(
        r"^\| `([A-Z_]+)` \| (.+?) \| (.+?) \| (.+) \|$", OPERATORS.read_text("utf-8"), re.MULTILINE
    )
    assert [SettingRow(*row) for row in rows] == settings_table()


def test_the_example_file_names_each_setting_and_sets_none() -> None:
    example = OPERATORS.parent.parent / ".env.example"
    named = re.findall(r"^# ?([A-Z_]+)=", example.read_text("utf-8"), re.MULTILINE)
    assert named == [row.name for row in settings_table()]
    assert Settings.load({}, example) == load()


def test_the_shards_of_a_process_are_numbers_or_ranges() -> None:
    assert load().shard_count is None
    assert load().shard_ids is None
    assert load(SHARD_COUNT="8").shard_ids is None
    settings = load(SHARD_COUNT="8", SHARD_IDS="0, 2-4,7")
    assert (settings.shard_count, settings.shard_ids) == (8, {0, 2, 3, 4, 7})


@pytest.mark.parametrize(
    ("environ", "sentence"),
    [
        ({"SHARD_IDS": "0"}, "SHARD_IDS is set, but SHARD_COUNT is not."),
        (
            {"SHARD_COUNT": "3", "SHARD_IDS": "1-4"},
            "SHARD_IDS names 3, 4, but with SHARD_COUNT=3 the last shard is 2.",
        ),
        ({"SHARD_COUNT": "0"}, "SHARD_COUNT is '0', but should be a whole number from 1 to 10000."),
        ({"SHARD_COUNT": "3", "SHARD_IDS": "2-1"}, "SHARD_IDS is '2-1', but should be numbers from 0"),
        ({"SHARD_COUNT": "3", "SHARD_IDS": "0;1"}, "SHARD_IDS is '0;1', but should be numbers from 0"),
        ({"SHARD_COUNT": "3", "SHARD_IDS": "0,,1"}, "SHARD_IDS is '0,,1', but should be numbers from 0"),
    ],
)
def test_shards_that_cannot_be_are_refused(environ: dict[str, str], sentence: str) -> None:
    message = report(**environ)
    assert message.startswith("1 setting is wrong:")
    assert sentence in message
