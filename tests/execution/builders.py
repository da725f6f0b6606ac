"""Batches, plans, tracks and orders at the exchange, each with defaults so that a test says what matters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from runner.journal import Ledger
from runner.kraken import OpenOrder
from runner.planning import Plan, plan
from tests.simulation.world import batch_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runner.domain import Batch

NOW = 1_795_000_000.0
FIRST, SECOND, THIRD = "OUEMWD-CUO73-YYCBEK", "OBW5ID-MAGEW-HENTE7", "OQCLML-BW3P3-BUCMWZ"
NOWHERE = "OGTT3Y-C6I3P-XRI6HX"

_LIMIT = {"pair": "ETH/EUR", "type": "buy", "ordertype": "limit", "price": "100", "volume": "0.25"}
TOO_MUCH = {"volume": "100000"}
"""What makes an order be rejected for lack of money."""
_AT_ONCE = {"ordertype": "market", "price": None, "volume": "0.01"}


def order(id: str, **fields: str | None) -> str:
    """One order in YAML; None leaves a field out."""
    merged = {"id": id, **_LIMIT, **fields}
    return "{" + ", ".join(f"{name}: {text}" for name, text in merged.items() if text is not None) + "}"


def group(name: str, *orders: str, **keys: str) -> str:
    """One group in YAML; an id alone is an order with nothing special."""
    lines = [f"  - name: {name}", *(f"    {key}: {text}" for key, text in keys.items())]
    if orders:
        lines.append("    orders:")
    lines += [f"      - {text if text.startswith('{') else order(text)}" for text in orders]
    return "\n".join(lines)


def many(count: int, **fields: str) -> list[str]:
    """So many orders, each with its own price."""
    return [
        order(f"o{number}", **{"price": f"{100 + number / 100:.2f}", **fields}) for number in range(count)
    ]


def crowd(count: int, pair: str = "ETH/EUR", name: str = "o") -> list[str]:
    """So many orders that are filled at once."""
    return [order(f"{name}{number}", pair=pair, **_AT_ONCE) for number in range(count)]


def batch(*groups: str, name: str = "b") -> Batch:
    """A valid batch of groups."""
    return batch_of("\n".join(["version: 1", f"name: {name}", "groups:", *groups]))


def plan_of(*groups: str, ledger: Ledger | None = None, run_key: str = "") -> Plan:
    """The plan of a batch of groups."""
    return plan(batch(*groups), ledger or Ledger(), run_key=run_key, venue="paper")


def at_exchange(txid: str = "O1", status: str = "open", **fields: Any) -> OpenOrder:
    """An order as the feed or the records show it, whole, without fields that are not given."""
    return OpenOrder.read(txid, {"status": status, "descr": {}, "vol": "", **fields})


def outcomes(manifest: dict[str, Any]) -> dict[str, str]:
    """The outcome of each order of a manifest, by ``group/id``."""
    return {
        f"{group['name']}/{order['id']}": order["outcome"]
        for group in manifest["groups"]
        for order in group["orders"]
    }


def ended(manifest: dict[str, Any]) -> dict[str, str]:
    """The outcome of each group of a manifest."""
    return {group["name"]: group["outcome"] for group in manifest["groups"]}


def canceled(manifest: dict[str, Any], group: str) -> dict[str, str]:
    """Return what became of each id in a group's ``cancelOrder``."""
    found = next(item for item in manifest["groups"] if item["name"] == group)
    return {result["txid"]: result["outcome"] for result in found["cancel"]["results"]}


def ids(frames: Sequence[dict[str, Any]], names: dict[str, str]) -> list[str]:
    """The orders that ``addOrder`` frames carry, by ``group/id``."""
    return [names[frame["cl_ord_id"]] for frame in frames]
