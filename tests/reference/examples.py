"""The example batches as a page."""

from __future__ import annotations

import yaml

from tests.docs.pages import ROOT
from tests.reference.markdown import page

FOLDER = ROOT / "batches" / "examples"
ORDER = (
    *(
        "limit",
        "market",
        "buy-for-100-euros",
        "stop-loss",
        "take-profit",
        "trailing-stop",
        "conditional-close",
    ),
    *("replace-a-stop", "margin", "scheduled", "every-week", "own-numbers"),
)


def examples_page() -> str:
    """Return the page of all examples, the simple ones first."""
    files = sorted(FOLDER.glob("*.yaml"), key=lambda path: ORDER.index(path.stem))
    parts = []
    for path in files:
        text = path.read_text("utf-8")
        description = yaml.safe_load(text)["description"]
        parts += [
            f"## {path.stem.replace('-', ' ').capitalize()}",
            f"{description}. [`batches/examples/{path.name}`](../../../batches/examples/{path.name})",
            f"<!-- file: examples/{path.name} -->\n```yaml\n{_without_schema(text)}```",
        ]
    return page(
        "Examples of every order type",
        "Files to copy from, one for each thing that an order can be. Each is validated and applied on the "
        "simulated exchange by a test; the prices are its own. All keys: [batch](../reference/batch.md).",
        *parts,
        "## Groups that wait for each other",
        "New protection before old protection goes, and buys after sells: "
        "[how a batch is carried out](../explanation/batches.md).",
    )


def _without_schema(text: str) -> str:
    first, _, rest = text.partition("\n")
    return rest if first.startswith("# yaml-language-server") else text
