"""Elements of a page. Text becomes text and never markup: it is escaped where the page is written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree as ET

from runner.harmless import neutral
from runner.report.lines import Style

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from runner.report.lines import Line

Child = ET.Element | str

SHOWN: Final = 200
"""Maximum number of rows shown in a table; the JSON form has them all."""

STYLE_CLASSES: Final = {
    Style.NAME: "name",
    Style.QUIET: "quiet",
    Style.GOOD: "good",
    Style.KNOWN: "known",
    Style.WARNING: "warning",
    Style.BAD: "bad",
    Style.DOUBT: "doubt",
}


def element(tag: str, *children: Child, **attributes: str | int) -> ET.Element:
    """Return an element. ``_`` in the name of an attribute means ``-``; ``class_`` is ``class``."""
    names = {name.rstrip("_").replace("_", "-"): neutral(str(value)) for name, value in attributes.items()}
    made = ET.Element(tag, names)
    for child in children:
        add(made, child)
    return made


def add(parent: ET.Element, child: Child) -> None:
    """Add an element or a text at the end of an element."""
    if isinstance(child, ET.Element):
        parent.append(child)
    elif len(parent):
        parent[-1].tail = (parent[-1].tail or "") + neutral(child)
    else:
        parent.text = (parent.text or "") + neutral(child)


def styled(line: Line) -> list[Child]:
    """Return a line of styled text as spans."""
    return [
        element("span", span.text, class_=STYLE_CLASSES[span.style])
        if span.style in STYLE_CLASSES
        else span.text
        for span in line
    ]


def lines_element(lines: Iterable[Line]) -> ET.Element:
    """Return lines of a fixed width, as on a terminal."""
    pre = element("pre")
    for line in lines:
        for child in styled(line):
            add(pre, child)
        _break(pre)
    return pre


def _break(parent: ET.Element) -> None:
    if len(parent):
        parent[-1].tail = (parent[-1].tail or "") + "\n"
    else:
        parent.text = (parent.text or "") + "\n"


def section(title: str, *children: Child, id: str) -> ET.Element:
    """Return a part of the page with a heading."""
    return element("section", element("h2", title), *children, id=id)


def rest_of(found: int) -> list[ET.Element]:
    """Return a line that says how many rows are not shown; none if all are."""
    if found <= SHOWN:
        return []
    return [element("p", f"and {found - SHOWN:,} more, which --format json shows", class_="quiet")]


def table(head: Sequence[str], rows: Iterable[Sequence[Child]], *, numbers: Iterable[int] = ()) -> ET.Element:
    """Return a table; ``numbers`` are the columns that are aligned to the right."""
    right = frozenset(numbers)
    top = element(
        "tr", *(_cell("th", name, column in right, scope="col") for column, name in enumerate(head))
    )
    body = element("tbody")
    for row in rows:
        body.append(element("tr", *(_cell("td", child, column in right) for column, child in enumerate(row))))
    return element("div", element("table", element("thead", top), body), class_="wide")


def _cell(tag: str, child: Child, right: bool, **attributes: str) -> ET.Element:
    return element(tag, child, **attributes, **({"class_": "n"} if right else {}))
