"""Where the policy for a batch file is. Light: most batches that are validated have none."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

POLICY = "policy.yaml"


def policy_path(file: Path, given: Path | None) -> Path | None:
    """Where the policy for a batch file is: what was named, else what lies beside it, if anything does."""
    beside = file.parent / POLICY
    return given or (beside if beside.exists() else None)


def is_policy(file: Path) -> bool:
    """Whether a file is found as a policy, and so is no batch."""
    return file.name == POLICY
