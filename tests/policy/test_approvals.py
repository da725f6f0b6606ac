"""Counting approvals: distinct people, in time, not revoked, and not whoever applies."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from runner.domain import Approval, ApprovalRule
from runner.policy import Demand, given_in
from runner.policy.approvals import Standing, tally

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
    assert ([each.by for each in found.given], found.missing, found.could) == (["alice"], 1, ("bob", "carol"))
    assert str(found) == "policy desk: 1 of 2 approvals (alice); bob or carol could still"


def test_the_last_word_decides() -> None:
    """A revocation takes back what was said before, and can itself be taken back."""
    said = [approval("alice", 3), approval("alice", 2, revoked=True)]
    assert tally(RULE, said, now=NOW).standings["alice"] is Standing.REVOKED
    assert tally(RULE, [*said, approval("alice")], now=NOW).standings["alice"] is Standing.COUNTS


def test_time_is_by_one_clock() -> None:
    """At its end it still counts; of the future, and of no time at all, nothing does."""
    cases = {3600.0: Standing.COUNTS, 3600.5: Standing.EXPIRED, -0.5: Standing.FUTURE}
    for ago, standing in {**cases, float("nan"): Standing.EXPIRED}.items():
        assert tally(RULE, [approval("bob", ago)], now=NOW).standings["bob"] is standing, ago


def test_whoever_applies_neither_counts_nor_could() -> None:
    """Under any of their names."""
    demand = Demand(
        plan="f" * 64, rules=(RULE, replace(RULE, policy="fund", least=1)), applying=frozenset({"bob"})
    )
    said = [approval("alice"), approval("bob"), approval("carol", 5000)]
    desk, fund = demand.tallies(said, NOW, "carol")
    assert str(desk) == "policy desk: 1 of 2 approvals (alice); none else could still"
    assert (fund.missing, given_in([desk, fund])) == (0, (said[0],))


@given(said=WORDS, applying=st.sets(st.sampled_from(["alice", "bob", "carol"])))
def test_nothing_else_counts(said: list[Approval], applying: set[str]) -> None:
    """Against the definition, one person at a time; and no word of others changes what one comes to."""
    found = tally(RULE, said, now=NOW, applying=applying)
    for name in RULE.approvers:
        own = [each for each in said if each.by == name]
        good = own and not own[-1].revoked and NOW - 3600 <= own[-1].at <= NOW and name not in applying
        assert (name in [each.by for each in found.given]) == bool(good)
        assert found.standings[name] is tally(RULE, own, now=NOW, applying=applying).standings[name]
    assert not {each.by for each in found.given} & ({*found.could} | applying)
    assert len(found.given) + found.missing >= RULE.least


@given(said=WORDS)
def test_a_revocation_never_helps(said: list[Approval]) -> None:
    """Nor does the passing of time beyond the span."""
    before = tally(RULE, said, now=NOW)
    for name in RULE.approvers:
        after = tally(RULE, [*said, approval(name, 0, revoked=True)], now=NOW)
        assert after.missing >= before.missing
    assert tally(RULE, [each for each in said if each.at <= NOW], now=NOW + 3602).given == ()
