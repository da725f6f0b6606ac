"""Parse the bytes of a batch, policy, scenario, targets or market file: its noun, or all of its problems.

No files are opened here. YAML and JSON Schema are imported in this package only, and only when used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .document.limits import MAX_FILE_BYTES
from .document.parsed import (
    Parsed,
    ParsedBalances,
    ParsedMarket,
    ParsedPolicy,
    ParsedScenario,
    ParsedTargets,
)

if TYPE_CHECKING:
    from runner.domain import MarketRecord

__all__ = [
    "MAX_FILE_BYTES",
    "load_schema",
    "market_text",
    "parse",
    "parse_balances",
    "parse_market",
    "parse_policy",
    "parse_scenario",
    "parse_targets",
]


def parse(content: bytes, file: str, *, run_key: str = "", now: float | None = None) -> Parsed:
    """Return the batch in a file's bytes, or all of its problems, in the file's order.

    ``file`` is the name that problems print. ``run_key``: the one that it is applied with, empty where that
    is not known. ``now``: Unix seconds; a batch that was created later has a problem. None if the date does
    not matter. Raises nothing, whatever the bytes are.
    """
    from .parsing import parse as parse_content  # noqa: PLC0415 - a command that reads no file loads no YAML

    return parse_content(content, file, run_key=run_key, now=now)


def parse_policy(content: bytes, file: str) -> ParsedPolicy:
    """Return the policy in a file's bytes, or all of its problems, in the file's order. Raises nothing."""
    from .policy import parse_policy as parse_content  # noqa: PLC0415

    return parse_content(content, file)


def parse_scenario(content: bytes, file: str) -> ParsedScenario:
    """Return the scenario in a file's bytes, or all of its problems, in the file's order. Raises nothing."""
    from .scenario import parse_scenario as parse_content  # noqa: PLC0415

    return parse_content(content, file)


def parse_targets(content: bytes, file: str) -> ParsedTargets:
    """Return the targets in a file's bytes, or all of its problems, in the file's order. Raises nothing."""
    from .targets.reading import parse_targets as parse_content  # noqa: PLC0415

    return parse_content(content, file)


def parse_market(content: bytes, file: str) -> ParsedMarket:
    """Return the recorded market in a file's bytes, or all of its problems. Raises nothing."""
    from .market.reading import parse_market as parse_content  # noqa: PLC0415

    return parse_content(content, file)


def parse_balances(content: bytes, file: str) -> ParsedBalances:
    """Return the balances in a file's bytes, or all of their problems. Raises nothing."""
    from .market.balances import parse_balances as parse_content  # noqa: PLC0415

    return parse_content(content, file)


def market_text(record: MarketRecord) -> str:
    """Return the file of a recorded market, which ``parse_market`` reads."""
    from .market.writing import market_text as text_of  # noqa: PLC0415

    return text_of(record)


def load_schema(name: str) -> dict[str, Any]:
    """Return a published JSON Schema by its name in ``SCHEMA_NAMES``.

    Raises ``ValueError`` for another name.
    """
    from .schema.published import load_schema as load  # noqa: PLC0415

    return load(name)
