"""The disposition of each order and cancellation: one answer from the journal, the account and the policy."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from runner.domain import Answer, MaxNotional, OrderKey, Per, RestingOrder
from runner.planning import CancelDisposition, Disposition, FoundOrder, decide
from runner.review import evaluate_policy
from tests.policy.builders import gate, rule
from tests.policy.markets import NOW
from tests.report.builders import QUICKSTART, batch_of
from tests.report.cases import changed, done, in_doubt, quickstart, unwound

if TYPE_CHECKING:
    from runner.planning import Plan

AROUND = """  - name: free
    needs: []
    cancel: [OQCLML-BW3P3-BUCMZZ]
  - name: last
    needs: [tidy]
    cancel: [OQCLML-BW3P3-BUCMYY]
"""


def becomes(plan: Plan) -> dict[str, Disposition]:
    """The disposition of each order by its id."""
    return {order.key.id: plan.becomes(order) for order in plan.orders()}


def opened(plan: Plan, name: str) -> RestingOrder:
    """An order of a plan as the account has it open, under an id that no journal knows."""
    request = next(order.request for order in plan.orders() if order.key.id == name)
    return RestingOrder(
        txid="O1",
        pair=request.pair,
        type=request.type,
        ordertype=request.ordertype,
        volume=Decimal(request.volume or "0"),
        cl_ord_id=request.cl_ord_id,
    )


def test_everything_is_sent_at_first() -> None:
    """Nothing is known of it, and nothing is known to fail."""
    plan = quickstart().plan()
    assert set(becomes(plan).values()) == {Disposition.SEND}
    assert set(plan.dispositions.cancels.values()) == {CancelDisposition.SEND}
    assert plan.dispositions.unreachable == {}


def test_what_the_journal_knows() -> None:
    """Placed, in doubt and changed orders are distinguished, and a completed batch has nothing to do."""
    assert set(becomes(done().plan()).values()) == {Disposition.PLACED}
    assert set(done().plan().dispositions.cancels.values()) == {CancelDisposition.SETTLED}
    assert Disposition.LOOK_UP in becomes(in_doubt().plan()).values()
    assert Disposition.CHANGED in becomes(changed().plan()).values()
    assert [plan.changes for plan in (done().plan(), in_doubt().plan())] == [False, True]


def test_groups_behind_one_that_was_taken_back_are_not_reached() -> None:
    """Directly or through others; what needs nothing goes on, and of the rest nothing is canceled."""
    journal = unwound()
    journal.batch = batch_of(QUICKSTART + AROUND)
    plan = journal.plan()
    assert plan.dispositions.unreachable == {"offer": "enter", "tidy": "enter", "last": "tidy"}
    assert [
        name for (name, _), what in plan.dispositions.cancels.items() if what is CancelDisposition.SEND
    ] == ["free"]
    assert becomes(plan)["sell-eth"] is Disposition.UNREACHABLE


def test_an_order_that_the_account_has_open_is_not_sent() -> None:
    """The journal may have lost it: where that is all there was to do, there is nothing to do."""
    plan = quickstart().plan()
    found = decide(plan, [opened(plan, "buy-eth")])
    assert becomes(found)["buy-eth"] is Disposition.OPEN_AT_EXCHANGE
    assert becomes(found)["buy-xbt"] is Disposition.SEND
    assert becomes(decide(found, rulings=()))["buy-eth"] is Disposition.OPEN_AT_EXCHANGE


def test_what_a_policy_denies_is_denied_at_its_order() -> None:
    """A warning denies nothing; what is open already is not ruled on."""
    plan = quickstart().plan()
    few = MaxNotional(Decimal(30), "EUR", Per.ORDER)
    for answer, word in ((Answer.DENY, Disposition.DENIED), (Answer.WARN, Disposition.SEND)):
        found = decide(plan, rulings=evaluate_policy(plan, gate(rule(few, answer=answer)), NOW))
        assert becomes(found)["buy-eth"] is word
        assert becomes(found)["buy-xbt-now"] is Disposition.SEND
    there = decide(plan, [opened(plan, "buy-eth")])
    assert OrderKey("enter", "buy-eth") not in {
        item.order for item in evaluate_policy(there, gate(rule(few)), NOW)
    }


def test_an_order_that_the_account_has_ended_stops_its_group() -> None:
    """Its other orders are not sent, and what needs the group is not reached; saved plans see none of it."""
    plan = quickstart().plan()
    key = next(order.key for order in plan.orders() if order.key.id == "buy-eth")
    found = decide(plan, found={key: FoundOrder("O1", Disposition.ENDED, "Post only order")})
    assert [name for name in ("buy-eth", "buy-xbt") if becomes(found)[name] is Disposition.ENDED] == [
        "buy-eth"
    ]
    assert becomes(found)["buy-xbt"] is Disposition.UNREACHABLE
    assert (found.dispositions.over, set(found.dispositions.unreachable)) == ({"enter"}, {"offer", "tidy"})
    assert not found.changes
    assert found.txid_of(next(found.orders())) == "O1"
    assert [each.journal_state for each in found.orders()] == [each.journal_state for each in plan.orders()]
    assert decide(found).dispositions.found == found.dispositions.found


def test_a_group_that_goes_on_is_not_stopped_by_an_order_that_has_ended() -> None:
    """With ``continue``; one that is taken back still has work to do while another order of it is open."""
    for on_reject, fate, changes in (("continue", "send", True), ("unwind", "open_at_exchange", True)):
        journal = quickstart()
        journal.batch = batch_of(QUICKSTART.replace("on_reject: unwind", f"on_reject: {on_reject}", 1))
        plan = journal.plan()
        keys = {order.key.id: order.key for order in plan.orders()}
        known = {keys["buy-eth"]: FoundOrder("O1", Disposition.ENDED)}
        if on_reject == "unwind":
            known[keys["buy-xbt"]] = FoundOrder("O2", Disposition.OPEN_AT_EXCHANGE)
        found = decide(plan, found=known)
        assert (becomes(found)["buy-xbt"].value, found.changes) == (fate, changes)
