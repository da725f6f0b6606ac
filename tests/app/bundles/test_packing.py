"""``bundle``: what a run was made of, in one file, or the reason why that cannot be shown."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from runner.journal import RunEnded
from runner.runtime.storage import JOURNAL, hold
from tests.app.policies import SMALL, policy
from tests.app.shell import STATE, Shell, batch, order, requests

RUN = Path("run.zip")
FOLDER = STATE / "paper" / "one"


def contents(path: Path = RUN) -> dict[str, bytes]:
    """The files of a bundle, as any tool reads them."""
    with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def test_all_that_a_run_was_made_of_is_in_it(shell: Shell) -> None:
    """Batch, policy, plan, journal, manifest, events and messages; and it is verified."""
    file = batch(order())
    rules = policy(SMALL)
    assert shell("apply", file).code == 0
    result = shell("bundle", file, "--out", RUN)
    assert result.code == 0, result.stderr
    found = contents()
    assert list(found) == [
        *("index.json", "batch.yaml", "plan.json", "policies/1.yaml"),
        *("journal.jsonl", "manifest.json", "events.jsonl", "wire.jsonl"),
    ]
    assert found["batch.yaml"] == file.read_bytes()
    assert found["policies/1.yaml"] == rules.read_bytes()
    assert found["journal.jsonl"] == (FOLDER / JOURNAL).read_bytes()
    assert found["manifest.json"] == (FOLDER / "manifest.json").read_bytes()
    assert shell("verify", RUN).code == 0


def test_the_same_run_gives_the_same_bytes(shell: Shell) -> None:
    """Neither the time nor the folder of the packing is in it."""
    file = batch(order())
    shell("apply", file)
    shell("bundle", file, "--out", RUN)
    shell("bundle", file, "--out", "again.zip")
    assert RUN.read_bytes() == Path("again.zip").read_bytes()


def test_no_secret_is_in_it(shell: Shell) -> None:
    """The messages have no token."""
    file = batch(order())
    shell("apply", file)
    shell("bundle", file, "--out", RUN)
    tokens = [request["token"] for request in requests() if "token" in request]
    assert b'\\"token\\":\\"***\\"' in RUN.read_bytes()
    assert [token for token in tokens if token.encode() in RUN.read_bytes()] == []


def test_a_file_that_was_changed_since_is_refused(shell: Shell) -> None:
    """Its bytes prove which file was run; the same holds for a policy."""
    file = batch(order())
    rules = policy(SMALL)
    shell("apply", file)
    text = rules.read_text("utf-8")
    rules.write_text(f"{text}# later\n", "utf-8")
    result = shell("bundle", file, "--out", RUN)
    assert (result.code, "this policy was changed since the run" in result.words) == (4, True)
    rules.write_text(text, "utf-8")
    file.write_text(f"{file.read_text('utf-8')}# later\n", "utf-8")
    result = shell("bundle", file, "--out", RUN)
    assert (result.code, "it was changed since its last run" in result.words) == (4, True)
    assert not RUN.exists()


def test_without_a_run_there_is_nothing_to_pack(shell: Shell) -> None:
    """And no state is made."""
    result = shell("bundle", batch(order()), "--out", RUN)
    assert (result.code, "no run of it is in" in result.words) == (4, True)
    assert not STATE.exists()


def test_a_journal_without_a_run_is_none(shell: Shell) -> None:
    """Other entries do not make a run."""
    with hold(FOLDER) as state:
        state.journal.append([RunEnded(at="2026-11-22T07:00:10.000000Z", outcome="done")])
    assert shell("bundle", batch(order()), "--out", RUN).code == 4


def test_a_run_that_goes_on_is_not_packed(shell: Shell) -> None:
    """Half of a run proves nothing."""
    file = batch(order())
    shell("apply", file)
    with hold(FOLDER):
        assert shell("bundle", file, "--out", RUN).code == 7


def test_what_carried_out_a_saved_plan_is_packed_with_it(shell: Shell) -> None:
    """The plan is what was reviewed; the file it was made of is in it."""
    file = batch(order())
    shell("plan", file, "--out", "plan.json")
    shell("apply", "plan.json")
    result = shell("bundle", file, "--out", RUN)
    assert (result.code, "carried out the saved plan" in result.words) == (4, True)
    assert shell("bundle", "plan.json", "--out", RUN).code == 0
    assert contents()["plan.json"] == Path("plan.json").read_bytes()
    assert shell("verify", RUN).code == 0


def test_a_run_that_had_nothing_to_do_is_one_too(shell: Shell) -> None:
    """Its plan holds what an earlier run placed."""
    file = batch(order())
    shell("apply", file)
    shell("apply", file)
    assert shell("bundle", file, "--out", RUN).code == 0
    assert shell("verify", RUN).code == 0


def test_a_place_that_takes_no_bundle_is_said(shell: Shell) -> None:
    """Before anything is read."""
    file = batch(order())
    shell("apply", file)
    assert shell("bundle", file, "--out", "no/where.zip").code == 3
    assert shell("bundle", file, "--out", file).code == 3
    assert file.read_bytes().startswith(b"version")
