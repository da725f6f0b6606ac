"""Snapshots as files: what is written is read, and anything else is refused with its reason."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from runner.batchfile import load_schema
from runner.domain import Balance, Fees, FeeTier, Instrument, Market, Quote, RestingOrder
from runner.errors import InvalidInput
from runner.rebalance.batch_text import batch_text
from runner.rebalance.compute import compute
from runner.rebalance.snapshot import Snapshot
from runner.rebalance.snapshot_codec import decode_snapshot, encode_snapshot, snapshot_digest
from tests.rebalance.cases import NOON, resting, snapshot, targets

SCHEMA = load_schema("snapshot")
AMOUNTS = st.decimals(-(10**20), 10**20, places=10)
PRICES = st.none() | st.decimals("0.0000000001", 10**10)
TIMES = st.floats(0, 4_000_000_000, allow_nan=False).map(lambda at: round(at, 6))
NAMES = st.text("ABCX.1", min_size=1, max_size=8)
PAIRS = st.builds(lambda base, quote: f"{base}/{quote}", NAMES, NAMES)
TEXTS = st.text(max_size=12)


@st.composite
def snapshots(draw: st.DrawFn) -> Snapshot:
    """Any snapshot that can be read from an exchange, however odd."""
    pairs = draw(st.lists(PAIRS, unique=True, max_size=4))
    quotes = st.builds(Quote, bid=PRICES, ask=PRICES, last=PRICES, at=TIMES)
    orders = st.builds(
        RestingOrder,
        txid=TEXTS,
        pair=TEXTS,
        type=st.sampled_from(["buy", "sell"]),
        ordertype=TEXTS,
        volume=AMOUNTS,
        executed=AMOUNTS,
        price=PRICES,
        stop=PRICES,
        leverage=st.none() | TEXTS,
    )
    return Snapshot(
        market=Market(
            instruments={pair: draw(instruments(pair)) for pair in pairs},
            quotes=draw(st.dictionaries(PAIRS, quotes, max_size=3)),
            at=draw(TIMES),
            source=draw(TEXTS),
            names=tuple(draw(st.lists(TEXTS, max_size=3))),
        ),
        balances=draw(st.none() | st.dictionaries(NAMES, st.builds(Balance, AMOUNTS, AMOUNTS), max_size=3)),
        orders=draw(st.none() | st.lists(orders, max_size=2).map(tuple)),
        fees=draw(st.dictionaries(PAIRS, st.builds(Fees, maker=AMOUNTS, taker=AMOUNTS), max_size=3)),
    )


def instruments(pair: str) -> st.SearchStrategy[Instrument]:
    """Any instrument of a pair, as far as orders depend on it."""
    base, _, quote = pair.partition("/")
    return st.builds(
        Instrument,
        wsname=st.just(pair),
        altname=TEXTS,
        base=st.just(base),
        quote=st.just(quote),
        tick_size=st.decimals("0.0000000001", 1000),
        lot_decimals=st.integers(0, 30),
        asset_class=TEXTS,
        ordermin=st.none() | AMOUNTS,
        costmin=st.none() | AMOUNTS,
        status=TEXTS,
    )


@given(snapshots())
def test_what_is_written_is_read(written: Snapshot) -> None:
    """And what is read is written the same, byte by byte; its shape is the published one."""
    content = encode_snapshot(written)
    read = decode_snapshot(content, name="s.json")
    assert read == written
    assert encode_snapshot(read) == content
    assert snapshot_digest(read) == snapshot_digest(written)
    assert Draft202012Validator(SCHEMA).is_valid(json.loads(content))
    assert content.isascii()


def usual() -> Snapshot:
    """The snapshot of a worked example."""
    fees = {"XBT/EUR": Fees(maker=Decimal("0.0025"), taker=Decimal("0.004"))}
    held = {"XBT": "0.40 - 0.01", "ETH": "3.0", "EUR": "5000"}
    return snapshot(held, orders=(resting("OABCDE-FGHIJ-KLMNOP", "sell", "XBT/EUR"),), fees=fees)


def test_the_same_bytes_follow_from_a_file() -> None:
    """Also where the clock has more digits than a file keeps, and exchanges say more than is needed."""
    at = NOON + 0.123456789
    live = usual()
    instruments = {
        pair: replace(known, leverage_buy=(2, 3), fees_taker=(FeeTier(Decimal(0), Decimal(1)),), rest_id="X")
        for pair, known in live.market.instruments.items()
    }
    quotes = {pair: replace(quote, at=at) for pair, quote in live.market.quotes.items()}
    live = replace(live, market=replace(live.market, at=at, instruments=instruments, quotes=quotes))
    kept = decode_snapshot(encode_snapshot(live), name="s.json")
    assert kept != live
    texts = [batch_text(compute(targets(), item), name="a") for item in (live, kept)]
    assert texts[0] == texts[1] != ""


def test_the_digest_is_of_everything() -> None:
    """Any change changes it."""
    plain = json.loads(encode_snapshot(usual()))
    content = {key: value for key, value in plain.items() if key not in ("snapshot_version", "digest")}
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    assert plain["digest"] == hashlib.sha256(text.encode()).hexdigest() == snapshot_digest(usual())
    others = [
        replace(usual(), balances=None),
        replace(usual(), orders=None),
        replace(usual(), orders=()),
        replace(usual(), fees={}),
        replace(usual(), market=replace(usual().market, source="kraken")),
        replace(usual(), market=replace(usual().market, at=NOON + 0.000001)),
        replace(usual(), market=replace(usual().market, names=())),
        replace(usual(), market=replace(usual().market, quotes={})),
        replace(usual(), market=replace(usual().market, instruments={})),
    ]
    assert len({snapshot_digest(item) for item in (usual(), *others)}) == len(others) + 1


@given(st.data())
def test_no_changed_byte_passes(data: st.DataObject) -> None:
    """Nor one that is missing, or one more."""
    content = bytearray(encode_snapshot(usual()))
    place = data.draw(st.integers(0, len(content) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda value: value != content[place]))
    match data.draw(st.sampled_from(["change", "remove", "add", "end"])):
        case "change":
            content[place] = byte
        case "remove":
            del content[place]
        case "add":
            content.insert(place, byte)
        case _:
            del content[place:]
    with pytest.raises(InvalidInput, match=r"s\.json: "):
        decode_snapshot(bytes(content), name="s.json")


@given(st.binary(max_size=60))
def test_random_bytes_are_no_snapshot(content: bytes) -> None:
    """With any bytes."""
    with pytest.raises(InvalidInput, match=r"s\.json: not a snapshot: "):
        decode_snapshot(content, name="s.json")


@pytest.mark.parametrize(
    "content",
    [b"[" * 100_000, b'{"snapshot_version": 1}', b"null", b'{"snapshot_version": "1"}', b"\xff", b""],
)
def test_what_is_no_snapshot_is_said(content: bytes) -> None:
    """In one line."""
    with pytest.raises(InvalidInput, match=r"s\.json: not a snapshot: ") as error:
        decode_snapshot(content, name="s.json")
    assert str(error.value).isprintable()
    assert error.value.details


def test_a_later_version_is_refused_by_name() -> None:
    """It may mean something else."""
    with pytest.raises(InvalidInput, match="a snapshot of version 2, which is not known here"):
        decode_snapshot(b'{"snapshot_version": 2, "more": []}', name="s.json")


def forged(**changes: Any) -> bytes:
    """A snapshot with other values and the digest that belongs to them."""
    plain = json.loads(encode_snapshot(usual()))
    content = {
        key: value for key, value in plain.items() if key not in ("snapshot_version", "digest")
    } | changes
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    head = {"snapshot_version": 1, "digest": hashlib.sha256(text.encode()).hexdigest()}
    return (json.dumps(head | content, indent=2) + "\n").encode()


def test_a_digest_is_no_licence() -> None:
    """Values that no exchange gives are refused, whoever has signed them."""
    assert decode_snapshot(forged(), name="s.json") == usual()
    fees = {"XBT/EUR": {"maker": "NaN", "taker": "0"}}
    pair = json.loads(forged())["instruments"]["XBT/EUR"]
    quote = json.loads(forged())["quotes"]["XBT/EUR"]
    for changes in (
        {"fees": fees},
        {"fees": {"XBT/EUR": {"maker": "1e5", "taker": "0"}}},
        {"fees": {"XBTEUR": {"maker": "0", "taker": "0"}}},
        {"balances": {"XBT": {"total": "Infinity", "held": "0"}}},
        {"balances": {"XBT": {"total": 1, "held": "0"}}},
        {"instruments": {"XBT/EUR": pair | {"tick_size": "0.0"}}},
        {"instruments": {"XBT/EUR": pair | {"tick_size": "-1"}}},
        {"instruments": {"XBT/EUR": pair | {"lot_decimals": 10**9}}},
        {"instruments": {"XBT/EUR": pair | {"more": 1}}},
        {"quotes": {"XBT/EUR": quote | {"bid": "0"}}},
        {"quotes": {"XBT/EUR": quote | {"at": "2026-13-01T00:00:00.000000Z"}}},
        {"quotes": {"XBT/EUR": quote | {"at": "0000-01-01T00:00:00.000000Z"}}},
        {"at": "2026-11-30"},
    ):
        with pytest.raises(InvalidInput, match=r"s\.json: "):
            decode_snapshot(forged(**changes), name="s.json")


def test_the_schema_is_a_schema_and_explains_itself() -> None:
    """Every property has a description."""
    Draft202012Validator.check_schema(SCHEMA)
    holders = [SCHEMA, *(item for item in SCHEMA["$defs"].values() if "properties" in item)]
    assert all("description" in rule for holder in holders for rule in holder["properties"].values())
