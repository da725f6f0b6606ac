"""The stop button for programs."""

from __future__ import annotations

from pathlib import Path

import jsonschema
import pytest

from runner import api
from runner.api import sync
from tests.app.shell import BATCHES


def test_a_program_halts_and_resumes(tmp_path: Path) -> None:
    """The result is typed, and a copy of it is of the published shape."""
    site = api.Site(state_dir=tmp_path / "state")
    job = api.Job(file=BATCHES / "quickstart.yaml", state_dir=tmp_path / "state")
    halted = sync.halt(site, "odd fills")
    assert (halted.exit_code, halted.open, halted.reason) == (api.ExitCode.DONE, (), "")
    jsonschema.validate(halted.result, api.schema("halt"))
    with pytest.raises(api.Refused, match="because: odd fills") as refused:
        sync.plan(job)
    assert refused.value.remedies == (api.Remedy.RESUME,)
    ended = sync.resume(site, "all fine")
    assert ended["halt"]["reason"] == "odd fills"
    assert sync.plan(job).exit_code == 0


def test_real_orders_need_consent(tmp_path: Path) -> None:
    """A program that says nothing cancels nothing."""
    venue = api.Kraken(api_key=api.Secret("key"), api_secret=api.Secret("a2VlcA=="))
    with pytest.raises(api.InvalidInput, match="needs confirmation"):
        sync.halt(api.Site(state_dir=tmp_path, venue=venue), "odd")
