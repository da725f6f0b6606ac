"""Data that is no basis: each kind of reason, all of them at once, and none where all is well."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from runner.domain import Fees, Market
from runner.rebalance.doubts import DoubtKind, doubts
from tests.rebalance.cases import NOON, example_pairs, snapshot, targets

HELD = {"XBT": "0.4", "ETH": "3", "EUR": "5000"}
STRICT = "{from: mid, offset: 0.1%, max-spread: 0.5%, max-age: 60s}"


def kinds_of(found: Any, **parts: str) -> list[tuple[str, str, str]]:
    """Kind, message and hint of each doubt."""
    return [(doubt.kind.value, doubt.message, doubt.hint) for doubt in doubts(targets(**parts), found)]


def test_good_data_is_not_doubted() -> None:
    """At the very limits of the file, too: a spread of 0.5 % and an age of 60 s."""
    assert kinds_of(snapshot(HELD), price=STRICT) == []
    edge = snapshot(HELD, XBT={"bid": "79800", "ask": "80200", "at": NOON - 60})
    assert kinds_of(edge, price=STRICT) == []
    assert kinds_of(snapshot(HELD, XBT={"last": None})) == []
    assert kinds_of(snapshot(HELD, XBT={"bid": "79010", "ask": "79010"})) == []
    assert kinds_of(snapshot(HELD, XBT={"at": NOON - 10**6, "bid": "1"})) == []


@pytest.mark.parametrize(
    ("changed", "parts", "kind", "message"),
    [
        ({"ask": None}, {}, "no-price", "XBT/EUR has no price: no ask"),
        ({"bid": "0", "ask": "0"}, {}, "no-price", "XBT/EUR has no price: no bid and no ask"),
        ({"last": None}, {"price": "{from: last}"}, "no-price", "XBT/EUR has no price: no last"),
        ({"bid": "79020"}, {}, "crossed", "the bid of XBT/EUR, 79020, is above its ask, 79010.0"),
        (
            {"ask": "79386"},
            {"price": STRICT},
            "wide-spread",
            "the spread of XBT/EUR is 0.5001 %, and the file allows 0.5 %",
        ),
        (
            {"at": NOON - 60.001},
            {"price": STRICT},
            "old-price",
            "the price of XBT/EUR is 60 s old, and the file allows 60 s",
        ),
    ],
)
def test_a_price_that_is_no_basis(
    changed: dict[str, Any], parts: dict[str, str], kind: str, message: str
) -> None:
    """It is named with its figure and the file's."""
    assert kinds_of(snapshot(HELD, XBT=changed), **parts) == [(kind, message, "")]


def test_a_pair_that_was_not_quoted_has_no_price() -> None:
    """Though it exists."""
    rows = example_pairs()
    for side in ("bid", "ask", "last"):
        del rows["ETH/EUR"][side]
    assert kinds_of(snapshot(HELD, rows)) == [("no-price", "ETH/EUR has no price: no bid and no ask", "")]


@pytest.mark.parametrize(
    ("names", "hint"),
    [
        (("XBT/USD", "XBT/GBP", "ETH/EUR"), "XBT is traded against GBP, USD"),
        (
            tuple(f"XBT/A{n}" for n in range(12)),
            "XBT is traded against A0, A1, A10, A11, A2, A3, A4, A5, ...",
        ),
        (tuple(f"XBT/A{n}" for n in range(8)), "XBT is traded against A0, A1, A2, A3, A4, A5, A6, A7"),
        (("ETH/USD",), "nothing is traded against EUR"),
        (("XBTC/EUR", "ETH/EUR"), "did you mean XBTC?"),
        (("ETH/EUR",), ""),
        ((), ""),
    ],
)
def test_a_pair_that_does_not_exist_shows_what_does(names: tuple[str, ...], hint: str) -> None:
    """As far as all names were read."""
    rows = example_pairs()
    del rows["XBT/EUR"]
    found = snapshot(HELD, rows)
    found = replace(found, market=replace(found.market, names=names))
    assert kinds_of(found) == [("no-pair", "there is no pair XBT/EUR", hint)]


@pytest.mark.parametrize(
    "fees",
    [
        {},
        {"XBT/EUR": Fees(maker=Decimal(-1), taker=Decimal(0))},
        {"XBT/EUR": Fees(maker=Decimal(0), taker=Decimal(1))},
    ],
)
def test_an_unknown_fee_is_not_zero(fees: dict[str, Fees]) -> None:
    """Unless the file gives the rate."""
    fees["ETH/EUR"] = Fees(maker=Decimal(0), taker=Decimal("0.004"))
    found = snapshot(HELD, fees=fees)
    assert [kind for kind, _, _ in kinds_of(found, fees="account")] == ["no-fee"]
    assert kinds_of(found) == []


def test_an_unknown_balance_is_not_zero() -> None:
    """Nor are unknown orders none. A currency that is not among known balances is not held."""
    found = replace(snapshot(HELD), balances=None, orders=None)
    assert [kind for kind, _, _ in kinds_of(found)] == ["no-balances", "no-orders"]
    assert kinds_of(snapshot({"EUR": "5000"})) == []


def test_more_than_there_is_cannot_be_held() -> None:
    """The numbers contradict each other, so neither is a basis."""
    found = snapshot({"XBT": "0.4 - 0.5", "EUR": "-1", "SOL": "-1"})
    assert [(doubt.kind, doubt.subject) for doubt in doubts(targets(), found)] == [
        (DoubtKind.OVERDRAWN, "EUR"),
        (DoubtKind.OVERDRAWN, "XBT"),
    ]


def test_nothing_is_no_portfolio() -> None:
    """No weight can be reckoned; what is held otherwise does not count."""
    assert [kind for kind, _, _ in kinds_of(snapshot({"SOL": "7", "XBT": "0.1 - 0.1"}))] == [
        "nothing-managed"
    ]


def test_all_reasons_come_at_once() -> None:
    """A mended one does not reveal the next."""
    found = replace(snapshot(HELD, XBT={"ask": None}), balances=None)
    found = replace(found, market=Market(instruments={}, quotes={}, at=NOON))
    kinds = [(doubt.kind.value, doubt.subject) for doubt in doubts(targets(fees="account"), found)]
    assert kinds == [("no-balances", ""), ("no-pair", "ETH/EUR"), ("no-pair", "XBT/EUR")]
    wide = snapshot(HELD, XBT={"ask": "90000", "at": NOON - 3600}, ETH={"bid": None})
    assert [kind for kind, _, _ in kinds_of(wide, price=STRICT, fees="account")] == [
        *("no-price", "no-fee", "wide-spread", "old-price", "no-fee"),
    ]
