"""The filled orders of a group, and the queries about the others."""

from __future__ import annotations

from typing import Any

from runner.execution import OrdersQueried, QueryFailed, Timing
from runner.execution.groups.fills import LOOK_EVERY_S, Fills
from tests.execution.builders import NOW, order
from tests.execution.order_office import OrderManagerHarness, office

SETTLE_S, PATIENCE_S = Timing().settle_s, 30.0
UNTIL = NOW + 900


def fills_of(*orders: str) -> tuple[OrderManagerHarness, Fills]:
    """A desk whose orders are open, and their fills; the connection has been up for a while."""
    desk = office(*orders)
    for number, id in enumerate(track.planned.key.id for track in list(desk.desk.tracks.values())):
        desk.hear(desk.send(id).reqid or 0, txid=f"O{number}")
        show(desk, number, "open")
    fills = Fills("g", desk.desk, Timing())
    fills.on_connected(NOW - 1000)
    fills.begin(NOW)
    return desk, fills


def show(desk: OrderManagerHarness, number: int, status: str, vol_exec: str = "0", **fields: Any) -> None:
    """The exchange shows an order of a desk."""
    shown = desk.shown(f"O{number}", "ab"[number], status=status, vol="0.25", vol_exec=vol_exec, **fields)
    desk.desk.on_order(shown, desk.now)


def test_what_is_filled_is_known_by_its_volume() -> None:
    """An open order is not, however much of it is; what was filled stays so."""
    desk, fills = fills_of("a", "b")
    show(desk, 0, "open", "0.1")
    assert [track.planned.key.id for track in fills.missing] == ["a", "b"]
    assert fills.text() == "0 of 2 orders filled; a 0.1 of 0.25 ETH/EUR; b 0 of 0.25 ETH/EUR"
    show(desk, 0, "closed", "0.25")
    assert [track.planned.key.id for track in fills.missing] == ["b"]
    show(desk, 0, "open", "0.1")
    assert fills.text() == "1 of 2 orders filled; b 0 of 0.25 ETH/EUR"
    assert not fills.impossible
    show(desk, 1, "canceled", "0.2", cancel_reason="Insufficient margin")
    assert (fills.impossible, fills.open_rest) == (True, ())
    assert fills.unfilled_text(NOW) == (
        "g not filled at 2026-11-18T11:06:40Z: 1 of 2 orders filled; b 0.2 of 0.25 ETH/EUR, ended"
    )


def test_what_nothing_has_shown_since_an_earlier_run_is_unknown() -> None:
    """An order of this run has no fills before one is shown; one of an earlier run may have."""
    desk, fills = fills_of("a")
    (track,) = desk.desk.tracks.values()
    track.vol_exec = None
    desk.desk.executions._seen.clear()
    assert fills.text() == "0 of 0.25 ETH/EUR filled"
    track.accepted_at = 0.0
    assert fills.text() == "an unknown part of 0.25 ETH/EUR filled"


def test_a_single_order_is_known_by_its_volume() -> None:
    """Its id says nothing more."""
    desk, fills = fills_of("a")
    show(desk, 0, "open", "0.10000000")
    assert fills.unfilled_text(NOW) == "g not filled at 2026-11-18T11:06:40Z: 0.1 of 0.25 ETH/EUR filled"


def test_the_time_counts_from_the_last_order_that_was_accepted() -> None:
    """In this run; where nothing was, from now."""
    desk = office("a", "b")
    fills = Fills("g", desk.desk, Timing())
    assert (fills.accepted_at(NOW + 5), fills.has_new) == (NOW + 5, False)
    for number, id in enumerate("ab"):
        desk.now += 3
        desk.hear(desk.send(id).reqid or 0, txid=f"O{number}")
    assert (fills.accepted_at(NOW + 99), fills.has_new) == (NOW + 6, True)


def test_while_the_feed_shows_all_the_records_are_queried_now_and_then() -> None:
    """And once more when the time is over, whatever they were queried before."""
    _, fills = fills_of("a", "b")
    assert fills.query([UNTIL], NOW) == []
    assert fills.timer([UNTIL], NOW, connected=True) == NOW + LOOK_EVERY_S
    (query,) = fills.query([UNTIL], NOW + LOOK_EVERY_S)
    assert query.txids == ("O0", "O1")
    assert fills.query([UNTIL], NOW + LOOK_EVERY_S) == []
    fills.on_records(OrdersQueried((), ("O7",)), NOW + 61)
    fills.on_records(OrdersQueried((), query.txids), NOW + 61)
    assert fills.timer([UNTIL], NOW + 61, connected=True) == NOW + 61 + LOOK_EVERY_S
    assert not fills.is_looked_up(UNTIL, UNTIL)
    assert fills.timer([UNTIL], NOW + 890, connected=False) == UNTIL
    assert fills.query([UNTIL], UNTIL)
    fills.on_records(OrdersQueried((), query.txids), UNTIL + 1)
    assert fills.is_looked_up(UNTIL, UNTIL + 1)


def test_records_that_cannot_be_read_are_waited_for_in_vain_once() -> None:
    """They are queried again, and then the decision is made without them."""
    _, fills = fills_of("a")
    now, queries = UNTIL, 0
    while not fills.is_looked_up(UNTIL, now):
        for query in fills.query([UNTIL], now):
            queries += 1
            fills.on_records(QueryFailed("timed out", query.txids), now)
        now += 1
    assert (now, queries) == (UNTIL + PATIENCE_S, 5)


def test_what_the_feed_lacks_after_an_interruption_is_looked_up_at_once() -> None:
    """The records may lag, so the answer counts once they cannot any more."""
    desk, fills = fills_of("a", "b")
    desk.desk.on_disconnect("reset", NOW)
    fills.on_connected(NOW + 20)
    show(desk, 1, "open")
    (query,) = fills.query([NOW + 30], NOW + 20)
    assert query.txids == ("O0",)
    fills.on_records(OrdersQueried((), query.txids), NOW + 20)
    assert fills.timer([NOW + 30], NOW + 20, connected=True) == NOW + 21
    assert not fills.is_looked_up(NOW + 30, NOW + 20 + SETTLE_S + PATIENCE_S - 1)
    show(desk, 0, "open")
    assert fills.is_looked_up(NOW + 30, NOW + 60)


def test_many_orders_are_queried_in_parts() -> None:
    """No more at once than a query may name."""
    desk = office(*(order(f"o{number}") for number in range(60)))
    for number in range(60):
        desk.hear(desk.send(f"o{number}").reqid or 0, txid=f"O{number}")
    fills = Fills("g", desk.desk, Timing())
    fills.on_connected(NOW)
    (first,) = fills.query([UNTIL], NOW)
    fills.on_records(OrdersQueried((), first.txids), NOW)
    (second,) = fills.query([UNTIL], NOW)
    assert (len(first.txids), len(second.txids)) == (50, 10)
    assert not set(first.txids) & set(second.txids)
