"""The owner of a journal: two keys of one account, and two accounts."""

from __future__ import annotations

import pytest

from runner.domain import Owner, account_by_key
from tests.support.for_each import for_each


def owner(account: str | None, key: str | None = "k1", exchange: str = "ws-auth.kraken.com") -> Owner:
    """An account at an exchange."""
    return Owner(account=account, key=key, exchange=exchange)


BY_KEY = account_by_key("k1")

CASES = [
    # kept, now, certainly one, may be one
    (owner("AA01"), owner("AA01"), True, True),
    (owner("AA01"), owner("AA01", "k2"), True, True),  # the key was rotated
    (owner("AA01"), owner("AA02"), False, False),  # whatever the key says
    (owner("AA01"), owner("AA02", "k2"), False, False),
    (owner("AA01"), owner("AA01", exchange="loopback"), False, False),
    (owner(BY_KEY), owner(BY_KEY), True, True),
    (owner(BY_KEY), owner(account_by_key("k2"), "k2"), False, True),
    (owner(BY_KEY), owner("AA01"), True, True),  # the exchange has begun to report the IBAN
    (owner("AA01"), owner(BY_KEY), True, True),  # and forgot it
    (owner("AA01"), owner(account_by_key("k2"), "k2"), False, True),
    (owner("AA01"), owner(None), True, True),  # not read: the key is the same
    (owner("AA01"), owner(None, "k2"), False, True),
    (owner("AA01"), owner(None, None), False, True),  # without credentials
    (owner("AA01"), owner(None, None, "loopback"), False, False),
    (owner(None, None), owner(None, None), False, True),
]


@for_each(CASES)
def test_what_makes_two_owners_one(kept: Owner, now: Owner, certainly: bool, maybe: bool) -> None:
    """An IBAN settles it, then a key; what is unknown settles nothing; two addresses are two places."""
    assert (kept.is_known_as(now), kept.may_be(now)) == (certainly, maybe)
    assert (now.is_known_as(kept), now.may_be(kept)) == (certainly, maybe)


@pytest.mark.parametrize(
    ("first", "second", "maybe"),
    [
        (owner("AA01"), owner("AA02"), False),
        (owner("AA01"), owner("AA01", "k2"), True),
        (owner("AA01"), owner("AA01", exchange="another address"), True),
        (owner("AA01"), owner(BY_KEY, "k2"), True),
        (owner(BY_KEY), owner(account_by_key("k2"), "k2"), True),
        (owner(None, None), owner("AA01"), True),
    ],
)
def test_only_two_ibans_prove_separate_limits(first: Owner, second: Owner, maybe: bool) -> None:
    """An unknown account may be the same one."""
    assert first.may_share_limits(second) is second.may_share_limits(first) is maybe


def test_an_owner_is_named_for_people() -> None:
    """By its IBAN, or by what there is."""
    assert str(owner("AA01")) == "AA01 at ws-auth.kraken.com"
    assert str(owner(None)) == "key:k1 at ws-auth.kraken.com"
    assert str(owner(None, None)) == "an account without a name at ws-auth.kraken.com"
    assert (owner("AA01").iban, owner(BY_KEY).iban) == ("AA01", None)
