"""What an unquoted word of YAML 1.1 becomes: text, or one of the traps.

A course needs text, whole numbers, true, false and nothing at all. Everything else that
YAML 1.1 makes of an unquoted word (``yes``, ``1_000``, ``2013-10-25``, ``20:30``, ``014``)
is kept as a `Misread`, so that no field takes it silently for what it is not.
"""

from __future__ import annotations

import re

import yaml

from bot.bank.yaml_values import Misread

# {first character: [(tag, pattern)]}: PyYAML's own table, so that we agree with it on what is a trap.
_RESOLVERS: dict[str | None, list[tuple[str, re.Pattern[str]]]] = yaml.SafeLoader.yaml_implicit_resolvers
_WHOLE_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,17})")
_TRUE_FALSE = {"true": True, "false": False}


def resolve_plain(written: str) -> object:
    """The value of an unquoted word: str, int, bool, None or a `Misread`."""
    for tag, pattern in _RESOLVERS.get(written[:1], ()):
        if pattern.match(written):
            return _typed(tag.removeprefix("tag:yaml.org,2002:"), written)
    return written


def _typed(kind: str, written: str) -> object:
    match kind:
        case "null":
            return None
        case "bool":
            return _TRUE_FALSE.get(written.lower(), Misread("yes or no", written))
        case "int":
            return _number(written)
        case "float":
            return Misread("a time of day" if ":" in written else "a number", written)
        case "timestamp":
            return Misread("a date", written)
        case _:
            return Misread("a sign of its own", written)


def _number(written: str) -> object:
    if _WHOLE_NUMBER.fullmatch(written):
        return int(written)
    if ":" in written:
        return Misread("a time of day in seconds", written)
    if "_" in written:
        return Misread(f"the number {written.replace('_', '')}", written)
    if re.fullmatch(r"[-+]?0[0-7]+", written):
        return Misread(f"the number {int(written, 8)} (a leading 0 means octal)", written)
    return Misread("a number", written)
