"""Runs as values: what was confirmed is carried out, and nothing else."""

from __future__ import annotations

import json
import signal
import threading
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
import trio

from runner import api
from runner.api import sync
from runner.domain import CancelOutcome, OrderKey, OrderOutcome, RunOutcome
from runner.runtime.storage import JOURNAL, read_journal
from tests.app.shell import added, batch, order

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def journal(job: api.Job, venue: str = "paper") -> list[dict[str, Any]]:
    """The journal of the batch as it is on disk."""
    return read_journal(job.state_dir / venue / "one" / JOURNAL)


async def test_a_confirmed_plan_is_carried_out_in_a_trio_program(job: api.Job) -> None:
    """With what became of each order and cancellation."""
    planned = await api.plan(job)
    found = await api.apply(job, confirm=planned.digest)
    assert (found.exit_code, found.outcome) == (api.ExitCode.DONE, RunOutcome.DONE)
    first = found.orders[0]
    assert (first.key, first.outcome) == (OrderKey("group", "a"), OrderOutcome.PLACED)
    assert (first.pair, first.side, first.volume) == ("ETH/EUR", "buy", Decimal("0.25"))
    assert first.price is not None
    assert first.price.amount == Decimal(145)
    assert [(cancel.order, cancel.outcome) for cancel in found.cancels] == [
        ("group/b", CancelOutcome.CANCELED)
    ]
    assert found.manifest["totals"]["orders"]["placed"] == 2
    assert len(added(job.state_dir)) == 2


def test_it_is_carried_out_without_trio_and_once(job: api.Job) -> None:
    """The plan of a batch that was applied is to do nothing."""
    sync.apply(job, confirm=sync.plan(job).digest)
    again = sync.apply(job, confirm=sync.plan(job).digest)
    assert [order.already for order in again.orders] == [True, True]
    assert len(added(job.state_dir)) == 2


def test_another_plan_than_the_confirmed_one_is_refused(job: api.Job) -> None:
    """An edited file, a journal that grew, an invented digest: nothing is sent."""
    known = sync.plan(job).digest
    text = job.file.read_text("utf-8")
    job.file.write_text(text.replace("144", "143"), "utf-8")
    for digest in (known, "", "0" * 64):
        with pytest.raises(api.Refused) as caught:
            sync.apply(job, confirm=digest)
        assert caught.value.exit_code == 4
    assert added(job.state_dir) == []
    job.file.write_text(text, "utf-8")
    assert sync.apply(job, confirm=known).exit_code is api.ExitCode.DONE
    with pytest.raises(api.Refused):
        sync.apply(job, confirm=known)
    assert len(added(job.state_dir)) == 2


def test_each_entry_of_the_journal_is_an_event_once_it_is_on_disk(job: api.Job) -> None:
    """In the words of the journal."""
    events: list[Mapping[str, Any]] = []

    def hear(event: Mapping[str, Any]) -> None:
        plain = json.loads(json.dumps(event))
        if plain["entry"] != "progress":  # What a run waits for is in no journal.
            assert any(plain.items() <= line.items() for line in journal(job)), event
            events.append(plain)

    sync.apply(job, confirm=sync.plan(job).digest, on_event=hear)
    lines = [{name: value for name, value in line.items() if name != "crc"} for line in journal(job)]
    assert events == lines
    assert events[0]["entry"] == "run-started"


def test_a_listener_that_fails_breaks_the_run_off_and_loses_nothing(job: api.Job) -> None:
    """The next call looks up what was under way, and places nothing twice."""

    def fail(event: Mapping[str, Any]) -> None:
        if event["entry"] == "order-placed":
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        sync.apply(job, confirm=sync.plan(job).digest, on_event=fail)
    found = sync.apply(job, confirm=sync.plan(job).digest)
    assert found.exit_code is api.ExitCode.DONE
    assert len(added(job.state_dir)) == 2


def when(entry: str, do: Callable[[], object]) -> Callable[[Mapping[str, Any]], None]:
    """A listener that does something at the first entry of a kind."""

    def hear(event: Mapping[str, Any]) -> None:
        if event["entry"] == entry:
            do()

    return hear


TWO_GROUPS = """
version: 1
name: one
groups:
  - name: first
    orders: [{id: a, pair: ETH/EUR, type: buy, ordertype: limit, price: 145, volume: 0.25}]
  - name: second
    orders: [{id: b, pair: ETH/EUR, type: buy, ordertype: limit, price: 144, volume: 0.25}]
"""


async def test_a_program_may_stop_its_run_and_gets_the_manifest(job: api.Job) -> None:
    """Messages under way are settled, nothing more is sent, and the next call carries out the rest."""
    job.file.write_text(TWO_GROUPS, "utf-8")
    stop = api.Stop()
    digest = (await api.plan(job)).digest
    found = await api.apply(job, confirm=digest, stop=stop, on_event=when("order-intent", stop.request))
    assert (found.exit_code, found.outcome) == (api.ExitCode.INTERRUPTED, RunOutcome.INTERRUPTED)
    assert [order.outcome for order in found.orders] == [OrderOutcome.PLACED, OrderOutcome.SKIPPED]
    assert found.manifest == json.loads(await trio.Path(found.path).read_text("utf-8"))
    assert "stopped by the program" in found.reason
    again = await api.apply(job, confirm=(await api.plan(job)).digest)
    assert again.exit_code is api.ExitCode.DONE
    assert len(added(job.state_dir)) == 2


def test_a_thread_may_stop_the_run_of_another(job: api.Job) -> None:
    """A web server that ends, for one."""
    job.file.write_text(TWO_GROUPS, "utf-8")
    stop, sent = api.Stop(), threading.Event()

    def wait_and_stop() -> None:
        sent.wait(60)
        stop.request()

    def sent_one() -> None:
        sent.set()
        stopper.join(60)

    stopper = threading.Thread(target=wait_and_stop)
    stopper.start()
    digest = sync.plan(job).digest
    found = sync.apply(job, confirm=digest, stop=stop, on_event=when("order-intent", sent_one))
    assert found.outcome is RunOutcome.INTERRUPTED
    assert len(added(job.state_dir)) == 1


def test_a_run_that_is_stopped_before_it_begins_sends_nothing(job: api.Job) -> None:
    """It has no result, so that is an error."""
    stop = api.Stop()
    stop.request()
    digest = sync.plan(job).digest
    with pytest.raises(api.Interrupted) as caught:
        sync.apply(job, confirm=digest, stop=stop)
    assert caught.value.exit_code is api.ExitCode.INTERRUPTED
    assert journal(job) == []
    assert sync.apply(job, confirm=digest).exit_code is api.ExitCode.DONE


def test_a_run_that_is_stopped_as_it_begins_sends_nothing(job: api.Job) -> None:
    """Its manifest says so."""
    stop = api.Stop()
    digest = sync.plan(job).digest
    found = sync.apply(job, confirm=digest, stop=stop, on_event=when("run-started", stop.request))
    assert found.exit_code is api.ExitCode.INTERRUPTED
    assert [order.outcome for order in found.orders] == [OrderOutcome.SKIPPED] * 2
    assert added(job.state_dir) == []


def test_a_stop_after_the_last_order_changes_nothing(job: api.Job) -> None:
    """The run has its own end."""
    stop = api.Stop()
    found = sync.apply(
        job, confirm=sync.plan(job).digest, stop=stop, on_event=when("run-ended", stop.request)
    )
    assert (found.exit_code, stop.requested) == (api.ExitCode.DONE, True)


async def test_a_program_that_gives_up_waiting_loses_nothing(job: api.Job) -> None:
    """A cancellation is as a kill to the run."""
    with trio.CancelScope() as scope:
        await api.apply(job, confirm=(await api.plan(job)).digest, on_event=lambda _: scope.cancel())
    assert scope.cancelled_caught
    found = await api.apply(job, confirm=(await api.plan(job)).digest)
    assert found.exit_code is api.ExitCode.DONE
    assert len(added(job.state_dir)) == 2


def test_validation_places_nothing_and_keeps_nothing(job: api.Job) -> None:
    """The exchange judges each order."""
    found = sync.apply(job, confirm=sync.plan(job).digest, validate_only=True)
    assert [order.outcome for order in found.orders] == [OrderOutcome.VALIDATED] * 2
    assert found.path == ""
    assert journal(job) == []


def test_what_the_exchange_would_not_take_is_refused(job: api.Job) -> None:
    """Unless the check is skipped: then it is a rejection, with the exchange's words."""
    job = replace(job, file=batch(order("a", volume="0.00001")))
    with pytest.raises(api.Refused):
        sync.apply(job, confirm=sync.plan(job).digest)
    found = sync.apply(job, confirm=sync.plan(job).digest, unchecked=True)
    assert found.exit_code is api.ExitCode.INCOMPLETE
    assert found.orders[0].outcome is OrderOutcome.REJECTED
    assert "EOrder" in str(found.orders[0].error)


@pytest.mark.parametrize("seconds", [{"deadline_s": 1}, {"deadline_s": 61}, {"settle_s": -1}])
def test_seconds_are_checked(job: api.Job, seconds: dict[str, int]) -> None:
    """As the command line does."""
    with pytest.raises(api.InvalidInput):
        sync.apply(job, confirm="", **seconds)  # type: ignore[arg-type]


def test_real_orders_need_an_account(job: api.Job) -> None:
    """The message names what a program writes, no variable."""
    with pytest.raises(api.InvalidInput) as caught:
        sync.apply(replace(job, venue=api.Kraken()), confirm="")
    assert "api_key=Secret" in caught.value.details[0]


def test_signals_are_left_to_the_program(job: api.Job) -> None:
    """Its handlers are called while a run goes on, and are there afterwards."""
    handled: list[int] = []
    before = signal.signal(signal.SIGTERM, lambda number, _: handled.append(number))
    try:
        digest = sync.plan(job).digest
        found = sync.apply(job, confirm=digest, on_event=lambda _: signal.raise_signal(signal.SIGTERM))
        assert found.exit_code is api.ExitCode.DONE
        assert handled
    finally:
        signal.signal(signal.SIGTERM, before)


def test_real_orders_go_to_the_account_that_is_named_and_no_secret_comes_back(kraken: api.Job) -> None:
    """The environment points elsewhere, with another key."""
    assert isinstance(kraken.venue, api.Kraken)
    assert kraken.venue.api_key is not None
    assert kraken.venue.api_secret is not None
    secrets = [kraken.venue.api_key.reveal(), kraken.venue.api_secret.reveal()]
    events: list[Mapping[str, Any]] = []
    planned = sync.plan(kraken)
    applied = sync.apply(kraken, confirm=planned.digest, on_event=events.append)
    status = sync.status(kraken)
    assert applied.exit_code is api.ExitCode.DONE
    files = b"".join(path.read_bytes() for path in kraken.state_dir.rglob("*") if path.is_file())
    texts = [repr(planned), repr(applied), applied.text, repr(status), repr(events), files.decode("utf-8")]
    for secret in secrets:
        assert not [text for text in texts if secret in text]
    token_free = json.dumps(events)
    assert '"token"' not in token_free


def test_another_key_needs_another_confirmation(kraken: api.Job) -> None:
    """A digest binds the account by the fingerprint of its key."""
    assert isinstance(kraken.venue, api.Kraken)
    digest = sync.plan(kraken, offline=True).digest
    other = replace(kraken, venue=replace(kraken.venue, api_key=api.Secret("another")))
    with pytest.raises(api.Refused):
        sync.apply(other, confirm=digest)


def test_two_runs_of_a_batch_at_once_are_kept_apart(job: api.Job) -> None:
    """In one process as well."""
    digest = sync.plan(job).digest
    refused: list[int] = []

    async def both() -> None:
        done: list[api.Applied] = []

        async def apply_once() -> None:
            try:
                done.append(await api.apply(job, confirm=digest))
            except api.Locked as error:
                refused.append(error.exit_code)

        async with trio.open_nursery() as nursery:
            nursery.start_soon(apply_once)
            nursery.start_soon(apply_once)
        assert len(done) == 1

    trio.run(both)
    assert refused == [7]
    assert len(added(job.state_dir)) == 2


def test_a_dead_mans_switch_has_limits(job: api.Job) -> None:
    """Too short it would fire by itself; what is only validated needs none."""
    for span, more in ((5, {}), (7200, {}), (60, {"validate_only": True})):
        with pytest.raises(api.InvalidInput):
            sync.apply(job, confirm=api.Consent(yes=True), dead_man_s=span, **more)
