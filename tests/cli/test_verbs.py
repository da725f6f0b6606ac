"""The verbs: their imports, their files, and their questions."""

from __future__ import annotations

import contextlib
import inspect
from pathlib import Path

import pytest

from runner import api
from runner.cli.verbs import order_batch
from runner.domain import RECORDS_LAG_S
from runner.execution import Timing
from tests.app.shell import SEED, STATE, Shell, added, at_terminal, batch, order, python, served

HEAVY = {"click", "trio", "trio_websocket", "httpx", "jsonschema", "yaml", "rich", "h11"}
FLOORS = {
    "runner.domain",
    "runner.planning",
    "runner.execution",
    "runner.paper",
    "runner.kraken",
    "runner.journal",
}

LOADS = """
import sys
from runner.cli.exit_codes import run
run(sys.argv[1:])
print("\\nloaded:", *sorted(sys.modules))
"""

OPENS = """
import sys
opened = []
sys.addaudithook(lambda event, _: opened.append(event) if event.startswith("socket.") else None)
from runner.cli.exit_codes import run
for verb in ("validate", "plan", "status", "apply", "validate", "plan", "status"):
    offline = ["--offline"] if verb in ("plan", "status") else []
    assert run([verb, sys.argv[1], *offline]) == 0, verb
    print("\\nopened:", len(opened))
"""


def loaded(*args: object) -> set[str]:
    """The heavy modules that a command has loaded at its end."""
    result = python(LOADS, *map(str, args), COLUMNS="80")
    assert result.code == 0, result.stderr
    return (HEAVY | FLOORS) & set(result.stdout.rsplit("loaded:", 1)[1].split())


# --- what is loaded --------------------------------------------------------------------------


@pytest.mark.parametrize("verb", ["validate", "plan", "status"])
def test_verbs_that_open_nothing_load_no_network(verb: str, tmp_path: Path) -> None:
    """Neither Trio nor HTTP is loaded where nothing is sent; in JSON, rich is not loaded either."""
    options = [] if verb == "validate" else ["--state-dir", tmp_path]
    options += ["--offline"] if verb != "validate" else []
    assert loaded(verb, SEED, "--format", "json", *options) <= {"click", "yaml", *FLOORS}


# --- what is opened --------------------------------------------------------------------------


def test_offline_opens_no_socket(tmp_path: Path) -> None:
    """``validate``, ``plan --offline`` and ``status --offline`` make no socket, before a run and after it."""
    result = python(OPENS, str(batch_in(tmp_path)), ORDER_BATCH_STATE_DIR=str(tmp_path))
    assert result.code == 0, result.stderr
    counts = [int(line.removeprefix("opened: ")) for line in result.stdout.splitlines() if "opened:" in line]
    before, after = counts[:3], counts[3:]
    assert before == [0, 0, 0]
    assert after[0] > 0
    assert len(after) == 4
    assert len(set(after)) == 1


def batch_in(folder: Path) -> Path:
    """A batch file in a folder."""
    with contextlib.chdir(folder):
        return batch(order()).absolute()


# --- who gives consent ----------------------------------------------------------------------------


def test_real_orders_need_a_confirmation(tmp_path: Path) -> None:
    """At a terminal the orders are shown and a yes sends them; a no, or just Enter, sends nothing."""
    state, exchange_dir = str(tmp_path / "state"), tmp_path / "exchange"
    with served(exchange_dir, "--option", "rest.enforce_rates=false") as exchange:
        answers = []
        for answer in (b"n\n", b"\n", b"y\n"):
            assert added(exchange_dir) == []
            args = ("apply", str(SEED), "--venue", "kraken", "--state-dir", state)
            answers.append(at_terminal(answer, *args, **exchange.environment))
        # What is done already needs no yes.
        answers.append(at_terminal(b"", *args, **exchange.environment))
        assert len(added(exchange_dir)) == 1
    assert [code for code, _ in answers] == [4, 4, 0, 0]
    for _, shown in answers[:3]:
        assert shown.index("buy-eth") < shown.index("[y/N]")
        assert "127.0.0.1:" in shown
        assert "(by the API key " in shown
        assert "largest at the market:" in shown
    assert "not confirmed; nothing was sent" in answers[0][1]
    assert "[y/N]" not in answers[3][1]


# --- options ---------------------------------------------------------------------------------


def test_the_waits_are_those_of_the_library() -> None:
    """The command names them again, so that it starts without loading anything for it."""
    options = {param.name: param.default for param in order_batch.commands["apply"].params}
    defaults = {
        name: parameter.default for name, parameter in inspect.signature(api.apply).parameters.items()
    }
    assert options["settle"] == defaults["settle_s"] == RECORDS_LAG_S == Timing().settle_s
    assert options["deadline"] == defaults["deadline_s"] == Timing().deadline_s


def test_state_dir_may_be_said_once_for_all(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """A variable says where state is kept, the option has the last word."""
    monkeypatch.setenv("ORDER_BATCH_STATE_DIR", "elsewhere")
    shell("apply", SEED)
    shell("apply", SEED, "--state-dir", "here")
    assert [len(added(Path(name))) for name in ("elsewhere", "here")] == [1, 1]
    assert not STATE.exists()


@pytest.mark.parametrize("verb", sorted(order_batch.commands.keys() - {"generate", "man"}))
def test_every_verb_has_a_format_and_help(shell: Shell, verb: str) -> None:
    """``--format`` is on all but those that write one thing: YAML, a manual; each says what it does."""
    names = {"paper": ["paper", "serve"], "ledger": ["ledger", "status"]}.get(verb, [verb])
    result = shell(*names, "--help")
    assert result.code == 0
    of_results = {"validate", "plan", "apply", "status", "rebalance"}
    formats = "text|json|markdown|github|sarif|junit" if verb in of_results else "text|json"
    formats += "|csv" if verb in {"apply", "status"} else ""
    formats += "|html" if verb in {"plan", "apply"} else ""
    formats += "|markdown" if verb in {"halt", "resume"} else ""
    formats += "|markdown|csv|html" if verb == "history" else ""
    assert f"--format [{formats}]" in result.stdout


# --- where state is kept ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("command", "link"),
    [
        ("apply one.yaml", STATE),
        ("apply one.yaml", STATE / "paper"),
        ("apply one.yaml", STATE / "paper/one"),
        ("status one.yaml", STATE / "paper/one"),
        ("plan one.yaml", STATE / "paper/.exchange"),
        ("paper serve", STATE),
        ("paper serve", STATE / "paper/.exchange"),
    ],
)
def test_a_link_that_a_commit_brought_keeps_no_state(
    shell: Shell, tmp_path: Path, command: str, link: Path
) -> None:
    """The usual folder and those below are refused; nothing is made where the link leads."""
    elsewhere = tmp_path / "elsewhere"
    for folder in (elsewhere, tmp_path / ".git", link.parent):
        folder.mkdir(parents=True, exist_ok=True)
    link.symlink_to(elsewhere)
    batch(order())
    result = shell(*command.split())
    assert result.code == 4, result.stderr
    assert f"{link}: no state is kept behind a link" in result.words
    assert list(elsewhere.iterdir()) == []


def test_a_folder_that_was_named_may_be_a_link(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its author knows where it leads, be it named by an option or by the environment."""
    (tmp_path / ".git").mkdir()
    (tmp_path / "elsewhere").mkdir()
    STATE.symlink_to("elsewhere")
    file = batch(order())
    assert shell("apply", file, "--state-dir", STATE).code == 0
    assert Path("elsewhere/paper/one/manifest.json").is_file()
    monkeypatch.setenv("ORDER_BATCH_STATE_DIR", str(STATE))
    assert shell("apply", file).code == 0


@pytest.mark.parametrize(
    ("verb", "option"),
    [
        (("plan", SEED), "--against"),
        (("plan", SEED), "--run-key"),
        (("apply", SEED), "--state-dir"),
        (("apply", SEED), "--policy"),
        (("validate", SEED), "--policy"),
        (("paper", "serve"), "--option"),
        (("paper", "reset"), "--state-dir"),
    ],
)
@pytest.mark.parametrize("glued", [True, False])
def test_an_option_without_a_value_is_an_error(
    shell: Shell, verb: tuple[object, ...], option: str, glued: bool
) -> None:
    """``--against "$BASE"`` with no ``BASE`` compared nothing, and said nothing of it."""
    result = shell(*verb, *([f"{option}="] if glued else [option, ""]))
    assert result.code == 3
    assert f"'{option}': it is empty" in result.stderr


def test_plans_and_runs_have_pages(shell: Shell) -> None:
    """One document on standard output, and nothing else there."""
    for verb in ("plan", "apply"):
        result = shell(verb, SEED, "--format", "html")
        assert result.code == 0
        assert result.stdout.startswith("<!doctype html>")
        assert result.stdout.endswith("</html>\n")


@pytest.mark.parametrize("verb", ["validate", "status"])
def test_the_other_verbs_have_no_page(shell: Shell, verb: str) -> None:
    """And say so before they begin."""
    result = shell(verb, SEED, "--format", "html")
    assert result.code == 3
    assert "html" in result.words


def test_a_plan_that_cannot_be_made_has_a_page_too(shell: Shell) -> None:
    """A reader of a pull request sees why."""
    result = shell("plan", "missing.yaml", "--format", "html")
    assert result.code == 3
    assert "gave up" in result.stdout
