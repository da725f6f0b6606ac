"""Two runs of one batch, started at the same moment on two machines that know nothing of each other.

Their states are two folders; what they share is the exchange, where each order has to be once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.acceptance.foreign.process import foreign_exchange
from tests.app.shell import CommandResult, added, finish, served, start

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.long

REPETITIONS = 3
ORDER = "pair: ETH/EUR, type: buy, ordertype: limit"
VOLUMES = [f"0.25{n}" for n in range(1, 7)]
WANTED = {"canceled", "closed", "gone"}
STANDING = "OUEMWD-CUO73-YYCBEK"


def write_batch(folder: Path, name: str) -> Path:
    """Two groups of orders that rest, each with another volume, and a cancellation."""
    orders = [f"      - {{id: o{n}, {ORDER}, price: 10{n}, volume: {v}}}" for n, v in enumerate(VOLUMES)]
    lines = ["version: 1", f"name: {name}", "groups:", "  - name: first", "    orders:", *orders[:4]]
    lines += [f"    cancel: [{STANDING}]", "  - name: second", "    orders:", *orders[4:]]
    file = folder / f"{name}.yaml"
    file.write_text("\n".join(lines) + "\n", "utf-8")
    return file


def apply_twice(folder: Path, name: str, environment: dict[str, str]) -> list[CommandResult]:
    """Two processes at once, each with its own state."""
    args = ["apply", str(write_batch(folder, name)), "--venue", "kraken", "--yes", "--format", "json"]
    args += ["--deadline", "2", "--settle", "0"]
    processes = [
        start(*args, "--state-dir", str(folder / machine), **environment) for machine in ("here", "there")
    ]
    return [finish(process) for process in processes]


def assert_each_order_once(runs: list[CommandResult], booked: list[dict[str, Any]]) -> None:
    """Both went well and name the same orders, and these were booked once each."""
    assert [run.code for run in runs] == [0, 0], [run.stderr for run in runs]
    assert sorted(order["volume"] for order in booked) == VOLUMES
    first, second = ({name: order["txid"] for name, order in run.orders().items()} for run in runs)
    assert first == second
    assert all(first.values())
    for run in runs:
        assert set(run.outcomes().values()) == {"placed"}
        assert run.json["outcome"] == "done"
        results = [item["outcome"] for group in run.json["groups"] for item in group["cancel"]["results"]]
        assert set(results) <= WANTED


def test_at_the_paper_exchange(tmp_path: Path) -> None:
    """The loser's id is refused as taken; it finds the order, and adopts it."""
    for number in range(REPETITIONS):
        folder = tmp_path / str(number)  # Another account: REST calls are counted.
        folder.mkdir()
        with served(folder) as exchange:
            runs = apply_twice(folder, f"race-{number}", exchange.environment)
            assert_each_order_once(runs, added(folder))


@pytest.mark.parametrize("feed", ["before", "after"])
def test_at_a_second_exchange(tmp_path: Path, feed: str) -> None:
    """The same where the feed shows an order before or after its reply."""
    with foreign_exchange(tmp_path, standing=[{"txid": STANDING}], feed=feed) as exchange:
        for number in range(REPETITIONS):
            before = len(exchange.account().booked())
            runs = apply_twice(tmp_path, f"race-{number}", exchange.environment)
            assert_each_order_once(runs, [order["request"] for order in exchange.account().booked()[before:]])
