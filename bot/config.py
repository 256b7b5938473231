"""Every setting of Footnote: an environment variable, or a line of ``.env``.

The only place that reads the environment, and only when asked: never at import. What
a server's instructors choose is not here but in the database.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Mapping
from dataclasses import field, fields
from pathlib import Path
from typing import Any, NamedTuple, Self
from zoneinfo import ZoneInfo

from bot import setting_values as values
from bot.domain.schedules import DEFAULT_MOST_SCHEDULES
from bot.errors import SettingsError
from bot.log import LogFormat
from bot.values import dataclass

logger = logging.getLogger(__name__)

# Read by the Makefile and the tests, not by the program: no reason to warn.
_OTHER_NAMES = frozenset({"FOOTNOTE_TEST_POSTGRES"})

# What stands in the metadata of a field.
_ROW, _READER = "row", "reader"


class SettingRow(NamedTuple):
    """One setting as it is documented."""

    name: str
    type: str
    default: str
    meaning: str


def default_database_path() -> Path:
    """Return where the SQLite file is when no ``DATABASE_URL`` is given; the folder may not exist yet."""
    import platformdirs

    return Path(platformdirs.user_data_dir("footnote", appauthor=False)) / "footnote.db"


def default_cache_folder() -> Path:
    """Return where parsed courses are kept when no ``FOOTNOTE_CACHE_FOLDER`` is given; it may not exist yet."""
    import platformdirs

    return Path(platformdirs.user_cache_dir("footnote", appauthor=False))


def _default_database_url() -> str:
    return f"sqlite+aiosqlite:///{default_database_path().as_posix()}"


def _told(
    name: str, kind: str, default: str, meaning: str, read: Callable[[str], object]
) -> Mapping[str, object]:
    """What a field of ``Settings`` is told of itself: its row of the documentation, and what reads its text."""
    return {_ROW: SettingRow(name, kind, default, meaning), _READER: read}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the operator decides, checked. Secrets are not in its ``repr``."""

    discord_token: values.Secret | None = field(
        default=None,
        metadata=_told(
            "DISCORD_TOKEN", "secret", "none", "The bot's token. Needed by `footnote run` only.", values.token
        ),
    )
    database_url: str = field(
        default_factory=_default_database_url,
        repr=False,
        metadata=_told(
            "DATABASE_URL",
            "address",
            "`footnote.db` in the user's data folder (SQLite)",
            "The database: `sqlite:///PATH`, `postgres://…` or `postgresql://…`.",
            values.database_url,
        ),
    )
    courses: tuple[Path, ...] = field(
        default=(),
        metadata=_told(
            "FOOTNOTE_COURSES",
            "folders",
            "none",
            "Further course folders, with `:` between them (`;` on Windows).",
            values.folders,
        ),
    )
    documents: Path | None = field(
        default=None,
        metadata=_told(
            "FOOTNOTE_DOCUMENTS",
            "folder",
            "none",
            "The folder of the documents that the courses quote, for showing instructors a quotation in its paragraph.",
            values.path,
        ),
    )
    cache_folder: Path = field(
        default_factory=default_cache_folder,
        metadata=_told(
            "FOOTNOTE_CACHE_FOLDER",
            "folder",
            "the user's cache folder",
            "Where parsed courses are kept between starts; it can be emptied at any time.",
            values.path,
        ),
    )
    log_level: str = field(
        default="INFO",
        metadata=_told(
            "LOG_LEVEL",
            "name",
            "`INFO`",
            "The least level that is logged: `DEBUG`, `INFO`, `WARNING`, `ERROR` or `CRITICAL`.",
            values.log_level,
        ),
    )
    log_format: LogFormat = field(
        default=LogFormat.TEXT,
        metadata=_told(
            "LOG_FORMAT",
            "name",
            "`text`",
            "`text` for people, `json` for one JSON object a line.",
            values.log_format,
        ),
    )
    default_timezone: ZoneInfo = field(
        default_factory=lambda: ZoneInfo("UTC"),
        metadata=_told(
            "FOOTNOTE_DEFAULT_TIMEZONE",
            "name",
            "`UTC`",
            "The time zone (IANA name) of a server that has not chosen one with `/settings timezone`.",
            values.timezone,
        ),
    )
    sync_commands: bool = field(
        default=True,
        metadata=_told(
            "FOOTNOTE_SYNC_COMMANDS",
            "true or false",
            "`true`",
            "Whether the slash commands are registered with Discord at each start.",
            values.boolean,
        ),
    )
    guild: int | None = field(
        default=None,
        metadata=_told(
            "FOOTNOTE_GUILD",
            "number",
            "none",
            "The id of the one server that gets the slash commands, at once: for development.",
            values.server_id,
        ),
    )

    shard_count: int | None = field(
        default=None,
        metadata=_told(
            "SHARD_COUNT",
            "number",
            "as Discord says",
            "How many shards the bot has in all its processes together; the same for each of them.",
            values.whole_number(1, 10_000),
        ),
    )
    shard_ids: frozenset[int] | None = field(
        default=None,
        metadata=_told(
            "SHARD_IDS",
            "numbers",
            "all",
            "The shards of this process, from 0: `0,1` or `0-3`. Needs `SHARD_COUNT`.",
            values.shard_ids,
        ),
    )

    most_schedules: int = field(
        default=DEFAULT_MOST_SCHEDULES,
        metadata=_told(
            "FOOTNOTE_MOST_SCHEDULES",
            "number",
            "`25`",
            "How many schedules a server may have at once.",
            values.whole_number(1, 1000),
        ),
    )

    backup_folder: Path | None = field(
        default=None,
        metadata=_told(
            "FOOTNOTE_BACKUP_FOLDER",
            "folder",
            "none",
            "Where the running bot puts copies of its SQLite database; without it, it makes none.",
            values.path,
        ),
    )
    backup_every_hours: int = field(
        default=24,
        metadata=_told(
            "FOOTNOTE_BACKUP_EVERY_HOURS",
            "number",
            "`24`",
            "How many hours lie between two copies.",
            values.whole_number(1, 8760),
        ),
    )
    backup_keep: int = field(
        default=7,
        metadata=_told(
            "FOOTNOTE_BACKUP_KEEP",
            "number",
            "`7`",
            "How many copies stay; the oldest go first.",
            values.whole_number(1, 10_000),
        ),
    )

    health_file: Path | None = field(
        default=None,
        metadata=_told(
            "FOOTNOTE_HEALTH_FILE",
            "file",
            "none",
            "A file into which the running bot writes every ten seconds how it is.",
            values.path,
        ),
    )
    health_port: int | None = field(
        default=None,
        metadata=_told(
            "FOOTNOTE_HEALTH_PORT",
            "number",
            "none",
            "A port on which the running bot answers `GET /health`: 200 where it is well, 503 where not.",
            values.whole_number(1, 65535),
        ),
    )
    health_host: str = field(
        default="127.0.0.1",
        metadata=_told(
            "FOOTNOTE_HEALTH_HOST",
            "address",
            "`127.0.0.1`",
            "The address of that port; `0.0.0.0` lets other machines ask.",
            str,
        ),
    )
    metrics: bool = field(
        default=False,
        metadata=_told(
            "FOOTNOTE_METRICS",
            "true or false",
            "`false`",
            "Whether that port also answers `GET /metrics`, for Prometheus.",
            values.boolean,
        ),
    )

    @classmethod
    def load(cls, environ: Mapping[str, str] | None = None, env_file: str | Path | None = ".env") -> Self:
        """Read the settings from the environment, and what is not there from ``env_file``.

        An empty value counts as none. Where the default database is used, its folder
        is made.

        Raises:
            SettingsError: with every problem in one message.
        """
        given = _given(os.environ if environ is None else environ, env_file)
        names = [row.name for row in settings_table()]
        _warn_of_unknown(given, names)
        problems = [] if "DATABASE_URL" in given else _make_data_folder()
        wrong: list[str] = []
        read: dict[str, Any] = {}
        for each in fields(cls):
            row: SettingRow = each.metadata[_ROW]
            if row.name in given:
                try:
                    read[each.name] = each.metadata[_READER](given[row.name])
                except ValueError as error:
                    wrong.append(_problem(row, given[row.name], error))
        if not wrong:
            settings = cls(**read)
            wrong += filter(None, [_disagreement(settings)])
        if problems or wrong:
            raise SettingsError(_report(problems + wrong))
        return settings


def settings_table() -> list[SettingRow]:
    """Return every setting with its type, default and meaning, in Markdown, in the order of ``Settings``."""
    return [each.metadata[_ROW] for each in fields(Settings)]


def _given(environ: Mapping[str, str], env_file: str | Path | None) -> dict[str, str]:
    """Return every variable that has a value; the environment goes before the file."""
    try:
        written = _written(env_file) if env_file and Path(env_file).exists() else {}
    except UnicodeDecodeError as error:
        raise SettingsError(f"{env_file} cannot be read: it is not UTF-8. Save it as UTF-8.") from error
    except OSError as error:
        raise SettingsError(f"{env_file} cannot be read: {error.strerror}.") from error
    return {name: value.strip() for name, value in {**written, **environ}.items() if value and value.strip()}


def _written(env_file: str | Path) -> Mapping[str, str | None]:
    from dotenv import dotenv_values

    # A password may hold a dollar sign, so nothing is expanded. A BOM is what Windows' editors write.
    return dotenv_values(env_file, interpolate=False, encoding="utf-8-sig")


def _warn_of_unknown(given: Mapping[str, str], names: list[str]) -> None:
    # The prefix is left out of the comparison: with it, any two names would be near to each other.
    bare = {name.removeprefix("FOOTNOTE_"): name for name in names}
    for name in given:
        if name.upper().startswith("FOOTNOTE_") and name not in names and name not in _OTHER_NAMES:
            hint = values.did_you_mean(name.upper().removeprefix("FOOTNOTE_"), bare)
            logger.warning(
                "%s is not a setting of Footnote and is ignored. %s",
                name,
                hint or "docs/operators.md lists them all.",
            )


def _make_data_folder() -> list[str]:
    folder = default_database_path().parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        what = f"DATABASE_URL is not set, and the folder of the default database cannot be made: {folder}"
        return [
            f"{what} ({error.strerror}).\n    Set it to a file that can be written: sqlite:////path/to/footnote.db"
        ]
    return []


def _disagreement(settings: Settings) -> str | None:
    """Return what is wrong with settings that are well by themselves, but not together."""
    ids, count = settings.shard_ids, settings.shard_count
    if ids is None:
        return None
    if count is None:
        what, remedy = (
            "SHARD_IDS is set, but SHARD_COUNT is not.",
            "Set it to the number of shards of all processes.",
        )
    elif outside := sorted(number for number in ids if number >= count):
        named = ", ".join(map(str, outside))
        what = f"SHARD_IDS names {named}, but with SHARD_COUNT={count} the last shard is {count - 1}."
        remedy = "Correct one of the two."
    else:
        return None
    return f"{what}\n    {remedy}"


def _problem(row: SettingRow, value: str, wrong: ValueError) -> str:
    """Return what is wrong with one setting, and what to do, in two lines."""
    shown = {"DISCORD_TOKEN": "(not shown)", "DATABASE_URL": repr(values.without_password(value))}.get(
        row.name, repr(value)
    )
    remedy = wrong.remedy if isinstance(wrong, values.Unreadable) else None
    remedy = remedy or f"Correct it, or remove it: the default is {row.default}."
    return f"{row.name} is {shown}, but should be {wrong}.\n    {remedy}"


def _report(problems: list[str]) -> str:
    heading = "1 setting is wrong:" if len(problems) == 1 else f"{len(problems)} settings are wrong:"
    advice = "Settings are environment variables or lines of .env; docs/operators.md lists them all."
    return "\n".join([heading, *(f"  {problem}" for problem in problems), advice])
