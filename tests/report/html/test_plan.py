"""The page of a plan."""

from __future__ import annotations

import json
import re
from html import unescape

from runner.report.base import PlanResult
from runner.report.html.plan import plan_page
from runner.review import diff
from tests.report.builders import EDITED_QUICKSTART, NASTY, QUICKSTART, Journal, batch_of
from tests.report.cases import quickstart, rebalance
from tests.report.html.pages import page_of, tags_of, text_of
from tests.review.markets import account, group, order, reviewed

ODD = order("odd", price="14.5")


def ladder(*more: str) -> str:
    """A page of ten buys, and more."""
    rungs = [order(f"rung-{number}", price=str(140 - number)) for number in range(10)]
    review = reviewed(group(*rungs, *more), account=account())
    return plan_page(PlanResult(review.plan, review, None))


def test_outliers_come_first() -> None:
    """With the figure and the usual one; its row and its mark in the chart are marked as well."""
    page = ladder(ODD)
    text = text_of(page)
    assert text.index("Worth a second look") < text.index("Against the market") < text.index("Every order")
    assert 'href="#order-one/odd"' in page
    assert 'id="order-one/odd"' in page
    assert 'class="outlier-text"' in page


def test_no_outlier_is_said_to_be_none() -> None:
    """So that a reader does not look for it."""
    text = text_of(ladder())
    assert "Worth a second look" not in text
    assert "No order is conspicuous" in text


def test_a_barrier_is_among_the_needs() -> None:
    """With its time and what follows."""
    text = text_of(plan_page(PlanResult(rebalance().plan(), None, None)))
    assert "sell filled within 15m, otherwise cancel" in text


def test_every_order_and_every_message_is_on_it() -> None:
    """The messages as they leave: what all share, and the fields of each line."""
    plan = quickstart().plan()
    page = plan_page(PlanResult(plan, None, None))
    for planned in plan.orders():
        assert f">{planned.key.id}<" in page
    whole = [
        json.loads(unescape(shared)) | json.loads(unescape(line))
        for shared, lines in re.findall(r"<code>(.*?)</code>.*?<pre>(.*?)</pre>", page, re.DOTALL)
        for line in lines.strip().split("\n")
    ]
    assert [message["volume"] for message in whole] == [
        str(planned.request.volume) for planned in plan.orders()
    ]
    assert {message["event"] for message in whole} == {"addOrder"}


def test_cancellations_and_differences_are_on_it() -> None:
    """As in the text."""
    plan = quickstart().plan()
    other = diff(batch_of(EDITED_QUICKSTART), batch_of(QUICKSTART), "main")
    text = text_of(plan_page(PlanResult(plan, None, other)))
    assert "Cancellations and remarks" in text
    assert "userref 8874657" in text
    assert "Differences" in text


def test_text_of_others_is_text() -> None:
    """Neither markup nor a control character of it gets through."""
    journal = Journal(batch_of(QUICKSTART, f"{NASTY}<script>alert(1)</script>.yaml"))
    page = page_of(lambda out: out.plan(journal.plan()))
    assert tags_of(page).count("script") == 1
    assert "alert(1)" in page
    assert "\x1b" not in page


def test_it_needs_nothing_else() -> None:
    """No address, no picture, no font; and its own policy forbids any."""
    page = ladder(ODD)
    assert re.findall(r"(?:src|href)=\"(?!#)", page) == []
    assert "default-src 'none'" in page
    assert "@import" not in page
    assert "url(" not in page
