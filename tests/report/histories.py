"""A history with everything that can be in one, for the tests of its formats."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from runner.journal import History, PastRun, RunMoney

HOSTILE = "fine \x1b[2J<script>alert(1)</script> =1+1"
EUR = RunMoney(currency="EUR", worth=Decimal("1200.5"), fees=Decimal("3.12"), known=2, unknown=1, open=1)
UNKNOWN = RunMoney(currency="XBT", unknown=2)
NOT_EVEN_THAT = RunMoney(currency="", unknown=1)


def past_run(**fields: Any) -> PastRun:
    """A run that went well, but for what is said."""
    usual: dict[str, Any] = {
        "batch": "weekly",
        "run_key": "2026-W47",
        "number": 2,
        "venue": "kraken",
        "account": "AA01",
        "exchange": "api.kraken.com",
        "place": "the ledger ann@host/team, weekly@2026-W47",
        "at": "2026-11-22T07:00:10.000000Z",
        "ended_at": "2026-11-22T07:00:12.000000Z",
        "outcome": "done",
        "reason": "",
        "user": "robot",
        "actor": None,
        "host": "ci-7",
        "job": None,
        "revision": None,
        "plan": "f" * 64,
    }
    return PastRun(**{**usual, **fields})


FULL = History(
    runs=(
        past_run(
            money=(EUR, UNKNOWN),
            orders={"total": 4, "already": 1, "placed": 3, "unresolved": 1},
            approvals=({"by": "alice", "at": "2026-11-22T06:00:00.000Z", "reason": HOSTILE},),
        ),
        past_run(
            number=3,
            at="2026-11-24T07:00:10.000000Z",
            money=(EUR, NOT_EVEN_THAT),
            ended_at=None,
            outcome="unfinished",
            reason=HOSTILE,
        ),
        past_run(
            batch="ladder",
            run_key="",
            user=None,
            host=None,
            at="2026-11-25T07:00:10.000000Z",
            outcome="refused",
        ),
    ),
    unread=(f"state/{HOSTILE}: damaged",),
)
