"""Other people's v1 clients, unmodified, place, list and cancel on the paper exchange as it is by default.

They need other versions of packages than these tests do, so each runs as a program in its own virtual
environment. ``.ci/third_party.sh`` makes it; THIRD_PARTY_PYTHON names its Python.
"""

from __future__ import annotations

import json
import os
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import trustme

from tests.app.shell import environment, served

if TYPE_CHECKING:
    from collections.abc import Iterator

VARIABLE = "THIRD_PARTY_PYTHON"
PYTHON = os.environ.get(VARIABLE, "")
FEEDS_VARIABLE = "THIRD_PARTY_FEEDS_PYTHON"
FEEDS_PYTHON = os.environ.get(FEEDS_VARIABLE, "")
HERE = Path(__file__).parent
LIMIT_S = 180
STANDING = ["OUEMWD-CUO73-YYCBEK", "OBW5ID-MAGEW-HENTE7", "OQCLML-BW3P3-BUCMWZ"]

pytestmark = pytest.mark.conformance
with_clients = pytest.mark.skipif(
    not PYTHON, reason=f"{VARIABLE} names no Python with the clients; .ci/third_party.sh makes one"
)
with_cryptofeed = pytest.mark.skipif(
    not FEEDS_PYTHON, reason=f"{FEEDS_VARIABLE} names no Python with cryptofeed; .ci/third_party.sh makes one"
)


def run(program: str, variables: dict[str, str], python: str = PYTHON) -> dict[str, Any]:
    """Return what a client's program says it saw."""
    done = subprocess.run(
        [python, str(HERE / program)],
        env=environment(**variables),
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    report: dict[str, Any] = json.loads(done.stdout)
    return report


@contextmanager
def served_over_tls(folder: Path) -> Iterator[dict[str, str]]:
    """An exchange over https and wss; the variables for a client that trusts its certificate."""
    authority = trustme.CA()
    certificate = authority.issue_cert("localhost")
    trusted, chain, key = (folder / name for name in ("ca.pem", "cert.pem", "key.pem"))
    authority.cert_pem.write_to_path(trusted)
    certificate.cert_chain_pems[0].write_to_path(chain)
    certificate.private_key_pem.write_to_path(key)
    with served(folder / "state", "--tls-cert", str(chain), "--tls-key", str(key)) as exchange:
        yield exchange.environment | {"SSL_CERT_FILE": str(trusted), "REQUESTS_CA_BUNDLE": str(trusted)}


@with_clients
def test_ccxt(tmp_path: Path) -> None:
    """ccxt 4.4.20 by WebSocket and by REST, in plain text on loopback."""
    with served(tmp_path) as exchange:
        report = run("ccxt_client.py", exchange.environment)

    assert (report["markets"], report["status"], report["fees"]) == (36, "ok", [0.004, 0.0025])
    assert report["precision"]["price"] == 0.01
    assert report["limits"]["amount"]["min"] == 0.002
    assert report["ticker"] == [150.1, 150.2, 150.1]
    assert {"BTC", "ETH", "EUR", "DOGE"} < set(report["currencies"])
    assert abs(report["time"] / 1000 - time.time()) < LIMIT_S
    # By WebSocket.
    assert report["watched"] == [*STANDING, report["placed"]]
    assert (report["canceled"], report["ended"]) == ("ok", [[report["placed"], "canceled"]])
    assert report["trades"] == [[report["taken"], 0.1]]
    assert report["count"] == len(STANDING) + len(report["several"])
    # By REST: first what was done by WebSocket, then on its own.
    assert report["found"] == ["canceled", "ETH/EUR", 101.5, 0.25, 0.0]
    assert (report["open"], report["my_trades"]) == ([], [[report["taken"], 0.1]])
    assert {report["placed"], report["taken"], *report["several"], *STANDING} == set(report["closed"])
    assert report["balance"][0] == report["balance"][1]
    assert report["rest_open"] == report["rest_placed"]
    assert (report["rest_batch"], report["rest_all"], report["rest_left"]) == ("2", "1", 0)
    # The public channels: the client has compared the checksum of each update with its own.
    assert report["bids"] == [[150.1, 2000.0], [150.15, 1.5], [150.1, 2000.0]]
    assert report["depths"] == [[10, 10]] * 3
    assert report["watched_ticker"] == [150.1, 150.2]
    assert report["watched_trade"] == ["buy", 150.2, 0.5]
    assert report["watched_candle"] == [150.2] * 4
    assert (report["book"], report["candles"]) == ([50, 50], 720)
    assert report["public_trades"] == [["buy", 0.1], ["buy", 0.5]]
    assert report["errors"] == {
        "funds": "ExchangeError",
        "unknown": "OrderNotFound",
        "rest_unknown": "OrderNotFound",
        "small": "InvalidOrder",
    }


@with_clients
def test_kraken_sdk_over_tls(tmp_path: Path) -> None:
    """python-kraken-sdk 2.3.0 over https and wss, with a certificate that it trusts."""
    with served_over_tls(tmp_path) as variables:
        report = run("kraken_sdk_client.py", variables)

    states = (report["status"], report["subscribed"], report["errors"])
    assert states == ("online", ["openOrders", "ownTrades"], [])
    txid = report["placed"].pop("txid")
    assert report["placed"] == {
        "descr": "buy 0.25000000 ETHEUR @ limit 101.5",
        "event": "addOrderStatus",
        "reqid": 5,
        "status": "ok",
    }
    assert txid not in STANDING
    assert report["canceled"] == {"event": "cancelOrderStatus", "reqid": 6, "status": "ok"}
    assert report["ended"] == [txid]
    assert report["everything"] == {"count": 3, "event": "cancelAllStatus", "reqid": 7, "status": "ok"}
    # By REST.
    assert (report["pairs"], report["rest_status"], report["ticker"]) == (36, "online", "150.20000")
    assert report["validated"] == {"descr": {"order": "buy 0.25000000 ETHEUR @ limit 101.5"}}
    assert report["rest_open"] == report["rest_placed"]
    assert report["queried"] == "buy 0.25000000 ETHEUR @ limit 101.5"
    assert (report["rest_canceled"], report["rest_batch"]) == ({"count": 1}, {"count": 2})
    assert (report["rest_closed"], report["balance"]) == (10, "100000.0000000000")
    assert report["short"] == "KrakenInsufficientFundsError"
    assert report["batch"] == [f"buy 0.25000000 ETHEUR @ limit {price}" for price in (99, 98)]
    assert (report["edited"]["status"], report["edited"]["volume"]) == ("ok", "0.50000000")
    assert list(report["amended"]) == ["amend_id"]
    assert report["left"] == ["0.75000000", "0.50000000"]
    assert report["positions"] == []  # by market, which is its default
    assert report["worth"] == sorted(["eb", "tb", "m", "n", "c", "v", "e", "mf", "uv"])
    assert (report["book"], report["candles"], report["public_trades"]) == ([5, 5], 720, [])
    assert report["spreads"] == [["150.10000", "150.20000"]]


@with_cryptofeed
def test_cryptofeed_over_tls(tmp_path: Path) -> None:
    """cryptofeed 2.4.1 on the public channels: its own book has the exchange's checksum after each update."""
    with served_over_tls(tmp_path) as variables:
        report = run("cryptofeed_client.py", variables, FEEDS_PYTHON)

    full = [10, 10]
    assert report["books"] == [
        [["150.10000", "150.20000"], full, None],
        [["150.15000", "150.20000"], full, True],
        [["150.10000", "150.20000"], full, True],
    ]
    best_bids = [ticker["b"] for ticker in report["ticker"]]
    assert best_bids == [
        ["150.10000", 2000, "2000.000"],
        ["150.15000", 1, "1.500"],
        ["150.10000", 2000, "2000.000"],
        ["150.10000", 2000, "2000.000"],
    ]
    assert report["ticker"][-1]["c"] == ["150.20000", "1.50000000"]
    ((*trade, moment, side, ordertype, _),) = report["trades"]
    assert (trade, side, ordertype) == (["150.20000", "1.50000000"], "b", "m")
    ((updated, end, *prices, volume, count),) = report["candles"]
    assert (updated, prices, volume, count) == (moment, ["150.20000"] * 5, "1.50000000", 1)
    assert 0 < float(end) - float(updated) <= 60
    # By its own REST.
    assert report["rest_book"] == [200, 200]
    assert report["rest_trades"] == [["150.20000", "1.50000000", "buy"]]
    assert report["rest_ticker"] == ["150.10000", "150.20000"]
