"""The outputs, and the modules that are loaded for them."""

from __future__ import annotations

import io
import json
import subprocess
import sys

import pytest

from runner.errors import Refused
from runner.execution import Progress
from runner.report import Format, Output
from tests.report.builders import NASTY, ONE_ORDER, Journal, Terminal, batch_of
from tests.report.cases import CASES, live_plan


def streams(format: Format, **options: bool) -> tuple[Output, io.StringIO, io.StringIO]:
    """An output with its two streams."""
    stdout, stderr = io.StringIO(), io.StringIO()
    return Output(format, stdout=stdout, stderr=stderr, **options), stdout, stderr


def loaded_by(code: str) -> set[str]:
    """The top-level modules that a piece of code loads, and the floors of the package."""
    script = f"import io, sys\n{code}\nprint(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(done.stdout.splitlines()[-1].split())


def test_the_facade_is_cheap() -> None:
    """Importing it loads neither rich nor the engine."""
    loaded = loaded_by("from runner.report import Format, Output")
    assert (
        not {"rich", "trio", "runner.planning", "runner.execution", "runner.kraken", "runner.journal"}
        & loaded
    )


def test_json_needs_no_rich() -> None:
    """Neither for results nor for notes, errors and progress."""
    loaded = loaded_by(
        "from runner.report import Format, Output\n"
        "from runner.errors import Refused\n"
        "out = Output(Format.JSON, stdout=io.StringIO(), stderr=io.StringIO())\n"
        "out.note('x'); out.validated([]); out.error(Refused('y'))\n"
        "from runner.execution import Progress, Wait\n"
        "with out.progress('z') as observe: observe(Progress(*range(8), 1, Wait('x')))\n"
    )
    assert "runner.report.json.report" in loaded
    assert "rich" not in loaded


def test_text_for_a_pipe_needs_no_rich_and_no_engine() -> None:
    """Nor does it wait for the nouns of what is not shown."""
    loaded = loaded_by(
        "from runner.report import Format, Output\n"
        "from runner.domain import Problem\n"
        "out = Output(Format.TEXT, stdout=io.StringIO(), stderr=io.StringIO())\n"
        "out.note('x'); out.validated([('f', None, [Problem('f', 1, 1, '', 'wrong')])])\n"
    )
    assert "runner.report.text.validation" in loaded
    assert not {"rich", "runner.planning", "runner.execution", "runner.kraken", "runner.journal"} & loaded


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("color", [True, False])
def test_colours_change_no_word(name: str, color: bool) -> None:
    """Words repeat the meaning of colours."""
    out, stdout, stderr = streams(Format.TEXT, color=color)
    CASES[name](out)
    text = stdout.getvalue() + stderr.getvalue()
    assert ("\x1b[" in text) is color
    for code in ("0", "1", "2", "32", "33", "35", "36", "1;31", "1;32", "1;35"):
        text = text.replace(f"\x1b[{code}m", "")
    plain_out, plain_stdout, plain_stderr = streams(Format.TEXT, color=False)
    CASES[name](plain_out)
    assert text == plain_stdout.getvalue() + plain_stderr.getvalue()


@pytest.mark.parametrize("color", [True, False])
def test_what_others_say_is_neither_markup_nor_codes(color: bool) -> None:
    """The exchange's errors and descriptions come out as the characters that they are."""
    journal = Journal(batch_of(ONE_ORDER)).starts().sent("g/a").rejected("g/a", NASTY)
    journal.group("g", "stopped", NASTY).ends("incomplete", NASTY)
    out, stdout, stderr = streams(Format.TEXT, color=color)
    out.manifest(journal.manifest(), path=NASTY, elapsed_s=1.0)
    out.status(journal.plan(), journal.manifest())
    out.error(Refused(NASTY, details=[NASTY]))
    out.note(NASTY)
    shown = stdout.getvalue() + stderr.getvalue()
    assert shown.count("[bold red]EOrder[/]") == 10
    assert r"\x1b[2J\x1b]0;owned\x07\r\n\u202eevil" in shown
    assert not {"\x07", "\r", "\u202e"} & set(shown)
    assert "\x1b[2J" not in shown
    assert "\x1b]" not in shown


def test_results_and_remarks_go_apart() -> None:
    """Notes, errors and questions are no results."""
    out, stdout, stderr = streams(Format.TEXT)
    out.note("by the way")
    out.error(Refused("no"))
    out.confirm(live_plan().plan(), lambda _: False)
    assert stdout.getvalue() == ""
    assert stderr.getvalue().startswith("by the way\nerror: no\nabout to apply every-term")


def test_an_error_in_json_is_also_on_standard_error() -> None:
    """To programs on standard output, to people on standard error."""
    out, stdout, stderr = streams(Format.JSON)
    out.error(Refused("no", details=["because"]))
    assert json.loads(stdout.getvalue())["exit_code"] == 4
    assert stderr.getvalue() == "error: no\n  because\n"


@pytest.mark.parametrize("answer", [True, False])
def test_a_person_decides(answer: bool) -> None:
    """The question is put once, and its answer is what counts."""
    questions: list[str] = []

    def ask(question: str) -> bool:
        questions.append(question)
        return answer

    out, _, _ = streams(Format.TEXT)
    assert out.confirm(live_plan().plan(), ask) is answer
    assert questions == ["Send them?"]


def test_served_can_be_evaluated_by_a_shell() -> None:
    """Standard output holds commands and nothing else."""
    out, stdout, stderr = streams(Format.TEXT)
    out.served(rest_url="http://127.0.0.1:1", ws_url="ws://127.0.0.1:2", api_key="k$(x)", api_secret="a'b==")
    names = ("KRAKEN_SPOT_URL", "KRAKEN_WS_AUTH_URL", "KRAKEN_API_KEY", "KRAKEN_API_SECRET")
    script = stdout.getvalue() + 'printf "%s|" ' + " ".join(f'"${name}"' for name in names)
    done = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "http://127.0.0.1:1|ws://127.0.0.1:2|k$(x)|a'b==|"
    assert "listens" in stderr.getvalue()


NEWS = Progress(orders=2, sent=2, placed=1, rejected=0, settled=1, cancels=0, canceled=0, connected=True)


@pytest.mark.parametrize("format", list(Format))
def test_no_terminal_no_display(format: Format) -> None:
    """News go nowhere: a run that waits for nothing has nothing to say."""
    out, stdout, stderr = streams(format)
    with out.progress("quickstart") as observe:
        observe(NEWS)
    assert stdout.getvalue() + stderr.getvalue() == ""


@pytest.mark.parametrize(("term", "drawn"), [("xterm", True), ("dumb", False)])
def test_a_terminal_shows_how_far_a_run_is(term: str, drawn: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """On standard error, so that the result alone is on standard output."""
    monkeypatch.setenv("TERM", term)
    monkeypatch.delenv("TTY_COMPATIBLE", raising=False)
    stdout, stderr = io.StringIO(), Terminal()
    with Output(Format.TEXT, stdout=stdout, stderr=stderr, width=100).progress("quickstart") as observe:
        observe(NEWS)
    assert stdout.getvalue() == ""
    assert ("1 of 2 placed" in stderr.getvalue()) is drawn
