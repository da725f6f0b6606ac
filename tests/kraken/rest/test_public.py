"""Market and account data from REST: the exchange's own samples, and whatever else may come."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.domain import CURRENCY, TOKENIZED, FeeTier
from runner.kraken import (
    ExchangeStatus,
    FrameError,
    balances_from,
    exchange_status_from,
    instruments_from,
    parse_envelope,
    quotes_from,
)
from runner.kraken.rest.public import currency_of, price_from, resting_order_reader
from tests.kraken.open_orders import resting_orders
from tests.support.for_each import for_each

SAMPLES = Path(__file__).parents[1] / "samples" / "market"

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.decimals() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)
_WORDS = st.sampled_from(
    [
        *("wsname", "altname", "base", "tick_size", "pair_decimals", "lot_decimals", "fees", "leverage_buy"),
        *("a", "b", "c", "balance", "hold_trade", "open", "descr", "vol", "pair", "price", "ordertype"),
    ]
)
ANYTHING = _JSON | st.dictionaries(
    st.text(max_size=6) | st.just("open"), st.dictionaries(_WORDS, _JSON, max_size=6), max_size=3
)


def sample(name: str) -> Any:
    """The result in one of the exchange's samples, read as an answer is."""
    content = json.loads((SAMPLES / f"{name}.json").read_text("utf-8"))
    assert content["src"][0] in "DOI"
    return parse_envelope(json.dumps(content["msg"]))


def test_pairs_are_read() -> None:
    """Everything that the exchange's sample says of a pair is known under its name on the socket."""
    pairs = instruments_from(sample("asset-pairs"))
    assert list(pairs) == ["ETH/XBT", "XBT/USD"]
    row = pairs["ETH/XBT"]
    assert (row.altname, row.rest_id, row.base_code, row.quote_code) == (
        "ETHXBT",
        "XETHXXBT",
        "XETH",
        "XXBT",
    )
    assert (row.base, row.quote, row.lot_decimals, row.status) == ("ETH", "XBT", 8, "online")
    assert (row.tick_size, row.ordermin, row.costmin) == tuple(map(Decimal, ("0.00001", "0.01", "0.00002")))
    assert row.leverage_buy == row.leverage_sell == (2, 3, 4, 5)
    assert row.fees_taker == (FeeTier(Decimal(0), Decimal("0.26")), FeeTier(Decimal(50000), Decimal("0.24")))
    assert (row.taker_percent, row.maker_percent) == (Decimal("0.26"), Decimal("0.16"))


def test_a_pair_may_say_less() -> None:
    """Older answers know decimals and no tick size; a pair without a name on the socket is left out."""
    pairs = instruments_from(
        {
            "XXBTZUSD": {"wsname": "XBT/USD", "pair_decimals": 1, "lot_decimals": 8},
            "XXBTZUSD.d": {"altname": "XBTUSD.d", "pair_decimals": 1, "lot_decimals": 8},
            "BROKEN": {"wsname": "A/B", "tick_size": "cheap", "lot_decimals": 8},
            "NOTHING": None,
        }
    )
    assert list(pairs) == ["XBT/USD"]
    row = pairs["XBT/USD"]
    assert (row.tick_size, row.altname, row.ordermin, row.costmin) == (
        Decimal("0.1"),
        "XBTUSD",
        None,
        None,
    )


def test_quotes_are_read() -> None:
    """Bid, ask and last, with the time at which they were read; other pairs are passed over."""
    pairs = instruments_from(sample("asset-pairs"))
    quotes = quotes_from({**sample("ticker"), "OTHER": {}}, pairs.values(), 12.5)
    assert list(quotes) == ["XBT/USD"]
    quote = quotes["XBT/USD"]
    assert (quote.bid, quote.ask, quote.last) == tuple(map(Decimal, ("30300.0", "30300.1", "30303.2")))
    assert quote.at == 12.5


@for_each(["0", "0.00000", 0, "-1", Decimal("-1"), "NaN", "Infinity", "", " 1", "1_0", "stale", None, True])
def test_what_is_no_price_is_none(nothing: Any) -> None:
    """A pair without offers has no bid or no ask, and one without any price has no quote."""
    pairs = instruments_from(sample("asset-pairs")).values()
    quote = quotes_from({"XXBTZUSD": {"a": [nothing], "b": ["1"], "c": ["1e-5"]}}, pairs, 0)["XBT/USD"]
    assert (quote.ask, quote.bid, quote.last) == (None, 1, Decimal("0.00001"))
    assert quotes_from({"XXBTZUSD": {"a": [], "b": "1", "c": [nothing, "1"]}}, pairs, 0) == {}
    assert price_from(nothing) is None


def test_a_pair_has_no_step_and_no_minimum_of_nothing() -> None:
    """0 and less are no tick size and no minimum; decimals say the step where the tick size does not."""
    entry = {"wsname": "A/B", "pair_decimals": 2, "lot_decimals": 8, "tick_size": "0"}
    pair = instruments_from({"AB": {**entry, "ordermin": "0", "costmin": "-1"}})["A/B"]
    assert (pair.tick_size, pair.ordermin, pair.costmin) == (Decimal("0.01"), None, None)


def test_balances_are_read_in_both_shapes() -> None:
    """With and without what is held; under the names that pairs use; without what is staked."""
    extended = balances_from(sample("balance-ex"))
    assert extended["USD"].available == Decimal("25435.21") - Decimal("8249.76")
    plain = balances_from(sample("balance"))
    assert plain["XBT"].total == Decimal("1011.19088779")
    assert list(plain) == ["USD", "EUR", "XBT", "ETH", "USDT", "DAI", "XRP", "SOL"]


def test_credit_counts_and_rewards_add_up() -> None:
    """Balance and unused credit can be spent, and so can what earns rewards under the same name."""
    found = balances_from(
        {
            "ZEUR": {"balance": "10", "credit": "5", "credit_used": "2", "hold_trade": "1"},
            "EUR.F": {"balance": "3", "hold_trade": "0"},
            "EUR.B": {"balance": "100"},
        }
    )
    assert (found["EUR"].total, found["EUR"].available) == (Decimal(16), Decimal(15))


def test_tokenized_assets_are_read() -> None:
    """Their balances have a suffix, their names a small letter that stays, and their pairs a class."""
    found = balances_from({"NVDAx.T": "2.5", "BRK.Bx.T": "1", "SOL03.S": "1"})
    assert {name: balance.total for name, balance in found.items()} == {"NVDAx": Decimal("2.5"), "BRK.Bx": 1}
    entry = {"wsname": "NVDAx/USD", "base": "NVDAx", "tick_size": "0.01", "lot_decimals": 8}
    balance = instruments_from({"NVDAxUSD": entry | {"aclass_base": TOKENIZED}})["NVDAx/USD"]
    assert (balance.base, balance.altname, balance.asset_class) == ("NVDAx", "NVDAxUSD", TOKENIZED)
    assert instruments_from({"NVDAxUSD": entry})["NVDAx/USD"].asset_class == CURRENCY


def test_open_orders_are_read() -> None:
    """The sample's limit prices are in ``descr`` alone, and its pairs have no slash."""
    pairs = instruments_from(sample("asset-pairs"))
    first, second = resting_orders(sample("open-orders"), pairs.values())
    assert (first.txid, first.pair, first.type, first.ordertype) == (
        "OQCLML-BW3P3-BUCMWZ",
        "XBT/USD",
        "buy",
        "limit",
    )
    assert (first.price, first.stop, first.remaining) == (Decimal("30010.0"), None, Decimal("0.875"))
    assert (first.userref, first.leverage, first.opened) == (None, None, 1688666559.8974)
    assert (second.userref, second.leverage) == ("45326", "5")
    assert second.descr == "buy 0.27500000 XBTUSD @ limit 14500.0 with 5:1 leverage"


@pytest.mark.parametrize(
    ("ordertype", "price", "stop"),
    [
        ("limit", "9", None),
        ("market", None, None),
        ("stop-loss", None, "9"),
        ("take-profit-limit", "8", "9"),
        ("trailing-stop", None, "9"),
    ],
)
def test_limit_and_trigger_of_an_open_order(ordertype: str, price: str | None, stop: str | None) -> None:
    """The two prices of ``descr`` mean what the order type says."""
    descr = {"pair": "XBTEUR", "type": "sell", "ordertype": ordertype, "price": "9", "price2": "8"}
    (order,) = resting_orders({"open": {"O": {"vol": "1", "descr": descr}}})
    assert (order.price, order.stop) == tuple(
        None if item is None else Decimal(item) for item in (price, stop)
    )
    assert order.pair == "XBTEUR"


def test_currencies_have_one_name() -> None:
    """Old currencies carry a class letter in REST answers, new ones do not, whatever they begin with."""
    codes = ("XXBT", "ZEUR", "XXDG", "SOL", "ZRX", "XTZ", "ZEUS")
    assert [currency_of(code) for code in codes] == ["XBT", "EUR", "XDG", "SOL", "ZRX", "XTZ", "ZEUS"]


@given(ANYTHING)
def test_whatever_comes_is_read_or_refused(result: Any) -> None:
    """No answer makes the readers fail in another way than they say."""
    pairs = instruments_from(sample("asset-pairs")).values()
    readers = (
        instruments_from,
        lambda content: quotes_from(content, pairs, 0),
        balances_from,
        lambda content: resting_order_reader()("O", content),
    )
    for reader in readers:
        try:
            reader(result)
        except FrameError:
            pass
        else:
            assert isinstance(result, dict)


@given(st.decimals(allow_nan=False, allow_infinity=False), st.booleans())
def test_numbers_are_exact(number: Decimal, as_text: bool) -> None:
    """A balance is what was sent, digit by digit; an impossible one is no balance of zero."""
    answer = {"EUR": str(number) if as_text else number}
    if len(number.as_tuple().digits) <= 28 and abs(number.adjusted()) <= 28:
        assert balances_from(answer)["EUR"].total == number
    else:
        with pytest.raises(FrameError, match="EUR is no number"):
            balances_from(answer)


def test_a_status_is_read_or_unknown() -> None:
    """In the exchange's own word."""
    answer = {"status": "cancel_only", "timestamp": "2026-11-30T09:00:00Z"}
    assert exchange_status_from(answer) == ExchangeStatus("cancel_only")
    for odd in ({}, {"status": ""}, {"status": 1}, [], None, "online"):
        with pytest.raises(FrameError):
            exchange_status_from(odd)
