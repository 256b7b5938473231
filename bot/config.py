"""Every setting of Footnote: an environment variable, or a line of ``.env``.

The only place that reads the environment, and only when asked: never at import. What
a server's instructors choose is not here but in the database.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Self
from zoneinfo import ZoneInfo

import platformdirs
from dotenv import dotenv_values
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, ValidationError

from bot import setting_values as values
from bot.domain.schedules import DEFAULT_MOST_SCHEDULES
from bot.errors import SettingsError
from bot.log import LogFormat

logger = logging.getLogger(__name__)

# Read by the Makefile and the tests, not by the program: no reason to warn.
_OTHER_NAMES = frozenset({"FOOTNOTE_TEST_POSTGRES"})


@dataclass(frozen=True, slots=True)
class _Shown:
    """What a reader of the settings' table is told beside the name and the meaning."""

    type: str
    default: str


@dataclass(frozen=True, slots=True)
class SettingRow:
    """One setting as it is documented."""

    name: str
    type: str
    default: str
    meaning: str


def default_database_path() -> Path:
    """Return where the SQLite file is when no ``DATABASE_URL`` is given; the folder may not exist yet."""
    return Path(platformdirs.user_data_dir("footnote", appauthor=False)) / "footnote.db"


def default_cache_folder() -> Path:
    """Return where parsed courses are kept when no ``FOOTNOTE_CACHE_FOLDER`` is given; it may not exist yet."""
    return Path(platformdirs.user_cache_dir("footnote", appauthor=False))


def _default_database_url() -> str:
    return f"sqlite+aiosqlite:///{default_database_path().as_posix()}"


class Settings(BaseModel):
    """What the operator decides, checked. Secrets are not in its ``repr``."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, defer_build=True)

    discord_token: Annotated[SecretStr | None, BeforeValidator(values.token), _Shown("secret", "none")] = (
        Field(
            None,
            alias="DISCORD_TOKEN",
            description="The bot's token. Needed by `footnote run` only.",
        )
    )
    database_url: Annotated[
        str,
        BeforeValidator(values.database_url),
        _Shown("address", "`footnote.db` in the user's data folder (SQLite)"),
    ] = Field(
        default_factory=_default_database_url,
        alias="DATABASE_URL",
        repr=False,
        description="The database: `sqlite:///PATH`, `postgres://…` or `postgresql://…`.",
    )
    courses: Annotated[tuple[Path, ...], BeforeValidator(values.folders), _Shown("folders", "none")] = Field(
        (),
        alias="FOOTNOTE_COURSES",
        description="Further course folders, with `:` between them (`;` on Windows).",
    )
    documents: Annotated[Path | None, BeforeValidator(values.path), _Shown("folder", "none")] = Field(
        None,
        alias="FOOTNOTE_DOCUMENTS",
        description="The folder of the documents that the courses quote, for showing instructors a quotation in its "
        "paragraph.",
    )
    cache_folder: Annotated[
        Path, BeforeValidator(values.path), _Shown("folder", "the user's cache folder")
    ] = Field(
        default_factory=default_cache_folder,
        alias="FOOTNOTE_CACHE_FOLDER",
        description="Where parsed courses are kept between starts; it can be emptied at any time.",
    )
    log_level: Annotated[str, BeforeValidator(values.log_level), _Shown("name", "`INFO`")] = Field(
        "INFO",
        alias="LOG_LEVEL",
        description="The least level that is logged: `DEBUG`, `INFO`, `WARNING`, `ERROR` or `CRITICAL`.",
    )
    log_format: Annotated[LogFormat, BeforeValidator(values.log_format), _Shown("name", "`text`")] = Field(
        LogFormat.TEXT,
        alias="LOG_FORMAT",
        description="`text` for people, `json` for one JSON object a line.",
    )
    default_timezone: Annotated[ZoneInfo, BeforeValidator(values.timezone), _Shown("name", "`UTC`")] = Field(
        default_factory=lambda: ZoneInfo("UTC"),
        alias="FOOTNOTE_DEFAULT_TIMEZONE",
        description="The time zone (IANA name) of a server that has not chosen one with `/settings timezone`.",
    )
    sync_commands: Annotated[bool, BeforeValidator(values.boolean), _Shown("true or false", "`true`")] = (
        Field(
            default=True,
            alias="FOOTNOTE_SYNC_COMMANDS",
            description="Whether the slash commands are registered with Discord at each start.",
        )
    )
    guild: Annotated[int | None, BeforeValidator(values.server_id), _Shown("number", "none")] = Field(
        None,
        alias="FOOTNOTE_GUILD",
        description="The id of the one server that gets the slash commands, at once: for development.",
    )

    shard_count: Annotated[
        int | None, BeforeValidator(values.whole_number(1, 10_000)), _Shown("number", "as Discord says")
    ] = Field(
        None,
        alias="SHARD_COUNT",
        description="How many shards the bot has in all its processes together; the same for each of them.",
    )
    shard_ids: Annotated[
        frozenset[int] | None, BeforeValidator(values.shard_ids), _Shown("numbers", "all")
    ] = Field(
        None,
        alias="SHARD_IDS",
        description="The shards of this process, from 0: `0,1` or `0-3`. Needs `SHARD_COUNT`.",
    )

    most_schedules: Annotated[
        int, BeforeValidator(values.whole_number(1, 1000)), _Shown("number", "`25`")
    ] = Field(
        DEFAULT_MOST_SCHEDULES,
        alias="FOOTNOTE_MOST_SCHEDULES",
        description="How many schedules a server may have at once.",
    )

    backup_folder: Annotated[Path | None, BeforeValidator(values.path), _Shown("folder", "none")] = Field(
        None,
        alias="FOOTNOTE_BACKUP_FOLDER",
        description="Where the running bot puts copies of its SQLite database; without it, it makes none.",
    )
    backup_every_hours: Annotated[
        int, BeforeValidator(values.whole_number(1, 8760)), _Shown("number", "`24`")
    ] = Field(24, alias="FOOTNOTE_BACKUP_EVERY_HOURS", description="How many hours lie between two copies.")
    backup_keep: Annotated[int, BeforeValidator(values.whole_number(1, 10_000)), _Shown("number", "`7`")] = (
        Field(7, alias="FOOTNOTE_BACKUP_KEEP", description="How many copies stay; the oldest go first.")
    )

    health_file: Annotated[Path | None, BeforeValidator(values.path), _Shown("file", "none")] = Field(
        None,
        alias="FOOTNOTE_HEALTH_FILE",
        description="A file into which the running bot writes every ten seconds how it is.",
    )
    health_port: Annotated[
        int | None, BeforeValidator(values.whole_number(1, 65535)), _Shown("number", "none")
    ] = Field(
        None,
        alias="FOOTNOTE_HEALTH_PORT",
        description="A port on which the running bot answers `GET /health`: 200 where it is well, 503 where not.",
    )
    health_host: Annotated[str, _Shown("address", "`127.0.0.1`")] = Field(
        "127.0.0.1",
        alias="FOOTNOTE_HEALTH_HOST",
        description="The address of that port; `0.0.0.0` lets other machines ask.",
    )
    metrics: Annotated[bool, BeforeValidator(values.boolean), _Shown("true or false", "`false`")] = Field(
        default=False,
        alias="FOOTNOTE_METRICS",
        description="Whether that port also answers `GET /metrics`, for Prometheus.",
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
        try:
            settings = cls.model_validate({name: given[name] for name in names if name in given})
        except ValidationError as error:
            problems += [
                _problem(name, given[name], each["ctx"]["error"])
                for each in error.errors()
                if isinstance(name := each["loc"][0], str)
            ]
        else:
            problems += filter(None, [_disagreement(settings)])
        if problems:
            raise SettingsError(_report(problems))
        return settings


def settings_table() -> list[SettingRow]:
    """Return every setting with its type, default and meaning, in Markdown, in the order of ``Settings``."""
    rows = []
    for field in Settings.model_fields.values():
        shown = next(each for each in field.metadata if isinstance(each, _Shown))
        rows.append(SettingRow(str(field.alias), shown.type, shown.default, str(field.description)))
    return rows


def _given(environ: Mapping[str, str], env_file: str | Path | None) -> dict[str, str]:
    """Return every variable that has a value; the environment goes before the file."""
    try:
        # A password may hold a dollar sign, so nothing is expanded. A BOM is what Windows' editors write.
        written = dotenv_values(env_file, interpolate=False, encoding="utf-8-sig") if env_file else {}
    except UnicodeDecodeError as error:
        raise SettingsError(f"{env_file} cannot be read: it is not UTF-8. Save it as UTF-8.") from error
    except OSError as error:
        raise SettingsError(f"{env_file} cannot be read: {error.strerror}.") from error
    return {name: value.strip() for name, value in {**written, **environ}.items() if value and value.strip()}


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


def _problem(name: str, value: str, wrong: Exception) -> str:
    """Return what is wrong with one setting, and what to do, in two lines."""
    default = next(row.default for row in settings_table() if row.name == name)
    shown = {"DISCORD_TOKEN": "(not shown)", "DATABASE_URL": repr(values.without_password(value))}.get(
        name, repr(value)
    )
    remedy = wrong.remedy if isinstance(wrong, values.Unreadable) else None
    return f"{name} is {shown}, but should be {wrong}.\n    {remedy or f'Correct it, or remove it: the default is {default}.'}"


def _report(problems: list[str]) -> str:
    heading = "1 setting is wrong:" if len(problems) == 1 else f"{len(problems)} settings are wrong:"
    advice = "Settings are environment variables or lines of .env; docs/operators.md lists them all."
    return "\n".join([heading, *(f"  {problem}" for problem in problems), advice])
