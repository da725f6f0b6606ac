"""The senders at a venue: beside a run under a limit of a day no other may send that counts in it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from runner.domain import Owner
from runner.errors import ExitCode, Locked, Refused
from runner.runtime.storage import Sender, join_senders

HOLDER = """
import sys
from pathlib import Path
from runner.runtime.storage import Sender, join_senders

me = Sender(pid=1, batch="slow", run_key="", since="now", alone=True, owner=None)
with join_senders(Path(sys.argv[1]), "kraken", me):
    print("sending", flush=True)
    sys.stdin.read()
"""


def sender(
    account: str | None = "AA01", *, alone: bool = False, batch: str = "slow", run_key: str = ""
) -> Sender:
    """A run of an account, which is not known where it is None."""
    owner = None if account is None else Owner(account=account, key="k", exchange="ws-auth.kraken.com")
    return Sender(pid=4711, batch=batch, run_key=run_key, since="2026-11-29T10:00Z", alone=alone, owner=owner)


def left_in(root: Path) -> list[str]:
    """The names of what is kept of those who send."""
    return sorted(path.name for path in (root / "kraken" / ".senders").glob("*.json"))


@pytest.mark.parametrize(
    ("first", "second", "bars"),
    [
        (sender(alone=True), sender(alone=True), True),
        (sender(alone=True), sender(), True),  # no sender slips past a limit
        (sender(), sender(alone=True), True),  # nor is a limit counted beside others
        (sender(), sender(), False),
        (sender(alone=True), sender("AA02", alone=True), False),
        (sender(alone=True), sender("key:1"), True),  # it may be the same account
        (sender("key:1", alone=True), sender("key:2"), True),
        (sender("key:1"), sender("key:2"), False),
        (sender(None), sender(alone=True), True),
        (sender(alone=True), sender(None), True),
        (sender(None), sender(None), False),
    ],
)
def test_a_limit_of_a_day_bars_what_it_counts(
    tmp_path: Path, first: Sender, second: Sender, bars: bool
) -> None:
    """Whichever of the two it is of; another account is none of its business."""
    with join_senders(tmp_path, "kraken", first):
        if not bars:
            with join_senders(tmp_path, "kraken", second):
                assert len(left_in(tmp_path)) == 2
            return
        with pytest.raises(Locked, match="nothing was sent"), join_senders(tmp_path, "kraken", second):
            pytest.fail("sent beside it")
        assert len(left_in(tmp_path)) == 1
    with join_senders(tmp_path, "kraken", second):
        pass
    assert left_in(tmp_path) == []


def test_those_who_bar_are_named(tmp_path: Path) -> None:
    """All of them, and no others."""
    weekly = sender(batch="weekly", run_key="w1")
    with join_senders(tmp_path, "kraken", weekly), join_senders(tmp_path, "kraken", sender("AA02")):
        with pytest.raises(Locked) as locked, join_senders(tmp_path, "kraken", sender(alone=True)):
            pytest.fail("sent beside it")
        with join_senders(tmp_path, "paper", sender(alone=True)):
            pass
    assert locked.value.exit_code is ExitCode.LOCKED
    assert locked.value.details == (
        "Process 4711 has been applying weekly with run key w1 since 2026-11-29T10:00Z.",
        "Wait until it is done.",
    )
    assert str(sender(alone=True)).endswith("applying slow since 2026-11-29T10:00Z, under a limit of a day.")


def test_a_killed_run_locks_no_other_out(tmp_path: Path) -> None:
    """Its lock has died with it, and what it left there is removed."""
    command = [sys.executable, "-c", HOLDER, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "sending\n"
        with pytest.raises(Locked, match="sending orders"), join_senders(tmp_path, "kraken", sender()):
            pytest.fail("sent beside it")
        os.kill(process.pid, signal.SIGKILL)
    assert len(left_in(tmp_path)) == 1
    with join_senders(tmp_path, "kraken", sender(alone=True)):
        assert len(left_in(tmp_path)) == 1
    assert left_in(tmp_path) == []


@pytest.mark.parametrize("content", [b"", b'{"pid":', b'{"pid":1}'])
def test_a_run_that_cannot_be_read_bars_everybody(tmp_path: Path, content: bytes) -> None:
    """It may be under any limit."""
    with join_senders(tmp_path, "kraken", sender()):
        (name,) = left_in(tmp_path)
        (tmp_path / "kraken" / ".senders" / name).write_bytes(content)
        with pytest.raises(Locked) as locked, join_senders(tmp_path, "kraken", sender("AA02")):
            pytest.fail("sent beside it")
        assert locked.value.details[0] == "Which run that is cannot be read."


@pytest.mark.parametrize("obstacle", [".senders", ".senders/lock/x", ".senders/a.json/x"])
def test_a_place_that_cannot_be_seen_is_refused(tmp_path: Path, obstacle: str) -> None:
    """It is unknown whether it is empty."""
    path = tmp_path / "kraken" / obstacle
    path.parent.mkdir(parents=True)
    path.touch()
    with (
        pytest.raises(Refused, match="no state can be kept here"),
        join_senders(tmp_path, "kraken", sender()),
    ):
        pytest.fail("sent")


def test_no_link_is_followed(tmp_path: Path) -> None:
    """A checkout may have brought it; what it points to stays as it is."""
    victim, folder = tmp_path / "victim", tmp_path / "kraken" / ".senders"
    victim.write_text("precious", "utf-8")
    folder.mkdir(parents=True)
    (folder / "a.json").symlink_to(victim)
    with pytest.raises(Refused), join_senders(tmp_path, "kraken", sender()):
        pytest.fail("sent")
    assert victim.read_text("utf-8") == "precious"
