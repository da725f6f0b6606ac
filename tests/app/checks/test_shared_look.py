"""A look through the records that several plans share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.app.access.venues import look_at_venue
from runner.app.checks.shared_look import SharedLook
from runner.execution import first_look
from runner.net.clock import RunClock
from tests.review.markets import group, order, plan_of

if TYPE_CHECKING:
    from pathlib import Path

ONE, TWO = plan_of(group(order("a"))), plan_of(group(order("b"), order("c", userref="7")))


async def test_what_was_read_is_not_read_again(tmp_path: Path) -> None:
    """Neither the orders, nor their number, nor those that are closed; a plan alone has its own look."""
    async with look_at_venue("paper", tmp_path, {}, RunClock()) as access:
        assert SharedLook(access, [ONE]).look == first_look(ONE)
        shared = SharedLook(access, [ONE, TWO])
        first, second = first_look(ONE), first_look(TWO)
        assert first is not None
        assert second is not None
        assert shared.look is not None
        assert set(shared.look.cl_ord_ids) == {*first.cl_ord_ids, *second.cl_ord_ids}
        assert set(shared.look.userrefs) == {*first.userrefs, *second.userrefs}
        assert shared.look.since is None
        answers = [(await shared.orders(timed=True), await shared.count_closed()) for _ in range(2)]
        closed = await shared.closed_orders()
        assert shared.began_at is not None
        assert answers[0] == answers[1]
    # The exchange is gone, and is not queried.
    assert await shared.orders() is answers[0][0]
    assert await shared.count_closed() == answers[0][1]
    assert await shared.closed_orders() is closed


async def test_there_may_be_nothing_to_look_for(tmp_path: Path) -> None:
    """Of cancellations alone."""
    async with look_at_venue("paper", tmp_path, {}, RunClock()) as access:
        assert SharedLook(access, [plan_of(group(cancel="[OAAAAA-AAAAA-AAAAAA]"))]).look is None
