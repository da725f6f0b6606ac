"""The ids of closed orders in a ledger: of one account, with the earliest time, up to the latest look."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from runner.domain import Secret

session = pytest.importorskip("runner.runtime.team_ledger.session", reason="psycopg is not installed")
lease = pytest.importorskip("runner.runtime.team_ledger.lease")
seen_ids = pytest.importorskip("runner.runtime.team_ledger.seen_ids")


def test_what_is_added_by_whom(url: Secret) -> None:
    """Two machines look at once: neither takes back what the other has added."""
    with session.Session(url) as first:
        account, other = (
            lease.find_account(first, name, name[:2] * 8, "api.example") for name in ("AA01", "BB02")
        )
        seen = seen_ids.SeenIds(first, account)
        assert (seen.looked_until(), seen.first_opened(["userref:7"])) == (None, None)
        seen.add({"userref:7": 50.0, "cl_ord_id:a": 20.0}, 100.0)
        seen.add({"userref:7": 40.0}, 90.0)
        seen.add({"userref:7": 60.0}, 80.0)
        assert seen.looked_until() == 100.0
        assert seen.first_opened(["userref:7", "userref:8"]) == 40.0
        assert seen.first_opened(["userref:7", "cl_ord_id:a"]) == 20.0
        assert seen.first_opened(["userref:8"]) is None
        assert seen_ids.SeenIds(first, other).looked_until() is None
        assert seen_ids.SeenIds(first, other).first_opened(["userref:7"]) is None


def test_ids_and_time_are_added_together(url: Secret) -> None:
    """A look of which a part is lost was none."""
    with session.Session(url) as first:
        seen = seen_ids.SeenIds(first, lease.find_account(first, "AA01", "f" * 16, "api.example"))
        with pytest.raises(OSError, match="null value"):
            seen.add({"userref:7": None}, 100.0)
        assert seen.looked_until() is None
