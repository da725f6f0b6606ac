"""The pages of the documentation: their blocks, headings and links, as GitHub reads them."""

from __future__ import annotations

import itertools
import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from markdown_it import MarkdownIt

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markdown_it.token import Token

ROOT: Final = Path(__file__).resolve().parents[2]
DOCS: Final = ROOT / ".github" / "docs"
README: Final = ROOT / "README.md"
SHELLS: Final = ("console", "sh", "bash", "shell")

_MARK: Final = re.compile(r"<!-- *(.*?) *-->\s*")
_ANCHOR: Final = re.compile(r"""<a (?:id|name)=["']([^"']+)["']""")
_IMAGE: Final = re.compile(r"""<img [^>]*src=["']([^"']+)["']""")
_PARSER: Final = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


@dataclass(frozen=True)
class Block:
    """A fenced block; ``mark`` is the comment right above it, empty if there is none."""

    page: Path
    line: int
    mark: str
    language: str
    body: str

    @property
    def place(self) -> str:
        """The block's page and line, for the message of a failure."""
        return f"{name_of(self.page)}:{self.line}"

    @property
    def file(self) -> str:
        """The name of the file that the block shows; empty if it shows none."""
        found = re.match(r"file: ([^\s,]+)", self.mark)
        return found[1] if found else ""

    @property
    def exit_code(self) -> int:
        """The exit code of the block's last command, or of the validation of its file."""
        found = re.search(r", exit code (\d+)", self.mark)
        return int(found[1]) if found else 0


@dataclass(frozen=True)
class Step:
    """A command, and the lines that the page shows as its output."""

    command: str
    output: tuple[str, ...] = ()


def pages() -> list[Path]:
    """All pages under ``.github/docs``."""
    return sorted(DOCS.rglob("*.md"))


def name_of(page: Path) -> str:
    """Return a page's path from the root of the project."""
    return page.relative_to(ROOT).as_posix()


@cache
def tokens(page: Path) -> tuple[Token, ...]:
    """Return what a page consists of."""
    return tuple(_PARSER.parse(page.read_text("utf-8")))


def blocks(page: Path) -> Iterator[Block]:
    """Yield the fenced blocks of a page in their order."""
    mark = ""
    for token in tokens(page):
        if token.type == "fence":
            line = (token.map or [0])[0] + 1
            yield Block(page, line, mark, token.info.strip().split(" ")[0], token.content)
        comment = _MARK.fullmatch(token.content) if token.type == "html_block" else None
        mark = comment[1] if comment else ""


def steps(block: Block) -> Iterator[Step]:
    """Yield the commands of a block of a shell; where lines begin with ``$ ``, the others are output."""
    lines = block.body.replace("\\\n", " ").splitlines()
    if not any(line.startswith("$ ") for line in lines):
        lines = [f"$ {line}" for line in lines]
    starts = [number for number, line in enumerate(lines) if line.startswith("$ ")]
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        if command := re.sub(r"(^|\s+)#.*", "", lines[start][2:]).strip():
            yield Step(command, tuple(lines[start + 1 : end]))


def links(page: Path) -> Iterator[tuple[int, str]]:
    """Yield each link and image of a page with its line."""
    for token in tokens(page):
        line = (token.map or [0])[0] + 1
        for child in token.children or ():
            target = child.attrGet("href") or child.attrGet("src")
            if target is not None:
                yield line, str(target)
        if token.type in ("html_block", "inline"):
            for target in _IMAGE.findall(token.content):
                yield line, target


@cache
def anchors(page: Path) -> frozenset[str]:
    """Return the anchors of a page: those that GitHub makes of its headings, and explicit ones."""
    found: list[str] = []
    everything = tokens(page)
    for token, following in itertools.pairwise(everything):
        if token.type == "heading_open":
            text = "".join(
                child.content for child in following.children or () if child.type in ("text", "code_inline")
            )
            slug = slug_of(text)
            taken = sum(1 for other in found if re.fullmatch(rf"{re.escape(slug)}(-\d+)?", other))
            found.append(f"{slug}-{taken}" if taken else slug)
    explicit = [name for token in everything for name in _ANCHOR.findall(token.content)]
    return frozenset([*found, *explicit])


def slug_of(heading: str) -> str:
    """Return the anchor that GitHub gives a heading."""
    kept = (
        character
        for character in heading.strip().lower()
        if character in " -_" or unicodedata.category(character)[0] in "LNM"
    )
    return "".join(kept).replace(" ", "-")
