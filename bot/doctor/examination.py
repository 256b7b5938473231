"""The examination: every check by its name, in the order in which one would look.

A NEW CHECK is a function and a line in ``CHECKS``.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime

from bot.config import Settings
from bot.doctor import content_checks, data_checks, discord_checks, shard_checks
from bot.doctor.case import Case, Check
from bot.doctor.findings import Finding, Findings, ok, problem
from bot.doctor.visit import visit
from bot.errors import SettingsError

CHECKS: tuple[tuple[str, Check], ...] = (
    ("token", discord_checks.token),
    ("permissions", discord_checks.permissions),
    ("intents", discord_checks.intents),
    ("clock", discord_checks.clock),
    ("database", data_checks.database),
    ("revision", data_checks.revision),
    ("shards", shard_checks.shards),
    ("disk", data_checks.disk),
    ("backups", data_checks.backups),
    ("bank", content_checks.bank),
    ("time zones", content_checks.time_zones),
)


def examine(load: Callable[[], Settings], clock: Callable[[], datetime]) -> Findings:
    """Look at everything; ``load`` reads the settings, which are the first thing that can be wrong."""
    try:
        settings = load()
    except SettingsError as error:
        return [("settings", problem(" ".join(str(error).split()), "Nothing else was checked."))]
    token = settings.discord_token
    seen = None if token is None else asyncio.run(visit(token.reveal(), clock))
    case = Case(settings, seen, clock())
    return [("settings", ok("can be read.")), *((name, _outcome(check, case)) for name, check in CHECKS)]


def _outcome(check: Check, case: Case) -> Finding:
    try:
        return check(case)
    except Exception as error:  # noqa: BLE001 - one check that breaks must not hide what the others find
        return problem(f"could not be checked: {type(error).__name__}: {error}", "Please report this.")
