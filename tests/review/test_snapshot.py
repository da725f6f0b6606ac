"""A plan laid beside the account: what is there already, what a cancellation would take away."""

from __future__ import annotations

from tests.review.markets import account, group, order, plan_of, resting, snapshot


def test_an_order_that_an_earlier_run_placed_is_found_without_a_journal() -> None:
    """The id that is derived from its names leads to it, with and without dashes."""
    (planned,) = plan_of(group(order())).orders()
    cl_ord_id = planned.request.cl_ord_id or ""
    for shown in (cl_ord_id, cl_ord_id.replace("-", "").upper()):
        (shown_order,) = snapshot(group(order()), account=account(resting("O1", cl_ord_id=shown))).orders()
        assert shown_order.resting is not None
        assert (shown_order.resting.txid, shown_order.sent) == ("O1", False)


def test_an_order_with_close_is_found_by_its_reference() -> None:
    """On its own pair and side; the reference is not unique."""
    batch = group(order(close="{ordertype: limit, price: 160}"))
    (planned,) = plan_of(batch).orders()
    for pair, sent in (("ETH/EUR", False), ("XBT/EUR", True)):
        there = resting("O1", userref=planned.request.userref, pair=pair)
        (shown_order,) = snapshot(batch, account=account(there)).orders()
        assert shown_order.sent is sent


def test_a_reference_of_the_authors_own_identifies_nothing() -> None:
    """Other orders may carry it as well."""
    (shown_order,) = snapshot(group(order(userref=7)), account=account(resting("O1", userref="7"))).orders()
    assert shown_order.sent


def test_what_a_cancellation_takes_away() -> None:
    """The order with the id, all with the reference, and what the batch itself placed."""
    (planned,) = plan_of(group(order())).orders()
    own = resting("O1", cl_ord_id=planned.request.cl_ord_id)
    old = (resting("OUEMWD-CUO73-YYCBEK"), resting("O2", userref="7"), resting("O3", userref="7"))
    cancel = "[OUEMWD-CUO73-YYCBEK, {userref: 7}]"
    laid = snapshot(
        group(order(), cancel=cancel),
        group(name="tidy", cancel="[{order: one/a}]"),
        account=account(own, *old),
    )
    removed = [[remove.txid for remove in cancel.removes] for g in laid.groups for cancel in g.cancel]
    assert removed == [["OUEMWD-CUO73-YYCBEK"], ["O2", "O3"], ["O1"]]


def test_groups_come_after_those_that_they_need() -> None:
    """In any order of the file."""
    groups = (
        group(order(), name="last", needs="[first, middle]"),
        group(order(), name="middle", needs="[first]"),
        group(order(), name="first", needs="[]"),
    )
    assert [item.group.name for item in snapshot(*groups).sequence()] == ["first", "middle", "last"]
