"""Everybody at the control page: with a keyboard, a screen reader, a phone; with hostile clients."""

from __future__ import annotations

import json
from importlib import resources
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from websockets.sync.client import connect

from tests.app.shell import served
from tests.browser.devtools import BROWSERS, browser

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.app.shell import Served
    from tests.browser.devtools import Tab

BROWSER = browser()
LIVE = "document.getElementById('live').textContent === 'live'"
AXE = resources.files("axe_core_python").joinpath("axe.min.js")
HOSTILE = "<img src=x onerror=document.title='taken'>"

pytestmark = pytest.mark.skipif(
    BROWSER is None, reason=f"no browser is installed: none of {', '.join(BROWSERS)} (Debian: chromium)"
)


@pytest.fixture(scope="module")
def exchange(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A served exchange."""
    with served(tmp_path_factory.mktemp("exchange")) as there:
        yield there


@pytest.fixture
def page(exchange: Served, window: Tab) -> Iterator[Tab]:
    """The control page, alive; at the end its console has nothing to complain about."""
    window.errors.clear()
    window.look_as()
    window.open(exchange.environment["KRAKEN_SPOT_URL"] + "/")
    window.until(LIVE)
    window.until("document.getElementById('fault-do').value")
    yield window
    window.evaluate("1")
    assert window.errors == []


def state(exchange: Served) -> dict[str, Any]:
    """What a program sees of it."""
    answer = httpx.get(exchange.environment["KRAKEN_SPOT_URL"] + "/control/state?pair=ETH/EUR")
    seen: dict[str, Any] = answer.json()
    return seen


def text_of(id: str) -> str:
    """A script for the text of an element."""
    return f"document.getElementById('{id}').innerText"


def order(pair: str) -> str:
    """A message of a client that is read and refused."""
    fields = {"pair": pair, "type": "buy", "ordertype": "limit", "price": "1", "volume": "1"}
    return json.dumps({"event": "addOrder", "token": "x", **fields})


def test_a_trade_the_line_and_the_depth(page: Tab) -> None:
    """The standing orders fill: they leave the depth, and are trades with price and fee."""
    label = "document.getElementById('{}').getAttribute('aria-label')"
    assert "your bids: 1 in all, the last at 110" in page.evaluate(label.format("depth"))
    page.write("#bid", "105")
    page.write("#ask", "106")
    page.press("Enter")
    page.until(f"{text_of('trades')}.includes('EUR')")
    last = "[...document.querySelectorAll('#trades tr:first-child td')].map((cell) => cell.innerText)"
    assert page.evaluate(last)[1:] == ["ETH/EUR", "buy", "0.5", "110.00", "0.1375 EUR"]
    assert "from 150.10 to 106.00, lowest 106.00, highest 150.10" in page.evaluate(label.format("prices"))
    assert "your bids: none" in page.evaluate(label.format("depth"))
    assert page.evaluate("document.querySelectorAll('#prices circle.buy').length") == 2


def test_a_message_is_read_whole_by_keyboard(page: Tab, exchange: Served) -> None:
    """What a client sends is text, in the list and in the dialog; the focus comes back from there."""
    with connect(exchange.environment["KRAKEN_WS_AUTH_URL"]) as client:
        client.send(order(HOSTILE))
        page.until(f"{text_of('messages')}.includes('<img')")
        page.evaluate("document.querySelector('#messages li:last-child button').focus()")
        page.press("Enter")
        page.until("document.getElementById('message').open")
        lines = page.evaluate("document.getElementById('message-text').textContent").splitlines()
        assert (lines[0], lines[2], lines[-1]) == ("{", '  "event": "systemStatus",', "}")
        assert "to the client" in page.evaluate(text_of("message-title"))
        page.press("Escape")
        page.until("!document.getElementById('message').open")
        assert page.evaluate("document.activeElement.matches('#messages li:last-child button')")
    assert page.evaluate("[document.images.length, document.title]") == [0, "Paper exchange"]


def test_a_message_in_lines(page: Tab) -> None:
    """Each character as it was sent, whatever it is: nothing is computed."""
    script = "import('/messages.js').then(({laidOut}) => laidOut(%s))"
    shown = page.evaluate(script % json.dumps(r'[1.50,{"a\"b,":[]},"é"]'))
    assert shown == '[\n  1.50,\n  {\n    "a\\"b,": []\n  },\n  "é"\n]'
    assert page.evaluate(script % '"no JSON"') == "no JSON"
    deep = page.evaluate(script % '"[".repeat(50000)')
    assert (deep.count("["), len(deep) < 3_000_000) == (50_000, True)


def test_faults_by_keyboard(page: Tab, exchange: Served) -> None:
    """Added in the form, refused in words, removed; the focus stays near."""
    page.evaluate("document.querySelector('summary').focus()")
    page.press("Enter")
    page.press("Tab", 2)
    page.press("mute")
    page.press("Tab")
    assert page.evaluate("document.activeElement.name") == "seconds"
    page.press("5")
    page.press("Tab", 2)
    page.press("pair")
    page.press("Enter")
    assert "name=text" in page.until("document.getElementById('notice').textContent")
    page.press("=ETH/EUR")
    page.press("Enter")
    page.until(f"{text_of('faults')}.includes('addOrder pair=ETH/EUR: mute (5 s)')")
    assert state(exchange)["scenario"]["rules"][0]["text"] == "addOrder pair=ETH/EUR: mute (5 s)"
    assert page.evaluate("document.getElementById('notice').hidden")
    page.evaluate("document.querySelector('[data-remove]').focus()")
    page.press("Enter")
    page.until("document.activeElement.id === 'faults-title'")
    assert state(exchange)["scenario"]["rules"] == []


def test_the_state_by_keyboard(page: Tab, exchange: Served) -> None:
    """Every client gets it, and it is said."""
    page.evaluate("document.getElementById('status').focus()")
    page.press("ArrowDown")
    page.until(f"{text_of('said')} === 'the state is maintenance'")
    assert state(exchange)["status"] == "maintenance"
    page.press("ArrowUp")
    page.until(f"{text_of('said')} === 'the state is online'")


def test_empty_currencies_are_hidden(page: Tab) -> None:
    """In this tab, also after it is loaded again."""
    empty = f"{text_of('balances')}.includes('NOTHING')"
    script = """(async () => {
        const {showTables} = await import('/tables.js');
        const balances = [{asset: 'NOTHING', balance: '0', held: ''}, {asset: 'EUR', balance: '1', held: ''}];
        showTables({orders: [], ended: [], trades: [], connections: [], open: 0, balances});
        return document.getElementById('balances').innerText.includes('NOTHING');
    })()"""
    assert page.evaluate(script) is True
    page.until(f"!{empty}")
    page.click("#hide-empty")
    assert page.evaluate(script) is False
    page.call("Page.reload")
    page.until("document.readyState === 'complete' && document.getElementById('hide-empty')?.checked")
    page.until(LIVE)
    assert page.evaluate(script) is False
    page.click("#hide-empty")
    assert page.evaluate(script) is True


def test_a_reset(page: Tab, exchange: Served) -> None:
    """After a question, of which the answer that changes nothing comes first."""
    page.click("[data-step='5']")
    page.until("document.querySelectorAll('#prices circle, #prices .rule').length")
    moved = state(exchange)["market"]["bid"]
    page.click("#reset")
    page.press("Enter")
    page.until("!document.getElementById('confirm-reset').open")
    assert state(exchange)["market"]["bid"] == moved
    page.click("#reset")
    page.press("Tab")
    page.press("Enter")
    page.until("document.getElementById('last').textContent === '150.10'")
    assert page.evaluate(text_of("said")) == "the exchange begins again"
    assert state(exchange)["market"]["bid"] == "150.10"


def test_a_phone(page: Tab, exchange: Served) -> None:
    """At 360 pixels nothing is wider than the window, with every part of the page in use."""
    with connect(exchange.environment["KRAKEN_WS_AUTH_URL"]) as client:
        client.send(order("x" * 500))
        page.evaluate("document.getElementById('add-fault').open = true")
        page.until(f"{text_of('messages')}.includes('xxx')")
        for width in (360, 800):
            page.look_as(width=width, height=740)
            page.until(f"window.innerWidth === {width}")
            assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
            wide = "[...document.querySelectorAll('main *')].filter((part) => part.checkVisibility() && "
            wide += (
                "!part.closest('.unseen, svg, .messages') && part.getBoundingClientRect().right > innerWidth)"
            )
            assert page.evaluate(f"{wide}.map((part) => part.outerHTML.slice(0, 80))") == []


def test_the_keyboard_reaches_everything(page: Tab) -> None:
    """In the order of the page, with a frame around what has the focus."""
    page.evaluate("document.body.focus()")
    seen: list[tuple[str, str]] = []
    for _ in range(60):
        page.press("Tab")
        name, style = page.evaluate(
            "[document.activeElement.id || document.activeElement.name || document.activeElement.innerText, "
            "getComputedStyle(document.activeElement).outlineStyle]"
        )
        if page.evaluate("document.activeElement === document.body"):
            break
        seen.append((name, style))
    names = [name for name, _ in seen]
    first = ["status", "reset", "pair", "+1 %", "+5 %", "bid", "ask", "Move price"]
    assert [name for name in names if "\u2212" not in name][:8] == first
    assert {"hide-empty", "Add a fault"} <= set(names)
    assert {style for _, style in seen} == {"solid"}
    in_order = "[...document.querySelectorAll('[tabindex]')].every((part) => part.tabIndex <= 0)"
    assert page.evaluate(in_order)


@pytest.fixture
def full(page: Tab, exchange: Served) -> Iterator[Tab]:
    """The page with a message, and with everything open that can be."""
    with connect(exchange.environment["KRAKEN_WS_AUTH_URL"]) as client:
        client.send(json.dumps({"event": "ping"}))
        page.until(f"{text_of('messages')}.includes('pong')")
        page.evaluate("document.getElementById('add-fault').open = true")
        page.evaluate("document.getElementById('notice').hidden = false")
        yield page


def nameless(page: Tab) -> list[str]:
    """The roles of what can be focused and has no name."""
    return [role for role, name in page.names() if not name and role != "RootWebArea"]


def found_by_axe(page: Tab) -> list[str]:
    """What axe says against the page, which is at its top."""
    # The page's own policy lets no script make HTML of a text, and axe does.
    frame = page.call("Page.getFrameTree")["frameTree"]["frame"]["id"]
    world = page.call("Page.createIsolatedWorld", frameId=frame)["executionContextId"]
    page.call("Runtime.evaluate", expression=f"scrollTo(0, 0); {AXE.read_text('utf-8')}", contextId=world)
    script = (
        "axe.run({resultTypes: ['violations']}).then((found) => found.violations.map((each) => "
        "`${each.id}: ${each.nodes.map((node) => node.html + node.failureSummary).join()}`))"
    )
    how = {"contextId": world, "awaitPromise": True, "returnByValue": True}
    found: list[str] = page.call("Runtime.evaluate", expression=script, **how)["result"]["value"]
    return found


def test_screen_readers(full: Tab) -> None:
    """Everything that can be used has a name, and axe finds nothing."""
    assert ("button", "Reset…") in full.names()
    assert nameless(full) == []
    assert found_by_axe(full) == []


@pytest.mark.long
@pytest.mark.parametrize(("dark", "opener"), [(True, ""), (True, "#messages button"), (False, "#reset")])
def test_screen_readers_in_the_dark_and_in_dialogs(full: Tab, dark: bool, opener: str) -> None:
    """As on the page."""
    full.look_as(width=800, dark=dark, still=True)
    if opener:
        full.click(opener)
        full.until("document.querySelector('dialog[open]')")
    assert (nameless(full), found_by_axe(full)) == ([], [])
    full.evaluate("document.querySelector('dialog[open]')?.close()")


def test_what_is_read_aloud(page: Tab) -> None:
    """Nothing by itself, while the page is drawn again and again; what a person does is said once."""
    page.evaluate(
        "window.said = []; new MutationObserver((all) => all.forEach((each) => "
        "said.push(each.target.parentElement?.closest('[role]')?.id ?? each.target.id)))"
        ".observe(document, {subtree: true, childList: true, characterData: true}); "
        "window.spoken = () => said.filter((id) => ['live', 'said', 'notice'].includes(id));"
    )
    clock = page.evaluate(text_of("clock"))
    page.until(f"{text_of('clock')} !== {clock!r}")
    assert page.evaluate("[said.includes('clock'), spoken()]") == [True, []]
    page.click("[data-step='1']")
    page.until(f"{text_of('said')}.startsWith('ETH/EUR moved to')")
    assert page.evaluate("spoken()") == ["said"]


def test_motion_is_left_out_on_request(page: Tab) -> None:
    """And is there otherwise."""
    duration = "getComputedStyle(document.getElementById('reset')).transitionDuration"
    assert page.evaluate(duration) != "0s"
    page.look_as(still=True)
    assert page.evaluate(duration) == "0s"
