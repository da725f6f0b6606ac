"""The report of a run that broke off after it had sent something: each id, and no exit code of a refusal."""

from __future__ import annotations

from pathlib import Path

from runner.app.interrupted_run import has_sent, with_what_is_known
from runner.errors import Refused, Unresolved
from runner.journal import CancelIntent, CancelSettled, RunStarted, SwitchArmed, SwitchDisarmed, fold
from runner.runtime.storage import JOURNAL
from tests.app.shell import Shell, batch, room

AT = {"at": "2026-11-29T12:00:00Z"}
RUN = RunStarted(**AT, tool="t", batch="b", run_key="", venue="paper", file="f", digest="0", groups=())
SENT = CancelIntent(**AT, group="g", reqid=2, txid=("OA", "OB"), unwind=False)
SETTLED = CancelSettled(**AT, group="g", ref="OA", txid="OA", outcome="canceled", unwind=False)
DISK = Refused("the journal cannot be written")
OLD = "OUEMWD-CUO73-YYCBEK"


def test_a_cancellation_that_was_sent_is_no_refusal() -> None:
    """Each of its ids is listed with its outcome, as far as that is known."""
    error = with_what_is_known(DISK, fold([RUN, SENT, SETTLED]), runs=0)
    assert isinstance(error, Unresolved)
    assert error.details == (
        "g: a cancellation of OA was sent: it is canceled",
        "g: a cancellation of OB was sent: what became of it is unknown",
    )


def test_what_an_earlier_run_has_sent_is_no_concern_of_this_one() -> None:
    """Neither where it ended before its first entry, nor where it has begun."""
    for entries, runs in (([RUN, SENT], 1), ([RUN, SENT, SETTLED, RUN], 1)):
        ledger = fold(entries)
        assert not has_sent(ledger, runs=runs)
        assert with_what_is_known(DISK, ledger, runs=runs) is DISK


def test_a_disk_that_is_full_after_a_cancellation_was_sent(shell: Shell) -> None:
    """The old order is canceled: the exit code is 6, and its id is shown."""
    file = batch(cancel=f"[{OLD}]")
    shell("apply", file, "--state-dir", "first")
    lines = Path("first", "paper", "one", JOURNAL).read_bytes().splitlines(keepends=True)
    begun = next(number for number, line in enumerate(lines, 1) if b'"cancel-intent"' in line)
    with room(len(b"".join(lines[:begun])) + 20):
        result = shell("apply", file)
    assert (result.code, OLD in result.words) == (6, True), result.stderr
    assert "nothing was sent" not in result.words


def test_a_dead_mans_switch_that_was_left_armed_is_said() -> None:
    """The run can no longer disarm it, so that orders of other programs end as well."""
    armed = SwitchArmed(at=RUN.at, timeout_s=60)
    error = with_what_is_known(DISK, fold([RUN, armed, SENT]), runs=0)
    assert "within 60 s the exchange cancels every order of the account" in " ".join(error.details)
    off = SwitchDisarmed(at=RUN.at)
    assert "within 60 s" not in " ".join(
        with_what_is_known(DISK, fold([RUN, armed, SENT, off]), runs=0).details
    )
