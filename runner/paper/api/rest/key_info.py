"""``GetApiKeyInfo``: information about a key and its account. Any key may call it.

Source: https://docs.kraken.com/api/docs/rest-api/get-api-key-info
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from runner.domain import Permission
from runner.paper.options.kinds import KeyInfo
from runner.paper.state import ids

from .calls import UNKNOWN_METHOD, CallError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from runner.paper.api.credentials import Credentials
    from runner.paper.options.options import KeyOptions


def describe_key(
    credentials: Credentials, seed: str, fields: Mapping[str, str], key: KeyOptions, now: float
) -> dict[str, Any]:
    """Return the key's information, with the account's IBAN, which depends on the seed alone.

    Raises ``CallError`` if the exchange does not know the call.
    """
    if key.info is KeyInfo.UNKNOWN_METHOD:
        raise CallError(UNKNOWN_METHOD)
    return {
        "apiKeyName": "simulated",
        "apiKey": credentials.api_key,
        "nonce": fields["nonce"],
        "nonceWindow": 0,
        "permissions": [held.value for held in Permission if held in credentials.permissions],
        "iban": ids.iban(seed) if key.info is KeyInfo.WHOLE else None,
        "validUntil": str(key.valid_until),
        "queryFrom": "0",
        "queryTo": "0",
        "createdTime": "0",
        "modifiedTime": "0",
        "ipAllowlist": [*key.ip_allowlist],
        "lastUsed": str(int(now)),
    }
