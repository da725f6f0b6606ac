"""The journals of this machine about orders that other runs have placed."""

from __future__ import annotations

import os
import time

import pytest

from runner.app.inputs.batches import Target
from runner.app.inputs.other_runs import LATELY_S, placed_elsewhere
from tests.app.shell import STATE, Shell, batch, order

JOURNAL = STATE / "paper" / "one" / "journal.jsonl"


@pytest.fixture
def placed(shell: Shell) -> str:
    """The id of an order that a batch has just placed."""
    file = batch(order("a"))
    return str(shell("apply", file, "--format", "json").orders()["a"]["txid"])


def known() -> frozenset[str]:
    """Return what another run of this venue learns of it."""
    target = Target(file=JOURNAL, state_dir=STATE, venue="paper", run_key="")
    return placed_elsewhere(target, time.time())


def test_orders_of_other_journals_are_known(placed: str) -> None:
    """They are in a folder beside."""
    assert known() == {placed}


@pytest.mark.usefixtures("placed")
def test_an_old_journal_is_not_read() -> None:
    """The exchange's records know its orders."""
    old = time.time() - LATELY_S - 1
    os.utime(JOURNAL, (old, old))
    assert known() == frozenset()


@pytest.mark.usefixtures("placed")
def test_a_journal_that_cannot_be_read_says_nothing() -> None:
    """It is another batch's: this one is not held up by it."""
    JOURNAL.write_bytes(b"nothing of the kind\n" + JOURNAL.read_bytes())
    assert known() == frozenset()
