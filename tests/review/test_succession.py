"""Several plans, one after another: what the next one finds, and the sums of all."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from runner.batchfile import parse
from runner.domain import Account
from runner.journal import fold
from runner.kraken import LIMITS, Tier
from runner.planning import Plan, plan
from runner.review import Review, account_after, ids_taken, review
from runner.review.succession import totals_over
from tests.review.markets import MARKET, NOW, account, found, group, order, resting

if TYPE_CHECKING:
    from collections.abc import Sequence

SELL_NOW = order("sell", type="sell", ordertype="market", price=None, volume="1")
BUY = order("buy", price="100", volume="1")


def named(name: str, *groups: str) -> Plan:
    """The plan of a batch of this name."""
    parsed = parse(f"version: 1\nname: {name}\ngroups:\n{''.join(groups)}".encode(), f"{name}.yaml")
    assert parsed.batch is not None, parsed.problems
    return plan(parsed.batch, fold([]), run_key="", venue="paper")


def reviews(*plans: Plan, account: Account | None) -> list[Review]:
    """The reviews of plans that are carried out in this order."""
    done: list[Review] = []
    for each in plans:
        taken = ids_taken(each, done)
        done.append(review(each, MARKET, account, NOW, reporting="EUR", taken=taken))
        account = account_after(done[-1])
    return done


def faults(found_in: Sequence[Review]) -> list[list[str]]:
    """Return what was found in each of them."""
    return [found(each) for each in found_in]


def test_what_one_sells_the_next_may_spend() -> None:
    """As if they were groups of one batch; the other way round it is too late."""
    sell, buy = named("sell", group(SELL_NOW)), named("buy", group(BUY))
    assert faults(reviews(sell, buy, account=account(ETH="1"))) == [[], []]
    assert faults(reviews(buy, sell, account=account(ETH="1"))) == [["balance one/buy"], []]


def test_what_waits_in_one_holds_back_the_next() -> None:
    """And is given back where the next cancels it by its user reference."""
    first = named("a", group(order("x", price="100", volume="1", userref="7")))
    second = named("b", group(BUY))
    assert faults(reviews(first, second, account=account(EUR="101"))) == [[], ["balance one/buy"]]
    away = named("b", group(name="away", cancel="[{userref: 7}]"), group(BUY))
    assert faults(reviews(first, away, account=account(EUR="101"))) == [[], []]
    (cancel,) = reviews(first, away, account=account(EUR="101"))[1].groups[0].cancel
    assert [each.txid for each in cancel.removes] == ["a/one/x"]


def test_orders_of_one_are_met_by_those_of_the_next() -> None:
    """A self-trade of two files is one."""
    first = named("a", group(order("buy", price="149", volume="1")))
    second = named("b", group(order("sell", type="sell", price="148", volume="1", oflags="[]")))
    both = reviews(first, second, account=account(EUR="999", ETH="9"))
    assert both[1].findings == ()  # it trades at once, with the market
    crossing = named("b", group(order("sell", type="sell", price="160", volume="1")))
    buys = named("c", group(order("buy", price="150.1", volume="1")))
    assert faults(reviews(crossing, buys, account=account(EUR="999", ETH="9"))) == [[], []]
    last = named("d", group(order("sell2", type="sell", price="150.15", volume="1")))
    tight = named("e", group(order("buy2", price="150.15", volume="1")))
    assert faults(reviews(last, tight, account=account(EUR="999", ETH="9")))[1] == ["self-cross one/buy2"]


def test_the_room_of_a_pair_is_counted_over_all() -> None:
    """Each of two batches alone would fit."""
    most = LIMITS[Tier.STARTER].open_orders_max
    many = [order(f"o{number}", price=str(50 + number / 2), volume="0.01") for number in range(most - 20)]
    plans = [named(name, group(*many)) for name in "ab"]
    assert faults(reviews(*plans, account=account(EUR="9999"))) == [[], ["open-orders one/o20"]]


def test_what_one_cancels_is_gone_for_the_next() -> None:
    """A second cancellation of it finds nothing, and its money is free."""
    old = resting("OUEMWD-CUO73-YYCBEK", "buy", "100")
    first = named("a", group(name="away", cancel="[OUEMWD-CUO73-YYCBEK]"))
    second = named("b", group(BUY), group(name="again", cancel="[OUEMWD-CUO73-YYCBEK]"))
    assert faults(reviews(first, second, account=account(old, EUR="1"))) == [
        [],
        ["cancel-not-open OUEMWD-CUO73-YYCBEK"],
    ]


def test_what_a_batch_cancels_itself_is_not_left() -> None:
    """Its own order, by its name."""
    own = named("a", group(BUY, name="first"), group(name="second", cancel="[{order: first/buy}]"))
    (only,) = reviews(own, account=account(EUR="101"))
    after = account_after(only)
    assert after is not None
    assert after.orders == ()
    assert after.balances is not None
    assert after.balances["EUR"].available == 101


def test_what_is_waited_for_is_filled_by_then() -> None:
    """It holds nothing any more, and cannot be canceled by the next."""
    sell = group(order("sell", type="sell", price="155", volume="1", userref="7"), name="sell")
    buy = group(BUY, name="buy", needs="[{group: sell, until: filled, within: 15m}]")
    after = account_after(reviews(named("a", sell, buy), account=account(ETH="1"))[0])
    assert after is not None
    assert after.orders is not None
    assert [each.txid for each in after.orders] == ["a/buy/buy"]
    assert after.balances is not None
    assert (after.balances["ETH"].total, after.balances["ETH"].held) == (0, 0)


def test_an_id_is_given_once() -> None:
    """Of an author's own ids; those that are derived differ by the batch."""
    own = [named(name, group(order("a", cl_ord_id="mine"))) for name in "ab"]
    assert faults(reviews(*own, account=account(EUR="999"))) == [[], ["own-id one/a"]]
    plain = [named(name, group(BUY)) for name in "ab"]
    assert faults(reviews(*plain, account=account(EUR="999"))) == [[], []]


def test_what_is_not_known_stays_unknown() -> None:
    """An account that was not read, its balances, its orders."""
    plans = [named(name, group(BUY)) for name in "ab"]
    for given in (None, Account(balances=None, orders=()), Account(balances={}, orders=None)):
        after = account_after(reviews(*plans, account=given)[-1])
        assert (after is None) == (given is None)
        if given is not None and after is not None:
            assert (after.balances is None) == (given.balances is None)
            assert (after.orders is None) == (given.orders is None)


def test_totals_are_those_of_all() -> None:
    """From what the first finds to what the last leaves."""
    total = totals_over(
        reviews(named("s", group(SELL_NOW)), named("b", group(BUY)), account=account(ETH="1"))
    )
    assert total is not None
    flows = {flow.currency: flow for flow in total.currencies}
    assert (flows["ETH"].before, flows["ETH"].after) == (1, 0)
    proceeds = Decimal("150.10") * Decimal("0.996")
    assert (flows["EUR"].before, flows["EUR"].after) == (0, proceeds - Decimal("100.4"))
    assert {(pair.type, pair.orders) for pair in total.pairs} == {("sell", 1), ("buy", 1)}
    assert total.reported == Decimal("250.10")
    twice = totals_over(reviews(named("a", group(BUY)), named("b", group(BUY)), account=account(EUR="999")))
    assert twice is not None
    (pair,) = twice.pairs
    assert (pair.orders, pair.volume, pair.notional) == (2, 2, 200)
    assert pair.before is not None
    assert pair.after is not None
    assert (pair.before.orders, pair.after.orders) == (0, 2)
    assert totals_over([]) is None
