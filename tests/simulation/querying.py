"""Queries of the exchange's records by transaction id and user reference, as the simulations make them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from runner.execution import OrdersQueried, QueryFailed, QueryOrders
from runner.execution.turn import MAX_QUERY_IDS
from runner.kraken import (
    CLOSED_ORDERS_PATH,
    OPEN_ORDERS_PATH,
    QUERY_ORDERS_PATH,
    ErrorKind,
    ErrorText,
    OpenOrder,
)
from runner.paper.api.rest.calls import CallError
from runner.planning import claims_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from runner.execution import LookUp
    from runner.paper import Exchange
    from runner.planning import Plan

    Ask = Callable[[str, dict[str, str]], Any]


def queried(query: QueryOrders, ask: Ask) -> OrdersQueried | QueryFailed:
    """The answer to a query. ``ask`` makes a private call and raises ``OSError`` when it comes to nothing."""
    try:
        found = _known(query.txids, ask) if query.txids else []
        if len(found) < len(query.txids):
            found += [order for order in _listed(ask, {}, {}) if order.txid in query.txids]
        for userref in query.userrefs:
            ended = {"start": str(int(query.since)), "closetime": "close"}
            found += _listed(ask, {"userref": userref}, ended)
    except OSError as reason:
        return QueryFailed(str(reason), query.txids, query.userrefs)
    return OrdersQueried(tuple(found), query.txids, query.userrefs)


def closed_since(look: LookUp) -> dict[str, str]:
    """The fields that bound the closed orders of a look."""
    since = {} if look.since is None else {"start": str(int(look.since))}
    return {**since, "closetime": "close"} if since and look.until is None else since


def looked_up(look: LookUp, ask: Ask) -> tuple[OpenOrder, ...]:
    """The open orders, and the closed ones of a look, each read by its id. Raises ``OSError``."""
    named = [{"cl_ord_id": item} for item in look.cl_ord_ids] + [
        {"userref": userref} for userref in look.userrefs
    ]
    shown = [*ask(OPEN_ORDERS_PATH, {})["open"].items()]
    for fields in named:
        shown += ask(CLOSED_ORDERS_PATH, {**fields, **closed_since(look)})["closed"].items()
    return tuple(OpenOrder.read(txid, order) for txid, order in shown)


def recorded(plan: Plan, exchange: Exchange, now: float) -> tuple[OpenOrder, ...]:
    """The records of the orders that a plan's journal claims, which the command reads before a run."""

    def ask(path: str, fields: dict[str, str]) -> Any:
        try:
            return exchange.private(path, fields, now)
        except CallError as refusal:
            raise OSError(str(refusal)) from None

    txids = tuple(dict.fromkeys(claim.txid for claim in claims_of(plan)))[:MAX_QUERY_IDS]
    answer = queried(QueryOrders(txids), ask) if txids else None
    return answer.orders if isinstance(answer, OrdersQueried) else ()


def _known(txids: tuple[str, ...], ask: Ask) -> list[OpenOrder]:
    """One unknown id spoils the whole call: then each is read by itself."""
    try:
        shown = ask(QUERY_ORDERS_PATH, {"txid": ",".join(txids)})
    except OSError as refusal:
        if ErrorText.of(str(refusal)).kind is not ErrorKind.GONE:
            raise
        return [] if len(txids) == 1 else [order for txid in txids for order in _known((txid,), ask)]
    return [OpenOrder.read(txid, fields) for txid, fields in shown.items()]


def _listed(ask: Ask, fields: dict[str, str], ended: dict[str, str]) -> list[OpenOrder]:
    """Open orders first, then ended ones: an order goes from the one to the other, never back."""
    shown = {**ask(OPEN_ORDERS_PATH, fields)["open"], **ask(CLOSED_ORDERS_PATH, fields | ended)["closed"]}
    return [OpenOrder.read(txid, order) for txid, order in shown.items()]
