"""Markdown that fits a pull-request comment, whatever the batch's size and whatever is written in it."""

from __future__ import annotations

import io
import re

import pytest
from markdown_it import MarkdownIt

from runner.errors import Refused
from runner.report import Format, Output
from runner.report.markdown.page import COMMENT_BYTES
from runner.review import diff
from tests.report.builders import (
    EDITED_QUICKSTART,
    FILE,
    LADDER,
    NASTY,
    ONE_ORDER,
    QUICKSTART,
    Journal,
    batch_of,
    txid,
)
from tests.report.cases import CASES, crowd, quickstart, result_of
from tests.review.markets import account, group, order, resting, reviewed
from tests.support.for_each import for_each

MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable("table")


def output() -> tuple[Output, io.StringIO]:
    """An output with what it wrote."""
    stdout = io.StringIO()
    return Output(Format.MARKDOWN, stdout=stdout, stderr=io.StringIO()), stdout


def shown(name: str) -> str:
    """Return what a case writes to standard output."""
    out, stdout = output()
    CASES[name](out)
    return stdout.getvalue()


def outside_of_code(text: str) -> str:
    """Return what is ours: all but code spans and code elements."""
    return re.sub(r"(`+).*?\1|<code>.*?</code>", "", text)


def assert_well_formed(text: str) -> None:
    """Every table is one, every fold is closed, and nothing becomes a link or an image."""
    assert len(text.encode()) <= COMMENT_BYTES
    kinds = [child.type for token in MARKDOWN.parse(text) for child in [token, *(token.children or [])]]
    assert not {"link_open", "image"} & set(kinds)
    assert kinds.count("table_open") == len(re.findall(r"^\|(?:--?-?:?\|)+|^\|---", text, re.MULTILINE))
    ours = outside_of_code(text)
    assert ours.count("<details") == ours.count("</details>")
    assert set(re.findall(r"</?([a-z]+)", ours)) <= {"details", "summary", "code", "b", "br", "sub"}


@for_each([name for name in CASES if name != "confirm"])
def test_every_case_fits_and_is_well_formed(name: str) -> None:
    """A heading first, then the summary."""
    text = shown(name)
    assert text.startswith("### ")
    assert_well_formed(text)


def test_a_reject_is_shown_first_and_with_its_line() -> None:
    """Before the table of all that was done."""
    text = shown("result-unwound")
    row = f"| 🔴\xa0error | `{FILE}:9:10` | `enter/buy-xbt` | `rejected: EOrder:Insufficient funds` |"
    assert row in text.splitlines()
    assert text.index(row) < text.index("Every order and cancellation")


def test_a_plan_says_what_would_leave() -> None:
    """In words, in sums, and word by word."""
    text = shown("plan-first")
    assert "**4 to send, 3 to cancel; this is a plan, nothing was sent.**" in text
    assert "| `XBT/EUR` | buy | 2 | 0.0015 XBT |" in text
    assert "| 🟢\xa0send | `sell-eth` | 🟥\xa0sell | 0.25 | `ETH/EUR` | limit 155 |  |  | 14 |" in text
    assert text.count('{"event": "addOrder"') == 4


def test_a_review_puts_money_beside_it() -> None:
    """Its worth, its effect on balances, and its errors."""
    review = reviewed(
        group(order("a"), order("b", price="160", oflags="post")),
        account=account(resting("OABCDE-FGHIJ-KLMNOP"), EUR="1000", ETH="1"),
    )
    out, stdout = output()
    out.plan(review.plan, review)
    text = stdout.getvalue()
    assert_well_formed(text)
    assert "Prices of 2026-11-22 10:00:00 UTC." in text
    assert "| `ETH/EUR` | buy | 2 | 0.5 ETH |" in text
    assert "post-crosses" not in text
    assert "would trade at once" in text
    assert "What it does to the balances" in text


def test_a_review_without_a_market_says_what_it_could_not_look_at() -> None:
    """And shows the volumes that the file names."""
    review = reviewed(group(order("a")), market=None)
    out, stdout = output()
    out.plan(review.plan, review)
    assert f"Not looked at: {'; '.join(review.unchecked)}." in stdout.getvalue()
    assert "| `ETH/EUR` | buy | 1 | 0.25 ETH |" in stdout.getvalue()


def test_a_difference_is_shown_field_by_field() -> None:
    """Open while it is short."""
    out, stdout = output()
    found = diff(batch_of(QUICKSTART), batch_of(EDITED_QUICKSTART), "origin/main")
    out.plan(quickstart().plan(), None, found)
    text = stdout.getvalue()
    assert_well_formed(text)
    assert "<details open><summary><b>Different from <code>origin/main</code></b>" in text
    assert "| 🟡\xa0changed | `buy-eth` | price `145` → `144.5` | 8 |" in text
    assert "- ETH/EUR buy worth: 36.25 → 36.125 EUR (-0.125)" in text
    same = diff(batch_of(QUICKSTART), batch_of(QUICKSTART), "main")
    out.plan(quickstart().plan(), None, same)
    assert "Both versions ask for the same." in stdout.getvalue()


def test_thousands_of_orders_fit_and_say_what_is_left_out() -> None:
    """With all of them rejected, and all of them new against another version."""
    orders = "\n".join(f"      - {{id: rung-{number}, price: {number + 1}}}" for number in range(3_000))
    batch = batch_of(f"{LADDER}\n{orders}\n", "l.yaml")
    journal = Journal(batch)
    out, stdout = output()
    out.plan(journal.plan(), None, diff(None, batch, "main"))
    text = stdout.getvalue()
    assert_well_formed(text)
    assert len(text) > COMMENT_BYTES // 2
    left = [int(number.replace(",", "")) for number in re.findall(r"_([\d,]+) more", text)]
    assert len(left) == 2
    assert all(number > 2_000 for number in left)
    assert "2,999 like it, 2 to 3,000 in steps of 1, 0.001 each" in text
    assert "`--format json` shows them all" in text


def test_a_large_result_fits() -> None:
    """Four hundred orders, some of them rejected."""
    out, stdout = output()
    result_of(crowd(400))(out)
    assert_well_formed(stdout.getvalue())
    assert stdout.getvalue().count("🔴\xa0error") == 2


@pytest.mark.parametrize(
    "foreign", [NASTY, "| a | b |\n|---|---|", "</details><script>", "@team #1 [x](http://y)"]
)
def test_what_others_say_is_code(foreign: str) -> None:
    """The exchange's words, a reason, a txid: nothing of it is markup."""
    journal = Journal(batch_of(ONE_ORDER, f"{foreign}.yaml")).starts().sent("g/a").rejected("g/a", foreign)
    journal.group("g", "stopped", foreign).ends("incomplete", foreign)
    out, stdout = output()
    result_of(journal)(out)
    out.plan(journal.plan(), None, diff(None, journal.batch, foreign))
    out.error(Refused(foreign, details=[foreign]))
    text = stdout.getvalue()
    assert_well_formed(text)
    assert not [word for word in ("@", "script", "owned") if word in outside_of_code(text)]


def test_a_status_says_what_the_journal_and_the_exchange_have() -> None:
    """With the txid beside the name."""
    assert f"`buy-eth`<br>`{txid(1)}`" in shown("status-done")
