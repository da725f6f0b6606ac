"""Room for one more: counted from the feed and from what is under way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.execution.orders.states import OrderTrack, State
from runner.execution.pacing.open_order_room import NEWS_WITHIN_S, Room
from tests.execution.builders import NOW, at_exchange, group, order, plan_of

if TYPE_CHECKING:
    from runner.planning.planned_order import PlannedGroup

HELD = group("g", "a", "b", "c", order("m", ordertype="market", price=None), hold="true")


def room(
    groups: str = HELD, most: int = 3
) -> tuple[Room, PlannedGroup, dict[str, OrderTrack], list[float | None]]:
    """The room of a plan's orders, its group, their tracks by id, and its next wake-up."""
    (planned,) = plan_of(groups).groups
    tracks = {order.key: OrderTrack.begin(order, held=planned.hold) for order in planned.orders}
    wakes: list[float | None] = []
    return Room(most, tracks, wakes.append), planned, {key.id: track for key, track in tracks.items()}, wakes


def admitted(there: Room, planned: PlannedGroup, tracks: dict[str, OrderTrack], *opened: str) -> str:
    """Return which of the orders may leave beside these open ones of their pair."""
    feed = {txid: at_exchange(txid, descr={"pair": "ETH/EUR"}) for txid in opened}
    admits = there.admission(planned, feed, NOW)
    assert admits is not None
    return "".join(name for name, track in tracks.items() if track.state is State.NEW and admits(track))


def test_as_many_leave_as_there_is_room_for() -> None:
    """Every open order counts, whoever placed it; an order that never rests needs no room."""
    there, planned, tracks, _ = room()
    assert admitted(there, planned, tracks) == "abcm"
    assert admitted(there, planned, tracks, "O1", "O2") == "am"
    assert admitted(there, planned, tracks, "O1", "O2", "O3") == "m"


def test_a_group_that_does_not_wait_is_not_checked() -> None:
    """Its orders leave as they always did."""
    there, planned, _, _ = room(group("g", "a"))
    assert there.admission(planned, {}, NOW) is None


def test_other_pairs_and_ended_orders_take_no_room() -> None:
    """An order whose pair is not known may be of any, and counts."""
    there, planned, tracks, _ = room(most=1)
    ended = at_exchange("O1", status="canceled", descr={"pair": "ETH/EUR"})
    other = at_exchange("O2", descr={"pair": "XBT/EUR"})
    admits = there.admission(planned, {"O1": ended, "O2": other}, NOW)
    assert admits is not None
    assert admits(tracks["a"])
    admits = there.admission(planned, {"O3": at_exchange("O3")}, NOW)
    assert admits is not None
    assert not admits(tracks["a"])


def test_what_is_under_way_takes_room() -> None:
    """Until it has a fate; what was accepted counts until the feed should have shown it."""
    there, planned, tracks, wakes = room(most=2)
    tracks["a"].state = State.SENT
    assert admitted(there, planned, tracks) == "bm"
    tracks["a"].state, tracks["a"].txid, tracks["a"].attempts = State.PLACED, "O1", 1
    tracks["a"].sent_at = NOW - 1
    assert admitted(there, planned, tracks) == "bm"
    assert wakes == [NOW - 1 + NEWS_WITHIN_S]
    tracks["a"].sent_at = NOW - NEWS_WITHIN_S
    assert admitted(there, planned, tracks) == "bcm"
    tracks["a"].attempts = 0
    tracks["a"].sent_at = NOW
    assert admitted(there, planned, tracks) == "bcm"


def test_one_that_was_refused_waits_until_fewer_are_open() -> None:
    """The exchange may count otherwise than we do; where we see nothing open, it is tried again."""
    there, planned, tracks, _ = room()
    assert admitted(there, planned, {"a": tracks["a"]}, "O1") == "a"
    tracks["a"].no_room = True
    assert admitted(there, planned, {"a": tracks["a"]}, "O1") == ""
    assert admitted(there, planned, {"a": tracks["a"]}) == "a"
    tracks["a"].no_room = True
    assert admitted(there, planned, {"a": tracks["a"]}) == "a"
