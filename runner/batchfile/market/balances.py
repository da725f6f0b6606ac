"""Parsing of a file with balances, as strict as a batch file."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from runner.batchfile.document.parsed import ParsedBalances
from runner.batchfile.document.values import YamlMap
from runner.batchfile.parsing import checked
from runner.domain import OpeningBalances

_OPENING: Final = "a file with balances begins with `version: 1` and `balances:`"


def parse_balances(content: bytes, file: str) -> ParsedBalances:
    """Return the balances in a file's bytes, or all of its problems. Raises nothing."""
    root = checked(content, file, schema="balances", opening=_OPENING, checks=())
    if not isinstance(root, YamlMap):
        return ParsedBalances(None, root)
    rows: Any = root["balances"]
    amounts = {currency: Decimal(amount) for currency, amount in rows.items()}
    return ParsedBalances(OpeningBalances(amounts), ())
