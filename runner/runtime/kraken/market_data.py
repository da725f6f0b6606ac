"""The pairs, prices and account data of the exchange, read in a few small calls. Nothing is sent.

Public calls request the pairs of a batch only; all pairs are requested only if one of them does not exist, so
that a similar name can be suggested. Tokenized assets, such as the stock ``NVDAx``, need a separate call: the
exchange omits them unless their class is named. ``runner.kraken`` parses the answers. A failed call leaves
a gap, which is never read as "none".
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypeVar

from runner.domain import CURRENCY, TOKENIZED, Account, Gap, Market, Subject
from runner.kraken import (
    ASSET_PAIRS_PATH,
    BALANCE_EX_PATH,
    TICKER_PATH,
    TRADE_VOLUME_PATH,
    FrameError,
    balances_from,
    fees_from,
    instruments_from,
    quoted_in,
    quotes_from,
    resting_order_reader,
)

from .access import AccessFailed

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence

    from runner.domain import Balance, Fees, Instrument, Quote, RestingOrder

    from .access import KrakenAccess

T = TypeVar("T")

PAIRS_A_CALL: Final = 100
"""So that the address of a call stays within what servers take."""

UNKNOWN_PAIR: Final = "EQuery:Unknown asset pair"

_NO_SUCH_CLASS: Final = (UNKNOWN_PAIR, "EGeneral:Invalid arguments")
"""The error of an exchange without tokenized assets, or without access to them from our region."""


@dataclass(frozen=True, slots=True)
class Looked:
    """The data that could be read, and the reasons for gaps.

    ``market`` and ``account`` are None if nothing of them could be read; ``account`` also without
    credentials.
    """

    market: Market | None
    account: Account | None
    gaps: tuple[Gap, ...]

    @property
    def nothing(self) -> bool:
        """Return True if nothing could be read."""
        account = self.account
        known = account is not None and (account.balances is not None or account.orders is not None)
        return bool(self.gaps) and self.market is None and not known


async def look_over(
    access: KrakenAccess, pairs: Iterable[str], *, clock: Callable[[], float], reporting: str | None = None
) -> Looked:
    """Read the market of these pairs (``wsname``) and the account, as far as they can be read.

    What fails in passing was tried again before it is called a gap. After a call without any answer, or a
    refusal that will not change, no other is made. ``clock`` gives Unix seconds.
    """
    reader = _Reader()
    wanted = tuple(dict.fromkeys(pairs))
    market = await _market_with_gaps(access, reader, wanted, clock, reporting)
    if not access.has_credentials:
        return Looked(market, None, tuple(reader.gaps))
    instruments = market.instruments.values() if market is not None else ()
    balances = await reader.read(Subject.BALANCES, partial(_balances, access))
    orders = await reader.read(Subject.ORDERS, partial(_orders, access, instruments))
    return Looked(market, Account(balances=balances, orders=orders), tuple(reader.gaps))


async def read_market(
    access: KrakenAccess, pairs: Iterable[str], *, clock: Callable[[], float], reporting: str | None = None
) -> Market:
    """Return the market of these pairs (``wsname``), and of those that turn their money into ``reporting``.

    Pairs that do not exist are left out, and then the market names all that do; a pair without a price has no
    quote. ``clock`` gives Unix seconds. Raises ``AccessFailed``.
    """
    wanted = tuple(dict.fromkeys(pairs))
    instruments, names = await _instruments(access, wanted)
    if reporting is not None:
        instruments |= await _converters(access, instruments, reporting)
    quotes, _ = await _quotes(access, instruments, wanted, clock)
    return Market(instruments=instruments, quotes=quotes, at=clock(), names=names)


async def read_whole_market(access: KrakenAccess, *, clock: Callable[[], float]) -> Market:
    """Return all pairs that the exchange lists, and the quotes of those that have one.

    ``clock`` gives Unix seconds. Raises ``AccessFailed``.
    """
    found = await _all_instruments(access)
    quotes: dict[str, Quote] = {}
    for name in dict.fromkeys(instrument.asset_class for instrument in found.values()):
        alike = [instrument for instrument in found.values() if instrument.asset_class == name]
        quotes |= await read_quotes(access, alike, clock=clock, whole=True)
    return Market(instruments=found, quotes=quotes, at=clock(), names=tuple(found))


async def read_quotes(
    access: KrakenAccess, alike: Sequence[Instrument], *, clock: Callable[[], float], whole: bool = False
) -> dict[str, Quote]:
    """Return the quotes of pairs of one class, as far as there are any. Raises ``AccessFailed``.

    ``whole``: these are all pairs of the class, and are requested without their names.
    """
    fields = {} if alike[0].asset_class == CURRENCY else {"asset_class": alike[0].asset_class}
    quotes: dict[str, Quote] = {}
    for some in [alike] if whole else _in_parts(alike):
        if not whole:
            fields["pair"] = ",".join(instrument.rest_id for instrument in some)
        reader = partial(quotes_from, instruments=some, at=clock())
        quotes |= await access.read_public(TICKER_PATH, fields, reader)
    return quotes


async def read_fees(access: KrakenAccess, instruments: Iterable[Instrument]) -> dict[str, Fees]:
    """Return what the account pays in each of these pairs, by ``wsname``. Raises ``AccessFailed``."""
    fees: dict[str, Fees] = {}
    for some in _in_parts(list(instruments)):
        fields = {"pair": ",".join(instrument.rest_id for instrument in some)}
        fees |= await access.read_private(TRADE_VOLUME_PATH, partial(_fees, some), fields=fields)
    return fees


async def name_pairs(access: KrakenAccess, orders: Iterable[RestingOrder]) -> tuple[RestingOrder, ...]:
    """Return open orders with the ``wsname`` of each pair that the exchange knows.

    Without it an order does not say which currency it holds. Raises ``AccessFailed``.
    """
    given = tuple(orders)
    nameless = [pair for pair in dict.fromkeys(order.pair for order in given) if "/" not in pair]
    known: dict[str, str] = {}
    for some in _in_parts(nameless):
        instruments = await _asset_pairs(access, some) or {}
        known |= {instrument.altname: name for name, instrument in instruments.items()}
    return tuple(replace(order, pair=known.get(order.pair, order.pair)) for order in given)


def _fees(instruments: Sequence[Instrument], result: Any) -> dict[str, Fees]:
    return fees_from(result, instruments)


class _Reader:
    """Reads one thing after the other, and keeps what could not be read with its reason."""

    def __init__(self) -> None:
        self.gaps: list[Gap] = []
        self._hopeless: str | None = None

    async def read(self, subject: Subject, call: Callable[[], Awaitable[T]]) -> T | None:
        """Return the result of a call; None if it fails, or if earlier failures make it pointless."""
        if self._hopeless is not None:
            self.miss(subject, self._hopeless)
            return None
        try:
            return await call()
        except AccessFailed as failure:
            if failure.final or not failure.answered:
                self._hopeless = failure.reason
            self.miss(subject, failure.reason)
            return None

    def miss(self, subject: Subject, reason: str) -> None:
        """Note what could not be read."""
        self.gaps.append(Gap(subject, reason))


async def _market_with_gaps(
    access: KrakenAccess,
    reader: _Reader,
    wanted: Sequence[str],
    clock: Callable[[], float],
    reporting: str | None,
) -> Market | None:
    known = await reader.read(Subject.PAIRS, partial(_instruments, access, wanted))
    if known is None:
        return None
    instruments, names = known
    if reporting is not None:
        more = await reader.read(Subject.WORTH, partial(_converters, access, instruments, reporting))
        instruments = instruments | (more or {})
    read = await reader.read(Subject.PRICES, partial(_quotes, access, instruments, wanted, clock))
    quotes, lacking = read or ({}, None)
    if lacking is not None:
        reader.miss(Subject.PRICES, lacking)
    return Market(instruments=instruments, quotes=quotes, at=clock(), names=names)


async def _quotes(
    access: KrakenAccess,
    instruments: Mapping[str, Instrument],
    wanted: Iterable[str],
    clock: Callable[[], float],
) -> tuple[dict[str, Quote], str | None]:
    """Return the quotes of these pairs, and why those of some wanted ones are not known, where that is so."""
    reading = _Quotes(clock)
    existing = [pair for pair in wanted if pair in instruments]
    classes = dict.fromkeys(instrument.asset_class for instrument in instruments.values())
    alike = [
        [instrument for instrument in instruments.values() if instrument.asset_class == name]
        for name in classes
    ]
    for some in (part for group in alike for part in _in_parts(group)):
        needed = {instrument.wsname for instrument in some} & set(existing)
        fields = {"pair": ",".join(instrument.rest_id for instrument in some)}
        if some[0].asset_class != CURRENCY:
            fields["asset_class"] = some[0].asset_class
        try:
            await access.read_public(TICKER_PATH, fields, partial(reading.read, some, needed))
        except AccessFailed:
            if needed and not needed & reading.quoted:
                raise
    lacking = [pair for pair in existing if pair not in reading.quoted]
    return reading.kept, f"{TICKER_PATH}: no price of {', '.join(lacking[:5])}" if lacking else None


class _Quotes:
    """The prices of the answers; unreadable ones are skipped."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self.kept: dict[str, Quote] = {}
        self.quoted: set[str] = set()

    def read(self, some: Sequence[Instrument], needed: set[str], result: Any) -> None:
        """Take an answer; a call without data for a required pair is repeated."""
        self.kept |= quotes_from(result, some, self._clock())
        self.quoted |= quoted_in(result, some)
        lacking = sorted(needed - self.quoted)
        if lacking:
            raise FrameError(f"no price of {', '.join(lacking[:5])}")


async def _balances(access: KrakenAccess) -> dict[str, Balance] | None:
    return await _read_if_permitted(access, BALANCE_EX_PATH, balances_from)


async def _orders(access: KrakenAccess, instruments: Iterable[Instrument]) -> tuple[RestingOrder, ...] | None:
    read = resting_order_reader(instruments)
    orders = await _if_permitted(partial(access.read_open_orders, read))
    return None if orders is None else tuple(orders)


async def _instruments(
    access: KrakenAccess, wanted: Sequence[str]
) -> tuple[dict[str, Instrument], tuple[str, ...]]:
    """Return the wanted pairs as far as they exist; the names of all pairs where one of them does not."""
    instruments: dict[str, Instrument] = {}
    tokenized = [pair for pair in wanted if _looks_tokenized(pair)]
    for some in _in_parts([pair for pair in wanted if pair not in tokenized]):
        instruments |= await _asset_pairs(access, some) or {}
    for some in _in_parts(tokenized):
        instruments |= await _tokenized_pairs(access, some)
    if all(pair in instruments for pair in wanted):
        return {pair: instruments[pair] for pair in wanted}, ()
    everything = await _all_instruments(access)
    return {pair: everything[pair] for pair in wanted if pair in everything}, tuple(everything)


async def _all_instruments(access: KrakenAccess) -> dict[str, Instrument]:
    currencies = await _asset_pairs(access, ())
    if currencies is None:
        raise AccessFailed(f"{ASSET_PAIRS_PATH}: the pairs cannot be listed")
    return currencies | await _tokenized_pairs(access, ())


async def _converters(
    access: KrakenAccess, known: dict[str, Instrument], reporting: str
) -> dict[str, Instrument]:
    """For each quote currency the pair, either way round, that turns it into the reporting currency."""
    instruments: dict[str, Instrument] = {}
    for currency in dict.fromkeys(instrument.quote for instrument in known.values()):
        ways = (f"{currency}/{reporting}", f"{reporting}/{currency}")
        if currency == reporting or any(way in known for way in ways):
            continue
        for way in ways:
            answer = await _asset_pairs(access, (way,)) or {}
            if way in answer:
                instruments[way] = answer[way]
                break
    return instruments


async def _asset_pairs(access: KrakenAccess, pairs: Sequence[str]) -> dict[str, Instrument] | None:
    """Return the exchange's data of these pairs, or of all; None if it does not know one of them."""
    fields = {"pair": ",".join(pair.replace("/", "") for pair in pairs)} if pairs else {}
    try:
        return await access.read_public(
            ASSET_PAIRS_PATH, fields, lambda result: instruments_from(result, wanted=pairs)
        )
    except AccessFailed as failure:
        if any(text.startswith(UNKNOWN_PAIR) for text in failure.errors):
            return None
        raise


async def _tokenized_pairs(access: KrakenAccess, pairs: Sequence[str]) -> dict[str, Instrument]:
    """Read the same of pairs whose base is a tokenized asset; empty where it does not know one of them."""
    fields = {"pair": ",".join(pair.replace("/", "") for pair in pairs)} if pairs else {}
    try:
        return await access.read_public(
            ASSET_PAIRS_PATH,
            {**fields, "aclass_base": TOKENIZED},
            lambda result: instruments_from(result, wanted=pairs, may_be_none=True),
        )
    except AccessFailed as failure:
        if any(text.startswith(_NO_SUCH_CLASS) for text in failure.errors):
            return {}
        raise


def _looks_tokenized(pair: str) -> bool:
    """Return True if a base looks like a tokenized asset, with a lower-case letter: ``NVDAx``."""
    base = pair.partition("/")[0]
    return base != base.upper()


async def _read_if_permitted(access: KrakenAccess, path: str, read: Callable[[Any], T]) -> T | None:
    return await _if_permitted(partial(access.read_private, path, read))


async def _if_permitted(call: Callable[[], Awaitable[T]]) -> T | None:
    try:
        return await call()
    except AccessFailed as failure:
        if failure.not_permitted:
            return None
        raise


def _in_parts(items: Sequence[T]) -> Iterator[Sequence[T]]:
    return (items[start : start + PAIRS_A_CALL] for start in range(0, len(items), PAIRS_A_CALL))
