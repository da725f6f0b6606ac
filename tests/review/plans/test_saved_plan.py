"""A saved plan says what was reviewed, and is refused when one byte of it is another."""

from __future__ import annotations

import hashlib
import json
import re
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from runner.batchfile import load_schema
from runner.errors import ExitCode, Refused
from runner.kraken import fields_of
from runner.review import is_saved_plan, read_plan, source_of, write_plan
from runner.review.plans.saved_plan import PLAN_VERSION
from tests.review.saved_plans import SOURCE, found, saved
from tests.support.for_each import for_each

JUNK = st.text(max_size=20) | st.none() | st.booleans() | st.integers() | st.lists(st.integers(), max_size=2)


@cache
def written() -> bytes:
    """A plan file."""
    return write_plan(saved()).encode()


def refusal(content: bytes) -> Refused:
    """Return why a plan file is refused."""
    with pytest.raises(Refused) as caught:
        read_plan(content, name="plan.json")
    return caught.value


def resealed(text: str) -> bytes:
    """A text with the id that it should have, as somebody would forge it."""
    blank = re.sub(r'"id": "[0-9a-f]{64}"', '"id": ""', text, count=1)
    digest = hashlib.sha256(blank.encode()).hexdigest()
    return blank.replace('"id": ""', f'"id": "{digest}"', 1).encode()


def test_a_plan_carries_its_barriers() -> None:
    """They are in the rows of its groups and keep the published schema; others say nothing of any."""
    with_barrier = SOURCE.replace(
        b"name: tidy\n", b"name: tidy\n    needs: [{group: enter, until: filled, within: 15m}]\n"
    )
    enter, tidy = saved(with_barrier).groups
    assert tidy["barriers"] == [{"group": "enter", "within": 900, "otherwise": "stop"}]
    assert "barriers" not in enter
    assert saved(with_barrier).id != saved(with_barrier.replace(b"15m", b"16m")).id
    text = write_plan(saved(with_barrier))
    assert read_plan(text.encode(), name="plan.json") == saved(with_barrier)
    assert list(Draft202012Validator(load_schema("plan")).iter_errors(json.loads(text))) == []


def test_a_plan_reads_back_as_it_was_written() -> None:
    """The same noun, and the batch file to the last byte."""
    plan = read_plan(written(), name="plan.json")
    assert plan == saved()
    assert source_of(plan) == SOURCE
    assert (plan.ends_at - plan.made_at, plan.changes) == (86_400, True)


def test_its_id_is_the_digest_of_all_else() -> None:
    """Anybody can compute it: the file with the id's digits left out."""
    plan = saved()
    blank = written().replace(plan.id.encode(), b"", 1)
    assert hashlib.sha256(blank).hexdigest() == plan.id
    assert saved(now=1.0).id != plan.id


def test_it_lists_every_message_that_would_leave() -> None:
    """In the file's order, in the author's own digits, without reqid, deadline and token."""
    rows = json.loads(written())["orders"]
    assert [(row["id"], row["line"], row["column"], row["deadline_s"]) for row in rows] == [
        ("a", 9, 10, "20"),
        ("b", 10, 10, None),
    ]
    assert [row["message"] for row in rows] == [
        {"event": "addOrder", **fields_of(order.request)} for order in found().orders()
    ]
    assert rows[0]["message"]["price"] == "145.10"


def test_it_is_of_the_published_form() -> None:
    """Every key is described, and no other is there."""
    schema = load_schema("plan")
    Draft202012Validator.check_schema(schema)
    content = json.loads(written())
    Draft202012Validator(schema).validate(content)
    assert list(content) == list(schema["properties"]) == schema["required"]


def test_two_plans_differ_in_whole_lines() -> None:
    """An order is a line, so a reviewer's diff shows the order that changed and nothing else of the rest."""
    first, second = (
        write_plan(saved(text)).splitlines() for text in (SOURCE, SOURCE.replace(b"145.10", b"145.2"))
    )
    assert len(first) == len(second)
    changed = [old.split(":")[0].strip() for old, new in zip(first, second, strict=True) if old != new]
    assert changed[:3] == ['"id"', '"digest"', '{"group"']
    assert len(changed) == 4


@given(st.data())
def test_a_changed_byte_is_refused(data: st.DataObject) -> None:
    """At any place, with any new value: exit code 4, and no traceback."""
    content = written()
    at = data.draw(st.integers(0, len(content) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda byte: byte != content[at]))
    changed = content[:at] + bytes([byte]) + content[at + 1 :]
    assert is_saved_plan(changed)
    assert refusal(changed).exit_code is ExitCode.REFUSED


def test_each_byte_of_a_plan_counts() -> None:
    """One bit of each, from the first to the last."""
    content = bytearray(written())
    for at in range(len(content)):
        content[at] ^= 1
        refusal(bytes(content))
        content[at] ^= 1
    assert read_plan(bytes(content), name="plan.json")


@given(st.integers(0, 6_000), st.integers(0, 6_000), st.binary(max_size=8))
def test_a_changed_stretch_is_refused(start: int, end: int, put: bytes) -> None:
    """Something cut out, doubled or put in; what reads back is the same file."""
    content = written()
    changed = content[:start] + put + content[end:]
    if changed != content:
        refusal(changed)


@for_each(
    [
        ('"changes": true', '"changes": 1'),
        ('"venue": "kraken"', '"venue": ["kraken"]'),
        ('"market": null', '"market": 3'),
        ('"policy": null,', '"policy": null,\n  "policy": null,'),
        ('"policy": null,', '"policy": null,\n  "more": null,'),
        ('"policy": null,\n', ""),
        ('"policies": []', '"policies": [3]'),
        ('"policies": []', '"policies": [{"name": 3, "file": "", "digest": ""}]'),
        ('"provenance": null', '"provenance": {}'),
        ('"provenance": null', '"provenance": []'),
        ('"account_look": null', '"account_look": {"began_at": "2026-11-01T00:00:00Z", "account": "A"}'),
        ('"account_look": null', '"account_look": {"began_at": 0, "account": "AA01", "exchange": "e"}'),
        ('"account_look": null', '"account_look": {"began_at": "soon", "account": "AA01", "exchange": "e"}'),
        (
            '"account_look": null',
            '"account_look": {"began_at": "2027-01-01T00:00:00Z", "account": "AA01", "exchange": "e"}',
        ),
        ('"findings": []', '"findings": {}'),
        ('"version: 1",', '"version: 1",\n    7,'),
        ('"version: 1",', '"version: 1", '),
        ('"created_at": "2026', '"created_at": "soon'),
        ('"created_at": "2026', '"created_at": "2027'),
    ]
)
def test_a_forged_plan_of_another_shape_is_refused(old: str, new: str) -> None:
    """An id can be computed by anybody; what is no plan is none with the right id either."""
    text = written().decode()
    assert old in text
    refusal(resealed(text.replace(old, new, 1)))


@given(st.dictionaries(st.sampled_from([*json.loads(written()), "x"]), JUNK, max_size=8))
def test_no_content_is_a_traceback(changes: dict[str, object]) -> None:
    """With any value under any key, with the right id: it reads back, or it is refused."""
    content = {**json.loads(written()), **changes, "plan_version": PLAN_VERSION, "id": "0" * 64}
    lines = ",\n".join(f"  {json.dumps(name)}: {json.dumps(value)}" for name, value in content.items())
    refusal(resealed(f"{{\n{lines}\n}}\n"))


def test_a_plan_of_a_later_version_is_refused_in_its_own_words() -> None:
    """The message does not claim that it was edited."""
    later = written().replace(b'"plan_version": 3', b'"plan_version": 4', 1)
    assert "version 4" in str(refusal(later))


@pytest.mark.parametrize("content", [b"", b"version: 1\n", b"{version: 1}", SOURCE, b"\xff\xfe{"])
def test_a_batch_file_is_no_saved_plan(content: bytes) -> None:
    """The content of files distinguishes them."""
    assert not is_saved_plan(content)
    assert is_saved_plan(written())
