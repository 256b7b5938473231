"""Names of time zones: which there are, which one is meant, and which are most like a name that is none."""

from __future__ import annotations

import zoneinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from bot.domain.refusals import UnknownTimezone

MOST_NEAR = 3
# Links of the operating system and a placeholder: no place has them.
_NO_PLACES = frozenset({"localtime", "posixrules", "Factory"})
# Cities that people type, whose zone bears another city's name (each has one zone in the tables of IANA).
_ZONES_OF_CITIES = {
    **dict.fromkeys(("beijing", "shenzhen", "guangzhou", "chengdu", "hangzhou", "wuhan"), "Asia/Shanghai"),
    **dict.fromkeys(("delhi", "new_delhi", "mumbai", "bangalore", "chennai", "hyderabad"), "Asia/Kolkata"),
    **dict.fromkeys(("osaka", "kyoto"), "Asia/Tokyo"),
    **dict.fromkeys(("munich", "hamburg", "frankfurt", "cologne"), "Europe/Berlin"),
    **dict.fromkeys(("milan", "turin", "naples", "florence"), "Europe/Rome"),
    **dict.fromkeys(("lyon", "marseille", "toulouse"), "Europe/Paris"),
    **dict.fromkeys(("rotterdam", "utrecht", "the_hague"), "Europe/Amsterdam"),
    **dict.fromkeys(("san_francisco", "seattle", "san_diego", "palo_alto"), "America/Los_Angeles"),
    **dict.fromkeys(("boston", "washington", "philadelphia", "miami", "atlanta"), "America/New_York"),
    **dict.fromkeys(("houston", "dallas", "austin"), "America/Chicago"),
    "barcelona": "Europe/Madrid",
    "geneva": "Europe/Zurich",
    "edinburgh": "Europe/London",
    "ankara": "Europe/Istanbul",
    "saint_petersburg": "Europe/Moscow",
    "ottawa": "America/Toronto",
    "rio_de_janeiro": "America/Sao_Paulo",
    "cape_town": "Africa/Johannesburg",
    "abu_dhabi": "Asia/Dubai",
    "islamabad": "Asia/Karachi",
    "wellington": "Pacific/Auckland",
}


@lru_cache(maxsize=1)
def timezone_names() -> tuple[str, ...]:
    """Every IANA time zone name that this machine knows, in order."""
    return tuple(sorted(zoneinfo.available_timezones() - _NO_PLACES))


def search_timezones(typed: str, most: int) -> tuple[str, ...]:
    """Time zones whose name holds what was typed, cities first; a space counts as an underscore.

    Before them stand the zones of cities whose names begin with it, such as Asia/Shanghai for "beij".
    """
    wanted = _written_as_a_name(typed)
    of_cities = [zone for city, zone in _ZONES_OF_CITIES.items() if wanted and city.startswith(wanted)]
    names = [name for name in timezone_names() if wanted in name.casefold()]
    names.sort(key=lambda name: (not _city(name).startswith(wanted), "/" not in name, name))
    return tuple(dict.fromkeys([*of_cities, *names]))[:most]


def find_timezone(asked: str) -> ZoneInfo:
    """The zone of an IANA name, or of a large city, however case and spaces are written.

    Raises:
        UnknownTimezone: there is none; carries the names most like it.
    """
    names = {name.casefold(): name for name in timezone_names()}
    wanted = _written_as_a_name(asked)
    name = names.get(wanted) or _ZONES_OF_CITIES.get(wanted)
    if name is None:
        raise UnknownTimezone(asked, near_timezones(asked))
    return ZoneInfo(name)


def near_timezones(asked: str) -> tuple[str, ...]:
    """At most three names that hold what was typed, or whose city is spelled much like it."""
    city = _city(_written_as_a_name(asked))
    if not city:
        return ()
    cities = {_city(name): name for name in timezone_names()}
    import difflib

    close = [cities[each] for each in difflib.get_close_matches(city, cities, MOST_NEAR)]
    return tuple(dict.fromkeys([*search_timezones(asked, MOST_NEAR), *close]))[:MOST_NEAR]


def _written_as_a_name(typed: str) -> str:
    return typed.strip().casefold().replace(" ", "_")


def _city(name: str) -> str:
    return name.casefold().rpartition("/")[2]
