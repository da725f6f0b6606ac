"""The recipe of a halt at the simulated exchange: the halt first, then the orders, then the result."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import jsonschema

from runner.api import schema
from runner.app.access.venues import paper_exchange
from runner.domain import HaltChange
from runner.runtime.storage import add_halt, halts_path
from runner.runtime.storage.halts import passing
from tests.app.shell import STATE, batch, order, requests

if TYPE_CHECKING:
    import pytest

    from tests.app.shell import Shell

RESULT = STATE / "paper" / ".halts" / "result.json"


def test_everything_is_canceled_and_nothing_is_sent_any_more(shell: Shell) -> None:
    """No question is put about paper money; the result is kept and of the published shape."""
    assert shell("apply", batch(order())).code == 0
    result = shell("halt", "--reason", "odd\n  fills", "--format", "json")
    assert result.code == 0, result
    jsonschema.validate(result.json, schema("halt"))
    assert result.json["halt"]["reason"] == "odd fills"
    assert result.json["before"] is None
    assert result.json["horizon"] is None
    assert [each["status"] for each in result.json["orders"]] == ["canceled"] * len(result.json["orders"])
    assert any(each["ours"] for each in result.json["orders"])
    assert json.loads(RESULT.read_text("utf-8")) == result.json
    assert requests()[-1]["event"] == "cancelAll"
    again = shell("halt", "--reason", "once more", "--format", "json")
    assert (again.code, again.json["before"]["reason"], again.json["orders"]) == (0, "odd fills", [])


def test_a_reason_is_needed_and_one_scope(shell: Shell) -> None:
    """Before anything is done."""
    for args in (("--reason", "  "), ("--reason", "x" * 400), ("--reason", "x", "--ours", "--keep-stops")):
        assert shell("halt", *args).code == 3
    assert shell("halt").code == 3
    assert not RESULT.exists()


def test_a_run_that_hangs_while_it_writes_is_waited_for_and_then_named(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its last message may leave until the longest deadline; until then it is watched."""
    monkeypatch.setattr("runner.app.halting.recipe._PASSAGE_WAIT_S", 0.1)
    monkeypatch.setattr("runner.app.halting.recipe.MOST_DEADLINE_S", 0.2)
    with passing(halts_path(STATE, "paper")):
        result = shell("halt", "--reason", "odd", "--settle", "0", "--format", "json")
    assert (result.code, result.json["none_open"]) == (6, True)
    assert result.json["horizon"] is not None
    assert [each["way"] for each in result.json["passes"]] == ["cancelAll", "cancelAll"]
    assert "a run hangs while it writes" in result.json["reason"]


def test_a_halt_that_cannot_be_kept_cancels_all_the_same(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And the result says that runs may go on."""
    monkeypatch.setattr("runner.app.halting.recipe.MOST_DEADLINE_S", 0.0)
    assert shell("apply", batch(order())).code == 0
    folder = halts_path(STATE, "paper")
    (folder / "halts.json").write_text("?", "utf-8")
    result = shell("halt", "--reason", "odd", "--settle", "0", "--format", "json")
    assert (result.code, result.json["halt"], result.json["none_open"]) == (6, None, True)
    assert "nothing was halted" in result.json["reason"]


def test_a_resumption_is_kept_beside_its_halt(shell: Shell) -> None:
    """With who and why, in every format; without a halt nothing is changed."""
    folder = halts_path(STATE, "paper")
    assert "nothing was halted" in shell("resume", "--reason", "why not").stdout
    assert not folder.exists()
    add_halt(folder, HaltChange(halted=True, by="ann", host="desk", reason="odd", at="2026-11-30T09:00:00Z"))
    result = shell("resume", "--reason", "all fine", "--format", "markdown")
    assert "all fine" in result.stdout
    assert "ann on desk" in result.stdout
    assert shell("apply", batch(order())).code == 0


def test_an_exchange_that_is_in_use_is_halted_and_said(shell: Shell) -> None:
    """A simulated exchange inside of a run cannot be reached; the run sends nothing more."""
    assert shell("apply", batch(order())).code == 0
    with paper_exchange(STATE):
        result = shell("halt", "--reason", "odd", "--format", "json")
    assert (result.code, result.json["halt"]["reason"], result.json["none_open"]) == (6, "odd", False)
    assert "another run holds this state" in result.json["reason"]


def test_a_journal_that_cannot_be_read_may_hold_orders_of_ours(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If all are canceled their owner does not matter; the account is only watched for longer."""
    monkeypatch.setattr("runner.app.halting.recipe.MOST_DEADLINE_S", 0.0)
    assert shell("apply", batch(order())).code == 0
    (STATE / "paper" / "one" / "journal.jsonl").write_text("?\n", "utf-8")
    ours = shell("halt", "--reason", "odd", "--ours", "--settle", "0", "--format", "json")
    assert (ours.code, ours.json["outcome"]) == (6, "unresolved")
    assert "which orders are ours is not known" in ours.json["reason"]
    everything = shell("halt", "--reason", "odd", "--settle", "0", "--format", "json")
    assert (everything.code, everything.json["open"]) == (0, [])
    assert everything.json["horizon"] is not None
