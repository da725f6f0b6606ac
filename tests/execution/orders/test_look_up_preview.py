"""The orders that a run would find of its plan, by the rules of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from msgspec import structs

from runner.execution import first_look, preview_look_up
from runner.journal import fold
from runner.planning import Disposition, decide
from tests.execution.builders import NOW, at_exchange, group, order, plan_of
from tests.execution.order_office import FUNDS, SAME, office

if TYPE_CHECKING:
    from runner.kraken import OpenOrder
    from runner.planning import Plan

PLAN = plan_of(group("g", "a", "b", order("mine", userref="17")))


def of(plan: Plan, id: str, txid: str = "O1", **fields: Any) -> OpenOrder:
    """An order of a plan as the account has it."""
    request = next(each.request for each in plan.orders() if each.key.id == id)
    return at_exchange(txid, cl_ord_id=request.cl_ord_id, **{"vol": "0.25", **fields})


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"status": "open", "vol_exec": "0"}, Disposition.OPEN_AT_EXCHANGE),
        ({"status": "closed", "vol_exec": "0.25"}, Disposition.PLACED),
        (
            {"status": "canceled", "vol_exec": "0", "cancel_reason": "User requested"},
            Disposition.ENDED,
        ),
    ],
)
def test_open_filled_and_ended_orders_are_distinguished(
    fields: dict[str, str], expected: Disposition
) -> None:
    """By the order itself."""
    found, refused = preview_look_up(PLAN, [of(PLAN, "a", **fields)], NOW)
    assert {key.id: (each.txid, each.disposition) for key, each in found.items()} == {"a": ("O1", expected)}
    assert not refused


def test_an_order_that_is_both_open_and_closed_counts_as_it_was_last_seen() -> None:
    """It ended between the two answers of the look."""
    shown = [of(PLAN, "a", status="open"), of(PLAN, "a", status="closed", vol_exec="0.25")]
    found, _ = preview_look_up(PLAN, shown, NOW)
    assert [each.disposition for each in found.values()] == [Disposition.PLACED]


def test_nothing_of_others_is_found() -> None:
    """Under another id, or under a reference that this journal never sent."""
    others = [at_exchange("O1", cl_ord_id="theirs"), at_exchange("O2", userref=17, vol="0.25")]
    assert preview_look_up(PLAN, others, NOW) == ({}, {})
    assert preview_look_up(PLAN, [], NOW) == ({}, {})


def test_other_content_under_our_id_is_refused() -> None:
    """As a run refuses it."""
    _, refused = preview_look_up(PLAN, [of(PLAN, "a", vol="7", status="closed", vol_exec="7")], NOW)
    assert [(key.id, "placed under its name" in why) for key, why in refused.items()] == [("a", True)]


def test_a_refused_order_under_an_own_reference_is_found() -> None:
    """It was booked all the same: what carries the reference since it was sent, with its content, is ours."""
    sent = office(order("mine", userref="17"))
    sent.hear(sent.send("mine").reqid or 0, error=FUNDS)
    plan = plan_of(group("g", order("mine", userref="17")), ledger=fold(sent.entries))
    look = first_look(plan)
    assert look is not None
    assert look.userrefs == ("17",)
    older = {**SAME, "opentm": f"{NOW - 3600:.6f}"}
    found, refused = preview_look_up(plan, [at_exchange("O0", **older), at_exchange("O1", **SAME)], NOW + 100)
    assert {key.id: each.txid for key, each in found.items()} == {"mine": "O1"}
    assert not refused
    assert preview_look_up(plan, [at_exchange("O0", **older)], NOW + 100) == ({}, {})
    theirs = structs.replace(plan, elsewhere=frozenset({"O1"}))
    assert preview_look_up(theirs, [at_exchange("O1", **SAME)], NOW + 100) == ({}, {})
    (mine,) = plan.orders()
    assert plan.becomes(mine) is Disposition.SEND
    assert decide(plan, found=found).becomes(mine) is Disposition.OPEN_AT_EXCHANGE
