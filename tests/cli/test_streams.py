"""Streams whose reader may leave early."""

from __future__ import annotations

import io
import os
from typing import TYPE_CHECKING, cast

import pytest

from runner.cli.streams import patient

if TYPE_CHECKING:
    from typing import TextIO


def pipe() -> tuple[int, TextIO]:
    """The reading end of a pipe, and a patient stream onto it."""
    reading, writing = os.pipe()
    return reading, patient(cast("TextIO", os.fdopen(writing, "w", encoding="utf-8")))


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
    stream.close()


def test_other_failures_are_raised() -> None:
    """A full disk is not a reader that has gone."""
    full = os.fdopen(os.open("/dev/full", os.O_WRONLY), "w", encoding="utf-8")
    stream = patient(cast("TextIO", full))
    stream.write("x")
    with pytest.raises(OSError, match="No space left"):
        stream.flush()
    # What it still holds cannot be written when it is closed either.
    with pytest.raises(OSError, match="No space left"):
        stream.close()


def test_what_has_no_file_behind_it_is_left_alone() -> None:
    """A stream in memory has no reader who could leave."""
    stream = io.StringIO()
    assert patient(stream) is stream


def test_encoding_and_manner_stay_the_same() -> None:
    """What the interpreter found out about the stream still holds."""
    reading, writing = os.pipe()
    plain = io.TextIOWrapper(
        os.fdopen(writing, "wb"), encoding="latin-1", errors="backslashreplace", line_buffering=True
    )
    with cast("TextIO", patient(plain)) as stream:
        stream.write("\u20ac\n")
        assert os.read(reading, 100) == b"\\u20ac\n"
    os.close(reading)
