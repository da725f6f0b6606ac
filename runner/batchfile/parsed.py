"""The result of reading a batch file; light enough to be imported everywhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from runner.domain import Batch, Policy, Problem, Scenario

SCHEMA_NAMES: Final = ("batch", "manifest", "plan", "policy", "scenario")


@dataclass(frozen=True, slots=True)
class Parsed:
    """Either the batch or its problems, never both and never neither; problems in the file's order.

    ``other`` is the name of what the file is where it is known to be something else.
    """

    batch: Batch | None
    problems: tuple[Problem, ...]
    other: str = ""


@dataclass(frozen=True, slots=True)
class ParsedPolicy:
    """Either the policy or its problems, never both and never neither; problems in the file's order."""

    policy: Policy | None
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class ParsedScenario:
    """Either the scenario or its problems, never both and never neither; problems in the file's order."""

    scenario: Scenario | None
    problems: tuple[Problem, ...]
