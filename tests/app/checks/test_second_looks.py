"""Second looks in a plan and before a run: a warning, unless a policy denies them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.app.policies import policy
from tests.app.shell import batch, order

if TYPE_CHECKING:
    from tests.app.shell import Shell

DENY = "{name: looks, check: second-look, message: Ask whoever wrote it}"
FAR = order("far", price="14.5")


def test_a_plan_has_its_second_looks_in_json(shell: Shell) -> None:
    """Each with its code, order, line, message, severity and money; an honest plan has an empty list."""
    plan = shell("plan", batch(order("fine"), FAR), "--format", "json")
    (look,) = plan.json["review"]["second_looks"]
    assert (plan.code, plan.json["refused"]) == (0, False)
    assert look == {
        "code": "far-from-market",
        "order": "group/far",
        "line": 7,
        "message": "buy at 14.5, 90.3 % below the market, 150.15",
        "severity": "warn",
        "at_stake": "37.55",
    }
    assert shell("plan", batch(order()), "--format", "json").json["review"]["second_looks"] == []


@pytest.mark.parametrize("format", ["text", "json", "markdown", "github", "sarif", "junit"])
def test_a_policy_that_denies_them_refuses_the_plan_in_every_format(shell: Shell, format: str) -> None:
    """The headline says so, and the exit code."""
    policy(DENY)
    plan = shell("plan", batch(FAR), "--format", format)
    assert plan.code == 4
    assert "refused" in plan.stdout
    assert "denied by looks" in plan.stdout + plan.stderr or '"answer": "deny"' in plan.stdout


def test_what_is_denied_is_not_sent(shell: Shell) -> None:
    """Also unchecked; a policy that is about other codes lets it pass, and the log says it."""
    policy(DENY)
    file = batch(FAR)
    for more in ((), ("--unchecked",)):
        denied = shell("apply", file, *more)
        assert (denied.code, "denies one message" in denied.words) == (4, True)
    policy(DENY.replace("}", ", codes: [trades-at-once]}"))
    sent = shell("apply", file)
    assert sent.code == 0
    assert "one.yaml:6:10: worth a second look: group/far: buy at 14.5, 90.3 % below" in sent.words


def test_what_is_turned_off_is_not_taken(shell: Shell) -> None:
    """Neither shown nor counted."""
    policy(DENY.replace("}", ", answer: off}"))
    plan = shell("plan", batch(FAR), "--format", "json")
    assert (plan.code, plan.json["review"]["second_looks"]) == (0, [])


def test_without_a_market_a_plan_says_what_was_not_looked_at(shell: Shell) -> None:
    """Offline it is unknown whether the policy would deny it."""
    policy(DENY)
    plan = shell("plan", batch(FAR), "--offline")
    assert (plan.code, "not checked for looks" in plan.words) == (0, True)


def test_the_version_before_is_compared(shell: Shell) -> None:
    """A digit more than before, in a number that would be fine by itself."""
    old = batch(order("a", volume="0.25"), name="old")
    new = batch(order("a", volume="2.5"), name="new")
    plan = shell("plan", new, "--against", f"./{old}", "--format", "json")
    assert [look["code"] for look in plan.json["review"]["second_looks"]] == ["point-moved"]
