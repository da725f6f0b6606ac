"""The first ten minutes of a contributor, as CONTRIBUTING describes them, against the code of today."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from runner.batchfile import parse
from runner.batchfile.checks import checks
from tests.support.for_each import for_each

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / ".github/CONTRIBUTING.md").read_text("utf-8")
SHOUTING = b"""\
version: 1
name: shouting
groups:
  - name: SELL
    orders: [{id: a, pair: ETH/EUR, type: buy, ordertype: limit, price: 100, volume: 0.25}]
"""
PATHS = sorted(set(re.findall(r"`((?:runner|tests|\.ci|\.github)/[\w./-]+)`", TEXT)))


def block(language: str) -> str:
    """The only fenced block of a language in the first ten minutes, without its indentation."""
    steps = TEXT.split("## The first ten minutes")[1].split("\n## ")[0]
    (found,) = re.findall(rf"```{language}\n(.*?)```", steps, re.DOTALL)
    return re.sub(r"^   ", "", found, flags=re.MULTILINE)


def test_the_check_that_is_added_reports_the_problem_that_is_quoted(monkeypatch: Any) -> None:
    """Its names are those of the module that it goes into."""
    names: dict[str, Any] = dict(vars(checks))
    exec(compile(block("python"), "CONTRIBUTING.md", "exec", dont_inherit=True), names)
    (name,) = re.findall(r"^def (\w+)", block("python"), re.MULTILINE)
    monkeypatch.setattr(checks, "_CHECKS", (*checks._CHECKS, names[name]))
    (problem,) = parse(SHOUTING, "shouting.yaml").problems
    (quoted,) = re.findall(r"`(\d+:\d+: .*?)`", TEXT)
    assert str(problem).removeprefix("shouting.yaml:") == quoted


def test_the_message_to_be_changed_is_in_the_code_and_in_a_case() -> None:
    """The first command finds one place to change and one that tests it."""
    (words,) = re.findall(r'git grep -n "(.*?)"', block("sh"))
    holders = [*(ROOT / "runner").rglob("*.py"), *(ROOT / "tests/acceptance/batches").rglob("*.problems")]
    found = [path for path in holders if words in path.read_text("utf-8")]
    assert [path.suffix for path in found] == [".py", ".problems"]


@for_each(PATHS)
def test_a_path_leads_somewhere(path: str) -> None:
    """A file or a folder of this repository, or the folder of a file that is to be added."""
    place = ROOT / path
    assert (place.parent if "NAME" in path else place).exists()
