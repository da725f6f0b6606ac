"""The table of all orders."""

from __future__ import annotations

from runner.report.html.orders import CHUNK, Cell, OrderRow, orders_section
from runner.report.html.page import page_of

ROW = OrderRow((Cell("ladder"), Cell("sell", "sell")))


def section_of(number: int) -> str:
    """A page with so many orders."""
    return page_of("t", [orders_section(("group", "side"), [ROW] * number, (1,))])


def test_more_rows_than_a_reader_looks_through_are_in_folds() -> None:
    """So the page opens at once; a fold is opened without a script."""
    assert "<details>" not in section_of(CHUNK)
    page = section_of(2 * CHUNK + 1)
    assert page.count("<details>") == 2
    assert "<summary>orders 1,001 to 1,001</summary>" in page
    assert page.count('<td class="sell">sell') == 2 * CHUNK + 1


def test_a_row_that_is_worth_a_second_look_is_marked() -> None:
    """And can be linked to."""
    page = page_of("t", [orders_section(("a",), [OrderRow((Cell("x"),), "order-g/x")], ())])
    assert '<tr class="look" id="order-g/x"><td>x' in page


def test_ten_thousand_rows_are_short() -> None:
    """Well below three megabytes with all else."""
    cells = tuple(
        map(Cell, ("ladder-0", "rung-1234", "send", "sell", "0.016", "XBT/EUR", "limit", "9,005.4"))
    )
    page = page_of("t", [orders_section(("a",) * 8, [OrderRow(cells)] * 10_000, ())])
    assert len(page) < 1_300_000
