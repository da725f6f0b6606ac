"""Scenario files: what they mean, and every problem at once with its place."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from runner.batchfile import load_schema, parse_scenario
from runner.domain import (
    CloseFrame,
    FaultAction,
    FaultRule,
    MessageRate,
    NamedOption,
    QuoteMove,
    Scenario,
    TimelineEvent,
)
from runner.domain.scenario import MESSAGES, REQUESTS, REST_CALLS
from runner.paper.api.exchange import STATUSES
from tests.support.for_each import for_each

HEAD = "version: 1\nname: rough\n"


def scenario(text: str) -> Scenario:
    """The scenario of a file that has no problem."""
    parsed = parse_scenario((HEAD + text).encode(), "s.yaml")
    assert parsed.scenario is not None, parsed.problems
    return parsed.scenario


def problems(text: str) -> list[str]:
    """The problems of a file, as they are printed."""
    parsed = parse_scenario(text.encode(), "s.yaml")
    assert parsed.scenario is None
    return [str(problem) for problem in parsed.problems]


def test_a_name_is_enough() -> None:
    """Everything else is as usual."""
    assert scenario("") == Scenario(name="rough")


def test_all_of_it() -> None:
    """Numbers keep their digits; a condition is text, however it was typed."""
    found = scenario("""
description: a bad day
seed: 7
latency_s: 0.05
jitter_s: 0.02
rest_lag_s: 30
clock_skew_s: -2.5
message_rate: {per_s: 0.5, burst: 3, bare: true}
faults:
  - {on: addOrder, do: reject, error: "EOrder:x", skip: 2, times: 1, chance: 0.5,
     where: {price: 1.50, margin: true}}
  - {on: openOrders, do: reorder, seconds: 0.1}
timeline:
  - {at_s: 1, status: maintenance}
  - {at_s: 1.5, quote: {pair: ETH/EUR, bid: 140, ask: 140.10}}
  - {at_s: 2, disconnect: true}
  - {at_s: 3, unsubscribe: openOrders}
close_frame: {code: 1013, reason: Market data unavailable}
""")
    assert found == Scenario(
        name="rough",
        description="a bad day",
        seed=7,
        latency_s=Decimal("0.05"),
        jitter_s=Decimal("0.02"),
        rest_lag_s=Decimal(30),
        clock_skew_s=Decimal("-2.5"),
        message_rate=MessageRate(per_s=Decimal("0.5"), burst=3, bare=True),
        faults=(
            FaultRule(
                on="addOrder",
                act=FaultAction.REJECT,
                error="EOrder:x",
                where=(("price", "1.50"), ("margin", "true")),
                skip=2,
                times=1,
                chance=Decimal("0.5"),
            ),
            FaultRule(on="openOrders", act=FaultAction.REORDER, seconds=Decimal("0.1")),
        ),
        timeline=(
            TimelineEvent(at_s=Decimal(1), status="maintenance"),
            TimelineEvent(
                at_s=Decimal("1.5"),
                quote=QuoteMove(pair="ETH/EUR", bid=Decimal(140), ask=Decimal("140.1")),
            ),
            TimelineEvent(at_s=Decimal(2), disconnect=True),
            TimelineEvent(at_s=Decimal(3), unsubscribe="openOrders"),
        ),
        close_frame=CloseFrame(code=1013, reason="Market data unavailable"),
    )


BROKEN = [
    ("", "s.yaml:1:1: the file is empty"),
    ("- 1", "s.yaml:1:1: the file is not a mapping, but a list"),
    ("version: 1", "s.yaml:1:1: `name` is missing"),
    ("version: 2\nname: rough", "s.yaml:1:10: version: the format's version is 1; this is 2"),
    (HEAD + "latency: 3", "s.yaml:3:1: latency: there is no key `latency` here (did you mean `latency_s`?)"),
    (HEAD + "jitter_s: -1", "s.yaml:3:11: jitter_s: this is a number of seconds from 0 to 3600; this is -1"),
    (HEAD + "seed: 1.5", "s.yaml:3:7: seed: "),
    (HEAD + "name: again", "s.yaml:3:1: name: "),
    (HEAD + "seed: &a 1", "s.yaml:3:7: seed: "),
    (HEAD + "faults: [{on: addOrder}]", "s.yaml:3:11: faults[0]: `do` is missing"),
    (HEAD + "faults: [{on: addOrdr, do: lose}]", "s.yaml:3:15: faults[0].on: "),
    (
        HEAD + "faults: [{on: addOrder, do: duplicate}]",
        "s.yaml:3:29: faults[0].do: no duplicate for addOrder (possible: reject, lose, delay, mute, ",
    ),
    (HEAD + "faults: [{on: Time, do: disconnect}]", "s.yaml:3:25: faults[0].do: Time cannot be made to"),
    (HEAD + "faults: [{on: addOrder, do: reject}]", "s.yaml:3:11: faults[0]: `error` is missing"),
    (HEAD + "faults: [{on: addOrder, do: end}]", "s.yaml:3:11: faults[0]: `error` is missing"),
    (HEAD + "faults: [{on: cancelOrder, do: end, error: x}]", "s.yaml:3:32: faults[0].do: no end for"),
    (HEAD + "faults: [{on: pong, do: rename}]", "s.yaml:3:25: faults[0].do: no rename for pong"),
    (HEAD + "faults: [{on: addOrder, do: delay}]", "s.yaml:3:11: faults[0]: `seconds` is missing"),
    (HEAD + "faults: [{on: pong, do: lose, error: x}]", "s.yaml:3:31: faults[0].error: `error` goes with"),
    (HEAD + "faults: [{on: pong, do: lose, seconds: 1}]", "s.yaml:3:31: faults[0].seconds: `seconds` means"),
    (
        HEAD + "faults: [{on: pong, do: lose, chance: 2}]",
        "s.yaml:3:39: faults[0].chance: a chance is a number",
    ),
    (
        HEAD + "faults: [{on: addOrder, do: lose, where: {pair: [A/B]}}]",
        "s.yaml:3:49: faults[0].where.pair: ",
    ),
    (HEAD + "timeline: [{at_s: 1}]", "s.yaml:3:13: timeline[0]: exactly one thing happens at a time"),
    (
        HEAD + "rest_lag_s: 3\noptions: {rest: {lag_s: 3}}",
        "s.yaml:4:18: options.rest.lag_s: this is `rest_lag_s` once more (leave out `rest_lag_s` at the top",
    ),
    (HEAD + "options: {limits: {tier: fast}}", "s.yaml:3:26: options.limits.tier: expected one of starter, "),
    (HEAD + "options: {rest: {lag_s: -1}}", "s.yaml:3:25: options.rest.lag_s: this is a number from 0 to"),
    (HEAD + "options: {limits: {domain_rate_max: no}}", "domain_rate_max: this is a number from 0 to "),
    (
        HEAD + "options: {fees: {tiers: [{volume: 1}]}}",
        "s.yaml:3:27: options.fees.tiers[0]: `taker` is missing",
    ),
    (HEAD + "close_frame: {code: 1005}", "s.yaml:3:21: close_frame.code: this code is never sent"),
    (HEAD + "close_frame: {code: 4000}", "s.yaml:3:21: close_frame.code: a close code is a whole number"),
    (HEAD + "close_frame: {reason: so long}", "s.yaml:3:15: close_frame: `code` is missing"),
    (HEAD + "timeline: [{at_s: 1, unsubscribe: book}]", "s.yaml:3:35: timeline[0].unsubscribe: "),
    (HEAD + "timeline: [{at_s: 1, disconnect: false}]", "s.yaml:3:34: timeline[0].disconnect: this is true"),
    (
        HEAD + "timeline: [{at_s: 1, quote: {pair: A/B, bid: 2, ask: 2}}]",
        "s.yaml:3:54: timeline[0].quote.ask: the ask is not above the bid",
    ),
    (
        HEAD + "timeline: [{at_s: 1, quote: {pair: A/B, bid: 0, ask: 2}}]",
        "quote.bid: a price is a number above 0",
    ),
]


@for_each(BROKEN)
def test_problems_say_where_and_what(text: str, problem: str) -> None:
    """The first problem of each broken file."""
    assert problem in problems(text)[0]


def test_options() -> None:
    """Each by its whole name, with its value as it was typed, and its place."""
    found = scenario("""
options:
  limits: {tier: pro, enforce_rates: false}
  market:
    depth: 0.10
    pair_states: [{pair: XBT/USD, status: post_only}]
  margin: {leverages: [2, 5]}
""")
    assert found.options == (
        NamedOption("limits.tier", "pro", (5, 18)),
        NamedOption("limits.enforce_rates", False, (5, 38)),
        NamedOption("market.depth", "0.10", (7, 12)),
        NamedOption("market.pair_states", [{"pair": "XBT/USD", "status": "post_only"}], (8, 18)),
        NamedOption("margin.leverages", ["2", "5"], (9, 23)),
    )


def test_all_problems_at_once() -> None:
    """In the file's order."""
    text = HEAD + "seed: no\nfaults: [{on: pong, do: reject}, 7]\ntimeline: [{at_s: x}]"
    assert [problem.split(": ")[1] for problem in problems(text)] == [
        "seed",
        "faults[0]",
        "faults[0].do",
        "faults[1]",
        "timeline[0]",
        "timeline[0].at_s",
    ]


@given(st.one_of(st.binary(max_size=80), st.text(max_size=80).map(lambda text: (HEAD + text).encode())))
def test_no_bytes_raise(content: bytes) -> None:
    """A scenario or problems, never both."""
    parsed = parse_scenario(content, "s.yaml")
    assert (parsed.scenario is None) == bool(parsed.problems)


def test_the_schema_knows_what_the_nouns_know() -> None:
    """Messages, acts and states are written twice, and agree."""
    schema: dict[str, Any] = load_schema("scenario")
    fault = schema["$defs"]["fault"]["properties"]
    assert sorted(fault["on"]["enum"]) == sorted([*REQUESTS, *MESSAGES, *REST_CALLS])
    assert fault["do"]["enum"] == [act.value for act in FaultAction]
    assert schema["$defs"]["moment"]["properties"]["status"]["enum"] == list(STATUSES)
