"""A batch drawn from a seed: groups that need each other, orders of every kind, cancellations of every kind.

Each order has another volume (but for twins), so that an order at the exchange is distinguished from all
others by its terms, and not by an id that the code under test has derived.
"""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING, Any, TypeVar

from runner.domain import (
    Batch,
    Cancellation,
    CancelPlaced,
    CancelTxid,
    CancelUserref,
    Close,
    Group,
    OnReject,
    Order,
    OrderKey,
    Place,
)
from tests.simulation.barriers import only_valid

if TYPE_CHECKING:
    from collections.abc import Sequence

T = TypeVar("T")

STANDING = ("OUEMWD-CUO73-YYCBEK", "OBW5ID-MAGEW-HENTE7", "OQCLML-BW3P3-BUCMWZ")
NOWHERE = "OGTT3Y-C6I3P-XRI6HX"
STRANGER_USERREF = "4711"
"""Carried by orders that another program placed; a batch may cancel them."""

_PLACE = Place(1, 1)
_GUARDED_KINDS = ("rest", "rest", "own_cl_ord_id")
_OPEN_KINDS = (
    "rest",
    "rest",
    "rest",
    "market",
    "cross",
    "close",
    "own_cl_ord_id",
    "ioc",
    "expires",
    "starts",
)
# What is canceled again by its own batch is open no more, so nothing keeps another runner from placing it.
_ON_REJECT_GUARDED = (OnReject.STOP, OnReject.CONTINUE)
_ON_REJECT = (OnReject.STOP, *OnReject)
_MINE = ("own_userref", "twin")
_DEFAULTS = {"pair": "ETH/EUR", "type": "buy", "ordertype": "limit"}


class _Draw:
    def __init__(self, chance: Random, *, guarded: bool, fresh_machine: bool) -> None:
        self.chance = chance
        # A user reference of the author's may be on an older order as well, so a machine that lost
        # its journal cannot know that it was placed.
        self.guarded = guarded
        self.kinds = _GUARDED_KINDS if guarded else _OPEN_KINDS + (() if fresh_machine else _MINE)
        self.count = 0
        self.keys: dict[str, list[OrderKey]] = {}
        self.standing = [*STANDING, NOWHERE]

    def order(self, group: str, room: int) -> list[Order]:
        """The next one, or two that are twins where there is room."""
        kind = self.chance.choice(self.kinds)
        if kind == "twin":
            volume, fields = self._volume(), {"userref": "17", "price": "99.00"}
            return [self._made(group, volume, fields) for _ in range(min(room, 2))]
        fields = self._fields(kind)
        return [self._made(group, self._volume(), fields)]

    def _volume(self) -> str:
        return f"0.{2500 + self.count}"

    def _made(self, group: str, volume: str, fields: dict[str, Any]) -> Order:
        self.count += 1
        key = OrderKey(group, f"o{self.count}")
        self.keys.setdefault(group, []).append(key)
        return Order(id=key.id, place=_PLACE, volume=volume, **{**_DEFAULTS, **fields})

    def _fields(self, kind: str) -> dict[str, Any]:
        price = f"{self.chance.randint(100, 149)}.50"
        match kind:
            case "market":
                return {"ordertype": "market", "type": self.chance.choice(("buy", "sell"))}
            case "cross":
                return {"price": "151.00"}
            case "close":
                return {"price": price, "close": Close(ordertype="limit", price="190.00")}
            case "own_cl_ord_id":
                return {"price": price, "cl_ord_id": f"mine-{self.count}"}
            case "own_userref":
                return {"price": price, "userref": str(100 + self.count % 3)}
            case "ioc":
                # Some of them are filled at once, others end at once.
                return {"price": "151.00" if price < "132" else price, "timeinforce": "IOC"}
            case "expires":
                return {"price": price, "timeinforce": "GTD", "expiretm": "+30"}
            case "starts":
                return {"price": price, "starttm": "+3"}
            case _ if self.chance.random() < 0.3:
                return {"type": "sell", "price": f"{self.chance.randint(155, 200)}.50"}
            case _:
                return {"price": price, "deadline": self.chance.choice((None, None, "5", "30"))}

    def cancels(self, reachable: list[str]) -> list[Cancellation]:
        """Of earlier orders, of this batch (from groups that are over by then), by user reference,
        and of nothing.
        """
        cancels: list[Cancellation] = []
        while self.standing and self.chance.random() < 0.4:
            txid = self.standing.pop(self.chance.randrange(len(self.standing)))
            cancels.append(CancelTxid(txid, _PLACE))
        placed = [key for group in reachable for key in self.keys.get(group, ())]
        if placed and not self.guarded and self.chance.random() < 0.25:
            cancels.append(CancelPlaced(self.chance.choice(placed), _PLACE))
        if self.chance.random() < 0.15:
            cancels.append(CancelUserref(STRANGER_USERREF, _PLACE))
        return cancels


def drawn_batch(
    chance: Random, *, orders_max: int, guarded: bool, fresh_machine: bool, full: bool = False
) -> Batch:
    """A valid batch of 1 to 4 groups and 1 to ``orders_max`` orders, one more when they end with twins.

    ``full``: of exactly ``orders_max`` orders.
    """
    draw = _Draw(chance, guarded=guarded, fresh_machine=fresh_machine)
    wanted = orders_max if full else chance.randint(1, orders_max)
    count = min(chance.randint(1, 4), wanted)
    groups: list[Group] = []
    reachable: dict[str, list[str]] = {}
    for number in range(count):
        name = f"g{number}"
        share = wanted - draw.count if number == count - 1 else chance.randint(0, wanted // count)
        orders: list[Order] = []
        while len(orders) < share:
            orders += draw.order(name, room=share - len(orders) if full else 2)
        needs = _needs(chance, [group.name for group in groups])
        reachable[name] = list(dict.fromkeys([name, *(far for near in needs for far in reachable[near])]))
        groups.append(
            Group(
                name=name,
                needs=needs,
                on_reject=chance.choice(_ON_REJECT_GUARDED if guarded else _ON_REJECT),
                orders=tuple(orders),
                cancel=tuple(draw.cancels(reachable[name])),
                place=_PLACE,
            )
        )
    later = Random(chance.random())
    groups = [group._replace(hold=later.random() < 0.1) for group in groups]
    return Batch(
        name="drawn",
        description="",
        repeat=False,
        groups=tuple(groups),
        file="drawn.yaml",
        digest="0" * 64,
    )


def edited(batch: Batch, chance: Random) -> Batch:
    """The batch with one order or one cancellation less, an order or a whole group under another name, or its
    lines in another order.

    What gets another name gets other volumes. Twins are left alone: it is unknown which of them is gone.
    """
    changes = (_without_an_order, _without_a_cancellation, _shuffled, _with_a_group_renamed)
    return only_valid(chance.choice(changes)(batch, chance))


def grown(batch: Batch, txid: str, chance: Random) -> Batch:
    """The batch with one more group. It needs others, may place an order, and cancels another program's."""
    order = Order(id="new", place=_PLACE, volume="0.8999", price="97.50", **_DEFAULTS)
    group = Group(
        name="later",
        needs=_needs(chance, [group.name for group in batch.groups]),
        on_reject=OnReject.STOP,
        orders=(order,) if chance.random() < 0.5 else (),
        cancel=(CancelTxid(txid, _PLACE),),
        place=_PLACE,
    )
    return batch._replace(groups=(*batch.groups, group))


def _without_an_order(batch: Batch, chance: Random) -> Batch:
    """One order less, or one under another id. What would have canceled it by its id cancels it no more."""
    volumes = _volumes(batch)
    loose = [(g, o) for g in batch.groups for o in g.orders if volumes[o.volume] == 1]
    if not loose:
        return batch
    group, order = chance.choice(loose)
    gone = OrderKey(group.name, order.id)
    again = () if chance.random() < 0.5 else (_under_another_id(order),)

    def without(other: Group) -> Group:
        at = other.orders.index(order) if other is group else len(other.orders)
        orders = (*other.orders[:at], *(again if other is group else ()), *other.orders[at + 1 :])
        kept = (c for c in other.cancel if not (isinstance(c, CancelPlaced) and c.order == gone))
        return other._replace(orders=orders, cancel=tuple(kept))

    return batch._replace(groups=tuple(map(without, batch.groups)))


def _without_a_cancellation(batch: Batch, chance: Random) -> Batch:
    lines = [(g, c) for g in batch.groups for c in g.cancel]
    if not lines:
        return batch
    group, gone = chance.choice(lines)
    left = tuple(cancel for cancel in group.cancel if cancel is not gone)
    groups = (g._replace(cancel=left) if g is group else g for g in batch.groups)
    return batch._replace(groups=tuple(groups))


def _shuffled(batch: Batch, chance: Random) -> Batch:
    def mixed(lines: Sequence[T]) -> tuple[T, ...]:
        return tuple(chance.sample(lines, len(lines)))

    groups = [g._replace(orders=mixed(g.orders), cancel=mixed(g.cancel)) for g in batch.groups]
    return batch._replace(groups=mixed(groups))


def _with_a_group_renamed(batch: Batch, chance: Random) -> Batch:
    """Its orders are others from then on; what needs it or cancels one of them follows."""
    volumes = _volumes(batch)
    loose = [group for group in batch.groups if all(volumes[order.volume] == 1 for order in group.orders)]
    if not loose:
        return batch
    old = chance.choice(loose).name
    new = f"{old}b"

    def moved(cancel: Cancellation) -> Cancellation:
        if isinstance(cancel, CancelPlaced) and cancel.order.group == old:
            return cancel._replace(order=OrderKey(new, f"{cancel.order.id}b"))
        return cancel

    def renamed(group: Group) -> Group:
        is_it = group.name == old
        return group._replace(
            name=new if is_it else group.name,
            needs=tuple(new if name == old else name for name in group.needs),
            barriers=tuple(b._replace(group=new) if b.group == old else b for b in group.barriers),
            orders=tuple(map(_under_another_id, group.orders)) if is_it else group.orders,
            cancel=tuple(map(moved, group.cancel)),
        )

    return batch._replace(groups=tuple(map(renamed, batch.groups)))


def _volumes(batch: Batch) -> Counter[str | None]:
    return Counter(order.volume for group in batch.groups for order in group.orders)


def _under_another_id(order: Order) -> Order:
    volume = Decimal(order.volume or "0") + Decimal("0.1")
    own = f"{order.cl_ord_id}b" if order.cl_ord_id else None
    return order._replace(id=f"{order.id}b", volume=f"{volume}", cl_ord_id=own)


def _needs(chance: Random, before: list[str]) -> tuple[str, ...]:
    if not before or chance.random() < 0.3:
        return ()
    if chance.random() < 0.6:
        return (before[-1],)
    return tuple(chance.sample(before, chance.randint(1, len(before))))
