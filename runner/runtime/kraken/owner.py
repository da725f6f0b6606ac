"""The owner of the account, read from the exchange: its IBAN, or else the API key.

The key is used only if the exchange does not know the call, or answers without an IBAN; a failed call proves
nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.domain import Owner, account_by_key
from runner.kraken import KEY_INFO_PATH, ErrorKind, iban_from
from runner.net.failures import AccessFailed

if TYPE_CHECKING:
    from .access import KrakenAccess


async def read_owner(access: KrakenAccess) -> Owner:
    """Return the account at its exchange. Raises ``AccessFailed`` where that cannot be found out.

    Without credentials the exchange alone is known.
    """
    fingerprint = access.fingerprint
    if fingerprint is None:
        return Owner(account=None, key=None, exchange=access.address)
    account = await _read_iban(access) or account_by_key(fingerprint)
    return Owner(account=account, key=fingerprint, exchange=access.address)


async def _read_iban(access: KrakenAccess) -> str | None:
    try:
        return await access.read_private(KEY_INFO_PATH, iban_from)
    except AccessFailed as failure:
        if failure.kinds == {ErrorKind.UNKNOWN_METHOD}:
            return None
        raise
