"""``order-batch validate``: all problems of all files, whatever the files hold."""

from __future__ import annotations

from pathlib import Path

import pytest

from runner.report import Format
from tests.app.shell import BATCHES, STATE, Shell, batch, order

TARGETS = """version: 1
name: core
quote: EUR
weights: {XBT: 80%}
cash: {target: 20%}
band: {absolute: 5%, relative: 25%}
"""


def test_our_own_batches_are_valid(shell: Shell) -> None:
    """The files to start from are valid, and checking them touches no state."""
    result = shell("validate", *sorted(BATCHES.glob("*.yaml")))
    assert result.code == 0
    assert "4 files, all valid" in result.stdout
    assert not STATE.exists()


def test_all_problems_of_all_files_come_at_once(shell: Shell) -> None:
    """A broken file hides neither another one nor one that cannot be read; the exit code is 3."""
    good = batch(order(), name="good")
    first = batch(order(price="1e3"), order("b", volume="x"), name="first")
    second = batch(order(pair="BTC/USD", price="-"), name="second")
    result = shell("validate", first, "nowhere.yaml", good, second, "--format", "json")
    assert result.code == 3
    assert [(file["file"], file["valid"]) for file in result.json["files"]] == [
        ("first.yaml", False),
        ("good.yaml", True),
        ("nowhere.yaml", False),
        ("second.yaml", False),
    ]
    assert [problem["line"] for problem in result.json["files"][0]["problems"]] == [6, 7]
    assert result.json["files"][2]["problems"][0]["message"] == "cannot be read: No such file or directory"
    assert result.json["files"][3]["problems"]


def test_text_names_each_place(shell: Shell) -> None:
    """Each problem opens with file, line and column, where an editor can jump to it."""
    result = shell("validate", batch(order(price="1e3")), "nowhere.yaml")
    assert result.code == 3
    assert result.stdout.startswith("nowhere.yaml:1:1: cannot be read: No such file or directory")
    assert "\none.yaml:6:" in result.stdout


def test_file_names_of_any_kind_are_shown(shell: Shell) -> None:
    """A name that is no text is shown as well as it can be."""
    name = b"\xff\xfe.yaml".decode("utf-8", "surrogateescape")
    batch(order()).rename(name)
    text, data = shell("validate", name), shell("validate", name, "--format", "json")
    assert (text.code, data.code) == (0, 0)
    assert data.json["files"][0]["file"] == name


def test_a_file_that_cannot_be_looked_at_hides_no_other(shell: Shell) -> None:
    """It is one more problem: a name that is too long is like a folder that may not be entered."""
    long = f"{'a' * 300}.yaml"
    Path("bad.yaml").write_text("version: 2\n", "utf-8")
    result = shell("validate", long, "bad.yaml")
    assert result.code == 3
    assert "cannot be read: File name too long" in result.stdout
    assert "bad.yaml:1:10" in result.stdout


@pytest.mark.parametrize("format", [format for format in Format if format not in (Format.CSV, Format.HTML)])
def test_each_kind_of_file_is_checked_as_what_it_is(shell: Shell, format: Format) -> None:
    """By its content, whatever it is called: a policy, a scenario, targets, a saved plan."""
    file = batch(order("a"))
    rule = "{name: r, check: pairs, allow: [ETH/EUR], message: m}"
    Path("mandate.yml").write_text(f"version: 1\nname: p\nrules: [{rule}]\n", "utf-8")
    Path("day.yaml").write_text("version: 1\nname: s\nlatency_s: 0.5\n", "utf-8")
    Path("core.yaml").write_text(TARGETS, "utf-8")
    shell("plan", file, "--offline", "--out", "plan.json")
    result = shell("validate", file, "mandate.yml", "day.yaml", "core.yaml", "plan.json", "--format", format)
    assert result.code == 0, result
    assert "core" in result.stdout or format in (Format.GITHUB, Format.SARIF)
    Path("mandate.yml").write_text("version: 1\nname: p\nrules: [{name: r}]\n", "utf-8")
    Path("day.yaml").write_text("version: 1\nname: s\nlatency_s: soon\n", "utf-8")
    Path("core.yaml").write_text(TARGETS.replace("80%", "0.8"), "utf-8")
    plan = Path("plan.json").read_text("utf-8")
    Path("plan.json").write_text(plan.replace("0.25", "0.52"), "utf-8")
    result = shell("validate", "mandate.yml", "day.yaml", "core.yaml", "plan.json")
    assert result.code == 3
    assert "core.yaml:4:16: weights.XBT: " in result.stdout
    assert "write 80%" in result.stdout
    assert "`check` is missing" in result.stdout
    assert "latency_s: " in result.stdout
    assert "plan.json: invalid, 1 problem" in result.stdout
    assert "last byte" in result.stdout
    shell("apply", file, "--manifest", "manifest.json")
    assert "this is a results manifest" in shell("validate", "manifest.json").stdout
    assert "this is a policy" in shell("apply", "mandate.yml").words


def test_endless_file_is_read_up_to_a_limit(shell: Shell) -> None:
    """A device that never ends is a file that is too long."""
    result = shell("validate", Path("/dev/zero"))
    assert result.code == 3
