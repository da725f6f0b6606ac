"""The manual page: all that the help says, in a form that groff and man take without a warning."""

from __future__ import annotations

import re
import shutil
import subprocess
import time
from typing import TYPE_CHECKING

import pytest

from runner.cli.manual import manual, verbs_of
from runner.cli.verbs import order_batch
from runner.errors import ExitCode
from runner.report.explaining.variables import VARIABLES

if TYPE_CHECKING:
    from pathlib import Path

    from tests.app.shell import Shell

PAGE = manual(order_batch, {})
PLAIN = PAGE.replace(r"\-", "-")


def test_it_names_every_verb_code_and_variable() -> None:
    """Each option of each verb, too."""
    for verb, command in verbs_of(order_batch):
        assert f'.SS "order-batch {verb} ' in PLAIN
        options = [option for parameter in command.params for option in parameter.opts if option[0] == "-"]
        assert [option for option in options if option not in PLAIN] == [], verb
    assert [code for code in ExitCode if f".TP\n\\fB{int(code)}\\fP\n" not in PAGE] == []
    assert [name for row in VARIABLES for name in row.names if name not in PLAIN] == []


def test_the_same_version_gives_the_same_bytes(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also in another year and another zone; the date is the one that a packager names."""
    assert shell("man").stdout == PAGE
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1790020000")
    monkeypatch.setenv("TZ", "Asia/Tokyo")  # where it is the next day
    time.tzset()
    monkeypatch.setenv("COLUMNS", "40")
    dated = shell("man").stdout
    monkeypatch.undo()
    time.tzset()
    assert dated.startswith('.TH "ORDER-BATCH" "1" "2026-09-21" ')
    assert dated.partition("\n")[2] == PAGE.partition("\n")[2]
    for odd in ("", "-1", "soon", "9" * 30, "99999999999"):
        assert manual(order_batch, {"SOURCE_DATE_EPOCH": odd}) == PAGE


def test_groff_has_no_warning() -> None:
    """Of any kind, on a terminal of eighty columns, in which every line fits."""
    if shutil.which("groff") is None:
        pytest.skip("groff is not installed")
    command = ["groff", "-man", "-Tutf8", "-wall", "-rLL=80n", "-P-cbou"]
    done = subprocess.run(command, input=PAGE, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    assert max(map(len, done.stdout.splitlines())) <= 80
    assert "order-batch paper move XBT/EUR 9100" in done.stdout


def test_man_shows_it_and_knows_its_name(tmp_path: Path) -> None:
    """So that ``apropos`` finds it."""
    if shutil.which("man") is None or shutil.which("lexgrog") is None:
        pytest.skip("man is not installed")
    file = tmp_path / "order-batch.1"
    file.write_text(PAGE, "utf-8")
    environment = {"PATH": "/usr/bin:/bin", "MANWIDTH": "80", "LC_ALL": "C.UTF-8"}
    shown = subprocess.run(
        ["man", "--warnings=w", "-l", file], env=environment, capture_output=True, text=True, check=True
    )
    assert shown.stderr == ""
    assert re.search(r"^EXIT STATUS$", shown.stdout, re.MULTILINE)
    named = subprocess.run(["lexgrog", file], env=environment, capture_output=True, text=True, check=True)
    assert "order-batch - order plans kept in git" in named.stdout
