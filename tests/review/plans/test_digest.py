"""The digest of a plan: the same for the same intent, another for any other."""

from __future__ import annotations

import pytest
from msgspec import structs

from runner.domain import RunId
from runner.review import plan_digest
from tests.execution.builders import group, plan_of

PLAN = plan_of(group("one", "a", "b"))
KNOWN = plan_digest(PLAN, account="key", exchange="somewhere")


def test_it_is_the_same_for_the_same_plan() -> None:
    """On every machine: 64 hex digits of nothing but what is said."""
    assert plan_digest(plan_of(group("one", "a", "b")), account="key", exchange="somewhere") == KNOWN
    assert len(KNOWN) == 64


@pytest.mark.parametrize(
    "other",
    [
        plan_of(group("one", "a")),
        plan_of(group("one", "b", "a")),
        structs.replace(PLAN, run=RunId(PLAN.run.batch, "second")),
        structs.replace(PLAN, venue="kraken"),
        structs.replace(PLAN, policy="0" * 64),
        structs.replace(PLAN, digest="0" * 64),
    ],
)
def test_another_plan_has_another(other: object) -> None:
    """With any difference."""
    assert plan_digest(other, account="key", exchange="somewhere") != KNOWN  # type: ignore[arg-type]


def test_it_binds_account_and_exchange() -> None:
    """The same orders for somebody else are another plan."""
    assert plan_digest(PLAN, account="another", exchange="somewhere") != KNOWN
    assert plan_digest(PLAN, account="key", exchange="elsewhere") != KNOWN
