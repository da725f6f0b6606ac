"""The digest of a plan, by which a program confirms exactly this plan."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from .saved_plan import cancel_rows, group_rows, order_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runner.planning import Plan


def plan_digest(plan: Plan, *, account: str | None, exchange: str) -> str:
    """Return the SHA-256, in 64 hex digits, of what a run would do, for whom and where.

    It covers the file, each message with what the journal knows of its order, the cancellations, the groups,
    the run key, the policy, the account by the fingerprint of its key, and the exchange by its address. It
    does not cover prices, balances and what else changes by itself.
    """
    content = {
        "batch": plan.run.batch,
        "run_key": plan.run.run_key,
        "venue": plan.venue,
        "exchange": exchange,
        "account": account,
        "digest": plan.digest,
        "policy": plan.policy,
        "groups": group_rows(plan),
        "orders": order_rows(plan),
        "cancels": cancel_rows(plan),
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode("ascii")).hexdigest()


def digest_over(digests: Sequence[str]) -> str:
    """Return one digest over those of several plans, in the order in which they are carried out."""
    return hashlib.sha256(json.dumps({"plans": list(digests)}).encode("ascii")).hexdigest()
