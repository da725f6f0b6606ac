"""The places of a manifest, and the end of a run that cannot write it."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

from runner.app.publishing import Publication
from runner.report import Format, Output
from runner.runtime.storage import MANIFEST, hold

if TYPE_CHECKING:
    from pathlib import Path

ORDERS = [{"id": "a", "txid": "O1"}, {"id": "b", "txid": None}]
RESULT: dict[str, Any] = {"batch": "one", "outcome": "done", "groups": [{"name": "g", "orders": ORDERS}]}


def written(folder: Path, copy: Path | None, *, kept: bool = True) -> tuple[bool, str]:
    """Return whether a manifest was written everywhere, and what was said of it."""
    stderr = io.StringIO()
    out = Output(Format.JSON, stdout=io.StringIO(), stderr=stderr)
    with hold(folder) as state:
        publication = Publication(state=state, copy=copy, kept=kept, elapsed_s=lambda: 0.5)
        return publication.write(RESULT, out), stderr.getvalue()


def test_it_is_written_to_the_state_and_to_a_copy(tmp_path: Path) -> None:
    """Both hold the same."""
    assert written(tmp_path / "state", tmp_path / "copy.json") == (True, "")
    for file in (tmp_path / "state" / MANIFEST, tmp_path / "copy.json"):
        assert json.loads(file.read_text("utf-8")) == RESULT


def test_a_failure_is_reported_and_hides_nothing(tmp_path: Path) -> None:
    """The other files are written, and the orders at the exchange are named."""
    done, output = written(tmp_path / "state", tmp_path / "gone" / "copy.json")
    assert not done
    assert "could not be written everywhere" in " ".join(output.split())
    assert "At the exchange: g/a as O1" in output
    assert "g/b" not in output
    assert (tmp_path / "state" / MANIFEST).exists()


def test_the_state_keeps_nothing_of_a_validation(tmp_path: Path) -> None:
    """A later run could take it for having placed."""
    assert written(tmp_path / "state", tmp_path / "copy.json", kept=False) == (True, "")
    assert not (tmp_path / "state" / MANIFEST).exists()
    assert (tmp_path / "copy.json").exists()
