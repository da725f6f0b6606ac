"""The schemas that ship with the package."""

from __future__ import annotations

import pytest

from runner.batchfile import load_schema
from runner.batchfile.document.parsed import SCHEMA_NAMES


def test_a_schema_is_loaded_by_name() -> None:
    """It comes as plain data, a new copy each time."""
    schema = load_schema("batch")
    assert schema["title"] == "Order batch"
    schema.clear()
    assert load_schema("batch")


@pytest.mark.parametrize("name", ["", "Batch", "../batch", "batch.schema.json", "secrets"])
def test_no_other_file_is_read(name: str) -> None:
    """The message names the schemas that exist."""
    with pytest.raises(ValueError, match="only balances, batch"):
        load_schema(name)
    assert name not in SCHEMA_NAMES
