"""``python -m tests.processes.code CODE ARG ...``: Python code, as ``python -c`` runs it."""

from __future__ import annotations

import sys

if __name__ == "__main__":
    code = sys.argv.pop(1)
    sys.argv[0] = "-c"
    exec(code, {"__name__": "__main__"})
