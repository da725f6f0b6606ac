"""The server of a ledger fails in the middle of a run: another one takes its place, and nothing is lost."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from runner.api import init_ledger
from runner.domain import Secret
from tests.acceptance.foreign.process import foreign_exchange
from tests.app.shell import Shell, batch, finish, order, start
from tests.postgres.server import missing, serve, standby

if TYPE_CHECKING:
    from pathlib import Path

    from tests.acceptance.foreign.process import Foreign

pytestmark = [pytest.mark.long, pytest.mark.skipif(bool(missing()), reason=missing())]
LIVE = ("--venue", "kraken", "--yes", "--unchecked", "--format", "json")
QUICK = ("--deadline", "2", "--settle", "0")


def test_a_standby_is_refused_and_takes_over_when_it_is_promoted(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """With synchronous replication: the primary crashes after orders were sent; the next run finds them."""
    file = str(batch(*(order(f"o{n}", volume=f"0.25{n}") for n in range(3))))
    with serve() as primary:
        init_ledger(Secret(primary.url))
        with (
            standby(primary) as second,
            foreign_exchange(tmp_path, iban="AA01", bursts=[4], burst_limit_s=3) as exchange,
        ):
            for name, text in exchange.environment.items():
                monkeypatch.setenv(name, text)
            refused = shell("apply", file, *LIVE, "--ledger", second.url)
            assert (refused.code, "is a standby" in refused.words) == (4, True)
            team = _of_both(primary.url, second.port)
            with start("apply", file, *LIVE, "--ledger", team, **exchange.environment) as running:
                _await_orders(exchange, 3)
                primary.stop("immediate")
                ended = finish(running)
            assert ended.code == 6, ended
            second.promote()
            after = shell("apply", file, *LIVE, *QUICK, "--ledger", team, "--state-dir", "elsewhere")
            assert after.code == 0, after
            volumes = [booked["request"]["volume"] for booked in exchange.account().booked()]
            assert sorted(volumes) == ["0.250", "0.251", "0.252"]
            primary.start()


def test_rows_that_a_promoted_standby_never_had(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Without synchronous replication the last rows may be gone: our ids find the orders at the exchange."""
    file = str(batch(*(order(f"o{n}", volume=f"0.25{n}") for n in range(3))))
    with serve() as server, foreign_exchange(tmp_path, iban="AA01") as exchange:
        init_ledger(Secret(server.url))
        for name, text in {**exchange.environment, "ORDER_BATCH_LEDGER": server.url}.items():
            monkeypatch.setenv(name, text)
        assert shell("apply", file, *LIVE).code == 0
        server.sql("delete from order_batch.chunk where seq > 1")
        after = shell("apply", file, *LIVE, *QUICK, "--state-dir", "elsewhere")
        assert after.code == 0, after
        assert all(order["outcome"] == "placed" for order in after.orders().values())
        assert len(exchange.account().booked()) == 3


def _of_both(url: str, port: int) -> str:
    """Return the address of whichever of two servers can be written."""
    head, _, tail = url.rpartition("/")
    return f"{head},127.0.0.1:{port}/{tail}?target_session_attrs=read-write"


def _await_orders(exchange: Foreign, count: int) -> None:
    limit = time.monotonic() + 60
    while len(exchange.account().received("addOrder")) < count:
        assert time.monotonic() < limit, "the orders do not arrive"
        time.sleep(0.02)
