"""The commands of README.md, so that what the README says and what is checked cannot drift apart.

A fenced block of commands follows right after an HTML comment that says how it is run:
``<!-- run -->`` (a test runs it), ``<!-- test -->`` (the test command, run by .ci/run unchanged), or
``<!-- not run: why -->``. In a block whose lines begin with ``$ ``, all other lines are output.

``python3 .ci/readme_commands.py test`` prints the commands of one kind, one to a line:
``test``; ``install``, those run commands that install something first; ``run``, the run commands without
the parts that fetch and install. Fetching the project (git clone, cd) is left out everywhere.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from pathlib import Path

README = Path(__file__).resolve().parent.parent / "README.md"
SHELLS = ("console", "sh", "bash", "shell")

_BLOCK = re.compile(
    r"(?:^<!-- *(?P<mark>.*?) *-->\n)?^```(?P<language>\w*)[^\n]*\n(?P<body>.*?)^```",
    re.MULTILINE | re.DOTALL,
)
_FETCHES = re.compile(r"(git clone|cd) ")
_INSTALLS = re.compile(r"(\S*python[\d.]* -m venv|\S*pip install|\S*python[\d.]* -m pip install) ")


@dataclass(frozen=True)
class Block:
    """A fenced block of shell commands; ``mark`` is the comment above it, empty if there is none."""

    mark: str
    commands: tuple[str, ...]


def blocks(text: str) -> list[Block]:
    """All blocks of shell commands in a README, in order."""
    found = [match for match in _BLOCK.finditer(text) if match["language"] in SHELLS]
    return [Block(match["mark"] or "", _commands(match["body"])) for match in found]


def commands(text: str, kind: str) -> list[str]:
    """The commands of one kind: ``test``, ``install`` or ``run``."""
    mark = "test" if kind == "test" else "run"
    lines = [line for block in blocks(text) if block.mark == mark for line in block.commands]
    if kind == "install":
        lines = [line for line in lines if any(_INSTALLS.match(part) for part in line.split(" && "))]
    leave_out = (_FETCHES, _INSTALLS) if kind == "run" else (_FETCHES,)
    kept = [_without(line, leave_out) for line in lines]
    return [line for line in kept if line]


def _commands(body: str) -> tuple[str, ...]:
    lines = body.replace("\\\n", " ").splitlines()
    if any(line.startswith("$ ") for line in lines):
        lines = [line[2:] for line in lines if line.startswith("$ ")]
    return tuple(stripped for line in lines if (stripped := re.sub(r"(^|\s+)#.*", "", line).strip()))


def _without(line: str, patterns: tuple[re.Pattern[str], ...]) -> str:
    parts = [part.strip() for part in line.split(" && ")]
    return " && ".join(part for part in parts if not any(pattern.match(part) for pattern in patterns))


def main() -> int:
    """Print the commands of one kind; the exit code is 1 if there are none."""
    found = commands(README.read_text("utf-8"), sys.argv[1])
    sys.stdout.writelines(f"{line}\n" for line in found)
    return 0 if found else 1


if __name__ == "__main__":
    sys.exit(main())
