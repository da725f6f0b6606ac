"""A plan without its journal shows what the account has of it, and what a run would make of that."""

from __future__ import annotations

import json
import shutil
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from runner.app.access import waits
from runner.app.checks import account_history
from runner.domain import parse_rfc3339, since_text
from runner.domain.times import RECORDS_LAG_S
from runner.kraken import CLOSED_ORDERS_PATH
from runner.net.failures import AccessFailed
from runner.planning.order_matching import CLOCK_SLACK_S
from runner.runtime.kraken.access import KrakenAccess
from runner.runtime.kraken.rest_calls import RestCalls
from tests.app.shell import STATE, added, batch, forget_after, order

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.app.shell import CommandResult, Shell

FORMATS = ["text", "json", "markdown", "github", "sarif", "junit"]
UNWOUND = """\
version: 1
name: taken-back
groups:
  - name: one
    on_reject: unwind
    orders:
      - {id: a, pair: ETH/EUR, type: buy, ordertype: limit, price: 145, volume: 0.25}
      - {id: b, pair: ETH/EUR, type: buy, ordertype: limit, price: 145, volume: 100000}
  - name: two
    orders:
      - {id: d, pair: ETH/EUR, type: buy, ordertype: limit, price: 143, volume: 0.25}
    cancel: [OQCLML-BW3P3-BUCMWZ]
"""
FILLED = "{id: a, pair: ETH/EUR, type: buy, ordertype: market, volume: 0.25}"


def lose_journal(name: str = "one") -> None:
    """Forget what was done of a batch; the exchange does not."""
    shutil.rmtree(STATE / "paper" / name)


def dispositions(result: CommandResult) -> dict[str, str]:
    """Return what becomes of each order, by its id."""
    return {order["id"]: order["disposition"] for group in result.json["groups"] for order in group["orders"]}


def test_a_filled_order_is_shown_as_placed(shell: Shell) -> None:
    """With its txid, and as nothing to do; apply then sends nothing either."""
    file = batch(FILLED, order("b"))
    assert shell("apply", file).code == 0
    lose_journal()
    result = shell("plan", file, "--format", "json", "--detailed-exitcode")
    assert (result.code, result.json["changes"]) == (0, False)
    assert dispositions(result) == {"a": "placed", "b": "open_at_exchange"}
    (group,) = result.json["groups"]
    assert all(order["txid"] for order in group["orders"])
    text = shell("plan", file).stdout
    assert "nothing to do: 1 already placed, 1 open at the exchange" in text
    assert f"the account has it, as {group['orders'][0]['txid']}" in " ".join(text.split())
    assert shell("apply", file).code == 0
    assert len(added()) == 2


def test_a_group_that_was_taken_back_is_over(shell: Shell) -> None:
    """Its canceled leg is not placed; its other orders and what needs it are not sent, as in a run."""
    file = Path("taken-back.yaml")
    file.write_text(UNWOUND, "utf-8")
    assert shell("apply", file, "--unchecked").code == 1
    sent = len(added())
    lose_journal("taken-back")
    result = shell("plan", file, "--format", "json", "--detailed-exitcode")
    fates = dispositions(result)
    assert fates["a"] == "ended"
    assert {fates[name] for name in "bd"} == {"unreachable"}
    assert (result.code, result.json["changes"]) == (0, False)
    assert result.json["groups"][1]["cancel"][0]["disposition"] == "unreachable"
    text = " ".join(shell("plan", file).stdout.split())
    assert "ended by the exchange" in text
    assert "the group was stopped by an order that ended" in text
    assert shell("apply", file, "--unchecked").code == 1
    assert len(added()) == sent


def test_an_order_under_its_name_with_other_content_is_refused(shell: Shell) -> None:
    """As by the run."""
    assert shell("apply", batch(FILLED)).code == 0
    lose_journal()
    changed = batch(FILLED.replace("0.25", "0.5"))
    assert [shell(verb, changed).code for verb in ("plan", "apply")] == [4, 4]


@pytest.mark.parametrize("format", FORMATS)
def test_a_look_that_takes_too_long_is_left_to_the_run(
    shell: Shell, format: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every format says so."""
    file = batch(FILLED)
    assert shell("apply", file).code == 0
    lose_journal()
    monkeypatch.setattr(account_history, "LOOK_MAX_S", -1.0)
    result = shell("plan", file, "--format", format)
    assert result.code == 0
    shown = " ".join(f"{result.stdout} {result.stderr}".split())
    assert "whether orders of this batch are among the account's closed orders (they are too many" in shown
    if format == "json":
        assert dispositions(result) == {"a": "send"}


def test_a_plan_is_saved_as_it_was_without_a_look(shell: Shell) -> None:
    """The account changes nothing of what the journal knows: the plan is not refused as moved."""
    file = batch(FILLED, order("b"))
    assert shell("apply", file).code == 0
    lose_journal()
    more = batch(FILLED, order("b"), order("c"))
    assert shell("plan", more, "--out", "plan.json").code == 0
    saved = json.loads(Path("plan.json").read_text("utf-8"))
    assert "send" in json.dumps(saved)
    assert saved["account_look"] is None, "a look that found something bounds nothing"
    assert shell("plan", "plan.json").code == 0


@pytest.fixture
def closed_calls(monkeypatch: pytest.MonkeyPatch) -> list[Mapping[str, str]]:
    """The fields of all calls for closed orders that are made."""
    calls: list[Mapping[str, str]] = []
    call: Callable[..., Any] = RestCalls.records

    async def records(
        self: RestCalls, path: str, fields: Mapping[str, str], *args: Any, **options: Any
    ) -> Any:
        if path == CLOSED_ORDERS_PATH:
            calls.append(fields)
        return await call(self, path, fields, *args, **options)

    monkeypatch.setattr(RestCalls, "records", records)
    return calls


def saved_look(shell: Shell, file: Path) -> dict[str, str] | None:
    """Save the plan of a file; return the look that bounds that of its run."""
    result = shell("plan", file, "--out", "plan.json")
    assert result.code == 0, result.stderr
    looked: dict[str, str] | None = json.loads(Path("plan.json").read_text("utf-8"))["account_look"]
    assert ("looks only through what has ended since" in result.words) == (looked is not None)
    return looked


def test_a_run_of_a_saved_plan_looks_only_at_what_has_ended_since(
    shell: Shell, closed_calls: list[Mapping[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The plan looked through all, however long that takes: the run looks at the rest, and says so."""
    monkeypatch.setattr(account_history, "LOOK_MAX_S", -1.0)
    monkeypatch.setattr(waits, "SAY_AFTER_S", 0.0)
    assert shell("apply", batch(FILLED, name="before")).code == 0
    looked = saved_look(shell, batch(order("a"), order("b")))
    assert looked is not None
    since = parse_rfc3339(looked["began_at"]) - RECORDS_LAG_S - CLOCK_SLACK_S
    closed_calls.clear()
    result = shell("apply", "plan.json")
    assert result.code == 0
    assert {(fields["start"], fields["closetime"]) for fields in closed_calls} == {(str(int(since)), "close")}
    assert (
        f"the exchange's records{since_text(since)}, where orders of this batch may be already"
        in result.words
    )
    forecast = shell("plan", batch(order("c")), "--out", "c.json", "--format", "json").json["forecast"]
    assert forecast["history"]["closed_orders"] == 1
    assert forecast["history"]["since"] is not None


def test_an_order_that_another_machine_placed_after_the_plan_is_found(shell: Shell) -> None:
    """It is filled already, so that only the bounded look can show it."""
    assert shell("apply", batch(FILLED, name="before")).code == 0
    file = batch(FILLED)
    assert saved_look(shell, file) is not None
    assert shell("apply", file).code == 0
    lose_journal()
    result = shell("apply", "plan.json")
    assert result.code == 4
    assert "used before" in " ".join((result.stdout + result.stderr).split())
    assert len(added()) == 2


def test_a_plan_with_an_order_in_doubt_bounds_nothing(shell: Shell) -> None:
    """Its look says nothing of that order."""
    assert shell("apply", batch(FILLED)).code == 0
    forget_after(STATE / "paper" / "one", "order-intent")
    assert saved_look(shell, batch(FILLED, order("b"))) is None


@pytest.mark.parametrize("time_s", [None, 4_000_000_000])
def test_a_look_whose_time_is_not_known_bounds_nothing(
    shell: Shell, time_s: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A time that is ahead of ours is not believed either: it would hide what was placed meanwhile."""

    async def read_time(_: KrakenAccess) -> int:
        if time_s is None:
            raise AccessFailed("no time in the answer")
        return time_s

    assert shell("apply", batch(FILLED, name="before")).code == 0
    monkeypatch.setattr(KrakenAccess, "read_time", read_time)
    looked = saved_look(shell, batch(order("a")))
    assert (looked is None) == (time_s is None)
    assert looked is None or parse_rfc3339(looked["began_at"]) <= time.time()


def test_a_plan_of_orders_that_the_account_does_not_have(shell: Shell) -> None:
    """They are sent."""
    result = shell("plan", batch(order("a")), "--format", "json", "--detailed-exitcode")
    assert (result.code, dispositions(result)) == (2, {"a": "send"})


def test_money_that_was_spent_on_the_batch_refuses_no_run(shell: Shell) -> None:
    """A run whose journal is lost needs no money for orders that it finds filled, as its plan does."""
    file = batch(FILLED.replace("0.25", "400"), order("b"))
    assert shell("apply", file).code == 0
    lose_journal()
    result = [shell(verb, file) for verb in ("plan", "apply")]
    assert [each.code for each in result] == [0, 0], result
    assert len(added()) == 2
