"""The lines that a review adds to a plan."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from runner.domain import Gap, Subject
from runner.report.lines import plain, width_of
from runner.report.text.plans.plan import plan_lines
from runner.report.text.plans.review import SHOWN_FINDINGS, describe_resting
from tests.review.markets import MARKET, account, group, order, plan_of, resting, reviewed

if TYPE_CHECKING:
    from runner.review import Review

OLD = resting("OUEMWD-CUO73-YYCBEK", "sell", "180", executed=Decimal("0.25"), userref="7")
RICH = account(OLD, EUR="1000", ETH="10")
BATCH = group(
    order("rests"),
    order("follows", price='"-1%"'),
    order("now", ordertype="market", price=None),
    cancel="[OUEMWD-CUO73-YYCBEK, {userref: 7}]",
)


def shown(review: Review, width: int = 120) -> list[str]:
    """The plan with its review as lines."""
    return [plain(line) for line in plan_lines(review.plan, width, review)]


def test_money_and_distance_are_beside_each_order() -> None:
    """Below each other where there is room."""
    lines = shown(reviewed(BATCH, account=RICH))
    assert lines[1] == "at the market of 2026-11-22 10:00:00 UTC"
    rows = [line for line in lines if "  line " in line]
    assert [row[-26:] for row in rows[:3]] == [
        "36.25 EUR    -3.4%  line 7",
        "37.15 EUR    -1.0%  line 8",
        "37.55 EUR  at once  line 9",
    ]
    assert len({row.index("  line ") for row in rows}) == 1


def test_notes_are_below_their_orders() -> None:
    """The price of a relative one, the targets of a cancellation."""
    lines = [item.strip() for item in shown(reviewed(BATCH, account=RICH))]
    assert "-1% is 148.6 at the moment, with the last price at 150.1" in lines
    assert "sell 1 ETH/EUR @ limit 180, 0.25 of it executed" in lines
    assert "OUEMWD-CUO73-YYCBEK, sell 1 ETH/EUR @ limit 180, 0.25 of it executed" in lines


def test_all_that_a_reference_would_take_away_is_listed() -> None:
    """Other batches' orders too, and orders of this one where the author means them."""
    others = [resting(f"O{number:05}-AAAAA-AAAAAA", userref="7") for number in range(12)]
    cancel = "[{userref: 7, including_own: true}]"
    batch = group(order("own", userref=7), order("other", userref=8), cancel=cancel)
    lines = [item.strip() for item in shown(reviewed(batch, account=account(*others, EUR="1000")))]
    assert [line for line in lines if line.startswith("O0")] == [
        f"{other.txid}, {describe_resting(other)}" for other in others
    ]
    assert "and of this batch, once placed: one/own" in lines


def test_sums_come_after_the_orders() -> None:
    """By pair and side, in one currency, and what becomes of the balances."""
    lines = shown(reviewed(BATCH, account=RICH))
    at = lines.index("total          orders    volume    notional  in USD  open now  after")
    assert lines[at + 1 :] == [
        "ETH/EUR  buy        3  0.75 ETH  110.95 EUR  122.04         0      2",
        "ETH/EUR  sell                                               1      0",
        "all of it: 122.04 USD, fees about 0.37 to 0.49 USD",
        "",
        "once all of it has traded    pays  receives      net",
        "ETH                                    0.75    +0.75",
        "EUR                        110.95            -110.95",
        "",
        "balance  available  to hold  to pay  to receive  to release   after",
        "EUR       1,000.00    73.69   37.70                          888.61",
        "ETH             10                         0.25        0.75      11",
        "",
        "3 to send, 2 to cancel; this is a plan, nothing was sent",
    ]


def test_findings_are_counted_where_the_verdict_is() -> None:
    """Each begins with its place; the last line says that nothing would be sent."""
    lines = shown(
        reviewed(group(order("a", price="145.123"), cancel="[OAAAAA-BBBBB-CCCCCC]"), account=RICH), 200
    )
    assert any(line.startswith("test.yaml:7:10: error: one/a: price 145.123") for line in lines)
    assert lines[-1] == "refused: 1 error, 1 warning; nothing would be sent of 1 to send, 1 to cancel"


def test_many_findings_are_cut_and_counted() -> None:
    """Errors come before warnings when not all are shown."""
    ids = [chr(97 + at // 26) + chr(97 + at % 26) for at in range(SHOWN_FINDINGS + 3)]
    orders = [order(id, pair=f"{id.upper()}X/EUR") for id in ids]
    lines = shown(reviewed(group(*orders)), 200)
    assert sum("error: one/" in line for line in lines) == SHOWN_FINDINGS
    assert "and 3 more, which --format json shows" in lines


def test_findings_with_the_same_text_are_one_line_with_their_number() -> None:
    """The numbers in it may differ; the lines of the others are named."""
    orders = [order(f"a{number}", price=f"145.{number + 10}1") for number in range(40)]
    lines = shown(reviewed(group(*orders)), 300)
    (error_line,) = [line for line in lines if "error: one/a" in line]
    assert error_line.endswith("[tick-size] (and 39 more like it, lines 7 to 45)")


def test_an_order_that_is_already_open_is_shown_as_such() -> None:
    """It is not sent again, and not counted among what is sent."""
    (planned,) = plan_of(group(order())).orders()
    there = resting("O1", cl_ord_id=planned.request.cl_ord_id, volume=Decimal("0.25"))
    lines = shown(reviewed(group(order()), account=account(there, EUR="1000")))
    assert "open  a  buy 0.25 ETH/EUR @ limit 145" in lines[5]
    assert lines[6].strip() == "the exchange has it already, as O1: open, 0 of 0.25 executed"


def test_offline_says_what_was_not_checked() -> None:
    """Instead of the time of the market."""
    lines = shown(reviewed(group(order("a"), order("b", ordertype="market", price=None)), market=None))
    assert lines[1] == "offline: neither market nor account was read"
    assert any(line.startswith("not checked: pairs, tick sizes") for line in lines)
    assert "the total in USD is unknown" in lines


def test_a_market_that_could_not_be_read_is_not_called_offline() -> None:
    """It was called, and gave no answer."""
    gap = Gap(Subject.PAIRS, "/0/public/AssetPairs: EService:Unavailable")
    looked = replace(reviewed(group(order()), market=None), gaps=(gap,))
    assert shown(looked)[1] == "the market could not be read"


@pytest.mark.parametrize("width", [60, 80, 100])
def test_lines_keep_to_the_width(width: int) -> None:
    """With any content beside the orders."""
    lines = shown(reviewed(BATCH, account=RICH), width)
    assert all(width_of(line) <= width for line in lines)
    assert all(line == line.rstrip() for line in lines)


def test_an_open_order_in_words() -> None:
    """Trigger and limit, and what was executed of it."""
    stop = replace(OLD, ordertype="stop-loss-limit", stop=Decimal("175.50"), executed=Decimal())
    assert describe_resting(stop) == "sell 1 ETH/EUR @ stop-loss-limit 175.5 180"
    assert MARKET.quotes
