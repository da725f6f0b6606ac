"""Options: each is named, explained, and has a default that is used when nothing is said."""

from __future__ import annotations

import json

from msgspec import NODEFAULT, structs

from runner.domain import find_option
from runner.paper import Options
from runner.paper.options.kinds import PairState, PairStatus
from runner.paper.options.names import kinds_by_name
from runner.paper.options.options import MarketOptions
from tests.paper import option_schema
from tests.support.for_each import for_each

ITEMS = [
    (group.type.__name__, item) for group in structs.fields(Options) for item in structs.fields(group.type)
]


@for_each(ITEMS)
def test_every_option_has_a_default_and_a_sentence(group: str, item: structs.FieldInfo) -> None:
    """A point that no document settles is never a silent choice."""
    assert item.default is not NODEFAULT
    assert (group, item.name) in option_schema.sentences()


def test_the_schema_is_as_generated() -> None:
    """After a change of the options: ``python -m tests.paper.option_schema``."""
    schema = option_schema.SCHEMA.read_text("utf-8")

    assert schema == option_schema.written(schema)
    groups = json.loads(schema)["properties"]["options"]["properties"]
    named = [f"{group}.{name}" for group, options in groups.items() for name in options["properties"]]
    assert named == list(kinds_by_name())


def test_every_option_is_found_by_its_name_alone() -> None:
    """Its group may be left out, and its words may come in another order."""
    for name in kinds_by_name():
        own = name.partition(".")[2]
        assert find_option(own, [name]) == find_option("_".join(reversed(own.split("_"))), [name]) == name
        assert find_option(name.replace(".", "_"), [name]) == name


def test_the_status_of_a_pair() -> None:
    """The pair's own, unless something else is said of it."""
    market = MarketOptions(pair_states=(PairState("XBT/USD", PairStatus.POST_ONLY),))

    assert (market.status_of("XBT/USD"), market.status_of("ETH/USD")) == ("post_only", "")
