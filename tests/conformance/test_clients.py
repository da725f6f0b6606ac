"""Other people's v1 clients, unmodified, place, list and cancel on the paper exchange as it is by default.

They need other versions of packages than these tests do, so each runs as a program in its own virtual
environment. ``.ci/third_party.sh`` makes it; THIRD_PARTY_PYTHON names its Python.
"""

from __future__ import annotations

import json
import os
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest
import trustme

from tests.app.shell import environment, served

VARIABLE = "THIRD_PARTY_PYTHON"
PYTHON = os.environ.get(VARIABLE, "")
HERE = Path(__file__).parent
LIMIT_S = 180
STANDING = ["OUEMWD-CUO73-YYCBEK", "OBW5ID-MAGEW-HENTE7", "OQCLML-BW3P3-BUCMWZ"]

pytestmark = [
    pytest.mark.conformance,
    pytest.mark.skipif(
        not PYTHON, reason=f"{VARIABLE} names no Python with the clients; .ci/third_party.sh makes one"
    ),
]


def run(program: str, variables: dict[str, str]) -> dict[str, Any]:
    """Return what a client's program says it saw."""
    done = subprocess.run(
        [PYTHON, str(HERE / program)],
        env=environment(**variables),
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    said: dict[str, Any] = json.loads(done.stdout)
    return said


def test_ccxt(tmp_path: Path) -> None:
    """ccxt 4.4.20 by WebSocket and by REST, in plain text on loopback."""
    with served(tmp_path) as exchange:
        said = run("ccxt_client.py", exchange.environment)

    assert (said["markets"], said["status"], said["fees"]) == (36, "ok", [0.004, 0.0025])
    assert said["precision"]["price"] == 0.01
    assert said["limits"]["amount"]["min"] == 0.002
    assert said["ticker"] == [150.1, 150.2, 150.1]
    assert {"BTC", "ETH", "EUR", "DOGE"} < set(said["currencies"])
    assert abs(said["time"] / 1000 - time.time()) < LIMIT_S
    # By WebSocket.
    assert said["watched"] == [*STANDING, said["placed"]]
    assert (said["canceled"], said["ended"]) == ("ok", [[said["placed"], "canceled"]])
    assert said["trades"] == [[said["taken"], 0.1]]
    assert said["count"] == len(STANDING) + len(said["several"])
    # By REST: first what was done by WebSocket, then on its own.
    assert said["found"] == ["canceled", "ETH/EUR", 101.5, 0.25, 0.0]
    assert (said["open"], said["my_trades"]) == ([], [[said["taken"], 0.1]])
    assert {said["placed"], said["taken"], *said["several"], *STANDING} == set(said["closed"])
    assert said["balance"][0] == said["balance"][1]
    assert said["rest_open"] == said["rest_placed"]
    assert (said["rest_batch"], said["rest_all"], said["rest_left"]) == ("2", "1", 0)
    assert said["errors"] == {
        "funds": "ExchangeError",
        "unknown": "OrderNotFound",
        "rest_unknown": "OrderNotFound",
        "small": "InvalidOrder",
    }


def test_kraken_sdk_over_tls(tmp_path: Path) -> None:
    """python-kraken-sdk 2.3.0 over https and wss, with a certificate that it trusts."""
    authority = trustme.CA()
    certificate = authority.issue_cert("localhost")
    trusted, chain, key = (tmp_path / name for name in ("ca.pem", "cert.pem", "key.pem"))
    authority.cert_pem.write_to_path(trusted)
    certificate.cert_chain_pems[0].write_to_path(chain)
    certificate.private_key_pem.write_to_path(key)
    with served(tmp_path / "state", "--tls-cert", str(chain), "--tls-key", str(key)) as exchange:
        trust = {"SSL_CERT_FILE": str(trusted), "REQUESTS_CA_BUNDLE": str(trusted)}
        said = run("kraken_sdk_client.py", exchange.environment | trust)

    assert (said["status"], said["subscribed"], said["errors"]) == ("online", ["openOrders", "ownTrades"], [])
    txid = said["placed"].pop("txid")
    assert said["placed"] == {
        "descr": "buy 0.25000000 ETHEUR @ limit 101.5",
        "event": "addOrderStatus",
        "reqid": 5,
        "status": "ok",
    }
    assert txid not in STANDING
    assert said["canceled"] == {"event": "cancelOrderStatus", "reqid": 6, "status": "ok"}
    assert said["ended"] == [txid]
    assert said["everything"] == {"count": 3, "event": "cancelAllStatus", "reqid": 7, "status": "ok"}
    # By REST.
    assert (said["pairs"], said["rest_status"], said["ticker"]) == (36, "online", "150.20000")
    assert said["validated"] == {"descr": {"order": "buy 0.25000000 ETHEUR @ limit 101.5"}}
    assert said["rest_open"] == said["rest_placed"]
    assert said["queried"] == "buy 0.25000000 ETHEUR @ limit 101.5"
    assert (said["rest_canceled"], said["rest_batch"]) == ({"count": 1}, {"count": 2})
    assert (said["rest_closed"], said["balance"]) == (7, "100000.0000000000")
    assert said["short"] == "KrakenInsufficientFundsError"
