"""Terms of orders below one another."""

from __future__ import annotations

from runner.report.lines import Style, plain
from runner.report.text.layout.columns import aligned
from runner.report.wording.orders import OrderFields

ORDERS = [
    OrderFields("buy", "0.05", "XBT/EUR", "limit", "89000.0", ""),
    OrderFields("sell", "2", "ETH/EUR", "stop-loss-limit", "148", "-> limit 147.5, post"),
    OrderFields("sell", "1500", "SOL/EUR", "market", "", "viqc"),
]


def test_points_are_below_one_another() -> None:
    """Thousands apart; an order without a price has a gap there."""
    assert [plain(item) for item in aligned(ORDERS)] == [
        "buy      0.05 XBT/EUR @ limit           89,000.0",
        "sell     2    ETH/EUR @ stop-loss-limit    148   -> limit 147.5, post",
        "sell 1,500    SOL/EUR @ market, viqc",
    ]


def test_buy_and_sell_differ_in_a_word_and_a_colour() -> None:
    """Readers without colours can read it."""
    assert [item[0].style for item in aligned(ORDERS)] == [Style.BUY, Style.SELL, Style.SELL]
    assert Style.BUY is not Style.SELL


def test_one_order_has_no_gaps() -> None:
    """As it is described elsewhere."""
    assert plain(aligned(ORDERS[:1])[0]) == "buy 0.05 XBT/EUR @ limit 89,000.0"
    assert aligned([]) == []


def test_a_silly_number_moves_no_other() -> None:
    """It sticks out by itself."""
    long = OrderFields("buy", "1" * 40, "XBT/EUR", "limit", "1." + "3" * 40, "")
    assert plain(aligned([ORDERS[0], long])[0]) == "buy 0.05 XBT/EUR @ limit 89,000.0"
