"""The amounts that a person reads before saying yes."""

from __future__ import annotations

from dataclasses import replace

from runner.report.lines import plain, width_of
from runner.report.text.plans.confirmation import confirmation_lines
from tests.review.markets import MARKET, account, group, order, reviewed

BATCH = group(
    order("rests", price="140", volume="2"),
    order("cheap", type="sell", price="1.55", volume="1"),
    order("passed", type="sell", ordertype="stop-loss", price="160", volume="0.5"),
    order("xbt", pair="XBT/EUR", price="45000", volume="0.001"),
)
RICH = account(EUR="10000", ETH="10", XBT="1")


def shown(width: int = 120, batch: str = BATCH, **where: str) -> list[str]:
    """The prompt for a batch."""
    review = reviewed(batch, account=RICH)
    return [plain(line) for line in confirmation_lines(review.plan, width, review, **where)]


def test_the_money_is_shown_before_the_question() -> None:
    """The account, the venue, the sums, and the orders with second looks."""
    assert shown(account="AA81 N84G", exchange="ws-auth.kraken.com") == [
        "about to apply test at paper, from test.yaml",
        "  account AA81 N84G, at ws-auth.kraken.com",
        "  4 orders to send, no cancellations",
        "worth a second look: 3 orders",
        "  one/cheap, line 7: sell 1 ETH/EUR @ limit 1.55; 165.11 USD at stake",
        "    it trades at once: sell at 1.55, 99.0 % through the bid of 150.1 [trades-at-once]",
        "  one/passed, line 8: sell 0.5 ETH/EUR @ stop-loss 160; 82.56 USD at stake",
        "    its trigger 160 has been passed, the last trade was at 150.1: it trades at once "
        "[trigger-passed]",
        "  one/xbt, line 9: buy 0.001 XBT/EUR @ limit 45000; 49.50 USD at stake",
        "    it trades at once: buy at 45,000, 400.0 % through the ask of 9,000.1 [trades-at-once]",
        "  once all of it has traded    pays  receives     net",
        "  ETH                           1.5         2    +0.5",
        "  EUR                        289.00    225.15  -63.85",
        "  XBT                                   0.001  +0.001",
        "  trades at once: 3 orders for 234.15 EUR: one/xbt (400.0 % through the market), one/cheap (99.0 % "
        "through the market),",
        "    one/passed (6.6 % through the market)",
        "  furthest from the market: +400.0 %, one/xbt: buy 0.001 XBT/EUR @ limit 45000",
        "  largest at the market: 300.40 EUR, one/rests: buy 2 ETH/EUR @ limit 140",
    ]


def test_a_low_limit_makes_no_order_small() -> None:
    """The largest is so at the market, whatever price it names."""
    lines = shown(batch=group(order("big", type="sell", price="0.01", volume="5"), order("small")))
    assert "  largest at the market: 750.50 EUR, one/big: sell 5 ETH/EUR @ limit 0.01" in lines


def test_nothing_may_trade_at_once() -> None:
    """That is said too."""
    lines = shown(batch=group(order()), exchange="ws-auth.kraken.com")
    assert "  at once: nothing trades, as the market is now" in lines
    assert lines[1] == "  at ws-auth.kraken.com, for an account whose name was not requested"


def test_what_is_not_known_is_named() -> None:
    """An order without a price is in no sum."""
    review = reviewed(group(order(ordertype="market", price=None)), market=replace(MARKET, quotes={}))
    lines = [plain(line) for line in confirmation_lines(review.plan, 120, review)]
    assert "  of unknown worth: one/a" in lines


def test_it_fits() -> None:
    """On a terminal of 80 columns too."""
    assert all(width_of(item) <= 80 for item in shown(80))
