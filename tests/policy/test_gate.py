"""The gate: what it remembers from one message to the next, and when it does not know."""

from __future__ import annotations

from decimal import Decimal

import pytest

from runner.domain import (
    Against,
    AllowedPairs,
    AllowedTimes,
    AllowedTypes,
    AllowedVenues,
    Answer,
    Collar,
    MaxCancels,
    MaxNotional,
    MaxOrders,
    MaxRejects,
    MaxVolume,
    OrderKey,
    Per,
    RunId,
    Window,
)
from runner.policy import PRICES_HOLD_S, CancelId, CheckPhase, Denial, SentCancel, SentOrder
from tests.policy.builders import KEY, RUN, gate, request, rule
from tests.policy.markets import NOTHING_KNOWN, NOW, market_of

NEVER = AllowedTimes((Window((5,), 0, 1),))
TWO = Decimal(2)
A_DAY_S = 86_400.0
COLLAR = Collar(Against.LAST, Decimal(5), Decimal(5))


def ids(*texts: str) -> tuple[CancelId, ...]:
    """The ids of single orders."""
    return tuple(map(CancelId.of, texts))


def why(denial: Denial | None) -> str:
    """The reason of a denial; there is one."""
    assert denial is not None
    return denial.reason


def key(id: str) -> OrderKey:
    """An order of the group."""
    return OrderKey("g", id)


def test_what_is_let_pass_counts_and_what_is_denied_does_not() -> None:
    """So a large order in the middle does not keep a small one from leaving."""
    guard = gate(MaxVolume(TWO, Per.BATCH))
    denied = [
        bool(guard.admit(key(id), request(volume=volume), NOW)) for id, volume in ("a1", "b5", "c1", "d1")
    ]
    assert denied == [False, True, False, True]


def test_an_order_that_is_sent_again_counts_once() -> None:
    """It was proven absent, so what it took of the limit is its own."""
    guard = gate(MaxOrders(1, Per.BATCH), MaxVolume(TWO, Per.DAY))
    assert [guard.admit(KEY, request(volume="2"), NOW) for _ in range(3)] == [None, None, None]
    assert guard.admit(key("other"), request(), NOW) is not None


def test_every_rule_that_denies_is_named() -> None:
    """Not only the first."""
    reason = why(gate(AllowedPairs(("XBT/EUR",)), AllowedTypes(("sell",))).admit(KEY, request(), NOW))
    assert reason.startswith("denied by r0: M (")
    assert "; denied by r1: M (" in reason


def test_a_limit_says_what_it_comes_to() -> None:
    """The sum, what was there before, the limit, and for what."""
    guard = gate(MaxVolume(TWO, Per.BATCH))
    guard.admit(key("b"), request(volume="1.5"), NOW)
    assert why(guard.admit(KEY, request(), NOW)) == (
        "denied by r0: M (2.5 ETH, after 1.5 before; at most 2 for a batch)"
    )


def test_a_warning_lets_pass_and_counts() -> None:
    """Its order leaves, so the sum holds it."""
    guard = gate(rule(MaxVolume(TWO, Per.BATCH), name="soft", answer=Answer.WARN))
    assert guard.admit(KEY, request(volume="5"), NOW) is None
    (violation,) = guard.ask(key("b"), request(volume="1"), NOW)
    assert violation.detail.startswith("6 ETH, after 5 before")
    assert not violation.denies


@pytest.mark.parametrize("check", [COLLAR, MaxNotional(TWO, "EUR", Per.DAY)])
def test_what_cannot_be_known_is_denied_when_it_is_sent(check: Collar | MaxNotional) -> None:
    """And said to be unchecked before; a rule that only warns goes on warning."""
    market = request(ordertype="market", price=None)
    assert "no price of ETH/EUR is known" in why(gate(check, market=NOTHING_KNOWN).admit(KEY, market, NOW))
    (violation,) = gate(check, market=NOTHING_KNOWN, phase=CheckPhase.PLAN).ask(KEY, market, NOW)
    assert violation.answer is Answer.UNCHECKED
    soft = rule(check, answer=Answer.WARN)
    (violation,) = gate(soft, market=NOTHING_KNOWN).ask(KEY, market, NOW)
    assert violation.answer is Answer.WARN


def test_a_sum_with_something_unpriced_in_it_is_not_below_a_limit() -> None:
    """An order at market of this morning, whose pair has no quote now."""
    unpriced = request(pair="DOT/EUR", ordertype="market", price=None)
    sent = SentOrder(run=RunId("x"), key=KEY, request=unpriced, at=NOW)
    guard = gate(MaxNotional(Decimal(9999), "EUR", Per.DAY), sent=[sent])
    assert "no price of DOT/EUR is known" in why(guard.admit(KEY, request(), NOW))


def test_prices_that_are_read_anew_count() -> None:
    """The market of a gate may be replaced while a run goes on."""
    guard = gate(COLLAR, market=NOTHING_KNOWN)
    assert guard.admit(KEY, request(), NOW) is not None
    guard.market = market_of()
    assert guard.admit(KEY, request(), NOW) is None


def test_old_prices_are_no_prices() -> None:
    """A long run needs them read anew; a rule that looks at none goes on."""
    guard = gate(COLLAR)
    assert guard.admit(KEY, request(), NOW + PRICES_HOLD_S) is None
    late = guard.admit(KEY, request(), NOW + PRICES_HOLD_S + 1)
    assert "no price of ETH/EUR is known; what was read is too old" in why(late)
    guard.market = market_of(at=NOW + PRICES_HOLD_S)
    assert guard.admit(KEY, request(), NOW + PRICES_HOLD_S + 1) is None
    assert gate(AllowedPairs(("ETH/EUR",))).admit(KEY, request(), NOW + A_DAY_S) is None


def test_midnight_begins_a_new_sum() -> None:
    """In the middle of a run too."""
    guard = gate(MaxOrders(1, Per.DAY))
    assert guard.admit(key("a"), request(), NOW) is None
    assert guard.admit(key("b"), request(), NOW) is not None
    assert guard.admit(key("b"), request(), NOW + A_DAY_S) is None


def test_what_was_sent_before_counts_where_it_belongs() -> None:
    """Of another batch only in the sum of its day; of this batch, whenever it was, in that of the batch."""
    other = SentOrder(run=RunId("x"), key=KEY, request=request(), at=NOW - 60)
    mine = SentOrder(run=RUN, key=key("old"), request=request(), at=NOW - 9 * A_DAY_S)
    a_day, a_batch = MaxOrders(1, Per.DAY), MaxOrders(1, Per.BATCH)
    assert gate(a_day, sent=[other]).admit(KEY, request(), NOW) is not None
    assert gate(a_batch, sent=[other]).admit(KEY, request(), NOW) is None
    assert gate(a_day, sent=[mine]).admit(KEY, request(), NOW) is None
    assert gate(a_batch, sent=[mine]).admit(KEY, request(), NOW) is not None


def test_cancellations_count_by_id() -> None:
    """An id that is sent again counts once, and one of an earlier batch on the same day too."""
    earlier = SentCancel(run=RunId("x"), group="g", ids=ids("O1"), at=NOW)
    guard = gate(MaxCancels(3, Per.DAY), sent=[earlier])
    assert guard.admit_cancel("g", ids("O2", "O3"), NOW) is None
    assert guard.admit_cancel("g", ids("O3"), NOW) is None
    assert why(guard.admit_cancel("g", ids("O4"), NOW)) == (
        "denied by r0: M (4 cancels, after 3 before; at most 3 for a day)"
    )


def test_a_user_reference_counts_for_all_of_its_orders() -> None:
    """One that has none counts as one; one of which that is not known is never below a limit."""
    assert gate(MaxCancels(1, Per.BATCH)).admit_cancel("g", (CancelId("7", ()),), NOW) is None
    three = CancelId("7", ("O1", "O2", "O3"))
    assert gate(MaxCancels(3, Per.BATCH)).admit_cancel("g", (three, *ids("O2")), NOW) is None
    assert why(gate(MaxCancels(2, Per.BATCH)).admit_cancel("g", (three,), NOW)) == (
        "denied by r0: M (3 cancels; at most 2 for a batch)"
    )
    unknown = CancelId("7", None)
    assert why(gate(MaxCancels(9, Per.BATCH)).admit_cancel("g", (unknown,), NOW)) == (
        "denied by r0: M (how many orders the userref 7 has is not known)"
    )
    assert gate(MaxCancels(9, Per.BATCH)).admit_cancel("g", ids("O1"), NOW) is None
    planned = gate(MaxCancels(9, Per.BATCH), phase=CheckPhase.PLAN)
    assert [item.answer for item in planned.ask_cancel("g", (unknown,), NOW)] == [Answer.UNCHECKED]


def test_an_unknown_number_of_an_earlier_batch_leaves_no_room() -> None:
    """It is unknown how much of the day is left."""
    earlier = SentCancel(run=RunId("x"), group="g", ids=(CancelId("7", None),), at=NOW)
    guard = gate(MaxCancels(9, Per.DAY), sent=[earlier])
    assert "how many orders the userref 7 has is not known" in why(guard.admit_cancel("g", ids("O1"), NOW))
    assert gate(MaxCancels(9, Per.BATCH), sent=[earlier]).admit_cancel("g", ids("O1"), NOW) is None


def test_unwinding_is_never_held_back_and_counts() -> None:
    """A run may always take back its own orders."""
    guard = gate(MaxCancels(1, Per.BATCH), NEVER, AllowedVenues(("kraken",)))
    assert guard.admit_cancel("g", ids("O1", "O2"), NOW, unwind=True) is None
    assert gate(NEVER).admit_cancel("g", ids("O1"), NOW) is not None
    assert "3 cancels, after 2 before" in why(guard.admit_cancel("g", ids("O3"), NOW))


def test_a_rule_for_some_orders_is_not_about_cancellations() -> None:
    """They name no pair."""
    assert gate(rule(NEVER, pairs=("ETH/EUR",))).admit_cancel("g", ids("O1"), NOW) is None


def test_rules_of_another_venue_do_not_hold() -> None:
    """Neither are venue and time checked while only a file is known."""
    live_only = rule(AllowedTypes(("sell",)), venues=("kraken",))
    assert gate(live_only).admit(KEY, request(), NOW) is None
    assert gate(live_only, venue="kraken").admit(KEY, request(), NOW) is not None
    file = gate(live_only, NEVER, AllowedVenues(("kraken",)), phase=CheckPhase.FILE)
    assert [item.rule for item in file.ask(KEY, request(), NOW)] == ["r"]
    assert file.ask_cancel("g", ids("O1"), NOW) == ()


def test_the_answers_of_the_exchange_are_counted() -> None:
    """The third reject is one too many."""
    guard = gate(MaxRejects(2, None, 10))
    for rejected in (True, False, True):
        guard.record_reply(rejected=rejected)
    assert guard.admit(KEY, request(), NOW) is None
    guard.record_reply(rejected=True)
    assert "3 orders of this run were rejected" in why(guard.admit(KEY, request(), NOW))
