"""One runner at a time: who else comes is told by whom the account is held, and a dead one holds nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from runner.errors import Locked

if TYPE_CHECKING:
    from runner.domain import Secret

session = pytest.importorskip("runner.runtime.team_ledger.session", reason="psycopg is not installed")
lease = pytest.importorskip("runner.runtime.team_ledger.lease")
HOLDER = lease.Holder(user="ann", host="desk", pid=17, batch="core", job="https://ci.example/7")


def test_another_runner_is_kept_out_and_told_by_whom(url: Secret) -> None:
    """With name, host, job and since when; once the account is free it may come in."""
    with session.Session(url) as one, session.Session(url) as two:
        account = lease.find_account(one, "AA01", "f" * 16, "api.example")
        with lease.hold_account(one, account, HOLDER) as held:
            with pytest.raises(Locked) as refused, lease.hold_account(two, account, HOLDER):
                pass
            for word in ("ann on desk", "process 17", "job https://ci.example/7", "since 20"):
                assert word in str(refused.value)
        with lease.hold_account(two, account, HOLDER) as after:
            assert after.fence == held.fence + 1
        assert lease.who_holds(one, account) is None
