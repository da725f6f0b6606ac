"""Closed orders: how far a look goes, and what a second one has still to read."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest

from runner.execution import LookUp
from runner.net.failures import AccessFailed
from runner.runtime.kraken.look_up_cache import OVERLAP_S
from runner.runtime.kraken.order_records import PAGE_ORDERS, OrderRecords

if TYPE_CHECKING:
    from collections.abc import Mapping

NOW = int(time.time())


class Records:
    """An account with closed orders, the newest first; ``calls`` are the fields of each call."""

    def __init__(self, count: int, *, every_s: int = 60) -> None:
        self.orders = {
            f"O{number}": {
                "cl_ord_id": f"id-{number}",
                "status": "closed",
                "closetm": NOW - 10 - number * every_s,
            }
            for number in range(count)
        }
        self.calls: list[dict[str, str]] = []
        self.doing: list[str] = []
        self.history = OrderRecords(self.answer)
        self.fails = ""

    async def answer(self, path: str, fields: Mapping[str, str], *, patient: bool) -> Any:
        """Return what the exchange answers."""
        assert path.endswith("ClosedOrders")
        self.calls.append(dict(fields))
        self.doing.append(self.history.doing)
        if self.fails:
            raise AccessFailed(self.fails)
        start, wanted = int(fields.get("start", 0)), fields.get("cl_ord_id")
        found = {
            txid: order
            for txid, order in sorted(self.orders.items(), key=lambda item: -int(item[1]["closetm"]))
            if int(order["closetm"]) > start and wanted in (None, order["cl_ord_id"])
        }
        offset = int(fields.get("ofs", 0))
        return {"closed": dict(list(found.items())[offset : offset + PAGE_ORDERS]), "count": len(found)}

    async def look(self, *ids: str, since: float | None = None) -> set[str]:
        """The orders found under these ids."""
        found = await self.history.read_closed(LookUp(ids, (), since))
        return {order.txid for order in found if order.cl_ord_id in ids}


def names(count: int) -> list[str]:
    """So many ids that no order has."""
    return [f"new-{number}" for number in range(count)]


async def test_a_second_look_reads_only_what_has_ended_since() -> None:
    """Two thousand orders are read through once; what ended meanwhile is found, and what was found before."""
    records = Records(1_990)
    ids = [*names(300), "id-1000"]
    assert await records.look(*ids) == {"O1000"}
    assert len(records.calls) == 40
    records.calls.clear()
    records.orders["O-late"] = {"cl_ord_id": "new-7", "status": "canceled", "closetm": NOW}
    assert await records.look(*ids) == {"O1000", "O-late"}
    bounds = {(fields["start"], fields["closetime"]) for fields in records.calls}
    assert bounds == {(str(NOW - 10 - OVERLAP_S), "close")}
    assert len(records.calls) == 2


async def test_a_record_that_lags_is_found_by_the_second_look() -> None:
    """It ended before the newest that the first one saw, and was not shown yet."""
    records = Records(190)
    await records.look(*names(20))
    records.orders["O-late"] = {"cl_ord_id": "new-7", "status": "closed", "closetm": NOW - 10 - OVERLAP_S + 1}
    assert await records.look(*names(20)) == {"O-late"}


async def test_a_second_look_reaches_back_no_further_than_the_first() -> None:
    """A bounded one."""
    records = Records(40)
    for _ in range(2):
        await records.history.read_closed(LookUp(("new-1",), (), NOW - 600.0))
    assert records.calls[-1] == {"start": str(NOW - 600), "closetime": "close"}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (LookUp(("new-1",), (), None), LookUp(("new-1", "new-2"), (), None)),
        (LookUp(("new-1",), (), NOW - 600.0), LookUp(("new-1",), (), NOW - 6000.0)),
        (LookUp(("new-1",), (), NOW - 600.0), LookUp(("new-1",), (), None)),
    ],
)
async def test_a_look_for_more_reads_all_again(first: LookUp, second: LookUp) -> None:
    """Ids that were not in the last look, or orders further back, were not seen."""
    records = Records(40)
    await records.history.read_closed(first)
    await records.history.read_closed(second)
    since = {} if second.since is None else {"start": str(int(second.since)), "closetime": "close"}
    assert records.calls[-1] == since


@pytest.mark.parametrize("closetm", [None, "soon", "", "Infinity"])
async def test_an_exchange_that_does_not_say_when_orders_ended_is_read_again(closetm: Any) -> None:
    """There is nothing to go by."""
    records = Records(3)
    history = records.history
    answer = {"closed": {"O1": {"status": "closed", "closetm": closetm}}, "count": 1}

    async def records_of(path: str, fields: Mapping[str, str], *, patient: bool) -> Any:
        records.calls.append(dict(fields))
        return answer

    history._read = records_of
    for _ in range(2):
        await history.read_closed(LookUp(("a",), (), None))
    assert records.calls == [{}, {}]


async def test_an_end_in_the_future_hides_nothing() -> None:
    """It cannot be, so that it does not bound the next look."""
    records = Records(3)
    records.orders["O0"]["closetm"] = NOW + 10**6
    await records.look("a")
    await records.look("a")
    assert int(records.calls[-1]["start"]) <= time.time() - OVERLAP_S


async def test_a_look_that_fails_is_not_remembered() -> None:
    """Half of it may be missing."""
    records = Records(190)
    records.fails = "HTTP status 502"
    with pytest.raises(AccessFailed):
        await records.look(*names(9))
    records.fails = ""
    await records.look(*names(9))
    assert len(records.calls) == 1 + 4
    assert records.history.doing == ""


async def test_how_far_it_is_is_known() -> None:
    """By page, or by id where that costs fewer calls."""
    records = Records(190)
    await records.look(*names(9))
    assert records.doing == [
        "",
        "closed orders, page 2 of 4",
        "closed orders, page 3 of 4",
        "closed orders, page 4 of 4",
    ]
    few = Records(1000)
    await few.look("new-1", "new-2")
    assert few.doing == ["", "closed orders by their ids, 1 of 2", "closed orders by their ids, 2 of 2"]
