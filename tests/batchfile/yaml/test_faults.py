"""The faults of one reading: their paths, the one about anchors, and the limit."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from runner.batchfile.document.limits import MAX_FAULTS
from runner.batchfile.document.values import SAID
from runner.batchfile.yaml.faults import Faults, GaveUp


@dataclass
class Mark:
    """A mark of the YAML parser, from 0."""

    line: int
    column: int = 0


@dataclass
class Event:
    """An event of the YAML parser on a line, from 1."""

    line: int
    anchor: str | None = "a"
    tag: str | None = None
    start_mark: Any = field(init=False)

    def __post_init__(self) -> None:
        self.start_mark = Mark(self.line - 1)


def test_a_fault_has_the_path_of_what_is_being_read() -> None:
    """The steps so far, and its own."""
    faults = Faults()
    faults.trail += ["groups", 0]
    faults.report(Event(3), "name", "wrong", "right", code="value-unfit")
    faults.report(Event(4), None, "odd", code="value-unfit")
    assert [(fault.at, fault.path, fault.message) for fault in faults.result()] == [
        ((3, 1), "groups[0].name", "wrong"),
        ((4, 1), "groups[0]", "odd"),
    ]


def test_anchors_are_one_fault_that_names_five_lines_more() -> None:
    """The others keep their paths to themselves."""
    faults = Faults()
    faults.refuse_properties(Event(1), "x")
    for line in (2, 2, *range(3, 9)):
        faults.report_alias(Event(line), "y")
    first, *others = faults.result()
    assert first.message == "anchors (`&a`) are not allowed"
    assert first.instead.endswith("also on lines 2, 3, 4, 5, 6, ...")
    assert {other.message for other in others} == {SAID}


def test_nothing_is_reported_of_what_is_muted() -> None:
    """A placeholder is one fault, whatever YAML makes of it."""
    faults = Faults()
    with faults.muted():
        faults.report(Event(1), "x", "wrong", code="value-unfit")
        faults.refuse_properties(Event(1), "x")
    faults.refuse_properties(Event(2), "x")
    assert [fault.at for fault in faults.result()] == [(2, 1)]


def test_a_value_that_was_cut_is_one_fault() -> None:
    """Each further comma replaces the fault of the one before."""
    faults = Faults()
    faults.replace_last((1, 1), "price", "ends at its comma", "write 1.5", code="yaml-comma")
    faults.replace_last((1, 1), "price", "ends at its commas", "", code="yaml-comma")
    faults.replace_last((2, 1), "volume", "ends at its comma", "", code="yaml-comma")
    assert [fault.message for fault in faults.result()] == ["ends at its commas", "ends at its comma"]


def test_too_many_faults_end_the_reading() -> None:
    """A file of nonsense does not occupy the reader for long."""
    faults = Faults()
    for line in range(1, MAX_FAULTS + 1):
        faults.report(Event(line), None, "wrong", code="value-unfit")
    with pytest.raises(GaveUp):
        faults.report(Event(1), None, "wrong", code="value-unfit")
    with pytest.raises(GaveUp):
        Faults().give_up(Event(1), "too deep", "", code="too-much")


def test_what_to_write_instead_of_an_anchor_is_the_files_affair() -> None:
    """A policy has no defaults."""
    faults = Faults("write it out")
    faults.report_reuse(Event(1), "a", "anchors (`&x`)")
    faults.report_reuse(Event(2), "b", "aliases (`*x`)")
    (fault, silent) = faults.result()
    assert fault.hint == "write it out; also on line 2"
    assert silent.message == ""
