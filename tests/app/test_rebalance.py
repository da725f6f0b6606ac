"""``order-batch rebalance``: from a targets file to a batch file, and nothing is sent."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.app.shell import STATE, UNREACHABLE, Shell, added, room
from tests.app.targets_files import answering, at_home, targets

if TYPE_CHECKING:
    pass

FORMATS = ("text", "json", "markdown", "github", "sarif", "junit")
BATCH = Path("batch.yaml")


# --- what follows ----------------------------------------------------------------------------


def test_a_table_alone_writes_nothing(shell: Shell) -> None:
    """It says how to write the batch; no state is made, and nothing is sent."""
    result = shell("rebalance", targets())
    assert result.code == 0
    assert "outside its bands: 2 buys for" in result.stdout
    assert result.words == "Write the batch with --out BATCH.yaml."
    assert not STATE.exists()
    assert sorted(path.name for path in Path().iterdir()) == ["targets.yaml"]


def test_a_check_says_by_its_code_whether_all_is_well(shell: Shell) -> None:
    """0 within the bands, 2 if orders follow, and 1 if none is possible; no file is written."""
    within, orders = shell("rebalance", at_home(), "--check"), shell("rebalance", targets(), "--check")
    stuck = shell("rebalance", targets(order="{minimum: 900000}"), "--check")
    assert (within.code, orders.code, stuck.code) == (0, 2, 1)
    assert "within its bands: no orders" in within.stdout
    assert "below the file's minimum" in stuck.stdout
    assert (within.stderr, orders.stderr, stuck.stderr) == ("", "", "")
    assert [path.name for path in Path().iterdir()] == ["targets.yaml"]


def test_a_batch_is_written_once_and_is_valid(shell: Shell) -> None:
    """Exit code 0, or 2 on request; the same day, it may be written again after that file has gone."""
    result = shell("rebalance", targets(), "--out", BATCH)
    assert (result.code, result.stderr) == (0, "")
    assert "batch core-2" in result.stdout
    assert shell("validate", BATCH).code == 0
    assert shell("plan", BATCH).code == 0
    BATCH.unlink()
    assert shell("rebalance", targets(), "--out", BATCH, "--detailed-exitcode").code == 2
    assert added() == []


def test_within_the_bands_nothing_is_written(shell: Shell) -> None:
    """And that is said; the exit code is 0 in any case."""
    for options in ((), ("--detailed-exitcode",)):
        result = shell("rebalance", at_home(), "--out", BATCH, *options)
        assert result.code == 0
        assert "within its bands: no orders" in result.stdout
    assert not BATCH.exists()


def test_out_of_the_bands_without_a_possible_order_is_no_success(shell: Shell) -> None:
    """0 would say that the account is where the file wants it: it is 1, with a reason for each currency."""
    file = targets(order="{minimum: 900000}")
    result = shell("rebalance", file, "--out", BATCH)
    assert result.code == 1
    assert result.stdout.count("below the file's minimum") == 2
    assert not BATCH.exists()


def test_the_name_is_that_of_the_targets_with_the_day_or_as_said(shell: Shell) -> None:
    """A name that no batch may have is a usage error."""
    day = shell("rebalance", targets(), "--format", "json").json["batch"]["name"]
    assert day.startswith("core-20")
    result = shell("rebalance", targets(), "--name", "core-2026-W48", "--out", BATCH, "--format", "json")
    assert result.json["batch"] == {
        "name": "core-2026-W48",
        "path": "batch.yaml",
        "file": "written",
        "text": BATCH.read_text("utf-8"),
    }
    assert "name: core-2026-W48\n" in BATCH.read_text("utf-8")
    assert shell("rebalance", targets(), "--name", "a/b").code == 3


@pytest.mark.parametrize("format", FORMATS)
def test_every_format_has_it(shell: Shell, format: str) -> None:
    """On standard output, whatever follows; the exit code is the same."""
    files = at_home("a.yaml"), targets("b.yaml"), targets("c.yaml", order="{minimum: 900000}")
    for file, code in zip(files, (0, 2, 1), strict=True):
        result = shell("rebalance", file, "--check", "--format", format)
        assert result.code == code
        assert result.stdout
        assert result.stderr == ""


def test_a_report_is_written_beside_the_batch(shell: Shell) -> None:
    """One run writes the comment and the batch; neither over the other."""
    report = ("--report", "markdown=comment.md")
    assert shell("rebalance", targets(), "--out", BATCH, *report).code == 0
    assert "| `XBT` |" in Path("comment.md").read_text("utf-8")
    over = shell("rebalance", targets(), "--out", "other.yaml", "--report", "json=other.yaml")
    assert over.code == 3
    assert not Path("other.yaml").exists()


# --- snapshots -------------------------------------------------------------------------------


def test_a_snapshot_gives_the_same_bytes_offline(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a connection, and whatever the venue; its digest is that of the file."""
    first = shell(
        "rebalance", targets(), "--out", BATCH, "--save-snapshot", "snapshot.json", "--format", "json"
    )
    for name, text in UNREACHABLE.items():
        monkeypatch.setenv(name, text)
    kraken = ("--venue", "kraken", "--snapshot", "snapshot.json")
    again = shell("rebalance", targets(), "--out", "again.yaml", *kraken, "--format", "json")
    assert Path("again.yaml").read_bytes() == BATCH.read_bytes()
    digest = json.loads(Path("snapshot.json").read_text("ascii"))["digest"]
    assert first.json["snapshot"] == again.json["snapshot"] == digest
    assert first.json["assets"] == again.json["assets"]
    same = shell("rebalance", targets(), "--out", BATCH, "--snapshot", "snapshot.json")
    assert (same.code, same.stderr) == (0, "")
    assert "batch.yaml, which is as it was" in same.stdout


def test_a_snapshot_is_kept_also_where_nothing_is_computed(shell: Shell) -> None:
    """It shows what was wrong with the market."""
    narrow = targets(price="{from: mid, offset: 0.1%, max-spread: 0.001%}")
    assert shell("rebalance", narrow, "--save-snapshot", "snapshot.json").code == 4
    assert shell("rebalance", narrow, "--snapshot", "snapshot.json").code == 4
    assert shell("rebalance", targets(), "--snapshot", "snapshot.json").code == 0


def test_a_snapshot_holds_what_the_file_is_about(shell: Shell) -> None:
    """And nothing else of the account: it may be kept beside the batch, for all to see."""
    shell("rebalance", targets(), "--save-snapshot", "snapshot.json")
    content = json.loads(Path("snapshot.json").read_text("ascii"))
    assert list(content["balances"]) == ["ETH", "EUR", "XBT"]
    assert list(content["quotes"]) == ["ETH/EUR", "XBT/EUR"]


def test_what_is_stuck_is_annotated_at_its_line(shell: Shell) -> None:
    """The message has the line of the weight; that of a test, too."""
    file = targets(order="{minimum: 900000}")
    lines = shell("rebalance", file, "--check", "--format", "github").stdout.splitlines()
    places = [line.partition(",title=")[0] for line in lines if line.startswith("::")]
    assert places == [f"::warning file=targets.yaml,line=4,col={column}" for column in (21, 11)]
    assert 'line="4"' in shell("rebalance", file, "--check", "--format", "junit").stdout


def test_a_snapshot_that_lacks_something_is_no_basis(shell: Shell) -> None:
    """It is of other pairs, or of a file that gave the fee: that is said at the line of the currency."""
    shell("rebalance", targets(fees="0.26%"), "--save-snapshot", "snapshot.json")
    result = shell("rebalance", targets(), "--snapshot", "snapshot.json")
    assert result.code == 4
    assert "targets.yaml:4:11: weights.XBT: the fee of XBT/EUR is not known" in result.words
    other = shell("rebalance", targets(weights="{SOL: 80%}"), "--snapshot", "snapshot.json")
    assert other.code == 3
    assert "targets.yaml:4:11: weights.SOL: there is no pair SOL/EUR" in other.words


def test_what_is_no_snapshot_is_refused(shell: Shell) -> None:
    """Another file, one that was cut off, one that is not there."""
    shell("rebalance", targets(), "--save-snapshot", "snapshot.json")
    whole = Path("snapshot.json").read_bytes()
    Path("half.json").write_bytes(whole[: len(whole) // 2])
    Path("empty.json").touch()
    for file in ("half.json", "empty.json", "targets.yaml", "gone.json"):
        result = shell("rebalance", targets(), "--snapshot", file, "--out", BATCH)
        assert result.code == 3
        assert file in result.words
    assert not BATCH.exists()


# --- files that are there --------------------------------------------------------------------


@pytest.mark.parametrize("format", ["text", "json"])
def test_a_file_with_other_content_is_never_overwritten(shell: Shell, format: str) -> None:
    """The table is shown, it says what to do, and the exit code is 3."""
    BATCH.write_text("mine", "utf-8")
    result = shell("rebalance", targets(), "--out", BATCH, "--format", format)
    assert result.code == 3
    assert "batch.yaml is there already, with other content, and is not replaced" in result.words
    assert "name another file" in result.words
    assert BATCH.read_text("utf-8") == "mine"
    if format == "json":
        assert result.json["batch"]["file"] == "failed"


@pytest.mark.parametrize("option", ["--out", "--save-snapshot"])
def test_what_cannot_be_written_is_refused_before_anything_is_read(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, option: str
) -> None:
    """A link, wherever it leads, a folder, a missing one, the targets, a policy, standard output."""
    calls = answering(monkeypatch, {})
    Path("victim").write_text("precious", "utf-8")
    Path("link").symlink_to("victim")
    Path("nowhere").symlink_to("gone")
    Path("folder").mkdir()
    for file in ("link", "nowhere", "folder", "missing/a.yaml", "targets.yaml", "policy.yaml", "-"):
        result = shell("rebalance", targets(), option, file)
        assert result.code == 3, file
    assert Path("victim").read_text("utf-8") == "precious"
    assert not Path("gone").exists()
    assert calls == []


def test_on_a_full_disk_there_is_no_half_of_a_batch(shell: Shell) -> None:
    """The table is shown, and why there is no file."""
    file = targets()
    with room(20):
        result = shell("rebalance", file, "--out", BATCH)
    assert result.code == 3
    assert "The batch is not written: batch.yaml: the batch cannot be written" in result.words
    assert not BATCH.exists()


@pytest.mark.parametrize(
    "options",
    [
        ("--check", "--out", "b.yaml"),
        ("--snapshot", "targets.yaml", "--save-snapshot", "s.json"),
        ("--out", "b.yaml", "--save-snapshot", "b.yaml"),
    ],
)
def test_options_that_contradict_each_other(shell: Shell, options: tuple[str, ...]) -> None:
    """Exit code 3, and nothing is written."""
    assert shell("rebalance", targets(), *options).code == 3
    assert [path.name for path in Path().iterdir()] == ["targets.yaml"]


# --- files and markets that are no basis -----------------------------------------------------


def test_problems_of_the_file_have_their_lines(shell: Shell) -> None:
    """All at once, in every format."""
    file = targets(weights="{XBT: 0.5, ETH: 30%}", bands="{}")
    result = shell("rebalance", file)
    assert result.code == 3
    assert "targets.yaml:4:16: weights.XBT" in result.words
    assert "targets.yaml has" in result.words
    for format in FORMATS[1:]:
        assert "XBT" in shell("rebalance", file, "--format", format).stdout


def test_a_pair_that_does_not_exist_is_a_problem_of_the_file(shell: Shell) -> None:
    """At its line, with what there is instead; exit code 3."""
    result = shell("rebalance", targets(weights="{XBT: 50%, ETC: 30%}"))
    assert result.code == 3
    assert "targets.yaml:4:21: weights.ETC: there is no pair ETC/EUR" in result.words
    assert "ETC is traded against USD" in result.words


@pytest.mark.parametrize("format", FORMATS)
def test_a_spread_that_is_too_wide_is_refused(shell: Shell, format: str) -> None:
    """Exit code 4, each currency at its line."""
    file = targets(price="{from: mid, offset: 0.1%, max-spread: 0.001%}")
    result = shell("rebalance", file, "--out", BATCH, "--format", format)
    assert result.code == 4
    assert "no orders are computed, for 2 reasons; nothing was written" in result.words
    assert "targets.yaml:4:21: weights.ETH: the spread of ETH/EUR is" in result.words
    assert not BATCH.exists()
    if format in ("sarif", "github", "junit", "markdown"):
        assert result.stdout.count("the spread of") >= 2
    if format in ("sarif", "github"):
        assert "wide-spread" in result.stdout


def test_an_old_price_is_refused(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """Prices are as old as everything that is read after them took."""
    import runner.app.checks.snapshots as snapshots  # noqa: PLC0415

    times = iter([1_796_040_000.0, 1_796_040_000.0, 1_796_040_061.0])
    monkeypatch.setattr(snapshots, "time", Clock(times))
    result = shell("rebalance", targets(), "--out", BATCH)
    assert result.code == 4
    assert "the price of XBT/EUR is 61 s old, and the file allows 60 s" in result.words
    assert not BATCH.exists()


class Clock:
    """A clock that says these times, the last one for ever."""

    def __init__(self, times: Any) -> None:
        self._times = times
        self._last = 0.0

    def time(self) -> float:
        """The next one."""
        self._last = next(self._times, self._last)
        return self._last
