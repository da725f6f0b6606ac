"""The page of a run."""

from __future__ import annotations

import pytest

from runner.report.base import RunResult
from runner.report.html.result import result_page
from tests.report.cases import done, filled, unfilled, unlucky_cancels, unresolved, unwound, waiting
from tests.report.html.pages import text_of


@pytest.mark.parametrize(
    ("journal", "kind", "words"),
    [
        (done, "good", "placed"),
        (unwound, "bad", "EOrder:Insufficient funds"),
        (unresolved, "doubt", "Unresolved does not mean failed"),
        (unlucky_cancels, "", "gone"),
        (unfilled, "bad", "unfilled: needs sell filled within 15m, otherwise cancel (sell not filled at"),
        (waiting, "warning", "waiting: needs sell filled within 15m, otherwise cancel (until 2026-11-22"),
        (filled, "good", "filled: needs sell filled within 15m, otherwise cancel"),
    ],
)
def test_the_outcome_of_everything_is_on_it(journal: object, kind: str, words: str) -> None:
    """Orders with their txid, cancellations with theirs, failures on top."""
    assert callable(journal)
    manifest = journal().manifest()
    page = result_page(RunResult(manifest, "manifest.json", 1.0))
    assert f'class="headline {kind}' in page
    text = text_of(page)
    assert words in text
    for group in manifest["groups"]:
        for order in group["orders"]:
            assert order["id"] in text
            assert (order["txid"] or "") in text


def test_what_was_paid_is_on_it() -> None:
    """To the exchange's last digit, and nothing where it is not known."""
    manifest = done().manifest()
    order = manifest["groups"][0]["orders"][0]
    paid = {"vol_exec": "0.25", "avg_price": "144.900001", "cost": "36.22500025", "fee": "0.0942"}
    rest = {"fee_currency": "EUR", "slippage_percent": "-0.069", "awaited": False, "status": "closed"}
    order["execution"] = {**paid, **rest}
    text = text_of(result_page(RunResult(manifest, "", 1.0)))
    assert "0.25 144.900001 36.22500025 EUR 0.0942 EUR -0.069 %" in text


def test_without_a_journal_there_is_no_path() -> None:
    """The page does not name a manifest that is not there."""
    assert "manifest manifest.json" not in text_of(result_page(RunResult(done().manifest(), "", 1.0)))
