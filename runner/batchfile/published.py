"""The JSON Schemas that ship with the package, as plain data."""

from __future__ import annotations

import importlib.resources
import json
from typing import Any

from .parsed import SCHEMA_NAMES


def load_schema(name: str) -> dict[str, Any]:
    """A published schema by name. Raises ``ValueError`` for a name that is not published."""
    if name not in SCHEMA_NAMES:
        raise ValueError(f"there is no schema {name!r}, only {', '.join(SCHEMA_NAMES)}")
    text = importlib.resources.files("runner.schemas").joinpath(f"{name}.schema.json").read_text("utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema
