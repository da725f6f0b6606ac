"""The executions of a manifest, compared with the trades of the exchange, to the last digit."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from runner.kraken.wire.open_order import TERMINAL_STATUSES
from runner.paper.state.instruments import INSTRUMENTS
from runner.paper.state.texts import fixed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from runner.paper.exchange.venue import State

    Blame = Callable[[str, str], None]

FIGURES = ("vol_exec", "cost", "fee", "avg_price")


def check_executions(manifest: dict[str, Any], state: State, blame: Blame) -> None:
    """Blame figures that no trades of an order come to, and ends of which trades are left out."""
    for group in manifest["groups"]:
        for order in group["orders"]:
            if order["execution"] is not None:
                _check(order, state, blame)


def _check(order: dict[str, Any], state: State, blame: Blame) -> None:
    shown = order["execution"]
    if order["txid"] not in state.live and order["txid"] not in state.ended:
        return  # The exchange has lied about it.
    sums = list(sums_of(order["txid"], state))
    if shown["status"] in TERMINAL_STATUSES and shown["vol_exec"] is not None:
        sums = sums[-1:]
    given = {name: shown[name] for name in FIGURES if shown[name] is not None}
    if not any(given.items() <= total.items() for total in sums):
        blame("paid", f"{order['id']} is said to have {given}, and has {sums}")
    if shown["seen_at"] is None and given:
        blame("paid", f"{order['id']} is said to have {given}, and not when that was seen")


def sums_of(txid: str, state: State) -> Iterator[dict[str, str]]:
    """Yield what an order came to before its first trade and after each, as the exchange writes it."""
    volume = cost = fee = Decimal()
    trades = [trade for trade in state.trades if trade.order.txid == txid]
    booked = state.live.get(txid) or state.ended[txid]
    decimals = INSTRUMENTS[booked.terms.pair].shown_decimals
    yield {"vol_exec": fixed(volume, 8), "cost": fixed(cost, decimals), "fee": fixed(fee, decimals)}
    for trade in trades:
        volume, cost, fee = volume + trade.volume, cost + trade.cost, fee + trade.fee
        yield {
            "vol_exec": fixed(volume, 8),
            "cost": fixed(cost, decimals),
            "fee": fixed(fee, decimals),
            "avg_price": fixed(cost / volume, decimals),
        }
