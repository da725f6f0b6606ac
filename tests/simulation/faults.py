"""A network that fails, and what holds all the same: nothing is booked twice, and placed means booked."""

from __future__ import annotations

from collections import Counter
from typing import Any

from tests.simulation.world import World

DEADLINE_S, SETTLE_S, PATIENCE_S = 10, 75, 30


def truthful(world: World, manifest: dict[str, Any]) -> dict[str, Any]:
    """Nothing is booked twice, and placed is exactly what is booked."""
    booked = world.booked()
    assert max(Counter(booked).values(), default=0) <= 1
    orders = [order for group in manifest["groups"] for order in group["orders"]]
    placed = [order["cl_ord_id"] or order["userref"] for order in orders if order["outcome"] == "placed"]
    unresolved = [
        order["cl_ord_id"] or order["userref"] for order in orders if order["outcome"] == "unresolved"
    ]
    assert set(placed) <= set(booked) <= {*placed, *unresolved}
    return manifest


def drop_once(world: World, event: str) -> None:
    """The connection breaks instead of carrying the first frame of this event to the client."""
    dropped = []

    def to_client(content: Any) -> list[float]:
        if not dropped and isinstance(content, dict) and content.get("event") == event:
            dropped.append(content)
            world.later(0.0, lambda: world.disconnect("reset"))
            return []
        return [] if dropped and world.connections == 1 else [0.01]

    world.to_client = to_client


def mute(content: Any, *events: str) -> bool:
    """Return whether a frame to the client is one of these events."""
    return isinstance(content, dict) and content.get("event") in events


def no_records(path: str) -> str | None:
    """Tokens can be had, the records of orders cannot."""
    return "HTTP status 502" if "Orders" in path else None


def truthful_but_for_twins(world: World, manifest: dict[str, Any]) -> dict[str, Any]:
    """As ``truthful``, with a reference that two orders share: each placed order has another txid."""
    counts = Counter(world.booked())
    assert counts.pop("17", 0) <= 2
    assert max(counts.values(), default=0) <= 1
    orders = [order for group in manifest["groups"] for order in group["orders"]]
    txids = [order["txid"] for order in orders if order["outcome"] == "placed"]
    assert len(set(txids)) == len(txids)
    assert len(txids) <= sum(Counter(world.booked()).values())
    return manifest


def without_records() -> World:
    """A world whose records of orders can be read until the first order is sent, and never after."""
    world = World()
    world.rest_fails = lambda path: no_records(path) if world.frames("addOrder") else None
    return world
