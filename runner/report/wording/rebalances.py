"""The words of a rebalance below its table: what follows as a whole, and what is left to be done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.domain import amount_text
from runner.rebalance import (
    Outcome,
    Writing,
    blocked_lines,
    outcome_of,
    share_text,
    unsold_rests,
)
from runner.report.humanize import count

if TYPE_CHECKING:
    from runner.rebalance import BatchFile, Rebalance


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
    """Return what should go and cannot be sold; empty if there is nothing."""
    left = ", ".join(line.weight.currency for line in unsold_rests(rebalance))
    return f"{left}: what is left is too little to be sold" if left else ""


def describe_file(file: BatchFile) -> str:
    """Return what became of the batch file; empty if none was to be written."""
    match file.writing:
        case Writing.WRITTEN:
            return f"batch {file.name}: {file.path}"
        case Writing.UNCHANGED:
            return f"batch {file.name}: {file.path}, which is as it was"
        case _:
            return ""


def _side(rebalance: Rebalance, type: str) -> str:
    trades = rebalance.sells if type == "sell" else rebalance.buys
    if not trades:
        return ""
    cost = sum((trade.cost for trade in trades[1:]), trades[0].cost)
    return f"{count(len(trades), type)} for {amount_text(cost, rebalance.targets.quote)}"
