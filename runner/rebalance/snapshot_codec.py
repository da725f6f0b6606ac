"""A snapshot as the bytes of a file, and back: JSON with a version and its own digest.

Numbers are text, so that no reader changes them, and times are RFC 3339. What no order depends on, such as
fee schedules, is left out. The digest keeps out accidents, not forgers.
Its shape is published in ``schemas/snapshot.schema.json``; change both together.
"""

from __future__ import annotations

import hashlib
import json
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import msgspec

from runner.domain import Balance, Fees, Instrument, Market, Quote, RestingOrder, parse_rfc3339, rfc3339
from runner.errors import InvalidInput
from runner.harmless import json_text, neutral

from .snapshot import Snapshot

if TYPE_CHECKING:
    from collections.abc import Mapping

SNAPSHOT_VERSION: Final = 1

_Amount = Annotated[str, msgspec.Meta(pattern=r"^-?(0|[1-9][0-9]{0,99})(\.[0-9]{1,100})?$", max_length=202)]
_Time = Annotated[
    str, msgspec.Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z$")
]
_Text = Annotated[str, msgspec.Meta(max_length=200)]
_Pair = Annotated[str, msgspec.Meta(pattern=r"^[^/]{1,40}/[^/]{1,40}$")]
_Digits = Annotated[int, msgspec.Meta(ge=0, le=30)]
_SHOWN_OF_AN_ERROR: Final = 200


class _Instrument(msgspec.Struct, forbid_unknown_fields=True):
    altname: _Text
    asset_class: _Text
    status: _Text
    tick_size: _Amount
    lot_decimals: _Digits
    ordermin: _Amount | None
    costmin: _Amount | None


class _Quote(msgspec.Struct, forbid_unknown_fields=True):
    bid: _Amount | None
    ask: _Amount | None
    last: _Amount | None
    at: _Time


class _Balance(msgspec.Struct, forbid_unknown_fields=True):
    total: _Amount
    held: _Amount


class _Order(msgspec.Struct, forbid_unknown_fields=True):
    txid: _Text
    pair: _Text
    type: _Text
    ordertype: _Text
    volume: _Amount
    executed: _Amount
    price: _Amount | None
    stop: _Amount | None
    leverage: _Text | None


class _Fees(msgspec.Struct, forbid_unknown_fields=True):
    maker: _Amount
    taker: _Amount


class _File(msgspec.Struct, forbid_unknown_fields=True):
    snapshot_version: Literal[1]
    digest: str
    at: _Time
    source: _Text
    instruments: dict[_Pair, _Instrument]
    quotes: dict[_Pair, _Quote]
    names: list[_Text]
    balances: dict[_Text, _Balance] | None
    orders: list[_Order] | None
    fees: dict[_Pair, _Fees]


class _Head(msgspec.Struct):
    snapshot_version: int


def snapshot_digest(snapshot: Snapshot) -> str:
    """Return the SHA-256, in hex, of all that orders are computed from."""
    text = json.dumps(_content(snapshot), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def encode_snapshot(snapshot: Snapshot) -> bytes:
    """Return a snapshot as the bytes of a file, the same for the same snapshot; ASCII."""
    head = {"snapshot_version": SNAPSHOT_VERSION, "digest": snapshot_digest(snapshot)}
    return json_text(head | _content(snapshot)).encode("ascii")


def decode_snapshot(content: bytes, *, name: str) -> Snapshot:
    """Return the snapshot in a file's bytes; ``name`` is the file's.

    Raises ``InvalidInput`` for anything but what ``encode_snapshot`` has made.
    """
    try:
        version = msgspec.json.decode(content, type=_Head).snapshot_version
        if version != SNAPSHOT_VERSION:
            raise InvalidInput(
                f"{name}: a snapshot of version {version}, which is not known here",
                details=["Read it with the version of order-batch that has made it, or make a new one."],
            )
        snapshot = _snapshot(msgspec.json.decode(content, type=_File))
        edited = encode_snapshot(snapshot) != content
    except (msgspec.MsgspecError, ValueError, OverflowError, RecursionError) as error:
        shown = neutral(str(error))[:_SHOWN_OF_AN_ERROR]
        raise InvalidInput(f"{name}: not a snapshot: {shown}", details=_details()) from None
    # Written again it must come out the same: what a reviewer's tools show is then what is read here.
    if edited:
        message = f"{name}: the snapshot was edited or damaged: it is not what its digest says"
        raise InvalidInput(message, details=_details())
    return snapshot


def _details() -> list[str]:
    return ["`order-batch rebalance` makes one, and no other program does."]


# --- to plain data -----------------------------------------------------------------------------


def _content(snapshot: Snapshot) -> dict[str, Any]:
    """Return a snapshot as plain data; mappings are in the alphabet of their keys."""
    market, balances, orders = snapshot.market, snapshot.balances, snapshot.orders
    return {
        "at": rfc3339(market.at),
        "source": market.source,
        "instruments": {
            pair: _instrument_row(market.instruments[pair]) for pair in sorted(market.instruments)
        },
        "quotes": {pair: _quote_row(market.quotes[pair]) for pair in sorted(market.quotes)},
        "names": list(market.names),
        "balances": None if balances is None else {name: _row(balances[name]) for name in sorted(balances)},
        "orders": None if orders is None else [_order_row(order) for order in orders],
        "fees": {pair: _row(snapshot.fees[pair]) for pair in sorted(snapshot.fees)},
    }


def _instrument_row(instrument: Instrument) -> dict[str, Any]:
    return {
        "altname": instrument.altname,
        "asset_class": instrument.asset_class,
        "status": str(instrument.status),
        "tick_size": _text(instrument.tick_size),
        "lot_decimals": instrument.lot_decimals,
        "ordermin": _text(instrument.ordermin),
        "costmin": _text(instrument.costmin),
    }


def _quote_row(quote: Quote) -> dict[str, Any]:
    prices = {name: _text(getattr(quote, name)) for name in ("bid", "ask", "last")}
    return prices | {"at": rfc3339(quote.at)}


def _order_row(order: RestingOrder) -> dict[str, Any]:
    texts = {name: getattr(order, name) for name in ("txid", "pair", "type", "ordertype")}
    numbers = {name: _text(getattr(order, name)) for name in ("volume", "executed", "price", "stop")}
    return texts | numbers | {"leverage": order.leverage}


def _row(value: Balance | Fees) -> dict[str, Any]:
    return {name: _text(getattr(value, name)) for name in value.__slots__}


def _text(number: Decimal | None) -> str | None:
    return None if number is None else f"{number:f}"


# --- and back ----------------------------------------------------------------------------------


def _snapshot(file: _File) -> Snapshot:
    market = Market(
        instruments={pair: _instrument(pair, row) for pair, row in file.instruments.items()},
        quotes={pair: _quote(row) for pair, row in file.quotes.items()},
        at=parse_rfc3339(file.at),
        source=file.source,
        names=tuple(file.names),
    )
    return Snapshot(
        market=market,
        balances=None if file.balances is None else _balances(file.balances),
        orders=None if file.orders is None else tuple(map(_order, file.orders)),
        fees={
            pair: Fees(maker=Decimal(row.maker), taker=Decimal(row.taker)) for pair, row in file.fees.items()
        },
    )


def _instrument(pair: str, row: _Instrument) -> Instrument:
    base, _, quote = pair.partition("/")
    tick_size = Decimal(row.tick_size)
    if tick_size <= 0:
        raise ValueError(f"the tick size of {pair} is not above 0")
    return Instrument(
        wsname=pair,
        altname=row.altname,
        base=base,
        quote=quote,
        tick_size=tick_size,
        lot_decimals=row.lot_decimals,
        asset_class=row.asset_class,
        ordermin=_number(row.ordermin),
        costmin=_number(row.costmin),
        status=row.status,
    )


def _quote(row: _Quote) -> Quote:
    return Quote(bid=_number(row.bid), ask=_number(row.ask), last=_number(row.last), at=parse_rfc3339(row.at))


def _balances(rows: Mapping[str, _Balance]) -> dict[str, Balance]:
    return {name: Balance(Decimal(row.total), Decimal(row.held)) for name, row in rows.items()}


def _order(row: _Order) -> RestingOrder:
    return RestingOrder(
        txid=row.txid,
        pair=row.pair,
        type=row.type,
        ordertype=row.ordertype,
        volume=Decimal(row.volume),
        executed=Decimal(row.executed),
        price=_number(row.price),
        stop=_number(row.stop),
        leverage=row.leverage,
    )


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
