"""The executions of orders as CSV, as other programs read it."""

from __future__ import annotations

import csv
import io
from typing import Any

from runner.domain import OrderKey
from runner.kraken import OpenOrder
from runner.report import Format, Output
from runner.report.csv.executions import COLUMNS
from tests.report.cases import done, quickstart

FIGURES = {"vol_exec": "0.25000000", "cost": "36.25000", "fee": "0.09425", "price": "145.00000"}


def read(text: str) -> list[dict[str, str]]:
    """The rows as a spreadsheet reads them."""
    return list(csv.DictReader(io.StringIO(text)))


def shown(result: str, *args: Any) -> list[dict[str, str]]:
    """The rows that a command writes."""
    stdout = io.StringIO()
    out = Output(Format.CSV, stdout=stdout, stderr=io.StringIO())
    if result == "run":
        out.manifest(*args, path="", elapsed_s=0.1)
    else:
        out.status(*args)
    return read(stdout.getvalue())


def test_a_run_has_a_row_for_each_order():
    """With the requested and the executed figures; an empty cell is unknown."""
    manifest = done().manifest()
    orders = [order for group in manifest["groups"] for order in group["orders"]]
    orders[0]["execution"] = {"status": "closed", "vol_exec": "0.25", "cost": None, "slippage": "-0.5"}
    rows = shown("run", manifest)
    assert [row["id"] for row in rows] == [order["id"] for order in orders]
    first = rows[0]
    assert tuple(first) == COLUMNS
    assert (first["batch"], first["txid"]) == (manifest["batch"], orders[0]["txid"])
    assert (first["status"], first["vol_exec"], first["cost"], first["slippage"]) == (
        "closed",
        "0.25",
        "",
        "-0.5",
    )
    assert (first["pair"], first["type"], first["volume"]) == ("ETH/EUR", "buy", "0.25")


def test_a_status_has_what_the_records_show():
    """Of each order of the file, also of one that nothing is known of."""
    plan = done().plan()
    key = next(plan.orders()).key
    records: dict[OrderKey, OpenOrder | None] = {key: OpenOrder.read("O1", {"status": "closed", **FIGURES})}
    rows = shown("status", plan, None, records, (), "2026-11-22T07:00:10.000000Z")
    assert len(rows) == len(list(plan.orders()))
    assert (rows[0]["cost"], rows[0]["avg_price"]) == ("36.25000", "145.00000")
    assert rows[0]["seen_at"] == "2026-11-22T07:00:10.000000Z"
    assert rows[1]["cost"] == ""


def test_what_was_never_sent_has_empty_cells():
    """It is in the file, so it has a row."""
    rows = shown("status", quickstart().plan(), None)
    assert rows
    assert {row["txid"] for row in rows} == {""}


def test_the_columns_are_the_published_ones():
    """Programs know them by their names; new ones come last."""
    assert ",".join(COLUMNS) == (
        "batch,run_key,venue,group,id,txid,outcome,status,pair,type,ordertype,volume,vol_exec,avg_price,cost,"
        "fee,fee_currency,plan_price,slippage,slippage_percent,sent_at,acked_at,seen_at"
    )
