"""The parts of intents in limits of a day: together what the gate counts, each once."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from runner.domain import Answer, MaxCancels, MaxNotional, MaxOrders, MaxVolume, OrderKey, Per
from runner.journal import CancelIntent, Entry, OrderIntent
from runner.kraken import fields_of
from runner.policy import CancelId, Draw, Gate
from tests.policy.builders import KEY, gate, request, rule
from tests.policy.markets import NOW

AT = "2026-11-30T05:00:00Z"
DAY = Per.DAY


def intent(key: OrderKey, reqid: int = 7) -> OrderIntent:
    return OrderIntent(
        at=AT, group=key.group, id=key.id, reqid=reqid, content="c", request=fields_of(request())
    )


def cancel(*ids: str) -> CancelIntent:
    return CancelIntent(at=AT, group="g", reqid=8, txid=ids, unwind=False)


def draws(kept: Gate, *entries: Entry) -> list[tuple[str, str, str, str]]:
    return [
        (draw.rule.name, str(draw.before), str(draw.amount), str(draw.most))
        for draw in kept.draws_of(entries)
    ]


def test_what_denies_beyond_a_day_is_drawn() -> None:
    """Not what warns, and not what a batch or an order may be."""
    kept = gate(
        MaxVolume(Decimal(10), DAY),
        MaxOrders(10, Per.BATCH),
        rule(MaxOrders(10, DAY), name="warns", answer=Answer.WARN),
        MaxNotional(Decimal(9000), "EUR", DAY),
    )
    assert kept.admit(KEY, request(volume="2"), NOW) is None
    assert draws(kept, intent(KEY)) == [("r0", "0", "2", "10"), ("r3", "0", "290", "9000")]


def test_an_order_that_is_sent_again_is_drawn_once() -> None:
    """Its second intent takes nothing, and one that is denied has none."""
    kept = gate(MaxOrders(1, DAY))
    assert kept.admit(KEY, request(), NOW) is None
    assert len(kept.draws_of([intent(KEY), intent(OrderKey("g", "other"))])) == 1
    assert kept.admit(KEY, request(), NOW) is None
    assert kept.draws_of([intent(KEY)]) == []
    assert kept.admit(OrderKey("g", "b"), request(), NOW) is not None
    assert kept.draws_of([intent(OrderKey("g", "b"))]) == []


def test_a_larger_order_in_its_place_is_drawn_by_the_difference() -> None:
    """As one whose price is of the moment, sent again."""
    kept = gate(MaxVolume(Decimal(10), DAY))
    assert kept.admit(KEY, request(volume="2"), NOW) is None
    assert kept.admit(KEY, request(volume="3"), NOW) is None
    assert draws(kept, intent(KEY)) == [("r0", "2", "1", "10")]


def test_cancellations_are_drawn_by_their_orders() -> None:
    """Those that were canceled before are not counted again; taking back is counted, and never denied."""
    kept = gate(MaxCancels(3, DAY))
    assert kept.admit_cancel("g", [CancelId.of("A"), CancelId.of("B")], NOW) is None
    assert draws(kept, cancel("A", "B")) == [("r0", "0", "2", "3")]
    assert kept.admit_cancel("g", [CancelId.of("B"), CancelId.of("C")], NOW) is None
    assert draws(kept, cancel("B", "C")) == [("r0", "2", "1", "3")]
    assert kept.admit_cancel("g", [CancelId.of("D")], NOW, unwind=True) is None
    assert draws(kept, cancel("D")) == [("r0", "3", "1", "None")]


def test_sums_of_other_rules_have_other_names() -> None:
    """Two policies may call two rules the same, and one rule may sum what differs."""
    draw = Draw(
        rule=rule(MaxOrders(3, DAY)),
        bucket=(1, ""),
        day=1,
        before=Decimal(),
        amount=Decimal(1),
        most=Decimal(3),
        unit="orders",
    )
    assert draw.sum == replace(draw, amount=Decimal(2)).sum
    others = (
        replace(draw, rule=rule(MaxOrders(4, DAY))),
        replace(draw, rule=rule(MaxOrders(3, DAY), pairs=("A/B",))),
        replace(draw, bucket=(1, "XBT")),
    )
    assert len({draw.sum, *(other.sum for other in others)}) == 4
    assert draw.denial(Decimal(4)) == "denied by r: M (4 orders by the ledger; at most 3 orders for a day)"


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(1, 9)), max_size=12))
def test_the_draws_cover_what_the_gate_has_counted(sent: list[tuple[int, int]]) -> None:
    """For any orders, also sent again with another volume: nothing is given back by a smaller one."""
    kept = gate(MaxVolume(Decimal(20), DAY))
    drawn = Decimal()
    last: dict[int, int] = {}
    for number, volume in sent:
        key = OrderKey("g", str(number))
        if kept.admit(key, request(volume=str(volume)), NOW) is None:
            drawn += sum((draw.amount for draw in kept.draws_of([intent(key)])), Decimal())
            last[number] = volume
    assert drawn >= sum(last.values())
