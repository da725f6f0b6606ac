"""An author's own client order ids: each names one order, in a repeated batch one of each repetition."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from runner.batchfile.document.defaults import defaults_note
from runner.batchfile.document.outline import path_of, written
from runner.batchfile.document.values import Fault, show
from runner.domain import RUN_KEY_PLACEHOLDER, fill_run_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.batchfile.document.outline import OrderSeen, Outline

_KEY: Final = "cl_ord_id"
_UUID_LENGTH: Final = 32
_VALID: Final = re.compile("[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}|[0-9A-Fa-f]{32}|[!-~]{1,18}")
_SHORTEST: Final = "x"
"""A substitute for an unknown run key: the shortest possible one."""


def own_id_faults(outline: Outline, *, repeat: bool, run_key: str) -> Iterator[Fault]:
    """Yield the faults of the ids once ``run_key`` is filled in; the key is empty if it is not known."""
    for text, node, order in written(outline, _KEY):
        if found := _fault_of(text, repeat=repeat, run_key=run_key):
            yield Fault(node.value_at(_KEY), path_of(order, _KEY), *found, code="own-id-unfit")
    yield from _taken_twice(outline, run_key or _SHORTEST)


def _fault_of(text: str, *, repeat: bool, run_key: str) -> tuple[str, str] | None:
    """Return the message and the hint for a faulty id, or None if there is no fault."""
    if not repeat and RUN_KEY_PLACEHOLDER in text:
        message = f"{show(text)} waits for a run key, which only a batch with `repeat: true` has"
        return message, "write the id itself, or nothing: then one is derived"
    if repeat and RUN_KEY_PLACEHOLDER not in text:
        message = f"the cl_ord_id {show(text)} would be the same in every repetition of this batch"
        return message, f'write `"..{RUN_KEY_PLACEHOLDER}"` in quotes, or leave it out: then one is derived'
    filled = fill_run_key(text, run_key or _SHORTEST)
    if _VALID.fullmatch(filled):
        return None
    if not run_key:
        return (
            f"the cl_ord_id {show(text)} leaves no room for a run key",
            "18 characters at most, with the key",
        )
    message = f"with its run key the cl_ord_id is {show(filled)}, which has {len(filled)} characters"
    return message, "18 at most, or those of a UUID: shorten the id or the run key"


def _taken_twice(outline: Outline, run_key: str) -> Iterator[Fault]:
    """Yield each ``cl_ord_id`` that is taken; a UUID is the same with and without dashes."""
    first: dict[str, OrderSeen] = {}
    for order in outline.orders():
        text = order.node.get(_KEY)
        if not isinstance(text, str):
            continue
        filled = fill_run_key(text, run_key)
        normal = filled.replace("-", "").lower() if len(filled) >= _UUID_LENGTH else filled
        holder = first.setdefault(normal, order)
        if holder is not order:
            line = holder.node.first_key_at[0]
            shown = show(text if run_key == _SHORTEST else filled)
            message = f"the cl_ord_id {shown} is taken by the order on line {line}"
            note = defaults_note(outline.defaults, order.node, _KEY)
            at = order.node.first_key_at if note else order.node.value_at(_KEY)
            yield Fault(
                at, f"{order.path}.{_KEY}", message, note or "each order has its own", code="own-id-twice"
            )
