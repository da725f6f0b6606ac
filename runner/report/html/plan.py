"""The page of a plan: what a reviewer has to see first, then every order."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from runner import TOOL
from runner.domain import amount_text, decimal_text, describe_needs, grouped, rfc3339
from runner.kraken import message_of
from runner.planning import MAY_SEND
from runner.report.diagnostics import remarks_of_plan
from runner.report.humanize import count, moment
from runner.report.lines import line, plain
from runner.report.text.plans.diff import diff_lines
from runner.report.text.plans.forecast import describe_forecast
from runner.report.text.plans.plan import plan_blocks, plan_summary, title
from runner.report.text.plans.review import sum_lines
from runner.report.wording.approvals import required_of_plan
from runner.report.wording.policies import DIGEST_DIGITS, describe_policies, policies_of_plan
from runner.report.wording.provenance import describe_provenance, provenance_of_plan
from runner.report.wording.refusals import refusals

from .chart import Mark, chart
from .elements import SHOWN, STYLE_CLASSES, element, lines_element, rest_of, section, styled, table
from .orders import Cell, OrderRow, orders_section
from .page import page_of
from .remarks import remarks_section

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from xml.etree import ElementTree as ET

    from runner.domain import OrderKey
    from runner.planning import Plan, PlannedGroup, PlannedOrder
    from runner.report.base import PlanResult
    from runner.report.text.layout.table import Row
    from runner.review import Diff, Review, ReviewedOrder

WIDTH: Final = 110
_ALL: Final = 1_000_000
"""More orders than a batch may have."""
_HEAD: Final = ("group", "order", "", "side", "volume", "pair", "type", "price", "worth", "distance", "line")
_NUMBERS: Final = (4, 7, 8, 9, 10)


def plan_page(result: PlanResult) -> str:
    """Return the page of a plan as text."""
    plan, review, diff = result
    name = plain(title("Plan of ", plan))
    looks = {look.order for look in review.second_looks} if review else set()
    parts = [
        _header(plan, name, review),
        _headline(plan, review),
        *_looks(review),
        *remarks_section(remarks_of_plan(plan, review)),
        *_charts(review, looks),
        *_money(review),
        *_difference(diff),
        _groups(plan),
        _orders(plan, review, looks),
        *_notes(plan, review),
        *_messages(plan),
    ]
    return page_of(name, parts)


def _header(plan: Plan, name: str, review: Review | None) -> ET.Element:
    at = f"prices of {moment(rfc3339(review.market.at))}" if review and review.market else "no prices"
    facts = [
        describe_provenance(provenance_of_plan(plan)),
        describe_policies(policies_of_plan(plan), digits=DIGEST_DIGITS),
        *required_of_plan(plan),
        f"{TOOL}, SHA-256 of the file {plan.digest}",
    ]
    return element(
        "header",
        element("h1", name),
        element("p", at, class_="quiet"),
        *(element("p", fact, class_="quiet") for fact in facts if fact),
    )


def _headline(plan: Plan, review: Review | None) -> ET.Element:
    kind = "good"
    if refusals(plan, review):
        kind = "bad"
    elif review and (review.second_looks or review.findings):
        kind = "warning"
    children = styled(plan_summary(plan, review))
    if plan.forecast is not None and plan.forecast.orders and kind != "bad":
        children += [". ", describe_forecast(plan.forecast), "."]
    return element("p", *children, class_=f"headline {kind}")


def _looks(review: Review | None) -> Iterator[ET.Element]:
    """Yield what is worth a second look, the most money at stake first."""
    if review is None:
        return
    if not review.second_looks:
        if review.market is not None:
            yield element("p", "No order is conspicuous.", class_="quiet")
        return
    rows = [
        (
            element(
                "a", str(look.order), href=f"#{_anchor(look.order)}", class_="bad" if look.denies else "name"
            ),
            look.message,
            "" if look.at_stake is None else grouped(amount_text(look.at_stake, review.totals.reporting)),
            str(look.place.line),
        )
        for look in review.second_looks[:SHOWN]
    ]
    found = len(review.second_looks)
    yield section(
        f"Worth a second look: {found:,}",
        table(("order", "why", "at stake", "line"), rows, numbers=(2, 3)),
        *rest_of(found),
        id="looks",
    )


def _charts(review: Review | None, looks: set[OrderKey]) -> Iterator[ET.Element]:
    marks: dict[str, list[Mark]] = {}
    for order in review.orders() if review else ():
        if order.sent and (mark := _mark(order, looks)) is not None:
            marks.setdefault(order.terms.pair, []).append(mark)
    quotes = review.market.quotes if review and review.market else {}
    if marks:
        drawn = (
            chart(pair, listed, quotes.get(pair)) for pair, listed in sorted(marks.items(), key=_by_looks)
        )
        yield section("Against the market", element("div", *drawn, class_="charts"), id="charts")


def _by_looks(item: tuple[str, list[Mark]]) -> tuple[bool, str]:
    """Sort pairs by their name, those first of which an order is worth a second look."""
    return not any(mark.look for mark in item[1]), item[0]


def _mark(order: ReviewedOrder, looks: set[OrderKey]) -> Mark | None:
    price, volume = order.priced.named, order.priced.volume
    if price is None or volume is None:
        return None
    key = order.order.key
    return Mark(name=str(key), buy=order.terms.type == "buy", price=price, volume=volume, look=key in looks)


def _money(review: Review | None) -> Iterator[ET.Element]:
    if review is not None and (lines := sum_lines(review, WIDTH)):
        yield section(
            "Money: what is sent, and the balances before and after", lines_element(lines), id="money"
        )


def _difference(diff: Diff | None) -> Iterator[ET.Element]:
    if diff is not None:
        yield section("Differences", lines_element(diff_lines(diff, WIDTH)), id="differences")


def _groups(plan: Plan) -> ET.Element:
    rows = [
        (
            element("span", group.name, class_="name"),
            describe_needs(group.needs, group.barriers),
            group.on_reject.value,
            count(len(group.orders), "order"),
            count(len(group.cancel), "cancellation"),
        )
        for group in plan.groups
    ]
    head = ("group", "needs", "on_reject", "orders", "then")
    return section("Groups, in the order of the file", table(head, rows), id="groups")


# --- all orders ------------------------------------------------------------------------------


def _orders(plan: Plan, review: Review | None, looks: set[OrderKey]) -> ET.Element:
    reviewed = {order.order.key: order for order in review.orders()} if review else {}
    listed = []
    for group, block in zip(plan.groups, plan_blocks(plan, review, most=_ALL), strict=True):
        for order, row in zip(group.orders, block.rows, strict=False):
            cells = _cells(group, order, row, reviewed.get(order.key))
            listed.append(OrderRow(cells, _anchor(order.key) if order.key in looks else ""))
    return orders_section(_HEAD, listed, _NUMBERS)


def _cells(
    group: PlannedGroup, order: PlannedOrder, row: Row, reviewed: ReviewedOrder | None
) -> tuple[Cell, ...]:
    terms = order.terms
    word = row.cells[0]
    prices = [grouped(decimal_text(price.value, 18)) for price in _prices(reviewed)] if reviewed else []
    return (
        Cell(group.name),
        Cell(order.key.id),
        Cell(word.text, STYLE_CLASSES.get(word.style, "")),
        Cell(terms.type, terms.type),
        Cell("" if terms.volume is None else decimal_text(terms.volume, 18)),
        Cell(terms.pair),
        Cell(terms.order.ordertype),
        Cell(" → ".join(prices)),
        Cell(row.worth),
        Cell(row.distance),
        Cell(str(order.place.line)),
    )


def _prices(order: ReviewedOrder) -> list[Any]:
    return [price for price in (order.priced.stop, order.priced.limit) if price is not None]


def _notes(plan: Plan, review: Review | None) -> Iterator[ET.Element]:
    """Yield what the table of orders has no column for: cancellations and remarks on single orders."""
    rows = []
    for block in plan_blocks(plan, review, most=_ALL):
        for row in block.rows:
            if len(row.cells) == 1 or row.notes:
                named = " ".join(cell.text for cell in row.cells[1:])
                notes = "; ".join(map(plain, row.notes))
                what = "; ".join(filter(None, ("" if named else plain(row.body), notes)))
                rows.append((plain(block.heading[:1]), named or row.cells[0].text, what, str(row.line or "")))
    if rows:
        head = ("group", "order", "what there is to know", "line")
        shown = table(head, rows[:SHOWN], numbers=(3,))
        yield section("Cancellations and remarks", shown, *rest_of(len(rows)), id="notes")


# --- the messages ----------------------------------------------------------------------------


def _messages(plan: Plan) -> Iterator[ET.Element]:
    """Yield the messages that would leave: what those of a group share once, then what each has besides."""
    found = [
        (group.name, [message_of(order.request) for order in group.orders if plan.becomes(order) in MAY_SEND])
        for group in plan.groups
    ]
    if not any(messages for _, messages in found):
        return
    parts = [part for name, messages in found if messages for part in _group_messages(name, messages)]
    number = sum(len(messages) for _, messages in found)
    yield section(f"The messages: {number:,}", *parts, id="messages")


def _group_messages(name: str, messages: Sequence[Mapping[str, Any]]) -> Iterator[ET.Element]:
    shared = _shared(messages)
    rest = " and the fields of its line, besides reqid, deadline and token."
    yield element("p", "Each of ", element("b", name), " is ", element("code", _json(shared)), rest)
    lines = lines_element(
        line(_json({field: value for field, value in message.items() if field not in shared}))
        for message in messages
    )
    many = len(messages) > SHOWN
    yield element("details", element("summary", f"{len(messages):,} lines"), lines) if many else lines


def _json(content: Mapping[str, Any]) -> str:
    return json.dumps(content, separators=(",", ":"))


def _shared(messages: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    first, *others = messages
    return {
        name: value
        for name, value in first.items()
        if all(name in other and other[name] == value for other in others)
    }


def _anchor(key: OrderKey) -> str:
    return f"order-{key}"
