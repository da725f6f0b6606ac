"""A page of markdown within a size limit: the most important comes first, what is left out is counted.

It knows sections and rows, not their meaning. Its input is markdown already.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

OPENED_ROWS: Final = 12
"""A table of more rows is folded."""

COMMENT_BYTES: Final = 60_000
"""A comment on a pull request may have 65,536 characters; others add a line or two."""

STEP_SUMMARY_BYTES: Final = 900_000
"""A step's summary may have 1 MiB, and other commands of the step write there too."""

_NOTE_BYTES: Final = 200
_LEFT_OUT: Final = "not shown here: "


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One part of a page. ``title`` is shown when it is folded; with an empty one it is open.

    ``head`` and ``foot`` are lines around the ``rows``, which may be cut; ``noun`` names the rows.
    """

    title: str = ""
    opened: bool = False
    head: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()
    foot: tuple[str, ...] = ()
    noun: str = "rows"


def page_of(top: list[str], sections: list[Section], *, limit: int, more: str) -> str:
    """Return a page of at most ``limit`` bytes of UTF-8. ``more`` says where all of it can be read.

    What is short is there as a whole; those that are long share what is left in equal parts. Where not even
    the top has room, its first line alone is there; where that has none, the page is empty.
    """
    text = "\n".join(top) + "\n"
    wholes = [_wrap_section(section, list(section.rows)) for section in sections]
    if size(text) + sum(map(size, wholes)) <= limit:
        return text + "".join(wholes)
    note = f"\n_Some of this is {_LEFT_OUT}{more}._\n"
    room = limit - size(text) - size(note)
    if room < 0:
        text = f"{top[0] if top else ''}\n{note}"
        return text if size(text) <= limit else ""
    rooms = shares(list(map(size, wholes)), room)
    blocks = [_block(section, share, more) for section, share in zip(sections, rooms, strict=True)]
    shown = [block if size(block) <= share else "" for block, share in zip(blocks, rooms, strict=True)]
    return "".join([text, *shown, note if "" in shown else ""])


def is_cut(page: str) -> bool:
    """Return whether a page may have left something out."""
    return not page or _LEFT_OUT in page


def shares(wanted: list[int], room: int) -> list[int]:
    """Return the room for each: the shortest first, none more than a fair part of what is left."""
    found = [0] * len(wanted)
    for served, index in enumerate(sorted(range(len(wanted)), key=wanted.__getitem__)):
        found[index] = max(min(wanted[index], room // (len(wanted) - served)), 0)
        room -= found[index]
    return found


def size(text: str) -> int:
    """Return the bytes of a text in UTF-8."""
    return len(text.encode("utf-8"))


def _block(section: Section, room: int, more: str) -> str:
    whole = _wrap_section(section, list(section.rows))
    if size(whole) <= room:
        return whole
    shell = size(_wrap_section(section, [])) + _NOTE_BYTES + size(more)
    kept: list[str] = []
    used = 0
    for row in section.rows:
        used += size(row) + 1
        if used > room - shell:
            break
        kept.append(row)
    left = len(section.rows) - len(kept)
    note = [f"\n_{left:,} more {section.noun} are {_LEFT_OUT}{more}._"] if left else []
    return _wrap_section(section, kept, note)


def _wrap_section(section: Section, rows: list[str], note: list[str] | None = None) -> str:
    body = [*section.head, *rows, *section.foot, *(note or [])]
    if not section.title:
        return "\n".join(["", *body, ""])
    opened = " open" if section.opened else ""
    return "\n".join(
        ["", f"<details{opened}><summary>{section.title}</summary>", "", *body, "", "</details>", ""]
    )
