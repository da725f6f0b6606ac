"""The queue of a group: file order, a lane for each pair."""

from __future__ import annotations

from collections import defaultdict

from runner.execution.orders.queue import OrderQueue
from runner.execution.orders.states import OrderTrack
from tests.execution.builders import group, order, plan_of

PAIRS = ["ETH/EUR", "XBT/EUR", "ETH/EUR", "SOL/EUR", "XBT/EUR"]


def filled(unsent: defaultdict[str, int] | None = None) -> tuple[OrderQueue, list[OrderTrack]]:
    """Five orders of three pairs, and the queue that holds them."""
    orders = [order(f"o{number}", pair=pair) for number, pair in enumerate(PAIRS)]
    tracks = [OrderTrack.begin(planned) for planned in plan_of(group("g", *orders)).orders()]
    queue = OrderQueue(unsent)
    for track in tracks:
        queue.append(track)
    return queue, tracks


def test_orders_leave_in_the_order_of_the_file() -> None:
    """Across pairs, where no pair is given."""
    queue, tracks = filled()
    assert list(queue) == tracks
    assert [queue.popleft() for _ in range(5)] == tracks
    assert not queue


def test_a_pair_can_be_given() -> None:
    """Its own orders come in the file's order."""
    queue, tracks = filled()
    assert queue.pairs() == ["ETH/EUR", "XBT/EUR", "SOL/EUR"]
    assert [queue.take("XBT/EUR") for _ in range(2)] == [tracks[1], tracks[4]]
    assert queue.pairs() == ["ETH/EUR", "SOL/EUR"]
    assert (queue.waiting("XBT/EUR"), queue.waiting("ETH/EUR"), len(queue)) == (0, 2, 3)


def test_what_comes_back_goes_to_its_place() -> None:
    """Before those of its pair that follow it in the file."""
    queue, tracks = filled()
    first = queue.take("ETH/EUR")
    queue.append(first)
    assert list(queue) == tracks


def test_unsent_orders_are_counted_for_each_pair() -> None:
    """Over all queues that share the counter."""
    unsent: defaultdict[str, int] = defaultdict(int)
    queue, tracks = filled(unsent)
    filled(unsent)
    queue.remove(tracks[2])
    queue.popleft()
    assert unsent == {"ETH/EUR": 2, "XBT/EUR": 4, "SOL/EUR": 2}
