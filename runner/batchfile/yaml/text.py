"""The bytes of a file as text: UTF-8, and no character that a reviewer would not see.

What is refused here would be shown by an editor in another place, on another line or not at all.
It knows nothing of YAML.
"""

from __future__ import annotations

import re
import unicodedata

from runner.batchfile.document.limits import MAX_FAULTS, MAX_FILE_BYTES
from runner.batchfile.document.values import START, Fault

_UTF8_MARK = b"\xef\xbb\xbf"
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")

_UTF32_MARKS = (b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff")
_LOOKED_AT = 4096
_MOSTLY = 0.7
"""The share of zeros in the places that hold the upper half of a letter: nearly all, in most languages."""

_HARMLESS = b"\n" + bytes(range(0x20, 0x7F))
"""The characters most files are made of: a file of these alone needs no further check."""

# Bytes that are no UTF-8 come out of the decoder as U+DC80 to U+DCFF. The last group turns the reading
# direction around or breaks a line where most editors do not.
_REFUSED = (
    r"(?P<byte>[\udc80-\udcff])"
    r"|(?P<tab>(?m:^) *\t(?=[^\n]*[^\s]))"
    r"|(?P<cr>\r(?!\n))"
    r"|(?P<hidden>[\x85\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff])"
    r"|(?P<control>[^\n\r\t -~\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff])"
)


def decode(content: bytes) -> tuple[str, list[Fault]]:
    """Return the text of a file, and every place where it is not fit to be read as YAML."""
    if len(content) > MAX_FILE_BYTES:
        limit = f"a batch file has at most {MAX_FILE_BYTES // 1024**2} MiB"
        return "", [
            Fault(
                START, "", f"the file is too long: {limit}", "split it into several batches", code="too-much"
            )
        ]
    if encoding := _wide_encoding(content):
        return "", [Fault(START, "", f"the file is {encoding}", "save it as UTF-8", code="encoding")]
    if not content.translate(None, _HARMLESS):
        return content.decode("ascii"), []
    text = content.removeprefix(_UTF8_MARK).decode("utf-8", "surrogateescape")
    return text, _character_faults(text)


def _wide_encoding(content: bytes) -> str:
    """Return the name of an encoding in which a letter takes two or four bytes; empty for others.

    Without a mark it is seen by its zeros: in every second place, or in three of four.
    """
    if content.startswith(_UTF32_MARKS):
        return "UTF-32"
    if content.startswith(_UTF16_MARKS):
        return "UTF-16"
    head = content[:_LOOKED_AT]
    zeros = [head[place::4].count(0) * 4 / max(len(head), 1) for place in range(4)]
    if len(head) < 4 or max(zeros) < _MOSTLY or min(zeros) > 1 - _MOSTLY:
        return ""
    return "UTF-32" if sum(share > _MOSTLY for share in zeros) == 3 else "UTF-16"


def _character_faults(text: str) -> list[Fault]:
    """At most one fault a line: a file in another encoding has many of them."""
    refused = re.compile(_REFUSED)
    faults: list[Fault] = []
    line, counted, search_from = 1, 0, 0
    while len(faults) < MAX_FAULTS and (match := refused.search(text, search_from)):
        position = match.end() - 1
        line += text.count("\n", counted, position)
        line_start = text.rfind("\n", 0, position) + 1
        faults.append(_character_fault(match, (line, position - line_start + 1)))
        counted = position
        search_from = text.find("\n", position)
        if search_from < 0:
            break
    return faults


def _character_fault(match: re.Match[str], at: tuple[int, int]) -> Fault:
    letter = match.group()[-1]
    match match.lastgroup:
        case "byte":
            return Fault(
                at,
                "",
                f"the byte 0x{ord(letter) - 0xDC00:02X} is not UTF-8",
                "save the file as UTF-8",
                code="encoding",
            )
        case "tab":
            return Fault(
                at, "", "a tab is used for indentation", "indent with spaces", code="yaml-indentation"
            )
        case "cr":
            hint = "end lines with LF or CR LF"
            return Fault(
                at,
                "",
                "a carriage return without a line feed: not every editor shows a new line",
                hint,
                code="yaml-odd-character",
            )
        case "hidden":
            name = unicodedata.name(letter, "next line").lower()
            return Fault(
                at,
                "",
                f"the invisible character U+{ord(letter):04X} ({name}) is not allowed",
                "remove it",
                code="yaml-odd-character",
            )
        case _:
            return Fault(
                at,
                "",
                f"the control character U+{ord(letter):04X} is not allowed",
                "remove it",
                code="yaml-odd-character",
            )
