"""Batches that were applied before: what of them is unfinished, and whose names are taken."""

from __future__ import annotations

import os
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from runner.app.checks.earlier_batches import MOST_READ, describe_earlier, read_earlier, refuse_used_name
from runner.app.inputs.batches import Target
from runner.domain import RestingOrder
from runner.errors import InvalidInput
from tests.app.shell import STATE, batch, forget_after, order

if TYPE_CHECKING:
    from tests.app.shell import Shell

TARGET = Target(file=Path("targets.yaml"), state_dir=STATE, venue="paper", run_key="")


def resting(txid: str) -> RestingOrder:
    """An open order with this id."""
    return RestingOrder(txid=txid, pair="ETH/EUR", type="buy", ordertype="limit", volume=Decimal(1))


def test_without_state_there_is_nothing(shell: Shell) -> None:
    """And nothing is made."""
    assert read_earlier(TARGET) == []
    refuse_used_name(TARGET, "core")
    assert not STATE.exists()


def test_an_order_in_doubt_is_named_with_its_batch(shell: Shell) -> None:
    """Its volume is not known: the next apply looks it up."""
    shell("apply", batch(order("a")))
    forget_after(STATE / "paper" / "one", "order-intent")
    (text,) = describe_earlier(read_earlier(TARGET), [])
    assert text.startswith("WARNING: batch one: the outcome of group/a is unknown")


def test_only_open_orders_are_named(shell: Shell) -> None:
    """By the ids that the exchange gives."""
    placed = shell("apply", batch(order("a"), order("b", price="144")), "--format", "json").orders()
    earlier = read_earlier(TARGET)
    assert describe_earlier(earlier, [resting("OTHERS")]) == []
    (text,) = describe_earlier(earlier, [resting(placed["b"]["txid"])])
    assert text.startswith("WARNING: of batch one, group/b is still open")


def test_only_the_newest_journals_are_read(shell: Shell) -> None:
    """A state folder may hold those of years."""
    shell("apply", batch(order("a")))
    journal = STATE / "paper" / "one" / "journal.jsonl"
    for number in range(MOST_READ):
        folder = STATE / "paper" / f"more-{number}"
        folder.mkdir()
        os.link(journal, folder / "journal.jsonl")
    os.utime(journal, (1, 1))
    assert len(read_earlier(TARGET)) == MOST_READ


def test_a_name_is_taken_by_its_first_run(shell: Shell) -> None:
    """The proposal is one that is free."""
    for name in ("core", "core-2"):
        shell("apply", batch(order("a"), name=name))
    with pytest.raises(InvalidInput, match="a batch core was applied before") as caught:
        refuse_used_name(TARGET, "core")
    assert caught.value.details == ("Give this one another name, such as core-3.",)
