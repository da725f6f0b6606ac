"""The end of an order: by volumes, never by the status alone."""

from __future__ import annotations

import pytest

from runner.domain import CancelOutcome
from runner.planning.order_ends import OrderEnd, end_of, is_volume_final, latest, unique_orders
from tests.execution.builders import at_exchange

TOO_LITTLE = "Insignificant volume remaining"


@pytest.mark.parametrize(
    ("status", "fields", "outcome"),
    [
        ("closed", {"vol": "1", "vol_exec": "1"}, "closed"),
        ("closed", {"vol": "1", "vol_exec": "0.9999", "cancel_reason": TOO_LITTLE}, "closed"),
        ("closed", {"vol": "1", "vol_exec": "0", "cancel_reason": TOO_LITTLE}, "canceled"),
        ("closed", {"vol": "1", "vol_exec": "0.5", "cancel_reason": "User requested"}, "canceled"),
        ("canceled", {"vol": "1", "vol_exec": "1"}, "closed"),
        ("canceled", {"vol": "1", "vol_exec": "0.5"}, "canceled"),
        ("expired", {"vol": "1", "vol_exec": "0"}, "canceled"),
    ],
)
def test_one_order(status: str, fields: dict[str, str], outcome: str) -> None:
    """With its terms, its executed volume, and the reason of its end."""
    end = end_of([at_exchange("A", status, **fields)])
    assert end == OrderEnd(
        CancelOutcome(outcome), fields["vol"], fields["vol_exec"], fields.get("cancel_reason")
    )


def test_several_orders_are_filled_when_all_are() -> None:
    """Their volumes are sums, as long as each is known and they are of one pair."""
    filled = at_exchange("A", "closed", vol="1", vol_exec="1", descr={"pair": "ETH/EUR"})
    canceled = at_exchange("B", "canceled", vol="2", vol_exec="0.5", descr={"pair": "ETH/EUR"})
    assert end_of([filled, canceled]) == OrderEnd(CancelOutcome.CANCELED, "3", "1.5")
    assert end_of([filled, filled]).outcome is CancelOutcome.CLOSED
    unknown = at_exchange("C", "canceled", vol="2", descr={"pair": "ETH/EUR"})
    assert end_of([filled, unknown]).vol_exec is None
    other = at_exchange("D", "canceled", vol="2", vol_exec="0", descr={"pair": "XBT/EUR"})
    assert end_of([filled, other]) == OrderEnd(CancelOutcome.CANCELED)


@pytest.mark.parametrize(
    ("status", "fields", "says"),
    [
        ("canceled", {"vol": "1", "vol_exec": "0"}, True),
        ("canceled", {"vol": "1"}, False),
        ("canceled", {"vol_exec": "0"}, False),
        ("canceled", {"vol": "1", "vol_exec": "much"}, False),
        ("closed", {"vol": "1", "vol_exec": "1"}, True),
        ("closed", {"vol": "1", "vol_exec": "0"}, False),
        ("closed", {"vol": "1", "vol_exec": "0", "cancel_reason": "Liquidation"}, True),
    ],
)
def test_what_is_absent_is_not_zero(status: str, fields: dict[str, str], says: bool) -> None:
    """Nor is an order filled of whose fill nothing was heard."""
    assert is_volume_final(at_exchange("A", status, **fields)) is says


def test_of_two_views_the_one_nearer_to_the_end_counts() -> None:
    """Feed and records lag behind each other."""
    open_, closed = at_exchange("A", "open", vol="1", vol_exec="0"), at_exchange("A", "closed", vol="1")
    whole = at_exchange("A", "closed", vol="1", vol_exec="1")
    assert latest(None, None) is None
    assert latest(open_, None) is latest(None, open_) is open_
    assert latest(open_, closed) is latest(closed, open_) is closed
    assert latest(closed, whole) is latest(whole, closed) is whole


def test_what_sparse_news_leaves_out_is_taken_from_the_other_view() -> None:
    """The feed shows the end alone; the terms are in the records."""
    news = at_exchange("A", "canceled", vol_exec="0.4")
    earlier = at_exchange("A", "open", vol="1", vol_exec="0", userref=17)
    for merged in (latest(news, earlier), latest(earlier, news)):
        assert merged is not None
        assert (merged.status, merged.vol, merged.vol_exec) == ("canceled", "1", "0.4")
        assert merged.userref == "17"
        assert is_volume_final(merged)


def test_an_order_that_ends_during_a_look_is_in_both_lists() -> None:
    """Open orders are read first: it has ended since, and counts once."""
    open_, other = at_exchange("A", "open", vol="1", vol_exec="0"), at_exchange("B", "open")
    expired = at_exchange("A", "expired", vol="1", vol_exec="0")
    assert unique_orders([open_, other, expired]) == [expired, other]
