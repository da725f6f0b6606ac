"""SIGINT and SIGTERM while orders are under way, sent to a real process at an exchange that keeps silent.

A first signal lets nothing new leave and waits for what has left; a second one does not wait.
"""

from __future__ import annotations

import json
import signal
import time
from typing import TYPE_CHECKING, Any

import pytest

from tests.acceptance.foreign.process import Foreign, foreign_exchange
from tests.app.shell import CommandResult, finish, start

if TYPE_CHECKING:
    from pathlib import Path

    from tests.processes.client import Process

STANDING = "OUEMWD-CUO73-YYCBEK"
ARRIVAL_LIMIT_S = 120
ORDER = "pair: ETH/EUR, type: buy, ordertype: limit, volume: 0.25"
BATCH = f"""\
version: 1
name: silent
groups:
  - name: first
    orders:
      - {{id: a, {ORDER}, price: 101}}
      - {{id: b, {ORDER}, price: 102}}
    cancel: [{STANDING}]
  - name: second
    orders:
      - {{id: c, {ORDER}, price: 103}}
      - {{id: d, {ORDER}, price: 104}}
      - {{id: e, {ORDER}, price: 105}}
"""


def begin(exchange: Foreign, folder: Path, *, deadline_s: int = 2) -> Process:
    """Begin to apply the batch, or to apply it again, with its own state folder."""
    file = folder / "silent.yaml"
    file.write_text(BATCH, "utf-8")
    options = ("--venue", "kraken", "--yes", "--format", "json", "--state-dir", str(folder / "state"))
    timing = ("--deadline", str(deadline_s), "--settle", "0")
    return start("apply", str(file), *options, *timing, **exchange.environment)


def apply(exchange: Foreign, folder: Path) -> CommandResult:
    """Apply the batch from beginning to end."""
    with begin(exchange, folder) as process:
        return finish(process)


def wait_for_orders(exchange: Foreign, count: int) -> None:
    """Until so many orders have arrived, and not been answered."""
    limit = time.monotonic() + ARRIVAL_LIMIT_S
    while len(exchange.account().received("addOrder")) < count:
        assert time.monotonic() < limit, "the orders do not arrive"
        time.sleep(0.02)


def manifest(folder: Path) -> Any:
    """The manifest that was left in the state directory."""
    return json.loads((folder / "state" / "kraken" / "silent" / "manifest.json").read_text("utf-8"))


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
)
def test_signal_waits_for_what_has_left(tmp_path: Path, number: signal.Signals, code: int) -> None:
    """Late replies are awaited, the rest stays unsent, and the same command completes the batch."""
    silence = {"bursts": [3], "burst_limit_s": 0.7, "standing": [{"txid": STANDING}]}
    with foreign_exchange(tmp_path, **silence) as exchange:
        with begin(exchange, tmp_path) as process:
            wait_for_orders(exchange, 2)
            process.send_signal(number)
            result = finish(process)
        account = exchange.account()
        again = apply(exchange, tmp_path)
        after = exchange.account()
    assert (result.code, result.stderr.count("Traceback")) == (code, 0)
    assert (result.json["outcome"], result.json["reason"]) == ("interrupted", number.name)
    assert list(result.outcomes().values()) == ["placed"] * 2 + ["skipped"] * 3
    assert len(account.received("addOrder")) == len(account.booked()) == 2
    assert account.received("cancelOrder") == []
    assert again.code == 0
    assert again.json == manifest(tmp_path)
    assert [order["already"] for order in again.orders().values()] == [True] * 2 + [False] * 3
    assert len(after.received("addOrder")) == len(after.booked()) == 5
    assert after.status_of(STANDING) == "canceled"


def test_order_that_never_arrived_is_looked_for_before_the_end(tmp_path: Path) -> None:
    """A reply that never comes is not waited for but looked up, and nothing is sent again."""
    with foreign_exchange(tmp_path, never_booked=[2]) as exchange:
        with begin(exchange, tmp_path) as process:
            wait_for_orders(exchange, 2)
            process.send_signal(signal.SIGTERM)
            result = finish(process)
        account = exchange.account()
    assert result.code == 143
    assert result.json == manifest(tmp_path)
    assert result.json["outcome"] == "interrupted"
    assert list(result.outcomes().values()) == ["placed"] + ["skipped"] * 4
    assert "not at the exchange after its deadline" in result.orders()["b"]["error"]
    assert len(account.received("addOrder")) == 2


def test_second_signal_stops_at_once(tmp_path: Path) -> None:
    """It ends without a manifest and lets go of the state; the same command finds what was under way."""
    with foreign_exchange(tmp_path, bursts=[3], burst_limit_s=60, standing=[{"txid": STANDING}]) as exchange:
        with begin(exchange, tmp_path, deadline_s=60) as process:
            wait_for_orders(exchange, 2)
            other = apply(exchange, tmp_path)
            process.send_signal(signal.SIGINT)
            process.send_signal(signal.SIGTERM)
            result = finish(process)
        account = exchange.account()
        again = apply(exchange, tmp_path)
        after = exchange.account()
    assert (other.code, other.json["exit_code"]) == (7, 7)
    # The system may hand over two signals that came together in either order.
    assert result.code == result.json["exit_code"]
    assert result.code in (130, 143)
    assert "stopped at once" in result.words
    assert len(account.received("addOrder")) == 2
    assert again.code == 0
    assert again.json == manifest(tmp_path)
    assert len(after.received("addOrder")) == len(after.booked()) == 5
