"""Recorded prices: what is read, and what is said of that which cannot be."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.paper import INSTRUMENTS, Tape, instrument_of_file, parse_tape
from runner.paper.state.tape import PROBLEMS_MAX


def parse(text: str) -> Tape | list[str]:
    """The tape, or its problems as they are shown."""
    found = parse_tape(text, file="ETHEUR.csv", instrument=INSTRUMENTS["ETH/EUR"])
    return found if isinstance(found, Tape) else [str(problem) for problem in found]


def rows(text: str) -> list[tuple[str, str, str]]:
    """Time, price and volume of each print."""
    tape = parse(text)
    assert isinstance(tape, Tape), tape
    return [(str(trade.time), str(trade.price), str(trade.volume)) for trade in tape.prints]


def test_trades() -> None:
    """Without a first line of names, as they are downloaded; or with one, in any order."""
    expected = [("1700000000", "150.1", "0.5"), ("1700000000.25", "150.2", "1")]

    assert rows("1700000000,150.1,0.5\n1700000000.25,150.2,1\n") == expected
    assert rows("volume,timestamp,Price,side\n0.5,1700000000,150.1,b\n1,1700000000.25,150.2,s") == expected


def test_bars() -> None:
    """A bar is its open, then the end against its direction, the other end, and its close."""
    text = "0,100,110,90,105,7,3\n60,105,106,80,85,7,3\n"

    assert rows(text) == [
        ("0", "100", "None"),
        ("15", "90", "None"),
        ("30", "110", "None"),
        ("45", "105", "None"),
        ("60", "105", "None"),
        ("75", "106", "None"),
        ("90", "80", "None"),
        ("105", "85", "None"),
    ]


BROKEN = [
    ("", "ETHEUR.csv:1:1: there is no row (one line each: time,price,volume)"),
    ("time,price,volume\n", "ETHEUR.csv:1:1: there is no row below the names"),
    ("1,2\n", "ETHEUR.csv:1:4: volume is missing (time,price,volume)"),
    ("time,volume\n1,2\n", "ETHEUR.csv:2:4: price is missing (time,price,volume)"),
    ("1,a lot,1\n", "ETHEUR.csv:1:3: price is not a plain number: 'a lot'"),
    ("1,1e5,1\n", "ETHEUR.csv:1:3: price is not a plain number: '1e5'"),
    ("1,0,1\n", "ETHEUR.csv:1:3: price cannot be 0"),
    ("2,5,1\n\n1,5,1\n", "ETHEUR.csv:3:1: 1 is before the row above (sort by time)"),
    (
        "1,5,4,3,4\n",
        "ETHEUR.csv:1:3: high and low do not enclose open and close (time,open,high,low,close)",
    ),
    (f"1,{'9' * 30},1\n", f"ETHEUR.csv:1:3: price cannot be {'9' * 24}"),
]


@pytest.mark.parametrize(("text", "problem"), BROKEN, ids=str)
def test_broken(text: str, problem: str) -> None:
    """The place, what is wrong, and what to write instead."""
    assert parse(text) == [problem]


def test_all_problems_at_once() -> None:
    """But no more than anybody reads."""
    assert len(parse("x1,2,3\n" * 3)) == 3  # type: ignore[arg-type]
    assert len(parse("1,x,3\n" * 100)) == PROBLEMS_MAX  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "pair"),
    [
        ("XBTUSD.csv", "XBT/USD"),
        ("ethEUR_60.csv", "ETH/EUR"),
        ("NVDAxUSD.csv", "NVDAx/USD"),
        ("prices.csv", None),
        ("", None),
    ],
)
def test_the_pair_is_in_the_name(name: str, pair: str | None) -> None:
    """As the exchange names its files."""
    instrument = instrument_of_file(name, INSTRUMENTS)

    assert (instrument and instrument.wsname) == pair


@given(
    st.lists(st.lists(st.sampled_from(["1", "2.5", "0", "", "x", "time", "price", "-1", '"'])), max_size=6)
)
def test_any_text_is_a_tape_or_has_problems(cells: list[list[str]]) -> None:
    """Nothing raises, and a tape is never empty nor out of order."""
    found = parse("\n".join(",".join(row) for row in cells))

    assert found
    if isinstance(found, Tape):
        times = [trade.time for trade in found.prints]
        assert times == sorted(times)
        assert all(trade.price > Decimal(0) for trade in found.prints)
