"""The words of a rebalance: the cells of its table, what follows for each currency, and its last line.

Numbers of orders keep all their digits; shares have one decimal, and more where that would say nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from runner.domain import amount_text, decimal_text, grouped
from runner.rebalance import Outcome, Why, Writing, blocked_lines, outcome_of

from .diagnostics import Level, Remark
from .humanize import count

if TYPE_CHECKING:
    from decimal import Decimal

    from runner.domain import RestingOrder
    from runner.rebalance import BatchFile, Line, Rebalance, Trade

HEADS: Final = ("", "held", "worth", "weight", "target", "band", "drift")

_TOO_SMALL: Final = {Why.UNDER_ORDERMIN, Why.UNDER_COSTMIN, Why.UNDER_MINIMUM}

MOST_DIGITS: Final = 6
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


def share_text(share: Decimal) -> str:
    """Return a share as a percentage: ``17.8 %``."""
    decimals, percent = 1, share * 100
    while percent and decimals < MOST_DIGITS and not round(percent, decimals):
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


def summary_of(rebalance: Rebalance) -> str:
    """Return the last line: that all is well, or what follows."""
    match outcome_of(rebalance):
        case Outcome.WITHIN:
            return "within its bands: no orders"
        case Outcome.BLOCKED:
            names = ", ".join(line.weight.currency for line in blocked_lines(rebalance))
            return f"outside its bands ({names}), and no order is possible"
        case _:
            sides = filter(None, (_side(rebalance, "sell"), _side(rebalance, "buy")))
            return f"outside its bands: {', '.join(sides)}"


def describe_shortage(rebalance: Rebalance) -> str:
    """Return how much of all buys the money pays for; empty if it is all of them."""
    if rebalance.share >= 1:
        return ""
    return f"the money pays for {share_text(rebalance.share)} of what the buys should be"


def describe_leftovers(rebalance: Rebalance) -> str:
    """Return what to do about holdings that should go and cannot be sold; empty if there are none."""
    left = [
        line.weight.currency
        for line in blocked_lines(rebalance)
        if not line.weight.target and _TOO_SMALL & set(line.why)
    ]
    return (
        f"{', '.join(left)}: too little to be sold; not listed in the file, it is left alone" if left else ""
    )


def describe_file(file: BatchFile) -> str:
    """Return what became of the batch file; empty if none was to be written."""
    match file.writing:
        case Writing.WRITTEN:
            return f"batch {file.name}: {file.path}"
        case Writing.UNCHANGED:
            return f"batch {file.name}: {file.path}, which is as it was"
        case _:
            return ""


def remarks_of_rebalance(rebalance: Rebalance) -> list[Remark]:
    """Return the currencies that are outside their bands and get no order."""
    return [
        Remark(
            file=rebalance.targets.file,
            line=1,
            column=1,
            level=Level.WARNING,
            rule="currency-blocked",
            subject=line.weight.currency,
            message=f"{drift_text(line.weight.drift)} from its target, and no order is possible: "
            f"{describe_line(line)}",
        )
        for line in blocked_lines(rebalance)
    ]


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


def _floor(rebalance: Rebalance) -> str:
    floor, quote = rebalance.targets.cash_floor, rebalance.targets.quote
    return f"floor {amount_text(floor, quote)}" if floor else ""


def _bare(amount: Decimal, currency: str) -> str:
    return amount_text(amount, currency).removesuffix(f" {currency}")


def _side(rebalance: Rebalance, type: str) -> str:
    trades = rebalance.sells if type == "sell" else rebalance.buys
    if not trades:
        return ""
    cost = sum((trade.cost for trade in trades[1:]), trades[0].cost)
    return f"{count(len(trades), type)} for {amount_text(cost, rebalance.targets.quote)}"
