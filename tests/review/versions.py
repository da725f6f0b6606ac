"""Two versions of a batch file, in short, and their difference."""

from __future__ import annotations

from runner.review import Diff, diff
from tests.review.saved_plans import batch_of


def text(*groups: str, top: str = "name: b") -> bytes:
    """A batch file of groups."""
    return "\n".join(["version: 1", top, "groups:", *groups]).encode()


def group(name: str, *orders: str, **keys: str) -> str:
    """A group of orders, each an id and what else it says; buying one ETH at 100 where nothing is said."""
    usual = "pair: ETH/EUR, type: buy, ordertype: limit"
    lines = [f"  - name: {name}", *(f"    {key}: {value}" for key, value in keys.items())]
    if orders:
        lines.append("    orders:")
    return "\n".join([*lines, *(f"      - {{{usual}, id: {order}}}" for order in orders)])


def between(old: bytes | None, new: bytes) -> Diff:
    """The difference of two files."""
    return diff(batch_of(old) if old is not None else None, batch_of(new), "main")
