"""``order-batch schema NAME``: a published JSON Schema, as it ships."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from runner.batchfile import load_schema
from runner.errors import ExitCode

if TYPE_CHECKING:
    from typing import TextIO


def schema(name: str, stdout: TextIO) -> ExitCode:
    """Print a schema; ``name`` is one of the published names."""
    stdout.write(json.dumps(load_schema(name), indent=2) + "\n")
    return ExitCode.DONE
