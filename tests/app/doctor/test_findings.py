"""The code that a diagnosis ends with, and its published form."""

from __future__ import annotations

import jsonschema

from runner.api import schema
from runner.app.doctor.findings import (
    Check,
    Failure,
    Purpose,
    State,
    exit_code_of_findings,
    failed,
    findings_object,
    ok,
    unchecked,
    warning,
)
from runner.errors import ExitCode, InvalidInput

OK = ok(Check.KEY, "there")
DOUBT = unchecked(Check.CLOCK, "no connection", "connect")
WARNING = warning(Check.TLS, "old", "renew")
BROKEN = failed(Check.LEDGER, Failure("away", "start it", ExitCode.UNREACHABLE))
INVALID = failed(Check.KEY, Failure("no key", "set it"))


def test_the_code_is_that_of_the_first_failure() -> None:
    """A command gets no further; a warning stops nothing, and what is unknown is not ok."""
    assert exit_code_of_findings([OK, WARNING]) is ExitCode.DONE
    assert exit_code_of_findings([OK, WARNING, DOUBT]) is ExitCode.INCOMPLETE
    assert exit_code_of_findings([DOUBT, BROKEN, INVALID]) is ExitCode.UNREACHABLE
    assert exit_code_of_findings([INVALID, BROKEN]) is ExitCode.INVALID


def test_the_details_of_an_error_are_its_cure() -> None:
    """But for what goes without saying, as nothing is ever sent here."""
    error = InvalidInput("bad", details=["Nothing was sent. Put it right."])
    assert Failure.of(error, "other") == Failure("bad", "Put it right.", ExitCode.INVALID)
    assert Failure.of(InvalidInput("bad"), "other").cure == "other"
    assert Failure.of(InvalidInput("bad")).cure


def test_the_object_names_every_check_once_with_its_worst_state() -> None:
    """A check of which nothing is known is not ok."""
    found = findings_object([OK, WARNING, BROKEN, ok(Check.LEDGER, "x")], Purpose.PLAN, "kraken")
    states = {check["check"]: check["state"] for check in found["checks"]}
    assert list(states) == [check.value for check in Check]
    assert (states["key"], states["tls"], states["ledger"]) == ("ok", "warning", "failed")
    assert states["clock"] == State.UNCHECKED
    assert (found["state"], found["exit_code"], found["for"]) == ("failed", 5, "plan")


def test_the_object_has_the_published_shape() -> None:
    """With at least one finding for each check."""
    every = [ok(check, "fine") for check in Check]
    jsonschema.validate(findings_object([*every, BROKEN], Purpose.APPLY, "paper"), schema("doctor"))
