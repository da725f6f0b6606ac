"""Policy files with a rule or two, as tests of commands write them."""

from __future__ import annotations

from pathlib import Path

MANDATE = "{name: mandate, check: pairs, allow: [XBT/EUR], message: Only bitcoin}"
SMALL = "{name: small, check: volume, most: 1, per: day, message: Enough for today}"
COLLAR = "{name: collar, check: collar, against: last, above: 5%, below: 5%, message: Too dear}"
LATER = "{name: calm, check: rejects, most: 0, message: Something is wrong}"


def policy(*rules: str, path: str = "policy.yaml") -> Path:
    """Write a policy."""
    file = Path(path)
    file.parent.mkdir(exist_ok=True)
    file.write_text("version: 1\nname: desk\nrules:\n" + "".join(f"  - {rule}\n" for rule in rules), "utf-8")
    return file
