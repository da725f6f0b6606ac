"""A diagnosis for programs: typed findings, no environment of the process, nothing printed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import jsonschema

from runner import api
from runner.api import sync

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_the_findings_are_values(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One or more for each check; the object of it is a copy, and of the published shape."""
    found = sync.diagnose(api.Site(state_dir=tmp_path / "state"))
    assert (found.exit_code, {finding.state for finding in found.findings}) == (0, {api.State.OK})
    assert {finding.check for finding in found.findings} == set(api.Check)
    jsonschema.validate(found.result, api.schema("doctor"))
    found.result["checks"].clear()
    assert found.result["checks"]
    assert capsys.readouterr() == ("", "")
    assert list(tmp_path.iterdir()) == []


def test_a_key_is_that_of_the_call(tmp_path: Path) -> None:
    """Not the one in the environment, and it is in no finding."""
    venue = api.Kraken(
        api_key=api.Secret("canary"),
        api_secret=api.Secret("canary!"),
        rest_url="http://127.0.0.1:9",
        ws_url="ws://127.0.0.1:9",
    )
    found = sync.diagnose(api.Site(state_dir=tmp_path, venue=venue), api.Purpose.PLAN)
    assert found.exit_code is api.ExitCode.INVALID
    assert "canary" not in repr(found)


async def test_it_is_awaited_under_trio(tmp_path: Path) -> None:
    """As all that asks an exchange."""
    found = await api.diagnose(api.Site(state_dir=tmp_path), api.Purpose.STATUS)
    assert found.exit_code is api.ExitCode.DONE
