"""The words of a rebalance's table: its cells, what follows for each currency, and what holds funds back.

Numbers of orders keep all their digits; shares have one decimal, and more where that would say nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from runner.domain import amount_text, decimal_text, grouped

if TYPE_CHECKING:
    from decimal import Decimal

    from runner.domain import RestingOrder

    from .compute import Rebalance
    from .orders import Line, Trade

HEADS: Final = ("", "held", "worth", "weight", "target", "band", "drift")

_GAP: Final = 2
_MOST_DIGITS: Final = 6
"""Decimals of a share that is nearly nothing."""


class Cells(NamedTuple):
    """One row: the words of its columns, and what follows. ``out``: it is outside its band.

    ``band`` is False for cash, which has none.
    """

    columns: tuple[str, ...]
    follows: str
    trade: Trade | None
    out: bool
    band: bool = True


def rows_of(rebalance: Rebalance) -> list[Cells]:
    """Return a row for each currency, and one for the cash, which has no band."""
    rows = [_row(line, rebalance) for line in rebalance.lines]
    quote, target = rebalance.targets.quote, rebalance.targets.cash_target
    weight = rebalance.cash / rebalance.managed if rebalance.managed else rebalance.cash
    worth = _bare(rebalance.cash, quote)
    columns = (quote, worth, worth, share_text(weight), exact_text(target), "", drift_text(weight - target))
    return [*rows, Cells(columns, _floor(rebalance), None, out=False, band=False)]


def table_lines(rebalance: Rebalance) -> list[str]:
    """Return the table as lines of any width, with what follows behind the numbers; a heading first."""
    rows = rows_of(rebalance)
    widths = [max(map(len, cells)) for cells in zip(HEADS, *(row.columns for row in rows), strict=True)]
    lines = [_aligned(HEADS, widths, "")]
    return lines + [_aligned(row.columns, widths, row.follows) for row in rows]


def share_text(share: Decimal) -> str:
    """Return a share as a percentage: ``17.8 %``."""
    decimals, percent = 1, share * 100
    while percent and decimals < _MOST_DIGITS and not round(percent, decimals):
        decimals += 1
    return f"{round(percent, decimals):f} %"


def exact_text(share: Decimal) -> str:
    """Return a share that the file gives as a percentage: ``50 %``."""
    return f"{decimal_text(share * 100, 18)} %"


def drift_text(drift: Decimal) -> str:
    """Return a difference of shares with its sign: ``+20.9 %``."""
    text = share_text(drift)
    return text if text.startswith("-") or not drift else f"+{text}"


def describe_trade(trade: Trade) -> str:
    """Return an order in the exchange's words: ``sell 0.118 XBT/EUR @ limit 79079.0``."""
    return f"{trade.type} {decimal_text(trade.volume, 18)} {trade.pair} @ limit {trade.price:f}"


def describe_line(line: Line) -> str:
    """Return what follows for a currency, and why not, or why not more."""
    why = "; ".join(line.why)
    if line.trade is None:
        return why
    return f"{describe_trade(line.trade)} ({why})" if why else describe_trade(line.trade)


def describe_holding(order: RestingOrder) -> str:
    """Return an open order that holds funds back, with its id."""
    price = order.price if order.price is not None else order.stop
    at = order.ordertype if price is None else f"{order.ordertype} {decimal_text(price, 18)}"
    rest = decimal_text(order.remaining, 18)
    return f"{order.txid}: {order.type} {rest} {order.pair} @ {at}"


def describe_managed(rebalance: Rebalance) -> str:
    """Return what is managed, in money, and how much of it is cash."""
    managed, cash = (
        amount_text(amount, rebalance.targets.quote) for amount in (rebalance.managed, rebalance.cash)
    )
    return f"{managed} managed, {cash} of it free cash"


def _row(line: Line, rebalance: Rebalance) -> Cells:
    weight = line.weight
    columns = (
        weight.currency,
        grouped(decimal_text(weight.free, 18)),
        _bare(weight.value, rebalance.targets.quote),
        share_text(weight.weight),
        exact_text(weight.target),
        f"± {exact_text(weight.band)}" if weight.target else "",
        drift_text(weight.drift),
    )
    return Cells(columns, describe_line(line), line.trade, weight.out)


def _aligned(cells: tuple[str, ...], widths: list[int], follows: str) -> str:
    """Return cells below those of other rows: the name to the left, numbers to the right."""
    name, *numbers = [cell.rjust(width) for cell, width in zip(cells, widths, strict=True)]
    return (" " * _GAP).join([name.strip().ljust(widths[0]), *numbers, follows]).rstrip()


def _floor(rebalance: Rebalance) -> str:
    floor, quote = rebalance.targets.cash_floor, rebalance.targets.quote
    return f"floor {amount_text(floor, quote)}" if floor else ""


def _bare(amount: Decimal, currency: str) -> str:
    return amount_text(amount, currency).removesuffix(f" {currency}")
