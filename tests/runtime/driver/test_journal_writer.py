"""The journal's place in a run: in order, before what leaves, and beside what comes in."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
import trio
from trio.testing import wait_all_tasks_blocked

from runner.journal import GroupEnded
from runner.runtime.driver.journal_writer import LINGER_S, JournalWriter


class Disk:
    """A journal whose writes end when they are allowed to."""

    def __init__(self) -> None:
        self.writes: list[list[str]] = []
        self.allowed = trio.Semaphore(0)
        self.full = False

    async def append(self, entries: Sequence[GroupEnded]) -> None:
        names = [entry.group for entry in entries]
        await self.allowed.acquire()
        if self.full:
            raise OSError(28, "No space left on device")
        self.writes.append(names)


def ended(group: str) -> GroupEnded:
    return GroupEnded(at="2026-01-01T00:00:00Z", group=group, outcome="done")


async def test_what_is_noted_during_a_write_goes_into_the_next_one(
    autojump_clock: object,
) -> None:
    """Many turns, few syncs, and the order stays."""
    disk = Disk()
    scribe = JournalWriter(disk.append)
    async with trio.open_nursery() as nursery:
        for group in "abcd":
            scribe.note([ended(group)])
            scribe.write_in_background(nursery)
            await trio.sleep(2 * LINGER_S)
        disk.allowed.release()
        disk.allowed.release()
    assert disk.writes == [["a"], ["b", "c", "d"]]


async def test_replies_of_one_moment_share_a_sync(autojump_clock: object) -> None:
    """An outcome waits a little for others; what leaves waits for none of that."""
    disk = Disk()
    disk.allowed = trio.Semaphore(9)
    scribe = JournalWriter(disk.append)
    async with trio.open_nursery() as nursery:
        for group in "ab":
            scribe.note([ended(group)])
            scribe.write_in_background(nursery)
            await trio.sleep(LINGER_S / 4)
        assert disk.writes == []
        await trio.sleep(LINGER_S)
        assert disk.writes == [["a", "b"]]
        scribe.note([ended("c")])
        scribe.write_in_background(nursery)
        scribe.note([ended("intent")])
        await scribe.write()
        assert disk.writes[1:] == [["c", "intent"]]


async def test_a_write_ends_only_when_all_that_was_noted_before_is_durable(autojump_clock: object) -> None:
    """The next message may rely on an outcome that is still being written."""
    disk, order = Disk(), []
    scribe = JournalWriter(disk.append)

    async def send() -> None:
        await scribe.write()
        order.extend(disk.writes)

    async with trio.open_nursery() as nursery:
        scribe.note([ended("outcome")])
        scribe.write_in_background(nursery)
        await trio.sleep(2 * LINGER_S)
        scribe.note([ended("intent")])
        nursery.start_soon(send)
        await wait_all_tasks_blocked()
        disk.allowed.release()
        await wait_all_tasks_blocked()
        assert order == []
        disk.allowed.release()
    assert order == [["outcome"], ["intent"]]


async def test_a_write_beside_the_run_that_fails_ends_the_run(autojump_clock: object) -> None:
    """Nothing can leave any more that rests on what was lost."""
    disk = Disk()
    disk.full = True
    disk.allowed.release()
    scribe, sent = JournalWriter(disk.append), []
    with pytest.RaisesGroup(OSError):
        async with trio.open_nursery() as nursery:
            scribe.note([ended("outcome")])
            scribe.write_in_background(nursery)
            await trio.sleep_forever()
            sent.append("order")
    assert sent == []


async def test_nothing_to_write_is_no_write() -> None:
    """An empty turn costs no sync."""
    disk = Disk()
    scribe = JournalWriter(disk.append)
    async with trio.open_nursery() as nursery:
        scribe.note([])
        scribe.write_in_background(nursery)
        await scribe.write()
    assert disk.writes == []
