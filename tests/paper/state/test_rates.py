"""The rate limit and the cap of open orders, enforced by the simulated exchange."""

from __future__ import annotations

import json
from typing import Any

import pytest

from runner.kraken import AmendOrder, CancelAll, EditOrder, OpenOrders, Subscribe, Tier
from runner.paper import Options
from runner.paper.options.options import FeedOptions, LimitOptions
from runner.paper.state.rates import OVER, OVER_IN_ALL, TOO_MANY_OPEN
from tests.paper.builders import BARE, Desk, exchange, order

AT_ONCE: dict[str, Any] = {"ordertype": "market", "price": None, "volume": "0.01"}


def desk(**groups: Any) -> Desk:
    """A desk at an exchange with these options."""
    return Desk(options=Options(**groups))


def burst(at: Desk, count: int, **fields: Any) -> list[str | None]:
    """So many orders at once; the error of each."""
    return [at.error(**(AT_ONCE | fields)) for _ in range(count)]


@pytest.mark.parametrize(("tier", "most"), [("starter", 60), ("intermediate", 125), ("pro", 180)])
def test_the_burst_of_each_tier(tier: str, most: int) -> None:
    """The threshold may be reached, and not gone over."""
    assert burst(desk(limits=LimitOptions(tier=Tier(tier))), most + 1) == [None] * most + [OVER]


def test_reaching_may_be_going_over() -> None:
    """One reading of the page."""
    assert burst(desk(limits=LimitOptions(threshold_is_over=True)), 61) == [None] * 59 + [OVER] * 2


def test_pairs_are_counted_apart() -> None:
    """A full pair leaves the others alone."""
    rates = desk()
    burst(rates, 60)
    assert rates.error(**AT_ONCE) == OVER
    assert rates.error(**AT_ONCE, pair="XBT/EUR") is None


def test_it_falls_with_time() -> None:
    """Starter: one a second; what is refused is counted too, unless said otherwise."""
    for counts, waits in ((False, 1), (True, 2)):
        rates = desk(limits=LimitOptions(refused_transactions_count=counts))
        burst(rates, 60)
        assert rates.error(**AT_ONCE) == OVER
        rates.wait(waits - 0.1)
        assert rates.error(**AT_ONCE) == OVER
        rates.wait(waits + 0.1)
        assert rates.error(**AT_ONCE) is None


def test_it_may_fall_in_steps() -> None:
    """At the full second, and not before."""
    rates = desk(limits=LimitOptions(stepped_decay=True, refused_transactions_count=False))
    burst(rates, 60)
    rates.wait(0.99)
    assert rates.error(**AT_ONCE) == OVER
    rates.wait(0.01)
    assert rates.error(**AT_ONCE) is None


def test_an_order_that_is_refused_for_another_reason_is_counted() -> None:
    """The fixed part is charged on receipt."""
    rates = desk()
    assert all(rates.error(volume="100000") == "EOrder:Insufficient funds" for _ in range(60))
    assert rates.error() == OVER


def test_young_orders_are_dear_to_cancel() -> None:
    """Eight units below five seconds: each id for itself, refused or not as the option says."""
    for refused in (True, False):
        rates = desk(limits=LimitOptions(cancels_refused=refused))
        txids = [rates.placed() for _ in range(20)]
        assert rates.cancel(*txids).count(OVER) == (15 if refused else 0)


def test_old_orders_cost_nothing() -> None:
    """From five minutes on."""
    rates = desk()
    txids = [rates.placed() for _ in range(20)]
    rates.wait(300)
    burst(rates, 60)
    assert rates.cancel(*txids) == ["ok"] * 20


def test_canceling_everything_is_never_refused() -> None:
    """It counts one for each pair."""
    rates = desk()
    rates.placed()
    burst(rates, 59)
    assert rates.send(CancelAll(reqid=1))[0].status == "ok"
    rates.wait(1.5)
    assert rates.error(**AT_ONCE) == OVER


def test_the_cap_of_open_orders() -> None:
    """Sixty for each pair on Starter; what does not rest is let in."""
    rates = desk()
    for _ in range(60):
        assert rates.error(price="10", volume="0.1") is None
        rates.wait(1)
    assert rates.error(price="10", volume="0.1") == TOO_MANY_OPEN
    assert rates.error(pair="SOL/EUR", price="10", volume="0.1") is None
    rates.wait(1)
    assert rates.error(**AT_ONCE) is None


@pytest.mark.parametrize("counts", [True, False])
def test_what_counts_as_open(counts: bool) -> None:
    """Orders that wait for a trigger or for their time."""
    rates = desk(limits=LimitOptions(untriggered_counts_as_open=counts, scheduled_counts_as_open=counts))
    for number in range(60):
        late = {"starttm": "+5000"} if number % 2 else {"ordertype": "stop-loss", "price": "100"}
        assert rates.error(**({"type": "sell", "volume": "0.01"} | late)) is None
        rates.wait(1)
    assert rates.error(price="10", volume="0.1") == (TOO_MANY_OPEN if counts else None)


def test_the_feed_reports_the_counter() -> None:
    """To its subscribers: with every order, as it is after the message."""
    for whole, reported_count in ((True, [1, 1]), (False, ["1.00", "1.00"])):
        rates = Desk(subscribed=False, options=Options(feeds=FeedOptions(whole_ratecount=whole)))
        rates.send(Subscribe(subscription={"name": "openOrders", "ratecounter": True}))
        rates.placed()
        feed = [message for message in rates.messages if isinstance(message, OpenOrders)][1:]
        assert [fields["ratecount"] for message in feed for _, fields in message.orders] == reported_count


def test_the_snapshot_reports_the_counter() -> None:
    """For each order, that of its pair."""
    rates = Desk(subscribed=False)
    rates.placed()
    burst(rates, 9)
    _, snapshot = rates.send(Subscribe(subscription={"name": "openOrders", "ratecounter": True}))
    assert [fields["ratecount"] for _, fields in snapshot.orders] == [10]


def test_nothing_is_enforced_or_reported_without_limits() -> None:
    """For tests of other things."""
    rates = Desk(subscribed=False, options=Options(limits=LimitOptions(enforce_rates=False)))
    (confirmed, _) = rates.send(Subscribe(subscription={"name": "openOrders", "ratecounter": True}))
    assert confirmed.subscription == {"name": "openOrders"}
    assert burst(rates, 100) == [None] * 100


def test_a_replay_refuses_nothing() -> None:
    """Orders that were accepted under other limits stay."""
    rates = desk(limits=LimitOptions(enforce_rates=False))
    burst(rates, 100)
    records = rates.exchange.take_record()
    again = exchange(Options(), BARE)
    again.replay(records)
    assert again.state() == rates.exchange.state()


def test_a_replay_repeats_what_was_done_of_a_cancellation() -> None:
    """Some of the orders with one user reference were too young to be canceled, and stay open."""
    desk = Desk()
    for _ in range(12):
        desk.send(order(userref="2"))
    replies = desk.cancel("2")
    assert 0 < replies.count("ok") < len(replies) == 12
    again = exchange()
    again.replay(json.loads(json.dumps(desk.exchange.take_record())))
    assert again.state() == desk.exchange.state()


@pytest.mark.parametrize(("tier", "most"), [(Tier.STARTER, 6), (Tier.PRO, 20)])
def test_placing_and_canceling_at_once(tier: Tier, most: int) -> None:
    """Nine units a time: six in a burst on Starter, twenty on Pro; the next waits for what is missing."""
    rates = desk(limits=LimitOptions(tier=tier, refused_transactions_count=False))
    assert [rates.cancel(rates.placed()) for _ in range(most)] == [["ok"]] * most
    rates.wait(1)
    assert rates.cancel(rates.placed()) == [OVER]
    rates.wait(9)
    assert rates.cancel(rates.placed()) == ["ok"]


def test_an_amendment_makes_an_order_young_again() -> None:
    """Its age counts from then."""
    for amended, answer in ((True, OVER), (False, "ok")):
        rates = desk()
        txid = rates.placed()
        rates.wait(300)
        if amended:
            rates.send(AmendOrder(txid=txid, volume="0.3"))
        burst(rates, 55)
        assert rates.cancel(txid) == [answer]


def test_an_edit_is_charged_by_age() -> None:
    """Seven units for a young order."""
    rates = desk()
    change = EditOrder(orderid=rates.placed(), pair="ETH/EUR", price="149", volume="0.25")
    burst(rates, 53)
    assert getattr(rates.send(change)[0], "errorMessage", None) == OVER
    rates.wait(3)
    assert getattr(rates.send(change)[0], "status", None) == "ok"


def test_what_ends_by_itself_costs_nothing() -> None:
    """Fills, expiries, and cancels of what was filled before."""
    rates = desk()
    for _ in range(30):
        rates.placed(timeinforce="GTD", expiretm="+5")
    filled = [rates.placed(price="151") for _ in range(30)]
    assert rates.cancel(*filled) == ["EOrder:Unknown order"] * 30
    rates.wait(60)
    assert burst(rates, 60) == [None] * 60


def test_a_limit_for_all_pairs_together() -> None:
    """By the option; no document says how high it is. What is refused is charged too."""
    rates = desk(limits=LimitOptions(domain_rate_max=70))
    burst(rates, 50)
    assert burst(rates, 21, pair="SOL/EUR", volume="1") == [None] * 20 + [OVER_IN_ALL]
    rates.wait(1)
    assert burst(rates, 2, pair="SOL/EUR", volume="1") == [None, OVER_IN_ALL]


@pytest.mark.parametrize(("cost", "left"), [(0, 11), (1, 10), (5, 6)])
def test_what_canceling_everything_costs(cost: int, left: int) -> None:
    """On each pair that it empties."""
    rates = desk(limits=LimitOptions(cancel_all_cost=cost))
    rates.placed()
    burst(rates, 48)
    rates.send(CancelAll())
    assert burst(rates, 12).count(None) == left
