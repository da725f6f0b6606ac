"""Orders of other programs on the same account, and what becomes of orders between two runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.simulation.batches import STRANGER_USERREF
from tests.simulation.schedule import REASONS, Reuse

if TYPE_CHECKING:
    from random import Random

    from tests.simulation.site import Site

ENDED_SHARE = 0.3
"""How many of the open orders the exchange ends after the last run."""

_BUY = {"pair": "ETHEUR", "type": "buy"}


def place_strangers(site: Site) -> None:
    """Two orders under a reference that a batch may cancel."""
    for price in ("101.50", "102.50"):
        fields = {**_BUY, "ordertype": "limit", "price": price, "volume": "0.7"}
        site.rest("/0/private/AddOrder", fields | {"userref": STRANGER_USERREF})


def place_stranger(site: Site) -> str:
    """One more order of another program; its txid."""
    fields = {**_BUY, "ordertype": "limit", "price": "96.50", "volume": "0.6"}
    return str(site.rest("/0/private/AddOrder", fields)["txid"][0])


def end_some(site: Site, chance: Random) -> None:
    """End some of the open orders that have an id of their sender, while no runner is connected."""
    orders = site.exchange.state().live
    for txid in [txid for txid, order in orders.items() if order.terms.cl_ord_id or order.terms.userref]:
        if chance.random() < ENDED_SHARE:
            reason = chance.choice(REASONS)
            site.time.note("exchange: %s ended, %s", txid, reason)
            site.exchange.end_order(txid, reason, site.time.now)


def reuse_id(site: Site, cl_ord_id: str, reuse: Reuse) -> str:
    """An order under an id that the author of the batch has given to one of it; its txid."""
    kind = {"ordertype": "market"} if reuse is Reuse.FILLED else {"ordertype": "limit", "price": "98.50"}
    fields = {**_BUY, **kind, "volume": "0.9", "cl_ord_id": cl_ord_id}
    (txid,) = site.rest("/0/private/AddOrder", fields)["txid"]
    if reuse is Reuse.CANCELED:
        site.rest("/0/private/CancelOrder", {"txid": txid})
    return str(txid)
