"""Targets files: the values of each field, what is usual, and the digest of what they say."""

from __future__ import annotations

import random
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from runner.batchfile import load_schema, parse_targets
from runner.domain import (
    Band,
    BandLimit,
    Destination,
    Fill,
    Otherwise,
    PriceFrom,
    PriceRule,
    TargetOrders,
    Targets,
    TradedAssets,
    TradedSides,
)
from tests.batchfile.targets.files import NEEDED, PARTS, targets, text
from tests.support.for_each import for_each

SCHEMA = load_schema("targets")


def test_every_field_is_read() -> None:
    """Shares become fractions of one, spans seconds; the currencies are in their alphabet."""
    found = targets(text())
    assert found == Targets(
        name="core",
        quote="EUR",
        weights={"ETH": Decimal("0.3"), "XBT": Decimal("0.5")},
        cash_target=Decimal("0.2"),
        cash_floor=Decimal(500),
        band=Band(
            absolute=Decimal("0.05"),
            relative=Decimal("0.25"),
            use=BandLimit.SMALLER,
            to=Destination.HALF,
        ),
        scope=TradedAssets.BREACHING,
        method=TradedSides.BOTH,
        keep={"ETH": Decimal("1.5")},
        order=TargetOrders(
            minimum=Decimal(25), maximum=Decimal(20000), oflags=("post",), timeinforce=None, expiretm="+3600"
        ),
        price=PriceRule(
            source=PriceFrom.MID, offset=Decimal("0.001"), max_spread=Decimal("0.005"), max_age=60
        ),
        fee=None,
        fill=Fill(within=900, otherwise=Otherwise.CANCEL),
        file="t.yaml",
        digest=found.digest,
    )
    assert list(found.weights) == ["ETH", "XBT"]


def test_what_is_not_said_is_as_usual() -> None:
    """A file needs weights, cash and a band."""
    found = targets(text(NEEDED, band="{absolute: 5%, relative: 25%}", cash="{target: 20%}"))
    assert (found.band.use, found.band.to) == (BandLimit.SMALLER, Destination.TARGET)
    assert (found.scope, found.method) == (TradedAssets.BREACHING, TradedSides.BOTH)
    assert (found.cash_floor, found.keep, found.fee) == (0, {}, None)
    assert found.order == TargetOrders()
    assert found.price == PriceRule(offset=Decimal())
    assert found.fill == Fill(within=900, otherwise=Otherwise.CANCEL)


def test_the_other_words_are_read() -> None:
    """Each choice that the file of the specification does not make."""
    found = targets(
        text(
            band="{absolute: 1%, relative: 2.5%, use: larger, to: inside}",
            scope="all",
            method="sell",
            order="{timeinforce: IOC, oflags: [nompp, fciq]}",
            price="{from: last, offset: -0.25%, max-age: 2h}",
            fees="0.26%",
            fill="{within: 1d, otherwise: proceed}",
        )
    )
    assert (found.band.use, found.band.to) == (BandLimit.LARGER, Destination.INSIDE)
    assert (found.scope, found.method) == (TradedAssets.ALL, TradedSides.SELL)
    assert found.order == TargetOrders(oflags=("fciq", "nompp"), timeinforce="IOC")
    assert found.price == PriceRule(source=PriceFrom.LAST, offset=Decimal("-0.0025"), max_age=7200)
    assert found.fee == Decimal("0.0026")
    assert found.fill == Fill(within=86400, otherwise=Otherwise.PROCEED)


def test_weights_are_exact() -> None:
    """Thirds that are one together to the tenth decimal of a percent."""
    found = targets(
        text(NEEDED, weights="{A: 33.3333333333%, B: 33.3333333333%}", cash="{target: 33.3333333334%}")
    )
    assert sum(found.weights.values(), found.cash_target) == 1


@given(st.permutations(list(PARTS)), st.integers(0, 10**6))
def test_order_and_comments_change_no_digest(keys: list[str], seed: int) -> None:
    """Nor does another way to write a number or what is usual."""
    whole = text()
    lines = [line for key in keys for line in whole.splitlines() if line.startswith(f"{key}:")]
    chance = random.Random(seed)
    other = "".join(f"{line}{chance.choice(['', '   # why', '  '])}\n" for line in lines)
    other = other.replace(
        "{XBT: 50%, ETH: 30%}", chance.choice(["{ETH: 30.0%, XBT: 50%}", "{XBT: 50.00%, ETH: 30%}"])
    )
    other = other.replace("minimum: 25,", chance.choice(["minimum: 25.0,", 'minimum: "25",']))
    other = other.replace("15m", chance.choice(["15m", "900s"])).replace(
        "use: smaller, ", chance.choice(["", "use: smaller, "])
    )
    assert targets(other).digest == targets(whole).digest


@for_each(
    [
        ("name", "other"),
        ("quote", "USD"),
        ("weights", "{XBT: 49%, ETH: 31%}"),
        ("weights", "{XBT: 50%, ETH: 30%, SOL: 0%}"),
        ("cash", "{target: 20%, floor: 500.000000000000000001}"),
        ("band", "{absolute: 5%, relative: 25%}"),
        ("band", "{absolute: 5.1%, relative: 25%, use: smaller, to: half}"),
        ("scope", "all"),
        ("method", "buy"),
        ("keep", "{ETH: 1.50000001}"),
        ("order", '{minimum: 25, maximum: 20000, oflags: [post], expiretm: "+3601"}'),
        ("order", '{minimum: 25, maximum: 20000, expiretm: "+3600"}'),
        ("price", "{from: mid, offset: 0.1%, max-spread: 0.5%}"),
        ("fees", "0.26%"),
        ("fill", "{within: 15m, otherwise: stop}"),
    ]
)
def test_each_value_is_in_the_digest(key: str, part: str) -> None:
    """The digest in a reviewed batch shows that it was made of other targets."""
    assert targets(text(**{key: part})).digest != targets(text()).digest


def test_the_file_is_not_in_the_digest() -> None:
    """Its name is for messages."""
    here, there = (parse_targets(text().encode(), name).targets for name in ("a.yaml", "b/c.yaml"))
    assert here is not None
    assert there is not None
    assert (here.digest, here.file, there.file) == (there.digest, "a.yaml", "b/c.yaml")


@pytest.mark.parametrize("content", ["", "[]", "weights", "a: &x 1\n", "a: [\n", "version: 1\n", "\tx: 1"])
def test_what_is_no_targets_file_has_problems(content: str) -> None:
    """Any other document."""
    parsed = parse_targets(content.encode(), "t")
    assert parsed.targets is None
    assert parsed.problems


@given(st.sampled_from(sorted(PARTS)), st.text(alphabet="abX:-[]{}&*!|>'\"%@#,? \n\t01.~<", max_size=60))
def test_random_yaml_raises_nothing(key: str, part: str) -> None:
    """There are targets or there are problems."""
    parsed = parse_targets(text(**{key: part}).encode(), "t")
    assert (parsed.targets is None) == bool(parsed.problems)


@given(st.binary(max_size=80))
def test_random_bytes_raise_nothing(content: bytes) -> None:
    """They may be no text at all."""
    assert parse_targets(content, "t").problems


def every_property(node: Any) -> list[tuple[str, dict[str, Any]]]:
    """Every property that an author may write, references followed."""
    if not isinstance(node, dict):
        return []
    own = [
        (name, {**(SCHEMA["$defs"][rule["$ref"].rpartition("/")[2]] if "$ref" in rule else {}), **rule})
        for name, rule in node.get("properties", {}).items()
    ]
    return own + [item for _, rule in own for item in every_property(rule)]


def test_the_schema_is_a_schema_and_explains_itself() -> None:
    """An editor can show a title, a description and a right example for every property."""
    Draft202012Validator.check_schema(SCHEMA)
    found = every_property(SCHEMA)
    assert len(found) == 31
    for name, rule in found:
        assert {"title", "description", "examples"} <= rule.keys(), name
        checked = {key: value for key, value in rule.items() if key != "$ref"} | {"$defs": SCHEMA["$defs"]}
        for sample in rule["examples"]:
            assert Draft202012Validator(checked).is_valid(sample), (name, sample)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("weights", {"XBT": 0.5}),
        ("weights", {"xbt": "50%"}),
        ("weights", {"BTC": "50%"}),
        ("weights", {"XBT": "101%"}),
        ("cash", {"target": 20}),
        ("fees", 0.26),
        ("price", {"max-age": 60}),
        ("order", {"ordertype": "market"}),
        ("order", {"oflags": ["fcib"]}),
        ("fill", {"within": "1s"}),
    ],
)
def test_an_editor_finds_the_same_mistakes(key: str, value: object) -> None:
    """The published schema does not depend on how numbers are read here."""
    document: dict[str, object] = {
        "version": 1,
        "name": "core",
        "quote": "EUR",
        "weights": {"XBT": "80%"},
        "cash": {"target": "20%"},
        "band": {"absolute": "5%", "relative": "25%"},
    }
    assert Draft202012Validator(SCHEMA).is_valid(document)
    assert not Draft202012Validator(SCHEMA).is_valid(document | {key: value})
