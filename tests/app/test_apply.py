"""``order-batch apply``: what leaves, what does not, what is written, and how it ends."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from runner.runtime.storage import WIRE_LOG, hold
from tests.app.shell import (
    BATCHES,
    GOOD_SECRET,
    PAPER_RECORD,
    ROOT,
    SEED,
    STATE,
    UNREACHABLE,
    added,
    batch,
    order,
    requests,
    served,
)

if TYPE_CHECKING:
    from tests.app.shell import Shell

SCHEMA = json.loads((ROOT / "schemas" / "manifest.schema.json").read_text("utf-8"))


def set_environment(monkeypatch: pytest.MonkeyPatch, variables: dict[str, str]) -> None:
    """Set variables for the length of a test."""
    for name, text in variables.items():
        monkeypatch.setenv(name, text)


# --- what leaves -----------------------------------------------------------------------------


def test_a_second_apply_sends_nothing(shell: Shell) -> None:
    """The same command again has nothing to do: the exchange hears nothing, and the exit code is 0."""
    first = shell("apply", SEED, "--format", "json")
    record = (STATE / PAPER_RECORD).read_bytes()
    again = shell("apply", SEED, "--format", "json")
    assert (first.code, again.code) == (0, 0)
    assert len(requests()) == 2
    assert (STATE / PAPER_RECORD).read_bytes() == record
    assert [order["already"] for order in first.orders().values()] == [False]
    assert [order["already"] for order in again.orders().values()] == [True]


def test_the_messages_of_a_run_are_kept_without_their_token(shell: Shell) -> None:
    """In a log beside the journal, for who has to show what was sent; none of a run that keeps nothing."""
    log = STATE / "paper" / "seed-example" / WIRE_LOG
    assert shell("apply", SEED, "--validate-only").code == 0
    assert not log.exists()
    assert shell("apply", SEED).code == 0
    lines = [json.loads(line) for line in log.read_text("ascii").splitlines()]
    messages = [(line["direction"], json.loads(line["text"])) for line in lines]
    sent = [message for direction, message in messages if direction == "sent"]
    assert [message["event"] for message in sent if "token" in message] != []
    assert {message.get("token", "***") for message in sent if "subscription" not in message} == {"***"}
    assert "addOrder" in [message["event"] for message in sent]
    received = [message for direction, message in messages if direction == "received"]
    assert "addOrderStatus" in [message["event"] for message in received if isinstance(message, dict)]


def test_nothing_to_do_is_said_in_words(shell: Shell) -> None:
    """A person reads that there was nothing to do."""
    shell("apply", SEED)
    assert "nothing to do" in shell("apply", SEED).stdout


def test_nothing_to_do_opens_no_exchange(shell: Shell) -> None:
    """With nothing to do, an exchange that somebody else holds is no hindrance."""
    shell("apply", SEED)
    with hold(STATE / PAPER_RECORD.parent):
        assert shell("apply", SEED).code == 0


def test_only_what_is_new_is_sent(shell: Shell) -> None:
    """An order that was added to an applied file is the only one that leaves."""
    shell("apply", batch(order("a"), cancel="[OQCLML-BW3P3-BUCMWZ]"))
    record = requests()
    result = shell("apply", batch(order("a"), order("b", price="144.5")), "--format", "json")
    assert result.code == 0
    (sent,) = requests()[len(record) :]
    assert (sent["event"], sent["price"]) == ("addOrder", "144.5")
    assert {name: row["already"] for name, row in result.orders().items()} == {"a": True, "b": False}


def test_a_batch_that_repeats_is_applied_once_for_each_key(shell: Shell) -> None:
    """Two run keys place twice, the same key again places nothing, and no two orders share an id."""
    file = batch(order("a"), order("b", price="144"), top="repeat: true")
    codes = [shell("apply", file, "--run-key", key).code for key in ("2026-W47", "2026-W48", "2026-W47")]
    assert codes == [0, 0, 0]
    assert len(added()) == len({sent["cl_ord_id"] for sent in added()}) == 4


def test_lost_journal_places_nothing_twice(shell: Shell) -> None:
    """Without its state a run finds the open order at the exchange, and adopts it."""
    file = batch(order("a"), order("b", price="144"))
    first = shell("apply", file, "--format", "json")
    for left in (STATE / "paper" / "one").iterdir():
        left.unlink()
    again = shell("apply", file, "--format", "json")
    assert again.code == 0
    assert len(added()) == 2
    assert [order["txid"] for order in again.orders().values()] == [
        order["txid"] for order in first.orders().values()
    ]


@pytest.mark.usefixtures("skipped_waits")
def test_lost_journal_places_nothing_twice_that_is_closed(shell: Shell) -> None:
    """An order that was filled, and one that was canceled, are found among the closed ones."""
    filled = "{id: now, pair: XBT/EUR, type: buy, ordertype: market, volume: 0.0005}"
    file = batch(filled, order("a"), cancel="[{order: group/a}]")
    shell("apply", file)
    assert len(added()) == 2
    for left in (STATE / "paper" / "one").iterdir():
        left.unlink()
    shell("apply", file)
    assert len(added()) == 2


def test_deadline_is_the_one_of_the_command(shell: Shell) -> None:
    """``--deadline`` reaches the wire as a time so many seconds after the sending."""
    result = shell("apply", batch(order()), "--deadline", "33", "--format", "json")
    (order_row,) = result.orders().values()
    moment = order_row["request"]["deadline"]
    assert moment > order_row["sent_at"]
    assert (int(moment[17:19]) - int(order_row["sent_at"][17:19])) % 60 in (32, 33)


# --- how it ends -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "error"),
    [({"volume": "0.001"}, "EOrder:"), ({"volume": "1000000"}, "EOrder:Insufficient funds")],
    ids=["below the minimum", "too little money"],
)
def test_rejected_order_ends_with_1(shell: Shell, fields: dict[str, str], error: str) -> None:
    """The exchange's reject is shown with the line of its order; the exit code is 1."""
    file = batch(order("good"), order("bad", **fields))
    result = shell("apply", file, "--unchecked")
    assert result.code == 1
    assert "one.yaml:7:10: group/bad: rejected" in " ".join(result.stdout.split())
    assert error in result.stdout
    found = json.loads((STATE / "paper" / "one" / "manifest.json").read_text("utf-8"))
    assert found["outcome"] == "incomplete"


def test_changed_order_is_refused_with_both_versions(shell: Shell) -> None:
    """An order that differs from what was placed stops everything: exit code 4, and nothing leaves."""
    placed = shell("apply", batch(order("a")), "--format", "json").orders()["a"]["txid"]
    record = requests()
    result = shell("apply", batch(order("new"), order("a", price="146", oflags="post")))
    assert result.code == 4
    assert f"one.yaml:7:10: group/a: price was 145 when placed as {placed}, is now 146" in result.words
    assert "group/a: oflags was absent" in result.words
    assert "is now post" in result.words
    assert requests() == record


def test_damaged_journal_is_refused(shell: Shell) -> None:
    """A journal that was edited is not trusted: exit code 4, its line is named, and nothing leaves."""
    file = batch(order("a"))
    shell("apply", file)
    journal = STATE / "paper" / "one" / "journal.jsonl"
    journal.write_text(journal.read_text("ascii").replace('"price":"145"', '"price":"146"'), "ascii")
    result = shell("apply", file, "--format", "json")
    assert result.code == result.json["exit_code"] == 4
    assert f"{journal}:2:" in result.words
    assert len(requests()) == 1


def test_file_with_problems_leaves_no_trace(shell: Shell) -> None:
    """An invalid file ends with 3 before anything is created."""
    result = shell("apply", batch(order("a", price="1e3")))
    assert result.code == 3
    assert "one.yaml:6:" in result.stderr
    assert not STATE.exists()


def test_held_state_ends_with_7(shell: Shell) -> None:
    """While another run holds the batch, or the simulated exchange, the exit code is 7."""
    for folder in (STATE / "paper" / "seed-example", STATE / PAPER_RECORD.parent):
        with hold(folder):
            result = shell("apply", SEED, "--format", "json")
        assert result.code == result.json["exit_code"] == 7
        assert str(folder) in result.words
    assert requests() == []


def test_state_that_cannot_be_kept_ends_with_4(shell: Shell) -> None:
    """Without a place for its state, a run sends nothing."""
    STATE.mkdir()
    (STATE / "paper").write_text("in the way", "utf-8")
    result = shell("apply", SEED)
    assert result.code == 4
    assert "no state can be kept here" in result.words


@pytest.mark.usefixtures("skipped_waits")
def test_a_port_without_a_server_ends_with_5(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """An exchange that cannot be reached gets nothing; the manifest says so, and the exit code is 5."""
    set_environment(monkeypatch, UNREACHABLE)
    result = shell("apply", SEED, "--venue", "kraken", "--yes", "--format", "json")
    assert result.code == 5
    assert result.json["outcome"] == "unreachable"
    assert result.outcomes() == {"buy-eth": "skipped"}


def test_refused_key_ends_with_5(shell: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An account that refuses us gets nothing; the exit code is 5. With its own key it takes the order."""
    with served(tmp_path / "exchange") as exchange:
        set_environment(monkeypatch, exchange.environment)
        monkeypatch.setenv("KRAKEN_API_KEY", "wrong")
        refused = shell("apply", SEED, "--venue", "kraken", "--yes")
        monkeypatch.setenv("KRAKEN_API_KEY", exchange.environment["KRAKEN_API_KEY"])
        monkeypatch.setenv("KRAKEN_API_SECRET", GOOD_SECRET)
        mistaken = shell("apply", SEED, "--venue", "kraken", "--yes")
        assert added(tmp_path / "exchange") == []
        set_environment(monkeypatch, exchange.environment)
        taken = shell("apply", SEED, "--venue", "kraken", "--yes")
    assert [result.code for result in (refused, mistaken, taken)] == [5, 5, 0]
    assert "EAPI:Invalid key" in " ".join(refused.stdout.split())
    assert "put the API key and its secret right" in " ".join(refused.stdout.split())
    assert len(added(tmp_path / "exchange")) == 1


# --- consent -----------------------------------------------------------


def test_without_a_terminal_real_orders_need_yes(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a terminal there is no answer, so nothing is sent: exit code 3, without a call."""
    set_environment(monkeypatch, UNREACHABLE)
    result = shell("apply", SEED, "--venue", "kraken")
    assert result.code == 3
    assert "--yes" in result.words


@pytest.mark.parametrize("missing", ["KRAKEN_API_KEY", "KRAKEN_API_SECRET"])
def test_credentials_are_missed_before_anything_begins(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    """A missing credential ends with 3, names what to set, and leaves no state."""
    set_environment(monkeypatch, UNREACHABLE)
    monkeypatch.delenv(missing)
    result = shell("apply", SEED, "--venue", "kraken", "--yes")
    assert result.code == 3
    assert f"{missing} is not set" in result.words
    assert not STATE.exists()


# --- the manifest ----------------------------------------------------------------------------


def manifests(shell: Shell, *files: Path) -> list[Any]:
    """Apply files, and give the manifests as printed; but for explanations, each is the same everywhere."""
    found = []
    for file in files:
        result = shell("apply", file, "--unchecked", "--manifest", "copy.json", "--format", "json")
        kept = Path("copy.json").read_text("utf-8")
        folder = STATE / "paper" / result.json["batch"]
        printed = {name: value for name, value in result.json.items() if name != "explanations"}
        assert json.loads(kept) == printed
        assert (folder / "manifest.json").read_text("utf-8") == kept
        found.append(result.json)
    return found


def test_manifest_is_the_same_everywhere_and_passes_its_schema(shell: Shell) -> None:
    """Printed, kept and copied it is one document, for a run that goes well, one that does not, and none."""
    bad = batch(order("good"), order("bad", volume="0.001"), name="bad")
    quickstart = BATCHES / "quickstart.yaml"
    for manifest in manifests(shell, quickstart, quickstart, bad):
        jsonschema.Draft202012Validator(SCHEMA).validate(manifest)


@pytest.mark.parametrize("place", ["nowhere/manifest.json", "a-pipe"])
def test_manifest_that_cannot_be_written_is_found_first(shell: Shell, place: str) -> None:
    """A place that takes no file ends with 3 before anything is sent; a device is never replaced."""
    os.mkfifo("a-pipe")
    result = shell("apply", SEED, "--manifest", place)
    assert result.code == 3
    assert place in result.words
    assert not STATE.exists()
    assert Path("a-pipe").is_fifo()


def test_manifest_that_fails_to_be_written_hides_nothing(shell: Shell) -> None:
    """The copy cannot be written after the run: the result is shown all the same, and not with 0."""
    result = shell("apply", SEED, "--manifest", "/proc/copy.json", "--format", "json")
    assert result.code == 1
    assert result.json["outcome"] == "done"
    assert "/proc/" in result.words
    assert shell("apply", SEED).code == 0


def test_a_dead_mans_switch_is_armed_for_the_time_of_the_run(shell: Shell) -> None:
    """It is said for whom it is; the bundle of the run holds, with the messages that set it."""
    file = batch(order())
    result = shell("apply", file, "--dead-man", "60s", "--format", "json")
    assert result.code == 0, result
    assert "every order, also those of other programs" in result.words
    assert result.json["dead_man"]["disarmed_at"] is not None
    set_to = [each["timeout"] for each in requests() if each["event"] == "cancelAllOrdersAfter"]
    assert set_to == [60, 0]
    assert shell("bundle", file, "--out", "run.zip").code == 0
    assert shell("verify", "run.zip").code == 0
    assert shell("apply", file, "--dead-man", "5s").code == 3
