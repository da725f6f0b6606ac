"""Paid amounts, with real processes: manifest, status and CSV say what the exchange's own feed says."""

from __future__ import annotations

import csv
import io
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest
import trio
from trio_websocket import open_websocket_url

from runner.domain import Secret
from runner.kraken import TOKEN_PATH, parse_envelope, private_call, token_from
from tests.app.shell import CommandResult, finish, served, start

pytestmark = pytest.mark.timeout(300)

BATCH = """\
version: 1
name: paid
groups:
  - name: trade
    orders:
      - {id: market, pair: XBT/EUR, type: buy, ordertype: market, volume: 0.0031}
      - {id: limit, pair: ETH/EUR, type: sell, ordertype: limit, price: 140.07, volume: 0.3333}
      - {id: ioc, pair: ETH/EUR, type: buy, ordertype: limit, price: 160, volume: 0.0777, timeinforce: IOC}
      - {id: base, pair: ETH/EUR, type: buy, ordertype: market, volume: 0.0123, oflags: [fcib]}
      - {id: rests, pair: ETH/EUR, type: buy, ordertype: limit, price: 101, volume: 0.25}
"""
TRADED = ["market", "limit", "ioc", "base"]
FIGURES = {"vol_exec": "vol", "cost": "cost", "fee": "fee", "avg_price": "price"}


def own_trades(environment: dict[str, str]) -> dict[str, dict[str, str]]:
    """The trades of the account, by their orders, as the exchange's own feed shows them."""
    key, secret = environment["KRAKEN_API_KEY"], Secret(environment["KRAKEN_API_SECRET"])
    headers, body = private_call(key, secret, TOKEN_PATH, str(2**60), {})
    url = environment["KRAKEN_SPOT_URL"] + TOKEN_PATH
    token = token_from(
        parse_envelope(httpx.post(url, content=body, headers=headers, trust_env=False).content)
    )
    trades: dict[str, dict[str, str]] = {}

    async def read() -> None:
        async with open_websocket_url(environment["KRAKEN_WS_AUTH_URL"]) as socket:
            subscription = {"name": "ownTrades", "token": token.reveal()}
            await socket.send_message(json.dumps({"event": "subscribe", "subscription": subscription}))
            while True:
                message = json.loads(await socket.get_message())
                if isinstance(message, list):
                    trades.update(
                        (item["ordertxid"], item) for entry in message[0] for item in entry.values()
                    )
                    return

    trio.run(read)
    return trades


def command(folder: Path, env: dict[str, str], verb: str, *more: str, format: str = "json") -> CommandResult:
    """Run a command in another process."""
    args = [verb, str(folder / "paid.yaml"), "--venue", "kraken", "--state-dir", str(folder / "state")]
    result = finish(start(*args, "--format", format, *more, **env))
    assert result.code == 0, result.stderr
    return result


def test_all_reports_of_payments_agree_with_the_exchange(tmp_path: Path) -> None:
    """To the last digit: the run, a second run, its manifest on disk, status, and CSV."""
    (tmp_path / "paid.yaml").write_text(BATCH, "utf-8")
    with served(tmp_path / "exchange", "--option", "rest.enforce_rates=false") as exchange:
        env = exchange.environment
        first = command(tmp_path, env, "apply", "--yes")
        again = command(tmp_path, env, "apply", "--yes")
        status = command(tmp_path, env, "status")
        rows = command(tmp_path, env, "status", format="csv").stdout
        applied = command(tmp_path, env, "apply", "--yes", format="csv").stdout
        trades = own_trades(env)
    kept = json.loads(next((tmp_path / "state").rglob("manifest.json")).read_text("utf-8"))
    views = [orders_of(first.json), orders_of(again.json), orders_of(kept)]
    views.append({order["id"]: order for order in status.json["orders"]})
    for orders in views:
        for id in TRADED:
            assert_paid(orders[id]["execution"], trades[orders[id]["txid"]])
        assert orders["rests"]["execution"]["avg_price"] is None
        assert Decimal(orders["rests"]["execution"]["vol_exec"]) == 0
    for text in (rows, applied):
        by_id = {row["id"]: row for row in csv.DictReader(io.StringIO(text))}
        for id in TRADED:
            assert_paid(by_id[id], trades[by_id[id]["txid"]])
    assert len(trades) == len(TRADED)


def orders_of(manifest: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The orders of a manifest by id."""
    return {order["id"]: order for group in manifest["groups"] for order in group["orders"]}


def assert_paid(execution: dict[str, Any], trade: dict[str, str]) -> None:
    """The figures are those of the trade, word for word."""
    assert {name: execution[name] for name in FIGURES} == {name: trade[own] for name, own in FIGURES.items()}
    assert (execution["status"], execution["fee_currency"]) == ("closed", "EUR")
    assert execution["plan_price"]
    assert execution["slippage"] is not None
    assert execution["seen_at"]
