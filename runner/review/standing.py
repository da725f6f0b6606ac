"""What is open at the exchange: too many orders on one pair, and cancellations of what is not open.

Source: https://docs.kraken.com/api/docs/guides/spot-ratelimits
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from .findings import Finding, Rule, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .scene import ReviewedCancel, ReviewedOrder, Scene

OPEN_ORDERS_MAX: Final = {"Starter": 60, "Intermediate": 80, "Pro": 225}
"""How many orders may be open on one pair, by the account's tier, which no answer tells."""


def standing_findings(scene: Scene) -> Iterator[Finding]:
    """Pairs with more open orders than the smallest tier may have, then ids that are not open."""
    yield from _too_many_open(scene)
    for group in scene.groups:
        for cancel in group.cancel:
            yield from _not_open(cancel, scene)


def _too_many_open(scene: Scene) -> Iterator[Finding]:
    """One finding for each pair, at the first order beyond the limit."""
    known = (scene.account.orders if scene.account else None) or ()
    counts = Counter(order.pair for order in known)
    told: set[str] = set()
    for group in scene.sequence():
        for order in group.orders:
            pair = order.order.request.pair
            counts[pair] += order.sent and order.priced.rests
            if counts[pair] > OPEN_ORDERS_MAX["Starter"] and pair not in told:
                told.add(pair)
                yield _beyond(order, scene)
        for cancel in group.cancel:
            if cancel.sent:
                counts.subtract(_pairs_freed(cancel))


def _beyond(order: ReviewedOrder, scene: Scene) -> Finding:
    first, *others = OPEN_ORDERS_MAX.items()
    more = ", ".join(f"{tier} {limit}" for tier, limit in others)
    return Finding(
        file=scene.plan.file,
        place=order.order.place,
        subject=str(order.order.key),
        rule=Rule.OPEN_ORDERS,
        severity=Severity.WARNING,
        message=f"with it more than {first[1]} orders are open on {order.order.request.pair}, "
        f"which is what a {first[0]} account may have",
        hint=f"{more}; cancel some in a group before",
    )


def _pairs_freed(cancel: ReviewedCancel) -> list[str]:
    pairs = [resting.pair for resting in cancel.removes]
    own = cancel.order
    if own is not None and own.sent and own.priced.rests:
        pairs.append(own.order.request.pair)
    return pairs


def _not_open(cancel: ReviewedCancel, scene: Scene) -> Iterator[Finding]:
    asked = scene.account is not None and scene.account.orders is not None
    if not asked or not cancel.sent or cancel.removes or cancel.order is not None:
        return
    planned, sent_as = cancel.cancel, cancel.cancel.sent_as
    if planned.userref and any(order.order.request.userref == sent_as for order in scene.orders()):
        return
    subject = f"userref {sent_as}" if planned.userref else planned.ref
    message = "no open order carries it" if planned.userref else "it is not open"
    yield Finding(
        file=scene.plan.file,
        place=planned.place,
        subject=subject,
        rule=Rule.CANCEL_NOT_OPEN,
        severity=Severity.WARNING,
        message=f"{message}: there is nothing to cancel",
        hint="remove it if it is done with",
    )
