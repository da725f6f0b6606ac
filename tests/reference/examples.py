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
NOTES = {
    "buy-for-100-euros": (
        "The fee comes on top: at 0.4 % about 100.40 EUR leave the account. With `oflags: [viqc, fcib]` it "
        "is taken from the XBT instead. The plan shows it before anything is sent. For real orders add "
        "`--venue kraken`.",
        "<!-- run -->\n```console\n"
        "$ order-batch plan examples/buy-for-100-euros.yaml\n...\n"
        "EUR      99,884.54  100.40                99,784.14\n...\n"
        "$ order-batch apply examples/buy-for-100-euros.yaml\n...\n"
        "executed: bought for 99.99993 EUR, fees 0.39999 EUR\n...\n```",
    ),
    "replace-a-stop": (
        "Write the txid of a stop of yours, which `status` names. The one in the file is an ordinary sell "
        "order, which the simulated exchange has open on its first day.",
        "* Both are open for a moment. **If the old stop holds all that you own, the new one is rejected** "
        "(`EOrder:Insufficient funds`), since nothing is left to hold for it; a plan with a key warns. Then "
        "cancel the old one in a first group and place the new one in a second, and be without a stop in "
        "between.\n"
        "* **If the new one is rejected, the old one stays**, and the run ends with 1. With "
        "`on_reject: continue` the old one is canceled all the same: leave that out here.",
    ),
}
"""What is to be known beside an example, by the name of its file."""


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
            *NOTES.get(path.stem, ()),
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
