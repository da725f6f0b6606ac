"""A cancellation that was sent, whose outcome is unknown and whose line is gone: it is not forgotten."""

from __future__ import annotations

from typing import Any

import pytest

from runner.journal import seal_all
from runner.runtime.storage import JOURNAL, read_journal
from tests.app.shell import STATE, Shell, batch, forget_after, order, requests

pytestmark = pytest.mark.usefixtures("skipped_waits")

FOLDER = STATE / "paper" / "one"
OLD = "OUEMWD-CUO73-YYCBEK"
LONG_AGO = "2026-11-22T07:00:10.000000Z"
FORMATS = ["text", "json", "markdown", "github", "junit", "sarif"]


@pytest.fixture
def killed(shell: Shell) -> None:
    """A run that was killed long ago, after its cancellation had left."""
    shell("apply", batch(order("a"), cancel=f"[{OLD}, {{order: group/a}}]"))
    forget_after(FOLDER, "cancel-intent")
    entries = list(read_journal(FOLDER / JOURNAL))
    entries[-1] = {**entries[-1], "at": LONG_AGO}
    (FOLDER / JOURNAL).write_bytes(seal_all(entries))


def left(manifest: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what was left open, in a manifest."""
    return [
        result for group in manifest["groups"] for result in group["cancel"]["results"] if "group" in result
    ]


@pytest.mark.usefixtures("killed")
@pytest.mark.parametrize("format", FORMATS)
def test_a_cancellation_that_the_file_lacks_by_now_is_settled_and_reported(shell: Shell, format: str) -> None:
    """By every command in every format; it is not sent again, and the run does not end with 0."""
    file = batch(order("a"), order("b", price="144"))
    sent = len(requests())
    for command, code in (("plan", 0), ("status", 6), ("apply", 1)):
        shown = shell(command, file, "--format", format)
        assert shown.code == code, shown.stderr
        marked = "left_open" if (command, format) == ("status", "json") else "no longer in the file"
        assert marked in shown.stdout, (command, shown.stdout)
        assert OLD in shown.stdout
        if format != "github":  # Ten annotations of a kind; the summary of the step has the rest.
            assert "canceled" in shown.stdout
    assert len(requests()) == sent
    results = left(shell("status", file, "--format", "json").json["last_run"])
    assert [(result["group"], result["outcome"], result["line"]) for result in results] == [
        ("group", "canceled", None),
        ("group", "canceled", None),
    ]
    assert shell("apply", file).code == 0


@pytest.mark.usefixtures("killed")
def test_a_plan_says_what_became_of_it(shell: Shell) -> None:
    """As the records have it; without a look nothing is claimed."""
    file = batch(order("a"))
    (left_open, *_), *_ = shell("plan", file, "--format", "json").json["groups"], ()
    assert [item["exchange"]["outcome"] for item in left_open["cancel"]] == ["canceled", "canceled"]
    (not_queried, *_) = shell("plan", file, "--format", "json", "--offline").json["groups"]
    assert [item["exchange"] for item in not_queried["cancel"]] == [None, None]
    assert shell("plan", file, "--detailed-exitcode").code == 2
    first, _ = shell("status", file, "--format", "json").json["left_open"]
    assert (first["ref"], first["exchange"]["outcome"]) == (OLD, "canceled")


@pytest.mark.usefixtures("killed")
def test_a_saved_plan_settles_it_too(shell: Shell) -> None:
    """It lists it as what it is: not in the file."""
    file = batch(order("a"), order("b", price="144"))
    assert shell("plan", file, "--out", "plan.json").code == 0
    assert shell("apply", "plan.json").code == 1


@pytest.mark.usefixtures("killed")
def test_only_a_real_run_settles_it(shell: Shell) -> None:
    """One that has orders validated would pass it over."""
    shown = shell("apply", batch(order("a"), order("b", price="144")), "--validate-only")
    assert (shown.code, "an earlier run may have canceled this" in shown.words) == (4, True), shown.stderr


@pytest.mark.usefixtures("killed")
def test_a_cancellation_that_the_file_still_has_is_settled_there(shell: Shell) -> None:
    """In whatever group it is by now."""
    file = batch(order("a"), cancel=f"[{{order: group/a}}, {OLD}]")
    for command in ("plan", "apply"):
        shown = shell(command, file)
        assert "no longer in the file" not in shown.stdout + shown.words


def test_what_became_known_is_no_longer_open(shell: Shell) -> None:
    """The line may go once its order has."""
    shell("apply", batch(cancel=f"[{OLD}]"))
    shown = shell("apply", batch(order("a")))
    assert (shown.code, "no longer in the file" in shown.stdout) == (0, False)


@pytest.mark.usefixtures("killed")
def test_a_cancellation_in_doubt_is_no_good_end_while_the_file_has_it(shell: Shell) -> None:
    """``status`` says so at its line, in the sum and by its exit code, until a run has learned the end."""
    file = batch(order("a"), cancel=f"[{OLD}, {{order: group/a}}]")
    shown = shell("status", file)
    assert shown.code == 6
    assert shown.stdout.count("in doubt  cancel") == 2
    assert "1 placed, 2 cancellations in doubt; apply looks up" in " ".join(shown.stdout.split())
    shell("apply", file)
    assert shell("status", file).code == 0
