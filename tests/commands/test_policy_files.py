"""Where a policy is found."""

from __future__ import annotations

from pathlib import Path

from runner.commands.policy_files import is_policy, policy_path


def test_a_policy_is_found_beside_its_batch(tmp_path: Path) -> None:
    """Unless another one is named, or there is none."""
    batch, other = tmp_path / "b.yaml", Path("elsewhere.yaml")
    assert policy_path(batch, None) is None
    beside = tmp_path / "policy.yaml"
    beside.touch()
    assert policy_path(batch, None) == beside
    assert policy_path(batch, other) == other


def test_a_policy_is_known_by_its_name() -> None:
    """So that a pattern for all files of a folder may hold it."""
    assert is_policy(Path("batches/policy.yaml"))
    assert not is_policy(Path("batches/my-policy.yaml"))
