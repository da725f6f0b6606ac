"""``api.rebalance``: the same as the command, as values."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from runner import api
from runner.api import sync
from tests.app.targets_files import at_home, targets


def job(file: Path) -> api.Job:
    """A targets file with a simulated exchange of the test's own."""
    return api.Job(file=file, state_dir=Path("state"))


async def test_the_table_and_the_batch_are_values() -> None:
    """Under Trio, with money as ``Decimal``; what is written is the text that is returned."""
    result = await api.rebalance(job(targets()), out=Path("batch.yaml"), name="mine")
    assert (result.exit_code, result.outcome, result.notes) == (api.ExitCode.DONE, "orders", ())
    weights = {line.weight.currency: line.weight for line in result.table.lines}
    assert weights["XBT"].free == Decimal(10)
    assert [trade.id for trade in result.table.buys] == ["buy-eth", "buy-xbt"]
    assert result.batch.writing == "written"
    assert result.batch.path == "batch.yaml"
    assert api.load(Path("batch.yaml")).name == "mine"


def test_within_the_bands_there_is_no_batch() -> None:
    """For a program without Trio, too."""
    result = sync.rebalance(job(at_home()), check=True)
    assert (result.exit_code, result.outcome) == (api.ExitCode.DONE, "within")
    assert (result.batch.text, result.batch.writing) == ("", "none")
    assert not Path("state").exists()


def test_a_snapshot_gives_the_same_result() -> None:
    """From a file that an earlier call has kept."""
    kept = Path("snapshot.json")
    first = sync.rebalance(job(targets()), save_snapshot=kept, detailed_exitcode=True)
    again = sync.rebalance(job(targets()), snapshot=kept, detailed_exitcode=True)
    assert first.exit_code is again.exit_code is api.ExitCode.CHANGES
    assert (first.batch.text, first.snapshot) == (again.batch.text, again.snapshot)


def test_errors_are_of_the_families() -> None:
    """Each with its exit code, and nothing is written."""
    with pytest.raises(api.InvalidBatch, match="has a problem"):
        sync.rebalance(job(targets(weights="{XBT: 50%, SOL: 30%, EUR: 0%}")))
    with pytest.raises(api.Refused, match="no orders are computed") as refused:
        sync.rebalance(job(targets(price="{from: mid, max-spread: 0.001%}")))
    assert [problem.rule for problem in refused.value.problems] == ["wide-spread", "wide-spread"]  # type: ignore[attr-defined]
    with pytest.raises(api.InvalidInput, match="cannot be read"):
        sync.rebalance(job(Path("gone.yaml")))


def test_arguments_that_contradict_each_other() -> None:
    """A check writes nothing, a snapshot is read or written, and there is no run key."""
    file = targets()
    with pytest.raises(api.InvalidInput, match="a check writes no batch"):
        sync.rebalance(job(file), check=True, out=Path("b.yaml"))
    with pytest.raises(api.InvalidInput, match="is saved already"):
        sync.rebalance(job(file), snapshot=file, save_snapshot=Path("s.json"))
    with pytest.raises(api.InvalidInput, match="no run key"):
        sync.rebalance(api.Job(file=file, state_dir=Path("state"), run_key="1"))
