"""Run the exchange: print where it listens as one line of JSON, serve, stop on SIGTERM or when time is up."""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
from pathlib import Path

from .rest import Rest
from .script import Script
from .trading import serve_trading
from .venue import Venue

LIFETIME_S = 120.0


async def serve(venue: Venue, lifetime_s: float) -> None:
    """Serve both sides until stopped."""
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, venue.stop.set)
    rest = await asyncio.start_server(Rest(venue).serve, "127.0.0.1", 0)
    trading = await serve_trading(venue)
    urls = {
        "rest_url": f"http://127.0.0.1:{rest.sockets[0].getsockname()[1]}",
        "ws_url": f"ws://127.0.0.1:{next(iter(trading.sockets)).getsockname()[1]}",
    }
    print(json.dumps({**urls, "api_key": venue.api_key, "api_secret": venue.api_secret}), flush=True)
    try:
        async with asyncio.timeout(lifetime_s):
            await venue.stop.wait()
    except TimeoutError:
        pass  # a test that died must not leave this process behind
    finally:
        rest.close()
        trading.close()
        await trading.wait_closed()


def main() -> None:
    """The command line of the exchange."""
    parser = argparse.ArgumentParser(prog="python -m tests.acceptance.foreign", description=__doc__)
    parser.add_argument("--script", type=Path, help="a JSON file; without it, a quiet exchange")
    parser.add_argument("--lifetime", type=float, default=LIFETIME_S, metavar="SECONDS")
    arguments = parser.parse_args()
    script = Script.read(arguments.script) if arguments.script else Script()
    asyncio.run(serve(Venue.of(script), arguments.lifetime))


if __name__ == "__main__":
    main()
