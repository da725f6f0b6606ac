"""Open orders at the exchange: too much of it, or not what is to be canceled."""

from __future__ import annotations

import pytest

from runner.domain import Account
from runner.kraken import LIMITS, Tier
from runner.review import review
from tests.review.markets import MARKET, NOW, account, found, group, order, plan_of, resting, reviewed

RUNGS = [order(f"rung-{number}", price=140 - number) for number in range(60)]
POOR = {"EUR": "100000"}


def test_sixty_orders_may_be_open_on_a_pair() -> None:
    """The sixty-first is said once, however many follow; other pairs have their own count."""
    more = [order("more", price="50"), order("most", price="51"), order("xbt", pair="XBT/EUR", price="8000")]
    assert found(reviewed(group(*RUNGS))) == []
    assert found(reviewed(group(*RUNGS, *more))) == ["open-orders one/more"]


@pytest.mark.parametrize("tier", Tier)
def test_the_tier_says_how_many(tier: Tier) -> None:
    """An order beyond the limit is refused at its line, in the words of the given tier."""
    most = LIMITS[tier].open_orders_max
    rungs = [order(f"rung-{number}", price=f"{140 - number / 10:.2f}") for number in range(most + 3)]
    plan = plan_of(group(*rungs))
    (finding,) = review(plan, MARKET, None, NOW, tier=tier).errors
    assert (finding.subject, finding.place.line) == (f"one/rung-{most}", 6 + most)
    assert (
        f"{most} orders are open on ETH/EUR by then, all that {tier.value.capitalize()} allows"
        in finding.message
    )
    assert finding.message.endswith("; nor is there for 2 after it")
    assert review(plan_of(group(*rungs[:most])), MARKET, None, NOW, tier=tier).findings == ()


def test_what_may_wait_for_room_is_not_refused() -> None:
    """``hold`` says so for its group; what others find beyond the limit is theirs."""
    more = [order(f"more-{number}", price="50") for number in range(3)]
    assert found(reviewed(group(*RUNGS, *more, hold="true"))) == []
    last = group(order("last", price="49"), name="two")
    assert found(reviewed(group(*RUNGS, *more, hold="true"), last)) == ["open-orders two/last"]


def test_a_group_that_goes_on_is_warned() -> None:
    """Its author expects rejects."""
    more = order("more", price="50")
    result = reviewed(group(*RUNGS, more, on_reject="continue"))
    assert (found(result), result.errors) == (["open-orders one/more"], ())


def test_what_is_open_counts_until_it_is_canceled() -> None:
    """An old order takes a place, and gives it back when a group before cancels it."""
    old = account(resting("OUEMWD-CUO73-YYCBEK"), **POOR)
    away = group(name="away", cancel="[OUEMWD-CUO73-YYCBEK]")
    assert found(reviewed(group(*RUNGS), account=old)) == ["open-orders one/rung-59"]
    assert found(reviewed(away, group(*RUNGS), account=old)) == []


def test_what_trades_at_once_takes_no_place() -> None:
    """A market order is never open."""
    market = order("market", ordertype="market", price=None)
    assert found(reviewed(group(*RUNGS, market))) == []


def test_cancellations_of_what_is_not_open() -> None:
    """An id or a reference that no open order has; what the batch places itself may be meant."""
    cancel = "[OUEMWD-CUO73-YYCBEK, OAAAAA-BBBBB-CCCCCC, {userref: 7}, {userref: 8}"
    cancel += ", {userref: 9, including_own: true}]"
    old = account(resting("OUEMWD-CUO73-YYCBEK", userref="7"), **POOR)
    batch = group(order(userref=9), cancel=cancel)
    assert found(reviewed(batch, account=old)) == [
        "cancel-not-open OAAAAA-BBBBB-CCCCCC",
        "cancel-not-open userref 8",
    ]


def test_nothing_is_called_open_without_a_look() -> None:
    """Without the account's orders no cancellation is doubted."""
    batch = group(cancel="[OAAAAA-BBBBB-CCCCCC]")
    assert found(reviewed(batch)) == []
    assert found(reviewed(batch, account=Account(balances={}))) == []


def test_what_is_filled_before_leaves_room() -> None:
    """Once, however many groups wait for it; not where they are sent all the same."""
    need = "[{{group: one, until: filled, within: 15m, otherwise: {}}}]".format
    more = [order(f"more-{number}", price="50") for number in range(60)]
    for otherwise, expected in (("stop", []), ("proceed", ["open-orders two/more-0"])):
        batch = (group(*RUNGS), group(*more, name="two", needs=need(otherwise)))
        assert found(reviewed(*batch)) == expected
    last = group(order("last", price="49"), name="three", needs="[two, " + need("stop")[1:])
    assert found(reviewed(group(*RUNGS), group(*more, name="two", needs=need("stop")), last)) == [
        "open-orders three/last"
    ]
    placed = plan_of(group(*RUNGS)).groups[0].orders
    standing = [resting(f"O{number}", cl_ord_id=sent.cl_ord_id) for number, sent in enumerate(placed)]
    batch = (group(*RUNGS), group(order("more", price="50"), name="two", needs=need("stop")))
    assert found(reviewed(*batch, account=account(*standing, EUR="100000"))) == []
