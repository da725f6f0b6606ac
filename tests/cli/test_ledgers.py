"""The options of `order-batch ledger`."""

from __future__ import annotations

import pytest

from tests.app.shell import Shell, batch, order, python


def test_a_ledger_has_to_be_named(shell: Shell) -> None:
    """By option or variable; each verb needs it."""
    for verb in ("init", "status", "verify", "unlock", "history"):
        result = shell("ledger", verb)
        assert (result.code, "--ledger URL, or ORDER_BATCH_LEDGER" in result.words) == (3, True)


def test_the_sql_is_shown_without_a_server(shell: Shell) -> None:
    """With roles and grants, for whoever may not let a tool make tables."""
    pytest.importorskip("psycopg", reason="psycopg is not installed (pip install -e '.[postgres]')")
    text = shell("ledger", "init", "--print").stdout
    for part in ("create table order_batch.chunk", "grant insert on", "create role order_batch_runner"):
        assert part in text


LOADED = """
import sys
from runner.cli.exit_codes import run

for args in (["plan"], ["apply", "--format", "json"], ["status"], ["bundle", "--out", "one.zip"]):
    assert run([*args, sys.argv[1]]) == 0, args
print(sorted(name for name in sys.modules if name.partition(".")[0].startswith("psycopg")))
print(sorted(name for name in sys.modules if name.startswith("runner.runtime.team_ledger.")))
"""


def test_without_a_ledger_nothing_of_it_is_loaded(shell: Shell) -> None:
    """Neither the driver nor what talks to it, from a plan to a bundle."""
    command = python(LOADED, str(batch(order())))
    assert command.code == 0, command
    assert command.stdout.splitlines()[-2:] == ["[]", "[]"], command.stdout
