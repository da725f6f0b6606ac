"""The owner of a journal: the account and the exchange that its orders went to.

An account is known by its IBAN, which is the same for all of its API keys; if the exchange reports none, by
the fingerprint of the key. Orders of one account are never taken for those of another.
"""

from __future__ import annotations

import re
from typing import Final

from msgspec import Struct

BY_KEY: Final = "key:"
"""Prefix of an account that is known by the fingerprint of its API key alone."""


_IBAN: Final = re.compile("[A-Z0-9]{4,64}")


class Owner(Struct, frozen=True, kw_only=True):
    """An account at an exchange.

    ``account`` is its IBAN, or ``key:`` and the fingerprint of the API key; None if it was not read.
    ``key`` is that fingerprint; None without credentials. ``exchange`` is the address that orders go to,
    ``loopback`` for any port of this machine.
    """

    account: str | None
    key: str | None
    exchange: str

    @property
    def iban(self) -> str | None:
        """The IBAN of the account, None where it is not known."""
        return None if self.account is None or self.account.startswith(BY_KEY) else self.account

    def __str__(self) -> str:
        name = self.account or (f"{BY_KEY}{self.key}" if self.key else "an account without a name")
        return f"{name} at {self.exchange}"

    def is_known_as(self, other: Owner) -> bool:
        """Return whether both are certainly one account at one exchange."""
        if self.exchange != other.exchange:
            return False
        if self.iban and other.iban:
            return self.iban == other.iban
        return self.key is not None and self.key == other.key

    def may_be(self, other: Owner) -> bool:
        """Return True if both may be one account at one exchange: no known fact distinguishes them."""
        if self.exchange != other.exchange:
            return False
        return self.is_known_as(other) or not (self.iban and other.iban)

    def may_share_limits(self, other: Owner) -> bool:
        """Return True if a daily limit may have to count the orders of both as one account's.

        Only different IBANs prove different accounts: another key or address may belong to the same account.
        """
        return not (self.iban and other.iban) or self.iban == other.iban


def may_be_iban(account: str) -> bool:
    """Return True if the name of an account has the form of the exchange's IBANs: capitals and digits."""
    return _IBAN.fullmatch(account) is not None


def account_by_key(fingerprint: str) -> str:
    """Return the name of an account of which nothing is known but a key."""
    return BY_KEY + fingerprint
