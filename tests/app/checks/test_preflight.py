"""ReviewOptions before sending: `plan` shows what is found, `apply` refuses it, and nothing is sent."""

from __future__ import annotations

import json
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from runner.domain import Subject
from runner.paper import Exchange
from runner.runtime.storage import JOURNAL
from runner.runtime.storage.journal import Journal
from tests.app.shell import (
    BATCHES,
    SEED,
    STATE,
    UNREACHABLE,
    Shell,
    added,
    batch,
    forget_after,
    order,
    requests,
    served,
)
from tests.net.hostile import Hostile, answer, hostile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from runner.paper.api.rest.calls import RestCall, RestReply

WRONG = order("wrong", price="145.123")
QUICK = ("--deadline", "2", "--settle", "0")


# --- plan ------------------------------------------------------------------------------------


def test_tokenized_assets_are_planned_and_sent(shell: Shell) -> None:
    """With their small letter, from a balance that has its own suffix at the exchange."""
    stock = {"pair": "NVDAx/USD", "price": "190", "volume": "2.5"}
    file = batch(order("sell", type="sell", **stock), order("crypto", price="140"))
    plan = shell("plan", file, "--format", "json")
    assert (plan.code, plan.json["review"]["findings"], plan.json["review"]["unchecked"]) == (0, [], [])
    balances = {balance["currency"]: balance for balance in plan.json["review"]["balances"]}
    assert (balances["NVDAx"]["before"], balances["NVDAx"]["held"]) == ("100", "2.5")
    assert shell("apply", file, "--format", "json").outcomes() == {"sell": "placed", "crypto": "placed"}
    assert [request["pair"] for request in added()] == ["NVDAx/USD", "ETH/EUR"]
    wrong = shell("plan", batch(order("a", pair="NVDAX/USD"), name="capitals"))
    assert (wrong.code, "did you mean NVDAx/USD?" in " ".join(wrong.stdout.split())) == (4, True)


def test_the_quickstart_has_nothing_wrong_with_it(shell: Shell) -> None:
    """Before and after it is applied; money, distance and balances are shown beside the orders."""
    before = shell("plan", BATCHES / "quickstart.yaml", "--format", "json")
    assert (before.code, before.json["review"]["findings"], before.json["review"]["unchecked"]) == (0, [], [])
    first = before.json["groups"][0]["orders"][0]["review"]
    assert (first["notional"], first["currency"], first["takes"]) == ("36.25", "EUR", False)
    shell("apply", BATCHES / "quickstart.yaml")
    after = shell("plan", BATCHES / "quickstart.yaml", "--format", "json")
    assert (after.code, after.json["review"]["findings"]) == (0, [])


def test_what_is_found_has_its_line_and_ends_with_4(shell: Shell) -> None:
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


def test_plan_reads_and_sends_nothing(shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An exchange in another process gives prices, and with credentials the account; it receives
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


@pytest.mark.usefixtures("skipped_waits")
def test_plan_of_an_exchange_that_is_not_there_ends_with_5(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The message names --offline; offline the plan is shown, with the checks that were left out."""
    for name in ("KRAKEN_SPOT_URL", "KRAKEN_WS_AUTH_URL"):
        monkeypatch.setenv(name, UNREACHABLE[name])
    result = shell("plan", SEED, "--venue", "kraken")
    assert result.code == 5
    assert "--offline" in result.words
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
    result = shell("apply", batch(order("good"), WRONG))
    assert result.code == 4
    assert "one.yaml:7:10: error: group/wrong: price 145.123" in result.words
    assert "nothing was sent" in result.words
    assert added() == []


def test_prices_and_balances_are_read_after_the_records(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To look through these may take minutes, after which prices would be old."""
    paths: list[str] = []
    reply_to = Exchange.rest

    def noted(self: Exchange, call: RestCall, now: float) -> RestReply:
        paths.append(call.path.rpartition("/")[2])
        return reply_to(self, call, now)

    monkeypatch.setattr(Exchange, "rest", noted)
    assert shell("apply", batch(order("a"))).code == 0
    looks = [number for number, path in enumerate(paths) if path == "ClosedOrders"]
    assert len(looks) == 2
    assert looks[0] < paths.index("BalanceEx") < looks[1]


def test_unchecked_lets_the_exchange_decide(shell: Shell) -> None:
    """It rejects the one and takes the other."""
    result = shell("apply", batch(order("good"), WRONG), "--unchecked", "--format", "json")
    assert result.outcomes() == {"good": "placed", "wrong": "rejected"}


@pytest.mark.usefixtures("skipped_waits")
def test_apply_says_warnings_and_goes_on(shell: Shell) -> None:
    """A warning stops nothing."""
    result = shell("apply", batch(order(), cancel="[OAAAAA-BBBBB-CCCCCC]"), "--tier", "pro")
    assert result.code == 0
    assert "one.yaml:7:14: warning: OAAAAA-BBBBB-CCCCCC: it is not open" in result.words


def test_a_run_that_was_begun_is_brought_to_its_end(shell: Shell) -> None:
    """An interrupted run is not refused because the market has moved: there is a warning instead."""
    file = batch(order("good"), WRONG)
    shell("apply", file, "--unchecked")
    journal = STATE / "paper" / "one" / "journal.jsonl"
    lines = journal.read_bytes().splitlines(keepends=True)
    # The process died before it wrote down that the run was over.
    journal.write_bytes(b"".join(line for line in lines if b'"run-ended"' not in line))
    result = shell("apply", file)
    assert result.code == 1
    assert "one.yaml:7:10: error: group/wrong" in result.words


# --- what cannot be looked at ----------------------------------------------------------------


@pytest.fixture
def at(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Hostile]]:
    """Point a shell at an exchange of which one call fails."""
    monkeypatch.setattr("runner.runtime.kraken.rest_calls.RETRY_PAUSES_S", (0.01, 0.01))
    with ExitStack() as stack:

        def served_without(*calls: str) -> Hostile:
            away = answer(b"<html>", "502 Bad gateway")
            server = Hostile(rest=lambda call: away if call in calls else None)
            stack.enter_context(hostile(server))
            for name, text in server.environment.items():
                monkeypatch.setenv(name, text)
            return server

        yield served_without


@pytest.mark.parametrize("call", ["AssetPairs", "Ticker", "BalanceEx", "OpenOrders"])
def test_plan_shows_what_it_can_and_ends_with_5(call: str, shell: Shell, at: Callable[..., Hostile]) -> None:
    """The plan and the messages name what could not be checked, with the reason; nothing is saved."""
    at(call)
    file = batch(order())
    text = shell("plan", file, "--venue", "kraken", "--out", "plan.json")
    data = shell("plan", file, "--venue", "kraken", "--format", "json")
    assert (text.code, data.code) == (5, 5)
    assert f"Not checked: {Subject.PRICES.value if call == 'Ticker' else ''}" in text.words
    assert f"{call}: HTTP status 502" in text.words
    assert "group/a" in text.stdout or "buy 0.25" in text.stdout
    assert [call in item for item in data.json["review"]["unchecked"]].count(True) == (
        2 if call == "OpenOrders" else 1  # A look through the account's history needs the open orders too.
    )
    assert not Path("plan.json").exists()


def test_what_is_found_wrong_is_refused_beside_what_is_not_known(
    shell: Shell, at: Callable[..., Hostile]
) -> None:
    """The more certain of the two decides."""
    at("BalanceEx")
    file = batch(order("good"), WRONG)
    for command in (("plan", file), ("apply", file, "--yes")):
        result = shell(*command, "--venue", "kraken")
        assert result.code == 4
        assert "Not checked: balances (/0/private/BalanceEx: HTTP status 502)" in result.words


@pytest.mark.usefixtures("quick_attempts")
def test_apply_says_how_to_go_on_without_a_check(shell: Shell, at: Callable[..., Hostile]) -> None:
    """Nothing is sent without the check; with --unchecked it goes on as far as the exchange allows."""
    server = at("OpenOrders", "BalanceEx")
    result = shell("apply", batch(order()), "--venue", "kraken", "--yes")
    assert (result.code, server.calls["GetWebSocketsToken"], server.calls["upgrade"]) == (5, 0, 0)
    assert "--unchecked" in result.words
    assert [f"Not checked: {name}" in result.words for name in ("balances", "open orders")] == [True, True]
    shell("apply", batch(order()), "--venue", "kraken", "--yes", "--unchecked")
    assert server.calls["upgrade"] > 0


@pytest.mark.parametrize(
    ("failing", "error", "words"),
    [
        ("BalanceEx", "EAPI:Invalid key", "put the API key and its secret right"),
        ("BalanceEx", "EAPI:Invalid nonce", "its own key"),
        ("GetWebSocketsToken", "EGeneral:Permission denied", "the permission that it lacks"),
    ],
)
def test_an_error_that_waiting_cannot_mend_is_reported_with_its_cure(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, failing: str, error: str, words: str
) -> None:
    """The message does not advise to run it again later."""
    refusal = answer(json.dumps({"error": [error]}).encode())
    with hostile(Hostile(rest=lambda call: refusal if call == failing else None)) as server:
        for name, text in server.environment.items():
            monkeypatch.setenv(name, text)
        result = shell("apply", batch(order()), "--venue", "kraken", "--yes")
    shown = " ".join(f"{result.stdout} {result.stderr}".split())
    assert (result.code, words in shown, "again later" in shown) == (5, True, False), result


def test_prices_for_a_policy_that_cannot_be_read_leave_the_plan_shown(
    shell: Shell, at: Callable[..., Hostile]
) -> None:
    """Without a price a rule about prices denies; the plan says why there is none."""
    at("Ticker")
    Path("policy.yaml").write_text(
        "version: 1\nname: desk\nrules:\n"
        "  - {name: size, check: notional, most: 5, currency: EUR, per: order, message: Too much}\n",
        "utf-8",
    )
    result = shell("plan", batch(order()), "--venue", "kraken")
    assert result.code == 4
    assert "the prices that the policy desk looks at cannot be read" in result.words
    assert "buy 0.25" in result.stdout


# --- a run that was broken off ---------------------------------------------------------------


def test_a_run_that_ended_before_it_sent_anything_is_checked_again(shell: Shell) -> None:
    """Nothing of the file was reviewed and sent, so nothing has to be brought to its end."""
    file = batch(order("a", volume="100000"))
    shell("apply", file, "--unchecked")
    forget_after(STATE / "paper" / "one", "run-started")
    result = shell("apply", file)
    assert (result.code, "nothing was sent" in result.stderr) == (4, True), result.stderr


@pytest.mark.usefixtures("skipped_waits")
def test_a_run_that_was_broken_off_twice_is_brought_to_its_end(shell: Shell) -> None:
    """The second time it was killed before it sent anything; what the first had sent is known."""
    file = batch(order("a"), order("b", price="144", volume="100000"))
    shell("apply", file, "--unchecked", "--deadline", "2")
    forget_after(STATE / "paper" / "one", "order-placed")
    with Journal(STATE / "paper" / "one" / JOURNAL) as journal:
        journal.append([next(line for line in journal.contents if line["entry"] == "run-started")])
    quick = ("--deadline", "2", "--settle", "0", "--format", "json")
    assert shell("apply", file, *quick).outcomes() == {"a": "placed", "b": "rejected"}


@pytest.mark.usefixtures("skipped_waits")
def test_a_line_that_is_new_since_a_run_broke_off_is_checked(shell: Shell) -> None:
    """It is held back with the reason; what was in doubt is settled."""
    file = batch(order("b", price="144"))
    shell("apply", file)
    forget_after(STATE / "paper" / "one", "order-intent")
    batch(order("b", price="144"), order("c", volume="100000"))
    result = shell("apply", file, *QUICK, "--format", "json")
    assert (result.code, result.outcomes()) == (4, {"b": "placed", "c": "refused"}), result.stderr
    assert "the exchange would not take it" in result.orders()["c"]["error"]
    assert len(added()) == 1


@pytest.mark.usefixtures("skipped_waits")
def test_a_good_line_that_is_new_is_sent_beside_one_that_is_wrong_by_now(shell: Shell) -> None:
    """Orders that the run had listed are completed; only what the new line makes wrong counts against it."""
    shell("apply", batch(order("b", price="144"), WRONG), "--unchecked", "--deadline", "2")
    forget_after(STATE / "paper" / "one", "order-placed")
    result = shell(
        "apply",
        batch(order("b", price="144"), order("c", price="143"), WRONG),
        *QUICK,
        "--tier",
        "pro",
        "--format",
        "json",
    )
    assert result.outcomes() == {"b": "placed", "c": "placed", "wrong": "rejected"}, result.stderr
