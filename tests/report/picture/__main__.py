"""Markdown as a pull request shows it, as a picture: ``python -m tests.report.picture review.md review.png``.

It needs Chromium (or Chrome) on the path. The page's look is ours, after GitHub's.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from markdown_it import MarkdownIt

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
WIDTH = 980

PAGE = """<!doctype html><meta charset="utf-8"><style>
body {{ margin: 0; padding: 20px; background: #fff; color: #1f2328; width: {width}px; box-sizing: border-box;
  font: 14px/1.5 -apple-system, "Segoe UI", "Noto Sans", "DejaVu Sans", "Noto Color Emoji", sans-serif; }}
.comment {{ border: 1px solid #d0d7de; border-radius: 6px; }}
.head {{ background: #f6f8fa; border-bottom: 1px solid #d0d7de; padding: 8px 16px; color: #59636e;
  border-radius: 6px 6px 0 0; }}
.head b {{ color: #1f2328; }}
.body {{ padding: 16px; }}
h3 {{ font-size: 1.25em; margin: 0 0 12px; }}
p, table, details, ul {{ margin: 0 0 12px; }}
table {{ border-collapse: collapse; display: block; overflow: auto; }}
th, td {{ border: 1px solid #d0d7de; padding: 5px 12px; }}
th {{ font-weight: 600; }}
tr:nth-child(2n) td {{ background: #f6f8fa; }}
code {{ background: #818b981f; border-radius: 6px; padding: .2em .4em;
  font: 85%/1.45 ui-monospace, SFMono-Regular, "DejaVu Sans Mono", "Liberation Mono", monospace; }}
pre {{ background: #f6f8fa; border-radius: 6px; padding: 12px; overflow: hidden; }}
pre code {{ background: none; padding: 0; }}
summary {{ cursor: pointer; margin-bottom: 8px; }}
sub {{ color: #59636e; }}
</style><div class="comment"><div class="head"><b>github-actions</b> commented on this pull request</div>
<div class="body">{body}</div></div>"""


def page_of(markdown: str) -> str:
    """The page that shows a comment."""
    markdown = re.sub(r"```mermaid\n.*?```\n", "", markdown, flags=re.DOTALL)  # GitHub draws it; we cannot
    html = MarkdownIt("commonmark", {"html": True}).enable("table").render(markdown)
    return PAGE.format(width=WIDTH, body=html)


def picture(markdown: Path, png: Path) -> None:
    """Take the picture, as high as the page is."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        sys.exit(f"none of these is on the path: {', '.join(BROWSERS)}")
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "page.html"
        page.write_text(page_of(markdown.read_text("utf-8")), "utf-8")
        options = [
            *("--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"),
            f"--user-data-dir={folder}/profile",
        ]
        measured = subprocess.run(
            [browser, *options, "--dump-dom", f"{_measuring(page).as_uri()}"],
            capture_output=True,
            text=True,
            check=True,
            timeout=120,
        )
        found = re.search(r'data-height="(\d+)"', measured.stdout)
        height = int(found.group(1)) if found else 1200
        shot = f"--screenshot={png.absolute()}"
        size = f"--window-size={WIDTH},{height}"
        subprocess.run(
            [browser, *options, size, shot, page.as_uri()], capture_output=True, check=True, timeout=120
        )


def _measuring(page: Path) -> Path:
    """The same page, which also says how high it is."""
    script = (
        "<script>document.documentElement.setAttribute('data-height', "
        "Math.ceil(document.querySelector('.comment').getBoundingClientRect().bottom + 20))</script>"
    )
    copy = page.with_name("measure.html")
    copy.write_text(page.read_text("utf-8") + script, "utf-8")
    return copy


if __name__ == "__main__":
    picture(Path(sys.argv[1]), Path(sys.argv[2]))
