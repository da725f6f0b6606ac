"""Several files planned by a program."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from runner import api
from runner.api import sync
from tests.app.shell import batch, order

if TYPE_CHECKING:
    from collections.abc import Sequence


def jobs(job: api.Job, files: Sequence[Path]) -> api.Jobs:
    """Several files in place of one."""
    return api.Jobs(files=tuple(files), state_dir=job.state_dir, venue=job.venue)


@pytest.fixture
def files() -> list[Path]:
    """Two files with an order each."""
    return [batch(order(price=str(143 + number)), name=name) for number, name in enumerate("ab")]


async def test_plans_are_values_in_their_order(job: api.Job, files: list[Path]) -> None:
    """With totals from what the first finds to what the last leaves."""
    found = await api.plan_all(jobs(job, files))
    assert found.exit_code is api.ExitCode.DONE
    assert [(file.file, file.batch, file.error) for file in found.files] == [
        ("a.yaml", "a", None),
        ("b.yaml", "b", None),
    ]
    assert found.totals is not None
    assert found.totals.reported == Decimal("71.75")
    assert len(found.digest) == 64


def test_a_digest_speaks_for_all_plans_in_their_order(job: api.Job, files: list[Path]) -> None:
    """Another order of files is another plan, and so is one file less."""
    digest = sync.plan_all(jobs(job, files), offline=True).digest
    assert sync.plan_all(jobs(job, files)).digest == digest
    assert sync.plan_all(jobs(job, files[::-1]), offline=True).digest != digest
    assert sync.plan_all(jobs(job, files[:1]), offline=True).digest != digest
    assert (
        sync.plan_all(jobs(job, files[:1]), offline=True).digest
        != sync.plan(replace(job, file=files[0]), offline=True).digest
    )


def test_a_file_without_a_plan_is_an_error_of_its_own(job: api.Job, files: list[Path]) -> None:
    """There is no digest of all then."""
    found = sync.plan_all(jobs(job, [*files, Path("gone.yaml")]), offline=True)
    assert (found.digest, found.exit_code, found.files[2].planned) == ("", api.ExitCode.INVALID, None)
    assert isinstance(found.files[2].error, api.InvalidInput)
    assert found.totals is None


def test_no_file_is_no_plan(job: api.Job) -> None:
    """A pull request may be about something else."""
    found = sync.plan_all(jobs(job, []))
    assert (found.files, found.exit_code, found.totals) == ((), api.ExitCode.DONE, None)


def test_plans_are_saved_as_one(job: api.Job, files: list[Path]) -> None:
    """The id is that of the file."""
    found = sync.plan_all(jobs(job, files), save=api.Save(path=Path("plans.json")))
    assert found.saved_as is not None
    assert found.saved_as in Path("plans.json").read_text("ascii")
    assert api.holds_several(Path("plans.json"))
    assert not api.holds_several(files[0])
    assert not api.holds_several(Path("gone.yaml"))
