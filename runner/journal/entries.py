"""The entries of the journal: one frozen value per fact, in the order in which the facts became known.

An intent is a fact about us (it is written before the wire sees anything), an outcome is a fact
about the exchange. ``at`` is RFC 3339 in UTC. Nothing here knows a file.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from msgspec import Struct

from runner.domain import Executed

RequestFields = Mapping[str, str | int | bool | None]
"""A message as its wire object, without ``event`` and without its token."""


class _Kind:
    """The name of an entry in the journal, as an attribute of the class and of its values."""

    def __get__(self, entry: Struct | None, cls: type[Struct]) -> str:
        return str(cls.__struct_config__.tag)


class _Entry(Struct, frozen=True, kw_only=True, tag_field="entry", omit_defaults=True):
    kind: ClassVar[_Kind] = _Kind()
    at: str


class RunStarted(_Entry, frozen=True, kw_only=True, tag="run-started"):
    """The start of a run, with everything in its plan, so that the manifest can name what was not reached.

    ``groups``: ``{name, needs, on_reject, orders: [{id, line, column}], cancel: [{ref, line, column}]}`` in
    the file's order, and ``barriers: [{group, within, otherwise, line, column}]`` where there are any.
    ``plan`` is the id of the saved plan that it carries out,
    ``policy`` the digest of the policy under which it does, ``policies`` its files: ``{name, file, digest}``.
    ``account``, ``key`` and ``exchange`` say whose orders they are, as ``Owner`` does; None in journals of
    versions that did not ask. ``provenance`` is the row of a ``Provenance``.
    ``approvals`` are those of the plan that counted when the run began: ``{by, at, reason}``.
    """

    tool: str
    batch: str
    run_key: str
    venue: str
    file: str
    digest: str
    groups: tuple[Mapping[str, Any], ...]
    plan: str | None = None
    policy: str | None = None
    policies: tuple[Mapping[str, Any], ...] = ()
    account: str | None = None
    key: str | None = None
    exchange: str | None = None
    provenance: Mapping[str, Any] | None = None
    approvals: tuple[Mapping[str, Any], ...] = ()


class OrderIntent(_Entry, frozen=True, kw_only=True, tag="order-intent"):
    """The intent to send an order. ``request`` is the message without its token; ``content`` its digest.

    ``plan_price`` is the price that the review expected of it, None where there was none.
    """

    group: str
    id: str
    reqid: int
    content: str
    request: RequestFields
    plan_price: str | None = None


class OrderPlaced(_Entry, frozen=True, kw_only=True, tag="order-placed"):
    """The order is at the exchange. ``source``: ``reply``, ``feed`` or ``lookup`` (found afterwards).

    ``content`` is set if there is no intent before it, because the journal was lost.
    """

    group: str
    id: str
    txid: str
    source: str
    descr: str | None = None
    content: str | None = None
    request: RequestFields | None = None


class OrderEnded(_Entry, frozen=True, kw_only=True, tag="order-ended"):
    """The exchange accepted the order and then ended it: it is not open, and was not filled.

    ``status`` and ``reason`` are the exchange's texts. ``vol_exec``: the volume executed before, None for
    nothing.
    """

    group: str
    id: str
    txid: str
    status: str
    reason: str
    vol_exec: str | None = None


class GroupStates(_Entry, frozen=True, kw_only=True, tag="group-states"):
    """The last state at the exchange of each placed order of a group, by order id.

    ``vol_exec`` is how much was executed of those of which anything was, ``reasons`` why the exchange says
    that an order ended.
    """

    group: str
    states: Mapping[str, Any]
    vol_exec: Mapping[str, Any] | None = None
    reasons: Mapping[str, Any] | None = None


class OrdersExecuted(_Entry, frozen=True, kw_only=True, tag="orders-executed"):
    """The executions of orders of a group, by order id: the newest figures that the exchange has shown."""

    group: str
    orders: Mapping[str, Executed]


class OrderRejected(_Entry, frozen=True, kw_only=True, tag="order-rejected"):
    """The exchange rejected the order: it is certainly not there.

    ``unconfirmed``: only a look-up could show otherwise, and there was none yet. The entry is repeated after
    it.
    """

    group: str
    id: str
    error: str
    unconfirmed: bool = False


class OrderRefused(_Entry, frozen=True, kw_only=True, tag="order-refused"):
    """We will not send the order; ``error`` says why."""

    group: str
    id: str
    error: str


class OrderValidated(_Entry, frozen=True, kw_only=True, tag="order-validated"):
    """The exchange would take the order; it was sent with ``validate`` and is not placed."""

    group: str
    id: str
    descr: str | None = None


class OrderAbsent(_Entry, frozen=True, kw_only=True, tag="order-absent"):
    """Proven: the order is not at the exchange and never will be. It may be sent again.

    ``unconfirmed``: the exchange said so, as of an order that it rejects.
    """

    group: str
    id: str
    reason: str
    unconfirmed: bool = False


class OrderUnresolved(_Entry, frozen=True, kw_only=True, tag="order-unresolved"):
    """Neither presence nor absence could be proven, or the exchange contradicts itself.

    ``reason`` is what was tried or found, ``txids`` are the ids under which the exchange has shown the order.
    ``request`` is set if there is no intent before it, because the journal was lost. ``unknown_txid``: the
    id that the exchange named for it is not in records that are up to date.
    """

    group: str
    id: str
    reason: str
    txids: tuple[str, ...] = ()
    request: RequestFields | None = None
    unknown_txid: bool = False


class CancelIntent(_Entry, frozen=True, kw_only=True, tag="cancel-intent"):
    """The intent to send a ``cancelOrder``. ``unwind``: it takes back the placed orders of the group.

    ``matched`` are the known open orders of each user reference among the ids.
    """

    group: str
    reqid: int
    txid: tuple[str, ...]
    unwind: bool
    matched: Mapping[str, tuple[str, ...]] | None = None


class CancelSettled(_Entry, frozen=True, kw_only=True, tag="cancel-settled"):
    """The outcome of one id of a ``cancelOrder``. ``ref`` is the id in the file, ``txid`` the one sent.

    ``matched`` are the known orders of a user reference. ``vol`` and ``vol_exec`` are the ordered and the
    executed base units; ``reason`` is the exchange's reason for the end.
    """

    group: str
    ref: str
    txid: str
    outcome: str
    unwind: bool
    matched: tuple[str, ...] = ()
    vol: str | None = None
    vol_exec: str | None = None
    reason: str | None = None


class FillsAwaited(_Entry, frozen=True, kw_only=True, tag="fills-awaited"):
    """A group waits until every order of the ``needed`` one is filled.

    ``until`` is the end of the wait in RFC 3339, also for later runs; it is ``within`` seconds after the last
    order was accepted. ``otherwise`` is what follows if they are not filled by then.
    """

    group: str
    needed: str
    until: str
    within: int
    otherwise: str


class FillsSettled(_Entry, frozen=True, kw_only=True, tag="fills-settled"):
    """The wait of a group for the ``needed`` one is over. ``reason``: what is not filled, for people."""

    group: str
    needed: str
    filled: bool
    reason: str = ""


class SwitchArmed(_Entry, frozen=True, kw_only=True, tag="switch-armed"):
    """The run arms the dead man's switch: every order of the account ends so long after its last message."""

    timeout_s: int


class SwitchDisarmed(_Entry, frozen=True, kw_only=True, tag="switch-disarmed"):
    """The dead man's switch is off.

    ``until``: that was not confirmed, and it may fire until then (RFC 3339); None if it was.
    """

    until: str | None = None


class GroupEnded(_Entry, frozen=True, kw_only=True, tag="group-ended"):
    """A group has ended. ``reason`` is for people; empty if all went well."""

    group: str
    outcome: str
    reason: str = ""


class RunEnded(_Entry, frozen=True, kw_only=True, tag="run-ended"):
    """The run has ended; without this entry the process died before its end."""

    outcome: str
    reason: str = ""


Entry = (
    RunStarted
    | OrderIntent
    | OrderPlaced
    | OrderEnded
    | GroupStates
    | OrdersExecuted
    | OrderRejected
    | OrderRefused
    | OrderValidated
    | OrderAbsent
    | OrderUnresolved
    | CancelIntent
    | CancelSettled
    | FillsAwaited
    | FillsSettled
    | SwitchArmed
    | SwitchDisarmed
    | GroupEnded
    | RunEnded
)


def new_acts(entries: Iterable[Entry]) -> frozenset[int]:
    """Return the request ids of the messages among entries that a halted account does not let leave.

    A cancellation of an author's may take protection away. To take a group's own orders back, as a halt does,
    is no new act, and what the exchange has said is always kept.
    """
    return frozenset(
        entry.reqid
        for entry in entries
        if isinstance(entry, OrderIntent) or (isinstance(entry, CancelIntent) and not entry.unwind)
    )
