"""The answer to ``GetApiKeyInfo``: which account a key belongs to, and what it may do.

Sources: https://docs.kraken.com/api/docs/rest-api/get-api-key-info and, for the names of permissions,
https://support.kraken.com/articles/360000919966-how-to-create-an-api-key
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Any, Final

from runner.domain import ApiKeyInfo, Permission, may_be_iban
from runner.kraken.wire.codec import FrameError

PERMISSION_NAMES: Final = MappingProxyType(
    {
        Permission.FUNDS: "Query funds",
        Permission.OPEN_ORDERS: "Query open orders & trades",
        Permission.CLOSED_ORDERS: "Query closed orders & trades",
        Permission.MODIFY: "Create & modify orders",
        Permission.CANCEL: "Cancel & close orders",
        Permission.WEBSOCKET: "WebSocket interface",
        Permission.ADD_FUNDS: "Deposit",
        Permission.WITHDRAW: "Withdraw",
        Permission.EARN: "Earn",
        Permission.LEDGER: "Query ledger entries",
        Permission.EXPORT: "Export data",
        Permission.ADD_ADDRESS: "Add withdrawal addresses",
        Permission.UPDATE_ADDRESS: "Update withdrawal addresses",
    }
)
"""The name of each permission on the page of the exchange where keys are made."""

_MOST_UNIX_S: Final = 10**11


def key_info_from(result: Any) -> ApiKeyInfo:
    """Return the facts about a key in the result of ``GetApiKeyInfo``; unknown permissions are left out.

    Raises ``FrameError`` for what is no such result. A part of it that cannot be read is unknown, except for
    the IBAN: the account would then be taken for another one.
    """
    if not isinstance(result, dict):
        raise FrameError("no answer about a key")
    return ApiKeyInfo(
        iban=_iban(result.get("iban")),
        permissions=_permissions(result.get("permissions")),
        valid_until=_unix_time(result.get("validUntil")),
        addresses=_count(result.get("ipAllowlist")),
    )


def _iban(value: Any) -> str | None:
    match value:
        case None | "":
            return None  # The key alone then says less, and more is refused for it.
        case str(text) if may_be_iban(iban := text.replace(" ", "").upper()):
            return iban
        case _:
            raise FrameError("iban is not one")


def _permissions(value: Any) -> frozenset[Permission] | None:
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        return None
    return frozenset(permission for permission in Permission if permission.value in value)


def _unix_time(value: Any) -> int | None:
    text = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    if not (text.isascii() and text.isdecimal() and len(text) <= len(str(_MOST_UNIX_S))):
        return None
    return int(text) if int(text) <= _MOST_UNIX_S else None


def _count(value: Any) -> int | None:
    return len(value) if isinstance(value, list) and all(isinstance(text, str) for text in value) else None
