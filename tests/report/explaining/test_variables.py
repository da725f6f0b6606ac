"""The table of variables holds every one that the code reads."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from runner.app.access.credentials import CREDENTIAL_NAMES
from runner.report.explaining.variables import VARIABLES, variables_of, variables_of_all
from tests.source_tree import place, sources

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NAMED = {name for variable in VARIABLES for name in variable.names}
OURS = re.compile(r"_?(KRAKEN|ORDER_BATCH|GITHUB|GITLAB|CI|SSL|PG|XDG)_[A-Z_]*[A-Z]")
ANY = re.compile(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)*|(https?|all|no)_proxy")
QUOTED = re.compile(r"""(?<!b)(?:"(\w+)"|'(\w+)')""")
NO_VARIABLES = {
    *("ADDRESS", "NAME", "REV", "SECONDS", "SPAN", "TEXT", "TIMES", "URL", "KEY"),  # of options
    *("SECRET", "PAPER", "HEAD", "CONNECT", "POST", "EUR"),  # of keys, git, HTTP and money
    "LC_ALL",  # is set for git
}
"""Words in capitals beside a use of the environment that name something else."""


def read_by(path: Path) -> set[str]:
    """The words of a file that may be variables: all in capitals, where it knows the environment at all."""
    text = path.read_text("utf-8")
    quoted = {double or single for double, single in QUOTED.findall(text)}
    patterns = (OURS, ANY) if "environ" in text else (OURS,)
    return {word for word in quoted if len(word) > 1 and any(each.fullmatch(word) for each in patterns)}


TABLES = ("variables.py", "examples.py")


def readers() -> Iterator[tuple[str, str]]:
    """Each word that may be a variable, with its file."""
    for path in sources("."):
        if path.name not in TABLES:
            yield from ((word, place(path)) for word in read_by(path) if not word.startswith("GIT_"))


def test_each_variable_that_is_read_is_in_the_table() -> None:
    """What else is written in capitals beside them is known, and still there."""
    found = dict(readers())
    upper = {word: file for word, file in found.items() if word.upper() not in NAMED}
    assert {word: file for word, file in upper.items() if word not in NO_VARIABLES} == {}
    assert NO_VARIABLES - set(found) == set()
    assert set(CREDENTIAL_NAMES) <= NAMED


def test_no_variable_is_in_the_table_that_is_not_read() -> None:
    """But for those of libraries: libpq, rich, click."""
    libraries = {"PGPASSWORD", "PGPASSFILE", "PGSSLROOTCERT", "NO_COLOR", "TERM", "COMP_WORDS"}
    libraries |= {"COMP_CWORD"}
    assert NAMED - {word for word, _ in readers()} - set(CREDENTIAL_NAMES) == libraries


def test_a_name_is_in_the_table_once() -> None:
    """And each row says what it means."""
    assert len(NAMED) == sum(len(variable.names) for variable in VARIABLES)
    assert all(variable.meaning and not variable.meaning.endswith(".") for variable in VARIABLES)


@pytest.mark.parametrize(
    "name", ["KRAKEN_API_SECRET", "ORDER_BATCH_LEDGER", "PGPASSWORD", "ORDER_BATCH_NOTIFY"]
)
def test_what_opens_an_account_is_a_secret(name: str) -> None:
    """The value of such a variable is in no output."""
    assert next(variable for variable in VARIABLES if name in variable.names).secret


def test_those_of_a_verb_are_without_those_of_all() -> None:
    """An unknown verb has none."""
    assert [variable.names for variable in variables_of("paper move")] == [
        ("ORDER_BATCH_STATE_DIR",),
        ("SSL_CERT_FILE", "SSL_CERT_DIR"),
    ]
    assert variables_of("undo") == ()
    assert all(not variable.verbs for variable in variables_of_all())
