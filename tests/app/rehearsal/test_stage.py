"""A chosen market becomes an opening and a movement, and words that say whose prices these are."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from runner.app.inputs.batches import Rehearsal
from runner.app.rehearsal.choices import read_choice
from runner.app.rehearsal.stage import Stage, follower_of, movement_of, read_stage
from runner.domain import Secret
from runner.errors import InvalidInput
from runner.paper import OPENING, Credentials, Exchange, Opening, Playback, Walk
from tests.app.rehearsal.markets import BALANCES, kraken, market_file

if TYPE_CHECKING:
    from pathlib import Path

NOW = 1_700_000_000.0


def exchange(opening: Opening = OPENING) -> Exchange:
    """A fresh one."""
    credentials = Credentials(api_key="key", secret=Secret("c2VjcmV0"))
    return Exchange(seed="test", credentials=credentials, opening=opening)


async def stage_of(**rehearsal: object) -> Stage:
    """The stage of a market that needs no connection."""
    return await read_stage(read_choice(Rehearsal(**rehearsal)), {}, print)  # type: ignore[arg-type]


async def test_the_standing_market_is_as_always() -> None:
    """Word for word none, and without a movement; with balances of its own nothing is open."""
    stage = await stage_of()

    assert (stage.opening, stage.words) == (OPENING, "")
    assert movement_of(stage, exchange(), NOW, fresh=True) is None


async def test_a_recorded_market_opens_with_balances_of_a_file(tmp_path: Path) -> None:
    """Its prices are the exchange's, and nothing else is traded or owned."""
    market, balances = market_file(tmp_path), market_file(tmp_path, BALANCES, "mine.yaml")
    stage = await stage_of(market=str(market), balances=str(balances))
    made = exchange(stage.opening)

    assert made.quotes()["XBT/EUR"].bid == Decimal(78000)
    assert list(made.instruments) == ["XBT/EUR", "WIF/EUR", "TSLAx/EUR"]
    assert made.state().balances == {"EUR": Decimal(5000), "XBT": Decimal("0.5")}
    assert stage.words == (
        f"Market: 3 pairs at the prices of 2026-11-30T08:00:00Z ({market}). Balances: those of {balances}."
    )


async def test_balances_of_an_account_are_what_is_free(tmp_path: Path) -> None:
    """The holds of its open orders are not free for another order, and are named."""
    async with kraken(tmp_path, standing=True) as there:
        stage = await read_stage(read_choice(Rehearsal(balances="account")), there.environ, print)
    owned = exchange(stage.opening).state()

    assert (owned.balances["ETH"], owned.balances["XBT"]) == (Decimal(99), Decimal(10))
    assert stage.words == "Balances: those of the account, without what its open orders hold (ETH, EUR)."


async def test_a_recording_is_played(tmp_path: Path) -> None:
    """As fast as is wanted."""
    stage = await stage_of(market=f"replay:{market_file(tmp_path)}", speed=Decimal(10))
    movement = movement_of(stage, exchange(stage.opening), NOW, fresh=True)

    assert movement is not None
    assert [(move.time - NOW, move.bid) for move in movement.until(NOW + 1)] == [(0.5, Decimal(77000))]
    assert stage.words.endswith(", which then go on for 0 s.")


async def test_live_prices_move_an_exchange_that_was_there_before(tmp_path: Path) -> None:
    """A fresh one has opened with them; followed ones go on in either."""
    async with kraken(tmp_path) as there:
        live, followed = [
            await read_stage(read_choice(Rehearsal(market=text)), there.environ, print)
            for text in ("live", "live:follow")
        ]
    made = exchange(live.opening)
    made.set_quote("XBT/EUR", Decimal(50000), Decimal(50001), NOW)
    kept = movement_of(live, made, NOW, fresh=False)
    feed = movement_of(followed, made, NOW, fresh=True)

    assert movement_of(live, made, NOW, fresh=True) is None
    assert kept is not None
    assert {move.pair: str(move.bid) for move in kept.until(NOW)}["XBT/EUR"] == "78000.00000"
    assert (follower_of(live, kept, made), follower_of(followed, feed, made) is None) == (None, False)
    assert followed.words.endswith(" They go on.")


async def test_a_walk_moves_every_pair_from_where_it_is() -> None:
    """And another one for another seed."""
    made = exchange()
    stages = [await stage_of(market=text) for text in ("walk", "walk", "walk:7")]
    walks = [movement_of(stage, made, NOW, fresh=False) for stage in stages]
    first, again, other = ([str(move.bid) for move in walk.until(NOW + 5)] for walk in walks if walk)

    assert isinstance(walks[0], Walk)
    assert len(first) == 5 * len(made.quotes())
    assert first == again
    assert first != other


async def test_a_tape_is_read_from_a_file(tmp_path: Path) -> None:
    """The file's name says the pair, which has to be one of the exchange."""
    file = market_file(tmp_path, "0,150,1\n1,151,1\n", "ETHEUR_1.csv")
    stage = await stage_of(market=str(file))
    movement = movement_of(stage, exchange(), NOW, fresh=False)

    assert isinstance(movement, Playback)
    assert [(move.pair, str(move.last)) for move in movement.until(NOW + 1)] == [
        ("ETH/EUR", "150.00"),
        ("ETH/EUR", "151.00"),
    ]
    other = await stage_of(market=str(market_file(tmp_path)))
    with pytest.raises(InvalidInput, match="this exchange does not trade it"):
        movement_of(stage, exchange(other.opening), NOW, fresh=False)
