"""Saved plans: made by ``plan --out``, carried out once by ``apply`` and by nothing else."""

from __future__ import annotations

import json
import os
import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from jsonschema import Draft202012Validator

from runner.batchfile import load_schema, parse
from runner.domain import Secret
from runner.journal import Ledger
from runner.planning import plan as engine_plan
from runner.review import read_plan, save_plan, write_plan
from tests.acceptance.foreign.process import foreign_exchange
from tests.app.shell import (
    BATCHES,
    PAPER_RECORD,
    STATE,
    UNREACHABLE,
    CommandResult,
    Shell,
    added,
    batch,
    finish,
    order,
    requests,
    served,
    start,
)

if TYPE_CHECKING:
    from tests.app.shell import Served

PLAN = Path("plan.json")
LIVE = ("--venue", "kraken", "--yes")


def make(shell: Shell, *options: str, file: Path = BATCHES / "quickstart.yaml") -> CommandResult:
    """Save a plan as ``plan.json``."""
    result = shell("plan", file, "--out", PLAN, *options)
    assert result.code == 0, result.stderr
    return result


def assert_refused(result: CommandResult, *words: str) -> None:
    """Exit code 4, with a reason."""
    assert result.code == 4, result.stderr
    shown = " ".join(result.stderr.split())
    assert "nothing was sent" in shown
    assert all(word in shown for word in words), shown


def test_a_saved_plan_is_of_the_published_form(shell: Shell) -> None:
    """The output of ``plan --out`` is as ``order-batch schema plan`` describes it, and names that schema."""
    result = make(shell)
    content = json.loads(PLAN.read_text("utf-8"))
    Draft202012Validator(shell("schema", "plan").json).validate(content)
    assert content["id"][:12] in result.words
    assert content["expires_at"] in result.words
    assert content["changes"] is True
    assert content["batch"] == "quickstart"


@pytest.mark.parametrize("file", sorted(BATCHES.glob("*.yaml")), ids=lambda file: file.stem)
def test_every_example_makes_a_plan(shell: Shell, file: Path) -> None:
    """Of the published form."""
    make(shell, file=file)
    Draft202012Validator(load_schema("plan")).validate(json.loads(PLAN.read_text("utf-8")))


def test_apply_sends_exactly_what_was_saved(shell: Shell) -> None:
    """The exchange hears the messages of the plan, although the file has gone since."""
    file = batch(order("a"), order("b", price="10.50", volume="1.0", oflags="post"))
    make(shell, file=file)
    file.unlink()
    result = shell("apply", PLAN, "--format", "json")
    assert result.code == 0
    heard = [
        {name: request[name] for name in request if name not in ("reqid", "deadline")} for request in added()
    ]
    content = json.loads(PLAN.read_text("utf-8"))
    assert [row["message"] for row in content["orders"]] == heard
    assert result.json["plan"] == content["id"]


def test_a_plan_is_used_once(shell: Shell) -> None:
    """The same plan twice, also from a second state directory: nothing the second time, exit code 4."""
    make(shell)
    assert shell("apply", PLAN).code == 0
    heard = requests()
    assert_refused(shell("apply", PLAN), "used before")
    assert_refused(shell("apply", PLAN, "--state-dir", "second"), "made for the account")
    assert requests() == heard
    assert not (Path("second") / PAPER_RECORD).exists()


def test_a_plan_with_nothing_to_do_is_used_once_too(shell: Shell) -> None:
    """The plan says so itself: no second plan is needed to see it."""
    shell("apply", BATCHES / "quickstart.yaml")
    make(shell)
    assert json.loads(PLAN.read_text("utf-8"))["changes"] is False
    assert shell("apply", PLAN).code == 0
    assert_refused(shell("apply", PLAN), "used before")


def test_a_plan_is_used_once_over_two_machines(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three processes, two states, one account: the exchange's records show that the plan was used."""
    with served(STATE, "--option", "rest.enforce_rates=false") as exchange:
        apply_on_two_machines(shell, exchange, monkeypatch)
    assert len(added()) == 4


def apply_on_two_machines(shell: Shell, exchange: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make a plan, use it here, and try it there and here again."""
    environ = exchange.environment
    for name, text in environ.items():
        monkeypatch.setenv(name, text)
    make(shell, "--venue", "kraken")
    runs = [
        shell("apply", PLAN, *LIVE, "--state-dir", "here"),
        finish(start("apply", "plan.json", *LIVE, "--state-dir", "there", **environ)),
        shell("apply", PLAN, *LIVE, "--state-dir", "here"),
        shell("apply", PLAN, *LIVE, "--state-dir", "there"),
    ]
    assert runs[0].code == 0, runs[0].stderr
    for run in runs[1:]:
        assert run.code == 4
        assert "used before" in " ".join((run.stdout + run.stderr).split())


@pytest.mark.long
def test_a_killed_run_of_a_plan_is_taken_up(shell: Shell) -> None:
    """``kill -9`` in the middle, then the same command: all that was planned is placed, once."""
    orders = [order(f"o{number}", price=f"1{number:02}", volume=f"0.1{number:02}") for number in range(60)]
    make(shell, file=batch(*orders))
    process = start("apply", "plan.json", "--deadline", "2", "--settle", "0")
    journal = STATE / "paper" / "one" / "journal.jsonl"
    ends = time.monotonic() + 120
    while not (journal.exists() and b"order-intent" in journal.read_bytes()):
        assert time.monotonic() < ends
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    result = shell("apply", PLAN, "--deadline", "2", "--settle", "0", "--format", "json")
    assert result.code in (0, 4), result.stderr
    assert (
        set(result.outcomes().values()) == {"placed"} if result.code == 0 else "used before" in result.stderr
    )
    assert sorted(request["volume"] for request in added()) == sorted(
        f"0.1{number:02}" for number in range(60)
    )
    assert_refused(shell("apply", PLAN), "used before")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"plan_version"', b'"plan_versiom"'),
        (b'"price": "145"', b'"price": "146"'),
        (b"price: 145", b"price: 146"),
        (b'"venue": "paper"', b'"venue": "papes"'),
        (b"}\n", b"} "),
    ],
)
def test_an_edited_plan_is_refused(shell: Shell, old: bytes, new: bytes) -> None:
    """One byte, wherever it is."""
    make(shell)
    content = PLAN.read_bytes()
    assert old in content
    PLAN.write_bytes(content.replace(old, new, 1))
    assert_refused(shell("apply", PLAN), "edited")
    assert requests() == []


def test_a_plan_for_another_venue_account_or_run_key_is_refused(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each with its reason, and no state is made for it."""
    file = batch(order(), top="repeat: true")
    make(shell, "--run-key", "1", file=file)
    monkeypatch.setenv("KRAKEN_API_KEY", "key")
    monkeypatch.setenv("KRAKEN_API_SECRET", "a2V5")
    assert_refused(
        shell("apply", PLAN, *LIVE, "--run-key", "1"), "made for the venue paper, and this is kraken"
    )
    assert_refused(shell("apply", PLAN, "--run-key", "2"), "made for the run key 1")
    assert_refused(shell("apply", PLAN), "this run has no run key")
    make(shell, "--venue", "kraken", "--offline", "--run-key", "1", file=file)
    assert json.loads(PLAN.read_text("utf-8"))["account"] == Secret("key").fingerprint()
    monkeypatch.setenv("KRAKEN_API_KEY", "another")
    assert_refused(shell("apply", PLAN, *LIVE, "--run-key", "1"), "made for the account")
    assert sorted(path.name for path in STATE.iterdir()) == ["paper"]


@pytest.mark.usefixtures("skipped_waits")
def test_a_plan_without_an_account_says_so(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """The plan says so when it is made, in the file, and when it is applied."""
    file = batch(order())
    result = make(shell, "--venue", "kraken", "--offline", file=file)
    assert "WARNING: plan.json: this plan binds no account" in result.words
    content = json.loads(PLAN.read_text("utf-8"))
    assert content["account"] is None
    assert content["applies_to"].startswith("no account: ")
    for name, text in UNREACHABLE.items():
        monkeypatch.setenv(name, text)
    result = shell("apply", PLAN, *LIVE)
    assert result.code == 5
    assert "WARNING: plan.json: this plan binds no account" in result.words
    result = make(shell, "--venue", "kraken", "--offline", file=file)
    assert "binds" not in result.words
    assert json.loads(PLAN.read_text("utf-8"))["applies_to"] == f"the account {Secret('key').fingerprint()}"


def test_a_plan_answers_to_the_rules_for_run_keys(shell: Shell) -> None:
    """As its batch file does: nothing without `repeat` is placed a second time under a key."""
    make(shell, file=batch(order()))
    assert shell("apply", PLAN).code == 0
    for verb in ("plan", "apply", "status"):
        options = ("--out", "second.json") if verb == "plan" else ()
        result = shell(verb, PLAN, "--run-key", "K", *options)
        assert result.code == 3
        assert "a run key is for batches that say `repeat: true`" in result.words
    assert not Path("second.json").exists()
    make(shell, "--run-key", "1", file=batch(order(), top="repeat: true", name="again"))
    assert_refused(shell("plan", PLAN, "--run-key", "2"), "made for the run key 1")
    assert shell("plan", PLAN, "--run-key", "1").code == 0
    assert len(added()) == 1


def test_no_key_is_in_a_plan(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its digest is, and that gives nothing away."""
    monkeypatch.setenv("KRAKEN_API_KEY", "CANARY-KEY")
    monkeypatch.setenv("KRAKEN_API_SECRET", "Q0FOQVJZ")
    result = make(shell, "--venue", "kraken", "--offline")
    shown = PLAN.read_text("utf-8") + result.stdout + result.stderr
    assert "CANARY" not in shown
    assert "Q0FOQVJZ" not in shown


def test_a_plan_that_has_expired_is_refused(shell: Shell) -> None:
    """It is made two days ago, for one."""
    file = batch(order())
    source = file.read_bytes()
    parsed = parse(source, str(file)).batch
    assert parsed is not None
    found = engine_plan(parsed, Ledger(), run_key="", venue="paper")
    now = time.time() - 172_800
    saved = save_plan(found, source, tool="order-batch test", now=now, valid_for_s=86_400, account=None)
    PLAN.write_text(write_plan(saved), "utf-8")
    assert_refused(shell("apply", PLAN), "it expired at")
    assert shell("status", PLAN).code == 0


def test_what_was_placed_since_makes_a_plan_stale(shell: Shell) -> None:
    """A reviewer was shown something else."""
    file = batch(order("a"), order("b", price="146"))
    make(shell, file=file)
    shell("apply", batch(order("a")))
    assert_refused(shell("apply", PLAN), "group/a was to be sent when the plan was made, and is placed")
    assert len(added()) == 1


def test_valid_for_says_how_long(shell: Shell) -> None:
    """In seconds, minutes, hours or days."""
    make(shell, "--valid-for", "90s")
    saved = read_plan(PLAN.read_bytes(), name="plan.json")
    assert saved.ends_at - saved.made_at == pytest.approx(90)
    assert shell("plan", BATCHES / "quickstart.yaml", "--out", PLAN, "--valid-for", "soon").code == 3


@pytest.mark.parametrize("path", ["nowhere/plan.json", "/dev/null"])
def test_a_plan_that_cannot_be_written_is_said_at_once(shell: Shell, path: str) -> None:
    """Exit code 3, before anything is read."""
    assert shell("plan", "missing.yaml", "--out", path).code == 3


def test_a_folder_that_takes_nothing_is_said_before_anything_is_done(shell: Shell) -> None:
    """A run is not carried out whose manifest could not be written."""
    folder = Path("closed")
    folder.mkdir(mode=0o555)
    if os.access(folder, os.W_OK):
        pytest.skip("root writes wherever it likes")
    result = shell("apply", batch(order("a")), "--manifest", folder / "manifest.json")
    assert (result.code, "nothing can be written into closed" in result.words) == (3, True)
    assert not STATE.exists()


def test_a_plan_that_would_be_refused_is_not_saved(shell: Shell) -> None:
    """An order that changed after it was placed cannot be applied, so there is nothing to review."""
    shell("apply", batch(order("a")))
    result = shell("plan", batch(order("a", price="146")), "--out", PLAN)
    assert result.code == 4
    assert not PLAN.exists()


def test_no_output_takes_the_place_of_an_input(shell: Shell) -> None:
    """Under whatever spelling of its name."""
    file = batch(order("a"))
    content = file.read_bytes()
    Path("same.yaml").hardlink_to(file)
    for output in (file, file.absolute(), "same.yaml"):
        result = shell("plan", file, "--out", output)
        assert (result.code, "which is read" in result.words) == (3, True)
        result = shell("apply", file, "--manifest", output)
        assert (result.code, "which is read" in result.words) == (3, True)
    assert file.read_bytes() == content
    assert not STATE.exists()


@pytest.mark.parametrize(
    ("output", "words"),
    [
        ("-", "is written to a file"),
        (".git/config", "a repository's own folder"),
        (".git/hooks/x", "own folder"),
    ],
)
def test_no_output_goes_where_it_harms(shell: Shell, output: str, words: str) -> None:
    """Neither into a repository's own folder, nor into a file that is called as a stream is."""
    Path(".git/hooks").mkdir(parents=True)
    Path(".git/config").write_text("[core]\n", "utf-8")
    result = shell("plan", batch(order("a")), "--out", output)
    assert result.code == 3
    assert words in result.words
    assert Path(".git/config").read_text("utf-8") == "[core]\n"
    assert not Path("-").exists()


def test_no_output_takes_the_place_of_the_state(shell: Shell) -> None:
    """An overwritten journal would not show placed orders, and a new lock would lock out no other run."""
    file = batch(order("a"))
    shell("apply", file)
    shell("plan", file, "--out", PLAN)
    kept = {path: path.read_bytes() for path in STATE.rglob("*") if path.is_file()}
    assert {path.name for path in kept} >= {"journal.jsonl", "lock", "manifest.json"}
    Path("in").symlink_to(STATE / "paper" / "one")
    for output in (*kept, Path("in/journal.jsonl")):
        for words in (("apply", file, "--manifest"), ("apply", PLAN, "--manifest"), ("plan", file, "--out")):
            result = shell(*words, output)
            assert (result.code, "cannot be written among journals" in result.words) == (3, True)
    assert {path: path.read_bytes() for path in STATE.rglob("*") if path.is_file()} == kept


def test_no_output_is_written_behind_a_link_of_a_work_tree(shell: Shell, tmp_path: Path) -> None:
    """A commit may have put it in place of the folder that a workflow names; elsewhere links are followed."""
    file = batch(order("a"))
    (tmp_path / "goal" / "below").mkdir(parents=True)
    Path("plans").symlink_to(tmp_path / "goal")
    assert shell("plan", file, "--offline", "--out", "plans/below/one.json").code == 0
    Path(".git").mkdir()
    for output in ("plans/two.json", "plans/below/two.json", Path("plans/two.json").absolute()):
        result = shell("plan", file, "--offline", "--out", output)
        assert (result.code, "behind a link" in result.words) == (3, True)
        result = shell("apply", file, "--manifest", output)
        assert (result.code, "behind a link" in result.words) == (3, True)
    assert [path.name for path in (tmp_path / "goal").rglob("*.json")] == ["one.json"]


def test_no_output_takes_the_place_of_what_a_plan_was_made_of(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its batch file, a policy that is found beside it, and a file with a secret."""
    file, key = batch(order("a")), Path("key")
    key.write_text("k")
    monkeypatch.setenv("KRAKEN_API_KEY_FILE", str(key))
    shell("plan", file, "--offline", "--out", PLAN)
    kept = file.read_bytes()
    for output, why in ((file, "which is read"), (key, "which is read"), ("policy.yaml", "only a policy")):
        for words in (("apply", PLAN, "--manifest"), ("plan", PLAN, "--offline", "--out")):
            result = shell(*words, output)
            assert (result.code, why in result.words) == (3, True), result
    assert (file.read_bytes(), key.read_text()) == (kept, "k")
    assert not Path("policy.yaml").exists()


def test_a_plan_binds_the_account_and_not_the_key(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A new key of the account may apply what was reviewed; another account's may not, and sends nothing."""
    file = batch(order())
    for seed, (name, iban, code) in enumerate((("a", "AA01", 0), ("b", "AA02", 4), ("c", "AA01", 0))):
        (tmp_path / name).mkdir()
        with foreign_exchange(tmp_path / name, iban=iban, seed=seed) as exchange:
            for variable, text in exchange.environment.items():
                monkeypatch.setenv(variable, text)
            if name == "a":
                make(shell, "--venue", "kraken", file=file)
                content = json.loads(PLAN.read_text("utf-8"))
                assert (content["account"], content["applies_to"]) == ("AA01", "the account AA01")
                continue
            result = shell("apply", PLAN, *LIVE, "--unchecked", "--state-dir", name)
            assert result.code == code, result
            assert len(exchange.account().received("addOrder")) == (0 if code else 1)
            if code:
                assert "it was made for the account AA01, and this is AA02" in result.words
