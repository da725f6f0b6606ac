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
        *(
            "balances",
            "batch",
            "doctor",
            "events",
            "manifest",
            "market",
            "plan",
            "plans",
            "policy",
            "rebalance",
        ),
        *("results", "scenario"),
        *("snapshot", "targets"),
    ],
)
@pytest.mark.parametrize("option", [(), ("--format", "json"), ("--format=text",)], ids=" ".join)
def test_schema_is_the_published_one(shell: Shell, name: str, option: tuple[str, ...]) -> None:
    """The command prints the file of the repository, in either format."""
    result = shell("schema", name, *option)
    assert result.code == 0
    assert result.json == json.loads((ROOT / "schemas" / f"{name}.schema.json").read_text("utf-8"))
    assert api.schema(name) == result.json


def test_unknown_schema_is_a_usage_error(shell: Shell) -> None:
    """The names that there are, are named."""
    result = shell("schema", "journal")
    assert result.code == 3
    assert "manifest" in result.stderr
    with pytest.raises(api.InvalidInput, match="manifest"):
        api.schema("journal")
