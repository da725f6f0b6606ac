"""Looks through the records: whose they are, and how far back a plan has to look after them."""

from __future__ import annotations

from msgspec import structs

from runner.domain import Owner
from runner.planning import EmptyLook, TeamLook
from runner.planning.order_matching import CLOCK_SLACK_S
from tests.execution.builders import group, plan_of

PLAN = plan_of(group("g", "a"))


def test_an_empty_look_is_of_one_account_at_one_exchange() -> None:
    """An unknown account is another one."""
    look = EmptyLook(1.0, "AA01", "api.example")
    assert look.is_of(Owner(account="AA01", key="k", exchange="api.example"))
    assert not look.is_of(Owner(account="AA02", key="k", exchange="api.example"))
    assert not look.is_of(None)


def test_the_latest_bound_counts() -> None:
    """That of the file, and that of the team."""
    assert PLAN.unseen_since is None
    for created, since in ((None, 500.0), (400.0, 500.0), (500.0, 400.0)):
        plan = structs.replace(PLAN, created=created, team_look=TeamLook(since, unseen=True))
        assert plan.unseen_since == 500.0 - CLOCK_SLACK_S
