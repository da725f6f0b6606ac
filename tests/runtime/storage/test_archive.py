"""Archives of which no byte can change unseen."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.errors import Refused
from runner.runtime.storage.archive import INDEX, pack, unpack

FILES = {"batch.yaml": b"version: 1\n", "empty": b"", "journal.jsonl": b'{"crc":"0"}\n{"crc":"1"}\n'}
ABOUT = {"bundle_version": 1, "batch": "one"}
ARCHIVE = pack(FILES, ABOUT)


def names(content: bytes) -> list[str]:
    """The files of an archive, as any tool lists them."""
    with zipfile.ZipFile(io.BytesIO(content)) as opened:
        assert opened.testzip() is None
        return opened.namelist()


def zipped(files: dict[str, bytes], **options: Any) -> bytes:
    """A ZIP file by other hands."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", **options) as opened:
        for name, content in files.items():
            opened.writestr(name, content)
    return buffer.getvalue()


def test_what_goes_in_comes_out() -> None:
    """The files, and what the index says besides; any tool opens it."""
    files, index = unpack(ARCHIVE, name="run.zip")
    assert files == FILES
    assert {name: index[name] for name in ABOUT} == ABOUT
    assert names(ARCHIVE) == [INDEX, *FILES]
    assert pack(FILES, ABOUT) == ARCHIVE


def test_no_byte_can_be_changed() -> None:
    """Each of them in turn, by one bit and by all; the place is named."""
    for at in range(len(ARCHIVE)):
        for bits in (0x01, 0x20, 0xFF):
            changed = bytearray(ARCHIVE)
            changed[at] ^= bits
            with pytest.raises(Refused, match=r"^run\.zip: this bundle was changed, or is damaged: .+"):
                unpack(bytes(changed), name="run.zip")


@given(st.integers(0, len(ARCHIVE)), st.binary(min_size=1, max_size=9))
def test_nothing_can_be_added_or_cut_off(at: int, more: bytes) -> None:
    """Wherever it is put, and wherever it ends."""
    with pytest.raises(Refused):
        unpack(ARCHIVE[:at] + more + ARCHIVE[at:], name="run.zip")
    if at < len(ARCHIVE):
        with pytest.raises(Refused):
            unpack(ARCHIVE[:at], name="run.zip")


@given(st.binary(max_size=300))
def test_what_is_no_archive_is_refused(content: bytes) -> None:
    """Without a traceback."""
    with pytest.raises(Refused):
        unpack(content, name="run.zip")


@pytest.mark.parametrize(
    "content",
    [
        zipped({}),
        zipped(FILES),
        zipped({INDEX: b"{}", **FILES}),
        zipped({INDEX: b"[]"}),
        zipped({INDEX: b'{"files": {}}'}, compression=zipfile.ZIP_DEFLATED),
    ],
)
def test_an_archive_by_other_hands_is_refused(content: bytes) -> None:
    """Though it is a sound one."""
    with pytest.raises(Refused):
        unpack(content, name="run.zip")


def test_the_place_is_that_of_the_change() -> None:
    """By the file, or by the byte where it is in none."""
    at = ARCHIVE.index(b"version: 1")
    with pytest.raises(Refused, match=r"damaged: batch\.yaml in it is damaged$"):
        unpack(ARCHIVE[:at] + b"V" + ARCHIVE[at + 1 :], name="run.zip")
    with pytest.raises(Refused, match=r"byte [0-9,]+, in the archive's directory$"):
        unpack(ARCHIVE[:-1] + b"g", name="run.zip")
