"""The table of what the simulated exchange does, made from ``coverage.yaml``.

``python -m tests.paper.coverage`` writes it into ``runner/paper/README.md``; a test holds the two
together, and looks that every test, module, option and key of a scenario exists.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import yaml

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
README = ROOT / "runner" / "paper" / "README.md"
SOURCE = Path(__file__).with_name("coverage.yaml")
NOWHERE = "-"
BEGIN = "<!-- table: python -m tests.paper.coverage -->"


class Row(NamedTuple):
    """A fact of the protocol, and what proves it.

    ``proof`` names tests (``file::test``), options (``option:name``) and keys of a scenario file
    (``scenario:timeline.status``, an act as ``scenario:do.lose``). What is left out, under ``NOWHERE``, has a
    reason instead (``reason:because``).
    """

    section: str
    where: str
    fact: str
    proof: tuple[str, ...]


def rows() -> list[Row]:
    """Every row, in the order of the file."""
    sections = yaml.load(SOURCE.read_text("utf-8"), Loader=yaml.CSafeLoader)
    return [
        Row(section, where, fact, tuple(proof))
        for section, modules in sections.items()
        for where, facts in modules.items()
        for fact, proof in facts.items()
    ]


def place_of(proof: str) -> tuple[str, str]:
    """The file and the function that a proof names: ``venue::test_ioc`` lies in ``tests/paper``."""
    file, _, function = proof.partition("::")
    folder, _, module = file.rpartition("/")
    if folder:
        return f"tests/{folder}/test_{module}.py", function
    found = (path.relative_to(ROOT).as_posix() for path in sorted(HERE.rglob(f"test_{module}.py")))
    return next(found, file), function


def table() -> str:
    """The sections as Markdown."""
    parts: list[str] = []
    section = ""
    for row in rows():
        if row.section != section:
            section = row.section
            parts += ["", f"### {section}", "", *_heading(row)]
        where = "" if row.where == NOWHERE else f" `{row.where}` |"
        parts.append(f"| {row.fact} |{where} {', '.join(map(_shown, row.proof))} |")
    return "\n".join(parts) + "\n"


def written(text: str) -> str:
    """The document with the table as it is now."""
    head, found, _ = text.partition(BEGIN)
    assert found, f"{README} has no place for the table"
    return f"{head}{BEGIN}\n{table()}"


def _heading(row: Row) -> list[str]:
    if row.where == NOWHERE:
        return ["| what | why |", "|---|---|"]
    return ["| what | where | test, option or scenario |", "|---|---|---|"]


def _shown(proof: str) -> str:
    kind, _, name = proof.partition(":")
    match kind:
        case _ if "::" in proof:
            return f"`{proof}`"
        case "reason":
            return name
        case _:
            return f"{kind} `{name}`"


if __name__ == "__main__":
    README.write_text(written(README.read_text("utf-8")), "utf-8")
