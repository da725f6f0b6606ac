"""``order-batch apply`` on a disk that is full, and in a state folder that is taken away."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from runner.runtime.storage import JOURNAL, read_journal, state_path
from tests.app.shell import CommandResult, added, forked, served

LIMITED = """
import resource, sys
sys.dont_write_bytecode = True
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), int(sys.argv[1])))
from runner.cli.exit_codes import run
sys.exit(run(sys.argv[2:]))
"""


@pytest.mark.parametrize(
    ("room", "code", "sent", "disposition"),
    [
        (900, 4, 0, "send"),
        pytest.param(1550, 6, 1, "look_up", marks=pytest.mark.long),
        pytest.param(100_000, 0, 2, "placed", marks=pytest.mark.long),
    ],
)
def test_full_disk_stops_before_the_send_that_it_would_have_covered(
    tmp_path: Path, room: int, code: int, sent: int, disposition: str
) -> None:
    """No intent, no order. What was sent before and not yet written down is unknown: exit code 6."""
    file, options = tmp_path / "two.yaml", ["--venue", "kraken", "--format", "json"]
    file.write_text(
        "version: 1\nname: two\n"
        "defaults: {pair: ETH/EUR, type: buy, ordertype: limit, price: 100, volume: 1}\n"
        "groups:\n- {name: one, orders: [{id: a}]}\n- {name: two, orders: [{id: b}]}\n"
    )

    def limited(room: int, verb: str, *more: str) -> CommandResult:
        where = ["--state-dir", str(tmp_path / "state")]
        return forked(LIMITED, str(room), verb, str(file), *options, *where, *more, **exchange.environment)

    with served(tmp_path / "exchange") as exchange:
        first = limited(room, "apply", "--yes", "--settle", "0")
        assert first.code == code, first.stderr
        assert len(added(tmp_path / "exchange")) == sent
        assert limited(100_000, "status", "--offline").json["orders"][0]["disposition"] == disposition
        assert limited(100_000, "apply", "--yes", "--settle", "0").code == 0
        assert len(added(tmp_path / "exchange")) == 2


@pytest.mark.parametrize("room", [900, 1500, 2100, 2900, 3300])
def test_full_disk_never_hides_an_order_that_was_sent(tmp_path: Path, room: int) -> None:
    """A run that sent anything does not end as one that sent
    nothing, and it names the orders that it knows to be at the exchange."""
    file, where = tmp_path / "one.yaml", ("--state-dir", str(tmp_path / "state"))
    file.write_text(
        "version: 1\nname: one\n"
        "defaults: {pair: ETH/EUR, type: buy, ordertype: limit, price: 100, volume: 1}\n"
        "groups:\n" + "".join(f"- {{name: {id}, orders: [{{id: {id}}}]}}\n" for id in "abc")
    )
    with served(tmp_path / "exchange") as exchange:
        options = ("--venue", "kraken", "--yes", "--settle", "0", *where)
        result = forked(LIMITED, str(room), "apply", str(file), *options, **exchange.environment)
    booked = len(added(tmp_path / "exchange"))
    assert (result.code == 4) is (booked == 0), result.stderr
    assert result.code in (1, 4, 6)
    entries = read_journal(state_path(tmp_path / "state", "kraken", "one", "") / JOURNAL)
    known = [entry["txid"] for entry in entries if entry["entry"] == "order-placed"]
    assert [txid for txid in known if txid not in result.words] == []
    manifests = [
        line.removeprefix("manifest: ") for line in result.stdout.splitlines() if "manifest: " in line
    ]
    assert [path for path in manifests if not Path(path).exists()] == []


TAMPERED = """
import os, shutil, sys
folder, act = sys.argv[1:3]
synced = []
def fdatasync(file, sync=os.fdatasync):
    sync(file)
    synced.append(file)
    if len(synced) == int(sys.argv[3]):
        {
            "removed": lambda: shutil.rmtree(folder),
            "moved": lambda: os.rename(folder, folder + "-elsewhere"),
            "truncated": lambda: os.truncate(folder + "/journal.jsonl", 10),
            "replaced": lambda: os.replace(folder + "/lock", folder + "/journal.jsonl"),
        }[act]()
os.fdatasync = fdatasync
from runner.cli.exit_codes import run
sys.exit(run(sys.argv[4:]))
"""


@pytest.mark.parametrize("act", ["removed", "moved", "truncated", "replaced"])
@pytest.mark.parametrize(("syncs", "booked"), [(1, 0), (2, 1)], ids=["before a send", "before a reply"])
def test_state_that_is_taken_away_hides_no_order(tmp_path: Path, act: str, syncs: int, booked: int) -> None:
    """The run stops at its next write; what it has sent is named as far as it is known, and what it has not
    sent stays so."""
    file, manifest = tmp_path / "one.yaml", tmp_path / "manifest.json"
    orders = "".join(f"- {{name: {id}, orders: [{{id: {id}}}]}}\n" for id in "ab")
    file.write_text(
        "version: 1\nname: one\n"
        f"defaults: {{pair: ETH/EUR, type: buy, ordertype: limit, price: 100, volume: 1}}\ngroups:\n{orders}"
    )
    folder = state_path(tmp_path / "state", "kraken", "one", "")
    with served(tmp_path / "exchange") as exchange:
        options = ("--venue", "kraken", "--yes", "--state-dir", str(tmp_path / "state"))
        command = ("apply", str(file), *options, "--manifest", str(manifest))
        result = forked(TAMPERED, str(folder), act, str(syncs), *command, **exchange.environment)
    assert len(added(tmp_path / "exchange")) == booked
    assert result.code == (6 if booked else 4), result.stderr
    assert "the journal cannot be written" in result.words
    assert ("and put it back, then run the same command again" in result.words, "room" in result.words) == (
        True,
        False,
    )
    if booked:
        kept = json.loads(manifest.read_text("utf-8"))
        (order,) = kept["groups"][0]["orders"]
        assert order["txid"]
        assert f"a/a is at the exchange as {order['txid']}" in result.words
