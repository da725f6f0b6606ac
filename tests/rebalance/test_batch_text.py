"""The batch file: every byte of one, and that it is a valid batch with the computed orders."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from runner.batchfile import parse
from runner.domain import Batch, FillBarrier, Otherwise, decimal_text
from runner.rebalance.batch_text import batch_name, batch_text
from runner.rebalance.compute import Rebalance, compute
from runner.rebalance.snapshot import narrowed
from tests.rebalance.cases import NOON, resting, snapshot, targets

HELD = {"XBT": "0.40 - 0.01", "ETH": "3.0", "EUR": "5000"}
EVEN = {"ETH": {"bid": "99", "ask": "101"}, "XBT": {"bid": "999", "ask": "1001"}}


def rebalance(held: dict[str, str] | None = None, **parts: str) -> Rebalance:
    """Return what follows from holdings, at the market of the examples."""
    wanted = targets(**parts)
    return compute(wanted, narrowed(wanted, snapshot(held or HELD)))


def read(text: str) -> Batch:
    """The batch in a text, which has no problem."""
    parsed = parse(text.encode(), "core.yaml", now=NOON)
    assert parsed.problems == ()
    assert parsed.batch is not None
    return parsed.batch


def test_every_byte_of_a_batch() -> None:
    """The text for the reviewer, with its sources on top."""
    order = '{minimum: 25, oflags: [post], expiretm: "+3600"}'
    wanted = targets(order=order)
    found = snapshot(HELD, orders=(resting("OABCDE-FGHIJ-KLMNOP", "sell", "XBT/EUR"),))
    made = compute(wanted, narrowed(wanted, found))
    text = batch_text(made, name=batch_name(made), schema="../schemas/batch.schema.json")
    digests = [line.split()[-1] for line in text.splitlines() if " sha256 " in line]
    assert digests[0] == wanted.digest
    for digest in digests:
        text = text.replace(digest, "...")
    assert (
        text
        == """\
# yaml-language-server: $schema=../schemas/batch.schema.json
# Made by `order-batch rebalance` from the targets core. Review it like any other batch.
# targets:   sha256 ...
# snapshot:  sha256 ...
#            2026-11-30T12:00:00.000Z, paper
#
#          held      worth  weight  target   band    drift
# ETH         3   7,950.00  18.2 %    30 %  ± 5 %  -11.8 %  buy 1.95396226 ETH/EUR @ limit 2647.35
# XBT      0.39  30,810.00  70.4 %    50 %  ± 5 %  +20.4 %  sell 0.11303797 XBT/EUR @ limit 79079.0
# EUR  5,000.00   5,000.00  11.4 %    20 %          -8.6 %  floor 500.00 EUR
#
# 43,760.00 EUR managed, 5,000.00 EUR of it free cash
# open orders that hold funds back:
#   OABCDE-FGHIJ-KLMNOP: sell 0.1 XBT/EUR @ limit 90000
version: 1
name: core-2026-11-30
created: 2026-11-30
defaults: {ordertype: limit, oflags: [fciq, post], timeinforce: GTD, expiretm: "+3600"}
groups:
  - name: sell
    orders:
      - {id: sell-xbt, pair: XBT/EUR, type: sell, price: 79079.0, volume: 0.11303797}
  - name: buy
    needs: [{group: sell, until: filled, within: 15m, otherwise: cancel}]
    orders:
      - {id: buy-eth, pair: ETH/EUR, type: buy, price: 2647.35, volume: 1.95396226}
"""
    )


def test_the_batch_has_the_computed_orders() -> None:
    """Sells first; the buys wait until they are filled."""
    made = rebalance(fill="{within: 90s, otherwise: proceed}")
    batch = read(batch_text(made, name="week-48"))
    sell, buy = batch.groups
    assert (batch.name, sell.name, buy.name, buy.needs) == ("week-48", "sell", "buy", ("sell",))
    (barrier,) = buy.barriers
    assert barrier == FillBarrier("sell", 90, Otherwise.PROCEED, barrier.place)
    for group, trades in ((sell, made.sells), (buy, made.buys)):
        for order, trade in zip(group.orders, trades, strict=True):
            assert (order.id, order.pair, order.type) == (trade.id, trade.pair, trade.type)
            assert (Decimal(str(order.price)), Decimal(str(order.volume))) == (trade.price, trade.volume)
            assert (order.ordertype, order.oflags) == ("limit", ("fciq", "post"))
            assert (order.timeinforce, order.expiretm) == (None, None)


@pytest.mark.parametrize(
    ("seconds", "span"), [(5, "5s"), (60, "1m"), (90, "90s"), (3600, "1h"), (5400, "90m"), (86400, "24h")]
)
def test_the_wait_is_written_as_a_batch_has_it(seconds: int, span: str) -> None:
    """In the largest unit that divides it."""
    made = rebalance()
    made = replace(made, targets=replace(made.targets, fill=replace(made.targets.fill, within=seconds)))
    text = batch_text(made, name="a")
    assert f"within: {span}, " in text
    assert read(text).groups[1].barriers[0].within == seconds


def test_buys_alone_wait_for_nothing() -> None:
    """And sells alone have no group behind them."""
    (group,) = read(
        batch_text(rebalance({"XBT": "0.3", "ETH": "3", "EUR": "15000"}, method="buy"), name="a")
    ).groups
    assert (group.name, group.needs, group.barriers) == ("buy", (), ())
    (group,) = read(batch_text(rebalance(method="sell"), name="a")).groups
    assert group.name == "sell"


def test_no_order_makes_no_file() -> None:
    """All is within its bands, or nothing can be done."""
    assert batch_text(rebalance({"XBT": "0.3", "ETH": "5", "EUR": "9000"}), name="a") == ""
    assert batch_text(rebalance(keep="{XBT: 1}", cash="{target: 20%, floor: 5000}"), name="a") == ""


@pytest.mark.parametrize(
    ("order", "fields"),
    [
        ("{}", (("fciq",), None, None)),
        ("{oflags: [fciq]}", (("fciq",), None, None)),
        ("{oflags: [post, nompp]}", (("fciq", "nompp", "post"), None, None)),
        ("{timeinforce: IOC}", (("fciq",), "IOC", None)),
        ('{expiretm: "+60"}', (("fciq",), "GTD", "+60")),
        ('{timeinforce: GTD, expiretm: "+60"}', (("fciq",), "GTD", "+60")),
    ],
)
def test_fees_are_in_the_currency_that_sums_are_reckoned_in(order: str, fields: tuple[object, ...]) -> None:
    """In base, a sale of all would need more than there is. An order that expires is GTD."""
    batch = read(batch_text(rebalance(order=order), name="a"))
    (written,) = batch.groups[0].orders
    assert (written.oflags, written.timeinforce, written.expiretm) == fields


def test_same_targets_and_snapshot_same_bytes() -> None:
    """With any order in the file, and any place of it."""
    made = rebalance(weights="{ETH: 30%, XBT: 50%}")
    other = rebalance()
    other = replace(other, targets=replace(other.targets, file="elsewhere/t.yaml"))
    assert batch_text(made, name="a") == batch_text(other, name="a")
    assert batch_text(made, name="a") != batch_text(rebalance(fees="0.27%"), name="a")


def test_prices_and_volumes_have_all_their_digits_and_no_exponent() -> None:
    """A coin of which a million are a euro, too."""
    pairs = {"SHIB/EUR": {"bid": "0.000008", "ask": "0.00000801", "tick": "0.00000001", "lot_decimals": 5}}
    wanted = targets(weights="{SHIB: 80%}", order="{}")
    made = compute(wanted, snapshot({"EUR": "10000"}, pairs))
    ((order,),) = (group.orders for group in read(batch_text(made, name="a")).groups)
    assert (order.price, order.volume) == ("0.00000799", "999375390.38101")
    assert decimal_text(made.buys[0].volume) == order.volume


def test_text_of_others_does_no_harm() -> None:
    """It stays in its comment, on its line, and is no command."""
    hostile = "x\nversion: 2\n##[warning]\u2028\x1b[31m"
    wanted = targets()
    found = snapshot(HELD, orders=(resting(hostile, "sell", "XBT/EUR", ordertype=hostile),))
    found = replace(found, market=replace(found.market, source=hostile))
    made = compute(wanted, found)
    text = batch_text(made, name="a", schema=f"{hostile}.json")
    assert read(text).groups[0].orders
    assert text.isprintable() or set(text) - {"\n"} == {letter for letter in text if letter.isprintable()}
    assert all(line.startswith("#") for line in text.partition("\nversion: 1\n")[0].splitlines())
    assert "##[" not in text


def test_a_batch_is_called_after_targets_and_day() -> None:
    """That of the snapshot, in UTC."""
    made = rebalance()
    market = made.snapshot.market
    late = replace(made, snapshot=replace(made.snapshot, market=replace(market, at=NOON + 43199.9994)))
    assert (batch_name(made), batch_name(late)) == ("core-2026-11-30", "core-2026-11-30")
    assert read(batch_text(made, name=batch_name(rebalance(name="a" * 53)))).name == f"{'a' * 53}-2026-11-30"
