"""The functions about a ledger, for programs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from runner import api
from runner.api import sync

if TYPE_CHECKING:
    from runner.domain import Secret


def test_an_empty_ledger(url: Secret) -> None:
    """Typed, and without the password in any of it."""
    assert api.init_ledger(url) == []
    assert api.ledger_accounts(url) == ()
    assert api.ledger_breaks(url) == ()
    with pytest.raises(api.InvalidInput, match="which account"):
        api.unlock_ledger(url)
    assert "create schema order_batch" in api.ledger_sql()


def test_a_job_may_name_one(url: Secret) -> None:
    """For Kraken alone; no ``repr`` gives it away."""
    job = api.Job(file=Path("a.yaml"), state_dir=Path("state"), ledger=url)
    assert "secret-of-the-admin" not in repr(job)
    assert job.target().ledger == url
    Path("a.yaml").write_text(
        "version: 1\nname: a\ngroups: [{name: g, orders: [{id: a, pair: ETH/EUR, type: buy, "
        "ordertype: limit, price: 1, volume: 1}]}]\n"
    )
    with pytest.raises(api.InvalidInput, match="a ledger is for Kraken"):
        sync.plan(job, offline=True)
