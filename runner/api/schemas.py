"""The published JSON Schemas."""

from __future__ import annotations

from typing import Any

from runner.batchfile import load_schema
from runner.errors import InvalidInput


def schema(name: str) -> dict[str, Any]:
    """Return a published JSON Schema.

    There are ``balances``, ``batch``, ``doctor``, ``events``, ``halt``, ``history``, ``manifest``,
    ``market``, ``notification``, ``plan``, ``plans``, ``policy``, ``rebalance``, ``results``, ``scenario``,
    ``snapshot`` and ``targets``.
    Raises ``InvalidInput`` for another name.
    """
    try:
        return load_schema(name)
    except ValueError as error:
        raise InvalidInput(str(error)) from None
