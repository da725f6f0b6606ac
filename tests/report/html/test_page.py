"""A whole page."""

from __future__ import annotations

import base64
import hashlib
import re
from html import unescape

from runner.report.html.elements import element
from runner.report.html.page import page_of

PAGE = page_of("Title & <more>", [element("p", "text")])


def test_its_policy_allows_its_own_style_and_script_alone() -> None:
    """By their digests: what somebody adds to the page is not run."""
    style, script = (re.findall(f"<{tag}>(.*?)</{tag}>", PAGE, re.DOTALL)[0] for tag in ("style", "script"))
    policy = unescape(re.findall(r'Security-Policy" content="(.*?)"', PAGE)[0])
    for text, name in ((style, "style-src"), (script, "script-src")):
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{name} 'sha256-{digest}'" in policy


def test_its_title_is_text() -> None:
    """As all of it."""
    assert "<title>Title &amp; &lt;more&gt;</title>" in PAGE
    assert PAGE.startswith('<!doctype html>\n<html lang="en">')
