"""Orders on which a cancellation relies, and that are not open any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from msgspec.json import decode, encode

from runner.domain import Account
from runner.journal import fold, read_entries
from runner.planning import plan
from runner.review import Review, review
from tests.execution.builders import FIRST, NOWHERE, batch, group, order
from tests.review.markets import MARKET, NOW, account, found, resting
from tests.simulation.world import World

if TYPE_CHECKING:
    from collections.abc import Sequence

OLD = resting(FIRST)
PROTECT = group("protect", order("stop"), order("now", ordertype="market", price=None))
THEN = group("then", cancel=f"[{FIRST}]")


def applied(*groups: str) -> World:
    """A world in which these groups were applied."""
    world = World()
    assert world.apply(batch(*groups))["outcome"] == "done"
    return world


def reviewed(world: World, *groups: str, account: Account | None) -> Review:
    """The review of these groups after what was applied before."""
    ledger = fold(read_entries(decode(encode(world.journal))))
    return review(plan(batch(*groups), ledger, run_key="", venue="paper"), MARKET, account, NOW)


def txid(world: World) -> str:
    """The order that protects."""
    return str(world.entries("order-placed")[0]["txid"])


def test_an_order_that_is_gone_is_named() -> None:
    """At its line, with all groups that rely on it; a market order never rests."""
    world = applied(PROTECT)
    more = [THEN, group("later", cancel=f"[{FIRST}]")]
    result = reviewed(world, PROTECT, *more, account=account(OLD))
    assert found(result) == ["relies-on-ended protect/stop"]
    (finding,) = result.findings
    assert finding.place.line == 6
    assert (
        finding.message
        == "it is not open any more: unless it was filled, nothing is canceled in then and later"
    )
    assert result.errors == ()


@pytest.mark.parametrize(
    "groups",
    [
        [group("then", order("new"))],
        [group("then", cancel=f"[{FIRST}]", needs="[]")],
        [group("middle", order("new"), on_reject="continue")],
    ],
    ids=["nothing is canceled", "not needed", "nothing follows"],
)
def test_nothing_relies_on_it(groups: Sequence[str]) -> None:
    """It is gone, and no cancellation depends on it."""
    assert found(reviewed(applied(PROTECT), PROTECT, *groups, account=account(OLD, EUR="1000"))) == []


def test_a_group_that_accepts_rejects_is_not_relied_on() -> None:
    """Its author has said so."""
    protect = group("protect", order("stop"), on_reject="continue")
    assert found(reviewed(applied(protect), protect, THEN, account=account(OLD, EUR="1000"))) == []


def test_what_is_open_or_unknown_is_not_doubted() -> None:
    """Without the account's orders nothing is known."""
    world = applied(PROTECT)
    assert found(reviewed(world, PROTECT, THEN, account=account(OLD, resting(txid(world))))) == []
    assert found(reviewed(world, PROTECT, THEN, account=Account(balances={}))) == []


def test_what_the_journal_knows_to_be_filled_protects() -> None:
    """It needs not be open."""
    filled = group("protect", order("fast", price="200"))
    assert found(reviewed(applied(filled), filled, THEN, account=account(OLD, EUR="1000"))) == []


def test_what_was_not_found_relies_on_nothing_yet() -> None:
    """An id that is only looked up again."""
    then = group("then", cancel=f"[{NOWHERE}]")
    assert "relies-on-ended protect/stop" not in found(
        reviewed(applied(PROTECT, then), PROTECT, then, account=account(OLD))
    )
