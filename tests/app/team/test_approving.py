"""Files that can be approved, and the reasons of a refusal."""

from __future__ import annotations

from pathlib import Path

import pytest

from runner import api
from runner.review import save_series, write_plan, write_series
from tests.review.saved_plans import saved

LEDGER = api.Secret("postgresql://127.0.0.1:9/team")


def job(text: str, batch: str = "") -> api.Job:
    """A job about a file with this text."""
    file = Path("plan.json")
    file.write_text(text, "utf-8")
    return api.Job(
        file=Path("plan.json"),
        state_dir=Path(),
        venue=api.Kraken(),
        ledger=LEDGER,
        batch=batch,
    )


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in a folder of its own."""
    monkeypatch.chdir(tmp_path)


def test_a_plan_that_has_expired_is_not_approved() -> None:
    """It can still be revoked, which here fails for want of a ledger alone."""
    with pytest.raises(api.Refused, match="may not be applied any more"):
        api.approve(job(write_plan(saved())), "checked")
    with pytest.raises((api.Unreachable, api.InvalidInput), match=r"cannot be reached|psycopg"):
        api.revoke(job(write_plan(saved())), "no")


@pytest.mark.parametrize("reason", ["", " \t", "\u3000", "x" * 2001, "\x1b" * 501])
def test_a_reason_says_something(reason: str) -> None:
    """In at most as many characters as are kept, escapes counted."""
    with pytest.raises(api.InvalidInput, match=r"say why|at most 2000"):
        api.approve(job(write_plan(saved())), reason)


def test_only_saved_plans_are_approved() -> None:
    """A batch file is no plan, an edited one is refused, and of several one can be named."""
    with pytest.raises(api.InvalidInput, match="only a saved plan is approved"):
        api.approve(job("version: 1\n"), "checked")
    with pytest.raises(api.Refused, match="edited"):
        api.approve(job(write_plan(saved()).replace("0.25", "0.26")), "checked")
    series = write_series(save_series([saved()]))
    with pytest.raises(api.InvalidInput, match="no plan of the batch other"):
        api.approve(job(series, batch="other"), "checked")
