"""The program of the page about the library works as it is written there."""

from __future__ import annotations

import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

from tests.docs.pages import DOCS, ROOT, blocks

if TYPE_CHECKING:
    from pathlib import Path


def test_it_plans_and_applies_in_ten_lines(tmp_path: Path) -> None:
    """In an environment that has nothing in it, and without a warning of Python."""
    page = DOCS / "how-to" / "use-as-a-library.md"
    program = next(block.body for block in blocks(page) if block.file == "job.py")
    assert len([line for line in program.splitlines() if line]) <= 10
    shutil.copytree(ROOT / "batches", tmp_path / "batches")
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "enter/buy-eth placed 0.25" in done.stdout
    assert (tmp_path / "state" / "paper" / "quickstart" / "manifest.json").exists()
