"""Facts are values: frozen, each of another kind, and named as in the journal."""

from __future__ import annotations

import re

import pytest

from runner.journal import OrderAbsent
from tests.journal.entry_strategies import KINDS


def test_every_kind_has_a_different_name() -> None:
    """A line of the journal says by its name alone what it is; names once written are kept for ever."""
    assert sorted(kind.kind for kind in KINDS) == [
        "cancel-intent",
        "cancel-settled",
        "fills-awaited",
        "fills-settled",
        "group-ended",
        "group-states",
        "order-absent",
        "order-ended",
        "order-intent",
        "order-placed",
        "order-refused",
        "order-rejected",
        "order-unresolved",
        "order-validated",
        "orders-executed",
        "run-ended",
        "run-started",
        "switch-armed",
        "switch-disarmed",
    ]


def test_every_fact_has_its_time_and_says_what_it_is_about() -> None:
    """Each entry is dated, and each but those of the run names its group."""
    for kind in KINDS:
        names = set(kind.__struct_fields__)
        assert "at" in names
        assert ("group" in names) is (re.match("run-|switch-", kind.kind) is None)
        assert ("id" in names) is kind.kind.startswith("order-")


def test_facts_do_not_change() -> None:
    """Recorded facts are never changed."""
    fact = OrderAbsent(at="t", group="g", id="a", reason="r")
    with pytest.raises(AttributeError, match="immutable"):
        fact.reason = "another"  # type: ignore[misc]
