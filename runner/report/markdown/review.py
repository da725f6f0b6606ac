"""The review of a plan in markdown: money by side and by currency, and what could not be checked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from runner.domain import amount_text, decimal_text, rfc3339
from runner.report.humanize import moment
from runner.report.text.plans.review import market_rows
from runner.report.text.plans.second_looks import looks_by_order, looks_title, stake_of, terms_of_look
from runner.report.text.plans.traded import HEADS, traded_rows

from .escaping import code, words
from .page import Section

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from runner.planning import PlannedOrder
    from runner.review import CurrencyTotal, OpenOrderTotals, PairTotal, Review, SecondLook


SHOWN_LOOKS: Final = 12
"""More orders to look at are counted; the first screen has no room for them."""


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


def looks_section(review: Review | None) -> list[Section]:
    """Return a section with what is worth a second look, which is never folded; none if there is nothing."""
    if review is None or not review.second_looks:
        return []
    orders = {order.order.key: order.order for order in review.orders()}
    rows = [
        f"| {_place_of(looks[0])} | {_order_of(orders[key], looks, review)} | {_reasons(looks)} |"
        for key, looks in looks_by_order(review.second_looks)
    ]
    shown = tuple(rows[:SHOWN_LOOKS])
    left = len(rows) - len(shown)
    foot = (f"\n_and {left:,} more orders, which `--format json` shows_",) if left else ()
    head = (f"**⚠ {looks_title(review)}**", "", "| line | order | why |", "|--:|---|---|")
    return [Section(head=head, rows=shown, foot=foot, noun="orders")]


def market_section(review: Review | None) -> list[Section]:
    """Return a section with the market of each pair that would be traded; none without a market."""
    rows = tuple(
        f"| {code(pair)} | {' | '.join(map(words, prices))} |" for pair, *prices in market_rows(review)
    )
    head = ("| market | bid | ask | last | at, UTC |", "|---|--:|--:|--:|--:|")
    return [Section(head=head, rows=rows, noun="pairs")] if rows else []


def _place_of(look: SecondLook) -> str:
    return f"**{look.place.line}**"


def _order_of(order: PlannedOrder, looks: Sequence[SecondLook], review: Review) -> str:
    stake = words(stake_of(looks, review))
    return f"{code(str(order.key))}<br>{code(terms_of_look(order))}<br>{stake}"


def _reasons(looks: Sequence[SecondLook]) -> str:
    return "<br>".join(
        f"{'🔴 denied: ' if look.denies else ''}{words(look.message)} <sub>{code(look.code)}</sub>"
        for look in looks
    )


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


def traded_section(review: Review) -> list[Section]:
    """Return a section with what is paid and received of each currency, and what that comes to."""
    rows = tuple(
        f"| {code(currency)} | {' | '.join(map(words, amounts))} |"
        for currency, *amounts in traded_rows(order for order in review.orders() if order.sent)
    )
    head = (f"| {' | '.join(HEADS)} |", "|---|--:|--:|--:|")
    return [Section(head=head, rows=rows, noun="currencies")] if rows else []


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
