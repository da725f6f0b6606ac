"""Second looks on top of a plan: each order with its line, its terms, and the reasons.

All reasons for one order are below it. Orders without room are counted.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Final

from runner.domain import amount_text
from runner.kraken import fields_of
from runner.report.humanize import count
from runner.report.lines import Line, Span, Style, hang, line, plain, width_of
from runner.report.wording.orders import describe_order

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from runner.domain import OrderKey
    from runner.planning import PlannedOrder
    from runner.review import Review, SecondLook

ROOM_LINES: Final = 28
"""Maximum number of lines of second looks: with the lines above, they fit on the first screen."""


def look_lines(review: Review | None, width: int, *, room: int = ROOM_LINES) -> list[Line]:
    """Return the second looks as lines of at most ``width`` columns; none if there are none."""
    if review is None or not review.second_looks:
        return []
    places = {order.order.key: order.order for order in review.orders()}
    by_order = looks_by_order(review.second_looks)
    lines = [line(Span(looks_title(review), Style.BAD if _denied(review) else Style.WARNING))]
    for at, (key, looks) in enumerate(by_order):
        parts = _entry(places[key], looks, review, width)
        entry = [piece for part in parts for piece in hang(part, width, 6)]
        if at and len(lines) + len(entry) > room:
            left = count(len(by_order) - at, "more order")
            lines.append(line(f"  and {left}, which --format json shows"))
            break
        lines += entry
    return lines


def looks_title(review: Review) -> str:
    """``worth a second look: 2 orders``."""
    orders = len(looks_by_order(review.second_looks))
    return f"worth a second look: {count(orders, 'order')}"


def looks_by_order(looks: Sequence[SecondLook]) -> list[tuple[OrderKey, list[SecondLook]]]:
    """Return the looks at each order, grouped, the money at stake first."""
    return [(key, list(some)) for key, some in groupby(looks, key=lambda look: look.order)]


def stake_of(looks: Sequence[SecondLook], review: Review) -> str:
    """Return in words what is at stake at one order."""
    stakes = [look.at_stake for look in looks]
    known = [stake for stake in stakes if stake is not None]
    if len(known) < len(stakes):
        return "of unknown worth"
    return f"{amount_text(max(known), review.totals.reporting)} at stake"


def terms_of_look(order: PlannedOrder) -> str:
    """Return the terms of an order as its author wrote them."""
    return describe_order(fields_of(order.request), own_id=order.own_id)


def _denied(review: Review) -> bool:
    return any(look.denies for look in review.second_looks)


def _entry(order: PlannedOrder, looks: Sequence[SecondLook], review: Review, width: int) -> Iterator[Line]:
    yield line(
        "  ",
        Span(str(order.key), Style.NAME),
        f", line {order.place.line}: {terms_of_look(order)}; {stake_of(looks, review)}",
    )
    for look in looks:
        style = Style.BAD if look.denies else Style.WARNING
        word = "denied: " if look.denies else ""
        why = line("    ", Span(f"{word}{look.message}", style))
        code = Span(f" [{look.code}]", Style.QUIET)
        # A code alone on a line would take the room of a reason.
        yield (*why, code) if width_of(plain((*why, code))) <= width else why
