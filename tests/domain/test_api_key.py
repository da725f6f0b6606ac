"""The facts about a key: an absent one is unknown, and equal facts are equal."""

from __future__ import annotations

from runner.domain import ApiKeyInfo, Permission
from runner.paper.options.kinds import TRADING


def test_nothing_is_known_of_a_key_at_first() -> None:
    """Neither that it may do nothing, nor that it has no end, nor that any address may use it."""
    info = ApiKeyInfo()
    assert (info.iban, info.permissions, info.valid_until, info.addresses) == (None, None, None, None)
    assert info != ApiKeyInfo(permissions=frozenset(), valid_until=0, addresses=0)


def test_what_a_batch_needs_is_not_to_withdraw() -> None:
    """The permissions of the simulated account are those that a batch may need."""
    assert Permission.WITHDRAW not in TRADING
    assert Permission("withdraw-funds") is Permission.WITHDRAW
