"""Targets files for the tests of a rebalance, and an exchange whose answers a test can change."""

from __future__ import annotations

import json
import time
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runner.app.access.venues import paper_exchange
from runner.paper import Exchange
from runner.paper.api.rest.calls import RestCall, RestReply, refused_call
from runner.runtime.kraken import rest_calls
from tests.app.shell import STATE

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

PARTS = {
    "version": "1",
    "name": "core",
    "quote": "EUR",
    "weights": "{XBT: 50%, ETH: 30%}",
    "cash": "{target: 20%, floor: 500}",
    "band": "{absolute: 5%, relative: 25%}",
    "order": "{minimum: 25, oflags: [post]}",
    "price": "{from: mid, offset: 0.1%, max-spread: 0.5%, max-age: 60s}",
}
"""What the simulated account is far from: it has 44 % bitcoin, 7 % ether, and the rest in cash."""

AT_HOME = "{XBT: 44%, ETH: 7%}"
"""What it has."""


def targets(name: str = "targets.yaml", **parts: str) -> Path:
    """Write a targets file with other parts."""
    path = Path(name)
    path.write_text("".join(f"{key}: {part}\n" for key, part in (PARTS | parts).items()), "utf-8")
    return path


def at_home(name: str = "targets.yaml", **parts: str) -> Path:
    """Write a targets file that wants what the simulated account has."""
    return targets(name, weights=AT_HOME, cash="{target: 49%}", **parts)


def answering(
    monkeypatch: pytest.MonkeyPatch, changes: dict[str, Callable[[Any], Any] | int | str]
) -> list[str]:
    """Change the answers of the simulated exchange by the name of the call: result, HTTP status or error.

    Gives the names of the calls that were made; what is tried again is tried at once.
    """
    monkeypatch.setattr(rest_calls, "RETRY_PAUSES_S", (0.0, 0.0))
    calls, answer = [], Exchange.rest

    def rest(self: Exchange, call: RestCall, now: float) -> RestReply:
        reply = answer(self, call, now)
        name = call.path.partition("?")[0].rpartition("/")[2]
        calls.append(name)
        change = changes.get(name)
        if change is None:
            return reply
        if isinstance(change, int):
            return RestReply(status=change, body="<html>Bad Gateway</html>")
        if isinstance(change, str):
            return refused_call(change)
        content = json.loads(reply.body)
        return RestReply(status=200, body=json.dumps({**content, "result": change(content["result"])}))

    monkeypatch.setattr(Exchange, "rest", rest)
    return calls


def move_market(pair: str, bid: str, ask: str) -> None:
    """Move the market of the simulated exchange; what it crosses is filled."""
    with paper_exchange(STATE) as paper:
        paper.exchange.set_quote(pair, Decimal(bid), Decimal(ask), time.time())
        paper.keep(paper.exchange.take_record())
