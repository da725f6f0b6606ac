"""The findings about a set-up: each check with its state, and what to do where it is not ok."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from runner import TOOL
from runner.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runner.errors import OrderBatchError, Remedy

DOCTOR_VERSION: Final = 1


_NOTHING_SENT: Final = "Nothing was sent."


class Purpose(StrEnum):
    """The command that a set-up is to be good for."""

    APPLY = "apply"
    PLAN = "plan"
    STATUS = "status"
    REBALANCE = "rebalance"


class Check(StrEnum):
    """The part of a set-up, in the order in which the parts depend on each other."""

    VERSIONS = "versions"
    STATE_FOLDER = "state-folder"
    LEDGER = "ledger"
    KEY = "key"
    PROXIES = "proxies"
    TLS = "tls"
    CONNECTION = "connection"
    CLOCK = "clock"
    MARKET = "market"
    PERMISSIONS = "permissions"


class State(StrEnum):
    """The result of a check. What could not be found out is not ok."""

    OK = "ok"
    UNCHECKED = "unchecked"
    WARNING = "warning"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Failure:
    """A reason why something failed, what to do about it, and how a command would end with it.

    ``remedies`` are arguments that get past it.
    """

    reason: str
    cure: str
    code: ExitCode = ExitCode.INVALID
    remedies: tuple[Remedy, ...] = ()

    @classmethod
    def of(cls, error: OrderBatchError, cure: str = "") -> Failure:
        """Return the failure that an error is; its details are the cure, or else the one that is given."""
        details = " ".join(error.details).replace(_NOTHING_SENT, "").strip()
        cure = details or cure or "Put right what is named."
        return cls(str(error), cure, error.exit_code, error.remedies)


@dataclass(frozen=True, slots=True)
class Finding:
    """A fact about a check. ``code`` is how a command ends for it: ``DONE`` unless it has failed.

    ``cure`` and ``remedies`` say what to do about it: in words, and as arguments.
    """

    check: Check
    state: State
    message: str
    cure: str = ""
    code: ExitCode = ExitCode.DONE
    remedies: tuple[Remedy, ...] = ()


def ok(check: Check, message: str) -> Finding:
    """Return that a check found nothing wrong."""
    return Finding(check, State.OK, message)


def warning(check: Check, message: str, cure: str, *remedies: Remedy) -> Finding:
    """Return something that stops nothing by itself."""
    return Finding(check, State.WARNING, message, cure, remedies=remedies)


def unchecked(check: Check, message: str, cure: str) -> Finding:
    """Return that a check could not be made, and why."""
    return Finding(check, State.UNCHECKED, message, cure)


def failed(check: Check, failure: Failure) -> Finding:
    """Return something with which the command would not do its work."""
    return Finding(check, State.FAILED, failure.reason, failure.cure, failure.code, failure.remedies)


def exit_code_of_findings(findings: Sequence[Finding]) -> ExitCode:
    """Return the code with which the command would end: that of the first failure, as it gets no further.

    ``INCOMPLETE`` if nothing has failed, and something could not be checked.
    """
    codes = (finding.code for finding in findings if finding.state is State.FAILED)
    unknown = any(finding.state is State.UNCHECKED for finding in findings)
    return next(codes, ExitCode.INCOMPLETE if unknown else ExitCode.DONE)


def findings_object(findings: Sequence[Finding], purpose: Purpose, venue: str) -> dict[str, Any]:
    """Return findings in the form of the schema ``doctor``: each check once, with its worst state."""
    return {
        "doctor_version": DOCTOR_VERSION,
        "tool": TOOL,
        "venue": venue,
        "for": purpose.value,
        "state": _worst(findings).value,
        "exit_code": int(exit_code_of_findings(findings)),
        "checks": [
            _check_object(check, [finding for finding in findings if finding.check is check])
            for check in Check
        ],
    }


def _check_object(check: Check, findings: Sequence[Finding]) -> dict[str, Any]:
    return {
        "check": check.value,
        "state": _worst(findings).value,
        "findings": [
            {
                "state": finding.state.value,
                "message": finding.message,
                "cure": finding.cure,
                "remedies": [remedy.value for remedy in finding.remedies],
            }
            for finding in findings
        ],
    }


_BEST_FIRST: Final = (State.OK, State.WARNING, State.UNCHECKED, State.FAILED)


def _worst(findings: Sequence[Finding]) -> State:
    return max((finding.state for finding in findings), key=_BEST_FIRST.index, default=State.UNCHECKED)
