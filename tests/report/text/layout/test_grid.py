"""Small tables of numbers."""

from __future__ import annotations

from runner.report.lines import plain
from runner.report.text.layout.grid import grid

HEADS = ("pair", "orders", "empty", "notional")
ROWS = (("ETH/EUR", "2", "", "72.50 EUR"), ("XBT/EUR", "10", "", "9.00 EUR"))


def test_numbers_are_aligned_right_and_empty_columns_are_left_out() -> None:
    """As in any table of money."""
    assert [plain(item) for item in grid(HEADS, ROWS, 80)] == [
        "pair     orders   notional",
        "ETH/EUR       2  72.50 EUR",
        "XBT/EUR      10   9.00 EUR",
    ]


def test_a_table_that_is_too_wide_is_spelled_out() -> None:
    """Each row says its numbers one after the other, with their names."""
    assert [plain(item) for item in grid(HEADS, ROWS, 24)] == [
        "pair",
        "ETH/EUR: orders 2,",
        "    notional 72.50 EUR",
        "XBT/EUR: orders 10,",
        "    notional 9.00 EUR",
    ]
