"""The summary for a person before real orders leave: whose they are, where they go, how many, how much.

Where no market was read, worth is volume times price, in the currency that pays; an order without a price
has none.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING

from runner.domain import describe_barrier
from runner.planning import MAY_SEND, CancelDisposition, Disposition
from runner.report.humanize import count
from runner.report.lines import Line, Span, Style, hang, line

from .plan import title, what
from .prompt import money_lines
from .second_looks import look_lines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.planning import Plan, PlannedOrder
    from runner.review import Review

QUESTION = "Send them?"


def confirmation_lines(
    plan: Plan, width: int, review: Review | None = None, *, account: str = "", exchange: str = ""
) -> list[Line]:
    """Describe what is about to be sent, in a few lines of at most ``width`` columns.

    ``account`` and ``exchange`` say whose money it is and where it goes, as far as that is known.
    """
    lines = [title("about to apply ", plan), *_whither(account, exchange)]
    lines += [line(f"  {text}") for text in _counts(plan)]
    if review is None or review.market is None:
        lines += _largest(plan)
        return [piece for line in lines for piece in hang(line, width, 4)]
    looks = look_lines(review, width)
    return [*(piece for line in lines for piece in hang(line, width, 4)), *looks, *money_lines(review, width)]


def _whither(account: str, exchange: str) -> Iterator[Line]:
    if account:
        yield line("  account ", Span(account, Style.NAME), f", at {exchange}" if exchange else "")
    elif exchange:
        yield line("  at ", Span(exchange, Style.NAME), ", for an account whose name was not requested")


def _leaving(plan: Plan) -> list[PlannedOrder]:
    """Return the orders that may leave: what is in doubt may turn out never to have arrived."""
    return [order for order in plan.orders() if plan.becomes(order) in MAY_SEND]


def _counts(plan: Plan) -> Iterator[str]:
    orders = Counter(plan.dispositions.orders.values())
    cancels = Counter(plan.dispositions.cancels.values())
    sent, canceled = orders[Disposition.SEND], cancels[CancelDisposition.SEND]
    yield f"{count(sent, 'order')} to send, {count(canceled, 'cancellation')}"
    if in_doubt := orders[Disposition.LOOK_UP]:
        yield f"{in_doubt} in doubt from an earlier run, to look up first"
    listed = sum(order.listed for order in plan.orders())
    if left := orders[Disposition.ORPHANED] - listed + cancels[CancelDisposition.ORPHANED]:
        yield f"{left} left open by an earlier run and no longer in the file, to look up first"
    for group in plan.groups:
        if any(plan.becomes(order) in MAY_SEND for order in group.orders):
            for barrier in group.barriers:
                terms = describe_barrier(barrier.group, barrier.within, barrier.otherwise.value)
                yield f"{group.name} needs {terms}"


def _largest(plan: Plan) -> Iterator[Line]:
    priced: dict[str, list[tuple[Decimal, PlannedOrder]]] = defaultdict(list)
    unpriced = []
    for order in _leaving(plan):
        terms = order.terms
        worth = terms.named_worth
        if worth is None:
            unpriced.append(order)
        else:
            priced[terms.quote or terms.pair].append((worth, order))
    for currency, orders in priced.items():
        worth, order = max(orders, key=lambda pair: pair[0])
        amount = Span(f"{worth.normalize():f} {currency}", Style.NAME)
        yield line("  largest: ", amount, f", {order.key}: {what(order)}")
    if unpriced:
        names = ", ".join(str(order.key) for order in unpriced[:3])
        more = f" and {len(unpriced) - 3} more" if len(unpriced) > 3 else ""
        yield line(f"  at a price that the market decides: {names}{more}")
