"""The checksum of a book, against the known answer of the exchange's own guide."""

from __future__ import annotations

from runner.paper.public.checksum import checksum

ASKS = [f"0.0{price}" for price in (5005, 5010, 5015, 5020, 5025, 5030, 5035, 5040, 5045, 5050)]
BIDS = [f"0.0{price}" for price in (5000, 4995, 4990, 4980, 4975, 4970, 4965, 4960, 4955, 4950)]
VOLUME = "0.00000500"


def side(prices: list[str]) -> list[tuple[str, str]]:
    """Each price with the volume of the guide's example."""
    return [(price, VOLUME) for price in prices]


def test_the_example_of_the_guide() -> None:
    """Ten levels a side, asks first, without points and leading zeros: 974947235."""
    assert checksum(side(ASKS), side(BIDS)) == 974947235


def test_ten_levels_count() -> None:
    """What is behind them does not; what is among them does, and so does the side."""
    assert checksum(side([*ASKS, "0.05055"]), side([*BIDS, "0.04945"])) == 974947235
    assert checksum(side(ASKS[:-1]), side(BIDS)) != 974947235
    assert checksum(side(BIDS), side(ASKS)) != 974947235


def test_an_empty_book() -> None:
    """The checksum of nothing is 0."""
    assert checksum([], []) == 0
