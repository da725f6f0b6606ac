"""Text of others is harmless in each place where we put it."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from runner.report.lines import neutral
from runner.report.markdown.escaping import (
    code,
    command_property,
    command_text,
    entities,
    fence,
    html_text,
    words,
    xml_text,
)

MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable("table")
MARKUP = [
    "`",
    "``",
    "|",
    "\\",
    "\\|",
    "<b>",
    "</code>",
    "&amp;",
    "*",
    "_",
    "[a](b)",
    "@team",
    "#1",
    "~~",
    "$",
]
NASTY = st.lists(st.sampled_from([*MARKUP, "\n", "\r", "\x1b[2J", "\u202e", " ", "x", "https://a.b", "::"]))
TEXTS = st.text() | NASTY.map("".join)


def cells(row: str) -> list[list[tuple[str, str]]]:
    """The cells of a table's only row, each as the kinds and contents of what is in it."""
    tokens = MARKDOWN.parse(f"| a | b |\n|---|---|\n{row}\n\nend\n")
    at = [number for number, token in enumerate(tokens) if token.type == "td_open"]
    return [[(item.type, item.content) for item in tokens[number + 1].children or []] for number in at]


@given(TEXTS)
def test_a_text_in_a_table_is_code_and_nothing_else(text: str) -> None:
    """It stays in its cell, and no character of it is lost or read as anything."""
    shown, beside = cells(f"| {code(text)} | z |")
    assert beside == [("text", "z")]
    kinds = {kind for kind, _ in shown}
    content = "".join(content for kind, content in shown if kind in ("text", "code_inline", "text_special"))
    assert content.strip() == neutral(text)[:400].strip() or content.endswith("…")
    if kinds - {"code_inline"}:
        assert kinds <= {"html_inline", "text", "text_special"}
        assert [content for kind, content in shown if kind == "html_inline"] in ([], ["<code>", "</code>"])


def test_a_long_text_is_cut_and_says_so() -> None:
    """One name cannot fill a comment."""
    assert len(code("x" * 1000)) < 410
    assert code("x" * 1000).endswith("…`")
    assert code("x" * 400) == f"`{'x' * 400}`"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("buy-eth", "`buy-eth`"),
        ("145 -> 146 <b>", "`145 -> 146 <b>`"),
        ("`post`", "`` `post` ``"),
        ("a `` b ` c", "```a `` b ` c```"),
        ("a|b", "<code>a&#124;b</code>"),
        ("@a\\", "<code>&#64;a&#92;</code>"),
        ("a\nb", "<code>a&#92;nb</code>"),
        ("", ""),
        (" ", "<code>&#32;</code>"),
    ],
)
def test_a_text_is_as_readable_as_can_be(text: str, shown: str) -> None:
    """Most are plain code spans."""
    assert code(text) == shown


@given(st.lists(TEXTS.map(neutral), max_size=4))
def test_no_line_ends_a_block(lines: list[str]) -> None:
    """The fence is longer than any run of backticks inside."""
    ticks = fence(lines)
    (block,) = MARKDOWN.parse("\n".join([f"{ticks}json", *lines, ticks]))
    assert block.type == "fence"
    assert block.content == "".join(f"{line}\n" for line in lines)


def spoken(command: str) -> tuple[dict[str, str], str]:
    """A workflow command as its reader takes it apart."""
    head, _, message = command.removeprefix("::error ").partition("::")
    pairs = (part.partition("=") for part in head.split(","))

    def back(text: str) -> str:
        for escape, char in (("%3A", ":"), ("%2C", ","), ("%0A", "\n"), ("%0D", "\r"), ("%25", "%")):
            text = text.replace(escape, char)
        return text

    return {name: back(value) for name, _, value in pairs}, back(message)


@given(TEXTS, TEXTS)
def test_a_command_is_one_line_with_its_text(value: str, message: str) -> None:
    """No text begins another command or another property."""
    command = f"::error file={command_property(value)},line=1::{command_text(message)}"
    assert command.splitlines() == [command]
    assert spoken(command) == ({"file": neutral(value), "line": "1"}, neutral(message))


@given(TEXTS)
def test_xml_holds_any_text(text: str) -> None:
    """In an attribute and between tags, back to the last character."""
    element = ET.Element("a", b=xml_text(text))
    element.text = xml_text(text)
    back = ET.fromstring(ET.tostring(element, encoding="us-ascii"))
    assert (back.get("b"), back.text or "") == (neutral(text), neutral(text))


@given(TEXTS)
def test_html_is_text_in_a_code_element(text: str) -> None:
    """No tag of it is one, and no line ends its block."""
    shown = html_text(text).removeprefix("<code>").removesuffix("</code>")
    assert not {"<", ">", '"', "\n"} & set(shown)
    assert not set(entities(text)) & set("`*_[]()<>|\\@~$\n")


@given(TEXTS)
def test_words_are_left_alone_only_where_they_are_plain(text: str) -> None:
    """Text that is more than words and numbers is code."""
    (shown, _) = cells(f"| {words(text)} | z |")
    kinds = {kind for kind, _ in shown}
    assert words(text) == code(text) or (kinds <= {"text"} and not set(text) & set("@`|<>&*_[]#$~\\"))


@pytest.mark.parametrize("text", ["http://a.b", "www.a.b", "@a", "a_b", "`", "<b>", "a\nb"])
def test_what_could_become_a_link_or_markup_is_code(text: str) -> None:
    """Although it looks like words."""
    assert words(text) == code(text)
    assert words("0.5 ETH (+0.15)") == "0.5 ETH (+0.15)"
