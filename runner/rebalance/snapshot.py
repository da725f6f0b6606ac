"""The prices, balances, open orders and fees of one moment, from which a rebalance is computed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping

    from runner.domain import Balance, Fees, Market, RestingOrder, Targets

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """The market and the account at ``market.at``.

    ``balances`` are by currency as in ``wsname``; a currency that is not among them is not held. ``balances``
    and ``orders`` are None if they could not be read. ``fees`` are by pair; one that is not known is missing,
    and all are where the targets file gives the fee.
    """

    market: Market
    balances: Mapping[str, Balance] | None
    orders: tuple[RestingOrder, ...] | None
    fees: Mapping[str, Fees]


def narrowed(targets: Targets, snapshot: Snapshot) -> Snapshot:
    """Return the part of a snapshot that a targets file is about; the rest of an account is not its business.

    The names of other pairs stay only where a pair is missing: they show what there is instead.
    """
    pairs = sorted(targets.pair(currency) for currency in targets.weights)
    market, balances, orders = snapshot.market, snapshot.balances, snapshot.orders
    lacking = any(pair not in market.instruments for pair in pairs)
    return Snapshot(
        market=replace(
            market,
            instruments=_only(market.instruments, pairs),
            quotes=_only(market.quotes, pairs),
            names=tuple(sorted(market.names)) if lacking else (),
        ),
        balances=None if balances is None else _only(balances, sorted({*targets.weights, targets.quote})),
        orders=None if orders is None else holding(targets, orders),
        fees={} if targets.fee is not None else _only(snapshot.fees, pairs),
    )


def holding(targets: Targets, orders: tuple[RestingOrder, ...]) -> tuple[RestingOrder, ...]:
    """Return the open orders that hold back some of a listed currency or of the cash, by their ids.

    A sell holds what it sells, a buy what it pays with, and an order on margin neither.
    """
    listed = {*targets.weights, targets.quote}
    held = (order for order in orders if order.leverage is None and _held_currency(order) in listed)
    return tuple(sorted(held, key=lambda order: order.txid))


def _held_currency(order: RestingOrder) -> str:
    base, _, quote = order.pair.partition("/")
    return base if order.type == "sell" else quote


def _only(mapping: Mapping[str, T], keys: list[str]) -> dict[str, T]:
    return {key: mapping[key] for key in keys if key in mapping}
