"""Balances from a file: plain amounts by currency, and a problem with its place for anything else."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.batchfile import parse_balances

HEAD = "version: 1\n"


def test_amounts_are_exact() -> None:
    """As they are typed, in quotes or not."""
    parsed = parse_balances(f'{HEAD}balances: {{EUR: 25000.10, XBT: "0.35", NVDAx: 0}}'.encode(), "b.yaml")

    assert parsed.balances is not None
    assert parsed.balances.amounts == {
        "EUR": Decimal("25000.10"),
        "XBT": Decimal("0.35"),
        "NVDAx": Decimal(0),
    }


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("balances: {}", "2:11: balances: this is empty; at least one entry is required"),
        ("balances: {EUR: -1}", "2:17: balances.EUR: an amount is a plain number with at most 10 decimals"),
        ("balances: {EUR: 1e3}", "2:17: balances.EUR: 1e3 is refused"),
        ("balances: {BTC: 1}", "2:12: balances.BTC: a currency is written as in the pairs of v1"),
        ("balances: [1]", "2:11: balances: expected a mapping"),
        ("{", "2:1: : a line without `:`"),
    ],
)
def test_what_is_wrong_has_a_place(text: str, message: str) -> None:
    """Line and column, and what it is."""
    parsed = parse_balances((HEAD + text).encode(), "b.yaml")
    problem = parsed.problems[0]

    assert parsed.balances is None
    assert f"{problem.line}:{problem.column}: {problem.path}: {problem.message}".startswith(message)


@given(st.one_of(st.binary(max_size=80), st.text(max_size=80).map(lambda text: (HEAD + text).encode())))
def test_no_bytes_raise(content: bytes) -> None:
    """Balances or problems, never both."""
    parsed = parse_balances(content, "b.yaml")
    assert (parsed.balances is None) == bool(parsed.problems)
