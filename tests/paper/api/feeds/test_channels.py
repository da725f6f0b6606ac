"""The settings of public channels, and the texts of refusals."""

from __future__ import annotations

from decimal import Decimal
from itertools import product
from typing import Any

from runner.paper.api.feeds.channels import DEPTHS, NAMES, Channel, repeated, setting_of, unknown_pair
from runner.paper.public.bars import INTERVALS_MIN
from tests.support.for_each import for_each

NO_DEPTH = "Subscription book depth must be an integer"
NO_INTERVAL = "Subscription ohlc interval must be an integer"
SETTINGS: list[tuple[str, dict[str, Any], int | str | None]] = [
    ("ticker", {"depth": "x"}, None),
    ("book", {}, 10),
    ("ohlc", {}, 1),
    *(("book", {"depth": depth}, depth) for depth in DEPTHS),
    *(("ohlc", {"interval": interval}, interval) for interval in INTERVALS_MIN),
    ("book", {"depth": 42}, "Subscription depth not supported"),
    ("ohlc", {"interval": 2}, "Subscription ohlc interval not supported"),
    ("book", {"depth": "10"}, NO_DEPTH),
    ("book", {"depth": True}, NO_DEPTH),
    ("book", {"depth": None}, NO_DEPTH),
    ("ohlc", {"interval": Decimal("5.0")}, NO_INTERVAL),
    ("ohlc", {"interval": [5]}, NO_INTERVAL),
]


@for_each(SETTINGS)
def test_settings(name: str, subscription: dict[str, Any], setting: int | str | None) -> None:
    """One of a few whole numbers, with a default; anything else has its error."""
    assert setting_of(name, subscription) == setting


def test_unknown_pairs() -> None:
    """The form of the name decides which error it is; a long one is not repeated."""
    assert unknown_pair("XBTUSDT") == "Currency pair not in ISO 4217-A3 format XBTUSDT"
    assert unknown_pair("FOO/BAR") == "Currency pair not supported FOO/BAR"
    assert unknown_pair("A/B/C").startswith("Currency pair not in ISO")
    assert len(unknown_pair("X" * 10_000)) < 100


def test_names_on_the_wire() -> None:
    """A setting is in the name, and in what a confirmation repeats."""
    assert Channel("ticker", "XBT/EUR").shown == "ticker"
    assert Channel("ohlc", "XBT/EUR", 5).shown == "ohlc-5"
    assert Channel("book", "XBT/EUR", 10).subscription == {"name": "book", "depth": 10}
    assert Channel("trade", "XBT/EUR").subscription == {"name": "trade"}
    assert repeated({"name": "book", "depth": 7, "token": "x"}) == {"name": "book", "depth": 7}


def test_each_channel_has_its_own_id() -> None:
    """Of any pair, with any setting; ids begin at 1."""
    settings = {"book": DEPTHS, "ohlc": INTERVALS_MIN}
    numbers = [
        Channel(name, "", setting).number(place)
        for place, name in product(range(3), NAMES)
        for setting in settings.get(name, (None,))
    ]
    assert sorted(numbers) == list(range(1, len(numbers) + 1))
