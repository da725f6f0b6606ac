"""A group that needs another one filled, as a user sees it: in the plan, while it waits, and at the end."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.app.shell import Shell, added, requests

pytestmark = pytest.mark.usefixtures("skipped_waits")

FORMATS = ("text", "json", "markdown", "github", "sarif", "junit")
RESTS, TRADES = "ordertype: limit, price: 9500.0", "ordertype: market"


def rebalance(
    sell: str = RESTS, *, within: str = "15m", otherwise: str = "cancel", name: str = "bar"
) -> Path:
    """A batch that buys once it has sold."""
    path = Path(f"{name}.yaml")
    need = f"{{group: sell, until: filled, within: 10s, otherwise: {otherwise}}}"
    path.write_text(
        f"""\
version: 1
name: {name}
groups:
  - name: sell
    orders:
      - {{id: sell-xbt, pair: XBT/EUR, type: sell, {sell}, volume: 0.5}}
  - name: buy
    needs: [{need}]
    orders:
      - {{id: buy-eth, pair: ETH/EUR, type: buy, ordertype: limit, price: 145, volume: 1}}
""",
        "utf-8",
    )
    return path


def events_of(path: str = "events.jsonl") -> list[dict[str, Any]]:
    """The events that a run has written."""
    return [json.loads(line) for line in Path(path).read_text("utf-8").splitlines()]


def test_what_is_filled_at_once_holds_nothing_up(shell: Shell) -> None:
    """The buys leave, and the result says that the sells were filled."""
    result = shell("apply", rebalance(TRADES))
    assert result.code == 0, result
    assert "filled  needs sell filled within 10s, otherwise cancel" in result.stdout
    assert [order["type"] for order in added()] == ["sell", "buy"]


@pytest.mark.parametrize(
    ("otherwise", "code", "sent", "canceled"), [("stop", 1, 1, 0), ("cancel", 1, 1, 1), ("proceed", 0, 2, 0)]
)
def test_what_is_not_filled_in_time(
    shell: Shell, otherwise: str, code: int, sent: int, canceled: int
) -> None:
    """It waits as long as the file says, says so now and then, and does what the file says."""
    result = shell("apply", rebalance(otherwise=otherwise), "--events", "events.jsonl")
    assert result.code == code, result
    assert len(added()) == sent
    assert sum(request["event"] == "cancelOrder" for request in requests()) == canceled
    assert f"unfilled  needs sell filled within 10s, otherwise {otherwise}" in result.stdout
    assert "0 of 0.5" in result.stdout
    waits = [line for line in result.stderr.splitlines() if line.startswith("Waiting for the orders of sell")]
    assert len(waits) == 1
    assert "(0 of 0.5" in waits[0]
    awaited = [event for event in events_of() if event["entry"] == "progress"]
    assert awaited[-1]["waiting_for"] == "the orders of sell to be filled"
    assert awaited[-1]["detail"].startswith("0 of 0.5")


def test_a_status_says_in_each_format_what_was_not_filled(shell: Shell) -> None:
    """As the exchange has it now."""
    file = rebalance()
    assert shell("apply", file).code == 1
    for format in FORMATS:
        result = shell("status", file, "--format", format)
        assert result.code == 0, result
        assert "0 of 0.5" in result.stdout + result.stderr, format
    (barrier,) = shell("status", file, "--format", "json").json["barriers"]
    assert (barrier["group"], barrier["needs"], barrier["outcome"]) == ("buy", "sell", "unfilled")
    assert barrier["orders"] == [
        {"id": "sell-xbt", "pair": "XBT/EUR", "ordered": "0.5", "executed": "0", "filled": False}
    ]


def test_a_plan_shows_it_in_each_format(shell: Shell) -> None:
    """Before anything is sent; and the forecast names the longest wait."""
    file = rebalance()
    words = "sell filled within 10s, otherwise cancel"
    for format in ("text", "markdown", "html"):
        result = shell("plan", file, "--format", format)
        assert result.code == 0, result
        text = " ".join(result.stdout.split())
        assert words in text, format
        assert "up to 10s more" in text, format
    assert "flowchart LR" in shell("plan", file, "--format", "markdown").stdout
    shown = shell("plan", file, "--format", "json").json
    assert shown["groups"][1]["barriers"] == [
        {"group": "sell", "within": 10, "otherwise": "cancel", "until": None, "line": 8}
    ]


def test_the_sells_pay_for_the_buys_that_wait_for_them(shell: Shell) -> None:
    """If they were sent all the same, the money might not be there."""
    file = rebalance()
    file.write_text(file.read_text("utf-8").replace("volume: 1}", "volume: 700}"), "utf-8")
    assert shell("plan", file).code == 0
    file.write_text(file.read_text("utf-8").replace("otherwise: cancel", "otherwise: proceed"), "utf-8")
    result = shell("plan", file)
    assert result.code == 4
    assert "buy/buy-eth" in result.stdout


def test_a_saved_plan_binds_the_barrier(shell: Shell) -> None:
    """It is in its rows, and another one in the file makes another plan."""
    file = rebalance()
    assert shell("plan", file, "--out", "plan.json").code == 0
    saved = json.loads(Path("plan.json").read_text("utf-8"))
    assert saved["groups"][1]["barriers"] == [{"group": "sell", "within": 10, "otherwise": "cancel"}]
    edited = Path("plan.json").read_text("utf-8").replace("within: 10s", "within: 16s")
    Path("edited.json").write_text(edited, "utf-8")
    assert shell("apply", "edited.json").code == 4
    assert added() == []
    assert shell("apply", "plan.json").code == 1
    assert len(added()) == 1


def test_a_bundle_of_a_run_that_waited_verifies(shell: Shell) -> None:
    """With what was taken back because it was not filled."""
    file = rebalance()
    assert shell("apply", file).code == 1
    assert shell("bundle", file, "--out", "run.zip").code == 0
    assert shell("verify", "run.zip").code == 0


def test_a_difference_names_it(shell: Shell) -> None:
    """Against the version before."""
    old = rebalance(name="old")
    text = rebalance().read_text("utf-8").replace("name: bar", "name: old")
    Path("bar.yaml").write_text(text.replace("within: 10s", "within: 1h"), "utf-8")
    result = shell("plan", "bar.yaml", "--against", old)
    words = " ".join(result.stdout.split())
    assert "sell filled within 10s, otherwise cancel -> sell filled within 1h, otherwise cancel" in words
