"""The page of all runs: what was traded by day and in all, then the runs, the newest first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from runner import TOOL
from runner.report.humanize import count, moment
from runner.report.wording.approvals import describe_approval
from runner.report.wording.history import (
    describe_fees,
    describe_money,
    describe_orders,
    describe_who,
    describe_worth,
)

from .days import days_chart
from .elements import SHOWN, Child, element, rest_of, section, table
from .page import page_of
from .result import outcome_kind

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree import ElementTree as ET

    from runner.journal import History, PastRun, RunMoney

_HEAD: Final = ("run", "outcome", "worth and fees", "approved by")


def history_page(history: History) -> str:
    """Return the page of runs as text."""
    name = f"History: {count(len(history.runs), 'run')}"
    total = describe_money(history.in_all().values())
    parts = [
        element("header", element("h1", name), element("p", TOOL, class_="quiet")),
        element("p", f"In all: {total}.", class_=f"headline {'warning' if history.unread else 'good'}"),
        *(element("p", f"Not read: {why}", class_="bad") for why in history.unread),
        *_charts(history),
        *_days(history),
        _runs(history),
    ]
    return page_of(name, parts)


def _charts(history: History) -> Iterator[ET.Element]:
    days = history.by_day()
    charts = []
    for currency in history.in_all():
        own = {day: amounts[currency] for day, amounts in days.items() if currency in amounts}
        if currency and any(money.known for money in own.values()):
            charts.append(days_chart(currency, own))
    if charts:
        yield section("Worth by day", element("div", *charts, class_="charts"), id="charts")


def _days(history: History) -> Iterator[ET.Element]:
    rows = [
        (day, describe_worth(money), describe_fees(money), str(money.open or ""))
        for day, amounts in reversed(history.by_day().items())
        for money in amounts.values()
    ]
    if rows:
        head = ("day", "worth", "fees", "orders open when last seen")
        shown = table(head, rows[:SHOWN], numbers=(1, 2, 3))
        yield element(
            "details", element("summary", "The same as a table"), shown, *rest_of(len(rows)), id="days"
        )


def _runs(history: History) -> ET.Element:
    newest = list(reversed(history.runs))
    shown = table(_HEAD, [_row(run) for run in newest[:SHOWN]], numbers=(2,))
    return section("Runs, the newest first", shown, *rest_of(len(newest)), id="runs")


def _row(run: PastRun) -> tuple[ET.Element | str, ...]:
    kind = outcome_kind(run.outcome)
    account = f"{run.venue}, {run.account}" if run.account else run.venue
    return (
        _lines(element("span", run.name, class_="name"), moment(run.at), describe_who(run), account),
        _lines(element("span", run.outcome, class_=kind), describe_orders(run), run.reason),
        element("div", *(_lines(*_money(money)) for money in run.money)),
        element("div", *(element("div", describe_approval(row)) for row in run.approvals)),
    )


def _money(money: RunMoney) -> tuple[str, ...]:
    fees = describe_fees(money)
    seen = f"{count(money.open, 'order')} open when last seen" if money.open else ""
    return describe_worth(money), f"fees {fees}" if fees else "", seen


def _lines(*lines: Child) -> ET.Element:
    """Return lines below one another; those behind the first are quiet, and empty ones are left out."""
    first, *rest = [each for each in lines if each != ""] or [""]
    return element("div", element("div", first), *(element("div", each, class_="quiet") for each in rest))
