"""The errors of the package, each with its exit code.

A rejection by the exchange is data, a problem in a file is a value; neither is raised as an
error until a command gives up because of it.
"""

from __future__ import annotations

from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


class ExitCode(IntEnum):
    """The exit codes of a command."""

    DONE = 0
    INCOMPLETE = 1
    CHANGES = 2
    INVALID = 3
    REFUSED = 4
    UNREACHABLE = 5
    UNRESOLVED = 6
    LOCKED = 7
    DEFECT = 70
    HUNG_UP = 129
    INTERRUPTED = 130
    TERMINATED = 143


class Remedy(StrEnum):
    """An argument with which the same call may succeed, or a call before it, by its name in ``runner.api``.

    The command line has an option for each.
    """

    APPROVE = "approve"
    BATCH = "batch"
    CONFIRM = "confirm"
    LEDGER = "ledger"
    MARKET = "market"
    NEW_PLAN = "save"
    OFFLINE = "offline"
    REAL_RUN = "validate_only"
    RESUME = "resume"
    RUN_KEY = "run_key"
    SAME_ACCOUNT = "same_account"
    SKIP_CHECKS = "unchecked"
    STATE_DIR = "state_dir"
    WAIT = "wait_s"
    WRITE = "out"


class OrderBatchError(Exception):
    """Base of everything that ends a command with a message instead of a traceback.

    ``details`` are further lines for the reader, one fact each, without a secret in them. ``remedies`` are
    arguments that a caller may change, if it accepts the consequences.
    """

    exit_code: ExitCode = ExitCode.DEFECT

    def __init__(self, message: str, *, details: Sequence[str] = (), remedies: Sequence[Remedy] = ()) -> None:
        super().__init__(message)
        self.details = tuple(details)
        self.remedies = tuple(remedies)


class InvalidInput(OrderBatchError):
    """An argument or a file is wrong; nothing was sent."""

    exit_code = ExitCode.INVALID


def input_error(error: OSError) -> InvalidInput:
    """Return the error of a file or folder that the system does not let us use."""
    if (
        isinstance(error, FileNotFoundError) and error.filename is None
    ):  # Only that of a relative path has none.
        return InvalidInput(
            "the working directory was removed", details=["Change to a folder that exists, and try again."]
        )
    where = f"{error.filename}: " if error.filename else ""
    return InvalidInput(f"{where}{error.strerror or error}")


class Refused(OrderBatchError):
    """Refused by us: an order changed after it was placed, a journal is damaged, a rule denied it."""

    exit_code = ExitCode.REFUSED


class Unreachable(OrderBatchError):
    """The exchange cannot be reached, is not online, or refused the credentials; nothing was sent."""

    exit_code = ExitCode.UNREACHABLE


class Unresolved(OrderBatchError):
    """The run broke off, and the outcome of something that it sent is unknown."""

    exit_code = ExitCode.UNRESOLVED


class Locked(OrderBatchError):
    """Another run holds the state."""

    exit_code = ExitCode.LOCKED


class Stopped(OrderBatchError):
    """A second signal: the run ended at once, and the next one recovers as after a kill."""

    def __init__(self, exit_code: ExitCode) -> None:
        super().__init__(
            "stopped at once, without a manifest",
            details=["Run it again: that looks up what was under way."],
        )
        self.exit_code = exit_code


class Interrupted(OrderBatchError):
    """A requested stop while nothing was under way that must be completed."""

    exit_code = ExitCode.INTERRUPTED

    def __init__(self, by: str, exit_code: ExitCode) -> None:
        super().__init__(f"stopped by {by}; nothing was under way")
        self.exit_code = exit_code
