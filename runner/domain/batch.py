"""The nouns of a batch, with their places in the file.

Fields have the names of Kraken's v1 API. Numbers keep the author's text: "0.10" stays "0.10".
Nothing here knows YAML, the wire, or whether any of it was sent.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from .times import duration_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


_IN_QUOTE: Final = "viqc"


def is_in_quote(flags: Iterable[str]) -> bool:
    """Return whether an order with these flags has its volume in the quote currency."""
    return _IN_QUOTE in flags


class Place(NamedTuple):
    """A position in a batch file; both numbers start at 1."""

    line: int
    column: int


class OrderKey(NamedTuple):
    """Names one order inside a batch: ``group/id``."""

    group: str
    id: str

    def __str__(self) -> str:
        return f"{self.group}/{self.id}"


class Close(NamedTuple):
    """The order that the exchange places on each fill of its parent (one-triggers-other)."""

    ordertype: str
    price: str | None = None
    price2: str | None = None


class Order(NamedTuple):
    """One order as its author wrote it, ``defaults`` already merged in.

    ``volume`` is in units of the base currency (quote with oflag ``viqc``), ``price`` and ``price2``
    in quote units or relative (``+2%``). ``deadline`` is seconds after sending, as text.
    ``starttm`` and ``expiretm`` are Kraken's forms: ``0``, ``+n`` seconds, or Unix seconds.
    Source of the fields: https://docs.kraken.com/api/docs/websocket-v1/addorder

    A batch may hold ten thousand; a named tuple is made in a third of the time of a frozen dataclass.
    """

    id: str
    pair: str
    type: str
    ordertype: str
    volume: str
    place: Place
    price: str | None = None
    price2: str | None = None
    leverage: str | None = None
    margin: bool = False
    reduce_only: bool = False
    oflags: tuple[str, ...] = ()
    starttm: str | None = None
    expiretm: str | None = None
    deadline: str | None = None
    userref: str | None = None
    cl_ord_id: str | None = None
    stp_type: str | None = None
    timeinforce: str | None = None
    close: Close | None = None

    @property
    def in_quote(self) -> bool:
        """True if the volume is an amount of money in the quote currency."""
        return is_in_quote(self.oflags)


class CancelTxid(NamedTuple):
    """Cancel the order with this transaction id."""

    txid: str
    place: Place


class CancelUserref(NamedTuple):
    """Cancel every open order with this user reference. ``including_own``: orders of this batch too."""

    userref: str
    place: Place
    including_own: bool = False


OWN_ORDERS_HINT = (
    "cancel them by name, {order: group/id}, or write including_own: true beside the userref if all are meant"
)


def own_orders_message(userref: str, names: Sequence[str]) -> str:
    """Return why a cancellation by user reference is refused: it would cancel these orders of its batch."""
    shown = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
    return f"userref {userref} would cancel orders of this batch as well: {shown}"


class CancelPlaced(NamedTuple):
    """Cancel an order that this batch placed; its txid is known only once it is placed."""

    order: OrderKey
    place: Place


Cancellation = CancelTxid | CancelUserref | CancelPlaced


class OnReject(StrEnum):
    """The reaction of a group when the exchange rejects one of its orders."""

    STOP = "stop"
    CONTINUE = "continue"
    UNWIND = "unwind"


class Otherwise(StrEnum):
    """The reaction to a barrier that is not met in time, or cannot be met any more.

    ``stop``: open orders stay open, and the waiting group is skipped. ``cancel``: they are canceled, then as
    ``stop``. ``proceed``: the waiting group is sent all the same.
    """

    STOP = "stop"
    CANCEL = "cancel"
    PROCEED = "proceed"


class FillBarrier(NamedTuple):
    """A need for more than accepted orders: every order of ``group`` is executed in full.

    ``within``: so many seconds after the last of them was accepted, from 5 to 86,400.
    """

    group: str
    within: int
    otherwise: Otherwise
    place: Place


def describe_barrier(group: str, within: int, otherwise: str) -> str:
    """Return a barrier in words: ``sell filled within 15m, otherwise cancel``; ``within`` is in seconds."""
    return f"{group} filled within {duration_text(within)}, otherwise {otherwise}"


def describe_needs(needs: Iterable[str], barriers: Sequence[FillBarrier]) -> str:
    """Return the needs of a group in words: names alone, and what has to be filled; empty for none."""
    filled = {
        barrier.group: describe_barrier(barrier.group, barrier.within, barrier.otherwise.value)
        for barrier in barriers
    }
    return ("; " if barriers else ", ").join(filled.get(name, name) for name in needs)


class Group(NamedTuple):
    """Orders that are streamed together, then cancellations that leave as one message.

    ``needs`` is already resolved: the names of the groups that must have gone well before. ``barriers``:
    those among them whose orders must have been filled as well. ``hold``: an order for which too many are
    open on its pair waits until there is room.
    """

    name: str
    needs: tuple[str, ...]
    on_reject: OnReject
    orders: tuple[Order, ...]
    cancel: tuple[Cancellation, ...]
    place: Place
    hold: bool = False
    barriers: tuple[FillBarrier, ...] = ()


class Batch(NamedTuple):
    """A valid batch file: groups in the file's order, names unique, references resolved.

    ``file`` is the name to print in messages; ``digest`` is the SHA-256 of the file's bytes, in hex.
    ``created``: when it was made, in Unix seconds; no order of it is older. None where it does not say.
    """

    name: str
    description: str
    repeat: bool
    groups: tuple[Group, ...]
    file: str
    digest: str
    created: float | None = None
