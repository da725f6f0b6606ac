"""The exchange's records of open and closed orders over REST, read completely or queried by id.

Each call fills a counter that decays slowly, so the way with fewer calls is chosen. The metadata of an answer
(the count, the id filter) is trusted only if the orders in it agree.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Protocol

from runner.execution import LookUp
from runner.kraken import (
    CLOSED_ORDERS_PATH,
    OPEN_ORDERS_PATH,
    PAGE_ORDERS,
    QUERY_ORDERS_PATH,
    ErrorKind,
    OpenOrder,
    cheaper_by_id,
)
from runner.net.failures import AccessFailed
from runner.planning import normal_cl_ord_id

from .look_up_cache import CachedLookUp, cache_look_up

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from runner.execution import QueryOrders

IDS_A_CALL: Final = 50
"""Maximum number of ids in one query."""

_ANY: Final[Mapping[str, str]] = {}


class Reading(Protocol):
    """One call for records to its result, or ``AccessFailed``. ``patient``: repeated where that may help."""

    async def __call__(self, path: str, fields: Mapping[str, str], *, patient: bool) -> Any:
        """Return the result as it came."""
        ...


class Pages:
    """Pages of closed orders, the latest first: ``found`` by txid, and where the next page begins."""

    def __init__(self, first: Sequence[OpenOrder]) -> None:
        self.found = {order.txid: order for order in first}
        self.offset = PAGE_ORDERS
        self.full, self.ended = len(first) >= PAGE_ORDERS, not first

    def add(self, page: Sequence[OpenOrder]) -> None:
        """Take the next page. Raises ``AccessFailed`` for one that goes no further: those have no end."""
        if page and all(order.txid in self.found for order in page):
            raise AccessFailed(f"{CLOSED_ORDERS_PATH}: the page from {self.offset} on shows nothing new")
        self.found |= {order.txid: order for order in page}
        self.offset += PAGE_ORDERS
        self.full, self.ended = len(page) >= PAGE_ORDERS, not page


class OrderRecords:
    """The records of one account, read with ``read``. All methods raise ``AccessFailed``.

    ``doing`` describes the progress of reading many orders, and ``calls_to_come`` is the known number of
    calls that follow the current one.

    Sources: https://docs.kraken.com/api/docs/rest-api/get-open-orders, get-closed-orders and get-orders-info.
    """

    def __init__(self, read: Reading) -> None:
        self._read = read
        self._history: CachedLookUp | None = None
        self.doing = ""
        self.calls_to_come = 0

    async def look_up(self, look: LookUp) -> tuple[OpenOrder, ...]:
        """Return the open and closed orders that may carry one of the requested ids."""
        queries = [{"cl_ord_id": cl_ord_id} for cl_ord_id in look.cl_ord_ids] + [
            {"userref": userref} for userref in look.userrefs
        ]
        only = queries[0] if len(queries) == 1 else None
        found = await self._open(only or _ANY)
        if only is not None and (carrying := await self._closed_by_id(only)) is not None:
            return (*found, *carrying)
        return (*found, *await self.read_closed(look))

    async def read_closed(self, look: LookUp) -> list[OpenOrder]:
        """Return the closed orders that may carry one of the requested ids.

        Orders that an earlier look-up has found are not read again.
        """
        before = self._history if self._history is not None and self._history.covers(look) else None
        within = _time_range(look) if before is None else before.rest
        queries = [{"cl_ord_id": cl_ord_id} for cl_ord_id in look.cl_ord_ids] + [
            {"userref": userref} for userref in look.userrefs
        ]
        try:
            first = await self._read(CLOSED_ORDERS_PATH, within, patient=False)
            found = await self._read_closed_pages(first, within, queries)
        finally:
            self._report("", 0)
        if before is not None:
            return before.joined(found)
        self._history = cache_look_up(look, first, found) or self._history
        return found

    async def read_all_closed(
        self, since: float | None, *, most: int | None = None
    ) -> tuple[list[OpenOrder] | None, int | None]:
        """Return all orders that have ended since a time, and their number, None if that is unknown.

        If there are more than ``most``, or an unknown number, they are not read: None.
        """
        within = _time_range(LookUp((), (), since))
        first = await self._read(CLOSED_ORDERS_PATH, within, patient=True)
        total = _count(first)
        if most is not None and (total is None or total > most):
            return None, total
        try:
            return await self._read_closed_pages(first, within, []), total
        finally:
            self._report("", 0)

    async def count_closed(self, look: LookUp) -> int | None:
        """Return the number of closed orders of a look, None if the exchange does not say it."""
        return _count(await self._read(CLOSED_ORDERS_PATH, _time_range(look), patient=False))

    def _report(self, doing: str, calls_to_come: int) -> None:
        self.doing, self.calls_to_come = doing, calls_to_come

    async def _read_closed_pages(
        self, result: Any, within: Mapping[str, str], queries: list[dict[str, str]]
    ) -> list[OpenOrder]:
        """Read the closed orders of a span of time, up to an incomplete page.

        Or query the requested ones by id, if that takes fewer calls. ``result`` is the first page.
        """
        pages, total = Pages(_orders(result, "closed")), _count(result)
        pages_to_come = 1 if total is None else len(range(PAGE_ORDERS, total, PAGE_ORDERS))
        calls = 0
        while pages.offset < (total or 0) or pages.full:
            if queries and (pages.ended or cheaper_by_id(calls + max(pages_to_come, 1), len(queries))):
                if (carrying := await self._all_closed_by_id(queries)) is not None:
                    return [*pages.found.values(), *carrying]
                queries = []
            if pages.ended:
                raise AccessFailed(f"{CLOSED_ORDERS_PATH}: {total} orders, and none from {pages.offset} on")
            of = f" of {calls + 1 + max(pages_to_come, 1)}" if total else ""
            self._report(f"closed orders, page {calls + 2}{of}", max(pages_to_come, 1) - 1)
            pages.add(await self._page(within, pages.offset))
            calls, pages_to_come = calls + 1, pages_to_come - 1
        return [*pages.found.values()]

    async def _all_closed_by_id(self, queries: Sequence[Mapping[str, str]]) -> list[OpenOrder] | None:
        found: list[OpenOrder] = []
        for number, id in enumerate(queries, 1):
            self._report(f"closed orders by their ids, {number} of {len(queries)}", len(queries) - number)
            carrying = await self._closed_by_id(id)
            if carrying is None:
                return None
            found += carrying
        return found

    async def _closed_by_id(self, id: Mapping[str, str]) -> list[OpenOrder] | None:
        """All closed orders with an id; None from an exchange that does not narrow its answer to it."""
        pages = Pages(await self._page(id, 0))
        while pages.full and _all_carry(pages.found.values(), id):
            pages.add(await self._page(id, pages.offset))
        return [*pages.found.values()] if _all_carry(pages.found.values(), id) else None

    async def _page(self, fields: Mapping[str, str], offset: int) -> list[OpenOrder]:
        # One temporary failure must not waste a long look-up.
        page = {**fields, "ofs": str(offset)} if offset else fields
        return _orders(await self._read(CLOSED_ORDERS_PATH, page, patient=True), "closed")

    async def _open(self, fields: Mapping[str, str] = _ANY) -> list[OpenOrder]:
        return _orders(await self._read(OPEN_ORDERS_PATH, fields, patient=False), "open")

    async def query(self, query: QueryOrders) -> tuple[OpenOrder, ...]:
        """Return the queried orders that any of the exchange's records knows.

        Orders that QueryOrders does not know are looked up among the open and the last closed orders.
        """
        found = {order.txid: order for order in await self._query_known(query.txids)} if query.txids else {}
        if missing := set(query.txids).difference(found):
            found |= await self._listed_among(missing)
        for userref in query.userrefs:
            found |= {order.txid: order for order in await self._carrying(userref, query.since)}
        return tuple(found.values())

    async def _carrying(self, userref: str, since: float) -> list[OpenOrder]:
        """Return the orders with a user reference: open ones, and then those that have ended since."""
        carrying = {"userref": userref}
        found = await self._open(carrying)
        ended_since = {**carrying, "start": str(int(since)), "closetime": "close"}
        pages = Pages(await self._page(ended_since, 0))
        while pages.full:
            pages.add(await self._page(ended_since, pages.offset))
        return [order for order in (*found, *pages.found.values()) if order.userref == userref]

    async def _query_known(self, txids: tuple[str, ...]) -> tuple[OpenOrder, ...]:
        """Query two halves after a refusal: one unknown id makes the exchange refuse the whole call."""
        found = await self._query_all(txids, patient=False)
        if found is not None:
            return tuple(found.values())
        if len(txids) == 1:
            return ()
        middle = len(txids) // 2
        return (*await self._query_known(txids[:middle]), *await self._query_known(txids[middle:]))

    async def known(
        self, txids: Sequence[str], *, most_unknown: int = 1
    ) -> tuple[dict[str, OpenOrder], frozenset[str]]:
        """Return the orders with these ids, and the ids that no record knows.

        After ``most_unknown`` of those the asking ends, for each of them costs extra calls. What fails
        in passing is tried again.
        """
        found: dict[str, OpenOrder] = {}
        unknown: set[str] = set()
        if len(txids) > IDS_A_CALL:  # Most orders of a large batch rest, and one call returns those.
            found = await self._listed_among(set(txids))
        for start in range(0, len(txids), IDS_A_CALL):
            part = [txid for txid in txids[start : start + IDS_A_CALL] if txid not in found]
            if not part:
                continue
            found |= await self._query_all(part, patient=True) or {}
            if any(txid not in found for txid in part):
                found |= await self._listed_among(set(part))
            while left := [txid for txid in part if txid not in found and txid not in unknown]:
                known, missing = await self._query_halves(left)
                found |= known
                unknown |= {missing} if missing else set()
                if len(unknown) >= most_unknown:
                    return found, frozenset(unknown)
        return found, frozenset(unknown)

    async def _query_halves(self, txids: list[str]) -> tuple[dict[str, OpenOrder], str]:
        """Ask halves until one id is left that is unknown; empty where all turn out to be known."""
        found: dict[str, OpenOrder] = {}
        while txids:
            half = txids[: (len(txids) + 1) // 2]
            known = await self._query_all(half, patient=True) or {}
            found |= known
            if all(txid in known for txid in half):
                txids = txids[len(half) :]
            elif len(half) == 1:
                return found, half[0]
            else:
                txids = [txid for txid in half if txid not in known]
        return found, ""

    async def _query_all(self, txids: Sequence[str], *, patient: bool) -> dict[str, OpenOrder] | None:
        """Return the orders with these ids; None where the exchange refuses the call for an unknown one."""
        try:
            result = await self._read(QUERY_ORDERS_PATH, {"txid": ",".join(txids)}, patient=patient)
        except AccessFailed as failure:
            if failure.kinds == {ErrorKind.GONE}:
                return None
            raise
        return {order.txid: order for order in _parse_orders(result, "orders") if order.txid in txids}

    async def _listed_among(self, txids: set[str]) -> dict[str, OpenOrder]:
        """Those of the orders that are open, or among those that have ended last."""
        # An order that ends between the calls is in the second list.
        listed = [*await self._open(), *await self._page(_ANY, 0)]
        return {order.txid: order for order in listed if order.txid in txids}


def _time_range(look: LookUp) -> dict[str, str]:
    """Return the fields that limit closed orders to the time range of a look-up.

    An order that is looked up was opened between ``since`` and ``until``, if that is known, else it has ended
    after ``since``.
    """
    since = {} if look.since is None else {"start": str(int(look.since))}
    if look.until is not None:
        return {**since, "end": str(int(look.until) + 1), "closetime": "open"}
    return since and {**since, "closetime": "close"}


def _all_carry(orders: Iterable[OpenOrder], id: Mapping[str, str]) -> bool:
    if (userref := id.get("userref")) is not None:
        return all(order.userref == userref for order in orders)
    cl_ord_id = normal_cl_ord_id(id["cl_ord_id"])
    return all(normal_cl_ord_id(order.cl_ord_id or "") == cl_ord_id for order in orders)


def _count(result: Any) -> int | None:
    """Return the total number of closed orders, None if it is missing or in an unknown form."""
    count = result.get("count")
    if isinstance(count, str) and count.isascii() and count.isdigit():
        return int(count)
    return count if isinstance(count, int) and not isinstance(count, bool) and count >= 0 else None


def _orders(result: Any, where: str) -> list[OpenOrder]:
    """Return the orders of an answer, as the feed would show them; REST gives times as numbers."""
    return [*_parse_orders(result.get(where) if isinstance(result, dict) else None, f"{where} orders")]


def _parse_orders(orders: Any, what: str) -> Iterator[OpenOrder]:
    """Yield the orders of a JSON object that names each by its id."""
    if not isinstance(orders, dict):
        raise AccessFailed(f"the answer holds no {what}")
    for txid, fields in orders.items():
        if isinstance(fields, OpenOrder):  # It was parsed while the answer arrived.
            yield fields
        elif isinstance(fields, dict):
            yield OpenOrder.read(txid, fields)
        else:
            raise AccessFailed(f"the answer holds an order that cannot be read among its {what}")
