"""``python -m tests.docs PAGE ...``: put the output of commands into pages that show another one.

Output with ``...`` in it stays if it fits. A line ``?`` below a command requests its output.
"""

from __future__ import annotations

import re
import sys
import tempfile
from pathlib import Path
from typing import Final

import pytest

from tests.docs.running import Reader, is_shown

_LINE: Final = re.compile(r"^by \S+ on \S+\n", re.MULTILINE)
_INLINE: Final = re.compile(r"\bby [\w.-]+ on [\w.-]+")
"""Who ran a command and where, which is different for everybody."""


def update(page: Path) -> None:
    """Rewrite a page whose commands write something else than it shows."""
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as monkeypatch:
        everything = list(Reader(Path(folder), monkeypatch).follow(page))
    text, bodies = page.read_text("utf-8"), {ran.block.line: ran.block.body for ran in everything}
    for ran in everything:
        if ran.code != ran.expected_code:
            print(f"{ran.block.place}: $ {ran.step.command}: exit code {ran.code}\n{ran.output}")
        if ran.step.output and not is_shown(ran.step.output, ran.output):
            body = bodies[ran.block.line]
            before, command, after = body.partition(ran.step.command)
            shown = "".join(f"{line}\n" for line in ran.step.output)
            output = _INLINE.sub("by ann on desk", _LINE.sub("", ran.output)).rstrip()
            bodies[ran.block.line] = before + command + after.replace(shown, f"{output}\n", 1)
            text = text.replace(body, bodies[ran.block.line], 1)
            print(f"{ran.block.place}: $ {ran.step.command}: other output than was shown")
    page.write_text(text, "utf-8")


if __name__ == "__main__":
    for name in sys.argv[1:]:
        update(Path(name).resolve())
