"""Policies on the command line: found beside a batch or named, checked by every verb, and obeyed."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from runner.batchfile import MAX_FILE_BYTES
from tests.commands.shell import (
    NOBODY,
    SEED,
    STATE,
    Shell,
    added,
    batch,
    environment,
    forget_after,
    order,
    requests,
)

MANDATE = "{name: mandate, check: pairs, allow: [XBT/EUR], message: Only bitcoin}"
SMALL = "{name: small, check: volume, most: 1, per: day, message: Enough for today}"
COLLAR = "{name: collar, check: collar, against: last, above: 5%, below: 5%, message: Too dear}"
LATER = "{name: calm, check: rejects, most: 0, message: Something is wrong}"


def policy(*rules: str, path: str = "policy.yaml") -> Path:
    """Write a policy."""
    file = Path(path)
    file.parent.mkdir(exist_ok=True)
    file.write_text("version: 1\nname: desk\nrules:\n" + "".join(f"  - {rule}\n" for rule in rules), "utf-8")
    return file


@pytest.mark.parametrize("verb", ["validate", "plan", "apply"])
def test_every_verb_refuses_what_a_policy_denies(shell: Shell, verb: str) -> None:
    """With the line of the order and the name of the rule; and nothing is sent."""
    policy(MANDATE)
    said = shell(verb, batch(order("a"), order("b", pair="XBT/EUR", price="8500", volume="0.01")))
    assert said.code == 4
    told = " ".join((said.stdout + said.stderr).split())
    assert "one.yaml:6:10: group/a: denied by mandate: Only bitcoin ETH/EUR is none of XBT/EUR" in told
    assert "group/b:" not in told
    assert requests() == []


def test_programs_get_the_same(shell: Shell) -> None:
    """One problem for each line, in the form of all problems."""
    policy(MANDATE)
    said = shell("apply", batch(order("a")), "--format", "json")
    assert said.json["exit_code"] == 4
    (problem,) = said.json["problems"]
    assert (problem["line"], problem["path"]) == (6, "group/a")
    assert problem["message"] == "denied by mandate: Only bitcoin"


def unreadable(kind: str) -> None:
    """Put something in the place of a policy that is none."""
    place = Path("policy.yaml")
    match kind:
        case "dangling link":
            place.symlink_to("nowhere.yaml")
        case "looping link":
            place.symlink_to("policy.yaml")
        case "link below a file":
            Path("file").touch()
            place.symlink_to("file/policy.yaml")
        case "folder":
            place.mkdir()
        case "pipe":
            os.mkfifo(place)
        case "device":
            place.symlink_to("/dev/zero")
        case "too large":
            place.write_bytes(b"#" * (MAX_FILE_BYTES + 1))
        case "not UTF-8":
            place.write_bytes(b"version: 1\nname: \xff\n")
        case "empty":
            place.touch()


UNREADABLE = ["dangling link", "looping link", "link below a file", "folder", "pipe", "device", "too large"]
UNREADABLE += ["not UTF-8", "empty"]


@pytest.mark.parametrize("kind", UNREADABLE)
def test_a_policy_that_cannot_be_read_stops_everything(shell: Shell, kind: str) -> None:
    """It is never taken for none."""
    unreadable(kind)
    for verb in ("validate", "plan", "apply"):
        said = shell(verb, batch(order("a")))
        assert said.code == 3
        assert "policy.yaml:" in said.stdout + said.words
    assert requests() == []


def test_a_policy_that_may_not_be_read_stops_everything(shell: Shell) -> None:
    """Whoever runs tests as root may read all, and then its rules hold."""
    policy(MANDATE).chmod(0)
    said = shell("apply", batch(order("a")))
    assert said.code == (4 if os.geteuid() == 0 else 3)
    assert requests() == []


@pytest.mark.parametrize("verb", ["validate", "plan", "apply"])
def test_another_spelling_stops_everything(shell: Shell, verb: str) -> None:
    """And the right one is named."""
    policy(MANDATE, path="policy.yml")
    said = shell(verb, batch(order("a")))
    assert said.code == 3
    told = " ".join((said.stdout + said.stderr).split())
    assert "policy.yml" in told
    assert "a policy under this name is not read" in told
    assert "Call it policy.yaml;" in told
    assert requests() == []


@pytest.mark.parametrize("name", ["/dev/stdin", "-", "/dev/fd/0"])
def test_a_batch_from_a_pipe_answers_to_the_policy_where_the_command_runs(shell: Shell, name: str) -> None:
    """And it is said that it does."""
    policy(MANDATE)
    file = batch(order("a"))
    for verb in ("plan", "apply"):
        piped = subprocess.run(
            [sys.executable, "-m", "runner", verb, name],
            env=environment(),
            input=file.read_bytes(),
            capture_output=True,
            timeout=30,
            check=False,
        )
        assert piped.returncode == 4, piped.stderr
        told = " ".join(piped.stderr.decode().split())
        assert f"policies are looked for in {Path.cwd()} as well" in told
        assert "denied by mandate" in told
    assert requests() == []


def test_a_policy_above_holds_as_well(shell: Shell) -> None:
    """Up to the repository's root."""
    Path(".git").mkdir()
    policy(MANDATE)
    policy(SMALL, path="desk/policy.yaml")
    file = batch(order("a")).rename("desk/one.yaml")
    said = shell("apply", file, "--format", "json")
    assert said.code == 4
    assert "denied by policy.yaml/mandate: Only bitcoin" in said.words


def wide(*rules: str) -> list[dict[str, str]]:
    """Two policies that allow all, as results name them."""
    Path(".git").mkdir()
    files = [
        policy(*rules, path="desk/policy.yaml"),
        policy(*rules, "{name: all, check: types, allow: [buy, sell], message: M}"),
    ]
    return [
        {"name": "desk", "file": str(file), "digest": hashlib.sha256(file.read_bytes()).hexdigest()}
        for file in files
    ]


@pytest.mark.parametrize("format", ["text", "json", "markdown", "github", "sarif", "junit"])
def test_every_plan_and_every_result_names_the_policies_that_held(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, format: str
) -> None:
    """With their digests, in every format; and so does the manifest."""
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    rows = wide(SMALL)
    file = batch(order("a")).rename("desk/one.yaml")
    for verb in ("plan", "apply", "apply"):
        said = shell(verb, file, "--format", format)
        assert said.code == 0
        for row in rows:
            assert row["digest"][:16] in said.stdout
            assert row["file"] in said.stdout
        if format == "github":
            assert all(row["digest"][:16] in (tmp_path / "summary.md").read_text("utf-8") for row in rows)
    manifest = json.loads((STATE / "paper" / "one" / "manifest.json").read_text("utf-8"))
    assert manifest["policies"] == rows


@pytest.mark.parametrize("format", ["text", "json", "markdown", "github", "sarif", "junit"])
def test_that_there_is_no_policy_is_said(shell: Shell, format: str) -> None:
    """In every format."""
    for verb in ("plan", "apply"):
        said = shell(verb, batch(order("a")), "--format", format)
        assert ('"policies": []' if format == "json" else "no policy") in said.stdout


@pytest.mark.parametrize("format", ["json", "markdown", "github", "sarif", "junit"])
def test_a_plan_shows_reviewers_what_is_denied(shell: Shell, format: str) -> None:
    """In every form, with the line and the name of the rule."""
    policy(MANDATE)
    said = shell("plan", batch(order("a")), "--format", format)
    assert said.code == 4
    assert "mandate" in said.stdout
    assert "Only bitcoin" in said.stdout
    assert "6" in said.stdout


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
    said = shell("validate", batch(order("a")), file, "--format", format)
    assert said.code == 0
    assert said.stdout
    assert "<failure" not in said.stdout


def test_a_policy_that_is_named_holds_beside_the_one_that_is_found(shell: Shell) -> None:
    """From wherever it is, and it is no way around another."""
    other = policy(SMALL, path="elsewhere/rules.yaml")
    file = batch(order("a"), order("b", price="146", volume="0.9"))
    assert shell("plan", file, "--policy", other).code == 4
    assert shell("apply", file, "--policy", "nowhere.yaml").code == 3
    policy(MANDATE)
    small = batch(order("a"))
    assert shell("plan", small).code == 4
    said = shell("plan", small, "--policy", other)
    assert said.code == 4
    assert "the policies desk and desk deny one message" in said.words
    assert "denied by policy.yaml/mandate: Only bitcoin" in said.words
    assert requests() == []


def test_a_policy_with_problems_stops_everything(shell: Shell) -> None:
    """As a batch with problems does, and with the policy's own lines."""
    policy("{name: x, check: pair, message: M}")
    file = batch(order("a"))
    for verb in ("validate", "plan", "apply"):
        said = shell(verb, file)
        assert said.code == 3
        assert "policy.yaml:4:22: rules[0].check: one of pairs," in said.stdout + said.stderr
    assert requests() == []


def test_policies_are_validated_beside_batches(shell: Shell) -> None:
    """A file of that name is read as what it is, so that a pattern for all files of a folder may hold it."""
    file = policy(SMALL)
    said = shell("validate", batch(order("a")), file)
    assert said.code == 0
    assert "policy.yaml: valid, policy desk: 1 rule\n" in said.stdout
    assert shell("validate", file, "--format", "json").json["files"][0]["rules"] == 1


def test_the_day_is_counted_over_all_batches_and_runs(shell: Shell) -> None:
    """From the journals; what was applied already does not stand in its own way."""
    policy(SMALL)
    first = batch(order("a", volume="0.6"), name="first")
    assert shell("apply", first).code == 0
    assert shell("apply", first).code == 0
    said = shell("apply", batch(order("a", volume="0.6"), name="second"))
    assert said.code == 4
    assert "1.2 ETH, after 0.6 before; at most 1 for a day" in said.words
    assert shell("apply", batch(order("a", volume="0.4"), name="third")).code == 0
    assert len(added()) == 2


def test_a_rejects_rule_stops_a_run_in_its_middle(shell: Shell) -> None:
    """No plan can know it: the send path refuses what is left, and what was sent stands."""
    policy(LATER)
    text = "version: 1\nname: b\ngroups:\n"
    text += (
        f"  - {{name: one, on_reject: continue, orders: [{order('a')}, {order('bad', volume='9999999')}]}}\n"
    )
    text += f"  - {{name: two, orders: [{order('c')}]}}\n"
    Path("b.yaml").write_text(text, "utf-8")
    said = shell("apply", "b.yaml", "--format", "json")
    assert said.code == 1
    assert said.outcomes() == {"a": "placed", "bad": "rejected", "c": "refused"}
    assert said.orders()["c"]["error"].startswith("denied by calm: Something is wrong (")


def test_prices_are_read_for_rules_that_look_at_them(shell: Shell) -> None:
    """The market of the simulated exchange stands at about 150."""
    policy(COLLAR)
    file = batch(order("a"), order("b", price="160"), order("c", type="sell", price="155"))
    for verb in ("plan", "apply"):
        said = shell(verb, file)
        assert said.code == 4
        assert "one.yaml:7:10: group/b: denied by collar: Too dear limit 160 is 6." in said.words
        assert "group/a:" not in said.words
    assert added() == []
    assert shell("apply", batch(order("a"), order("c", type="sell", price="155"))).code == 0


def test_what_cannot_be_checked_offline_is_said(shell: Shell) -> None:
    """It is no reason to refuse a plan, which sends nothing."""
    policy(COLLAR)
    said = shell("plan", batch(order("b", price="160")), "--offline")
    assert said.code == 0
    assert "group/b: not checked for collar: Too dear no price of ETH/EUR is known" in said.words


def test_nothing_is_sent_where_prices_cannot_be_read(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is there who would say what the market is."""
    policy(COLLAR)
    for name, text in NOBODY.items():
        monkeypatch.setenv(name, text)
    said = shell("apply", batch(order("a")), "--venue", "kraken", "--yes")
    assert said.code == 5
    assert "the prices that the policy desk looks at cannot be read" in said.words


def test_a_warning_is_said_and_nothing_is_held_back(shell: Shell) -> None:
    """On standard error, beside the result."""
    policy(MANDATE.replace("message", "answer: warn, message"))
    for verb in ("plan", "apply"):
        said = shell(verb, batch(order("a")))
        assert said.code == 0
        assert "one.yaml:6:10: group/a: warning of mandate: Only bitcoin" in said.words
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
    assert [(one["rule"], one["answer"], one["line"]) for one in saved["findings"]] == [
        ("mandate", "warn", 6)
    ]
    held = rules.read_text("utf-8")
    rules.unlink()
    assert "it was made under the policy" in shell("apply", "plan.json").words
    rules.write_text(held + "\n", "utf-8")
    assert shell("apply", "plan.json").code == 4
    assert added() == []
    rules.write_text(held, "utf-8")
    said = shell("apply", "plan.json", "--format", "json")
    assert said.code == 0
    assert said.json["policy"] == digest


def test_a_saved_plan_answers_to_the_policy_beside_itself(shell: Shell) -> None:
    """And to the one beside the file that it was made of: it is no way around either, made or moved there."""
    policy(MANDATE, path="desk/policy.yaml")
    file = batch(order("a"))
    assert shell("plan", file, "--out", "desk/plan.json").code == 4
    assert not Path("desk/plan.json").exists()
    assert shell("plan", file, "--out", "plan.json").code == 0
    moved = Path("plan.json").rename("desk/plan.json")
    said = shell("apply", moved)
    assert said.code == 4
    assert "it was made under no policy, and now there is policy desk (desk/policy.yaml" in said.words
    Path("link.json").symlink_to("desk/plan.json")
    assert shell("apply", "link.json").code == 4
    assert requests() == []


def test_a_saved_plan_is_asked_again_when_it_is_applied(shell: Shell) -> None:
    """What was allowed then may be too much today."""
    policy(SMALL)
    assert shell("plan", batch(order("a", volume="0.6")), "--out", "plan.json").code == 0
    assert shell("apply", batch(order("a", volume="0.6"), name="sooner")).code == 0
    said = shell("apply", "plan.json")
    assert said.code == 4
    assert "one.yaml:6:10: group/a: denied by small" in said.words


def test_a_run_that_was_begun_is_looked_up_whatever_the_policy_says_now(shell: Shell) -> None:
    """What was sent stands, under a policy that has changed since; what was never sent is held back."""
    first = batch(order("a"))
    placed = shell("apply", first, "--format", "json").orders()["a"]["txid"]
    forget_after(STATE / "paper" / "one", "order-intent")
    policy(MANDATE)
    said = shell("apply", batch(order("a"), order("b", price="146")), "--format", "json")
    assert said.code == 4
    assert said.outcomes() == {"a": "placed", "b": "refused"}
    assert said.orders()["a"]["txid"] == placed
    assert len(added()) == 1
