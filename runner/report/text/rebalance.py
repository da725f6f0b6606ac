"""A rebalance as text: the table of currencies, what follows for each, and what holds funds back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from runner.domain import rfc3339
from runner.rebalance import HEADS, Outcome, describe_holding, describe_managed, outcome_of, rows_of
from runner.report.humanize import moment
from runner.report.lines import Line, Span, Style, hang, indent, line, plain, width_of
from runner.report.wording.rebalances import (
    describe_file,
    describe_leftovers,
    describe_shortage,
    summary_of,
)

from .layout.columns import SIDES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runner.rebalance import Cells, Rebalance
    from runner.report.base import RebalanceResult

GAP: Final = 2
_LAST_LINES: Final = {
    Outcome.WITHIN: Style.GOOD,
    Outcome.ORDERS: Style.NAME,
    Outcome.BLOCKED: Style.WARNING,
}


def rebalance_lines(result: RebalanceResult, width: int) -> list[Line]:
    """Return a rebalance as lines of at most ``width`` columns, except for long words."""
    rebalance = result.rebalance
    targets, market = rebalance.targets, rebalance.snapshot.market
    title = line("rebalance of ", Span(targets.name, Style.NAME), f" at {market.source}, from {targets.file}")
    seen = f"at the market of {moment(rfc3339(market.at))}: {describe_managed(rebalance)}"
    lines = [*hang(title, width, 2), *hang(line(Span(seen, Style.QUIET)), width, 2), ()]
    lines += _table(rows_of(rebalance), width)
    lines += _holding(rebalance, width)
    last = [line(Span(summary_of(rebalance), _LAST_LINES[outcome_of(rebalance)]))]
    more = (describe_shortage(rebalance), describe_leftovers(rebalance), describe_file(result.batch))
    last += [line(text) for text in more if text]
    return [*lines, (), *(piece for text in last for piece in hang(text, width, 2))]


def _table(rows: Sequence[Cells], width: int) -> list[Line]:
    """Return the table; what follows is beside the numbers where it fits, else below them."""
    columns = [HEADS, *(row.columns for row in rows)]
    widths = [max(map(width_of, cells)) for cells in zip(*columns, strict=True)]
    numbers = sum(widths) + GAP * len(widths)
    lines = [line(Span(_aligned(HEADS, widths), Style.QUIET))]
    for row in rows:
        style = Style.PLAIN if row.out else Style.QUIET
        cells = line(Span(_aligned(row.columns, widths).rstrip(), style))
        if not row.follows:
            lines.append(cells)
        elif numbers + width_of(row.follows) <= width:
            cells = line(Span(_aligned(row.columns, widths), style))
            lines.append((*cells, Span(" " * GAP), *_follows(row)))
        else:
            below = hang(_follows(row), width - 2 * GAP, 2)
            lines += [cells, *(indent(piece, 2 * GAP) for piece in below)]
    return lines


def _aligned(cells: Sequence[str], widths: Sequence[int]) -> str:
    """Return cells below those of other rows: the name to the left, numbers to the right."""
    name, *numbers = zip(cells, widths, strict=True)
    texts = [name[0].ljust(name[1]), *(" " * (room - width_of(text)) + text for text, room in numbers)]
    return (" " * GAP).join(texts)


def _follows(row: Cells) -> Line:
    if row.trade is None:
        return line(Span(row.follows, Style.WARNING if row.out else Style.QUIET))
    side, _, rest = row.follows.partition(" ")
    return line(Span(side, SIDES[side]), f" {rest}")


def _holding(rebalance: Rebalance, width: int) -> list[Line]:
    if not rebalance.holding:
        return []
    lines: list[Line] = [(), line("open orders holding funds back:")]
    for order in rebalance.holding:
        lines += hang(line(f"  {describe_holding(order)}"), width, 4)
    return [piece for piece in lines if plain(piece) or not piece]
