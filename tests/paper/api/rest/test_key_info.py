"""``GetApiKeyInfo``: the data of a key and of its account."""

from __future__ import annotations

from typing import Any

import pytest

from runner.domain import Permission
from runner.kraken import KEY_INFO_PATH, RestError, key_info_from, parse_envelope, private_call
from runner.paper import Exchange, Options
from runner.paper.api.rest.calls import RestCall
from runner.paper.options.kinds import KeyInfo
from runner.paper.options.options import KeyOptions
from tests.paper.builders import NOW, SECRET, Desk, exchange

FIELDS = {
    "apiKeyName", "apiKey", "nonce", "nonceWindow", "permissions", "iban", "validUntil", "queryFrom",
    "queryTo", "createdTime", "modifiedTime", "ipAllowlist", "lastUsed",
}  # fmt: skip


def key_info(built: Exchange, nonce: str = "5") -> Any:
    """The answer of an exchange to its key."""
    headers, body = private_call("key", SECRET, KEY_INFO_PATH, nonce)
    return parse_envelope(built.rest(RestCall("POST", KEY_INFO_PATH, headers, body), NOW).body)


def iban(answer: Any) -> str | None:
    """The account's IBAN in an answer."""
    return key_info_from(answer).iban


def test_any_key_gets_its_own_information() -> None:
    """No permission is needed; those that it has are named in the exchange's words."""
    info = key_info(exchange(permissions=[Permission.MODIFY]))
    assert set(info) == FIELDS
    assert (info["apiKey"], info["permissions"], info["nonce"]) == ("key", ["modify-trades"], "5")
    assert key_info(exchange(permissions=[]))["permissions"] == []


def test_an_account_keeps_its_iban() -> None:
    """It is the same at each call and after a restart, and another one elsewhere."""
    first, again = exchange(), exchange()
    assert (
        key_info_from(key_info(first)).iban
        == key_info_from(key_info(first, "6")).iban
        == key_info_from(key_info(again)).iban
    )
    other = Exchange(seed="another", credentials=first._credentials)
    assert key_info_from(key_info(other)).iban != key_info_from(key_info(again, "6")).iban


def test_an_older_exchange_does_not_know_the_call() -> None:
    """The call came in 2026; and an account may be without an IBAN."""
    with pytest.raises(RestError, match="EGeneral:Unknown method"):
        key_info(exchange(Options(api_key=KeyOptions(info=KeyInfo.UNKNOWN_METHOD))))
    assert iban(key_info(exchange(Options(api_key=KeyOptions(info=KeyInfo.NO_IBAN))))) is None


def test_a_key_says_what_it_may_do() -> None:
    """Permissions that options take from it are refused; its expiry and allowed addresses are reported."""
    may = (Permission.FUNDS, Permission.WITHDRAW, Permission.WEBSOCKET)
    key = KeyOptions(permissions=may, valid_until=1_800_000_000, ip_allowlist=("192.0.2.1",))
    info = key_info(built := exchange(Options(api_key=key)))
    assert info["permissions"] == ["query-funds", "create-ws-token", "withdraw-funds"]
    assert (info["validUntil"], info["ipAllowlist"]) == ("1800000000", ["192.0.2.1"])
    built.private("/0/private/Balance", {}, NOW)
    headers, body = private_call("key", SECRET, "/0/private/OpenOrders", "6")
    with pytest.raises(RestError, match="EGeneral:Permission denied"):
        parse_envelope(built.rest(RestCall("POST", "/0/private/OpenOrders", headers, body), NOW).body)
    assert Desk(subscribed=False, options=Options(api_key=key)).error() == "EGeneral:Permission denied"


def test_a_key_may_do_what_a_batch_needs_and_not_withdraw() -> None:
    """Unless options say otherwise."""
    info = key_info(exchange())
    assert info["permissions"] == [
        "query-funds", "query-open-trades", "query-closed-trades", "modify-trades", "close-trades",
        "create-ws-token",
    ]  # fmt: skip
    assert (info["validUntil"], info["ipAllowlist"]) == ("0", ["127.0.0.1"])
