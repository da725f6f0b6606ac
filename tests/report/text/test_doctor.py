"""A diagnosis in lines: what is wrong is seen at once, and is followed by its cure."""

from __future__ import annotations

from typing import Any

from runner.report.lines import plain, width_of
from runner.report.text.doctor import doctor_lines

LONG = "the exchange's clock is +29.4 s from ours; a deadline of 10 s allows 5.0 s"


def result(state: str, *checks: tuple[str, str, str, str], code: int = 0) -> dict[str, Any]:
    """A result with a finding for each check."""
    return {
        "venue": "kraken",
        "for": "apply",
        "state": state,
        "exit_code": code,
        "checks": [
            {"check": name, "state": each, "findings": [{"state": each, "message": message, "cure": cure}]}
            for name, each, message, cure in checks
        ],
    }


def text(found: dict[str, Any], width: int = 80) -> list[str]:
    """Lines as text."""
    lines = list(map(plain, doctor_lines(found, width)))
    assert max(map(width_of, lines)) <= min(width, 100)
    return lines


def test_a_finding_is_a_line_and_its_cure_another() -> None:
    """Long ones are folded under their own beginning."""
    found = result(
        "failed", ("tls", "ok", "trusted", ""), ("clock", "failed", LONG, "Set the clock."), code=5
    )
    assert text(found) == [
        "TLS           ok           trusted",
        "clock         failed       the exchange's clock is +29.4 s from ours; a deadline",
        "                           of 10 s allows 5.0 s",
        "    cure: Set the clock.",
        "",
        "failed: as it is, `apply --venue kraken` ends with exit code 5",
    ]


def test_a_check_with_several_findings_is_named_once() -> None:
    """In the order in which they were found."""
    found = result("warning", ("state-folder", "warning", "a", "b"))
    found["checks"][0]["findings"] *= 2
    assert [line[:24] for line in text(found)[:4:2]] == [
        "state folder  warning   ",
        "              warning   ",
    ]
    assert text(found)[-1].startswith("warning: `apply --venue kraken` has what it needs; look")


def test_each_end_is_said() -> None:
    """Also on a wide terminal and a narrow one, and with what a hostile exchange says."""
    found = result("unchecked", ("market", "unchecked", "\x1b[2J" + "word " * 40, "cure " * 30))
    for width in (40, 80, 400):
        assert not [line for line in text(found, width) if "\x1b" in line]
    assert "is not known" in text(found)[-1]
    assert (
        text(result("ok", ("key", "ok", "there", "")))[-1] == "ok: `apply --venue kraken` has what it needs"
    )
