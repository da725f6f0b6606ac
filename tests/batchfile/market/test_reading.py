"""Recorded markets: what is read of them, and a problem with its place for whatever else is in a file."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.batchfile import parse_market

HEAD = "version: 1\nat: 2026-11-30T09:00:00Z\n"
XBT = "XBT/EUR: {bid: 78000, ask: 78000.1, tick: 0.1, lot_decimals: 8, ordermin: 0.00005, costmin: 0.5}"
WHOLE = f"""{HEAD}source: a test
fees: {{usual: [{{volume: 0, taker: 0.4, maker: 0.25}}, {{volume: 10000, taker: 0.35, maker: 0.2}}]}}
pairs:
  {XBT.removesuffix("}")}, last: 77999.9, fees: usual, rest_id: XXBTZEUR, leverage_buy: [2, 3]}}
series:
  - {{at_s: 5, quotes: {{XBT/EUR: [78001, 78001.1]}}}}
  - {{at_s: 10.5, quotes: {{XBT/EUR: [78002, 78002.1, 78002]}}}}
"""


def problems(text: str) -> list[str]:
    """Line, column, path and words of each problem."""
    parsed = parse_market(text.encode(), "m.yaml")
    assert (parsed.record is None) == bool(parsed.problems)
    return [f"{each.line}:{each.column}: {each.path}: {each.message}" for each in parsed.problems]


def test_a_market_is_read_whole() -> None:
    """Pairs with their schedule, prices, and moments in their order."""
    record = parse_market(WHOLE.encode(), "m.yaml").record
    assert record is not None
    instrument, quote = record.market.instruments["XBT/EUR"], record.market.quotes["XBT/EUR"]

    assert (quote.bid, quote.ask, quote.last) == (Decimal(78000), Decimal("78000.1"), Decimal("77999.9"))
    assert (instrument.altname, instrument.rest_id, instrument.leverage_buy) == ("XBTEUR", "XXBTZEUR", (2, 3))
    assert [tier.percent for tier in instrument.fees_maker] == [Decimal("0.25"), Decimal("0.2")]
    assert [(moment.after_s, moment.quotes["XBT/EUR"].bid) for moment in record.series] == [
        (Decimal(5), Decimal(78001)),
        (Decimal("10.5"), Decimal(78002)),
    ]


BROKEN = {
    f"{HEAD}pairs: {{}}\n": ["3:8: pairs: this is empty; at least one entry is required"],
    f"{HEAD}pairs:\n  {XBT.replace('78000.1', '77999')}\n": [
        "4:30: pairs.XBT/EUR.ask: the ask is not above the bid"
    ],
    f"{HEAD}pairs:\n  {XBT.replace('tick: 0.1', 'tick: -0.1')}\n": [
        "4:45: pairs.XBT/EUR.tick: this is a plain number more than 0, such as 78000.1; this is -0.1"
    ],
    f"version: 1\nat: 2026-13-30T09:00:00Z\npairs:\n  {XBT}\n": [
        '2:5: at: there is no moment "2026-13-30T09:00:00Z"'
    ],
    f"{HEAD}pairs:\n  {XBT}\nseries:\n"
    "- {at_s: 5, quotes: {ETH/EUR: [1, 2]}}\n- {at_s: 4, quotes: {}}\n": [
        '6:22: series[0].quotes.ETH/EUR: there is no pair "ETH/EUR" under `pairs`',
        "7:10: series[1].at_s: this is before the moment above, 5 s",
    ],
    f"{HEAD}pairs:\n  {XBT}\nseries: [{{at_s: 5, quotes: {{XBT/EUR: [2, 1]}}}}]\n": [
        "5:42: series[0].quotes.XBT/EUR[1]: the ask is not above the bid"
    ],
    f"{HEAD}pairs:\n  {XBT.removesuffix('}')}, fees: other}}\n": [
        '4:106: pairs.XBT/EUR.fees: there is no schedule "other"'
    ],
    f"{HEAD}fees: {{a: [{{volume: 5, taker: 1, maker: 1}}]}}\npairs:\n  {XBT}\n": [
        "3:11: fees.a: the volumes of the tiers do not begin with 0 and rise"
    ],
    f"{HEAD}pairs:\n  {XBT}\n  {XBT.replace('XBT/', 'ETH/').removesuffix('}')}, altname: XBTEUR}}\n"
    f"  {XBT.replace('XBT/', 'SOL/').removesuffix('}')}, altname: XBTEUR}}\n": [
        '6:109: pairs.SOL/EUR.altname: "XBTEUR" is the name of ETH/EUR already'
    ],
    "version: 1\n": ["1:1: : `at` is missing", "1:1: : `pairs` is missing"],
    "": ["1:1: : the file is empty"],
}


@pytest.mark.parametrize(("text", "message"), BROKEN.items())
def test_what_is_wrong_has_a_place(text: str, message: list[str]) -> None:
    """Line and column, and what it is."""
    assert problems(text) == message


@given(st.one_of(st.binary(max_size=80), st.text(max_size=80).map(lambda text: (HEAD + text).encode())))
def test_no_bytes_raise(content: bytes) -> None:
    """A market or problems, never both."""
    parsed = parse_market(content, "m.yaml")
    assert (parsed.record is None) == bool(parsed.problems)
