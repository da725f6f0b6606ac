"""The change log's section on one version, as the text of its release: ``release_notes.py v0.1.0``."""

from __future__ import annotations

import re
import sys
from pathlib import Path

CHANGES = Path(__file__).resolve().parent.parent / ".github" / "CHANGELOG.md"


def notes(changes: str, version: str) -> str | None:
    """Return the text under the heading of a version, None without one."""
    found = re.search(rf"^## \[{re.escape(version)}\][^\n]*\n(.*?)(?=^## |\Z)", changes, re.M | re.S)
    return None if found is None else found[1].strip()


def main() -> int:
    """Print the notes of the version that is named by its tag."""
    found = notes(CHANGES.read_text("utf-8"), sys.argv[1].removeprefix("v"))
    print(found or f"the change log has nothing on {sys.argv[1]}", file=sys.stdout if found else sys.stderr)
    return 0 if found else 1


if __name__ == "__main__":
    sys.exit(main())
