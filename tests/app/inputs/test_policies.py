"""Policies on the command line: found beside a batch or named, checked by every verb, and obeyed."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from msgspec import structs

from runner.runtime.storage import JOURNAL, MANIFEST, Sender, join_senders, read_journal
from runner.runtime.storage.journal import Journal
from tests.app.policies import COLLAR, LATER, MANDATE, SMALL, policy
from tests.app.shell import SEED, STATE, Shell, added, batch, forget_after, order, requests, served


@pytest.mark.parametrize("verb", ["validate", "plan", "apply"])
def test_every_verb_refuses_what_a_policy_denies(shell: Shell, verb: str) -> None:
    """With the line of the order and the name of the rule; and nothing is sent."""
    policy(MANDATE)
    result = shell(verb, batch(order("a"), order("b", pair="XBT/EUR", price="8500", volume="0.01")))
    assert result.code == 4
    output = " ".join((result.stdout + result.stderr).split())
    assert "one.yaml:6:10: group/a: denied by mandate: Only bitcoin ETH/EUR is none of XBT/EUR" in output
    assert "group/b:" not in output
    assert requests() == []


def test_programs_get_the_same(shell: Shell) -> None:
    """One problem for each line, in the form of all problems."""
    policy(MANDATE)
    result = shell("apply", batch(order("a")), "--format", "json")
    assert result.json["exit_code"] == 4
    (problem,) = result.json["problems"]
    assert (problem["line"], problem["path"]) == (6, "group/a")
    assert problem["message"] == "denied by mandate: Only bitcoin"


@pytest.mark.parametrize("format", ["json", "markdown", "github", "sarif", "junit"])
def test_a_plan_shows_reviewers_what_is_denied(shell: Shell, format: str) -> None:
    """In every form, with the line and the name of the rule."""
    policy(MANDATE)
    result = shell("plan", batch(order("a")), "--format", format)
    assert result.code == 4
    assert "mandate" in result.stdout
    assert "Only bitcoin" in result.stdout
    assert "6" in result.stdout


def test_a_plan_for_programs_lists_every_ruling(shell: Shell) -> None:
    """With all that there is to know of each."""
    policy(MANDATE)
    assert shell("plan", batch(order("a")), "--format", "json").json["rulings"] == [
        {
            "rule": "mandate",
            "answer": "deny",
            "message": "Only bitcoin",
            "detail": "ETH/EUR is none of XBT/EUR",
            "subject": "group/a",
            "line": 6,
            "column": 10,
        }
    ]


@pytest.mark.parametrize("format", ["json", "markdown", "github", "sarif", "junit"])
def test_every_form_of_validate_knows_policies(shell: Shell, format: str) -> None:
    """A policy is a file like any other, and a warning is no failure."""
    file = policy(MANDATE.replace("message", "answer: warn, message"))
    result = shell("validate", batch(order("a")), file, "--format", format)
    assert result.code == 0
    assert result.stdout
    assert "<failure" not in result.stdout


def test_a_policy_that_is_named_holds_beside_the_one_that_is_found(shell: Shell) -> None:
    """From wherever it is, and it is no way around another."""
    other = policy(SMALL, path="elsewhere/rules.yaml")
    file = batch(order("a"), order("b", price="146", volume="0.9"))
    assert shell("plan", file, "--policy", other).code == 4
    assert shell("apply", file, "--policy", "nowhere.yaml").code == 3
    policy(MANDATE)
    small = batch(order("a"))
    assert shell("plan", small).code == 4
    result = shell("plan", small, "--policy", other)
    assert result.code == 4
    assert "the policies desk and desk deny one message" in result.words
    assert "denied by policy.yaml/mandate: Only bitcoin" in result.words
    assert requests() == []


def test_a_policy_with_problems_stops_everything(shell: Shell) -> None:
    """As a batch with problems does, and with the policy's own lines."""
    policy("{name: x, check: pair, message: M}")
    file = batch(order("a"))
    for verb in ("validate", "plan", "apply"):
        result = shell(verb, file)
        assert result.code == 3
        assert "policy.yaml:4:22: rules[0].check: expected one of pairs," in result.stdout + result.stderr
    assert requests() == []


def test_policies_are_validated_beside_batches(shell: Shell) -> None:
    """A file of that name is read as what it is, so that a pattern for all files of a folder may hold it."""
    file = policy(SMALL)
    result = shell("validate", batch(order("a")), file)
    assert result.code == 0
    assert "policy.yaml: valid, policy desk: 1 rule\n" in result.stdout
    assert shell("validate", file, "--format", "json").json["files"][0]["rules"] == 1


def test_the_day_is_counted_over_all_batches_and_runs(shell: Shell) -> None:
    """From the journals; orders that were applied already do not count against themselves."""
    policy(SMALL)
    first = batch(order("a", volume="0.6"), name="first")
    assert shell("apply", first).code == 0
    assert shell("apply", first).code == 0
    result = shell("apply", batch(order("a", volume="0.6"), name="second"))
    assert result.code == 4
    assert "1.2 ETH, after 0.6 before; at most 1 for a day" in result.words
    assert shell("apply", batch(order("a", volume="0.4"), name="third")).code == 0
    assert len(added()) == 2


def rewrite(batch_name: str, *, skip: int = 0, **changed: object) -> None:
    """Change fields of all lines of a journal that have them, and leave out its first lines."""
    path = STATE / "paper" / batch_name / JOURNAL
    lines = [{name: value for name, value in line.items() if name != "crc"} for line in read_journal(path)]
    path.unlink()
    with Journal(path) as journal:
        journal.append([{**line, **{n: v for n, v in changed.items() if n in line}} for line in lines[skip:]])


def test_the_day_is_counted_for_one_account(shell: Shell) -> None:
    """Another IBAN is another account; a key without one may be of the same, and so counts."""
    policy(SMALL)
    assert shell("apply", batch(order("a", volume="0.6"), name="first")).code == 0
    second = batch(order("a", volume="0.6"), name="second")
    rewrite("first", account="AA99")
    assert shell("plan", second).code == 0
    assert shell("plan", second, "--offline").code == 4
    rewrite("first", account="key:of-somebody")
    assert shell("plan", second).code == 4
    assert shell("apply", second).code == 4


def test_a_day_that_cannot_be_read_is_not_taken_for_empty(shell: Shell) -> None:
    """Links, damage, a lost beginning: nothing is sent, and the journal is named."""
    policy(SMALL)
    first, second = (batch(order("a", volume="0.6"), name=name) for name in ("first", "second"))
    assert shell("apply", first).code == 0
    journal = STATE / "paper" / "first" / JOURNAL
    whole = journal.read_bytes()

    def refused(code: int, why: str) -> None:
        result = shell("apply", second)
        assert (result.code, "paper/first" in result.words, why in result.words) == (code, True, True), result
        assert len(added()) == 1

    rewrite("first", skip=1)
    refused(4, "does not begin with the beginning of a run")
    journal.write_bytes(b"x" + whole)
    refused(4, "damaged")
    journal.unlink()
    journal.symlink_to("nowhere")
    refused(3, "cannot be read")
    journal.parent.rename("elsewhere")
    journal.parent.symlink_to("nowhere")
    refused(3, "No such file")
    journal.parent.unlink()
    Path("elsewhere").rename(journal.parent)
    journal.unlink()
    journal.write_bytes(whole + whole[:40])  # it is being written
    result = shell("apply", second)
    assert "1.2 ETH, after 0.6 before" in result.words
    assert (result.code, len(added())) == (4, 1)


def test_nothing_is_sent_beside_a_run_that_counts_it(shell: Shell) -> None:
    """A command that sends nothing goes on: plans, and what was applied before."""
    done, new = (batch(order("a", price=price), name=f"b{price}") for price in (140, 141))
    assert shell("apply", done).code == 0
    limit = Sender(pid=4711, batch="slow", run_key="", since="10:00", alone=True, owner=None)
    with join_senders(STATE, "paper", limit):
        result = shell("apply", new)
        assert result.code == 7
        assert ".order-batch/paper: another run is sending orders" in result.words
        assert "Process 4711 has been applying slow since 10:00, under a limit of a day." in result.words
        assert not (STATE / "paper" / "b141" / MANIFEST).exists()
        assert shell("apply", done).code == 0
        for verb in ("plan", "status"):
            assert shell(verb, new).code == 0
    assert len(added()) == 1
    with join_senders(STATE, "paper", structs.replace(limit, alone=False)):
        assert shell("apply", new).code == 0
        policy(SMALL)
        assert shell("apply", batch(order("a"), name="third")).code == 7
    assert len(added()) == 2


def test_a_rejects_rule_stops_a_run_in_its_middle(shell: Shell) -> None:
    """No plan can know it: the send path refuses the remaining orders, and those that were sent stay."""
    policy(LATER)
    text = "version: 1\nname: b\ngroups:\n"
    text += (
        f"  - {{name: one, on_reject: continue, orders: [{order('a')}, {order('bad', volume='9999999')}]}}\n"
    )
    text += f"  - {{name: two, orders: [{order('c')}]}}\n"
    Path("b.yaml").write_text(text, "utf-8")
    result = shell("apply", "b.yaml", "--format", "json")
    assert result.code == 1
    assert result.outcomes() == {"a": "placed", "bad": "rejected", "c": "refused"}
    assert result.orders()["c"]["error"].startswith("denied by calm: Something is wrong (")


def test_prices_are_read_for_rules_that_look_at_them(shell: Shell) -> None:
    """The market of the simulated exchange is at about 150."""
    policy(COLLAR)
    file = batch(order("a"), order("b", price="160"), order("c", type="sell", price="155"))
    for verb in ("plan", "apply"):
        result = shell(verb, file)
        assert result.code == 4
        assert "one.yaml:7:10: group/b: denied by collar: Too dear limit 160 is 6." in result.words
        assert "group/a:" not in result.words
    assert added() == []
    assert shell("apply", batch(order("a"), order("c", type="sell", price="155"))).code == 0


def test_what_cannot_be_checked_offline_is_said(shell: Shell) -> None:
    """It is no reason to refuse a plan, which sends nothing."""
    policy(COLLAR)
    result = shell("plan", batch(order("b", price="160")), "--offline")
    assert result.code == 0
    assert "group/b: not checked for collar: Too dear no price of ETH/EUR is known" in result.words


def test_nothing_is_sent_where_prices_cannot_be_read(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The exchange does not say what the market is."""
    policy(COLLAR)
    scenario = tmp_path / "scenario.yaml"
    fault = "{on: Ticker, do: reject, error: 'EService:Unavailable'}"
    scenario.write_text(f"version: 1\nname: s\nfaults: [{fault}]\n", "utf-8")
    monkeypatch.setattr("runner.runtime.kraken.rest_calls.RETRY_PAUSES_S", (0.0, 0.0))
    with served(tmp_path / "exchange", "--scenario", str(scenario)) as exchange:
        for name, text in exchange.environment.items():
            monkeypatch.setenv(name, text)
        result = shell("apply", batch(order("a")), "--venue", "kraken", "--yes", "--unchecked")
    assert added(tmp_path / "exchange") == []
    assert result.code == 5
    assert "the prices that the policy desk looks at cannot be read" in result.words


def test_a_warning_is_said_and_nothing_is_held_back(shell: Shell) -> None:
    """On standard error, beside the result."""
    policy(MANDATE.replace("message", "answer: warn, message"))
    for verb in ("plan", "apply"):
        result = shell(verb, batch(order("a")))
        assert result.code == 0
        assert "one.yaml:6:10: group/a: warning of mandate: Only bitcoin" in result.words
    assert len(added()) == 1


def test_a_batch_without_a_policy_is_as_free_as_before(shell: Shell) -> None:
    """There is none beside the examples."""
    assert not SEED.with_name("policy.yaml").exists()
    assert shell("plan", SEED).stderr == ""


def test_the_schema_is_published(shell: Shell) -> None:
    """For editors."""
    assert shell("schema", "policy").json["title"] == "Order policy"


def test_a_saved_plan_holds_under_the_policy_that_it_was_made_under(shell: Shell) -> None:
    """Its digest is in the plan and in the manifest; with another one, or with none, the plan is refused."""
    rules = policy(MANDATE.replace("message", "answer: warn, message"))
    file = batch(order("a"))
    assert shell("plan", file, "--out", "plan.json").code == 0
    saved = json.loads(Path("plan.json").read_text("utf-8"))
    digest = hashlib.sha256(rules.read_bytes()).hexdigest()
    assert saved["policy"] == digest
    assert [(finding["rule"], finding["answer"], finding["line"]) for finding in saved["findings"]] == [
        ("mandate", "warn", 6)
    ]
    held = rules.read_text("utf-8")
    rules.unlink()
    assert "it was made under policy desk (policy.yaml, SHA-256" in shell("apply", "plan.json").words
    rules.write_text(held + "\n", "utf-8")
    assert shell("apply", "plan.json").code == 4
    assert added() == []
    rules.write_text(held, "utf-8")
    result = shell("apply", "plan.json", "--format", "json")
    assert result.code == 0
    assert result.json["policy"] == digest


def test_a_saved_plan_answers_to_the_policy_beside_itself(shell: Shell) -> None:
    """And to the one beside the file that it was made of: it is no way around either, made or moved there."""
    policy(MANDATE, path="desk/policy.yaml")
    file = batch(order("a"))
    assert shell("plan", file, "--out", "desk/plan.json").code == 4
    assert not Path("desk/plan.json").exists()
    assert shell("plan", file, "--out", "plan.json").code == 0
    moved = Path("plan.json").rename("desk/plan.json")
    result = shell("apply", moved)
    assert result.code == 4
    assert "it was made under no policy, and now there is policy desk (desk/policy.yaml" in result.words
    Path("link.json").symlink_to("desk/plan.json")
    assert shell("apply", "link.json").code == 4
    assert requests() == []


def test_a_saved_plan_is_checked_again_when_it_is_applied(shell: Shell) -> None:
    """A plan that was allowed then may be too much today."""
    policy(SMALL)
    assert shell("plan", batch(order("a", volume="0.6")), "--out", "plan.json").code == 0
    assert shell("apply", batch(order("a", volume="0.6"), name="sooner")).code == 0
    result = shell("apply", "plan.json")
    assert result.code == 4
    assert "one.yaml:6:10: group/a: denied by small" in result.words


@pytest.mark.usefixtures("skipped_waits")
def test_a_run_that_was_begun_is_looked_up_whatever_the_policy_says_now(shell: Shell) -> None:
    """Orders that were sent stay, under a policy that has changed since; orders never sent are held back."""
    first = batch(order("a"))
    placed = shell("apply", first, "--format", "json").orders()["a"]["txid"]
    forget_after(STATE / "paper" / "one", "order-intent")
    policy(MANDATE)
    result = shell("apply", batch(order("a"), order("b", price="146")), "--format", "json")
    assert result.code == 4
    assert result.outcomes() == {"a": "placed", "b": "refused"}
    assert result.orders()["a"]["txid"] == placed
    assert len(added()) == 1
