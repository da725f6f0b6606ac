"""The disposition of each order is the same in its headline, its rows, its JSON and its exit code."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.app.shell import STATE, Shell, added, batch, order

FORMATS = ["text", "json", "markdown", "github", "sarif", "junit"]
MANDATE = (
    "version: 1\nname: desk\nrules:\n  - {name: m, check: pairs, allow: [XBT/EUR], message: Only bitcoin}\n"
)
UNWOUND = """\
version: 1
name: taken-back
groups:
  - name: one
    on_reject: unwind
    orders:
      - {id: a, pair: ETH/EUR, type: buy, ordertype: limit, price: 145, volume: 0.25}
      - {id: b, pair: ETH/EUR, type: buy, ordertype: limit, price: 145, volume: 100000}
      - {id: c, pair: ETH/EUR, type: buy, ordertype: limit, price: 144, volume: 0.25}
  - name: two
    orders:
      - {id: d, pair: ETH/EUR, type: buy, ordertype: limit, price: 143, volume: 0.25}
    cancel: [{order: one/a}]
"""


def lose_journal(name: str) -> None:
    """Forget what was done of a batch; the exchange does not."""
    shutil.rmtree(STATE / "paper" / name)


def test_a_lost_journal_and_an_order_that_rests_is_nothing_to_do(shell: Shell) -> None:
    """In words, in the exit code and for programs; and apply then sends nothing."""
    file = batch(order("a"))
    shell("apply", file)
    lose_journal("one")
    text = shell("plan", file, "--detailed-exitcode")
    assert text.code == 0
    assert "nothing to do: 1 open at the exchange" in text.stdout
    content = shell("plan", file, "--format", "json", "--detailed-exitcode")
    assert (content.code, content.json["changes"], content.json["refused"]) == (0, False, False)
    assert content.json["groups"][0]["orders"][0]["disposition"] == "open_at_exchange"
    assert content.json["totals"]["orders"]["open_at_exchange"] == 1
    assert content.json["totals"]["orders"]["send"] == 0
    assert content.json["forecast"]["orders"] == 0
    assert "addOrder" not in shell("plan", file, "--format", "markdown").stdout
    assert shell("apply", file).code == 0
    assert len(added()) == 1


def test_what_rests_already_is_held_against_no_rule(shell: Shell) -> None:
    """Nothing would leave, so nothing is denied; neither by the plan nor by the run."""
    file = batch(order("a"))
    shell("apply", file)
    lose_journal("one")
    Path("policy.yaml").write_text(MANDATE, "utf-8")
    assert shell("plan", file, "--detailed-exitcode").code == 0
    assert shell("apply", file).code == 0
    assert len(added()) == 1


@pytest.mark.parametrize("format", FORMATS)
def test_what_a_policy_denies_is_refused_in_every_headline(shell: Shell, format: str) -> None:
    """Nothing about it looks like a pass."""
    Path("policy.yaml").write_text(MANDATE, "utf-8")
    file = batch(order("a"), order("b"), order("c", pair="XBT/EUR", price="8500", volume="0.01"))
    result = shell("plan", file, "--format", format, "--detailed-exitcode")
    assert result.code == 4
    assert "refused" in result.stdout
    assert "🟢" not in result.stdout
    assert "this is a plan" not in result.stdout
    if format != "json":
        assert "refused: 2 denials of the policy; nothing would be sent" in " ".join(result.stdout.split())


@pytest.mark.parametrize("format", FORMATS)
def test_what_the_checks_refuse_is_refused_in_every_headline(shell: Shell, format: str) -> None:
    """As by a policy."""
    result = shell("plan", batch(order("a"), order("b", price="145.001")), "--format", format)
    assert result.code == 4
    assert "refused" in result.stdout
    assert "🟢" not in result.stdout
    if format != "json":
        assert "refused: 1 error; nothing would be sent" in " ".join(result.stdout.split())


def test_json_says_that_a_plan_is_refused(shell: Shell) -> None:
    """In its own field, and all errors are counted."""
    Path("policy.yaml").write_text(MANDATE, "utf-8")
    content = shell("plan", batch(order("a"), order("b", price="145.001")), "--format", "json").json
    assert (content["refused"], content["errors"], content["review"]["errors"]) == (True, 3, 3)
    assert [order["disposition"] for order in content["groups"][0]["orders"]] == ["denied", "denied"]
    Path("policy.yaml").unlink()
    content = shell("plan", batch(order("a")), "--format", "json").json
    assert (content["refused"], content["errors"], content["review"]["errors"]) == (False, 0, 0)


def test_rows_of_a_refused_plan_say_what_is_refused(shell: Shell) -> None:
    """And of the others that they are not sent."""
    rows = shell("plan", batch(order("a"), order("b", price="145.001"), cancel="[{userref: 7}]")).stdout
    assert "  not sent  a" in rows
    assert "  refused   b" in rows
    assert "  not sent  every open order with userref 7" in rows


def test_messages_that_will_not_leave_after_an_unwind_are_not_listed(shell: Shell) -> None:
    """Remaining messages of an unwound group, and of groups that need it, are not tried again."""
    file = Path("taken-back.yaml")
    file.write_text(UNWOUND, "utf-8")
    assert shell("apply", file, "--unchecked").code == 1
    result = shell("plan", file, "--format", "markdown", "--detailed-exitcode")
    assert result.code == 0
    assert "addOrder" not in result.stdout
    content = shell("plan", file, "--format", "json").json
    assert content["changes"] is False
    assert content["totals"]["orders"]["unreachable"] == 2
    assert content["forecast"]["orders"] == 0
