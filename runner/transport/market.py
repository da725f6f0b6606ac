"""What the exchange says of pairs, prices and an account, read in a few small calls. Nothing is sent.

Public calls ask for the pairs of a batch alone; all pairs are asked for only when one of them does not exist,
so that somebody can say which one was meant. What the answers mean is read in ``runner.protocol``.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, TypeVar

from runner.domain import Account, Market
from runner.protocol import (
    ASSET_PAIRS_PATH,
    BALANCE_EX_PATH,
    OPEN_ORDERS_PATH,
    TICKER_PATH,
    Complaint,
    FrameError,
    balances_from,
    classify,
    instruments_from,
    quotes_from,
    resting_orders_from,
)

from .kraken import AccessFailed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from runner.domain import Instrument, Quote

    from .kraken import KrakenAccess

T = TypeVar("T")

PAIRS_A_CALL: Final = 100
"""So that the address of a call stays within what servers take."""

UNKNOWN_PAIR: Final = "EQuery:Unknown asset pair"


async def read_market(
    access: KrakenAccess, pairs: Iterable[str], *, clock: Callable[[], float], reporting: str | None = None
) -> Market:
    """The market of these pairs (``wsname``), and of those that turn their money into ``reporting``.

    Pairs that do not exist are left out, and then the market names all that do. ``clock`` gives Unix seconds.
    Raises ``AccessFailed``.
    """
    wanted = tuple(dict.fromkeys(pairs))
    found, names = await _instruments(access, wanted)
    if reporting is not None:
        found |= await _converters(access, found, reporting)
    quotes: dict[str, Quote] = {}
    for some in _in_parts(tuple(found.values())):
        answer = await access.read_public(TICKER_PATH, {"pair": ",".join(one.rest_id for one in some)})
        with _reading(TICKER_PATH):
            quotes |= quotes_from(answer, some, clock())
    return Market(instruments=found, quotes=quotes, at=clock(), names=names)


async def read_account(access: KrakenAccess, market: Market) -> Account:
    """What the account owns and has open, each None where the key may not see it. Raises ``AccessFailed``."""
    balances = await _permitted(access, BALANCE_EX_PATH)
    orders = await _permitted(access, OPEN_ORDERS_PATH)
    with _reading(BALANCE_EX_PATH):
        owned = None if balances is None else balances_from(balances)
    with _reading(OPEN_ORDERS_PATH):
        standing = None if orders is None else resting_orders_from(orders, market.instruments.values())
    return Account(balances=owned, orders=standing)


async def _instruments(
    access: KrakenAccess, wanted: Sequence[str]
) -> tuple[dict[str, Instrument], tuple[str, ...]]:
    """The wanted pairs as far as they exist; the names of all pairs where one of them does not."""
    found: dict[str, Instrument] = {}
    for some in _in_parts(wanted):
        found |= await _asset_pairs(access, some) or {}
    if all(pair in found for pair in wanted):
        return {pair: found[pair] for pair in wanted}, ()
    everything = await _asset_pairs(access, ()) or {}
    return {pair: everything[pair] for pair in wanted if pair in everything}, tuple(everything)


async def _converters(
    access: KrakenAccess, known: dict[str, Instrument], reporting: str
) -> dict[str, Instrument]:
    """For each quote currency the pair, either way round, that turns it into the reporting currency."""
    found: dict[str, Instrument] = {}
    for currency in dict.fromkeys(one.quote for one in known.values()):
        ways = (f"{currency}/{reporting}", f"{reporting}/{currency}")
        if currency == reporting or any(way in known for way in ways):
            continue
        for way in ways:
            answer = await _asset_pairs(access, (way,)) or {}
            if way in answer:
                found[way] = answer[way]
                break
    return found


async def _asset_pairs(access: KrakenAccess, pairs: Sequence[str]) -> dict[str, Instrument] | None:
    """What the exchange says of these pairs, or of all; None where it does not know one of them."""
    fields = {"pair": ",".join(pair.replace("/", "") for pair in pairs)} if pairs else {}
    try:
        answer = await access.read_public(ASSET_PAIRS_PATH, fields)
    except AccessFailed as failure:
        if any(text.startswith(UNKNOWN_PAIR) for text in failure.errors):
            return None
        raise
    with _reading(ASSET_PAIRS_PATH):
        return instruments_from(answer)


async def _permitted(access: KrakenAccess, path: str) -> Any:
    try:
        return await access.read_private(path)
    except AccessFailed as failure:
        if any(classify(text) is Complaint.PERMISSION for text in failure.errors):
            return None
        raise


@contextmanager
def _reading(path: str) -> Iterator[None]:
    """An answer that is nothing of the kind is a failure like any other."""
    try:
        yield
    except FrameError as error:
        raise AccessFailed(f"{path}: {error}") from None


def _in_parts(items: Sequence[T]) -> Iterator[Sequence[T]]:
    return (items[start : start + PAIRS_A_CALL] for start in range(0, len(items), PAIRS_A_CALL))
