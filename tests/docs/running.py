"""The commands of a page, run in a new folder as a reader would, its files written as they are shown.

A plain ``order-batch`` command runs in this process, where waits pass at once; all else is run by bash.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shlex
import shutil
import subprocess
import sysconfig
import tempfile
import time
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import yaml

from runner.cli.exit_codes import run
from tests.docs.pages import ROOT, SHELLS, blocks, steps
from tests.support.skipped_waits import skip_waits

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest

    from tests.docs.pages import Block, Step

MARKS: Final = re.compile(
    r"run(, exit code \d+)?|test|not run: .{8,}|file: [^\s,]+(, exit code \d+)?|excerpt: .{8,}"
)
FILES: Final = ("yaml", "python", "toml")
"""Languages of files: such a block has a name, or says what it is an excerpt of."""

_OF_A_SHELL: Final = re.compile(r"[|&;<>$`*?~(){}]|^\w+=|^export ")
_EXPORT: Final = re.compile(r"export (\w+)=(\S*)")
OF_A_READER: Final = ("KRAKEN_", "ORDER_BATCH_", "GITHUB_", "GITLAB_", "CI")
_LIMIT_S: Final = 120
_SETTINGS: Final = {"NO_COLOR": "1", "COLUMNS": "80", "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "error"}


@dataclass(frozen=True)
class Ran:
    """A command that was run: the exit code, and what it wrote to both streams."""

    block: Block
    step: Step
    expected_code: int
    code: int
    output: str


class Reader:
    """Somebody who follows a page from top to bottom, in a folder that holds the project's ``batches``."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch
        self._folder = folder
        shutil.copytree(ROOT / "batches", folder / "batches")
        monkeypatch.chdir(folder)
        for name in tuple(os.environ):
            if name.startswith(OF_A_READER):
                monkeypatch.delenv(name)
        path = os.pathsep.join((sysconfig.get_path("scripts"), os.environ.get("PATH", "")))
        for name, value in {**_SETTINGS, "PATH": path}.items():
            monkeypatch.setenv(name, value)
        skip_waits(monkeypatch)

    def follow(self, page: Path) -> Iterator[Ran]:
        """Write each file that the page shows, and run and yield each command, in their order."""
        for block in blocks(page):
            if block.file:
                self._write(block)
            elif block.language in SHELLS and block.mark.startswith("run"):
                yield from self._run(block)

    def _run(self, block: Block) -> Iterator[Ran]:
        commands = list(steps(block))
        for step in commands:
            expected = block.exit_code if step is commands[-1] else 0
            yield Ran(block, step, expected, *self._execute(step.command))

    def _execute(self, command: str) -> tuple[int, str]:
        """Return the exit code of a command, and what it wrote."""
        if variable := _EXPORT.fullmatch(command):
            self._monkeypatch.setenv(variable[1], variable[2])
            return 0, ""
        with tempfile.TemporaryFile("w+", encoding="utf-8") as output:
            if command.startswith("order-batch ") and not _OF_A_SHELL.search(command):
                # A batch that is written names its command, and a result the time since its start.
                self._monkeypatch.setattr("sys.argv", shlex.split(command))
                self._monkeypatch.setattr("runner.cli.verbs._STARTED", time.monotonic())
                with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
                    code = run(shlex.split(command)[1:])
            else:
                code = subprocess.run(
                    ["bash", "-ec", command],
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    timeout=_LIMIT_S,
                    check=False,
                ).returncode
            output.seek(0)
            return code, output.read()

    def _write(self, block: Block) -> None:
        path = self._folder / block.file
        assert path.resolve().is_relative_to(self._folder.resolve()), block.place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(block.body, "utf-8")
        match path.suffix:
            case ".py":
                compile(block.body, block.place, "exec")
            case ".json":
                json.loads(block.body)
            case ".toml":
                tomllib.loads(block.body)
            case ".yaml" | ".yml" if block.file.startswith("."):
                yaml.safe_load(block.body)
            case ".yaml" | ".yml":
                code, output = self._execute(f"order-batch validate {block.file}")
                assert code == block.exit_code, (
                    f"{block.place}: validating {block.file} ends with {code}\n{output}"
                )


def is_shown(shown: tuple[str, ...], output: str) -> bool:
    """Return whether a page shows what a command wrote.

    ``...`` is anything. Neither count the places where lines are folded, nor what is different in each run:
    times, ids, people, waits.
    """
    parts = [re.escape(part) for part in re.split(r" ?\.\.\. ?", _constant("\n".join(shown)))]
    return re.fullmatch(".*".join(parts), _constant(output), re.DOTALL) is not None


_CHANGING: Final = (
    (r"\s+", " "),
    (r"\b[A-Z0-9]{6}-[A-Z0-9]{5}-[A-Z0-9]{6}\b", "TXID"),
    (r"\b[0-9a-f]{8,64}(\.\.\.)?(?=\W|$)", "DIGEST"),
    (r"\bAA\d{2}[A-Z0-9]{15,}\b", "IBAN"),
    (r"\d{4}-\d{2}-\d{2}", "DATE"),
    (r"\d{2}:\d{2}:\d{2}(\.\d+)?", "TIME"),
    (r"\bin \d+(\.\d+)? m?s\b", "in TIME"),
    (r" ?\bby [\w.-]+ on [\w.-]+", ""),
    # A machine that is busy waits for what others have at once, and says so.
    (r"Waiting for [^.]+(\.\d[^.]*)*\.( So far: [^.]+\.)?", ""),
    (r"\s+", " "),
)


def _constant(text: str) -> str:
    for pattern, replacement in _CHANGING:
        text = re.sub(pattern, replacement, text)
    return text.strip()
