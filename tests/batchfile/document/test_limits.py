"""No file keeps the reader busy for long."""

from __future__ import annotations

import pytest

from runner.batchfile import MAX_FILE_BYTES, parse
from runner.batchfile.document.limits import MAX_ORDERS
from runner.batchfile.yaml.reader import read
from tests.batchfile.files import ORDER, batch_text


def test_a_file_that_is_too_long_is_not_read() -> None:
    """The limit holds before anything else is looked at."""
    (problem,) = parse(b"#" * (MAX_FILE_BYTES + 1), "f").problems
    assert "too long" in problem.message
    assert "too long" not in parse(b"#" * MAX_FILE_BYTES, "f").problems[0].message


def test_too_many_orders_are_refused_at_the_first_that_is_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit is for the file, not for a group."""
    monkeypatch.setattr("runner.batchfile.checks.checks.MAX_ORDERS", 2)
    assert MAX_ORDERS == 10_000
    orders = [ORDER.replace("id: a", f"id: a{number}") for number in range(3)]
    (problem,) = parse(batch_text(*orders), "f").problems
    assert (problem.line, problem.path) == (8, "g/a2")
    assert problem.message == "a batch has at most 2 orders; this one has 3"
    assert parse(batch_text(*orders[:2]), "f").batch is not None


def test_too_many_nodes_end_the_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file within its length may still hold more than is worth reading."""
    monkeypatch.setattr("runner.batchfile.yaml.reader.MAX_NODES", 20)
    (problem,) = parse(batch_text(ORDER, ORDER), "f").problems
    assert problem.message == "the file holds more than 20 keys and values"


@pytest.mark.parametrize(
    "text", ["[" + "a, " * 30 + "]", "{" + "".join(f"k{n}: v, " for n in range(30)) + "}"]
)
def test_no_single_container_escapes_the_limit(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading ends inside it, at the entry that is too many, and what was read is not looked at."""
    monkeypatch.setattr("runner.batchfile.yaml.reader.MAX_NODES", 20)
    reading = read(text)
    assert not reading.complete
    assert [fault.message for fault in reading.faults] == ["the file holds more than 20 keys and values"]
    assert 1 < reading.faults[0].at[1] < len(text) - 2


def test_a_file_of_faults_is_not_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """A list of thousands of errors helps no reader."""
    monkeypatch.setattr("runner.batchfile.yaml.faults.MAX_FAULTS", 3)
    reading = read("[" + "1e5, " * 30 + "]")
    assert (reading.complete, len(reading.faults)) == (False, 4)


def test_thousands_of_problems_are_cut_short() -> None:
    """The last line says how many more there are."""
    content = batch_text(*[ORDER.replace("id: a", f"id: a{n}").replace("0.25", "0") for n in range(300)])
    problems = parse(content, "f").problems
    assert len(problems) == 201
    assert problems[-1].message == "and 100 more problems, which are not shown"


@pytest.mark.parametrize("opening", ["[", "{a: ", "- "])
def test_deep_nesting_ends_quickly(opening: str) -> None:
    """A hundred thousand levels are one problem."""
    (problem,) = parse(b"a:\n  " + opening.encode() * 100_000, "f").problems
    assert problem.line == 2


def test_groups_in_a_long_row_are_followed() -> None:
    """References are checked through as many groups as a file may have."""
    groups = "".join(f"  - {{name: g{n}, orders: [{ORDER}]}}\n" for n in range(999))
    last = "  - {name: last, cancel: [{order: g0/a}]}\n"
    assert parse(f"version: 1\nname: case\ngroups:\n{groups}{last}".encode(), "f").batch is not None
