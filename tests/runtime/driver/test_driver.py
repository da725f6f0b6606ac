"""The loop: what is durable before what leaves, how it stops, and what it does with a broken connection."""

from __future__ import annotations

import json
import os
import signal
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import trio

from runner.app.access.signals import StopSignals, first_of
from runner.domain import Secret
from runner.errors import ExitCode, Stopped
from runner.execution import Execution, Progress, Timing
from runner.journal import CancelIntent, Entry, OrderIntent, fold, manifest, new_acts, read_entries
from runner.journal.codec import to_content
from runner.kraken import Reqids
from runner.net.clock import RunClock
from runner.planning import Plan, plan
from runner.runtime.driver import Driver
from runner.runtime.driver.driver import AHEAD
from runner.runtime.driver.journal_writer import JournalWriter
from runner.runtime.kraken.access import AccessFailed
from runner.runtime.storage import AccountHalted
from runner.runtime.storage.journal import OverLimit
from tests.runtime.driver.memory import MemoryAccess
from tests.simulation.world import batch_of, exchange_of

ROOT = Path(__file__).parents[3]
QUICKSTART = (ROOT / "batches" / "quickstart.yaml").read_text()
LATE = "sell-eth"


def quickstart() -> Plan:
    return plan(batch_of(QUICKSTART), fold([]), run_key="", venue="paper")


class Journal:
    """A disk in memory, which notes how many frames had been received when each entry was written."""

    def __init__(self) -> None:
        self.contents: list[dict[str, Any]] = []
        self.before: list[int] = []
        self.access: MemoryAccess | None = None

    async def append(self, entries: Sequence[Entry]) -> None:
        await trio.lowlevel.checkpoint()
        assert self.access is not None
        self.contents += map(to_content, entries)
        self.before += [len(self.access.received)] * len(entries)

    def manifest(self) -> dict[str, Any]:
        return manifest(fold(read_entries(self.contents)))


def driver_of(journal: Journal, access: MemoryAccess, timing: Timing | None = None) -> Driver:
    journal.access = access
    reqids = Reqids()
    execution = Execution(quickstart(), reqids, tool="test", timing=timing)
    return Driver(execution, access, reqids=reqids, append=journal.append, clock=access.clock)


async def test_a_batch_is_carried_out_over_one_connection_with_one_token(autojump_clock: object) -> None:
    """Every order is placed, every id canceled, and the exchange agrees."""
    access, journal = MemoryAccess(exchange_of(), RunClock()), Journal()
    await driver_of(journal, access).run()
    result = journal.manifest()
    assert result["outcome"] == "done"
    assert result["totals"]["orders"]["placed"] == 4
    assert result["totals"]["cancellations"]["canceled"] == 2
    assert (access.tokens, access.connections) == (1, 1)


async def test_an_intent_is_written_before_its_frame_leaves(autojump_clock: object) -> None:
    """The exchange has not received the order yet when its intent is made durable."""
    access, journal = MemoryAccess(exchange_of(), RunClock()), Journal()
    await driver_of(journal, access).run()
    arrived = {}
    for number, text in enumerate(access.received):
        arrived[json.loads(text).get("reqid")] = number
    intents = 0
    for content, before in zip(journal.contents, journal.before, strict=True):
        if content["entry"] in ("order-intent", "cancel-intent"):
            intents += 1
            assert before <= arrived[content["reqid"]]
    assert intents == 6


async def test_a_failing_journal_stops_the_run_before_the_send(autojump_clock: object) -> None:
    """An order whose intent could not be written never leaves."""
    access, journal = MemoryAccess(exchange_of(), RunClock()), Journal()
    driver = driver_of(journal, access)

    async def full(entries: Sequence[Entry]) -> None:
        if any(entry.kind == "order-intent" for entry in entries):
            raise OSError(28, "No space left on device")
        await journal.append(entries)

    driver._writer = JournalWriter(full)
    with pytest.RaisesGroup(OSError, flatten_subgroups=True):
        await driver.run()
    assert not [text for text in access.received if "addOrder" in text]


async def test_what_a_limit_denies_never_leaves_and_the_rest_does(autojump_clock: object) -> None:
    """Of four orders one has no intent in the journal; its refusal is an outcome, as one by the gate is."""
    access, journal = MemoryAccess(exchange_of(), RunClock()), Journal()
    append = journal.append

    async def limited(entries: Sequence[Entry]) -> None:
        over = [entry.reqid for entry in entries if isinstance(entry, OrderIntent) and entry.id == LATE]
        if over:
            raise OverLimit(frozenset(over), "denied by day: Enough")
        await append(entries)

    journal.append = limited  # type: ignore[method-assign]
    await driver_of(journal, access).run()
    result = journal.manifest()
    orders = {order["id"]: order for group in result["groups"] for order in group["orders"]}
    assert (orders[LATE]["outcome"], orders[LATE]["error"]) == ("refused", "denied by day: Enough")
    assert result["outcome"] == "incomplete"
    left = [json.loads(text)["cl_ord_id"] for text in access.received if '"addOrder"' in text]
    assert len(left) == result["totals"]["orders"]["placed"] > 0
    intents = [content["id"] for content in journal.contents if content["entry"] == "order-intent"]
    assert LATE not in intents
    assert len(intents) == len(left)


async def test_a_cancellation_that_a_limit_denies_never_leaves(autojump_clock: object) -> None:
    """It is skipped, and its group says why."""
    access, journal = MemoryAccess(exchange_of(), RunClock()), Journal()
    append = journal.append

    async def limited(entries: Sequence[Entry]) -> None:
        over = [entry.reqid for entry in entries if isinstance(entry, CancelIntent)]
        if over:
            raise OverLimit(frozenset(over), "denied by day: Enough")
        await append(entries)

    journal.append = limited  # type: ignore[method-assign]
    await driver_of(journal, access).run()
    result = journal.manifest()
    assert not [text for text in access.received if "cancelOrder" in text]
    assert result["totals"]["cancellations"]["skipped"] == 2
    assert "denied by day: Enough" in json.dumps(result)


async def test_a_cancellation_that_was_overtaken_does_not_leave(autojump_clock: object) -> None:
    """It became durable, and then the process was paused: what is still to be canceled is found out anew."""
    access, journal = MemoryAccess(exchange_of(), RunClock()), Journal()
    driver = driver_of(journal, access)
    paused: list[int] = []

    async def append(entries: Sequence[Entry]) -> None:
        await journal.append(entries)
        intents = [entry.reqid for entry in entries if isinstance(entry, CancelIntent)]
        if intents and not paused:
            paused.extend(intents)
            with trio.move_on_after(60):
                await trio.Event().wait()

    driver._writer = JournalWriter(append)
    await driver.run()
    sent = [json.loads(text)["reqid"] for text in access.received if "cancelOrder" in text]
    assert paused
    assert not set(paused) & set(sent)
    assert journal.manifest()["totals"]["cancellations"]["canceled"] == 2
    assert access.connections == 2


async def test_under_a_halt_a_run_that_has_sent_nothing_is_refused(autojump_clock: object) -> None:
    """Nothing leaves, and the manifest says who has halted; one that has sent is halted."""
    for least, outcome in ((0, "refused"), (1, "halted")):
        access, journal = MemoryAccess(exchange_of(), RunClock()), Journal()
        append, sent = journal.append, []

        async def halted(entries: Sequence[Entry], append=append, sent=sent, least=least) -> None:  # type: ignore[no-untyped-def]
            reqids = new_acts(entries)
            if reqids and len(sent) >= least:
                raise AccountHalted(reqids, "halted by ann")
            sent += reqids
            await append(entries)

        journal.append = halted  # type: ignore[method-assign]
        await driver_of(journal, access).run()
        result = journal.manifest()
        left = [text for text in access.received if '"addOrder"' in text]
        assert (result["outcome"], result["reason"]) == (outcome, "halted by ann")
        assert len(left) == result["totals"]["orders"]["placed"] == len(sent)


async def test_a_connection_cut_after_booking_is_replaced_and_nothing_is_sent_twice(
    autojump_clock: object,
) -> None:
    """The order whose reply was lost is found in the new snapshot."""
    access, journal = MemoryAccess(exchange_of(), RunClock()), Journal()
    access.cut_after = 3
    await driver_of(journal, access, Timing(settle_s=0.0)).run()
    adds = [json.loads(text)["cl_ord_id"] for text in access.received if '"addOrder"' in text]
    assert len(adds) == len(set(adds)) == 4
    assert access.connections == 2
    assert journal.manifest()["outcome"] == "done"


async def test_credentials_that_are_refused_end_the_run_at_once(autojump_clock: object) -> None:
    """Nothing is sent, nothing is tried again."""
    refused = AccessFailed("EAPI:Invalid key", final=True)
    access, journal = MemoryAccess(exchange_of(), RunClock(), refuse=[refused]), Journal()
    await driver_of(journal, access).run()
    result = journal.manifest()
    assert (result["outcome"], result["reason"]) == ("unreachable", "EAPI:Invalid key")
    assert access.connections == 0


async def test_a_door_that_stays_shut_is_tried_a_few_times(autojump_clock: object) -> None:
    """Before anything was sent there is no reason for long patience."""
    doors = [AccessFailed("HTTP status 502") for _ in range(9)]
    access, journal = MemoryAccess(exchange_of(), RunClock(), refuse=doors), Journal()
    await driver_of(journal, access).run()
    assert journal.manifest()["outcome"] == "unreachable"
    assert len(access.refuse) == 6


async def stop_when_sent(signals: int) -> Journal:
    """A run whose replies are held back from the first order on, and which is stopped then."""
    access, journal = MemoryAccess(exchange_of(), RunClock(), mute_from="addOrder"), Journal()
    driver = driver_of(journal, access)
    left = [signal.SIGTERM] * signals

    def observe(progress: Progress) -> None:
        if progress.sent and left:
            os.kill(os.getpid(), left.pop())

    driver._observe = observe
    await driver.run(stops=(StopSignals(),))
    return journal


async def test_a_signal_stops_the_run_and_leaves_a_whole_record(autojump_clock: object) -> None:
    """Orders under way are awaited for a while, then called unresolved; the run has an end."""
    result = (await stop_when_sent(signals=1)).manifest()
    assert (result["outcome"], result["reason"]) == ("interrupted", "SIGTERM")
    assert result["totals"]["orders"]["unresolved"] == 2
    assert result["totals"]["orders"]["skipped"] == 2


async def test_a_second_signal_stops_at_once(autojump_clock: object) -> None:
    """The exit code is that of the signal."""
    with pytest.RaisesGroup(Stopped, flatten_subgroups=True) as caught:
        await stop_when_sent(signals=2)
    assert first_of(caught.value).exit_code == ExitCode.TERMINATED


async def test_an_exchange_that_talks_and_does_not_listen_is_left(autojump_clock: object) -> None:
    """Its talk fills every queue while nothing can be sent: the run goes on over another connection."""
    access, journal = MemoryAccess(exchange_of(), RunClock()), Journal()
    driver = driver_of(journal, access, Timing(settle_s=0.0))

    async def append(entries: Sequence[Entry]) -> None:
        if any(entry.kind == "order-intent" for entry in entries):
            access.deaf = access.connections == 1
        await journal.append(entries)

    driver._writer = JournalWriter(append)
    with trio.fail_after(300):
        await driver.run()
    assert access.connections == 2
    assert journal.manifest()["outcome"] == "done"
    adds = [json.loads(text)["cl_ord_id"] for text in access.received if '"addOrder"' in text]
    assert len(adds) == len(set(adds)) == 4


async def test_few_turns_are_thought_out_ahead_and_no_more(
    autojump_clock: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While a disk hangs little is decided whose deadline then is over, and nothing leaves."""
    access, journal = MemoryAccess(exchange_of(), RunClock()), Journal()
    driver = driver_of(journal, access)
    hangs, turns = trio.Event(), []

    async def append(entries: Sequence[Entry]) -> None:
        if any(entry.kind == "order-intent" for entry in entries):
            turns.append(len(seen))
            await hangs.wait()
        await journal.append(entries)

    seen: list[object] = []
    handle = driver._execution.handle
    monkeypatch.setattr(driver._execution, "handle", lambda *news: seen.append(news) or handle(*news))
    driver._writer = JournalWriter(append)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(driver.run)
        await trio.sleep(60)
        assert len(turns) == 1
        assert len(seen) <= turns[0] + AHEAD
        assert not [text for text in access.received if "addOrder" in text]
        hangs.set()
    # What left then was refused for its deadline, and its later replacement is open once.
    assert journal.manifest()["totals"]["orders"]["placed"] == 4
    adds = Counter(json.loads(text)["cl_ord_id"] for text in access.received if '"addOrder"' in text)
    assert sorted(adds.values()) == [1, 1, 2, 2]
    state = access.exchange.state()
    booked = [order.terms.cl_ord_id for order in [*state.live.values(), *state.ended.values()]]
    assert all(booked.count(add) == 1 for add in adds)


# --- the clock of the exchange ---


class Untimely(MemoryAccess):
    """An exchange that does not give its time."""

    comparisons = 0

    async def clock_skew(self, now: float) -> tuple[float, float]:
        self.comparisons += 1
        raise AccessFailed("/0/public/Time: HTTP status 502")


async def test_a_clock_that_cannot_be_compared_stops_a_run(autojump_clock: object) -> None:
    """After a few tries, and nothing is sent."""
    access, journal = Untimely(exchange_of(), RunClock()), Journal()
    await driver_of(journal, access).run()
    result = journal.manifest()
    assert (result["outcome"], result["reason"]) == ("unreachable", "/0/public/Time: HTTP status 502")
    assert (access.comparisons, access.connections) == (3, 0)


async def test_a_clock_need_not_be_compared_by_those_who_say_so(autojump_clock: object) -> None:
    """The rest is done as ever."""
    access, journal = Untimely(exchange_of(), RunClock()), Journal()
    driver = driver_of(journal, access)
    driver._calls._clock_needed = False
    await driver.run()
    assert journal.manifest()["outcome"] == "done"
    assert access.comparisons == 1


class Slow(MemoryAccess):
    """An exchange that has us wait for a token."""

    async def fetch_token(self) -> Secret:
        await trio.sleep_until(trio.current_time() + 40)
        return await super().fetch_token()


async def test_a_token_may_take_longer_than_a_connection(autojump_clock: object) -> None:
    """A full call counter is waited for; one attempt is enough."""
    access, journal = Slow(exchange_of(), RunClock()), Journal()
    await driver_of(journal, access).run()
    assert journal.manifest()["outcome"] == "done"
    assert (access.tokens, access.connections) == (1, 1)
