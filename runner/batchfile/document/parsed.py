"""The result of reading a batch file; light enough to be imported everywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from runner.domain import Batch, MarketRecord, OpeningBalances, Policy, Problem, Scenario, Targets

SCHEMA_NAMES: Final = (
    "balances",
    "batch",
    "doctor",
    "events",
    "halt",
    "history",
    "manifest",
    "market",
    "notification",
    "plan",
    "plans",
    "policy",
    "rebalance",
    "results",
    "scenario",
    "snapshot",
    "status",
    "targets",
)


class Parsed(NamedTuple):
    """Either the batch or its problems, never both and never neither; problems in the file's order.

    ``other`` is the name of what the file is where it is known to be something else.
    """

    batch: Batch | None
    problems: tuple[Problem, ...]
    other: str = ""


class ParsedPolicy(NamedTuple):
    """Either the policy or its problems, never both and never neither; problems in the file's order."""

    policy: Policy | None
    problems: tuple[Problem, ...]


class ParsedScenario(NamedTuple):
    """Either the scenario or its problems, never both and never neither; problems in the file's order."""

    scenario: Scenario | None
    problems: tuple[Problem, ...]


class ParsedTargets(NamedTuple):
    """Either the targets or their problems, never both and never neither; problems in the file's order."""

    targets: Targets | None
    problems: tuple[Problem, ...]


class ParsedMarket(NamedTuple):
    """Either the recorded market or its problems, never both and never neither; in the file's order."""

    record: MarketRecord | None
    problems: tuple[Problem, ...]


class ParsedBalances(NamedTuple):
    """Either the balances by currency or all problems, never both and never neither; in the file's order."""

    balances: OpeningBalances | None
    problems: tuple[Problem, ...]
