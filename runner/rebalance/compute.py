"""From targets and a snapshot to a rebalance: the table, and the orders that follow.

All arithmetic is ``Decimal`` with 50 digits.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Context, Decimal, localcontext
from typing import TYPE_CHECKING, Final

from .orders import Line, Trade, Why, buy, proceeds, sell
from .snapshot import holding
from .weights import NOTHING, Weight, free_of, weigh

if TYPE_CHECKING:
    from runner.domain import RestingOrder, Targets

    from .snapshot import Snapshot

_FIFTY_DIGITS: Final = Context(prec=50)
_ONE: Final = Decimal(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebalance:
    """The table of a targets file at one moment, and the orders that follow.

    ``managed`` is the value of all listed currencies and the free cash, ``cash`` that free cash, ``share``
    the part of all buys that the money pays for. ``lines`` are in the alphabet of their currencies;
    ``holding`` are the open orders of the account that hold some of them back.
    """

    targets: Targets
    snapshot: Snapshot
    managed: Decimal
    cash: Decimal
    share: Decimal
    lines: tuple[Line, ...]
    holding: tuple[RestingOrder, ...]

    @property
    def sells(self) -> tuple[Trade, ...]:
        """The sales, in the alphabet of their currencies."""
        return self._trades("sell")

    @property
    def buys(self) -> tuple[Trade, ...]:
        """The purchases, in the alphabet of their currencies."""
        return self._trades("buy")

    @property
    def within(self) -> bool:
        """True if every currency is inside its band. Outside of it there may be no order all the same."""
        return not any(line.weight.out for line in self.lines)

    def _trades(self, type: str) -> tuple[Trade, ...]:
        trades = (line.trade for line in self.lines)
        return tuple(trade for trade in trades if trade is not None and trade.type == type)


def compute(targets: Targets, snapshot: Snapshot) -> Rebalance:
    """Return what follows from targets at one moment. What ``doubts`` names must have been refused before."""
    with localcontext(_FIFTY_DIGITS):
        managed, weights = weigh(targets, snapshot)
        cash = free_of(snapshot, targets.quote)
        lines = {weight.currency: _standing(targets, weight) for weight in weights}
        for weight in weights:
            if weight.goal is not None and weight.value > weight.goal:
                lines[weight.currency] = sell(targets, snapshot, weight)
        buying = [weight for weight in weights if weight.goal is not None and weight.value < weight.goal]
        share = _share(targets, snapshot, cash, list(lines.values()), buying)
        for weight in buying:
            lines[weight.currency] = buy(targets, snapshot, weight, share)
    return Rebalance(
        targets=targets,
        snapshot=snapshot,
        managed=managed,
        cash=cash,
        share=share,
        lines=tuple(lines.values()),
        holding=holding(targets, snapshot.orders or ()),
    )


def fee_of(targets: Targets, snapshot: Snapshot, currency: str) -> Decimal:
    """Return the fee of an order in a currency, as a share of its cost."""
    if targets.fee is not None:
        return targets.fee
    fees = snapshot.fees[targets.pair(currency)]
    return fees.maker if targets.order.post else fees.taker


def _share(
    targets: Targets, snapshot: Snapshot, cash: Decimal, lines: list[Line], buying: list[Weight]
) -> Decimal:
    """Return the part of all buys that free cash above the floor and the sales pay for, from 0 to 1."""
    sales = (line.trade for line in lines if line.trade is not None)
    brought = sum((proceeds(t, fee_of(targets, snapshot, t.currency)) for t in sales), NOTHING)
    money = cash - targets.cash_floor + brought
    need = NOTHING
    for weight in buying:
        assert weight.goal is not None
        need += (weight.goal - weight.value) * (1 + fee_of(targets, snapshot, weight.currency))
    return min(_ONE, max(money, NOTHING) / need) if need else _ONE


def _standing(targets: Targets, weight: Weight) -> Line:
    return Line(weight=weight, trade=None, why=(Why.INSIDE if weight.goal is None else Why.AT_GOAL,))
