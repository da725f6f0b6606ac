"""A journal's word is held against the exchange before an order is called placed already."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING, Any

import pytest

from runner.app.checks import journal_claims
from runner.domain import RECORDS_LAG_S
from runner.runtime.storage import JOURNAL, read_journal
from runner.runtime.storage.journal import Journal
from tests.acceptance.foreign.process import foreign_exchange
from tests.app.shell import STATE, Shell, added, batch, order, requests

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

FOLDER = STATE / "paper" / "one"
UNKNOWN = "OAAAAA-BBBBB-CCCCCC"
REFUSED = 4


def rewrite(change: Callable[[dict[str, Any]], dict[str, Any]], folder: Path = FOLDER) -> None:
    """Change every entry of a journal, as whoever commits one can."""
    lines = [
        change({name: text for name, text in line.items() if name != "crc"})
        for line in read_journal(folder / JOURNAL)
    ]
    (folder / JOURNAL).unlink()
    with Journal(folder / JOURNAL) as journal:
        journal.append(lines)


def long_ago(line: dict[str, Any]) -> dict[str, Any]:
    """An entry that no record lags behind."""
    return {**line, "at": "2026-01-01T00:00:00.000000Z"}


def of_another_order(line: dict[str, Any]) -> dict[str, Any]:
    """An entry that names an unknown order."""
    return long_ago({**line, "txid": UNKNOWN} if line["entry"] == "order-placed" else line)


@pytest.fixture
def forged(shell: Shell) -> Path:
    """A batch whose journal calls an order placed that the exchange never had."""
    file = batch(order("a"))
    shell("apply", file)
    rewrite(of_another_order)
    return file


def test_an_order_that_the_exchange_does_not_know_is_not_placed(shell: Shell, forged: Path) -> None:
    """Nothing is sent, and order, txid and journal are named; also with something new in the file."""
    sent = requests()
    for text in ("", f"      - {order('b')}\n"):
        forged.write_text(forged.read_text() + text)
        for verb in ("plan", "apply"):
            result = shell(verb, forged)
            assert (result.code, result.stdout) == (REFUSED, ""), (verb, result)
            assert (
                ".order-batch/paper/one: the exchange contradicts this journal; nothing was sent"
                in result.words
            )
            assert f"group/a was placed as {UNKNOWN}: the exchange knows no such order" in result.words
    assert requests() == sent


def test_an_order_that_is_not_ours(shell: Shell) -> None:
    """A journal that names another order of the account is contradicted by its id."""
    other = batch(order("a"), name="two")
    shell("apply", other)
    file = batch(order("a"))
    shell("apply", file)
    theirs = next(line["txid"] for line in read_journal(STATE / "paper" / "two" / JOURNAL) if "txid" in line)
    rewrite(lambda line: long_ago({**line, **({"txid": theirs} if "txid" in line else {})}))
    result = shell("apply", file)
    assert result.code == REFUSED
    assert f"placed as {theirs}: at the exchange that order carries cl_ord_id" in result.words


def test_status_does_not_stop_at_the_first_order_that_is_unknown(shell: Shell) -> None:
    """Later orders may be contradicted as well, and are reported beside it."""
    other = batch(order("a"), name="two")
    shell("apply", other)
    (theirs,) = (line["txid"] for line in read_journal(STATE / "paper" / "two" / JOURNAL) if "txid" in line)
    file = batch(order("a"), order("b"))
    shell("apply", file)
    txids = {"a": UNKNOWN, "b": theirs}

    def forge(line: dict[str, Any]) -> dict[str, Any]:
        placed = line["entry"] == "order-placed"
        return long_ago({**line, "txid": txids[line["id"]]} if placed else line)

    rewrite(forge)
    result = shell("status", file)
    assert result.code == REFUSED
    for id, txid in txids.items():
        assert f"the journal says that group/{id} was placed as {txid}" in result.words


def test_an_order_that_is_said_to_be_canceled_and_is_open(shell: Shell) -> None:
    """Old protection would stay beside the new, or a cancellation be left out that was reviewed."""
    shell("apply", batch(order("a"), name="two"))
    theirs = next(line["txid"] for line in read_journal(STATE / "paper" / "two" / JOURNAL) if "txid" in line)
    file = batch(order("a"), cancel="[OQCLML-BW3P3-BUCMWZ]")
    shell("apply", file)
    file = batch(order("a"), cancel=f"[{theirs}]")
    swap = json.loads
    rewrite(lambda line: long_ago(swap(json.dumps(line).replace("OQCLML-BW3P3-BUCMWZ", theirs))))
    result = shell("apply", file)
    assert result.code == REFUSED
    assert f"{theirs} was canceled or closed: the exchange calls it open" in result.words


@pytest.mark.parametrize("format", ["text", "json", "markdown", "github", "sarif", "junit"])
def test_status_is_loud_in_every_format(
    shell: Shell, forged: Path, format: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And does not end as if all were well; standard error says it too."""
    monkeypatch.setenv("COLUMNS", "500")
    result = shell("status", forged, "--format", format)
    assert result.code == REFUSED
    words = f"the journal says that group/a was placed as {UNKNOWN}: the exchange knows no such order"
    assert words in result.words
    match format:
        case "json":
            assert result.json["contradictions"] == [
                {"order": "group/a", "txid": UNKNOWN, "line": 6, "reason": "the exchange knows no such order"}
            ]
        case "junit":
            failures = ET.fromstring(result.stdout).iter("failure")
            assert any(words in str(failure.get("message")) for failure in failures)
        case _:
            assert words in " ".join(result.stdout.replace("`", "").split())


@pytest.mark.usefixtures("skipped_waits")
def test_records_that_lag_are_read_again(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that has just ended may be ahead of them: they contradict it when they can lag no more."""
    monkeypatch.setattr(journal_claims, "PAUSES_S", (0.0,))
    file = batch(order("a"))
    shell("apply", file)
    rewrite(lambda line: {**line, "txid": UNKNOWN} if line["entry"] == "order-placed" else line)
    result = shell("apply", file)
    assert result.code == REFUSED
    assert result.words.count("Its records may lag: they are queried again") == 1
    rewrite(long_ago)
    assert "may lag" not in shell("apply", file).words


def test_a_look_that_may_not_be_made_is_named(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Without a connection, without a key, and with a key that may not ask."""
    denied = {"error": "EGeneral:Permission denied"}
    with foreign_exchange(tmp_path, iban="AA01", records_answers=[]) as exchange:
        for name, text in exchange.environment.items():
            monkeypatch.setenv(name, text)
        file = batch(order("a"))
        assert shell("apply", file, "--venue", "kraken", "--yes", "--unchecked").code == 0
        placed = exchange.account().booked()
        offline = shell("plan", file, "--venue", "kraken", "--offline")
        with monkeypatch.context() as patch:
            for name in ("KRAKEN_API_KEY", "KRAKEN_API_SECRET"):
                patch.delenv(name)
            without = shell("plan", file, "--venue", "kraken")
    standing = [{**item["request"], "txid": item["txid"]} for item in placed]
    (tmp_path / "b").mkdir()
    script = {"iban": "AA01", "standing": standing, "records_answers": [denied | {"times": 3}]}
    with foreign_exchange(tmp_path / "b", **script) as exchange:
        for name, text in exchange.environment.items():
            monkeypatch.setenv(name, text)
        barred = [shell(verb, file, "--venue", "kraken") for verb in ("plan", "apply")]
    claim = "what the journal calls placed or canceled was not held against the exchange"
    for result, why in (
        (offline, "no connection was made"),
        (without, "there is no API key"),
        (barred[0], "Permission denied"),
        (barred[1], "Permission denied"),
    ):
        assert result.code == 0, result
        assert claim in " ".join((result.stdout + result.stderr).split())
        assert why in " ".join((result.stdout + result.stderr).split())


def test_what_is_true_costs_one_call(shell: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Open and filled orders alike, in one call."""
    with foreign_exchange(tmp_path, iban="AA01", fills=[2]) as exchange:
        for name, text in exchange.environment.items():
            monkeypatch.setenv(name, text)
        file = batch(*(order(f"o{number}", price=f"14{number}") for number in range(6)))
        live = ("--venue", "kraken", "--yes", "--unchecked")
        assert shell("apply", file, *live).code == 0
        before = len(exchange.account().called("QueryOrders"))
        assert shell("apply", file, *live).code == 0
        assert len(exchange.account().called("QueryOrders")) == before + 1


def test_a_reset_forgets_journals_with_the_exchange(shell: Shell) -> None:
    """Batches that were applied to it are new again."""
    file = batch(order("a"))
    shell("apply", file)
    shell("paper", "reset")
    assert shell("apply", file).code == 0
    assert len(added()) == 1


def test_records_are_read_again_after_the_longest_time_that_they_may_lag() -> None:
    """Else a journal that is right would be contradicted by records that are behind it."""
    assert sum(journal_claims.PAUSES_S) > RECORDS_LAG_S
