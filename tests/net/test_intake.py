"""Limits of what comes in: of bytes, of time, and of what is text."""

from __future__ import annotations

import gzip
import zlib

import pytest
import trio
from trio.testing import memory_stream_one_way_pair

from runner.net.intake import (
    ANSWER_S,
    CHUNK_BYTES,
    Allowance,
    IntakeError,
    strict_text,
    take,
    take_burst,
    unpack,
)


async def test_an_answer_is_taken_until_it_is_too_long() -> None:
    """Earlier bytes count."""
    theirs, ours = memory_stream_one_way_pair()
    allowance = Allowance(max_bytes=10)
    for text in (b"12345", b"67890"):
        await theirs.send_all(text)
        assert await take(ours, allowance) == text
    await theirs.send_all(b"!")
    with pytest.raises(IntakeError, match="longer than"):
        await take(ours, allowance)


async def everything(stream: trio.abc.ReceiveStream, allowance: Allowance) -> None:
    while True:
        await take(stream, allowance)


async def test_an_answer_that_drips_has_no_more_time_for_it(autojump_clock: object) -> None:
    """The time is that of the whole answer, not that between two bytes."""
    theirs, ours = memory_stream_one_way_pair()

    async def drip(autojump_clock: object) -> None:
        while True:
            await theirs.send_all(b"x")
            await trio.sleep(1)

    started = trio.current_time()
    async with trio.open_nursery() as nursery:
        nursery.start_soon(drip, autojump_clock)
        allowance = Allowance()
        with pytest.raises(IntakeError, match="no whole answer within 15 s"):
            await everything(ours, allowance)
        nursery.cancel_scope.cancel()
    assert ANSWER_S <= trio.current_time() - started < ANSWER_S + 1


async def test_a_long_answer_has_longer(autojump_clock: object) -> None:
    """A second for each piece that a slow road carries in one."""
    allowance = Allowance(seconds=5, bytes_per_s=1000)
    before = allowance.deadline
    allowance.count(3000)
    assert allowance.deadline - before == 3


async def test_an_end_is_no_bytes() -> None:
    """On either kind of connection."""
    theirs, ours = memory_stream_one_way_pair()
    await theirs.send_all(b"x" * (CHUNK_BYTES + 1))
    assert len(await take_burst(ours)) == CHUNK_BYTES
    assert len(await take_burst(ours)) == 1
    await theirs.aclose()
    assert await take_burst(ours) == b""
    assert await take(ours, Allowance()) == b""


async def test_a_length_that_is_announced_is_refused_unread() -> None:
    """There is no use in waiting for it."""
    with pytest.raises(IntakeError, match="longer than 1 KiB"):
        Allowance(max_bytes=1024).expect(1025)


@pytest.mark.parametrize("encoding", ["", "identity", " Identity "])
def test_what_is_not_packed_stays_as_it_is(encoding: str) -> None:
    """As it was requested."""
    assert unpack(b"text", encoding) == b"text"


@pytest.mark.parametrize(("encoding", "pack"), [("gzip", gzip.compress), ("deflate", zlib.compress)])
def test_what_is_packed_all_the_same_is_unpacked_up_to_the_limit(encoding: str, pack: object) -> None:
    """A bomb is no larger than that."""
    assert unpack(pack(b"x" * 1000), encoding, max_bytes=1000) == b"x" * 1000  # type: ignore[operator]
    with pytest.raises(IntakeError, match="longer than"):
        unpack(pack(b"x" * 20_000_000), encoding, max_bytes=1_000_000)  # type: ignore[operator]


@pytest.mark.parametrize(
    ("body", "encoding", "why"),
    [
        (b"x", "br", "encoded as 'br'"),
        (b"x", "gzip, gzip", "encoded as"),
        (b"nothing packed", "gzip", "cannot be unpacked"),
        (gzip.compress(b"text", mtime=0)[:-9], "gzip", "its end is missing"),
    ],
)
def test_what_cannot_be_unpacked_is_refused(body: bytes, encoding: str, why: str) -> None:
    """Half of an answer is none."""
    with pytest.raises(IntakeError, match=why):
        unpack(body, encoding)


def test_text_is_utf_8_and_nothing_else() -> None:
    """A mark at its start is no part of it."""
    assert strict_text("\ufeff{}".encode()) == "{}"
    with pytest.raises(IntakeError, match="not UTF-8"):
        strict_text(b"\xff\xfe{}")
