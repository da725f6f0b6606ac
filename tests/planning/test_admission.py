"""A look is of the account and the exchange whose records it went through."""

from __future__ import annotations

from runner.domain import Owner
from runner.planning import Admission, EmptyLook


def test_a_look_is_of_one_account_at_one_exchange() -> None:
    """Not of another one, and of none that is unknown."""
    look = EmptyLook(7.0, "AA01", "api.kraken.com")
    assert look.is_of(Owner(account="AA01", key="k", exchange="api.kraken.com"))
    assert not look.is_of(Owner(account="AA02", key="k", exchange="api.kraken.com"))
    assert not look.is_of(Owner(account="AA01", key="k", exchange="loopback"))
    assert not look.is_of(None)
    assert Admission("f" * 64, 8.0).look is None
