"""The errors and warnings of a page: errors first, equal ones once with a count."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from runner.report.diagnostics import Level
from runner.report.humanize import count

from .elements import SHOWN, element, rest_of, section, table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from xml.etree import ElementTree as ET

    from runner.report.diagnostics import Remark

_CLASSES: Final = {Level.ERROR: "bad", Level.WARNING: "warning"}


def remarks_section(remarks: Sequence[Remark]) -> Iterator[ET.Element]:
    """Yield a section with what is wrong; nothing if nothing is."""
    if not remarks:
        return
    counted = Counter(remark.level for remark in remarks)
    title = ", ".join(count(counted[level], level.value) for level in Level if counted[level])
    groups: dict[tuple[Level, str, str], list[Remark]] = {}
    for remark in sorted(remarks, key=lambda remark: list(Level).index(remark.level)):
        groups.setdefault((remark.level, remark.message, remark.hint), []).append(remark)
    rows = [
        (
            element("span", level.value, class_=_CLASSES.get(level, "quiet")),
            _subjects(found),
            f"{message}; {hint}" if hint else message,
            _places(found),
        )
        for (level, message, hint), found in groups.items()
    ]
    shown = table(("", "what", "why", "where"), rows[:SHOWN])
    yield section(title, shown, *rest_of(len(rows)), id="remarks")


def _subjects(remarks: Sequence[Remark]) -> str:
    first = remarks[0].subject
    return first if len(remarks) == 1 else f"{first} and {len(remarks) - 1:,} more"


def _places(remarks: Sequence[Remark]) -> str:
    first = remarks[0]
    return f"{first.file}:{first.line}:{first.column}" if first.file else ""
