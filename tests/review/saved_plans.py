"""Saved plans with defaults, so that a test says what matters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from runner.batchfile import parse
from runner.journal import Ledger
from runner.planning import plan
from runner.review import SavedPlan, save_plan

if TYPE_CHECKING:
    from runner.domain import Batch
    from runner.planning import Plan

NOW = 1_795_330_810.0
DAY_S = 86_400.0
SOURCE = """\
version: 1
name: weekly
repeat: true
description: Grüße, "quotes" \\ and all
groups:
  - name: enter
    on_reject: unwind
    orders:
      - {id: a, pair: ETH/EUR, type: buy, ordertype: limit, price: 145.10, volume: 0.25, deadline: 20}
      - {id: b, pair: ETH/EUR, type: sell, ordertype: market, volume: 0.10, userref: 17}
    cancel: [OQCLML-BW3P3-BUCMWZ]
  - name: tidy
    cancel: [{userref: 5}, {order: enter/a}]
""".encode()


def batch_of(source: bytes = SOURCE) -> Batch:
    """A valid batch."""
    batch = parse(source, "batches/weekly.yaml").batch
    assert batch is not None
    return batch


def found(source: bytes = SOURCE, *, ledger: Ledger | None = None, venue: str = "kraken") -> Plan:
    """Return what a batch comes to."""
    return plan(batch_of(source), ledger or Ledger(), run_key="2026-W47", venue=venue)


def saved(source: bytes = SOURCE, **fields: Any) -> SavedPlan:
    """A saved plan, made at ``NOW`` for a day."""
    usual = {"tool": "order-batch 0.1.0", "now": NOW, "valid_for_s": DAY_S, "account": "0123456789abcdef"}
    return save_plan(found(source), source, **{**usual, **fields})
