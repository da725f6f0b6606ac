"""From a path to a batch, and to what its journal says: the refusals that all verbs share."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from runner.app.inputs.batches import (
    InvalidBatch,
    Target,
    folder_of,
    ledger_at,
    load_batch,
    plan_of,
    refuse_changed,
)
from runner.errors import InvalidInput, Refused
from runner.journal import OrderPlaced, fold
from tests.app.shell import SEED, STATE, Shell, added, batch, order

if TYPE_CHECKING:
    from collections.abc import Callable


def target(file: Path, *, run_key: str = "", venue: str = "paper") -> Target:
    """A batch file and its state in the current folder."""
    return Target(file=file, state_dir=STATE, venue=venue, run_key=run_key)


def test_all_problems_of_a_file_come_with_the_error(shell: Shell) -> None:
    """Every problem is there at once, and the message counts them."""
    file = batch(order("a", price="1e3"), order("b", volume="none"))
    with pytest.raises(InvalidBatch, match=r"one\.yaml has 2 problems; nothing was sent") as caught:
        load_batch(target(file))
    assert [problem.line for problem in caught.value.problems] == [6, 7]


def test_a_file_that_is_not_there_is_named(shell: Shell) -> None:
    """A file that cannot be read is an error that names it."""
    with pytest.raises(InvalidInput, match=r"nowhere\.yaml: cannot be read"):
        load_batch(target(Path("nowhere.yaml")))


def test_a_batch_that_repeats_needs_a_run_key(shell: Shell) -> None:
    """Without a key it is unknown which repetition is meant."""
    file = batch(order(), top="repeat: true")
    with pytest.raises(InvalidInput, match="needs a run key"):
        load_batch(target(file))
    assert load_batch(target(file, run_key="7")).repeat


def test_a_batch_that_does_not_repeat_takes_no_run_key(shell: Shell) -> None:
    """A run key would place it all once more."""
    with pytest.raises(InvalidInput, match="a run key is for batches that say"):
        load_batch(target(batch(order()), run_key="7"))


def test_venues_and_run_keys_never_meet(shell: Shell) -> None:
    """Each venue, batch and run key has its own folder."""
    file = batch(order(), top="repeat: true")
    folders = [
        folder_of(item, load_batch(item))
        for item in (
            target(file, run_key="1"),
            target(file, run_key="2"),
            target(file, run_key="1", venue="kraken"),
            target(SEED),
        )
    ]
    assert [str(folder.relative_to(STATE)) for folder in folders] == [
        "paper/one@1",
        "paper/one@2",
        "kraken/one@1",
        "paper/seed-example",
    ]


def test_a_journal_that_cannot_be_read_is_refused(shell: Shell) -> None:
    """A file where a folder belongs is no internal error."""
    source = target(batch(order()))
    STATE.mkdir()
    (STATE / "paper").write_text("in the way", "utf-8")
    with pytest.raises(Refused, match="the journal cannot be read"):
        ledger_at(source, load_batch(source))


def refusal(shell: Shell, *orders: str) -> Refused:
    """Apply an order, and give what is said when the file then holds other ones."""
    shell("apply", batch(order("a", price="145.50")))
    source = target(batch(*orders))
    found = load_batch(source)
    with pytest.raises(Refused) as caught:
        refuse_changed(plan_of(source, found, ledger_at(source, found)))
    return caught.value


def test_a_changed_order_is_refused_field_by_field(shell: Shell) -> None:
    """Both versions of each field are named, with the place in the file and the order at the exchange."""
    error = refusal(shell, order("a", price="145.50", volume="0.5", userref="7"))
    assert str(error) == "group/a: changed after it was placed; nothing was sent"
    *fields, advice = error.details
    places = ["one.yaml:6:10: group/a: " + name for name in ("volume was 0.25", "userref was absent")]
    assert [any(field.startswith(place) for field in fields) for place in places] == [True, True]
    assert "give the order a new id" in advice


def test_an_order_of_which_half_is_lost_is_not_called_changed(shell: Shell) -> None:
    """The message says what is known of it, and what to do."""
    source = target(batch(order("a")))
    at = {"at": "2026-11-22T09:00:00.000000Z", "group": "group", "id": "a"}
    ledger = fold([OrderPlaced(**at, txid="O1", source="ack", descr=None)])
    with pytest.raises(Refused, match="group/a: the journal lacks its request") as caught:
        refuse_changed(plan_of(source, load_batch(source), ledger))
    assert caught.value.details[0] == "one.yaml:6:10: group/a: an earlier run has called it placed: O1"
    assert "restore it, or find out at the exchange" in caught.value.details[1]


def test_a_file_may_be_tidied_up(shell: Shell) -> None:
    """Comments, the order of fields and values under ``defaults`` are no part of an order."""
    shell("apply", batch(order("a")))
    tidy = "{volume: 0.25, id: a, price: 145, pair: ETH/EUR}  # as before"
    source = target(batch(tidy, top="defaults: {type: buy, ordertype: limit}"))
    found = load_batch(source)
    refuse_changed(plan_of(source, found, ledger_at(source, found)))


@pytest.mark.parametrize("verb", ["plan", "status", "apply"])
@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: batch(order(), top="repeat: true"), "needs a run key"),
        (lambda: Path("nowhere.yaml"), "cannot be read"),
        (Path, "cannot be read: Is a directory"),
        (lambda: batch(order(price="NaN")), "one.yaml has a problem"),
    ],
    ids=["no run key", "no file", "a folder", "a problem"],
)
def test_every_verb_refuses_it_with_3(shell: Shell, verb: str, make: Callable[[], Path], words: str) -> None:
    """The three verbs about a batch say the same, as text and in JSON, and create nothing."""
    file = make()
    text, data = shell(verb, file), shell(verb, file, "--format=json")
    assert text.code == data.code == data.json["exit_code"] == 3
    # A folder is looked through by the verbs that take several files, and this one is empty.
    words = "there is no batch file" if file == Path() and verb != "status" else words
    assert words in text.words
    assert words in data.json["error"]
    assert not STATE.exists()


def test_state_that_git_tracks_is_refused(shell: Shell) -> None:
    """A journal in a pull request would make orders look placed that no run has sent."""
    file = batch(order("a"))
    shell("apply", file)
    for args in (("init", "--quiet"), ("add", ".")):
        subprocess.run(["git", *args], check=True)
    placed = added()
    file.write_text(file.read_text() + f"      - {order('b')}\n")
    for verb in ("plan", "apply", "status"):
        result = shell(verb, file)
        assert (result.code, result.stdout) == (4, ""), (verb, result)
        assert ".order-batch/paper/one: git tracks this state, so it is not believed" in result.words
        assert "journal.jsonl" in result.words
        assert "git rm -r --cached .order-batch, add .order-batch/ to .gitignore" in result.words
    assert added() == placed
    subprocess.run(["git", "rm", "-r", "--quiet", "--cached", ".order-batch"], check=True)
    assert shell("apply", file).code == 0
    assert len(added()) == 2


def test_git_that_cannot_say_what_it_tracks_is_no_permission(shell: Shell) -> None:
    """Its own words name the cure, as for a folder of another owner."""
    file = batch(order("a"))
    subprocess.run(["git", "init", "--quiet"], check=True)
    Path(".git/index").write_text("garbage", "ascii")
    result = shell("apply", file)
    assert (result.code, STATE.exists()) == (4, False)
    assert "whether git tracks this state cannot be seen; nothing was sent" in result.words
    assert "fatal: " in result.words
