"""The remarks on a rebalance: currencies outside their bands for which no order is possible."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.domain import Place
from runner.rebalance import blocked_lines, describe_line, drift_text

from .diagnostics import Level, Remark

if TYPE_CHECKING:
    from runner.rebalance import Line, Rebalance


def remarks_of_rebalance(rebalance: Rebalance) -> list[Remark]:
    """Return the currencies that are outside their bands and get no order."""
    found = []
    for line in blocked_lines(rebalance):
        place = place_of(line, rebalance)
        remark = Remark(
            file=rebalance.targets.file,
            line=place.line,
            column=place.column,
            level=Level.WARNING,
            rule="currency-blocked",
            subject=line.weight.currency,
            message=f"{drift_text(line.weight.drift)} from its target, and no order is possible: "
            f"{describe_line(line)}",
        )
        found.append(remark)
    return found


def place_of(line: Line, rebalance: Rebalance) -> Place:
    """Return the place of a currency in the targets file; the top of the file if it is not known."""
    return rebalance.targets.places.get(line.weight.currency, Place(1, 1))
