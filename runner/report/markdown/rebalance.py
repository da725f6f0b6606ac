"""A rebalance as a comment on a pull request: its table, the orders, and what holds funds back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from runner.domain import amount_text, decimal_text, rfc3339
from runner.harmless import neutral
from runner.rebalance import describe_holding, describe_managed, rows_of
from runner.report.humanize import count, moment
from runner.report.wording.rebalances import (
    describe_file,
    describe_leftovers,
    describe_shortage,
    summary_of,
)

from .escaping import code, fence, words
from .page import Section

if TYPE_CHECKING:
    from runner.rebalance import Cells, Rebalance
    from runner.report.base import RebalanceResult

_DIGEST_DIGITS: Final = 16
_SIDES: Final = {"buy": "🟩 buy", "sell": "🟥 sell"}


def rebalance_top(result: RebalanceResult) -> list[str]:
    """Return the lines above the tables."""
    rebalance = result.rebalance
    targets, market = rebalance.targets, rebalance.snapshot.market
    texts = (describe_shortage(rebalance), describe_leftovers(rebalance), describe_file(result.batch))
    return [
        f"### Rebalance of {code(targets.name)} at {words(market.source)}",
        "",
        f"{code(targets.file)} · {words(moment(rfc3339(market.at)))} · {words(describe_managed(rebalance))}",
        "",
        f"**{words(summary_of(rebalance))}**",
        *(line for text in texts if text for line in ("", words(text))),
    ]


def rebalance_sections(result: RebalanceResult) -> list[Section]:
    """Return the tables: currencies, orders, open orders that hold funds, and the batch as it is written."""
    rebalance = result.rebalance
    sections = [_currencies(rebalance)]
    if rebalance.sells or rebalance.buys:
        sections.append(_orders(rebalance))
    if rebalance.holding:
        rows = tuple(f"- {code(describe_holding(order))}" for order in rebalance.holding)
        title = f"<b>{count(len(rows), 'open order')} holding funds back</b>"
        sections.append(Section(title=title, rows=rows, noun="orders"))
    if result.batch.text:
        sections.append(_batch(result.batch.text))
    digests = f"SHA-256 of the file: {code(rebalance.targets.digest[:_DIGEST_DIGITS])}"
    snapshot = f"of the snapshot: {code(result.snapshot[:_DIGEST_DIGITS])}"
    return [*sections, Section(rows=(f"<sub>{digests}, {snapshot}</sub>",))]


def _currencies(rebalance: Rebalance) -> Section:
    head = (
        "| | | held | worth | weight | target | band | drift | what follows |",
        "|---|---|--:|--:|--:|--:|--:|--:|---|",
    )
    rows = tuple(
        f"| {_mark(row)} | "
        f"{' | '.join([code(row.columns[0]), *row.columns[1:]])} | "
        f"{words(row.follows) if row.follows else ''} |"
        for row in rows_of(rebalance)
    )
    return Section(head=head, rows=rows, noun="currencies")


def _mark(row: Cells) -> str:
    """Return a mark: an order follows, none is possible, or all is well; none for cash, which has no band."""
    if row.trade is not None:
        return "🔵"
    if row.out:
        return "🟡"
    return "🟢" if row.band else ""


def _orders(rebalance: Rebalance) -> Section:
    quote = rebalance.targets.quote
    head = ("| | id | pair | volume | limit | cost |", "|---|---|---|--:|--:|--:|")
    rows = tuple(
        f"| {_SIDES[trade.type]} | {code(trade.id)} | {code(trade.pair)} | "
        f"{words(decimal_text(trade.volume, 18))} | {words(f'{trade.price:f}')} | "
        f"{words(amount_text(trade.cost, quote))} |"
        for trade in (*rebalance.sells, *rebalance.buys)
    )
    return Section(head=head, rows=rows, noun="orders")


def _batch(text: str) -> Section:
    lines = text.splitlines()
    ticks = fence(lines)
    return Section(
        title="The batch, as it is written",
        head=(f"{ticks}yaml",),
        rows=tuple(map(neutral, lines)),
        foot=(ticks,),
        noun="lines",
    )
