"""The review of a plan in markdown: money by side and by currency, and what could not be checked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.domain import amount_text, decimal_text, rfc3339
from runner.report.humanize import moment

from .escaping import code, words
from .page import Section

if TYPE_CHECKING:
    from decimal import Decimal

    from runner.review import CurrencyTotal, OpenOrderTotals, PairTotal, Review


def review_top(review: Review) -> list[str]:
    """Return lines with the worth of all of it, when the market was read, and what could not be checked."""
    lines = []
    totals = review.totals
    if totals.reported is not None:
        lines.append(f"Worth {amount_text(totals.reported, totals.reporting)}{_fees(review)}.")
    if review.market is not None:
        lines.append(f"Prices of {moment(rfc3339(review.market.at))}.")
    if review.unchecked:
        lines.append(f"Not looked at: {'; '.join(review.unchecked)}.")
    return ["", " ".join(lines)] if lines else []


def _fees(review: Review) -> str:
    least, most = review.totals.fee_least, review.totals.fee_most
    if least is None or most is None:
        return ""
    reporting = review.totals.reporting
    if least == most:
        return f", fees {amount_text(most, reporting)}"
    return f", fees {amount_text(least, reporting)} to {amount_text(most, reporting)}"


def sides_section(review: Review) -> Section:
    """Return a section with what would be sent by pair and side, and what is open there before and after."""
    totals = [total for total in review.totals.pairs if total.orders or total.before]
    if not totals:
        return Section()
    reporting = review.totals.reporting
    known = any(total.before is not None for total in totals)
    head = f"| pair | side | orders | volume | notional | in {reporting} |"
    head += " open now | then |" if known else ""
    rule = "|---|---|--:|--:|--:|--:|" + ("--:|--:|" if known else "")
    rows = tuple(_side(total, reporting, known=known) for total in totals)
    return Section(head=(head, rule), rows=rows, noun="sums")


def _side(total: PairTotal, reporting: str, *, known: bool) -> str:
    base, _, quote = total.pair.partition("/")
    cells = [
        code(total.pair),
        total.type,
        str(total.orders),
        _amount(total.volume, base),
        _amount(total.notional, quote),
        _amount(total.reported, reporting),
    ]
    cells += [_open(total.before, base), _open(total.after, base)] if known else []
    return f"| {' | '.join(cells)} |"


def _open(totals: OpenOrderTotals | None, base: str) -> str:
    return "" if totals is None else words(f"{totals.orders}: {decimal_text(totals.volume)} {base}")


def balances_section(review: Review) -> Section | None:
    """Return a section with the effect on each currency; None if no balance is known."""
    totals = [total for total in review.totals.currencies if total.before is not None]
    if not totals:
        return None
    head = (
        "| currency | available | held | paid | received | released | then |",
        "|---|--:|--:|--:|--:|--:|--:|",
    )
    return Section(title="What it does to the balances", head=head, rows=tuple(map(_currency, totals)))


def _currency(total: CurrencyTotal) -> str:
    amounts = (total.before, total.held, total.paid, total.received, total.released, total.after)
    return f"| {code(total.currency)} | {' | '.join(_amount(amount, total.currency) for amount in amounts)} |"


def _amount(amount: Decimal | None, currency: str) -> str:
    if amount is None:
        return "?"
    return words(amount_text(amount, currency)) if amount else ""
