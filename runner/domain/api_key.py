"""The facts about an API key: its permissions, its end and the addresses that may use it.

Permissions are named as ``GetApiKeyInfo`` names them; the exchange's website has other names for them.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet


class Permission(StrEnum):
    """The permissions of an API key, as GetApiKeyInfo names them. The first six matter to a batch."""

    FUNDS = "query-funds"
    OPEN_ORDERS = "query-open-trades"
    CLOSED_ORDERS = "query-closed-trades"
    MODIFY = "modify-trades"
    CANCEL = "close-trades"
    WEBSOCKET = "create-ws-token"
    ADD_FUNDS = "add-funds"
    WITHDRAW = "withdraw-funds"
    EARN = "earn-funds"
    LEDGER = "query-ledger"
    EXPORT = "export-data"
    ADD_ADDRESS = "add-withdraw-address"
    UPDATE_ADDRESS = "update-withdraw-address"


class ApiKeyInfo(Struct, frozen=True, kw_only=True):
    """The exchange's answer about a key; None for each part that it lacks or that is unreadable.

    ``iban`` identifies the account. ``valid_until`` is in Unix seconds, 0 for no end. ``addresses`` is the
    number of addresses that may use the key, 0 for all.
    """

    iban: str | None = None
    permissions: AbstractSet[Permission] | None = None
    valid_until: int | None = None
    addresses: int | None = None
