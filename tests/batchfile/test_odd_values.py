"""Policies and scenarios with one odd value: a problem with its place, never a defect."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from runner.batchfile import parse_policy, parse_scenario

if TYPE_CHECKING:
    from collections.abc import Iterator

ODD = (
    "",
    " ",
    None,
    [],
    {},
    0,
    -1,
    1.5,
    True,
    "x" * 3000,
    [[]],
    [None],
    [""],
    {"": 1},
    {"a": []},
    10**30,
    "1e5",
)

POLICY = yaml.safe_load("""
version: 1
name: p
description: d
rules:
  - {name: a, check: pairs, allow: [XBT/EUR], message: m}
  - {name: b, check: notional, most: 5, currency: EUR, per: order, message: m, answer: warn}
  - {name: c, check: collar, against: last, above: 2%, below: 50%, message: m}
  - {name: d, check: fields, require: [post], message: m}
  - {name: e, check: times, allow: [{days: [mon], from: "08:00", to: "20:00"}], zone: UTC, message: m}
  - {name: f, check: leverage, most: none, message: m}
  - {name: g, check: rejects, most: 3, share: 20%, message: m}
""")
SCENARIO = yaml.safe_load("""
version: 1
name: s
seed: 1
latency_s: 0.1
clock_skew_s: 1
message_rate: {per_s: 1, burst: 2, bare: true}
close_frame: {code: 1001, reason: x}
options: {limits: {tier: pro}}
faults:
  - {"on": addOrder, do: reject, where: {pair: ETH/EUR}, skip: 1, times: 1, chance: 0.5, error: E}
  - {"on": openOrders, do: delay, seconds: 1}
timeline:
  - {at_s: 1, status: online}
  - {at_s: 2, quote: {pair: ETH/EUR, bid: 1, ask: 2}}
  - {at_s: 3, unsubscribe: openOrders}
""")


def places(node: Any, *above: object) -> Iterator[tuple[Any, ...]]:
    """Yield the keys and numbers that lead to each value of a document."""
    entries = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in entries:
        yield (*above, key)
        yield from places(value, *above, key)


def replaced(document: Any, place: tuple[Any, ...], value: object) -> bytes:
    """Return the document, as YAML that is JSON, with another value in one place."""
    changed = copy.deepcopy(document)
    node = changed
    for key in place[:-1]:
        node = node[key]
    node[place[-1]] = value
    return json.dumps(changed).encode()


@pytest.mark.parametrize(("parse", "document"), [(parse_policy, POLICY), (parse_scenario, SCENARIO)])
def test_any_value_is_read_or_is_a_problem(parse: Any, document: Any) -> None:
    """A zone without a name, and a list in place of an act, were internal errors."""
    assert not parse(json.dumps(document).encode(), "f").problems
    for place in places(document):
        for value in ODD:
            for problem in parse(replaced(document, place, value), "f").problems:
                assert problem.message, (place, value)
                assert problem.line == 1, (place, value)
