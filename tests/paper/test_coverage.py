"""The table of what the simulated exchange does is true: it is as generated, and all that it names exists."""

from __future__ import annotations

import ast
import json
import re
from functools import cache
from pathlib import Path

from runner.paper.api.feeds.channels import NAMES
from runner.paper.api.rest.rest_api import PRIVATE_CALLS, PUBLIC_CALLS
from runner.paper.options.names import kinds_by_name
from tests.paper import coverage
from tests.support.for_each import for_each

ROOT = Path(__file__).parents[2]
ROWS = coverage.rows()
PROOFS = sorted({name for row in ROWS for name in row.proof})
OPTIONS = kinds_by_name().keys()


@cache
def names_in(file: str) -> frozenset[str]:
    """Return what a test file defines or assigns at its top."""
    body = ast.parse((ROOT / file).read_text("utf-8")).body
    defined = {
        node.name for node in body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    }
    assigned = {
        target.id
        for node in body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    return frozenset(defined | assigned)


def test_the_readme_is_as_generated() -> None:
    """After a change of the rows: ``python -m tests.paper.coverage``."""
    text = coverage.README.read_text("utf-8")

    assert text == coverage.written(text)


@cache
def keys_of_a_scenario() -> frozenset[str]:
    """Return what a scenario file may hold, as the table names it."""
    schema = json.loads((ROOT / "schemas" / "scenario.schema.json").read_text("utf-8"))
    parts = {"faults": schema["$defs"]["fault"], "timeline": schema["$defs"]["moment"]}
    inner = {f"{part}.{name}" for part, content in parts.items() for name in content["properties"]}
    acts = {f"do.{act}" for act in schema["$defs"]["fault"]["properties"]["do"]["enum"]}
    return frozenset(schema["properties"].keys() | inner | acts)


def test_a_proof_that_does_not_exist_is_noticed() -> None:
    """A test that is gone, in a file that is there or not; an option, a key and an act that are none."""
    gone = ("venue::test_nothing", "nowhere::test_ioc", "venue::Desk", "option:nothing", "scenario:nothing")
    assert [proof for proof in (*gone, "scenario:do.nothing", "nothing:at_all") if exists(proof)] == []
    assert exists("matching_engine::test_ioc")
    assert exists("scenario:do.lose")


def exists(proof: str) -> bool:
    """Return whether a proof of a row is there."""
    kind, _, name = proof.partition(":")
    match kind:
        case _ if "::" in proof:
            file, function = coverage.place_of(proof)
            named = function.startswith(("test_", "Test"))
            return named and (ROOT / file).is_file() and function in names_in(file)
        case "option":
            return name in OPTIONS
        case "scenario":
            return name in keys_of_a_scenario()
        case "reason":
            return bool(name)
        case _:
            return False


@for_each(PROOFS)
def test_what_is_named_exists(proof: str) -> None:
    """A test in its file, an option, or a key of a scenario."""
    assert exists(proof)


def test_every_key_of_a_scenario_is_in_the_table() -> None:
    """But for its name and what describes it: what a scenario can do is behaviour of this exchange."""
    named = {proof.removeprefix("scenario:") for proof in PROOFS if proof.startswith("scenario:")}
    described = {"version", "name", "description", "faults", "timeline", "faults.do", "timeline.at_s"}

    assert keys_of_a_scenario() - named - described == set()


def test_only_what_is_left_out_has_a_reason_instead() -> None:
    """And nothing else."""
    assert {row.where == coverage.NOWHERE for row in ROWS if row.proof[0].startswith("reason:")} == {True}
    assert {row.proof[0].startswith("reason:") for row in ROWS if row.where == coverage.NOWHERE} == {True}


def test_every_option_is_in_the_table() -> None:
    """An option that no row names has an effect without any proof."""
    named = {proof.removeprefix("option:") for proof in PROOFS if proof.startswith("option:")}

    assert OPTIONS - named == set()


def test_every_module_that_is_named_exists() -> None:
    """Paths are relative to the package."""
    places = {row.where for row in ROWS} - {coverage.NOWHERE}
    assert [where for where in places if not (ROOT / "runner" / where).is_file()] == []


def test_every_row_has_a_proof_and_is_there_once() -> None:
    """A fact without a test or an option is a claim."""
    lines = coverage.SOURCE.read_text("utf-8").splitlines()
    keys = [line for line in lines if line.startswith('    "')]

    assert all(row.proof for row in ROWS)
    assert len(keys) == len(set(keys)) == len(ROWS)


def test_the_readme_shows_every_module() -> None:
    """A reader of the folder sees the place of each file."""
    text = coverage.README.read_text("utf-8").partition(coverage.BEGIN)[0]
    modules = {path.name for path in coverage.README.parent.rglob("*.py") if path.parent.name != "server"} - {
        "__init__.py"
    }

    assert modules - set(re.findall(r"\w+\.py", text)) == set()


def test_the_readme_names_every_call_and_channel() -> None:
    """Whoever looks for one finds it before the tables of proofs, and none that is not there."""
    text = coverage.README.read_text("utf-8").partition("## Calls and channels")[2].partition("\n## ")[0]
    rows = dict(re.findall(r"^\| ([^|]+) \| (.*) \|$", text, re.MULTILINE))
    calls = {
        name
        for row, names in rows.items()
        if row.startswith("REST")
        for name in re.findall(r"`(\w+)`", names)
    }

    assert calls == {*PUBLIC_CALLS, *PRIVATE_CALLS}
    assert {*re.findall(r"`(\w+)`", rows["socket, channels"])} == {"openOrders", "ownTrades", *NAMES}
