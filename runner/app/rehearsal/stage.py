"""A chosen market as the simulated exchange takes it: its opening, its movement, and both in words."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Final

from runner.domain import QuotesAt, rfc3339
from runner.errors import InvalidInput
from runner.paper import OPENING, Feed, Opening, Playback, Replay, Tape, Walk, opening_at

from .choices import Kind
from .live import follow, read_balances, read_live_market

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from runner.domain import Balance, Market, Quote
    from runner.paper import Exchange, Movement

    from .choices import Choice

    Say = Callable[[str], None]

_SHOWN: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """The opening of a new exchange, and its market in words; ``market`` is None for the standing one.

    ``environ`` and ``say`` are for prices that are followed.
    """

    choice: Choice
    opening: Opening
    market: Market | None
    words: str
    environ: Mapping[str, str] = field(repr=False)
    say: Say = field(repr=False)


async def read_stage(choice: Choice, environ: Mapping[str, str], say: Say) -> Stage:
    """Read what is still to be read of a choice. Raises ``Unreachable`` and ``InvalidInput``."""
    market, words = await _market(choice, environ, say)
    balances, owned = await _balances(choice, environ, say)
    usual = market is None and balances is None
    opening = OPENING if usual else opening_at(market, balances, name=choice.name)
    said = " ".join(filter(None, (words, owned)))
    return Stage(choice=choice, opening=opening, market=market, words=said, environ=environ, say=say)


async def _market(choice: Choice, environ: Mapping[str, str], say: Say) -> tuple[Market | None, str]:
    if choice.kind.needs_connection:
        market, missing = await read_live_market(environ, say)
        without = f"; {missing:,} more have no bid and ask and are left out" if missing else ""
        goes_on = " They go on." if choice.kind is Kind.FOLLOW else ""
        return market, f"Market: {_described(market, market.source)}{without}.{goes_on}"
    if choice.record is None:
        return None, ""
    market = choice.record.market
    if choice.kind is not Kind.REPLAY:
        return market, f"Market: {_described(market, str(choice.file))}."
    series = choice.record.series
    lasts_s = int(series[-1].after_s / choice.speed) if series else 0
    return market, f"Market: {_described(market, str(choice.file))}, which then go on for {lasts_s:,} s."


def _described(market: Market, source: str) -> str:
    count = len(market.instruments)
    pairs = "1 pair" if count == 1 else f"{count:,} pairs"
    return f"{pairs} at the prices of {rfc3339(market.at)[:19]}Z ({source})"


async def _balances(
    choice: Choice, environ: Mapping[str, str], say: Say
) -> tuple[Mapping[str, Decimal] | None, str]:
    if not choice.of_account:
        words = f"Balances: those of {choice.balances_from}." if choice.balances is not None else ""
        return choice.balances, words
    found = await read_balances(environ, say)
    free = {name: balance.available for name, balance in found.items() if balance.available > 0}
    return free, f"Balances: those of the account{_without_held(found)}."


def _without_held(balances: Mapping[str, Balance]) -> str:
    """Return in words that what open orders hold is left out: the exchange gives it to no other order."""
    held = [name for name, balance in sorted(balances.items()) if balance.held > 0]
    if not held:
        return ""
    more = ", …" if len(held) > _SHOWN else ""
    return f", without what its open orders hold ({', '.join(held[:_SHOWN])}{more})"


def movement_of(stage: Stage, exchange: Exchange, now: float, *, fresh: bool) -> Movement | None:
    """Return how the market of an exchange moves from now on; None if it does not.

    ``fresh``: the exchange has just opened with this stage; another one is moved to the stage's prices first.
    """
    choice = stage.choice
    match choice.kind:
        case Kind.WALK:
            quotes = [(exchange.instruments[pair], quote) for pair, quote in exchange.quotes().items()]
            return Walk(seed=choice.seed, quotes=quotes, started=now)
        case Kind.TAPE:
            assert choice.tape is not None
            return Playback(_retaped(choice.tape, exchange), started=now, speed=choice.speed)
        case Kind.REPLAY:
            assert choice.record is not None
            return Replay(choice.record.series, started=now, speed=choice.speed)
        case Kind.FOLLOW:
            feed = Feed(started=now)
            feed.put(_current(stage, exchange))
            return feed
        case Kind.LIVE if not fresh:
            return Replay([QuotesAt(after_s=Decimal(), quotes=_current(stage, exchange))], started=now)
        case _:
            return None


def _retaped(tape: Tape, exchange: Exchange) -> Tape:
    """Return a tape with the steps that its pair has at an exchange. Raises ``InvalidInput``."""
    pair = tape.instrument.wsname
    if pair not in exchange.instruments:
        raise InvalidInput(f"the prices are those of {pair}, and this exchange does not trade it")
    return replace(tape, instrument=exchange.instruments[pair])


def _current(stage: Stage, exchange: Exchange) -> dict[str, Quote]:
    assert stage.market is not None
    return {pair: quote for pair, quote in stage.market.quotes.items() if pair in exchange.instruments}


def follower_of(
    stage: Stage, movement: Movement | None, exchange: Exchange
) -> Callable[[], Awaitable[None]] | None:
    """Return the task that feeds a movement with Kraken's prices, None for other movements."""
    if stage.choice.kind is not Kind.FOLLOW or not isinstance(movement, Feed) or stage.market is None:
        return None
    listed = {name: pair for name, pair in stage.market.instruments.items() if name in exchange.instruments}
    return partial(follow, replace(stage.market, instruments=listed), movement.put, stage.environ, stage.say)
