"""Counting approvals: distinct people, in time, not revoked, and not whoever applies."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from runner.domain import Approval, ApprovalRule
from runner.policy import Demand, given_in
from runner.policy.approvals import ApprovalStatus, tally

NOW = 1_000_000.0
RULE = ApprovalRule(policy="desk", least=2, approvers=("alice", "bob", "carol"), within_s=3600)
WORDS = st.lists(
    st.builds(
        Approval,
        by=st.sampled_from(["alice", "bob", "carol", "dave", "Alice", ""]),
        at=st.sampled_from([NOW, NOW - 3600, NOW - 3601, NOW + 1, float("nan"), float("inf"), 0.0]),
        reason=st.just("r"),
        revoked=st.booleans(),
    ),
    max_size=12,
)


def approval(by: str, ago: float = 1.0, *, revoked: bool = False) -> Approval:
    """An earlier approval."""
    return Approval(by=by, at=NOW - ago, reason="checked", revoked=revoked)


def test_each_counts_once() -> None:
    """Repetitions do not count; people that are not in the rule do not either."""
    found = tally(RULE, [approval("alice"), approval("alice"), approval("dave")], now=NOW)
    assert ([each.by for each in found.given], found.missing, found.eligible) == (
        ["alice"],
        1,
        ("bob", "carol"),
    )
    assert str(found) == "policy desk: 1 of 2 approvals (alice); bob or carol could still"


def test_the_last_word_decides() -> None:
    """A revocation takes back what was recorded before, and can itself be taken back."""
    recorded = [approval("alice", 3), approval("alice", 2, revoked=True)]
    assert tally(RULE, recorded, now=NOW).statuses["alice"] is ApprovalStatus.REVOKED
    assert tally(RULE, [*recorded, approval("alice")], now=NOW).statuses["alice"] is ApprovalStatus.COUNTS


def test_time_is_by_one_clock() -> None:
    """At its end it still counts; of the future, and of no time at all, nothing does."""
    cases = {3600.0: ApprovalStatus.COUNTS, 3600.5: ApprovalStatus.EXPIRED, -0.5: ApprovalStatus.FUTURE}
    for ago, status in {**cases, float("nan"): ApprovalStatus.EXPIRED}.items():
        assert tally(RULE, [approval("bob", ago)], now=NOW).statuses["bob"] is status, ago


def test_whoever_applies_neither_counts_nor_could() -> None:
    """Under any of their names."""
    demand = Demand(
        plan="f" * 64, rules=(RULE, replace(RULE, policy="fund", least=1)), applying=frozenset({"bob"})
    )
    recorded = [approval("alice"), approval("bob"), approval("carol", 5000)]
    desk, fund = demand.tallies(recorded, NOW, "carol")
    assert str(desk) == "policy desk: 1 of 2 approvals (alice); none else could still"
    assert (fund.missing, given_in([desk, fund])) == (0, (recorded[0],))


@given(recorded=WORDS, applying=st.sets(st.sampled_from(["alice", "bob", "carol"])))
def test_nothing_else_counts(recorded: list[Approval], applying: set[str]) -> None:
    """Against the definition, one person at a time; and no word of others changes what one comes to."""
    found = tally(RULE, recorded, now=NOW, applying=applying)
    for name in RULE.approvers:
        own = [each for each in recorded if each.by == name]
        good = own and not own[-1].revoked and NOW - 3600 <= own[-1].at <= NOW and name not in applying
        assert (name in [each.by for each in found.given]) == bool(good)
        assert found.statuses[name] is tally(RULE, own, now=NOW, applying=applying).statuses[name]
    assert not {each.by for each in found.given} & ({*found.eligible} | applying)
    assert len(found.given) + found.missing >= RULE.least


@given(recorded=WORDS)
def test_a_revocation_never_helps(recorded: list[Approval]) -> None:
    """Nor does the passing of time beyond the span."""
    before = tally(RULE, recorded, now=NOW)
    for name in RULE.approvers:
        after = tally(RULE, [*recorded, approval(name, 0, revoked=True)], now=NOW)
        assert after.missing >= before.missing
    assert tally(RULE, [each for each in recorded if each.at <= NOW], now=NOW + 3602).given == ()
