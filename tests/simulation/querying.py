"""Queries of the exchange's records by transaction id, as the simulations make them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from runner.engine import OrdersQueried, QueryFailed
from runner.protocol import QUERY_ORDERS_PATH, Complaint, OpenOrder, classify

if TYPE_CHECKING:
    from collections.abc import Callable

    Ask = Callable[[str, dict[str, str]], Any]


def queried(txids: tuple[str, ...], ask: Ask) -> OrdersQueried | QueryFailed:
    """The answer to a query. ``ask`` makes a private call and raises ``OSError`` when it comes to nothing."""
    try:
        return OrdersQueried(tuple(_known(txids, ask)), txids)
    except OSError as reason:
        return QueryFailed(str(reason), txids)


def _known(txids: tuple[str, ...], ask: Ask) -> list[OpenOrder]:
    """One unknown id spoils the whole call: then each is asked for by itself."""
    try:
        shown = ask(QUERY_ORDERS_PATH, {"txid": ",".join(txids)})
    except OSError as refusal:
        if classify(str(refusal)) is not Complaint.GONE:
            raise
        return [] if len(txids) == 1 else [order for txid in txids for order in _known((txid,), ask)]
    return [OpenOrder.read(txid, fields) for txid, fields in shown.items()]
