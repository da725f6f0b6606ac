"""The options of `order-batch ledger`."""

from __future__ import annotations

import pytest

from tests.app.shell import Shell


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
