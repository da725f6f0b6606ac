"""The documentation as a site: ``sphinx-build -W .github/docs build/site``. A broken link is an error.

The pages are plain Markdown, as GitHub shows them; what a site needs besides is made here.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sphinx.application import Sphinx

project = "order-batch"
copyright = "the authors of order-batch"
extensions = ["myst_parser"]
root_doc = "README"
exclude_patterns = ["conf.py"]
html_theme = "furo"
html_title = project
html_show_sphinx = False
smartquotes = False
myst_heading_anchors = 4
nitpicky = True

TUTORIAL = ("first-batch", "first-review", "first-rebalance", "going-live")
NAVIGATION = {
    "Tutorial": [f"tutorial/{name}" for name in TUTORIAL],
    "How-to": "how-to/*.md",
    "Reference": "reference/*.md",
    "Explanation": "explanation/*.md",
    "Answers": ["questions", "faq"],
}
LINK = re.compile(r"\]\((?P<path>(?:\.\./)+[\w./-]+\.md)(?:#[\w-]+)?\)")


def adapt(app: Sphinx, name: str, source: list[str]) -> None:
    """Lead links to pages outside of the folder to the file, and give the front page its navigation."""
    folder = Path(app.srcdir)
    page = folder / f"{name}.md"

    def lead(link: re.Match[str]) -> str:
        inside = (page.parent / link["path"]).resolve().is_relative_to(folder)
        return link[0] if inside else f"](path:{link['path']})"

    source[0] = LINK.sub(lead, source[0])
    if name == root_doc:
        source[0] += "".join(_tree(folder, caption, part) for caption, part in NAVIGATION.items())


def _tree(folder: Path, caption: str, part: str | list[str]) -> str:
    found = sorted(folder.glob(part)) if isinstance(part, str) else []
    names = [path.relative_to(folder).with_suffix("").as_posix() for path in found] or part
    return "\n```{toctree}\n:hidden:\n:caption: " + caption + "\n\n" + "\n".join(names) + "\n```\n"


def setup(app: Sphinx) -> None:
    """Register what is above."""
    app.connect("source-read", adapt)
