"""Options of a scenario under a wrong name, or in a wrong place."""

from __future__ import annotations

import pytest

from runner.batchfile import parse_scenario
from tests.support.for_each import for_each

HEAD = "version: 1\nname: rough\n"


@for_each(
    [
        ("{tier: pro}", "3:11", "options are in groups: write limits: {tier: pro}"),
        ("{whole_ratecount: false}", "3:11", "options are in groups: write feeds: {whole_ratecount: false}"),
        ("{rest_lag_s: 30}", "3:11", "options are in groups: write rest: {lag_s: 30}"),
        ("{fee_tiers: []}", "3:11", "options are in groups: write fees: {tiers: ...}"),
        ("{limits: {}, tier: pro}", "3:23", "did you mean `tier` under `limits`?"),
        ("{limits: {teir: pro}}", "3:20", "did you mean `tier`?"),
        ("{limits: {taker_fee: 0.1}}", "3:20", "did you mean `taker` under `fees`?"),
        ("{limit: {tier: pro}}", "3:11", "did you mean `limits`?"),
        ("{limits: {}, limit: {tier: pro}}", "3:23", "`limits` is here already: put it there"),
        ("{weather: {rain: 1}}", "3:11", "known: limits, requests, orders, "),
        ("{weather: 1}", "3:11", "known: limits, requests, orders, "),
        ("{records: {weather: 1}}", "3:21", "known: ended_orders_kept, trades_kept"),
        ("{fees: {tiers: [{volume: 1, taker: 0, maker: 0, fee: 1}]}}", "3:58", ""),
    ]
)
def test_a_name_that_is_wrong_finds_the_right_one(options: str, place: str, hint: str) -> None:
    """With its group, and with the value that it has."""
    parsed = parse_scenario(f"{HEAD}options: {options}\n".encode(), "s.yaml")

    (problem,) = parsed.problems
    assert f"{problem.line}:{problem.column}" == place
    assert "there is no key" in problem.message
    assert problem.hint.startswith(hint)


@pytest.mark.parametrize(
    "options", ["limits: {tier: pro}", "feeds: {whole_ratecount: false}", "rest: {lag_s: 30}"]
)
def test_what_a_hint_says_is_right(options: str) -> None:
    """A file that follows it has no problem."""
    assert parse_scenario(f"{HEAD}options: {{{options}}}\n".encode(), "s.yaml").problems == ()
