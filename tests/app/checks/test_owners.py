"""A journal belongs to one account at one exchange: for every other it is refused, and nothing leaves."""

from __future__ import annotations

import json
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from runner.runtime.storage import JOURNAL, read_journal
from runner.runtime.storage.journal import Journal
from tests.acceptance.foreign.process import Foreign, foreign_exchange
from tests.app.shell import GOOD_SECRET, STATE, Shell, added, batch, order, served

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

FOLDER = STATE / "kraken" / "one"
LIVE = ("--venue", "kraken")
VERBS = (("apply", "--yes"), ("plan",), ("status",))


@pytest.fixture
def file() -> Path:
    """A batch with one order that rests."""
    return batch(order("a"))


def use(monkeypatch: pytest.MonkeyPatch, variables: Mapping[str, str]) -> None:
    """Set variables for the rest of a test."""
    for name, text in variables.items():
        monkeypatch.setenv(name, text)


@contextmanager
def exchange_of(folder: Path, **script: Any) -> Iterator[Foreign]:
    """Another exchange, each in its own folder."""
    folder.mkdir(exist_ok=True)
    with foreign_exchange(folder, **script) as exchange:
        yield exchange


def sent_to(exchange: Foreign) -> int:
    """Return how many orders an exchange has received."""
    return len(exchange.account().received("addOrder"))


def placed_at(exchange: Foreign) -> list[dict[str, Any]]:
    """The orders that clients have placed at an exchange, for another one to know as well."""
    return [{**order["request"], "txid": order["txid"]} for order in exchange.account().booked()]


def test_a_rehearsal_makes_nothing_look_placed(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, file: Path
) -> None:
    """Two simulated exchanges are two accounts, whatever their ports: all verbs refuse and name both."""
    with served(tmp_path / "rehearsal") as rehearsal, served(tmp_path / "live") as live:
        use(monkeypatch, rehearsal.environment)
        first = shell("apply", file, *LIVE, "--yes", "--format", "json")
        assert (first.code, first.json["exchange"]) == (0, "loopback")
        use(monkeypatch, live.environment)
        for verb, *more in VERBS:
            result = shell(verb, file, *LIVE, *more, "--same-account")
            assert result.code == 4, (verb, result)
            assert "this journal belongs to another account" in result.words
            assert f"Its orders are of {first.json['account']} at loopback" in result.words
        assert added(tmp_path / "live") == []
        again = shell("apply", file, *LIVE, "--yes", "--state-dir", "another", "--format", "json")
        assert (again.code, again.json["totals"]["orders"]["already"]) == (0, 0)
        assert again.json["account"] != first.json["account"]
        assert len(added(tmp_path / "live")) == 1


def test_a_restarted_exchange_is_the_same(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, file: Path
) -> None:
    """Its ports are others, its account is not; the journal goes on to hold."""
    for _ in range(2):
        with served(tmp_path / "exchange") as exchange:
            use(monkeypatch, exchange.environment)
            assert shell("apply", file, *LIVE, "--yes").code == 0
            assert shell("status", file, *LIVE).code == 0
    assert len(added(tmp_path / "exchange")) == 1


def test_keys_of_one_account_share_its_journal(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, file: Path
) -> None:
    """A rotated key has the same IBAN; another account's key has another, and nothing is sent there."""
    with exchange_of(tmp_path / "a", iban="AA01 2345") as first:
        use(monkeypatch, first.environment)
        assert shell("apply", file, *LIVE, "--yes", "--unchecked").code == 0
        placed = placed_at(first)
    with exchange_of(tmp_path / "b", iban="AA012345", standing=placed) as rotated:
        use(monkeypatch, rotated.environment)
        result = shell("apply", file, *LIVE, "--yes", "--unchecked", "--format", "json")
        assert (result.code, result.json["totals"]["orders"]["already"], sent_to(rotated)) == (0, 1, 0)
        assert result.json["account"] == "AA012345"
    with exchange_of(tmp_path / "c", iban="AA99") as other:
        use(monkeypatch, other.environment)
        result = shell("apply", file, *LIVE, "--yes", "--unchecked", "--same-account")
        assert (result.code, sent_to(other)) == (4, 0)
        assert "AA012345 at loopback" in result.words
        assert "AA99 at loopback" in result.words


def test_without_an_iban_a_new_key_is_taken_on_the_authors_word(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, file: Path
) -> None:
    """The fingerprint differs, and whether the account does cannot be seen: say so once, then it holds."""
    with exchange_of(tmp_path / "a") as first:
        use(monkeypatch, first.environment)
        assert shell("apply", file, *LIVE, "--yes", "--unchecked").code == 0
        placed = placed_at(first)
    with exchange_of(tmp_path / "b", standing=placed) as rotated:
        use(monkeypatch, rotated.environment)
        refused = shell("apply", file, *LIVE, "--yes", "--unchecked")
        assert refused.code == 4
        assert "--same-account" in refused.words
        assert rotated.api_key not in refused.words
        for more in (("--same-account",), ()):
            assert shell("apply", file, *LIVE, "--yes", "--unchecked", *more).code == 0
        assert sent_to(rotated) == 0


def test_an_account_that_cannot_be_read_gets_nothing(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, file: Path
) -> None:
    """A call that fails is made again; if it never answers, the run ends with 5 and its key is no account."""
    monkeypatch.setattr("runner.runtime.kraken.rest_calls.RETRY_PAUSES_S", (0.0, 0.0))
    for answer in ({"status": 502}, {"error": "EService:Unavailable"}):
        name = str(len(answer.get("error", "")))
        with exchange_of(tmp_path / name, key_info_answers=[answer | {"times": 3}]) as exchange:
            use(monkeypatch, exchange.environment)
            where = (*LIVE, "--state-dir", f"state-{name}", "--format", "json")
            result = shell("apply", file, *where, "--yes", "--unchecked")
            assert (result.code, result.json["outcome"], sent_to(exchange)) == (5, "unreachable", 0)
            assert result.json["account"] is None
            # The run that reached nothing claims nothing, so that the next one may be of any account.
            again = shell("apply", file, *where, "--yes", "--unchecked")
            assert (again.code, sent_to(exchange)) == (0, 1)


def test_with_nothing_to_do_the_exchange_is_read_all_the_same(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, file: Path
) -> None:
    """The journal alone is no proof that anything was placed; without an answer the run ends with 5."""
    monkeypatch.setattr("runner.runtime.kraken.rest_calls.RETRY_PAUSES_S", (0.0, 0.0))
    with exchange_of(tmp_path / "a", iban="AA01") as exchange:
        use(monkeypatch, exchange.environment)
        assert shell("apply", file, *LIVE, "--yes", "--unchecked").code == 0
        assert shell("apply", file, *LIVE, "--yes").code == 0
        assert last_start(FOLDER)["account"] == "AA01"
        assert len(exchange.account().called("GetApiKeyInfo")) == 2
    result = shell("apply", file, *LIVE, "--yes")
    assert result.code == 5
    assert "what the journal says cannot be held against the exchange" in result.words
    monkeypatch.setenv("KRAKEN_API_KEY", "another")
    assert shell("apply", file, *LIVE, "--yes").code == 5


def last_start(folder: Path) -> dict[str, Any]:
    """The entry with which the last run of a journal began."""
    return [line for line in read_journal(folder / JOURNAL) if line["entry"] == "run-started"][-1]


def forget_owner(folder: Path) -> None:
    """Make a journal one of an earlier version."""
    kept = [
        {name: text for name, text in line.items() if name not in ("crc", "account", "key", "exchange")}
        for line in read_journal(folder / JOURNAL)
    ]
    (folder / JOURNAL).unlink()
    with Journal(folder / JOURNAL) as journal:
        journal.append(kept)


def test_a_journal_of_an_earlier_version_is_taken_on_the_authors_word(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, file: Path
) -> None:
    """It names no account: refused for a real one until somebody says whose it is."""
    with exchange_of(tmp_path / "a", iban="AA01") as exchange:
        use(monkeypatch, exchange.environment)
        assert shell("apply", file, *LIVE, "--yes", "--unchecked").code == 0
        forget_owner(FOLDER)
        for verb, *more in VERBS:
            result = shell(verb, file, *LIVE, *more)
            assert result.code == 4, (verb, result)
            assert "does not say which account" in result.words
            assert "AA01 at loopback" in result.words
        assert shell("apply", file, *LIVE, "--yes", "--same-account").code == 0
        assert shell("apply", file, *LIVE, "--yes").code == 0
        assert sent_to(exchange) == 1


def test_the_simulated_exchange_takes_an_older_journal_over(shell: Shell, file: Path) -> None:
    """It has but one account. When it is gone and made anew, its journals are of another."""
    shell("apply", file)
    forget_owner(STATE / "paper" / "one")
    assert shell("apply", file).code == 0
    file.write_text(file.read_text() + f"      - {order('b')}\n")
    assert shell("apply", file).code == 0
    assert last_start(STATE / "paper" / "one")["exchange"] == "loopback"
    shutil.rmtree(STATE / "paper" / ".exchange")
    for verb in ("plan", "status", "apply"):
        result = shell(verb, file)
        assert result.code == 4, (verb, result)
        assert not (STATE / "paper" / ".exchange").exists()
    assert "order-batch paper reset" in shell("apply", file).words


def test_offline_the_address_and_the_key_are_compared(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, file: Path
) -> None:
    """Only checks without a connection are made; without a key the address alone is compared."""
    with exchange_of(tmp_path / "a") as exchange:
        use(monkeypatch, exchange.environment)
        assert shell("apply", file, *LIVE, "--yes", "--unchecked").code == 0
    for verb in ("plan", "status"):
        assert shell(verb, file, *LIVE, "--offline").code == 0
        with monkeypatch.context() as patch:
            patch.setenv("KRAKEN_API_KEY", "another")
            patch.setenv("KRAKEN_API_SECRET", GOOD_SECRET)
            assert shell(verb, file, *LIVE, "--offline").code == 4
            patch.delenv("KRAKEN_API_KEY")
            assert shell(verb, file, *LIVE, "--offline").code == 0
            patch.setenv("KRAKEN_WS_AUTH_URL", "wss://ws-auth.kraken.com")
            assert shell(verb, file, *LIVE, "--offline").code == 4


def test_status_and_manifest_name_the_account(shell: Shell, file: Path) -> None:
    """In the manifest that is kept, and in what status shows of it."""
    run = shell("apply", file, "--format", "json").json
    kept = json.loads((STATE / "paper" / "one" / "manifest.json").read_text())
    shown = shell("status", file, "--format", "json").json
    assert run["account"] == kept["account"] == shown["last_run"]["account"] != ""
    assert run["account"] in " ".join(shell("status", file).stdout.split())
