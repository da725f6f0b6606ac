"""``order-batch apply --validate-only``: the exchange judges each order, and nothing is placed or kept."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from runner.app.validate_only import as_validation
from runner.runtime.storage import JOURNAL, MANIFEST, hold
from tests.app.policies import MANDATE, policy
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
)
from tests.journal.published import assert_published

FOLDER = STATE / "paper" / "one"
TOO_MUCH = {"volume": "100000"}
CANCELED = "OQCLML-BW3P3-BUCMWZ"


def validated(shell: Shell, file: Path, *options: str) -> tuple[int, dict[str, str]]:
    """The exit code, and what became of each order."""
    result = shell("apply", file, "--validate-only", "--format", "json", *options)
    assert_published(result.json)
    assert result.json["validate_only"] is True
    return result.code, result.outcomes()


def test_nothing_is_placed_canceled_or_kept(shell: Shell) -> None:
    """The exchange books nothing, the journal stays empty, and the real run still has all to do."""
    code, outcomes = validated(shell, batch(order("a"), order("b", price="144"), cancel=f"[{CANCELED}]"))
    assert (code, outcomes) == (0, {"a": "validated", "b": "validated"})
    assert requests() == []
    assert (FOLDER / JOURNAL).read_bytes() == b""
    assert not (FOLDER / MANIFEST).exists()
    result = shell("apply", "one.yaml", "--format", "json")
    assert result.outcomes() == {"a": "placed", "b": "placed"}
    assert [frame["event"] for frame in requests()] == ["addOrder", "addOrder", "cancelOrder"]
    assert "validate" not in result.orders()["a"]["request"]


def test_what_was_placed_is_not_validated_and_its_journal_does_not_change(shell: Shell) -> None:
    """Only the new order is judged; with nothing new there is nothing to do."""
    shell("apply", batch(order("a")))
    kept = (FOLDER / JOURNAL).read_bytes(), (FOLDER / MANIFEST).read_bytes()
    assert validated(shell, batch(order("a"))) == (0, {"a": "placed"})  # already
    assert validated(shell, batch(order("a"), order("b", price="144"))) == (0, {"b": "validated"})
    assert validated(shell, batch(order("a"), cancel=f"[{CANCELED}]")) == (0, {})
    assert ((FOLDER / JOURNAL).read_bytes(), (FOLDER / MANIFEST).read_bytes()) == kept
    assert len(requests()) == 1


def test_the_reason_of_the_exchange_comes_back_at_its_line(shell: Shell) -> None:
    """An order that needs one which is rejected is judged all the same, and so is one that waits for room."""
    text = batch(order("a", **TOO_MUCH), order("b")).read_text("utf-8")
    text += "  - name: later\n    needs: [group]\n    hold: true\n    orders:\n"
    text += f"      - {order('c', price='144')}\n"
    Path("one.yaml").write_text(text, "utf-8")
    result = shell("apply", "one.yaml", "--validate-only", "--unchecked", "--format", "json")
    assert (result.code, result.outcomes()) == (1, {"a": "rejected", "b": "validated", "c": "validated"})
    assert result.orders()["a"]["error"] == "EOrder:Insufficient funds"
    assert "one.yaml:6:10: group/a: rejected: EOrder:Insufficient funds" in result.words
    assert added() == []


@pytest.mark.parametrize(
    ("format", "words"),
    [
        ("text", ("validation of one at paper", "validated", "1 rejected", "no journal was written")),
        ("json", ('"outcome": "validated"', '"validate_only": true')),
        ("markdown", ("### Validation", "1 validated and not placed, 1 rejected")),
        ("github", ("::error file=one.yaml,line=6", "EOrder:Insufficient funds")),
        ("sarif", ('"ruleId": "order-rejected"', '"startLine": 6')),
        ("junit", ("order-batch apply --validate-only one", "to be validated only", "<failure")),
    ],
)
def test_every_format_distinguishes_validated_from_rejected(
    shell: Shell, format: str, words: tuple[str, ...]
) -> None:
    """And none calls anything placed."""
    file = batch(order("a", **TOO_MUCH), order("b"))
    result = shell("apply", file, "--validate-only", "--unchecked", "--format", format)
    assert result.code == 1
    for word in words:
        assert word in result.stdout
    assert "1 placed" not in result.stdout + result.stderr
    assert "placed by" not in result.stdout + result.stderr


def test_what_apply_refuses_is_refused(shell: Shell) -> None:
    """By a policy, also for what it says of a cancellation, and by the checks before anything is sent."""
    assert shell("apply", batch(order("a", **TOO_MUCH)), "--validate-only").code == 4
    policy("{name: few, check: cancels, most: 1, per: batch, message: One by one}")
    twice = batch(order("a"), cancel=f"[{CANCELED}, {CANCELED[:-1]}X]")
    assert shell("apply", twice, "--validate-only").code == 4
    policy(MANDATE)
    result = shell("apply", batch(order("a")), "--validate-only")
    assert (result.code, "denied by mandate" in result.words) == (4, True)
    assert requests() == []


def test_what_is_in_doubt_is_for_a_real_run(shell: Shell) -> None:
    """It cannot be said what would be sent."""
    shell("apply", batch(order("a")))
    forget_after(FOLDER, "order-intent")
    kept = (FOLDER / JOURNAL).read_bytes()
    result = shell("apply", "one.yaml", "--validate-only")
    assert (result.code, "group/a: an earlier run may have placed this" in result.words) == (4, True)
    assert (FOLDER / JOURNAL).read_bytes() == kept


def test_an_open_order_without_a_journal_is_found_and_not_sent(shell: Shell) -> None:
    """As in a real run; it exists already, and is not placed now."""
    shell("apply", batch(order("a")))
    (FOLDER / JOURNAL).unlink()
    result = shell("apply", batch(order("a"), order("b", price="144")), "--validate-only", "--format", "json")
    assert (result.code, result.outcomes()["b"]) == (0, "validated")
    assert len(added()) == 1
    assert (FOLDER / JOURNAL).read_bytes() == b""


def test_a_saved_plan_is_not_spent(shell: Shell) -> None:
    """It can be validated as often as one likes, and is applied once."""
    assert shell("plan", batch(order("a")), "--out", "plan.json").code == 0
    for _ in range(2):
        assert validated(shell, Path("plan.json")) == (0, {"a": "validated"})
    assert shell("apply", "plan.json").code == 0
    assert len(added()) == 1


def test_the_state_is_held(shell: Shell) -> None:
    """No other run places orders that are judged here."""
    with hold(FOLDER):
        assert shell("apply", batch(order("a")), "--validate-only").code == 7


def test_a_manifest_is_written_where_the_option_says(shell: Shell) -> None:
    """And says what it is of."""
    code, _ = validated(shell, batch(order("a")), "--manifest", "result.json")
    content = json.loads(Path("result.json").read_text("utf-8"))
    assert (code, content["validate_only"]) == (0, True)
    assert content["groups"][0]["orders"][0]["request"]["validate"] == "true"


@pytest.mark.usefixtures("skipped_waits")
def test_no_confirmation_is_needed_for_what_places_nothing(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Real orders need a yes; what is only validated fails here for want of an exchange alone."""
    for name, text in UNREACHABLE.items():
        monkeypatch.setenv(name, text)
    assert shell("apply", SEED, "--venue", "kraken").code == 3
    assert shell("apply", SEED, "--venue", "kraken", "--validate-only").code == 5


def test_it_is_said_before_anything_is_sent(shell: Shell) -> None:
    """That nothing is placed, and nothing canceled."""
    result = shell("apply", BATCHES / "quickstart.yaml", "--validate-only")
    assert "nothing is placed, and nothing is canceled" in result.words
    assert "4 validated and not placed" in result.stdout


def test_a_manifest_says_that_it_is_a_validation() -> None:
    """All else of it stays."""
    assert as_validation({"batch": "b"}) == {"batch": "b", "validate_only": True}
