"""A person at the control page: moves a price, sees an order fill, cuts a connection, and spoils nothing."""

from __future__ import annotations

import json
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from tests.app.shell import finish, served, start
from tests.browser.devtools import BROWSERS, browser

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.app.shell import Served
    from tests.browser.devtools import Tab

BROWSER = browser()
LIVE = "document.getElementById('live').textContent === 'live'"

LATE = """
version: 1
name: late-cancellations
faults:
  - {on: cancelOrder, do: delay, seconds: 2}
"""

FILL = """
version: 1
name: fill
groups:
  - name: place
    orders:
      - {id: a, pair: ETH/EUR, type: buy, ordertype: limit, price: 145, volume: 0.25}
  - name: take-back
    cancel: [{order: place/a}]
"""

pytestmark = pytest.mark.skipif(
    BROWSER is None, reason=f"no browser is installed: none of {', '.join(BROWSERS)} (Debian: chromium)"
)


@pytest.fixture(scope="module")
def exchange(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A served exchange at which cancellations are late: there is time to do something before they come."""
    folder = tmp_path_factory.mktemp("exchange")
    scenario = folder / "late.yaml"
    scenario.write_text(LATE, "utf-8")
    with served(folder, "--scenario", str(scenario)) as there:
        yield there


@pytest.fixture
def page(exchange: Served, window: Tab) -> Iterator[Tab]:
    """The control page, alive; at the end its console has nothing to complain about."""
    window.errors.clear()
    window.open(exchange.environment["KRAKEN_SPOT_URL"] + "/")
    window.until(LIVE)
    yield window
    window.evaluate("1")
    assert window.errors == []


def row(table: str, txid: str) -> str:
    """A script for the text of an order's row; empty where there is none."""
    return f"(document.querySelector('#{table} [data-txid=\"{txid}\"]')?.innerText ?? '')"


def test_a_person_fills_an_order(page: Tab, exchange: Served, tmp_path: Path) -> None:
    """The price is moved while a run is under way: the order fills on the page and in the run's manifest."""
    file = tmp_path / "fill.yaml"
    file.write_text(FILL, "utf-8")
    options = ("--venue", "kraken", "--yes", "--format", "json", "--state-dir", str(tmp_path))
    with start("apply", str(file), *options, **exchange.environment) as process:
        page.until("document.getElementById('orders').textContent.includes('@ limit 145')")
        page.click("[data-step='-5']")
        command = finish(process)
    placing, canceling = command.json["groups"]
    txid = placing["orders"][0]["txid"]
    (result,) = canceling["cancel"]["results"]
    assert (command.code, result["txid"], result["outcome"]) == (0, txid, "closed")

    filled = page.until(f"{row('ended', txid)}.includes('closed') && {row('ended', txid)}")
    assert "100 %" in filled
    assert page.evaluate(row("orders", txid)) == ""
    assert page.evaluate("document.getElementById('last').textContent") == "145.00"
    assert "cancelOrder: delay (2 s)" in page.evaluate("document.getElementById('faults').textContent")


def test_a_price_that_is_typed(page: Tab) -> None:
    """An impossible price gets a message; a possible one is set."""
    page.until("document.getElementById('bid').value")
    page.write("#bid", "150.30")
    page.write("#ask", "150.20")
    page.click("#move .main")
    assert page.until("document.getElementById('notice').textContent") == "the ask is not above the bid"
    while not page.errors:  # the browser itself says in the console that it was refused
        page.evaluate("1")
    page.errors.clear()
    page.write("#ask", "150.40")
    page.click("#move .main")
    page.until("document.querySelector('#asks tr:last-child td').textContent === '150.40'")
    assert page.evaluate("document.getElementById('notice').hidden") is True


def test_a_connection_is_cut(page: Tab, exchange: Served) -> None:
    """It goes from the page, and the client notices."""
    with connect(exchange.environment["KRAKEN_WS_AUTH_URL"]) as client:
        client.send(json.dumps({"event": "ping", "reqid": 1, "note": "<img src=x onerror=alert(1)>"}))
        page.until("document.querySelector('[data-cut]')")
        page.until("document.getElementById('messages').textContent.includes('pong')")
        page.click("[data-cut]")
        page.until("!document.querySelector('[data-cut]')")
        with pytest.raises(ConnectionClosed):
            read_to_the_end(client)


def read_to_the_end(client: ClientConnection) -> None:
    """Until the exchange says no more."""
    while True:
        client.recv(timeout=120)


class _Elsewhere(BaseHTTPRequestHandler):
    """A site of somebody else: one empty page, without a policy."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def another_site() -> Iterator[str]:
    """Serve it during a block; gives its address."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Elsewhere) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()


def test_other_pages_are_kept_out(window: Tab, exchange: Served) -> None:
    """A page of another origin in the same browser neither reads nor changes anything."""
    here = exchange.environment["KRAKEN_SPOT_URL"]
    script = f"""
        fetch("{here}/control/quote", {{method: "POST", mode: "no-cors", body: JSON.stringify(
            {{pair: "ETH/EUR", bid: "1", ask: "2"}})}})
        .catch(() => "not even its answer").then(() => fetch("{here}/control/state"))
        .then(() => "read", () => "kept out")
    """
    with another_site() as elsewhere:
        window.open(elsewhere)
        assert window.evaluate(script) == "kept out"
    window.open(here + "/")
    window.until(LIVE)
    assert window.evaluate("document.getElementById('bid').value") != "1.00"


@pytest.mark.long
def test_a_price_that_was_set_stays_until_it_is_released(window: Tab, tmp_path: Path) -> None:
    """In a market that moves every second; the page says that it is held, and lets it go."""
    with served(tmp_path, "--market", "walk") as moving:
        window.open(moving.environment["KRAKEN_SPOT_URL"] + "/")
        window.until(LIVE)
        assert window.evaluate("document.getElementById('release').hidden") is True
        window.click("[data-step='5']")
        window.until("!document.getElementById('release').hidden")
        held, clock = "document.getElementById('bid').value", "document.getElementById('clock').textContent"
        price, now = window.evaluate(held), window.evaluate(clock)
        window.until(f"{clock} > '{now[:-6]}{int(now[-6:-4]) + 2:02}'" if int(now[-6:-4]) < 57 else "true")
        assert window.evaluate(held) == price
        window.click("#release")
        window.until("document.getElementById('release').hidden")
        window.until(f"{held} !== '{price}'")
