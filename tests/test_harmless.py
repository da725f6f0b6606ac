"""Text of others in what a CI system reads: no line of it is a command."""

from __future__ import annotations

import json
import re
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.harmless import context_of, json_text, neutral, without_commands, xml_without_commands

ANYWHERE = re.compile(r"##[A-Za-z]*\[")
PIECES = st.lists(
    st.one_of(
        st.sampled_from(
            ["#", "##", "[", "debug", "]", ":", "::", " ", "\n", "\r", "\t", "error", "\u3000", "x"]
        ),
        st.text(max_size=3),
    ).map(str)
)


def obeyed(text: str) -> list[str]:
    """The lines that GitHub's runner would take for commands."""
    lines = re.split(r"[\r\n]", text)
    return [line for line in lines if line.lstrip().startswith("::") or ANYWHERE.search(line)]


@pytest.mark.parametrize(
    ("text", "harmless"),
    [
        ("a ##[debug]x", r"a #\x23[debug]x"),
        ("##[add-mask]sell", r"#\x23[add-mask]sell"),
        ("##vso[task.setvariable]", r"#\x23vso[task.setvariable]"),
        ("###[x]", r"##\x23[x]"),
        ("::error::x", r":\x3aerror::x"),
        ("  ::error::x", r"  :\x3aerror::x"),
        ("a\n::error", "a\n:\\x3aerror"),
        ("a\r::error", "a\r:\\x3aerror"),
        ("## a title", "## a title"),
        ("a::b ## c", "a::b ## c"),
        (":: at all", r":\x3a at all"),
    ],
)
def test_commands_become_text(text: str, harmless: str) -> None:
    """The mark of a command becomes its escape; all else stays as it is."""
    assert without_commands(text) == harmless


@given(PIECES)
def test_no_line_is_a_command_in_whatever_pieces_it_comes(pieces: list[str]) -> None:
    """A stream is written to bit by bit."""
    written, before = "", ""
    for piece in pieces:
        harmless = without_commands(piece, before)
        before = context_of(harmless, before)
        written += harmless
    assert obeyed(written) == []
    assert obeyed(without_commands("".join(pieces))) == []


@given(st.text())
def test_json_and_xml_say_the_same_without_commands(text: str) -> None:
    """A program reads what was meant."""
    written = json_text({"a": f"##[{text}"})
    assert json.loads(written) == {"a": f"##[{text}"}
    assert obeyed(written) == []
    shown = neutral(text)
    element = ET.Element("a", b=f"##[debug]{shown}")
    xml = xml_without_commands(ET.tostring(element, encoding="us-ascii").decode("ascii"))
    assert ET.fromstring(xml).get("b") == f"##[debug]{shown}"
    assert obeyed(xml) == []


def test_one_line_stays_one_line() -> None:
    """For whoever reads the first line."""
    assert json_text({"a": [1]}, one_line=True) == '{"a": [1]}\n'
