"""Journal entries as lines of text: JSON in a chain, so that a torn, edited, moved or missing line is seen.

A line is ``{"crc":"8 hex digits","prev":"64 hex digits","entry":"kind",...}``. The checksum is the CRC-32 of
the rest of the object; ``prev`` is the SHA-256 of the line before, without its line feed. The last line of a
journal may be torn by a crash; any other broken line is damage. Journals of earlier versions begin with lines
without ``prev``.
"""

from __future__ import annotations

import hashlib
import json
import typing
import zlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from runner.errors import Refused

from .entries import Entry
from .shapes import FOR_PEOPLE, check

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

T = TypeVar("T")

_KINDS: dict[str, Any] = {cls.kind: cls for cls in typing.get_args(Entry)}

Content = Mapping[str, Any] | Entry
"""The content of a line: an entry, or any other JSON object."""

_DECODER = msgspec.json.Decoder()
_ENTRY_DECODER: msgspec.json.Decoder[Entry] = msgspec.json.Decoder(Entry)
_ENCODER = msgspec.json.Encoder()
_HEAD = len('{"crc":"00000000",')
_PREV = '"prev":"'
_PREV_END = _HEAD + len(_PREV) + 64
_BODY = _PREV_END + len('",')

NO_LINE = "0" * 64
"""The digest before the first line."""


def seal(content: Content, previous: str = NO_LINE) -> str:
    """Return an entry or a JSON object as one line with its line feed; ``previous`` is what it follows."""
    return f"{_sealed(content, previous).decode()}\n"


def seal_all(contents: Iterable[Content], previous: str = NO_LINE) -> bytes:
    """Return the journal lines of entries or JSON objects, the first of which follows ``previous``."""
    lines = []
    for content in contents:
        lines.append(line := _sealed(content, previous))
        previous = hashlib.sha256(line).hexdigest()
    return b"".join([line + b"\n" for line in lines])


def digest_of(line: str) -> str:
    """Return the SHA-256 of a line, with or without its line feed, in hex digits."""
    return hashlib.sha256(line.removesuffix("\n").encode("latin-1")).hexdigest()


def last_digest(text: str) -> str:
    """Return the digest of the last whole line of a text, which the next line has to name."""
    line = text[: text.rfind("\n") + 1].removesuffix("\n").rpartition("\n")[2]
    return digest_of(line) if line else NO_LINE


def count_unchained(text: str) -> int:
    """Return how many lines at the beginning of a journal were written before lines were a chain."""
    lines = text.removesuffix("\n").split("\n") if text else []
    return next((number for number, line in enumerate(lines) if _is_chained(line)), len(lines))


def unseal_all(text: str, *, name: str, previous: str = NO_LINE) -> tuple[list[dict[str, Any]], int]:
    """All objects of a journal, and how many characters of it are sound.

    A last line without its line end is torn: it is left out, for it covers nothing that was sent (an
    intent is whole before its order leaves). Raises ``Refused`` for any other broken line, and for one that
    does not follow the line before; ``name`` is the file's, ``previous`` what the text follows.
    """
    return _read_lines(text, name, _object, previous)


def unseal_entries(text: str, *, name: str, previous: str = NO_LINE) -> tuple[list[Entry], int]:
    """As ``unseal_all``, but the entries that the lines hold, those of unknown kinds left out."""
    entries, sound = _read_lines(text, name, _entry, previous)
    return [entry for entry in entries if entry is not None], sound


def to_content(entry: Entry) -> dict[str, Any]:
    """Return an entry as a JSON object; fields that have their default are left out."""
    return typing.cast("dict[str, Any]", msgspec.to_builtins(entry))


def from_content(content: Mapping[str, Any]) -> Entry | None:
    """Return the entry of a JSON object, or None for a kind of a later version.

    Raises ``ValueError`` where it holds a value that no run can have written.
    """
    cls = _KINDS.get(content["entry"])
    if cls is None:
        return None
    try:
        entry = typing.cast("Entry", msgspec.convert(content, cls))
    except msgspec.ValidationError:
        entry = _with_texts(content, cls)
    check(entry)
    return entry


def _with_texts(content: Mapping[str, Any], cls: Any) -> Entry:
    """Return the entry of a JSON object whose texts for people may be of any type, as in a later version."""
    texts = {
        name: value
        for name, value in content.items()
        if name in FOR_PEOPLE.intersection(cls.__struct_fields__)
    }
    entry = msgspec.convert({**content, **dict.fromkeys(texts, "")}, cls)
    kept = {name: tuple(value) if isinstance(value, list) else value for name, value in texts.items()}
    return typing.cast("Entry", msgspec.structs.replace(entry, **kept))


def read_entries(contents: Iterable[Mapping[str, Any]]) -> list[Entry]:
    """Return the entries of a journal, those of unknown kinds left out."""
    return [entry for content in contents if (entry := from_content(content)) is not None]


def _read_lines(text: str, name: str, read: Callable[[str], T], previous: str) -> tuple[list[T], int]:
    *lines, torn = text.split("\n")
    contents: list[T] = []
    chained = previous != NO_LINE
    for number, line in enumerate(lines, 1):
        written = line.encode()
        if written[:_HEAD] != _head(written[_HEAD:]):
            raise _damage_error(f"{name}:{number}", "checksum does not match")
        chained = chained or _is_chained(line)
        if chained and line[_HEAD:_PREV_END] != _PREV + previous:
            raise _damage_error(f"{name}:{number}", "it does not follow the line before")
        try:
            contents.append(read(line))
        except ValueError as reason:
            raise _damage_error(f"{name}:{number}", str(reason)) from None
        previous = hashlib.sha256(written).hexdigest()
    return contents, len(text) - len(torn)


def _is_chained(line: str) -> bool:
    return line.startswith(_PREV, _HEAD)


def _damage_error(place: str, reason: str) -> Refused:
    return Refused(
        f"{place}: this line of the journal is damaged ({reason})",
        details=["Nothing was sent. Restore the file from a copy, or check your orders at the exchange."],
    )


def _object(line: str) -> dict[str, Any]:
    content = _content(line)
    if content.get("entry") in _KINDS:
        from_content(content)
    return content


def _content(line: str) -> dict[str, Any]:
    body = line[_BODY if _is_chained(line) else _HEAD :]
    return typing.cast("dict[str, Any]", _DECODER.decode("{" + body))


def _entry(line: str) -> Entry | None:
    try:
        entry = _ENTRY_DECODER.decode(line)
    except msgspec.ValidationError:
        return from_content(_content(line))  # It is of a later version.
    check(entry)
    return entry


def _sealed(content: Content, previous: str) -> bytes:
    encoded = _ENCODER.encode(content)
    if not encoded.isascii():
        # A line may be torn at any byte, so none of its characters takes more than one.
        encoded = json.dumps(_DECODER.decode(encoded), separators=(",", ":")).encode()
    body = f'{_PREV}{previous}",'.encode() + encoded[1:]
    return _head(body) + body


def _head(body: bytes) -> bytes:
    return b'{"crc":"%08x",' % zlib.crc32(body)
