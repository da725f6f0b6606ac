"""The names in files and folders; what cannot be read has none."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from runner.app.inputs.known_names import batch_names, order_names, pairs, runs_in
from runner.runtime.storage import hold, state_path
from tests.app.shell import BATCHES


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder of the test's own."""
    monkeypatch.chdir(tmp_path)


def test_pairs_are_as_in_batches() -> None:
    """The usual ones are among them."""
    assert {"XBT/EUR", "ETH/EUR", "ETH/XBT"} <= set(pairs())


def test_groups_are_followed_by_their_orders() -> None:
    """In the file's order; also a group without orders."""
    shutil.copy(BATCHES / "quickstart.yaml", "q.yaml")
    names = order_names(Path("q.yaml"))
    assert names[:3] == ("enter", "enter/buy-eth", "enter/buy-xbt")
    assert names[-1] == "tidy"
    assert batch_names(Path("q.yaml")) == ("quickstart",)


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"version: 1\n", b'{\n  "plans_version": 1,\n'])
def test_what_is_no_batch_has_no_names(content: bytes) -> None:
    """Nor a file that is not there."""
    Path("x").write_bytes(content)
    assert order_names(Path("x")) == batch_names(Path("x")) == ()
    assert order_names(Path("gone")) == ()


def test_runs_are_those_that_have_a_journal() -> None:
    """Of both venues, with their run keys, and not the exchange itself."""
    state = Path("state")
    for venue, batch, run_key in (("paper", "a", ""), ("kraken", "b", "W1"), ("kraken", "a", "")):
        with hold(state_path(state, venue, batch, run_key)):
            pass
    assert runs_in(state) == (("a", ""), ("b", "W1"))
    assert runs_in(Path("gone")) == ()
    for broken in (Path("file"), Path("file/below")):
        Path("file").write_text("", "utf-8")
        assert runs_in(broken) == ()
