"""A person who reads the page of a plan in a browser: on a desktop, a phone, with and without the script."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.app.shell import finish, start
from tests.browser.devtools import BROWSERS, browser

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.browser.devtools import Tab

BROWSER = browser()
ORDERS = 1_200

pytestmark = pytest.mark.skipif(
    BROWSER is None, reason=f"no browser is installed: none of {', '.join(BROWSERS)} (Debian: chromium)"
)


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of a ladder of which one rung has a decimal point moved."""
    folder = tmp_path_factory.mktemp("pages")
    rows = [
        f"      - {{id: rung-{number}, pair: ETH/EUR, type: buy, ordertype: limit, "
        f"price: {'14.2' if number == 700 else f'{140 - number / 100:.2f}'}, volume: 0.01}}"
        for number in range(ORDERS)
    ]
    batch = folder / "ladder.yaml"
    batch.write_text(
        "version: 1\nname: ladder\ngroups:\n  - name: all\n    orders:\n" + "\n".join(rows), "utf-8"
    )
    result = finish(start("plan", str(batch), "--format", "html", "--state-dir", str(folder / "state")))
    path = folder / "plan.html"
    path.write_text(result.stdout, "utf-8")
    return path


@pytest.fixture
def reader(page: Path, window: Tab) -> Iterator[Tab]:
    """The page, opened; at the end its console has nothing to complain about."""
    window.errors.clear()
    window.open(page.as_uri())
    yield window
    assert window.errors == []


def shown(reader: Tab) -> int:
    """The rows that are laid out."""
    return int(reader.evaluate("document.querySelectorAll('#orders > .wide tbody tr').length"))


def test_the_wrong_order_is_on_the_first_screen(reader: Tab) -> None:
    """On a desktop and on a phone; the page is not wider than either."""
    for width, height in ((1300, 900), (390, 844)):
        reader.call(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=True
        )
        box = reader.evaluate(
            "(() => { const box = document.querySelector('#looks tbody tr').getBoundingClientRect();"
            "return [box.top, box.bottom, document.documentElement.scrollWidth]; })()"
        )
        assert 0 <= box[0] < box[1] <= height
        assert box[2] <= width
    reader.call("Emulation.clearDeviceMetricsOverride")
    assert "14.2" in reader.evaluate("document.querySelector('#looks tbody tr').textContent")


def test_the_table_is_filtered_and_sorted(reader: Tab) -> None:
    """All orders are, also those in folds."""
    assert shown(reader) == 500
    reader.write("#orders input", "rung-70")
    reader.until("document.querySelectorAll('#orders > .wide tbody tr').length === 11")
    reader.write("#orders input", " ")
    reader.click("#orders th:nth-child(8) button")
    first = "document.querySelector('#orders > .wide tbody tr').textContent.includes('rung-700')"
    assert reader.until(first) is True
    assert reader.evaluate("document.querySelector('#orders th:nth-child(8)').getAttribute('aria-sort')") == (
        "ascending"
    )


def test_a_link_leads_to_a_row_in_a_fold(reader: Tab) -> None:
    """It opens the fold."""
    reader.evaluate("document.querySelector('#looks a').click()")
    assert reader.until(
        "(() => { const row = document.getElementById('order-all/rung-700');"
        "return row.closest('details').open && row.getBoundingClientRect().height > 0; })()"
    )


def test_without_a_script_all_orders_can_be_read(page: Path, window: Tab) -> None:
    """In their folds; nothing that needs the script is there."""
    window.call("Emulation.setScriptExecutionDisabled", value=True)
    try:
        window.call("Page.navigate", url=page.as_uri())
        while (
            window.evaluate("document.readyState + document.querySelectorAll('input').length") != "complete0"
        ):
            pass
        assert window.evaluate("document.querySelectorAll('input, button').length") == 0
        assert window.evaluate("document.querySelectorAll('#orders tbody tr').length") == ORDERS
    finally:
        window.call("Emulation.setScriptExecutionDisabled", value=False)


def test_it_loads_nothing(reader: Tab) -> None:
    """No request leaves the page."""
    assert reader.evaluate("performance.getEntriesByType('resource').length") == 0


@pytest.mark.long
def test_the_history_fits_a_phone_and_a_desktop(window: Tab, tmp_path: Path) -> None:
    """Its chart is drawn, its table is no wider than the screen, and the console is empty."""
    from runner.report.html.history import history_page  # noqa: PLC0415
    from tests.report.histories import FULL  # noqa: PLC0415

    page = tmp_path / "history.html"
    page.write_text(history_page(FULL), "utf-8")
    window.errors.clear()
    window.open(page.as_uri())
    for width in (390, 1280):
        window.call(
            "Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=True
        )
        assert window.evaluate("document.documentElement.scrollWidth") <= width
        assert window.evaluate("document.querySelectorAll('svg.days rect').length") == 2
        table = window.evaluate("document.querySelector('#runs .wide').scrollWidth")
        assert table <= width
    window.call("Emulation.clearDeviceMetricsOverride")
    assert window.errors == []
