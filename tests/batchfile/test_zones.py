"""Time zones by name: from the package, and what is said of a name that is none."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from runner.batchfile.zones import zone_hint, zone_named, zone_names


def test_a_zone_knows_when_its_clocks_are_set() -> None:
    """And its name, for whoever reads a time of it."""
    berlin = zone_named("Europe/Berlin")
    assert str(berlin) == "Europe/Berlin"
    assert datetime(2026, 7, 1, tzinfo=berlin).utcoffset() == timedelta(hours=2)
    assert datetime(2026, 12, 1, tzinfo=berlin).utcoffset() == timedelta(hours=1)
    assert zone_named("UTC") is UTC


def test_every_zone_can_be_loaded() -> None:
    """A name in the list is a file of the package."""
    assert len(zone_names()) > 500
    assert all(str(zone_named(name)) == name for name in zone_names())


@pytest.mark.parametrize("name", ["", "Berlin", "europe/berlin", "../zones", "/etc/localtime", "+02:00"])
def test_what_is_no_name_is_no_zone(name: str) -> None:
    """No path leads out of the list."""
    with pytest.raises(KeyError):
        zone_named(name)


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("Berlin", "did you mean `Europe/Berlin`?"),
        ("europe/berlin", "did you mean `Europe/Berlin`?"),
        ("New York", "did you mean `America/New_York`?"),
        ("Europe/Berln", "did you mean `Europe/Berlin`?"),
        ("utc", "did you mean `UTC`?"),
        ("+02:00", "write a name of the time zone database, such as Europe/Berlin, or UTC"),
        ("MESZ", "write a name of the time zone database, such as Europe/Berlin, or UTC"),
    ],
)
def test_a_name_that_is_none_gets_a_hint(word: str, hint: str) -> None:
    """A city, a small mistake, another case; else how such names look."""
    assert zone_hint(word) == hint
