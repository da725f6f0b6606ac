"""The set-up of a machine for runs: facts are read in one place, and judged in another."""

from .findings import Check, Finding, Purpose, State, exit_code_of_findings, findings_object
from .recipe import examine

__all__ = [
    "Check",
    "Finding",
    "Purpose",
    "State",
    "examine",
    "exit_code_of_findings",
    "findings_object",
]
