"""Orders under an author's own client order id: another's is never taken for one of the batch."""

from __future__ import annotations

import re
import shutil

import pytest

from tests.app.shell import STATE, Shell, added, batch, order

pytestmark = pytest.mark.usefixtures("skipped_waits")

FILLED = "{id: now, cl_ord_id: %s, pair: XBT/EUR, type: buy, ordertype: market, volume: 0.0005}"
REFUSED, INVALID = 4, 3


def test_the_second_week_is_sent(shell: Shell) -> None:
    """The run key is in the id, so last week's filled order is another."""
    file = batch(FILLED % '"w-{run_key}"', top="repeat: true")
    for week in ("2026-W47", "2026-W48", "2026-W47"):
        assert shell("apply", file, "--run-key", week).code == 0
    assert [request["cl_ord_id"] for request in added()] == ["w-2026-W47", "w-2026-W48"]


def test_a_repeated_batch_has_no_literal_id(shell: Shell) -> None:
    """It is said at its line, by every command that reads the file."""
    file = batch(FILLED % "weekly", top="repeat: true")
    for args in (("validate", file), ("plan", file, "--run-key", "w1"), ("apply", file, "--run-key", "w1")):
        result = shell(*args)
        assert result.code == INVALID
        assert "one.yaml:7:30" in result.stdout + result.words
    assert not (STATE / "paper" / "one@w1").exists()


def test_a_run_key_that_makes_an_id_too_long(shell: Shell) -> None:
    """The text that would leave is named."""
    file = batch(FILLED % '"weekly-{run_key}"', top="repeat: true")
    result = shell("apply", file, "--run-key", "2026-11-29-again")
    assert result.code == INVALID
    assert "weekly-2026-11-29-again" in result.words


@pytest.mark.parametrize("price", ["145", "146"])
def test_a_canceled_order_of_another_batch_under_the_same_id(shell: Shell, price: str) -> None:
    """It is unknown that it was ours: nothing is sent, and both orders are named at the line of ours."""
    theirs = batch(order(cl_ord_id="x"), name="two", cancel="[{order: group/a}]")
    assert shell("apply", theirs).code == 0
    result = shell("apply", batch(order(cl_ord_id="x", price=price)))
    assert result.code == REFUSED
    words = " ".join((result.stdout + result.stderr).split())
    assert "one.yaml:6:10: group/a: cl_ord_id x is carried by O" in words
    assert "which this batch did not place: give the order another id" in words
    assert len(added()) == 1


def test_another_order_of_another_batch_under_the_same_id(shell: Shell) -> None:
    """Even if it is filled."""
    assert shell("apply", batch(FILLED % "x", name="two")).code == 0
    result = shell("apply", batch(order(cl_ord_id="x")))
    assert result.code == REFUSED
    assert len(added()) == 1


def test_a_day_that_has_not_begun(shell: Shell) -> None:
    """Every command says so, and nothing is sent."""
    file = batch(order(), top="created: 2999-01-01")
    for verb in ("validate", "plan", "apply"):
        result = shell(verb, file)
        assert result.code == INVALID
        assert "is in the future" in result.stdout + result.words
    assert shell("apply", batch(order(), top="created: 2020-01-01")).code == 0


def bare(text: str) -> str:
    """A text without its folding, pairs and prices as the records write them: the feed has more signs."""
    folded = " ".join(text.split()).replace("ETH/EUR", "ETHEUR").replace("XBT/EUR", "XBTEUR")
    return re.sub(r"(?<= )([0-9]+)\.0+(?=[ ,])", r"\1", folded)


@pytest.mark.parametrize(
    ("theirs", "cancel"),
    [
        (order(cl_ord_id="x", price="146"), ""),
        (order(cl_ord_id="x"), "[{order: group/a}]"),
        (FILLED % "x", ""),
    ],
)
def test_a_plan_foresees_what_apply_refuses(shell: Shell, theirs: str, cancel: str) -> None:
    """In the same words, with the same exit code, in every headline and at the line of the order."""
    assert shell("apply", batch(theirs, name="two", cancel=cancel)).code == 0
    file = batch(order(cl_ord_id="x"))
    plan, shown = shell("plan", file), shell("plan", file, "--format", "json")
    run = shell("apply", file)
    assert (plan.code, shown.code, run.code) == (REFUSED, REFUSED, REFUSED)
    result = bare(run.stdout + run.stderr)
    words = re.search("cl_ord_id x is carried by .*? give the order another id", result)
    assert words is not None
    assert words[0] in bare(plan.stdout)
    assert "refused" in plan.stdout
    ((row,),) = [group["orders"] for group in shown.json["groups"]]
    assert row["disposition"] == "send", "another's order is not this one, open"
    (finding,) = [finding for finding in shown.json["review"]["findings"] if finding["rule"] == "own-id"]
    assert (bare(finding["message"]), finding["line"], shown.json["refused"]) == (words[0], 6, True)


def test_an_order_that_can_be_ours_is_no_hindrance_to_a_plan(shell: Shell) -> None:
    """The journal is lost, and the order is open as the file describes it."""
    file = batch(order(cl_ord_id="x"))
    assert shell("apply", file).code == 0
    shutil.rmtree(STATE / "paper" / "one")
    assert shell("plan", file).code == 0


@pytest.mark.parametrize("rest", [order("b", cl_ord_id="x"), order("a", cl_ord_id="x")])
def test_an_order_that_another_journal_of_this_machine_has_placed(shell: Shell, rest: str) -> None:
    """It has the same terms, and is another batch's all the same: ours would never be sent."""
    assert shell("apply", batch(order(cl_ord_id="x"), name="two")).code == 0
    file = batch(rest)
    for command in (("plan", file), ("apply", file), ("apply", file, "--validate-only")):
        result = shell(*command)
        assert (result.code, "x is carried by O" in " ".join((result.stdout + result.stderr).split())) == (
            4,
            True,
        )
    assert len(added()) == 1


def test_its_own_journal_that_was_moved_away_makes_nothing_another_s(shell: Shell) -> None:
    """The order stays the batch's, whatever its folder is called."""
    file = batch(order(cl_ord_id="x"))
    assert shell("apply", file).code == 0
    (STATE / "paper" / "one").rename(STATE / "paper" / "one.old")
    assert (shell("plan", file).code, shell("apply", file).code, len(added())) == (0, 0, 1)
