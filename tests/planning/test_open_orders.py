"""The account's open orders, found by whatever id a plan has for them."""

from __future__ import annotations

from runner.planning.open_orders import NOTHING_OPEN, OpenAtExchange
from tests.execution.builders import group, order, plan_of
from tests.review.markets import resting


def test_an_order_is_found_by_its_derived_id() -> None:
    """With and without dashes, in either case; another's is not."""
    (planned,) = plan_of(group("one", order("a"))).orders()
    own = planned.request.cl_ord_id or ""
    for shown in (own, own.replace("-", "").upper()):
        found = OpenAtExchange([resting("O1", cl_ord_id=shown)]).of(planned)
        assert found is not None
        assert found.txid == "O1"
    assert OpenAtExchange([resting("O1", cl_ord_id="another")]).of(planned) is None


def test_a_reference_of_the_author_names_no_single_order() -> None:
    """Other orders may carry it too; a derived one does, on its own pair and side."""
    (derived,) = plan_of(group("one", order("a", close="{ordertype: limit, price: 160}"))).orders()
    (own,) = plan_of(group("one", order("a", userref="7"))).orders()
    assert OpenAtExchange([resting("O1", userref=derived.request.userref)]).of(derived) is not None
    other = resting("O1", userref=derived.request.userref, pair="XBT/EUR")
    assert OpenAtExchange([other]).of(derived) is None
    assert OpenAtExchange([resting("O1", userref="7")]).of(own) is None


def test_what_is_canceled_is_found_by_id_or_reference() -> None:
    """One by its id, all by a reference, and nothing where nothing is open."""
    found = OpenAtExchange([resting("O1"), resting("O2", userref="7"), resting("O3", userref="7")])
    assert [item.txid for item in found.with_txid("O1")] == ["O1"]
    assert [item.txid for item in found.with_userref("7")] == ["O2", "O3"]
    assert found
    assert not NOTHING_OPEN
    assert NOTHING_OPEN.with_txid("O1") == NOTHING_OPEN.with_userref("7") == ()
