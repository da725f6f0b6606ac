"""``GetApiKeyInfo``: what a key is told of itself and of its account."""

from __future__ import annotations

from typing import Any

import pytest

from runner.kraken import KEY_INFO_PATH, RestError, iban_from, parse_envelope, private_call
from runner.paper import Exchange, Options
from runner.paper.api.credentials import Permission
from runner.paper.api.rest import RestCall
from runner.paper.options.kinds import KeyInfo
from runner.paper.options.options import RestOptions
from tests.paper.builders import NOW, SECRET, exchange

FIELDS = {
    "apiKeyName", "apiKey", "nonce", "nonceWindow", "permissions", "iban", "validUntil", "queryFrom",
    "queryTo", "createdTime", "modifiedTime", "ipAllowlist", "lastUsed",
}  # fmt: skip


def asked(built: Exchange, nonce: str = "5") -> Any:
    """The answer of an exchange to its key."""
    headers, body = private_call("key", SECRET, KEY_INFO_PATH, nonce)
    return parse_envelope(built.rest(RestCall("POST", KEY_INFO_PATH, headers, body), NOW).body)


def test_any_key_is_told_of_itself() -> None:
    """No permission is needed; those that it has are named in the exchange's words."""
    told = asked(exchange(permissions=[Permission.MODIFY]))
    assert set(told) == FIELDS
    assert (told["apiKey"], told["permissions"], told["nonce"]) == ("key", ["modify-trades"], "5")
    assert asked(exchange(permissions=[]))["permissions"] == []


def test_an_account_keeps_its_iban() -> None:
    """It is the same at each call and after a restart, and another one elsewhere."""
    first, again = exchange(), exchange()
    assert iban_from(asked(first)) == iban_from(asked(first, "6")) == iban_from(asked(again))
    other = Exchange(seed="another", credentials=first._credentials)
    assert iban_from(asked(other)) != iban_from(asked(again, "6"))


def test_an_older_exchange_does_not_know_the_call() -> None:
    """The call came in 2026; and an account may be without an IBAN."""
    with pytest.raises(RestError, match="EGeneral:Unknown method"):
        asked(exchange(Options(rest=RestOptions(key_info=KeyInfo.UNKNOWN_METHOD))))
    assert iban_from(asked(exchange(Options(rest=RestOptions(key_info=KeyInfo.NO_IBAN))))) is None
