"""The subject of a call, and what it gives away."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from pathlib import Path
from typing import Any

import pytest

from runner import api
from runner.api.job import Variables, families

CANARY = "c2VjcmV0LWNhbmFyeQ=="
HERE = Path()


def job(**given: Any) -> api.Job:
    """A job that no call carries out."""
    return api.Job(file=Path("b.yaml"), state_dir=HERE, **given)


def test_it_is_frozen() -> None:
    """A job is a value."""
    with pytest.raises(FrozenInstanceError):
        job().run_key = "other"  # type: ignore[misc]


def test_the_simulated_exchange_needs_no_variable() -> None:
    """And none is added to those of the caller."""
    assert dict(job().variables()) == {}
    assert dict(job(environ={"HTTPS_PROXY": "x"}).variables()) == {"HTTPS_PROXY": "x"}
    assert job().target().venue == "paper"


def test_an_account_precedes_the_variables_of_the_caller() -> None:
    """A file that they name would make two keys of one."""
    venue = api.Kraken(api_key=api.Secret("key"), rest_url="https://example.org")
    given = {"KRAKEN_API_KEY_FILE": "k", "KRAKEN_API_SECRET_FILE": "s", "KRAKEN_SPOT_URL": "other"}
    found = job(venue=venue, environ=given)
    assert dict(found.variables()) == {
        "KRAKEN_API_KEY": "key",
        "KRAKEN_API_SECRET_FILE": "s",
        "KRAKEN_SPOT_URL": "https://example.org",
    }
    assert len(found.variables()) == 3
    assert found.target().venue == "kraken"


def test_no_repr_gives_a_secret_away() -> None:
    """Neither that of a job nor that of what is made of it."""
    venue = api.Kraken(api_key=api.Secret(CANARY), api_secret=api.Secret(CANARY))
    made = job(venue=venue, environ={"KRAKEN_API_SECRET": CANARY})
    for value in (made, venue, made.variables(), made.target()):
        assert CANARY not in repr(value)
    assert isinstance(made.variables(), Variables)


def test_a_secret_is_given_as_one() -> None:
    """A plain text would appear in every traceback; the message does not repeat it."""
    with pytest.raises(api.InvalidInput) as caught:
        api.Kraken(api_key=CANARY)  # type: ignore[arg-type]
    assert CANARY not in str(caught.value)


@pytest.mark.parametrize("key", ["../elsewhere", "a/b", "a@b", "-", "x" * 65])
def test_a_run_key_that_could_name_another_folder_is_refused(key: str) -> None:
    """As the command line refuses it."""
    with pytest.raises(api.InvalidInput):
        job(run_key=key)
    assert job(run_key="2026-W47").target().run_key == "2026-W47"


def test_an_error_of_the_system_is_one_of_the_families() -> None:
    """With the name of the file."""
    with pytest.raises(api.InvalidInput, match=r"^gone: No such file"), families():
        Path("gone").read_bytes()
