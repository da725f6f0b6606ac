"""Streams that change nothing about how a command ends, and that carry no command of others."""

from __future__ import annotations

import io
import os
from typing import TYPE_CHECKING, cast

import pytest

from runner.cli.streams import BrokenPipeTolerantStream, tolerant_stream

if TYPE_CHECKING:
    from typing import TextIO


def pipe() -> tuple[int, BrokenPipeTolerantStream]:
    """The reading end of a pipe, and an tolerant_stream onto it."""
    reading, writing = os.pipe()
    return reading, cast(
        "BrokenPipeTolerantStream", tolerant_stream(cast("TextIO", os.fdopen(writing, "w", encoding="utf-8")))
    )


def test_what_is_written_arrives() -> None:
    """While somebody reads, it is a stream as any other."""
    reading, stream = pipe()
    with stream:
        assert stream.write("caf\u00e9\n") == 5
        stream.flush()
        assert os.read(reading, 100) == "caf\u00e9\n".encode()
    os.close(reading)


@pytest.mark.parametrize("size", [1, 1_000_000], ids=["kept back", "written at once"])
def test_reader_that_leaves_is_no_failure(size: int) -> None:
    """Once the reader has gone, all that comes goes nowhere, also when the stream is closed."""
    reading, stream = pipe()
    os.close(reading)
    for _ in range(2):
        assert stream.write("x" * size) == size
        stream.flush()
    assert stream.failure is None
    stream.close()


@pytest.mark.parametrize("size", [1, 1_000_000], ids=["kept back", "written at once"])
def test_full_disk_is_kept_in_mind(size: int) -> None:
    """Nothing is raised; the error can be said at the end."""
    full = os.fdopen(os.open("/dev/full", os.O_WRONLY), "w", encoding="utf-8")
    stream = tolerant_stream(cast("TextIO", full))
    stream.write("x" * size)
    stream.flush()
    failure = cast("BrokenPipeTolerantStream", stream).failure
    assert failure is not None
    assert failure.strerror == "No space left on device"
    stream.close()


def test_missing_stream_goes_nowhere() -> None:
    """The interpreter has none where its descriptor was closed."""
    stream = tolerant_stream(None)
    stream.write("x")
    stream.flush()
    stream.close()


def test_what_has_no_file_behind_it_is_left_alone() -> None:
    """A stream in memory has no reader who could leave."""
    stream = io.StringIO()
    assert tolerant_stream(stream) is stream


@pytest.mark.parametrize("encoding", ["latin-1", "ascii", "utf-8"])
def test_what_cannot_be_encoded_is_escaped(encoding: str) -> None:
    """The encoding stays what the interpreter found out; no character is an error in it."""
    reading, writing = os.pipe()
    plain = io.TextIOWrapper(os.fdopen(writing, "wb"), encoding=encoding, line_buffering=True)
    with tolerant_stream(plain) as stream:
        stream.write("\u20ac \udcff\n")
        expected = "\u20ac".encode(encoding, "backslashreplace") + b" \\udcff\n"
        assert os.read(reading, 100) == expected
    os.close(reading)


def test_only_what_is_made_to_be_a_command_is_one() -> None:
    """In whatever pieces the text of others comes."""
    reading, stream = pipe()
    with stream:
        for text in ("a #", "#[debug]x\n", " ", ":", ":error::y\n"):
            stream.write(text)
        stream.command("::notice::z\n")
        stream.write("::warning::a\n")
        stream.flush()
        lines = os.read(reading, 1000).decode().splitlines()
    assert lines == [r"a #\x23[debug]x", r" :\x3aerror::y", "::notice::z", r":\x3awarning::a"]
    os.close(reading)
