"""Time zones as people type them."""

import pytest

from bot.domain.refusals import UnknownTimezone
from bot.domain.zones import _ZONES_OF_CITIES, find_timezone, search_timezones, timezone_names


@pytest.mark.parametrize(
    ("asked", "zone"),
    [
        ("Beijing", "Asia/Shanghai"),
        ("san francisco", "America/Los_Angeles"),
        ("asia/shanghai", "Asia/Shanghai"),
        ("UTC", "UTC"),
    ],
)
def test_a_zone_is_found_by_its_name_or_by_a_large_city_in_it(asked: str, zone: str) -> None:
    assert find_timezone(asked).key == zone


def test_a_city_is_offered_by_its_zone_while_it_is_typed() -> None:
    assert search_timezones("beij", 25) == ("Asia/Shanghai",)
    assert search_timezones("mun", 25)[0] == "Europe/Berlin"


def test_every_city_is_in_a_zone_that_there_is() -> None:
    assert set(_ZONES_OF_CITIES.values()) <= set(timezone_names())


def test_what_is_no_place_is_refused() -> None:
    with pytest.raises(UnknownTimezone):
        find_timezone("Middle Earth")
