"""The published schemas as they ship, as values and by ``order-batch schema``."""

from __future__ import annotations

import json

import pytest

from runner import api
from tests.app.conftest import shell
from tests.app.shell import ROOT, Shell

__all__ = ["shell"]


@pytest.mark.parametrize(
    "name",
    [
        *("batch", "events", "manifest", "plan", "plans", "policy", "rebalance", "results", "scenario"),
        *("snapshot", "targets"),
    ],
)
@pytest.mark.parametrize("option", [(), ("--format", "json"), ("--format=text",)], ids=" ".join)
def test_schema_is_the_published_one(shell: Shell, name: str, option: tuple[str, ...]) -> None:
    """What is printed is what stands in the repository, in either format."""
    said = shell("schema", name, *option)
    assert said.code == 0
    assert said.json == json.loads((ROOT / "schemas" / f"{name}.schema.json").read_text("utf-8"))
    assert api.schema(name) == said.json


def test_unknown_schema_is_a_usage_error(shell: Shell) -> None:
    """The names that there are, are named."""
    said = shell("schema", "journal")
    assert said.code == 3
    assert "manifest" in said.stderr
    with pytest.raises(api.InvalidInput, match="manifest"):
        api.schema("journal")
