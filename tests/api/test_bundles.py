"""Bundles as values."""

from __future__ import annotations

from pathlib import Path

import pytest

from runner.api import ExitCode, Job, Paper, Refused, bundle, sync, verify
from tests.app.shell import batch, order


def test_a_program_packs_a_run_and_verifies_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both give the digest, by which a bundle is known."""
    monkeypatch.chdir(tmp_path)
    job = Job(file=batch(order()), venue=Paper(), state_dir=tmp_path / "state")
    with pytest.raises(Refused):
        bundle(job, tmp_path / "run.zip")
    sync.apply(job, confirm=sync.plan(job).digest)
    packed = bundle(job, tmp_path / "run.zip")
    assert "wire.jsonl" in packed.files
    verified = verify(packed.path)
    assert (verified.digest, verified.exit_code) == (packed.digest, ExitCode.DONE)
    assert [problems for _, problems in verified.checks if problems] == []
