"""``order-batch`` for scripts: the same command line, forked from a process that has loaded everything."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from tests.processes.client import DOOR, ROOT, launch


def put_into(folder: Path) -> dict[str, str]:
    """Write a program ``order-batch``; gives the variables that it needs.

    Without a server of all workers, none is written: starting one takes longer than a few programs do.
    """
    door = os.environ.get(DOOR)
    if door is None:
        return {}
    program = folder / "order-batch"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -S -m {__name__} "$@"\n', "utf-8")
    program.chmod(0o755)
    return {DOOR: door, "PYTHONPATH": str(ROOT)}


def main() -> int:
    """Run the command line with the streams of this process; gives its exit code."""
    with launch("runner", *sys.argv[1:], environment=os.environ, streams=(0, 1, 2)) as process:
        code = process.wait()
    if code < 0:
        signal.signal(-code, signal.SIG_DFL)
        os.kill(os.getpid(), -code)
    return code


if __name__ == "__main__":
    sys.exit(main())
