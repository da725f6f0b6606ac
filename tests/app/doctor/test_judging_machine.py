"""The machine and the ledger: what stops a run, what another could change, and what is old."""

from __future__ import annotations

import pytest

from runner.app.doctor.facts import LedgerFacts
from runner.app.doctor.findings import Check, Failure, Purpose
from runner.app.doctor.judging_machine import FEW_FREE_BYTES, LEAST_FREE_BYTES
from runner.errors import ExitCode, Remedy
from tests.app.doctor.builders import WELL, changed, of, said

HALT = "halted by ann on desk at 2026-11-30T09:00:00Z, because: odd fills"


def test_a_ledger_is_shown_with_its_version() -> None:
    """Or that there is none."""
    assert said(Check.LEDGER, WELL) == [("ok", "none is named: journals are in the state folder")]
    ledger = LedgerFacts(name="bot@db/team", version=5)
    assert said(Check.LEDGER, changed(ledger=ledger))[0] == (
        "ok",
        "bot@db/team: tables of version 5, no standby, no shared pooler",
    )


def test_a_ledger_that_would_stop_a_run_says_so() -> None:
    """By what it is, by who holds the account, by a halt."""
    broken = LedgerFacts(name="x", failure=Failure("a standby", "name the primary", ExitCode.REFUSED))
    assert of(Check.LEDGER, changed(ledger=broken))[0].code is ExitCode.REFUSED
    busy = LedgerFacts(name="x", version=5, held="ann on desk", halt=HALT)
    _, held, halted = of(Check.LEDGER, changed(ledger=busy))
    assert (held.state, halted.state, halted.code) == ("warning", "failed", ExitCode.REFUSED)
    assert (held.remedies, halted.remedies) == ((Remedy.WAIT,), (Remedy.RESUME,))
    assert of(Check.LEDGER, changed(ledger=busy), Purpose.PLAN)[2].state == "warning"


@pytest.mark.parametrize(
    ("change", "state", "text", "cure"),
    [
        ({}, "ok", ".order-batch can be written; 0 journals, all readable", ""),
        ({"journals": 1}, "ok", "1 journal, all readable", ""),
        ({"there": False, "place": "home"}, "ok", "made by the first run, in home", ""),
        ({"writable": False}, "failed", "cannot be written by this user", "chown"),
        ({"unwritable": ("a/lock",)}, "failed", "a/lock cannot be written", "chown"),
        ({"free_bytes": LEAST_FREE_BYTES - 1}, "failed", "1023 KiB left", "Make room"),
        ({"free_bytes": FEW_FREE_BYTES - 1}, "warning", "63 MiB left", "Make room"),
        ({"free_bytes": None}, "unchecked", "room is left cannot be seen", "df"),
        ({"owner": "bob"}, "warning", "belongs to bob", "Run as that user"),
        ({"mode": 0o720}, "warning", "other users can write", "chmod go-w .order-batch"),
        ({"mode": 0o702}, "warning", "other users can write", "chmod go-w .order-batch"),
        ({"held": (("core", 42),)}, "warning", "core is in use by process 42", "Wait until it has ended"),
        ({"halt": HALT}, "failed", HALT, "Find out why"),
    ],
)
def test_the_state_folder_is_judged(change: dict[str, object], state: str, text: str, cure: str) -> None:
    """The first finding is the worst, and each has its cure."""
    finding = of(Check.STATE_FOLDER, changed(folder=change))[0]
    assert (finding.state, finding.code) == (state, ExitCode.REFUSED if state == "failed" else ExitCode.DONE)
    assert text in finding.message
    assert cure in finding.cure


def test_a_halt_is_no_failure_of_a_plan() -> None:
    """Which is shown all the same."""
    assert of(Check.STATE_FOLDER, changed(folder={"halt": HALT}), Purpose.PLAN)[0].state == "warning"


def test_damage_is_shown_and_nothing_is_called_readable() -> None:
    """Each journal that cannot be read, with its own code."""
    damage = Failure("journal.jsonl:2: damaged", "restore it", ExitCode.REFUSED)
    assert said(Check.STATE_FOLDER, changed(folder={"failures": (damage,)})) == [("failed", damage.reason)]


def test_versions_are_listed_and_extras_named() -> None:
    """As installed."""
    assert said(Check.VERSIONS, WELL) == [
        (
            "ok",
            "order-batch 0.1.0 on Python 3.12.1, extras: postgres not installed; trio 0.30.0, click 8.1.7",
        )
    ]
    both = changed(versions={"installed": {"trio": "1", "click": "9", "psycopg": "3.2"}})
    assert "postgres installed" in said(Check.VERSIONS, both)[0][1]
    assert said(Check.VERSIONS, changed(versions={"package": ""}))[0][0] == "unchecked"


@pytest.mark.parametrize(
    ("installed", "old"),
    [
        ("0.26.9", True),
        ("0.27", False),
        ("0.27.0rc1", False),
        ("0.27.1", False),
        ("0.9", True),
        ("1", False),
        ("0", True),
        ("1.0.post1", False),
    ],
)
def test_a_version_is_compared_by_its_numbers(installed: str, old: bool) -> None:
    """0.9 is before 0.27, and 0.27 is as good as 0.27.0."""
    versions = {"installed": {"trio": installed, "click": "8.1"}}
    assert (f"trio 0.27 (here: {installed})" in said(Check.VERSIONS, changed(versions=versions))[0][1]) is old


def test_what_is_missing_is_named() -> None:
    """With an old Python first."""
    versions = {"installed": {"trio": "0.30"}, "python": "3.10.2"}
    assert said(Check.VERSIONS, changed(versions=versions)) == [
        ("failed", "it needs Python 3.11 (here: 3.10.2), click (not installed)")
    ]
