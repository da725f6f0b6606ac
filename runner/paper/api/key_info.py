"""``GetApiKeyInfo``: information about a key and its account. Any key may call it.

Source: https://docs.kraken.com/api/docs/rest-api/get-api-key-info
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from runner.paper.options.kinds import KeyInfo
from runner.paper.state import ids

from .credentials import Permission
from .history import CallError

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
    credentials: Credentials, seed: str, fields: Mapping[str, str], detail: KeyInfo, now: float
) -> dict[str, Any]:
    """Return the key's information, with the account's IBAN, which depends on the seed alone.

    Raises ``CallError`` if the exchange does not know the call.
    """
    if detail is KeyInfo.UNKNOWN_METHOD:
        raise CallError("EGeneral:Unknown method")
    return {
        "apiKeyName": "simulated",
        "apiKey": credentials.api_key,
        "nonce": fields["nonce"],
        "nonceWindow": 0,
        "permissions": [word for held, word in _WORDS.items() if held in credentials.permissions],
        "iban": ids.iban(seed) if detail is KeyInfo.WHOLE else None,
        "validUntil": "0",
        "queryFrom": "0",
        "queryTo": "0",
        "createdTime": "0",
        "modifiedTime": "0",
        "ipAllowlist": [],
        "lastUsed": str(int(now)),
    }
