"""The commands of a page, run in a folder of its own as a reader would, its files written as they are shown.

A plain ``order-batch`` command runs in this process, where waits pass at once; all else is run by bash.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import sysconfig
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Final

import yaml

from runner.cli.exit_codes import run
from tests.docs.pages import ROOT, SHELLS, blocks, steps

if TYPE_CHECKING:
    import pytest

    from tests.docs.pages import Block

MARKS: Final = re.compile(r"run(, exit code \d+)?|test|not run: .{8,}|file: \S+|excerpt: .{8,}")
FILES: Final = ("yaml", "python", "toml")
"""Languages of files: such a block has a name, or says what it is an excerpt of."""
_OF_A_SHELL: Final = re.compile(r"[|&;<>$`*?~(){}]|^\w+=|^export ")
_EXPORT: Final = re.compile(r"export (\w+)=(\S*)")
_LIMIT_S: Final = 120
_KEPT: Final = ("PATH", "HOME", "TMPDIR", "LANG")


class Reader:
    """Somebody who follows a page from top to bottom, in a folder that holds the project's ``batches``."""

    def __init__(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
    ) -> None:
        self._capfd = capfd
        self._monkeypatch = monkeypatch
        self._folder = folder
        shutil.copytree(ROOT / "batches", folder / "batches")
        monkeypatch.chdir(folder)
        for name in tuple(os.environ):
            if name.startswith(("KRAKEN_", "ORDER_BATCH_", "GITHUB_", "GITLAB_", "CI")):
                monkeypatch.delenv(name)
        path = os.pathsep.join((sysconfig.get_path("scripts"), os.environ.get("PATH", "")))
        monkeypatch.setenv("PATH", path)
        monkeypatch.setenv("PYTHONPATH", str(ROOT))
        monkeypatch.setenv("NO_COLOR", "1")

    def follow(self, page: Path) -> None:
        """Write each file that the page shows and run each command, in their order."""
        for block in blocks(page):
            if block.file:
                self._write(block)
            elif block.language in SHELLS and block.mark.startswith("run"):
                self._run(block)
            elif block.language == "python" and block.mark == "run":
                code, output = self._execute(f"{sys.executable} -W error -c {shlex.quote(block.body)}")
                assert code == 0, f"{block.place}\n{output}"

    def _run(self, block: Block) -> None:
        expected = int((re.findall(r"\d+", block.mark) or ["0"])[0])
        commands = list(steps(block))
        for number, step in enumerate(commands, 1):
            code, output = self._execute(step.command)
            wanted = expected if number == len(commands) else 0
            assert code == wanted, f"{block.place}: $ {step.command}\nexit code {code}\n{output}"

    def _execute(self, command: str) -> tuple[int, str]:
        """Return the exit code of a command, and what it wrote."""
        self._capfd.readouterr()
        if variable := _EXPORT.fullmatch(command):
            self._monkeypatch.setenv(variable[1], variable[2])
            return 0, ""
        if command.startswith("order-batch ") and not _OF_A_SHELL.search(command):
            code = run(shlex.split(command)[1:])
            sys.stderr.flush()
        else:
            code = subprocess.run(
                ["bash", "-ec", command], stdin=subprocess.DEVNULL, timeout=_LIMIT_S, check=False
            ).returncode
        shown = self._capfd.readouterr()
        return code, shown.out + shown.err

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
            case ".yaml" | ".yml" if path.name.startswith(".") or ".github" in path.parts:
                yaml.safe_load(block.body)
            case ".yaml" | ".yml":
                code, output = self._execute(f"order-batch validate {block.file}")
                assert code == 0, f"{block.place}: {block.file} is not valid\n{output}"
