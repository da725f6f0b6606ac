"""The JSON Schemas that ship with the package, as plain data."""

from __future__ import annotations

import json
import pkgutil
from typing import Any

from runner.batchfile.document.parsed import SCHEMA_NAMES


def load_schema(name: str) -> dict[str, Any]:
    """Return a published schema by name. Raises ``ValueError`` for a name that is not published."""
    if name not in SCHEMA_NAMES:
        raise ValueError(f"there is no schema {name!r}, only {', '.join(SCHEMA_NAMES)}")
    text = pkgutil.get_data("runner.schemas", f"{name}.schema.json")
    assert text is not None, "the schemas are files of the package"
    schema: dict[str, Any] = json.loads(text)
    return schema
