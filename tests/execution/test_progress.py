"""The counts of a run under way."""

from __future__ import annotations

from runner.execution import Progress, Timing
from runner.execution.cancels.manager import CancelManager
from runner.execution.progress import progress_of
from runner.kraken import Reqids
from tests.execution.builders import NOW
from tests.execution.order_office import office


def test_orders_are_counted_by_what_is_known_of_them() -> None:
    """Sent and not answered is not settled."""
    desk = office("{id: a, pair: ETH/EUR, type: buy, ordertype: limit, price: 100, volume: 1}", "b").desk
    cancels = CancelManager(Reqids(), Timing(), [])
    track = next(iter(desk.tracks.values()))
    assert desk.send(track, NOW) is not None
    assert progress_of(desk, cancels, 3, 1.5, connected=True) == Progress(
        orders=2,
        sent=1,
        placed=0,
        rejected=0,
        settled=0,
        cancels=3,
        canceled=0,
        connected=True,
        remaining_s=1.5,
    )
