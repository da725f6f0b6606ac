"""The facts about a key, read from a simulated exchange over real sockets."""

from __future__ import annotations

from typing import Any

import pytest

from runner.domain import FaultAction, FaultRule, Secret
from runner.paper.options.kinds import TRADING, KeyInfo
from runner.paper.options.options import KeyOptions
from runner.runtime.kraken.access import (
    LOOPBACK,
    AccessFailed,
    Credentials,
    Endpoints,
    KrakenAccess,
    address_of,
)
from runner.runtime.kraken.key_info import read_key_info
from runner.runtime.kraken.rest_calls import RETRY_PAUSES_S
from tests.net.accounts import KEY, access
from tests.net.served import SECRET, exchange, served


def failing(times: int, **fields: Any) -> FaultRule:
    """A rule that lets the call fail so often."""
    usual = {
        "on": "GetApiKeyInfo",
        "act": FaultAction.REJECT,
        "error": "EService:Unavailable",
        "times": times,
    }
    return FaultRule(**(usual | fields))


async def test_the_exchange_says_what_it_knows_of_a_key() -> None:
    """An older one does not know the call, and an account may be without an IBAN."""
    for extent in KeyInfo:
        async with access(api_key=KeyOptions(info=extent)) as (found, _):
            info = await read_key_info(found)
        assert (info is None) is (extent is KeyInfo.UNKNOWN_METHOD)
        assert (info is not None and info.iban is not None) is (extent is KeyInfo.WHOLE)
        assert info is None or info.permissions == set(TRADING)


async def test_a_call_that_fails_is_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """It proves nothing; after the last attempt the account is not known, and not taken for its key."""
    monkeypatch.setattr("runner.runtime.kraken.rest_calls.RETRY_PAUSES_S", (0.0,) * len(RETRY_PAUSES_S))
    for times, known in ((len(RETRY_PAUSES_S), True), (len(RETRY_PAUSES_S) + 1, False)):
        async with served(exchange(), faults=(failing(times),)) as where:
            found = KrakenAccess(Endpoints(where.rest_url, where.ws_url), Credentials(KEY, SECRET))
            if known:
                assert await read_key_info(found)
            else:
                with pytest.raises(AccessFailed, match="EService:Unavailable"):
                    await read_key_info(found)
            await found.aclose()


async def test_a_refused_key_is_not_tried_again() -> None:
    """Knocking on would only lock it out."""
    async with access(key=Secret("other")) as (found, _):
        with pytest.raises(AccessFailed, match="EAPI:Invalid key") as raised:
            await read_key_info(found)
    assert raised.value.final


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("wss://ws-auth.kraken.com", "ws-auth.kraken.com"),
        ("wss://WS-auth.kraken.com:443/v1", "ws-auth.kraken.com"),
        ("wss://user:pass@ws-auth.kraken.com:444", "ws-auth.kraken.com:444"),
        ("ws://localhost:1234", LOOPBACK),
        ("wss://127.0.0.2:443", LOOPBACK),
        ("wss://127.0.0.1.example.org", "127.0.0.1.example.org"),
    ],
)
def test_an_address_is_what_does_not_change_from_run_to_run(url: str, address: str) -> None:
    """Host and unusual port, in one spelling and without a password; this machine is one place."""
    assert address_of(Endpoints("https://api.kraken.com", url)) == address
