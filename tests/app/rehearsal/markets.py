"""A small market as a file, and an exchange with it in place of Kraken, on loopback."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import trio

from runner.app.access.venues import paper_exchange, serve
from runner.batchfile import parse_market
from runner.net.clock import RunClock
from runner.paper import OPENING, opening_at

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from runner.app.access.venues import PaperExchange

PAIR = "{bid: %s, ask: %s, tick: 0.1, lot_decimals: 8, ordermin: 0.00005, costmin: 0.5%s}"
TEXT = f"""version: 1
at: 2026-11-30T08:00:00Z
pairs:
  XBT/EUR: {PAIR % ("78000.0", "78000.1", ", rest_id: XXBTZEUR")}
  WIF/EUR: {PAIR % ("0.4", "0.5", "")}
  TSLAx/EUR: {PAIR % ("310.5", "310.6", ", asset_class: tokenized_asset")}
series:
  - {{at_s: 5, quotes: {{XBT/EUR: [77000, 77000.1]}}}}
"""
BALANCES = "version: 1\nbalances: {EUR: 5000, XBT: 0.5}\n"


def market_file(folder: Path = Path(), text: str = TEXT, name: str = "market.yaml") -> Path:
    """Write the market into a folder."""
    path = folder / name
    path.write_text(text, "utf-8")
    return path


@dataclass(frozen=True)
class Kraken:
    """The exchange in place of Kraken, and how it is reached with a key."""

    paper: PaperExchange
    environ: dict[str, str]


@asynccontextmanager
async def kraken(folder: Path, *, standing: bool = False) -> AsyncIterator[Kraken]:
    """Serve the market, or the standing one with its open orders, for the length of a block."""
    record = parse_market(TEXT.encode(), "market.yaml").record
    assert record is not None
    opening = OPENING if standing else opening_at(record.market)
    with paper_exchange(folder / "kraken", opening=opening) as paper:
        async with trio.open_nursery() as nursery:
            where = await nursery.start(partial(serve, paper, RunClock()))
            key, secret = paper.credentials.key.reveal(), paper.credentials.secret.reveal()
            yield Kraken(
                paper,
                {"KRAKEN_SPOT_URL": where.rest_url, "KRAKEN_API_KEY": key, "KRAKEN_API_SECRET": secret},
            )
            nursery.cancel_scope.cancel()
