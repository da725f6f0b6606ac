"""Checks that a schema cannot express; the messages are in the corpus of broken files."""

from __future__ import annotations

import pytest

from runner.batchfile import parse
from runner.batchfile.checks.checks import semantic_faults
from runner.batchfile.document.values import YamlMap
from runner.batchfile.yaml.reader import read
from tests.batchfile.files import INVALID, ORDER, batch_text
from tests.support.for_each import for_each


@for_each(INVALID)
def test_the_checks_bear_any_document(path: object) -> None:
    """They run on what the schema found faulty, as far as it can be understood."""
    root = read(path.read_text("utf-8", "replace").replace("\x00", "")).root  # type: ignore[attr-defined]
    if isinstance(root, YamlMap):
        semantic_faults(root)


def test_checks_and_schema_speak_in_one_run() -> None:
    """A wrong volume does not hide a name that is there twice."""
    problems = parse(batch_text(ORDER, ORDER.replace("0.25", "0")), "f").problems
    assert [problem.path for problem in problems] == ["g/a: id", "g/a: volume"]


def test_the_same_id_may_be_in_two_groups() -> None:
    """An order is named by group and id."""
    second = f"  - name: h\n    orders:\n      - {ORDER}\n    cancel: [{{order: g/a}}, {{order: h/a}}]\n"
    assert parse(batch_text(ORDER) + second.encode(), "f").batch is not None


def test_free_text_ids_differ_by_case_and_uuids_do_not() -> None:
    """As the exchange distinguishes them, as far as it is known."""
    with_id = [
        ORDER.replace("id: a", f"id: {name}, cl_ord_id: {own}") for name, own in (("a", "x-1"), ("b", "X-1"))
    ]
    assert parse(batch_text(*with_id), "f").batch is not None


def test_two_orders_may_share_a_userref_of_their_author() -> None:
    """It need not be unique; only one that we derive must name a single order."""
    shared = [ORDER.replace("id: a", f"id: {name}, userref: 5") for name in "ab"]
    assert parse(batch_text(*shared), "f").batch is not None


@pytest.mark.parametrize(
    ("time", "exists"),
    [
        ("2024-02-29T00:00:00Z", True),
        ("2026-02-29T00:00:00Z", False),
        ("2026-01-01T24:00:01Z", False),
        ("1969-12-31T23:59:59Z", False),
        ("2026-01-01T00:00:00+23:59", True),
        ("2026-01-01T00:00:00+24:00", False),
    ],
)
def test_a_time_must_exist(time: str, exists: bool) -> None:
    """A form that the schema lets through may still name no day, or one before Unix time."""
    content = batch_text(ORDER.replace("price", f"starttm: '{time}', price"))
    assert (parse(content, "f").batch is not None) == exists
