"""Looking before sending: `plan` shows what is found, `apply` refuses it, and nothing is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.commands.shell import (
    BATCHES,
    NOBODY,
    SEED,
    STATE,
    Shell,
    added,
    batch,
    order,
    requests,
    served,
)

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

WRONG = order("wrong", price="145.123")


# --- plan ------------------------------------------------------------------------------------


def test_the_quickstart_has_nothing_wrong_with_it(shell: Shell) -> None:
    """Before and after it is applied; money, distance and balances stand beside the orders."""
    before = shell("plan", BATCHES / "quickstart.yaml", "--format", "json")
    assert (before.code, before.json["review"]["findings"], before.json["review"]["unchecked"]) == (0, [], [])
    first = before.json["groups"][0]["orders"][0]["review"]
    assert (first["notional"], first["currency"], first["takes"]) == ("36.25", "EUR", False)
    shell("apply", BATCHES / "quickstart.yaml")
    after = shell("plan", BATCHES / "quickstart.yaml", "--format", "json")
    assert (after.code, after.json["review"]["findings"]) == (0, [])


def test_what_is_found_stands_with_its_line_and_ends_with_4(shell: Shell) -> None:
    """In text and in JSON; a warning alone ends with 0."""
    file = batch(order("good"), WRONG)
    text, data = shell("plan", file), shell("plan", file, "--format", "json")
    assert (text.code, data.code) == (4, 4)
    assert "one.yaml:7:10: error: group/wrong: price 145.123 is not a multiple" in " ".join(
        text.stdout.split()
    )
    (finding,) = data.json["review"]["findings"]
    assert (finding["rule"], finding["line"], finding["column"]) == ("tick-size", 7, 10)
    assert shell("plan", batch(cancel="[OAAAAA-BBBBB-CCCCCC]", name="two")).code == 0


def test_plan_asks_and_sends_nothing(shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An exchange in a process of its own is asked for prices, and with credentials for the account; it hears
    no trading message. Whoever reviews needs no key; what could not be checked for want of one is said."""
    with served(tmp_path / "exchange") as exchange:
        for name, text in exchange.environment.items():
            monkeypatch.setenv(name, text)
        known = shell("plan", SEED, "--venue", "kraken", "--format", "json")
        for name in exchange.environment:
            if "API" in name:
                monkeypatch.delenv(name)
        unknown = shell("plan", SEED, "--venue", "kraken", "--format", "json")
    assert (known.code, known.json["review"]["unchecked"]) == (0, [])
    assert unknown.json["review"]["market"]["quotes"]["ETH/EUR"]["bid"] == "150.1"
    assert unknown.json["review"]["unchecked"] == ["balances", "open orders, what is canceled"]
    assert requests(tmp_path / "exchange") == []


def test_plan_of_an_exchange_that_is_not_there_ends_with_5(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And says how to go without; offline it is shown, with what nobody looked at."""
    for name in ("KRAKEN_SPOT_URL", "KRAKEN_WS_AUTH_URL"):
        monkeypatch.setenv(name, NOBODY[name])
    said = shell("plan", SEED, "--venue", "kraken")
    assert said.code == 5
    assert "--offline" in said.words
    offline = shell("plan", SEED, "--venue", "kraken", "--offline")
    assert offline.code == 0
    assert "not checked: pairs" in " ".join(offline.stdout.split())


def test_money_is_added_up_in_another_currency(shell: Shell) -> None:
    """Any that the market can convert into; what is no currency is said."""
    review = shell("plan", SEED, "--currency", "XBT", "--format", "json").json["review"]
    assert review["currency"] == "XBT"
    assert review["notional"] is not None
    assert shell("plan", SEED, "--currency", "no money").code == 3


# --- apply -----------------------------------------------------------------------------------


def test_apply_refuses_what_plan_found(shell: Shell) -> None:
    """Exit code 4, the same line, and not even the orders that were in order have left."""
    said = shell("apply", batch(order("good"), WRONG))
    assert said.code == 4
    assert "one.yaml:7:10: error: group/wrong: price 145.123" in said.words
    assert "nothing was sent" in said.words
    assert added() == []


def test_unchecked_lets_the_exchange_decide(shell: Shell) -> None:
    """It rejects the one and takes the other."""
    said = shell("apply", batch(order("good"), WRONG), "--unchecked", "--format", "json")
    assert said.outcomes() == {"good": "placed", "wrong": "rejected"}


def test_apply_says_warnings_and_goes_on(shell: Shell) -> None:
    """What weighs little stops nothing."""
    said = shell("apply", batch(order(), cancel="[OAAAAA-BBBBB-CCCCCC]"))
    assert said.code == 0
    assert "one.yaml:7:14: warning: OAAAAA-BBBBB-CCCCCC: it is not open" in said.words


def test_a_run_that_was_begun_is_brought_to_its_end(shell: Shell) -> None:
    """What broke off is not refused for what the market has become since: it is said instead."""
    file = batch(order("good"), WRONG)
    shell("apply", file, "--unchecked")
    journal = STATE / "paper" / "one" / "journal.jsonl"
    lines = journal.read_bytes().splitlines(keepends=True)
    # The process died before it wrote down that the run was over.
    journal.write_bytes(b"".join(line for line in lines if b'"run-ended"' not in line))
    said = shell("apply", file)
    assert said.code == 1
    assert "one.yaml:7:10: error: group/wrong" in said.words
