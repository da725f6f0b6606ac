"""What the journal says: one frozen value for each fact, in the order in which the facts became known.

An intent is a fact about us (it is written before the wire sees anything), an outcome is a fact
about the exchange. ``at`` is RFC 3339 in UTC. Nothing here knows a file.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from msgspec import Struct


class RunStarted(Struct, frozen=True, kw_only=True, gc=False):
    """A run begins: what it is about to do, so that the manifest can name what was never reached.

    ``groups``: ``{name, needs, on_reject, orders: [{id, line, column}], cancel: [{ref, line, column}]}`` in
    the file's order. ``plan`` is the id of the saved plan that it carries out,
    ``policy`` the digest of the policy under which it does.
    """

    kind: ClassVar[str] = "run-started"
    at: str
    tool: str
    batch: str
    run_key: str
    venue: str
    file: str
    digest: str
    groups: tuple[Mapping[str, Any], ...]
    plan: str | None = None
    policy: str | None = None


class OrderIntent(Struct, frozen=True, kw_only=True, gc=False):
    """We are about to send this order. ``request`` is what leaves, token aside; ``content`` its digest."""

    kind: ClassVar[str] = "order-intent"
    at: str
    group: str
    id: str
    reqid: int
    content: str
    request: Mapping[str, Any]


class OrderPlaced(Struct, frozen=True, kw_only=True, gc=False):
    """The order is at the exchange. ``source``: ``reply``, ``feed`` or ``lookup`` (found afterwards).

    ``content`` is given where no intent of ours stands before it: the journal was lost.
    """

    kind: ClassVar[str] = "order-placed"
    at: str
    group: str
    id: str
    txid: str
    source: str
    descr: str | None = None
    content: str | None = None
    request: Mapping[str, Any] | None = None


class OrderRejected(Struct, frozen=True, kw_only=True, gc=False):
    """The exchange said no: the order is certainly not there."""

    kind: ClassVar[str] = "order-rejected"
    at: str
    group: str
    id: str
    error: str


class OrderRefused(Struct, frozen=True, kw_only=True, gc=False):
    """We will not send the order; ``error`` says why."""

    kind: ClassVar[str] = "order-refused"
    at: str
    group: str
    id: str
    error: str


class OrderValidated(Struct, frozen=True, kw_only=True, gc=False):
    """The exchange would take the order; it was sent with ``validate`` and is not placed."""

    kind: ClassVar[str] = "order-validated"
    at: str
    group: str
    id: str
    descr: str | None = None


class OrderAbsent(Struct, frozen=True, kw_only=True, gc=False):
    """Proven: the order is not at the exchange and never will be. It may be sent again."""

    kind: ClassVar[str] = "order-absent"
    at: str
    group: str
    id: str
    reason: str


class OrderUnresolved(Struct, frozen=True, kw_only=True, gc=False):
    """Neither presence nor absence could be proven. ``reason`` says what was tried."""

    kind: ClassVar[str] = "order-unresolved"
    at: str
    group: str
    id: str
    reason: str


class CancelIntent(Struct, frozen=True, kw_only=True, gc=False):
    """We are about to send this ``cancelOrder``. ``unwind``: to take back what the group placed."""

    kind: ClassVar[str] = "cancel-intent"
    at: str
    group: str
    reqid: int
    txid: tuple[str, ...]
    unwind: bool


class CancelSettled(Struct, frozen=True, kw_only=True, gc=False):
    """What became of one id of a ``cancelOrder``. ``ref`` is what the file asked for, ``txid`` what was sent.

    ``matched`` are the orders that a user reference stood for, as far as the feed showed them.
    """

    kind: ClassVar[str] = "cancel-settled"
    at: str
    group: str
    ref: str
    txid: str
    outcome: str
    unwind: bool
    matched: tuple[str, ...] = ()


class GroupEnded(Struct, frozen=True, kw_only=True, gc=False):
    """A group is through. ``reason`` is for people; empty when all went well."""

    kind: ClassVar[str] = "group-ended"
    at: str
    group: str
    outcome: str
    reason: str = ""


class RunEnded(Struct, frozen=True, kw_only=True, gc=False):
    """The run is through; without this line the process died before its end."""

    kind: ClassVar[str] = "run-ended"
    at: str
    outcome: str
    reason: str = ""


Entry = (
    RunStarted
    | OrderIntent
    | OrderPlaced
    | OrderRejected
    | OrderRefused
    | OrderValidated
    | OrderAbsent
    | OrderUnresolved
    | CancelIntent
    | CancelSettled
    | GroupEnded
    | RunEnded
)
