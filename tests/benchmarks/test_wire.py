"""Every client that is timed gets through, so that no row is left out unseen.

A client is skipped where its packages are missing: those of the extra ``bench`` here, and the third-party
ones in the environment that ``.ci/third_party.sh`` makes and THIRD_PARTY_PYTHON names.
"""

from __future__ import annotations

import importlib.util
import os
import sys

import pytest

from tests.benchmarks.wire import CLIENTS, Client, Homes, exchange, one_run

THIRD_PARTY = os.environ.get("THIRD_PARTY_PYTHON", "")
BENCH = sys.executable if all(map(importlib.util.find_spec, ("picows", "uvloop", "websockets"))) else ""
HOMES = {"bench": BENCH, "ccxt": THIRD_PARTY, "sdk": THIRD_PARTY}
ORDERS = 12


@pytest.mark.parametrize(
    "client",
    [
        pytest.param(client, id=client.name, marks=[pytest.mark.long] if client.flags else [])
        for client in CLIENTS
    ],
)
def test_a_client_gets_through(client: Client) -> None:
    """Each sends a few orders and reports the time until all of the replies."""
    with exchange(0) as port:
        command = Homes({home: path for home, path in HOMES.items() if path}).command(client, port, ORDERS)
        if command is None:
            pytest.skip(f"the packages of {client.home!r} are missing")
        run = one_run(command)
    assert run is not None
    assert run["seconds"] > 0
