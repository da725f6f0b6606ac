"""A headless Chromium, driven by its own DevTools protocol: what a page says, what a person does there."""

from __future__ import annotations

import base64
import contextlib
import json
import shutil
import subprocess
import time
import urllib.request
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from websockets.sync.client import ClientConnection, connect

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
LIMIT_S = 120
_FLAGS = ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run")

_UNTIL = """
new Promise((done, fail) => {
  const ended = Date.now() + %d;
  const look = () => {
    const value = (%s);
    if (value) done(value);
    else if (Date.now() > ended) fail(new Error("it did not come to that"));
    else requestAnimationFrame(look);
  };
  look();
})
"""


_MIDDLE = """
(() => {
  const element = document.querySelector(%s);
  element.scrollIntoView({block: "center"});
  const box = element.getBoundingClientRect();
  return [box.x + box.width / 2, box.y + box.height / 2];
})()
"""

_KEYS = {"Tab": (9, ""), "Enter": (13, "\r"), "Escape": (27, ""), "ArrowUp": (38, ""), "ArrowDown": (40, "")}
_SELECT = "(() => { const field = document.querySelector(%s); field.focus(); field.select(); })()"


def browser() -> str | None:
    """Return where a browser is, if there is one."""
    return next((path for name in BROWSERS if (path := shutil.which(name))), None)


@dataclass
class Tab:
    """One page. Its console's errors are collected."""

    connection: ClientConnection
    errors: list[str] = field(default_factory=list)
    _number: int = 0

    def call(self, method: str, **params: Any) -> Any:
        """One command and its result."""
        self._number += 1
        self.connection.send(json.dumps({"id": self._number, "method": method, "params": params}))
        while True:
            message = json.loads(self.connection.recv(timeout=LIMIT_S))
            if message.get("id") == self._number:
                assert "error" not in message, message
                return message["result"]
            if message.get("method") in ("Runtime.exceptionThrown", "Log.entryAdded"):
                self.errors.append(json.dumps(message["params"]))

    def evaluate(self, script: str) -> Any:
        """Return what a script comes to in the page."""
        done = self.call("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in done, done
        return done["result"].get("value")

    def until(self, script: str) -> Any:
        """Wait in the page until a script comes to something that is true."""
        return self.evaluate(_UNTIL % (LIMIT_S * 500, script))

    def open(self, url: str) -> None:
        """Go to a page."""
        self.call("Runtime.enable")
        self.call("Log.enable")
        self.call("Page.enable")
        self.call("Page.navigate", url=url)
        self.until(f"document.readyState === 'complete' && location.href.startsWith({url!r})")

    def click(self, selector: str) -> None:
        """Click with the mouse in the middle of an element."""
        box = self.evaluate(_MIDDLE % json.dumps(selector))
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, x=box[0], y=box[1], button="left", clickCount=1)

    def write(self, selector: str, text: str) -> None:
        """Type a text into a field, instead of what is there."""
        self.evaluate(_SELECT % json.dumps(selector))
        self.call("Input.insertText", text=text)

    def press(self, key: str, times: int = 1) -> None:
        """Press a key by its name (``Tab``, ``Enter``, ``Escape``), or those of a text."""
        for part in (key,) * times if key in _KEYS else key:
            code, text = _KEYS.get(part, (0, part))
            event = {"key": part, "windowsVirtualKeyCode": code, "text": text}
            for kind in ("keyDown", "keyUp"):
                self.call("Input.dispatchKeyEvent", type=kind, **event)

    def look_as(
        self, *, width: int = 1400, height: int = 1000, dark: bool = False, still: bool = False
    ) -> None:
        """Use a window of this size, a dark scheme, or reduced motion from now on."""
        features = {
            "prefers-color-scheme": "dark" if dark else "light",
            "prefers-reduced-motion": "reduce" if still else "no-preference",
        }
        self.call(
            "Emulation.setEmulatedMedia",
            features=[{"name": name, "value": value} for name, value in features.items()],
        )
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )

    def names(self) -> list[tuple[str, str]]:
        """Return the role and the name of everything that can be focused, as a screen reader gets them."""
        nodes = self.call("Accessibility.getFullAXTree")["nodes"]
        return [
            (node["role"]["value"], node.get("name", {}).get("value", ""))
            for node in nodes
            if any(
                each["name"] == "focusable" and each["value"]["value"] for each in node.get("properties", ())
            )
        ]

    def picture(self, path: Path, *, dark: bool = False, width: int = 1400, height: int = 1000) -> None:
        """Save what is seen."""
        self.look_as(width=width, height=height, dark=dark)
        path.write_bytes(base64.b64decode(self.call("Page.captureScreenshot", format="png")["data"]))


@contextlib.contextmanager
def tab(program: str, profile: Path) -> Iterator[Tab]:
    """A browser with one empty page, for the length of a block."""
    command = [program, *_FLAGS, "--remote-debugging-port=0", f"--user-data-dir={profile}", "about:blank"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr is not None
            port = _port(process.stderr)
            # The browser is idle while others run: pings of a thread would draw from ``random`` then, which
            # hypothesis takes for a fault of its test.
            with connect(_page_url(port), max_size=None, ping_interval=None) as connection:
                yield Tab(connection)
        finally:
            process.terminate()


def _port(lines: Any) -> int:
    """The port that the browser says it listens on."""
    for line in lines:
        if line.startswith("DevTools listening on"):
            return int(line.rpartition(":")[2].split("/")[0])
    raise AssertionError("the browser ended before it listened")


def _page_url(port: int) -> str:
    ended = time.monotonic() + LIMIT_S
    while time.monotonic() < ended:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/json/list", timeout=120) as answer:
            pages = [item for item in json.load(answer) if item["type"] == "page"]
        if pages:
            return str(pages[0]["webSocketDebuggerUrl"])
    raise AssertionError("the browser has no page")
