"""The book as a client keeps it from snapshot and updates."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from runner.paper.api.feeds.book_channel import Book
from runner.paper.public.depth import Level
from runner.paper.state.instruments import INSTRUMENTS
from tests.paper.book_client import BookClient

ETH = INSTRUMENTS["ETH/EUR"]
NOW = 100.0
DEPTH = 3


def side(prices: dict[int, int], *, rising: bool, time: float = NOW) -> list[Level]:
    """Levels of whole prices and volumes, best first."""
    ordered = sorted(prices.items(), reverse=not rising)
    return [Level(Decimal(price), Decimal(volume), time) for price, volume in ordered][:DEPTH]


def book(asks: dict[int, int], bids: dict[int, int], time: float = NOW) -> Book:
    """A book of three levels a side."""
    return Book.of(side(asks, rising=True, time=time), side(bids, rising=False, time=time), ETH)


def test_a_snapshot_has_no_checksum() -> None:
    """Both sides, best first, in the decimals of the feeds."""
    assert book({102: 1, 101: 2}, {99: 3}).snapshot() == {
        "as": [["101.00000", "2.00000000", "100.000000"], ["102.00000", "1.00000000", "100.000000"]],
        "bs": [["99.00000", "3.00000000", "100.000000"]],
    }


def test_an_update_of_both_sides() -> None:
    """One part a side, what has gone first, the checksum in the last part."""
    before, after = book({101: 1, 102: 1}, {99: 1}), book({102: 1, 103: 1}, {99: 5, 98: 1})
    assert before.update(after, DEPTH, 100.5) == (
        {"a": [["101.00000", "0.00000000", "100.500000"], ["103.00000", "1.00000000", "100.000000"]]},
        {
            "b": [["99.00000", "5.00000000", "100.000000"], ["98.00000", "1.00000000", "100.000000"]],
            "c": str(after.checksum()),
        },
    )
    asks_alone = before.update(book({101: 2, 102: 1}, {99: 1}), DEPTH, NOW)
    assert [list(part) for part in asks_alone] == [["a", "c"]]
    assert before.update(before, DEPTH, NOW) == ()


def test_what_falls_out_of_the_depth_is_not_sent() -> None:
    """The client cuts its book itself; what has really gone is sent."""
    before = book({101: 1, 102: 1, 103: 1}, {})
    after = book({100: 1, 101: 1, 102: 1}, {})
    (part,) = before.update(after, DEPTH, NOW)
    assert part["a"] == [["100.00000", "1.00000000", "100.000000"]]


def test_what_comes_into_the_depth_is_republished() -> None:
    """It was there before, and is marked so, with its own time; what is new is not marked."""
    before = book({101: 1, 102: 1, 103: 1}, {}, time=7.0)
    (part,) = before.update(book({102: 1, 103: 1, 104: 1}, {}, time=8.0), DEPTH, 9.0)
    assert part["a"] == [
        ["101.00000", "0.00000000", "9.000000"],
        ["104.00000", "1.00000000", "8.000000", "r"],
    ]
    (part,) = before.update(book({102: 1, 103: 1, 104: 1}, {}, time=9.0), DEPTH, 9.0)
    assert part["a"][1] == ["104.00000", "1.00000000", "9.000000"]


sides = st.dictionaries(st.integers(1, 9), st.integers(1, 3), max_size=6)


@given(st.lists(st.tuples(sides, sides), min_size=2, max_size=5))
def test_a_client_has_the_same_book(books: list[tuple[dict[int, int], dict[int, int]]]) -> None:
    """After any updates it has what the exchange has, and both have the same checksum."""
    before = book(*books[0])
    client = BookClient(before.snapshot(), DEPTH)
    for asks, bids in books[1:]:
        after = book(asks, bids)
        parts = before.update(after, DEPTH, NOW)
        if parts:
            assert client.take(parts) == client.checksum()
        assert {"as": [*client.sides["a"].items()], "bs": [*client.sides["b"].items()]} == {
            name: [(level[0], level[1]) for level in levels] for name, levels in after.snapshot().items()
        }
        before = after
