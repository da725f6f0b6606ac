"""Names for an editor or a shell: no error, whatever is in a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.api import names
from tests.app.shell import BATCHES

if TYPE_CHECKING:
    from pathlib import Path


def test_names_are_values(tmp_path: Path) -> None:
    """Of a file, of a folder, and of the exchange's pairs."""
    assert "enter/buy-eth" in names.order_names(BATCHES / "quickstart.yaml")
    assert names.batch_names(BATCHES / "quickstart.yaml") == ("quickstart",)
    assert "XBT/EUR" in names.pairs()
    assert names.runs_in(tmp_path) == ()
    assert set(names.__all__) == {"batch_names", "order_names", "pairs", "runs_in"}
