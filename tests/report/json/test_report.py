"""One object on standard output for each command."""

from __future__ import annotations

import io
import json

from runner.report import Format, Output
from tests.report.cases import CASES, done
from tests.support.for_each import for_each


@for_each([name for name in CASES if name != "confirm"])
def test_standard_output_is_one_object(name: str) -> None:
    """A program can read any output, and only it."""
    stdout = io.StringIO()
    CASES[name](Output(Format.JSON, stdout=stdout, stderr=io.StringIO()))
    assert isinstance(json.loads(stdout.getvalue()), dict)
    assert stdout.getvalue().endswith("}\n")
    assert stdout.getvalue().startswith('{\n  "')


def test_a_manifest_is_the_manifest() -> None:
    """Nothing is added, nothing left out, nothing moved."""
    stdout = io.StringIO()
    manifest = done().manifest()
    Output(Format.JSON, stdout=stdout, stderr=io.StringIO()).manifest(manifest, path="m.json", elapsed_s=1.0)
    assert stdout.getvalue() == json.dumps(manifest, indent=2) + "\n"


def test_served_is_one_line() -> None:
    """So that whoever started it can read a line and go on."""
    stdout = io.StringIO()
    out = Output(Format.JSON, stdout=stdout, stderr=io.StringIO())
    out.served(rest_url="http://[::1]:1", ws_url="ws://[::1]:2", api_key="k", api_secret="s")
    assert stdout.getvalue() == (
        '{"rest_url": "http://[::1]:1", "ws_url": "ws://[::1]:2", "api_key": "k", "api_secret": "s"}\n'
    )
