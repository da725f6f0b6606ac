"""``order-batch apply`` of several files, one after another."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from jsonschema import Draft202012Validator

from runner.batchfile import load_schema
from runner.runtime.storage import hold
from tests.app.shell import (
    PAPER_RECORD,
    STATE,
    Shell,
    added,
    at_terminal,
    batch,
    finish,
    forget_after,
    order,
    served,
    start,
)

if TYPE_CHECKING:
    from tests.app.shell import CommandResult

pytestmark = pytest.mark.usefixtures("skipped_waits")

LIMIT = """\
version: 1
name: desk
rules:
  - {name: most-a-day, check: orders, most: 3, per: day, message: Ask the head of desk}
"""


def three() -> list[Path]:
    """Three files with an order each."""
    return [batch(order(price=str(143 + number)), name=name) for number, name in enumerate("abc")]


def states(command: CommandResult) -> dict[str, str]:
    """The outcome of each file."""
    assert list(Draft202012Validator(load_schema("results")).iter_errors(command.json)) == []
    return {file["file"]: file["state"] for file in command.json["files"]}


def prices() -> list[str]:
    """The prices of the orders that were booked, in their order."""
    return [request["price"] for request in added()]


def test_files_are_applied_in_the_order_of_their_names(shell: Shell) -> None:
    """Each with its own journal and manifest, over one connection to the records and with one token."""
    command = shell("apply", *reversed(three()), "--format", "json")
    assert command.code == 0, command.stderr
    assert list(states(command).values()) == ["done"] * 3
    assert prices() == ["143", "144", "145"]
    for name, file in zip("abc", command.json["files"], strict=True):
        manifest = json.loads((STATE / "paper" / name / "manifest.json").read_text("ascii"))
        assert manifest == file["manifest"]
    assert command.json["summary"]["orders"]["placed"] == 3
    again = shell("apply", ".", "--format", "json")
    assert (again.code, len(added())) == (0, 3)
    assert again.json["summary"]["orders"]["already"] == 3


def test_an_invalid_file_stops_all_before_anything_is_sent(shell: Shell) -> None:
    """Also where the others would keep going."""
    three()
    batch(order(volume="-1"), name="z")
    for options in ((), ("--keep-going",)):
        command = shell("apply", ".", "--format", "json", *options)
        assert command.code == 3
        assert list(states(command).values()) == ["not_begun"] * 3 + ["failed"]
        assert "a.yaml: not applied: z.yaml failed" in command.words
        assert not STATE.exists()


def test_what_is_refused_in_the_look_stops_all(shell: Shell) -> None:
    """Before anything is sent; those that keep going leave it out, and its money with it."""
    for name, volume in (("a", "1"), ("b", "5000"), ("c", "2")):
        batch(order(price="100", volume=volume), name=name)
    command = shell("apply", ".", "--format", "json")
    assert command.code == 4
    assert list(states(command).values()) == ["not_begun", "failed", "not_begun"]
    assert added() == []
    command = shell("apply", ".", "--format", "json", "--keep-going")
    assert command.code == 4
    assert list(states(command).values()) == ["done", "failed", "done"]
    assert [request["volume"] for request in added()] == ["1", "2"]


def test_money_counts_over_all_files(shell: Shell) -> None:
    """As it does in a plan of them."""
    for name in "ab":
        batch(order(volume="600", price="100"), name=name)
    command = shell("apply", ".", "--format", "json")
    assert (command.code, added()) == (4, [])
    assert "b.yaml" in command.words
    assert shell("apply", "a.yaml").code == 0


def test_limits_of_a_day_count_over_all_files(shell: Shell) -> None:
    """Before anything is sent, and again as each is sent."""
    Path("policy.yaml").write_text(LIMIT, "utf-8")
    for name in "ab":
        batch(order("x"), order("y", price="144"), name=name)
    command = shell("apply", ".", "--format", "json")
    assert (command.code, added()) == (4, [])
    command = shell("apply", ".", "--format", "json", "--unchecked")
    assert (command.code, len(added())) == (4, 0)
    batch(order("x"), name="b")
    assert shell("apply", ".", "--format", "json").code == 0
    assert len(added()) == 3


def test_a_file_that_fails_stops_those_after_it(shell: Shell) -> None:
    """Unless they keep going. What the exchange rejects is found out only when it is sent."""
    batch(order(), name="a")
    batch(order(volume="0.00001"), name="b")
    batch(order(price="144"), name="c")
    command = shell("apply", ".", "--format", "json", "--unchecked")
    assert command.code == 1
    assert list(states(command).values()) == ["done", "failed", "not_begun"]
    assert command.json["files"][2]["stopped_by"] == "b.yaml"
    assert prices() == ["145"]
    command = shell("apply", ".", "--format", "json", "--unchecked", "--keep-going")
    assert command.code == 1
    assert list(states(command).values()) == ["done", "failed", "done"]
    assert prices() == ["145", "144"]


def test_a_crash_between_two_files_is_gone_on_from(shell: Shell) -> None:
    """The first is done, the second was cut off, the third not begun: nothing is placed twice."""
    three()
    assert shell("apply", "a.yaml", "b.yaml").code == 0
    forget_after(STATE / "paper" / "b", "order-intent")
    command = shell("apply", ".", "--format", "json")
    assert command.code == 0, command.stderr
    assert list(states(command).values()) == ["done"] * 3
    assert prices() == ["143", "144", "145"]


def test_an_interrupted_file_is_completed_though_a_later_one_is_refused(shell: Shell) -> None:
    """Its sent orders are settled; nothing else is begun."""
    batch(order(), name="a")
    assert shell("apply", "a.yaml").code == 0
    forget_after(STATE / "paper" / "a", "order-intent")
    batch(order(), name="b")
    batch(order(volume="0.00001"), name="c")
    command = shell("apply", ".", "--format", "json")
    assert command.code == 4
    assert list(states(command).values()) == ["done", "not_begun", "failed"]
    assert len(added()) == 1


def test_a_locked_file_stops_all_or_itself(shell: Shell) -> None:
    """Another run holds its journal."""
    three()
    shell("apply", "b.yaml", "--validate-only")
    with hold(STATE / "paper" / "b"):
        command = shell("apply", ".", "--format", "json")
        assert (command.code, added()) == (7, [])
        assert list(states(command).values()) == ["not_begun", "failed", "not_begun"]
        command = shell("apply", ".", "--format", "json", "--keep-going")
        assert command.code == 7
        assert list(states(command).values()) == ["done", "failed", "done"]
    assert prices() == ["143", "145"]


def test_what_prevents_all_is_one_error(shell: Shell) -> None:
    """An exchange that another command has for itself, two files of one name."""
    three()
    shell("apply", "a.yaml")
    with hold(STATE / PAPER_RECORD.parent):
        command = shell("apply", ".", "--format", "json")
    assert (command.code, command.json["exit_code"]) == (7, 7)
    Path("z.yaml").write_text(Path("a.yaml").read_text("utf-8"), "utf-8")
    assert shell("apply", ".").code == 3
    assert len(added()) == 1


def test_only_validating_places_nothing(shell: Shell) -> None:
    """Of any of them."""
    three()
    command = shell("apply", ".", "--format", "json", "--validate-only")
    assert command.code == 0
    assert command.json["summary"]["orders"]["validated"] == 3
    assert added() == []


def test_the_manifest_is_one_for_each_file(shell: Shell) -> None:
    """So that one name for all of them is refused, before anything is sent."""
    three()
    command = shell("apply", ".", "--manifest", "m.json")
    assert (command.code, "With --report json=FILE" in command.words) == (3, True)
    assert not STATE.exists()


def test_events_of_all_are_in_one_file(shell: Shell) -> None:
    """In the order of the runs."""
    three()
    assert shell("apply", ".", "--events", "e.jsonl").code == 0
    events = [json.loads(line) for line in Path("e.jsonl").read_text("ascii").splitlines()]
    assert [event["batch"] for event in events if event["entry"] == "run-started"] == ["a", "b", "c"]


# --- saved plans -----------------------------------------------------------------------------


def saved(shell: Shell) -> None:
    """Three files, planned and saved as one."""
    three()
    command = shell("plan", ".", "--out", "plans.json")
    assert command.code == 0, command.stderr


def test_saved_plans_are_applied_in_their_order_and_once(shell: Shell) -> None:
    """And by the digest of each, its journal knows which plan it was."""
    saved(shell)
    command = shell("apply", "plans.json", "--format", "json")
    assert command.code == 0, command.stderr
    assert list(states(command)) == ["a.yaml", "b.yaml", "c.yaml"]
    plans = json.loads(Path("plans.json").read_text("ascii"))["plans"]
    assert [file["manifest"]["plan"] for file in command.json["files"]] == [plan["id"] for plan in plans]
    again = shell("apply", "plans.json", "--format", "json")
    assert again.code == 4
    assert "it was used before" in again.words
    assert len(added()) == 3


def test_saved_plans_are_gone_on_with_after_a_crash(shell: Shell) -> None:
    """A completed plan is left alone, an interrupted one is completed, and the rest follows."""
    saved(shell)
    shell("apply", "c.yaml", "--validate-only")
    with hold(STATE / "paper" / "c"):
        assert shell("apply", "plans.json", "--keep-going").code == 7
    forget_after(STATE / "paper" / "b", "order-intent")
    assert prices() == ["143", "144"]
    command = shell("apply", "plans.json", "--format", "json")
    assert command.code == 0, command.stderr
    assert list(states(command).values()) == ["done"] * 3
    assert prices() == ["143", "144", "145"]


def test_saved_plans_that_were_edited_or_reordered_are_refused(shell: Shell) -> None:
    """By as much as a byte, wherever it is."""
    saved(shell)
    text = Path("plans.json").read_text("ascii")
    for edited in (text.replace("0.25", "0.26", 1), text.replace('"batch": "a"', '"batch": "b"', 1)):
        Path("plans.json").write_text(edited, "ascii")
        command = shell("apply", "plans.json")
        assert (command.code, "were edited" in command.words) == (4, True)
    assert not (STATE / PAPER_RECORD).exists() or added() == []


def test_each_of_saved_plans_answers_to_the_policies_of_its_file(shell: Shell) -> None:
    """One that came meanwhile is another policy."""
    saved(shell)
    Path("policy.yaml").write_text(LIMIT, "utf-8")
    command = shell("apply", "plans.json")
    assert (command.code, "now there is policy" in command.words) == (4, True)
    assert added() == []


def test_a_run_of_saved_plans_is_bundled_by_its_batch(shell: Shell) -> None:
    """Each has its own journal; without a name the command lists them."""
    saved(shell)
    assert shell("apply", "plans.json").code == 0
    command = shell("bundle", "plans.json", "--out", "b.zip")
    assert command.code == 3
    assert "those of a, b, c" in command.words
    assert "--batch NAME" in command.words
    assert shell("bundle", "plans.json", "--batch", "b", "--out", "b.zip").code == 0
    assert shell("verify", "b.zip").code == 0
    assert shell("status", "plans.json", "--batch", "b").code == 0
    assert shell("status", "a.yaml", "--batch", "b").code == 3


@pytest.mark.parametrize("verb", ["plan", "apply"])
def test_several_saved_plans_may_be_named_with_others(shell: Shell, verb: str) -> None:
    """They come where their file comes."""
    saved(shell)
    batch(order(price="140"), name="z")
    command = shell(verb, "z.yaml", "plans.json", "--format", "json")
    assert command.code == 0, command.stderr
    assert [file["batch"] for file in command.json["files"]] == ["a", "b", "c", "z"]


# --- signals and questions -------------------------------------------------------------------

WAITING = """\
version: 1
name: b
groups:
  - name: sell
    orders: [{id: x, pair: ETH/EUR, type: sell, ordertype: limit, price: 900, volume: 0.25}]
  - name: buy
    needs: [{group: sell, until: filled, within: 15m}]
    orders: [{id: y, pair: ETH/EUR, type: buy, ordertype: limit, price: 90, volume: 0.25}]
"""


def test_sigterm_ends_the_file_that_is_under_way(tmp_path: Path, shell: Shell) -> None:
    """The first one's result is complete, the third is named, and summary and reports are written."""
    for name in "ac":
        batch(order(), name=name)
    Path("b.yaml").write_text(WAITING, "utf-8")
    reports = ("--report", "json=r.json", "--report", "junit=r.xml")
    files = [str(tmp_path / f"{name}.yaml") for name in "abc"]
    state = ("--state-dir", str(tmp_path / STATE))
    given = [part.replace("=r.", f"={tmp_path}/r.") for part in reports]
    with start("apply", *files, *state, *given, "--tier", "pro", "--events", "-") as process:
        assert process.stderr is not None
        for line in process.stderr:
            event = json.loads(line) if line.startswith("{") else {}
            if event.get("entry") == "order-placed" and event["group"] == "sell":
                break
        process.send_signal(signal.SIGTERM)
        command = finish(process)
    assert command.code == 143, command.stderr
    assert "summary of 3 files: 1 done, 1 failed, 1 not applied" in command.stdout
    result = json.loads(Path("r.json").read_text("ascii"))
    assert [file["exit_code"] for file in result["files"]] == [0, 143, None]
    assert [file.get("manifest", {}).get("outcome") for file in result["files"]] == [
        "done",
        "interrupted",
        None,
    ]
    assert Path("r.xml").exists()
    assert shell("status", "b.yaml", "--offline").code == 0


def test_consent_is_given_once_for_all(tmp_path: Path, shell: Shell) -> None:
    """Having seen all of them; a no sends nothing of any."""
    three()
    files = [str(tmp_path / f"{name}.yaml") for name in "ab"]
    with served(tmp_path / "exchange", "--tier", "pro") as exchange:
        args = ("apply", *files, "--venue", "kraken", "--tier", "pro", "--state-dir", str(tmp_path / "live"))
        refused, shown = at_terminal(b"n\n", *args, **exchange.environment)
        assert (refused, added(tmp_path / "exchange")) == (4, [])
        done, again = at_terminal(b"y\n", *args, **exchange.environment)
    for text in (shown, again):
        assert text.count("[y/N]") == 1
        assert text.partition("[y/N]")[0].count("about to apply ") == 2
    assert "not confirmed; nothing was sent" in shown
    assert (done, len(added(tmp_path / "exchange"))) == (0, 2)


def test_names_of_files_may_hold_anything(shell: Shell) -> None:
    """Blanks, line breaks, dashes in front, bytes that are no text, what a CI system would obey."""
    Path("f").mkdir()
    odd = [b"-a.yaml", b"a b.yaml", b"a\nb.yaml", b"\xff.yaml", b"::error::x.yaml"]
    for number, name in enumerate(odd):
        file = batch(order(price=str(140 + number)), name=f"n{number}")
        file.rename(Path("f") / os.fsdecode(name))
    reports = [
        f"--report={format}=r.{format}" for format in ("json", "markdown", "sarif", "junit", "csv", "text")
    ]
    for verb, given in (("plan", reports[:4]), ("apply", reports)):
        command = shell(verb, "f", "--tier", "pro", *given)
        assert command.code == 0, command.stderr
        assert len(json.loads(Path("r.json").read_text("ascii"))["files"]) == len(odd)
        assert not [line for line in Path("r.markdown").read_text("utf-8").splitlines() if line[:2] == "::"]
        assert shell(verb, "f", "--format", "github").code == 0
    assert len(added()) == len(odd)
