"""The JSON of several files: of the published schema, each file as it is alone."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator

from runner.batchfile import load_schema
from runner.report import Format, Output
from tests.report import series

if TYPE_CHECKING:
    from collections.abc import Callable


def shown(show: Callable[[Output], None]) -> dict[str, Any]:
    """The object that is written of several files."""
    stdout = io.StringIO()
    show(Output(Format.JSON, stdout=stdout, stderr=io.StringIO()))
    found: dict[str, Any] = json.loads(stdout.getvalue())
    return found


@pytest.mark.parametrize("show", [series.planned, series.applied, series.nothing])
def test_the_published_schema_is_kept(show: Callable[[Output], None]) -> None:
    """With any number of files."""
    assert list(Draft202012Validator(load_schema("results")).iter_errors(shown(show))) == []


def test_a_file_is_as_it_is_alone() -> None:
    """A manifest is the manifest, a plan the plan, an error the error."""
    sell, buy = series.journals()
    files = shown(series.applied)["files"]
    sell.starts().sent("g/a").placed("g/a", 1).group("g", "done").ends("done")
    assert files[0]["manifest"] == sell.manifest()
    assert files[2]["error"]["exit_code"] == 4
    assert [file["state"] for file in files] == ["done", "failed", "failed", "not_begun"]
    assert files[3]["stopped_by"] == "batches/3-buy.yaml"
    planned = shown(series.planned)["files"]
    assert planned[2]["plan"]["batch"] == buy.batch.name
    assert planned[1]["error"]["problems"][0]["line"] == 3


def test_the_summary_names_what_is_gone() -> None:
    """With its new name, if it has one."""
    assert shown(series.nothing)["summary"]["removed"] == [
        {"file": "batches/gone.yaml", "renamed_to": None},
        {"file": "batches/old.yaml", "renamed_to": "batches/1-sell.yaml"},
    ]
