"""A whole page: its head, its style, and the script that sorts and filters its table."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree as ET

from .elements import element

if TYPE_CHECKING:
    from collections.abc import Sequence

_POLICY: Final = "default-src 'none'; style-src '{style}'; script-src '{script}'; base-uri 'none'"


def page_of(title: str, parts: Sequence[ET.Element]) -> str:
    """Return a page as text, in UTF-8 when it is written."""
    style, script = _shipped("page.css"), _shipped("orders.js")
    policy = _POLICY.format(style=_digest(style), script=_digest(script))
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=policy),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("title", title),
    )
    sheet, code = ET.SubElement(head, "style"), ET.Element("script")
    sheet.text, code.text = style, script
    html = element("html", head, element("body", element("main", *parts), code), lang="en")
    text = ET.tostring(html, encoding="unicode", method="html")
    # HTML needs no end of a cell or a row before the next; in text and attributes "<" is escaped.
    return f"<!doctype html>\n{text.replace('</td>', '').replace('</tr>', '')}\n"


@cache
def _shipped(name: str) -> str:
    return (resources.files(__package__) / name).read_text("utf-8")


def _digest(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
