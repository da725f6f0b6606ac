"""Whose account this is, asked of a simulated exchange over real sockets."""

from __future__ import annotations

from typing import Any

import pytest

from runner.domain import FaultAction, FaultRule, Secret
from runner.paper.options.kinds import KeyInfo
from runner.paper.options.options import KeyOptions
from runner.runtime.kraken.access import (
    LOOPBACK,
    AccessFailed,
    Credentials,
    Endpoints,
    KrakenAccess,
    address_of,
)
from runner.runtime.kraken.owner import read_owner
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


async def test_an_account_is_named_by_its_iban_or_by_its_key() -> None:
    """By the key only where the exchange has no IBAN for it, or does not know the call."""
    for told in KeyInfo:
        async with access(api_key=KeyOptions(info=told)) as (found, _):
            owner = await read_owner(found)
        assert (owner.iban is not None) is (told is KeyInfo.WHOLE)
        assert (owner.key, owner.exchange) == (KEY.fingerprint(), LOOPBACK)
        assert KEY.reveal() not in str(owner).replace("key:", "")


async def test_a_call_that_fails_is_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """It proves nothing; after the last attempt the account is not known, and not taken for its key."""
    monkeypatch.setattr("runner.runtime.kraken.rest_calls.RETRY_PAUSES_S", (0.0,) * len(RETRY_PAUSES_S))
    for times, known in ((len(RETRY_PAUSES_S), True), (len(RETRY_PAUSES_S) + 1, False)):
        async with served(exchange(), faults=(failing(times),)) as where:
            found = KrakenAccess(Endpoints(where.rest_url, where.ws_url), Credentials(KEY, SECRET))
            if known:
                assert (await read_owner(found)).iban
            else:
                with pytest.raises(AccessFailed, match="EService:Unavailable"):
                    await read_owner(found)
            await found.aclose()


async def test_a_refused_key_is_not_tried_again() -> None:
    """Knocking on would only lock it out."""
    async with access(key=Secret("other")) as (found, _):
        with pytest.raises(AccessFailed, match="EAPI:Invalid key") as raised:
            await read_owner(found)
    assert raised.value.final


async def test_without_credentials_the_exchange_alone_is_known() -> None:
    """Nobody is asked."""
    owner = await read_owner(KrakenAccess(Endpoints("http://127.0.0.1:9", "ws://[::1]:9"), None))
    assert (owner.account, owner.key, owner.exchange) == (None, None, LOOPBACK)


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
