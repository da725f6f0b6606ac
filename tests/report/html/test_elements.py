"""Elements: text is text."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from runner.report.html.elements import element, lines_element, section, styled, table
from runner.report.lines import Span, Style, line

EVIL = "<b>&\x1b[31m\u202e"


def written(made: ET.Element) -> str:
    """An element as a page has it."""
    return ET.tostring(made, encoding="unicode", method="html")


def test_no_text_is_markup() -> None:
    """Neither between tags nor in an attribute, and what does not print is seen."""
    page = written(element("p", EVIL, element("b", "x"), EVIL, title=f'"{EVIL}'))
    assert page.count("<b>") == 1
    assert "\x1b" not in page
    assert "\u202e" not in page
    assert 'title="&quot;' in page


def test_styles_become_classes() -> None:
    """Plain text has none."""
    good, plain = styled(line(Span("good", Style.GOOD), " plain"))
    assert isinstance(good, ET.Element)
    assert (good.get("class"), plain) == ("good", " plain")
    assert written(lines_element([line("a"), (), line(Span("b", Style.BAD))])) == (
        '<pre>a\n\n<span class="bad">b</span>\n</pre>'
    )


def test_numbers_are_aligned() -> None:
    """In their column, and the heading too."""
    page = written(section("Title", table(("a", "b"), [("x", "1")], numbers=(1,)), id="t"))
    assert page.count('class="n"') == 2
    assert '<section id="t"><h2>Title</h2>' in page
