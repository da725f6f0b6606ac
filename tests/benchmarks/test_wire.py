"""Every client that is timed gets through, so that no row is left out unseen."""

from __future__ import annotations

import os

import pytest

from tests.benchmarks.wire import CLIENTS, Client, Homes, exchange, one_run

VARIABLE = "THIRD_PARTY_PYTHON"
PYTHON = os.environ.get(VARIABLE, "")
ORDERS = 12
OWN = [client for client in CLIENTS if client.home == "ours" and client.most > 60]
THIRD_PARTY = [client for client in CLIENTS if client.home in ("ccxt", "sdk")]


def seconds(client: Client, homes: Homes) -> float:
    """What a client tells of a few orders; 0 when it told nothing."""
    with exchange(0) as port:
        command = homes.command(client, port, ORDERS)
        assert command is not None
        return (one_run(command) or {}).get("seconds", 0.0)


@pytest.mark.parametrize("client", OWN, ids=lambda client: client.name)
def test_a_client_from_here(client: Client) -> None:
    """Those that need no environment of their own."""
    assert seconds(client, Homes()) > 0


@pytest.mark.conformance
@pytest.mark.skipif(not PYTHON, reason=f"{VARIABLE} names no Python with the clients")
@pytest.mark.parametrize("client", THIRD_PARTY, ids=lambda client: client.name)
def test_a_client_of_other_people(client: Client) -> None:
    """Their programs, as they are."""
    assert seconds(client, Homes({"ccxt": PYTHON, "sdk": PYTHON})) > 0
