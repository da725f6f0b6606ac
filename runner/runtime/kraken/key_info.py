"""The facts about the API key, read from the exchange: its account and its permissions."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from runner.kraken import KEY_INFO_PATH, ErrorKind, key_info_from
from runner.net.failures import AccessFailed

if TYPE_CHECKING:
    from runner.domain import ApiKeyInfo

    from .access import KrakenAccess


async def read_key_info(access: KrakenAccess) -> ApiKeyInfo | None:
    """Return the exchange's answer about the key; None if the exchange does not know the call.

    It is read once for each access. Raises ``AccessFailed``: a failed call proves nothing.
    """
    return await access.once(KEY_INFO_PATH, partial(_read, access))


async def _read(access: KrakenAccess) -> ApiKeyInfo | None:
    try:
        return await access.read_private(KEY_INFO_PATH, key_info_from)
    except AccessFailed as failure:
        if failure.kinds == {ErrorKind.UNKNOWN_METHOD}:
            return None
        raise
