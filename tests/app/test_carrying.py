"""One run in steps."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from runner.api.collector import Collector
from runner.app.apply import hold_journal, hold_plan, prepare
from runner.app.carrying import ApplyOptions, Carrying
from runner.app.consent import Consent
from runner.app.hosts import PlainProgram
from runner.app.inputs.batches import Target, load
from runner.execution import Timing
from runner.runtime.storage import JOURNAL
from tests.app.shell import STATE, Shell, batch, forget_after, order, requests

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest


def carried(file: Path, see: Callable[[Carrying], object], *, validate_only: bool = False) -> object:
    """All events of a run of a file that is held."""
    target = Target(file=file, state_dir=STATE, venue="paper", run_key="")
    options = ApplyOptions(
        consent=Consent(yes=True),
        validate_only=validate_only,
        timing=Timing(),
        manifest=None,
        environ={},
        elapsed_s=lambda: 0.0,
    )
    prepared = prepare(target, load(target), options, Collector())
    with hold_journal(prepared) as state:
        return see(Carrying(hold_plan(prepared, state, options), options, Collector(), PlainProgram()))


def test_a_run_that_sends_nothing_needs_no_connection(shell: Shell) -> None:
    """Claims of the journal are looked up; cancellations cannot be validated."""
    placed, away = batch(order()), batch(name="away", cancel="[OAAAAA-AAAAA-AAAAAA]")
    assert shell("apply", placed).code == 0
    assert carried(placed, lambda run: run.without_connection()) is None
    assert carried(away, lambda run: run.without_connection()) is None
    assert carried(away, lambda run: run.without_connection(), validate_only=True) is not None


def test_a_run_that_was_interrupted_is_one_that_was_begun(shell: Shell) -> None:
    """It is completed whatever others do."""
    file = batch(order())
    assert shell("apply", file).code == 0
    assert not carried(file, lambda run: run.begun)
    forget_after(STATE / "paper" / "one", "order-intent")
    assert (STATE / "paper" / "one" / JOURNAL).exists()
    assert carried(file, lambda run: run.begun)


def test_orders_of_runs_before_it_are_known_at_its_turn(shell: Shell) -> None:
    """They were placed since its plan was made, and none of them is its own."""
    file, other = batch(order()), batch(order(price="144"), name="other")

    def elsewhere(run: Carrying) -> tuple[frozenset[str], frozenset[str]]:
        before = run.plan.elsewhere
        assert shell("apply", other).code == 0
        run.read_journals_again()
        return before, run.plan.elsewhere

    before, after = carried(file, elsewhere)  # type: ignore[misc]
    (txid,) = after - before
    assert txid.startswith("O")


def test_a_switch_that_was_left_armed_is_a_reason_to_connect(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run that has nothing to send disarms it, and says so; the one after that has nothing to do."""
    file = batch(order())
    with monkeypatch.context() as patch:
        patch.setattr("runner.execution.dead_man.DeadMan.is_off", lambda *_, **__: True)
        left = shell("apply", file, "--dead-man", "60s", "--format", "json")
    assert left.json["dead_man"]["disarmed_at"] is None
    assert "is not known to be off" in " ".join(shell("status", file, "--offline").stdout.split())
    after = shell("apply", file, "--format", "json")
    assert (after.code, after.json["outcome"]) == (0, "done"), after
    assert after.json["dead_man"]["disarmed_at"] is not None
    assert "An earlier run may have left the dead man's switch armed: this one disarms it." in after.words
    assert requests()[-1]["event"] == "cancelAllOrdersAfter"
    assert "dead_man" not in shell("apply", file, "--format", "json").json
