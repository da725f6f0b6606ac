"""``order-batch status``: what became of each order of a file, from the journal alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.storage import JOURNAL, read_journal
from tests.commands.shell import SEED, STATE, Shell, batch, order

if TYPE_CHECKING:
    from pathlib import Path


def forget_after(folder: Path, kind: str) -> None:
    """Cut a journal off after its first entry of a kind, as a sudden end of the process would."""
    kinds = [entry["entry"] for entry in read_journal(folder / JOURNAL)]
    lines = (folder / JOURNAL).read_text("ascii").splitlines(keepends=True)
    (folder / JOURNAL).write_text("".join(lines[: kinds.index(kind) + 1]), "ascii")


def test_before_any_run_nothing_is_known(shell: Shell) -> None:
    """A file that was never applied has a status too, and asking for it creates nothing."""
    said = shell("status", SEED, "--format", "json")
    assert said.code == 0
    assert said.json["last_run"] is None
    assert [one["standing"] for one in said.json["orders"]] == ["new"]
    assert not STATE.exists()


def test_after_a_run_each_order_has_its_txid(shell: Shell) -> None:
    """The status names what the last run placed; the last run is its manifest."""
    run = shell("apply", SEED, "--format", "json")
    said = shell("status", SEED, "--format", "json")
    assert said.json["last_run"] == run.json
    (one,) = said.json["orders"]
    assert (one["outcome"], one["txid"]) == ("placed", run.orders()["buy-eth"]["txid"])
    assert one["txid"] in shell("status", SEED).stdout


def test_rejected_order_is_new_again(shell: Shell) -> None:
    """What the exchange rejected is not there, so a next run may send it; the rejection is still told."""
    file = batch(order("bad", volume="0.001"))
    shell("apply", file)
    (one,) = shell("status", file, "--format", "json").json["orders"]
    assert (one["standing"], one["outcome"]) == ("new", "rejected")


def test_order_in_doubt_gives_6_until_it_is_looked_up(shell: Shell) -> None:
    """A run that died after an intent leaves doubt: exit code 6. The same apply finds what stands."""
    file = batch(order("a"))
    run = shell("apply", file, "--format", "json")
    forget_after(STATE / "paper" / "one", "order-intent")
    doubt = shell("status", file, "--format", "json")
    again = shell("apply", file, "--format", "json")
    assert (doubt.code, again.code, shell("status", file).code) == (6, 0, 0)
    assert doubt.json["orders"][0]["standing"] == "doubt"
    assert again.orders()["a"]["txid"] == run.orders()["a"]["txid"]


def test_changed_order_is_shown(shell: Shell) -> None:
    """A status refuses nothing: it is what one looks at to understand a refusal."""
    shell("apply", batch(order("a")))
    said = shell("status", batch(order("a", price="146")), "--format", "json")
    assert said.code == 0
    assert [one["standing"] for one in said.json["orders"]] == ["changed"]
