"""``order-batch paper record``: Kraken's public market in a file, with the prices that follow for a while."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final

import trio

from runner.app.access.signals import run, stop_signals
from runner.app.inputs.outputs import refuse_output
from runner.batchfile import MAX_FILE_BYTES, market_text, parse_market
from runner.domain import MarketRecord, QuotesAt
from runner.errors import ExitCode, InvalidInput
from runner.runtime.storage import write_text

from .live import follow, read_live_market

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from runner.app.console import Console
    from runner.domain import Market, Quote

QUOTES_MAX: Final = 150_000
"""In the series of one file, so that it stays within what is read again."""


def paper_record(
    path: Path,
    out: Console,
    environ: Mapping[str, str],
    *,
    pairs: Sequence[str] = (),
    for_s: int = 0,
) -> ExitCode:
    """Write the pairs with their prices, all or those that are named; ``for_s``: and how these go on so long.

    A signal ends the recording early, and what was read by then is written. Raises ``InvalidInput`` for a
    file that cannot be written and for pairs that do not exist, and ``Unreachable``.
    """
    refuse_output(path, "the market", [], environ)
    found: list[tuple[Market, int]] = []
    series: list[QuotesAt] = []

    async def main() -> None:
        found.append(await read_live_market(environ, out.note, pairs))
        market = found[0][0]
        _refuse_unknown(market, pairs)
        if for_s:
            with trio.move_on_after(for_s):
                await _record(market, series, environ, out)

    run(main)
    market, missing = found[0]
    text = readable_text(MarketRecord(market=market, series=tuple(series)), path)
    try:
        write_text(path, text)
    except OSError as error:
        raise InvalidInput(f"{path}: the market cannot be written: {error.strerror}") from error
    out.note(f"{path}: {_counted(len(market.instruments), 'pair')}{_left_out(missing)}{_moments(series)}.")
    return ExitCode.DONE


def readable_text(record: MarketRecord, path: Path) -> str:
    """Return the file of a market. Raises ``InvalidInput`` for one that could not be read again."""
    text = market_text(record)
    content = text.encode("utf-8")
    if len(content) > MAX_FILE_BYTES:
        raise InvalidInput(f"{path}: the market takes more than {MAX_FILE_BYTES} bytes: name fewer pairs")
    if problems := parse_market(content, str(path)).problems:
        raise InvalidInput(
            f"{path}: what was read cannot be recorded: {problems[0].path}: {problems[0].message}",
            details=["Name the other pairs alone."],
        )
    return text


async def _record(market: Market, series: list[QuotesAt], environ: Mapping[str, str], out: Console) -> None:
    """Collect the quotes that change, until a signal or the end of what a file holds."""
    began, taken = trio.current_time(), 0
    full = trio.CancelScope()

    def put(quotes: Mapping[str, Quote]) -> None:
        nonlocal taken
        after_s = Decimal(int((trio.current_time() - began) * 1000)) / 1000
        if quotes:
            series.append(QuotesAt(after_s=after_s, quotes=dict(quotes)))
        taken += len(quotes)
        if taken >= QUOTES_MAX:
            out.note(f"The recording ends here: a file holds {QUOTES_MAX:,} quotes. Name fewer pairs.")
            full.cancel()

    with full, trio.open_signal_receiver(*stop_signals()) as stop:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(follow, market, put, environ, out.note)
            async for _ in stop:
                nursery.cancel_scope.cancel()
                break


def _refuse_unknown(market: Market, pairs: Sequence[str]) -> None:
    if lacking := [pair for pair in pairs if pair not in market.instruments]:
        raise InvalidInput(
            f"there is no pair {lacking[0]} with prices at this exchange",
            details=["Pairs are written as in batches, such as XBT/EUR."],
        )


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _left_out(missing: int) -> str:
    return f", without {missing:,} that have no bid and ask" if missing else ""


def _moments(series: Sequence[QuotesAt]) -> str:
    return f", and {_counted(len(series), 'moment')} of {series[-1].after_s:.0f} s" if series else ""
