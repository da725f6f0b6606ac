"""Limits of a day hold for runs that overlap: processes at one venue and account, at real sockets.

Without that each of them takes the whole rest of the limit for its own.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from tests.acceptance.foreign.process import Foreign, foreign_exchange
from tests.app.policies import policy
from tests.app.shell import Shell, batch, finish, order, start

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

MOST = 75
DAY = f"{{name: day, check: orders, most: {MOST}, per: day, message: Enough for today}}"
ARRIVAL_LIMIT_S = 120
LIVE = ("--venue", "kraken", "--yes", "--unchecked")


AT_MARKET = "pair: ETH/EUR, type: buy, ordertype: market, volume: 0.01"


def orders(count: int, then: int = 0, *, name: str) -> str:
    """A batch of so many orders in a group, and some in one after it."""
    lines = [f"{{id: o{number}, {AT_MARKET}}}" for number in range(count + then)]
    file = batch(*lines[:count], name=name)
    if then:
        more = "".join(f"      - {line}\n" for line in lines[count:])
        file.write_text(f"{file.read_text('utf-8')}  - name: second\n    orders:\n{more}", "utf-8")
    return str(file)


def wait_for_orders(exchange: Foreign, count: int) -> None:
    """Until so many have arrived."""
    limit = time.monotonic() + ARRIVAL_LIMIT_S
    while len(exchange.account().received("addOrder")) < count:
        assert time.monotonic() < limit, "the orders do not arrive"
        time.sleep(0.02)


def test_two_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The exchange answers nothing before both have sent all: the second is refused."""
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
        result = finish(first)
        other.kill()
        finish(other)
        assert len(exchange.account().booked()) <= MOST
    assert result.code == 7, result
    assert "a limit of a day counts them all; nothing was sent" in result.words
    assert f"Process {other.pid} has been applying o" in result.words


def test_a_quick_one_beside_a_slow_one(shell: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Not sent beside it, with a policy or without; what the slow one has sent counts when it was killed."""
    policy(DAY)
    slow, quick, later = orders(60, 10, name="slow"), orders(12, name="quick"), orders(20, name="later")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    free = batch(order("a"), name="free").rename(elsewhere / "free.yaml")
    # The first group of the slow one is answered when the quick one has sent its orders too.
    with foreign_exchange(tmp_path, iban="AA01", bursts=[72], burst_limit_s=60) as exchange:
        for name, text in exchange.environment.items():
            monkeypatch.setenv(name, text)
        with start("apply", slow, *LIVE, **exchange.environment) as process:
            wait_for_orders(exchange, 60)
            for file in (quick, free):
                result = shell("apply", file, *LIVE)
                assert result.code == 7, result
                assert f"Process {process.pid} has been applying slow since 20" in result.words
            process.kill()
        result = shell("apply", later, *LIVE)
        assert result.code == 4
        assert f"76 orders, after 75 before; at most {MOST} for a day" in result.words
        assert len(exchange.account().booked()) == 60
