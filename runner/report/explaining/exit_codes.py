"""The meaning of each exit code: for help, explanations and the reference."""

from __future__ import annotations

from typing import Final, NamedTuple

from runner.errors import ExitCode


class Meaning(NamedTuple):
    """The meaning of an exit code; whether anything was sent, and what the same command would do."""

    meaning: str
    sent: str
    again: str


_SIGNALED: Final = "as reported"
_GOES_ON: Final = "yes: it continues where it stopped"

EXIT_CODES: Final = {
    ExitCode.DONE: Meaning("done, or nothing to do", "as reported", "yes: nothing is sent again"),
    ExitCode.INCOMPLETE: Meaning(
        "finished, but something was rejected or skipped, or standard output could not be written; or a "
        "currency is outside its band, and no order is possible",
        "as reported",
        "yes: what was rejected is tried again, and nothing else is sent; so remove the cause or correct its "
        "line first. A group that was unwound is over: its orders need a new batch",
    ),
    ExitCode.CHANGES: Meaning(
        "with `--detailed-exitcode`, or `rebalance --check`: there is something to do", "no", "yes"
    ),
    ExitCode.INVALID: Meaning("usage, or the file is invalid", "no", "not before the file is corrected"),
    ExitCode.REFUSED: Meaning(
        "refused: by a guard, by a look at the market, a used or stale plan, missing approvals, a halted "
        "account, an order that changed after it was placed",
        "no",
        "not before the cause that is named is gone",
    ),
    ExitCode.UNREACHABLE: Meaning(
        "the exchange could not be reached, is not online, or refused the credentials", "no", "yes"
    ),
    ExitCode.UNRESOLVED: Meaning(
        "unresolved: the outcome of something that was sent is unknown; or a halt leaves something open, or "
        "a dead man's switch may still fire",
        "perhaps",
        "yes, and nothing else may follow: it looks up what is unknown first, and sends nothing twice",
    ),
    ExitCode.LOCKED: Meaning(
        "another run holds the state, or the account in a ledger, or is sending orders that count in a limit "
        "of a day",
        "no",
        "yes, later; or `--wait` with a ledger",
    ),
    ExitCode.DEFECT: Meaning(
        "an internal error", "perhaps", "the same command looks it up; please report the error"
    ),
    ExitCode.HUNG_UP: Meaning("interrupted by SIGHUP, after a clean stop", _SIGNALED, _GOES_ON),
    ExitCode.INTERRUPTED: Meaning("interrupted by SIGINT, after a clean stop", _SIGNALED, _GOES_ON),
    ExitCode.TERMINATED: Meaning("interrupted by SIGTERM, after a clean stop", _SIGNALED, _GOES_ON),
}
