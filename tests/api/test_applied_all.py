"""Several files applied by a program."""

from __future__ import annotations

import io
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import trio

from runner import api
from runner.api import sync
from runner.app import runs
from runner.app.access.signals import run_quietly
from runner.app.hosts import PlainProgram, result_without_loop
from runner.report import Format, Output
from tests.app.shell import added, batch, order

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

pytestmark = pytest.mark.usefixtures("skipped_waits")


@pytest.fixture
def jobs(tmp_path: Path) -> api.Jobs:
    """Three files with an order each, in name order."""
    files = tuple(batch(order(price=str(143 + number)), name=name) for number, name in enumerate("abc"))
    return api.Jobs(files=files, state_dir=tmp_path / "state")


def test_the_plans_that_were_confirmed_are_applied(jobs: api.Jobs) -> None:
    """By the digest of all; by no other."""
    digest = sync.plan_all(jobs, offline=True).digest
    for other in ("", "0" * 64, sync.plan(jobs.job(jobs.files[0]), offline=True).digest):
        with pytest.raises(api.Refused):
            sync.apply_all(jobs, confirm=other)
    assert added(jobs.state_dir) == []
    done = sync.apply_all(jobs, confirm=digest)
    assert done.exit_code is api.ExitCode.DONE
    assert [file.applied.orders[0].outcome.value for file in done.files if file.applied] == ["placed"] * 3
    assert len(added(jobs.state_dir)) == 3


def test_a_stop_ends_the_file_that_is_under_way_and_begins_no_other(jobs: api.Jobs) -> None:
    """The first one's result is complete; the next call carries out the rest."""
    stop = api.Stop()

    def on_event(event: Mapping[str, Any]) -> None:
        if event["entry"] == "run-started" and event["batch"] == "b":
            stop.request()

    consent = api.Consent(yes=True)
    ended = sync.apply_all(jobs, confirm=consent, stop=stop, on_event=on_event, keep_going=True)
    assert ended.exit_code is api.ExitCode.INTERRUPTED
    first, second, third = ended.files
    assert first.applied is not None
    assert second.exit_code is api.ExitCode.INTERRUPTED
    assert (third.exit_code, third.applied, third.stopped_by) == (None, None, "b.yaml")
    assert sync.apply_all(jobs, confirm=consent).exit_code is api.ExitCode.DONE
    assert sorted(request["price"] for request in added(jobs.state_dir)) == ["143", "144", "145"]


def test_a_stop_between_two_files_begins_no_other(jobs: api.Jobs) -> None:
    """Nothing was under way."""
    stop = api.Stop()

    def on_event(event: Mapping[str, Any]) -> None:
        if event["entry"] == "run-ended" and event.get("outcome") == "done":
            stop.request()

    ended = sync.apply_all(jobs, confirm=api.Consent(yes=True), stop=stop, on_event=on_event)
    assert ended.exit_code is api.ExitCode.INTERRUPTED
    assert [file.exit_code for file in ended.files] == [0, api.ExitCode.INTERRUPTED, None]
    assert isinstance(ended.files[1].error, api.Interrupted)
    assert len(added(jobs.state_dir)) == 1


def test_a_stop_before_all_is_an_error(jobs: api.Jobs) -> None:
    """As for one file."""
    stop = api.Stop()
    stop.request()
    with pytest.raises(api.Interrupted):
        sync.apply_all(jobs, confirm=api.Consent(yes=True), stop=stop)
    assert added(jobs.state_dir) == []


def test_an_error_of_a_file_is_part_of_the_result(jobs: api.Jobs) -> None:
    """With the exit code that it has alone."""
    jobs.files[1].write_text("version: 2\n", "utf-8")
    ended = sync.apply_all(jobs, confirm=api.Consent(yes=True))
    assert [file.exit_code for file in ended.files] == [None, api.ExitCode.INVALID, None]
    assert isinstance(ended.files[1].error, api.InvalidBatch)
    assert {file.stopped_by for file in ended.files} == {"", "b.yaml"}


def test_no_file_is_nothing_to_do(tmp_path: Path) -> None:
    """A pull request may be about something else."""
    ended = sync.apply_all(api.Jobs(files=(), state_dir=tmp_path), confirm=api.Consent(yes=True))
    assert (ended.exit_code, ended.files) == (api.ExitCode.DONE, ())


def test_a_bad_run_key_is_an_error_at_once(tmp_path: Path) -> None:
    """As in a job."""
    with pytest.raises(api.InvalidInput):
        api.Jobs(files=(Path("a.yaml"),), state_dir=tmp_path, run_key="a/b")


class Signaled(PlainProgram):
    """A host that is interrupted as by a signal, once its event is set."""

    def __init__(self) -> None:
        self.signal = trio.Event()

    async def run(self, main: Callable[[], Awaitable[None]]) -> None:
        """Run a function until the signal."""
        run_quietly(partial(self._until_the_signal, main))

    async def _until_the_signal(self, main: Callable[[], Awaitable[None]]) -> None:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(self._interrupt)
            await main()
            nursery.cancel_scope.cancel()

    async def _interrupt(self) -> None:
        await self.signal.wait()
        raise api.Interrupted("a signal", api.ExitCode.TERMINATED)


def test_a_signal_between_two_files_keeps_what_is_done(
    jobs: api.Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next file was about to begin, and the last one is named."""
    monkeypatch.setattr(runs, "LOOK_HOLDS_S", 0.0)  # so that there is a look between them, which waits
    host = Signaled()

    class Signaling(Output):
        """An output after whose first result the signal comes."""

        def manifest(self, manifest: Mapping[str, Any], *, path: str, elapsed_s: float) -> None:
            super().manifest(manifest, path=path, elapsed_s=elapsed_s)
            host.signal.set()

    stdout = io.StringIO()
    console = Signaling(Format.TEXT, stdout=stdout, stderr=io.StringIO())
    work = api.apply_all(jobs, confirm=api.Consent(yes=True), console=console, host=host)
    ended = result_without_loop(work)
    assert ended.exit_code is api.ExitCode.TERMINATED
    assert [file.exit_code for file in ended.files] == [0, api.ExitCode.TERMINATED, None]
    assert ended.files[2].stopped_by == "b.yaml"
    assert len(added(jobs.state_dir)) == 1
    assert "summary of 3 files: 1 done, 1 failed, 1 not applied" in stdout.getvalue()
