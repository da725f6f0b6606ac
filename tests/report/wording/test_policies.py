"""The policies that held, in words."""

from __future__ import annotations

from runner.report.lines import plain
from runner.report.wording.policies import describe_policies, policies_of_run, policy_line

ONE = {"name": "desk", "file": "batches/policy.yaml", "digest": "0123456789abcdef" * 4}
OTHER = {"name": "firm", "file": "policy.yaml", "digest": "f" * 64}


def test_each_is_named_with_its_digest() -> None:
    """As many digits as a reader needs, or all for a program; without any it is said that there is none."""
    assert describe_policies([ONE]) == "policy desk (batches/policy.yaml, SHA-256 0123456789abcdef)"
    assert describe_policies([ONE, OTHER]).endswith("; policy firm (policy.yaml, SHA-256 ffffffffffffffff)")
    assert ONE["digest"] in describe_policies([ONE], digits=64)
    assert describe_policies([]) == "no policy"
    assert [plain(item) for item in policy_line([], 80)] == ["no policy"]


def test_a_journal_of_an_earlier_version_knows_the_digest_alone() -> None:
    """The journal's digest is shown."""
    assert policies_of_run({"policy": "f" * 64, "policies": [ONE]}) == [ONE]
    assert policies_of_run({"policy": None}) == []
    assert describe_policies(policies_of_run({"policy": "f" * 64})) == "policy (SHA-256 ffffffffffffffff)"
