"""Limits of a day hold for runs that overlap: processes at one venue and account, at real sockets.

Without that each of them takes the whole rest of the limit for its own.
"""

from __future__ import annotations

import os
import signal
import time
from typing import TYPE_CHECKING

from tests.acceptance.foreign.process import foreign_exchange
from tests.commands.policies import policy
from tests.commands.shell import Shell, added, batch, finish, order, served, start

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

MOST = 75
SLOW = 74
"""More orders of one pair than may leave at once: the last ones take many seconds."""
DAY = f"{{name: day, check: orders, most: {MOST}, per: day, message: Enough for today}}"
ARRIVAL_LIMIT_S = 20
LIVE = ("--venue", "kraken", "--yes", "--unchecked")


AT_MARKET = "pair: ETH/EUR, type: buy, ordertype: market, volume: 0.01"


def orders(count: int, *, name: str) -> str:
    """A batch of so many orders, all in one group."""
    return str(batch(*(f"{{id: o{number}, {AT_MARKET}}}" for number in range(count)), name=name))


def wait_for_orders(folder: Path, count: int) -> None:
    """Until so many are booked at the simulated exchange of a folder."""
    limit = time.monotonic() + ARRIVAL_LIMIT_S
    while len(added(folder)) < count:
        assert time.monotonic() < limit, "the orders do not arrive"
        time.sleep(0.02)


def test_two_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The exchange answers nothing before both have sent all: one of them is told who is before it."""
    monkeypatch.chdir(tmp_path)
    policy(DAY)
    files = [orders(40, name=name) for name in ("one", "other")]
    with foreign_exchange(tmp_path, iban="AA01", bursts=[80], burst_limit_s=60) as exchange:
        processes = [
            start("apply", file, *LIVE, "--deadline", "60", **exchange.environment) for file in files
        ]
        while all(process.poll() is None for process in processes):
            time.sleep(0.02)
        first, other = sorted(processes, key=lambda process: process.poll() is None)
        said = finish(first)
        other.kill()
        finish(other)
        assert len(exchange.account().booked()) <= MOST
    assert said.code == 7, said
    assert "a limit of a day counts them all; nothing was sent" in said.words
    assert f"Process {other.pid} has been applying o" in said.words


def test_a_quick_one_beside_a_slow_one(shell: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Not sent beside a paced run, with a policy or without; what that has sent counts when it was killed."""
    with served(tmp_path / "exchange") as exchange:
        for name, text in exchange.environment.items():
            monkeypatch.setenv(name, text)
        policy(DAY)
        quick = orders(12, name="quick")
        elsewhere = tmp_path / "elsewhere"
        elsewhere.mkdir()
        free = batch(order("a"), name="free").rename(elsewhere / "free.yaml")
        with start("apply", orders(SLOW, name="slow"), *LIVE, **exchange.environment) as slow:
            wait_for_orders(tmp_path / "exchange", 50)
            for file in (quick, free):
                said = shell("apply", file, *LIVE)
                assert said.code == 7, said
                assert f"Process {slow.pid} has been applying slow since 20" in said.words
            os.kill(slow.pid, signal.SIGKILL)
        said = shell("apply", orders(20, name="later"), *LIVE)
        assert said.code == 4
        assert f"at most {MOST} for a day" in said.words
        assert len(added(tmp_path / "exchange")) <= SLOW
