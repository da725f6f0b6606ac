"""The weight of each currency, its band, and the value that it is to have."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from runner.domain import BandLimit, Destination, TradedAssets

if TYPE_CHECKING:
    from runner.domain import Band, Targets

    from .snapshot import Snapshot

NOTHING: Final = Decimal()
# "inside" is a twentieth of the band from its edge: on the edge itself rounding and fees push it out again.
_INSIDE: Final = Decimal("0.95")
_HALF: Final = Decimal("0.5")


@dataclass(frozen=True, slots=True, kw_only=True)
class Weight:
    """A currency of the targets file: what is free of it, what that is worth, and where it should be.

    ``free`` is in its own units, ``mid`` and ``value`` in the quote currency; ``weight``, ``target`` and
    ``band`` are shares of the managed value. ``out``: it is outside its band. ``goal`` is the value that it
    is traded to, None if it stays as it is.
    """

    currency: str
    free: Decimal
    mid: Decimal
    value: Decimal
    weight: Decimal
    target: Decimal
    band: Decimal
    out: bool
    goal: Decimal | None = None

    @property
    def drift(self) -> Decimal:
        """Its weight less its target."""
        return self.weight - self.target


def weigh(targets: Targets, snapshot: Snapshot) -> tuple[Decimal, tuple[Weight, ...]]:
    """Return the managed value and the weight of each currency, in the alphabet of their names.

    Each pair has a mid price, and the balances are known. Call it in a context of 50 digits.
    """
    free = {currency: free_of(snapshot, currency) for currency in sorted(targets.weights)}
    mids = {currency: _mid(snapshot, targets.pair(currency)) for currency in free}
    managed = free_of(snapshot, targets.quote) + sum((free[c] * mids[c] for c in free), NOTHING)
    weights = [_weight(targets, currency, free[currency], mids[currency], managed) for currency in free]
    return managed, _with_goals(targets, snapshot, managed, weights)


def free_of(snapshot: Snapshot, currency: str) -> Decimal:
    """Return the units of a currency that no open order holds. The balances must be known."""
    assert snapshot.balances is not None, "balances that were not read are no basis"
    balance = snapshot.balances.get(currency)
    return NOTHING if balance is None else balance.available


def _weight(targets: Targets, currency: str, free: Decimal, mid: Decimal, managed: Decimal) -> Weight:
    target, value = targets.weights[currency], free * mid
    weight = value / managed if managed else NOTHING
    band = _width(targets.band, target)
    out = abs(weight - target) > band if target else free > 0
    return Weight(
        currency=currency,
        free=free,
        mid=mid,
        value=value,
        weight=weight,
        target=target,
        band=band,
        out=out,
    )


def _width(band: Band, target: Decimal) -> Decimal:
    """Return the half width of the band around a target; there is none around zero."""
    if not target:
        return NOTHING
    choose = min if band.use is BandLimit.SMALLER else max
    return choose(band.absolute, band.relative * target)


def _with_goals(
    targets: Targets, snapshot: Snapshot, managed: Decimal, weights: list[Weight]
) -> tuple[Weight, ...]:
    """Return the weights with the values that they are traded to; nothing moves if none is out.

    A rest that cannot be sold moves no others: they would be traded day after day because of it.
    """
    everything = (
        targets.scope is TradedAssets.ALL
        and targets.band.to is Destination.TARGET
        and any(weight.out and not _is_rest(targets, snapshot, weight) for weight in weights)
    )
    return tuple(
        replace(weight, goal=_goal(weight, targets.band.to) * managed) if weight.out or everything else weight
        for weight in weights
    )


def _goal(weight: Weight, to: Destination) -> Decimal:
    inwards = {Destination.TARGET: NOTHING, Destination.HALF: _HALF, Destination.INSIDE: _INSIDE}[to]
    return weight.target + weight.band * inwards.copy_sign(weight.drift)


def _is_rest(targets: Targets, snapshot: Snapshot, weight: Weight) -> bool:
    """Return whether a currency with a target of 0 % is left only as far as no order can sell it."""
    instrument = snapshot.market.instruments[targets.pair(weight.currency)]
    units = weight.free - targets.keep.get(weight.currency, NOTHING)
    least = max(instrument.costmin or NOTHING, targets.order.minimum or NOTHING)
    few = units <= 0 or units < (instrument.ordermin or NOTHING) or units * weight.mid < least
    return not weight.target and few


def _mid(snapshot: Snapshot, pair: str) -> Decimal:
    mid = snapshot.market.quotes[pair].mid
    assert mid is not None, f"no price of {pair}"
    return mid
