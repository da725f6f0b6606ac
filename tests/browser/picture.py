"""The control page after a batch and some moves, as a picture: ``python -m tests.browser.picture FILE.png``.

With ``--width`` and ``--dark`` it is that of another window. It needs Chromium on the path.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from tests.app.shell import finish, served, start
from tests.browser.devtools import browser, tab

LADDER = "version: 1\nname: ladder\ngroups:\n  - name: rungs\n    orders:\n"
MOVES = ("149.30", "148.20", "147.10", "148.80", "150.40", "152.60", "151.90", "150.20", "149.70")


def rung(number: int) -> str:
    """An order of the ladder: a buy below the market, or a sell above it."""
    side, price = ("buy", 149 - number / 2) if number % 2 else ("sell", 151 + number / 2)
    return (
        f"      - {{id: rung-{number}, pair: ETH/EUR, type: {side}, ordertype: limit, price: {price:.2f}, "
        f"volume: {0.2 + number / 20:.2f}}}\n"
    )


def picture(file: Path, *, width: int, dark: bool) -> None:
    """Serve, apply, move, and take the picture."""
    program = browser()
    assert program is not None, "there is no browser"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        ladder = folder / "ladder.yaml"
        ladder.write_text(LADDER + "".join(map(rung, range(18))), "utf-8")
        state = ("--state-dir", str(folder / "state"))
        with served(folder / "state", "--tier", "pro") as exchange, tab(program, folder / "profile") as page:
            finish(start("apply", str(ladder), *state))
            for bid in MOVES:
                finish(start("paper", "move", "ETH/EUR", bid, *state))
            page.look_as(width=width)
            page.open(exchange.environment["KRAKEN_SPOT_URL"] + "/")
            page.until("document.querySelectorAll('#prices circle').length === 4")
            height = page.evaluate("document.documentElement.scrollHeight")
            page.picture(file, dark=dark, width=width, height=height)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--width", type=int, default=1280)
    parser.add_argument("--dark", action="store_true")
    given = parser.parse_args()
    picture(given.file, width=given.width, dark=given.dark)
