"""``order-batch rebalance`` at accounts of all kinds, and at exchanges that answer badly."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.app.shell import STATE, Shell, added, batch, order, served
from tests.app.targets_files import answering, move_market, targets

if TYPE_CHECKING:
    from collections.abc import Callable

FORMATS = ("text", "json", "markdown", "github", "sarif", "junit")
BATCH = Path("batch.yaml")


# --- what cannot be read ---------------------------------------------------------------------


def without(name: str) -> Callable[[Any], Any]:
    """An answer that lacks a pair or a currency."""

    def change(result: Any) -> Any:
        sides = [result, *(result[side] for side in ("fees", "fees_maker") if side in result)]
        for side in sides:
            side.pop(name, None)
        return result

    return change


HOSTILE: dict[str, dict[str, Any]] = {
    "bad gateway, balances": {"BalanceEx": 502},
    "bad gateway, orders": {"OpenOrders": 503},
    "bad gateway, fees": {"TradeVolume": 502},
    "bad gateway, prices": {"Ticker": 502},
    "bad gateway, pairs": {"AssetPairs": 502},
    "balances that are a list": {"BalanceEx": lambda _: []},
    "balances that are null": {"BalanceEx": lambda _: None},
    "a balance that is words": {"BalanceEx": lambda result: result | {"XXBT": {"balance": "ten"}}},
    "a balance that is NaN": {"BalanceEx": lambda result: result | {"XXBT": "NaN"}},
    "a hold that is words": {
        "BalanceEx": lambda result: result | {"XXBT": {"balance": "10", "hold_trade": "some"}}
    },
    "a foreign balance that is words": {"BalanceEx": lambda result: result | {"ABC": "?"}},
    "fees without a pair": {"TradeVolume": without("XETHZEUR")},
    "no fees": {"TradeVolume": lambda _: {}},
    "a fee that is words": {"TradeVolume": lambda result: result | {"fees": {"XXBTZEUR": {"fee": "none"}}}},
    "orders that are a list": {"OpenOrders": lambda _: {"open": []}},
    "an order without a volume": {"OpenOrders": lambda _: {"open": {"O": {"descr": {"pair": "XBTEUR"}}}}},
    "no price of a pair": {"Ticker": without("XETHZEUR")},
}


@pytest.mark.parametrize("changes", HOSTILE.values(), ids=HOSTILE)
def test_what_cannot_be_read_is_unknown_and_never_zero(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, changes: dict[str, Any]
) -> None:
    """Exit code 5, nothing is computed and nothing is written."""
    answering(monkeypatch, changes)
    command = shell("rebalance", targets(), "--out", BATCH, "--save-snapshot", "snapshot.json")
    assert command.code == 5, command
    assert "not everything could be read: /0/" in command.words
    assert command.stdout == ""
    assert [path.name for path in Path().iterdir()] == ["targets.yaml"]


def test_an_empty_side_of_the_book_is_no_price(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """The answer can be read, and says that there is no ask: exit code 4, at its line."""
    answering(
        monkeypatch,
        {"Ticker": lambda result: result | {"XETHZEUR": {**result["XETHZEUR"], "a": ["0", "0", "0"]}}},
    )
    command = shell("rebalance", targets(), "--out", BATCH)
    assert command.code == 4
    assert "targets.yaml:4:21: weights.ETH: ETH/EUR has no price: no ask" in command.words


def test_the_account_is_read_in_few_calls(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """One each, and none for fees that the file gives: within the counter of the lowest tier."""
    calls = answering(monkeypatch, {})
    shell("rebalance", targets())
    assert sorted(calls) == [
        *("AssetPairs", "BalanceEx", "GetApiKeyInfo", "OpenOrders", "Ticker", "TradeVolume")
    ]
    calls.clear()
    shell("rebalance", targets(fees="0.26%"))
    assert "TradeVolume" not in calls


def test_without_a_key_there_is_no_account(shell: Shell) -> None:
    """At the real exchange one is needed, also to look."""
    command = shell("rebalance", targets(), "--venue", "kraken")
    assert command.code == 3
    assert "KRAKEN_API_KEY is not set" in command.words


# --- accounts --------------------------------------------------------------------------------


def holding(shell: Shell, monkeypatch: pytest.MonkeyPatch, **balances: str) -> dict[str, Any]:
    """The JSON of a check of an account with these balances."""
    answering(
        monkeypatch,
        {
            "BalanceEx": lambda _: {
                name.replace("_", "."): {"balance": amount, "hold_trade": "0"}
                for name, amount in balances.items()
            }
        },
    )
    return shell("rebalance", targets(), "--check", "--format", "json").json  # type: ignore[no-any-return]


def test_staked_balances_do_not_count(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rewards of assets that can be sold count, locked-up ones do not, as everywhere."""
    found = holding(shell, monkeypatch, XXBT="1", XBT_F="0.5", XBT_M="7", ETH2_S="9", XETH="2", ZEUR="50")
    assert {asset["currency"]: asset["free"] for asset in found["assets"]} == {"ETH": "2", "XBT": "1.5"}


def test_without_cash_the_sells_pay(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """No balance of the quote currency is none of it; the buys are paid from what the sells bring."""
    found = holding(shell, monkeypatch, XXBT="1")
    orders = {asset["currency"]: asset["order"] for asset in found["assets"]}
    assert found["cash"]["free"] == "0"
    assert (orders["XBT"]["type"], orders["ETH"]["type"]) == ("sell", "buy")


def test_an_account_with_nothing_is_no_basis(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """There is nothing to manage: exit code 4."""
    answering(monkeypatch, {"BalanceEx": lambda _: {}})
    command = shell("rebalance", targets(), "--check")
    assert command.code == 4
    assert "targets.yaml:1:1: there is nothing to manage" in command.words


# --- the whole way ---------------------------------------------------------------------------


def test_from_a_drift_to_an_account_that_is_where_it_should_be(shell: Shell) -> None:
    """Batch, validation, plan, apply: the sells are filled, then the buys leave; the check ends with 0."""
    shell("apply", batch(order("first", price="10", volume="0.5")))  # opens the exchange
    file = targets(
        weights="{XBT: 20%, ETH: 30%}", cash="{target: 50%}", order="{minimum: 25}", price="{from: bid}"
    )
    assert shell("rebalance", file, "--out", BATCH, "--detailed-exitcode").code == 2
    assert "needs: [{group: sell, until: filled, within: 15m, otherwise: cancel}]" in BATCH.read_text("utf-8")
    assert shell("validate", BATCH).code == 0
    assert shell("plan", BATCH, "--detailed-exitcode").code == 2
    applied = shell("apply", BATCH, "--format", "json")
    assert (applied.code, applied.outcomes()) == (0, {"sell-xbt": "placed", "buy-eth": "placed"})
    assert [request["type"] for request in added()][1:] == ["sell", "buy"]
    open_still = shell("rebalance", file, "--check", "--format", "json").json["holding"]
    assert applied.orders()["buy-eth"]["txid"] in [row["txid"] for row in open_still]
    move_market("ETH/EUR", "150.00", "150.05")
    checked = shell("rebalance", file, "--check")
    assert checked.code == 0, checked.stdout
    assert "within its bands: no orders" in checked.stdout
    assert shell("apply", BATCH).code == 0
    assert len(added()) == 3


# --- batches before --------------------------------------------------------------------------


def test_orders_that_hold_funds_are_named_with_their_batch(shell: Shell) -> None:
    """Orders from anywhere; those of the journals here by group and id as well."""
    shell("apply", batch(order("mine", price="120")))
    command = shell("rebalance", targets())
    assert "open orders holding funds back:" in command.stdout
    assert "buy 0.25 ETH/EUR @ limit 120" in command.stdout
    assert "of batch one, group/mine is still open and may yet be filled" in command.words


def test_the_name_of_a_batch_that_was_applied_is_not_used_again(shell: Shell) -> None:
    """Its orders are placed once: another name is proposed, and nothing is written."""
    shell("rebalance", targets(), "--out", BATCH, "--name", "core")
    shell("apply", BATCH)
    command = shell(
        "rebalance", targets(method="sell", weights="{XBT: 1%, ETH: 79%}"), "--name", "core", "--out", "b"
    )
    assert command.code == 3
    assert "Give this one another name, such as core-2." in command.words
    assert not Path("b").exists()


def test_a_damaged_journal_disturbs_no_look(shell: Shell) -> None:
    """Journals only inform."""
    shell("apply", batch(order("mine")))
    journal = STATE / "paper" / "one" / "journal.jsonl"
    journal.write_bytes(journal.read_bytes().replace(b"crc", b"crx", 1))
    assert shell("rebalance", targets()).code == 0


# --- at an exchange in Kraken's place --------------------------------------------------------


def test_a_key_that_lacks_a_permission_is_named_before_all_else(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The message says what it is needed for; a key that cannot trade is enough."""
    held = ["query-open-trades", "query-closed-trades"]
    calls = answering(monkeypatch, {"GetApiKeyInfo": lambda result: {**result, "permissions": held}})
    command = shell("rebalance", targets(), "--out", BATCH)
    assert command.code == 5
    assert "to see what the account holds, and which fees it pays" in command.words
    assert calls == ["GetApiKeyInfo"]
    answering(
        monkeypatch, {"GetApiKeyInfo": lambda result: {**result, "permissions": ["query-funds", *held]}}
    )
    assert shell("rebalance", targets(), "--out", BATCH).code == 0


def test_a_key_that_may_withdraw_may_look(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is done with it here; plan and apply refuse it."""
    answering(
        monkeypatch,
        {
            "GetApiKeyInfo": lambda result: {
                **result,
                "permissions": [*result["permissions"], "withdraw-funds"],
            }
        },
    )
    assert shell("rebalance", targets(), "--out", BATCH).code == 0
    assert shell("plan", BATCH).code == 4


def test_no_secret_is_written_anywhere(shell: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Neither to a stream nor to a file, whatever becomes of it; the account is one behind a real socket."""
    with served(tmp_path / "exchange", "--option", "rest.enforce_rates=false") as exchange:
        for name, text in exchange.environment.items():
            monkeypatch.setenv(name, text)
        secrets = [exchange.environment[name] for name in ("KRAKEN_API_KEY", "KRAKEN_API_SECRET")]
        kraken = ("--venue", "kraken", "--state-dir", "state")
        command = [
            shell(
                "rebalance",
                targets(),
                *kraken,
                "--out",
                f"{format}.yaml",
                "--format",
                format,
                "--save-snapshot",
                f"{format}.snapshot",
                "--report",
                f"markdown={format}.md",
            )
            for format in FORMATS
        ]
        assert {each.code for each in command} == {0}
        monkeypatch.setenv("KRAKEN_API_SECRET", secrets[1][::-1].replace("=", "A"))
        command.append(shell("rebalance", targets(), *kraken))
        assert command[-1].code == 5
    here = [path for path in tmp_path.rglob("*") if path.is_file() and "exchange" not in path.parts]
    texts = [each.stdout + each.stderr for each in command] + [path.read_text("utf-8") for path in here]
    assert len(texts) > len(FORMATS) * 3
    assert [text for text in texts for secret in secrets if secret[:12] in text or secret[-12:] in text] == []
