"""Pages of plans and runs, taken apart."""

from __future__ import annotations

import io
import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING

from runner.report import Format, Output

if TYPE_CHECKING:
    from collections.abc import Callable


class _Text(HTMLParser):
    """Keeps tags and the text that a reader sees."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        if self.tags and self.tags[-1] not in ("style", "script"):
            self.texts.append(data)


def page_of(show: Callable[[Output], object]) -> str:
    """The page that an output writes."""
    stdout = io.StringIO()
    show(Output(Format.HTML, stdout=stdout, stderr=io.StringIO()))
    return stdout.getvalue()


def text_of(page: str) -> str:
    """Return what a reader sees, without line breaks."""
    parser = _Text()
    parser.feed(page)
    return re.sub(r"\s+", " ", " ".join(parser.texts))


def tags_of(page: str) -> list[str]:
    """The tags of a page."""
    parser = _Text()
    parser.feed(page)
    return parser.tags
