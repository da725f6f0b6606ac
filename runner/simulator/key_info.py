"""``GetApiKeyInfo``: what a key is told of itself and of the account that it belongs to. Any key may ask.

Source: https://docs.kraken.com/api/docs/rest-api/get-api-key-info
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from . import ids
from .credentials import Permission
from .history import CallError
from .options import KeyInfo

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .credentials import Credentials


_WORDS: Final[Mapping[Permission, str]] = {
    Permission.FUNDS: "query-funds",
    Permission.OPEN_ORDERS: "query-open-trades",
    Permission.CLOSED_ORDERS: "query-closed-trades",
    Permission.MODIFY: "modify-trades",
    Permission.CANCEL: "close-trades",
    Permission.WEBSOCKET: "create-ws-token",
}


def describe_key(
    credentials: Credentials, seed: str, fields: Mapping[str, str], told: KeyInfo, now: float
) -> dict[str, Any]:
    """Return what the key is told, with the account's IBAN, which hangs on the seed alone.

    Raises ``CallError`` where the exchange does not know the call.
    """
    if told is KeyInfo.UNKNOWN_METHOD:
        raise CallError("EGeneral:Unknown method")
    return {
        "apiKeyName": "simulated",
        "apiKey": credentials.api_key,
        "nonce": fields["nonce"],
        "nonceWindow": 0,
        "permissions": [word for held, word in _WORDS.items() if held in credentials.permissions],
        "iban": ids.iban(seed) if told is KeyInfo.WHOLE else None,
        "validUntil": "0",
        "queryFrom": "0",
        "queryTo": "0",
        "createdTime": "0",
        "modifiedTime": "0",
        "ipAllowlist": [],
        "lastUsed": str(int(now)),
    }
