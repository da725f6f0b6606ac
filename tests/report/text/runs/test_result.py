"""The result of a run. How it looks is kept in ``golden/result-*.txt``."""

from __future__ import annotations

import pytest

from runner.report.lines import plain
from runner.report.text.runs.result import result_lines
from tests.report.builders import QUICKSTART, Journal, batch_of, txid
from tests.report.cases import (
    LONG_ERROR,
    again,
    crowd,
    done,
    quickstart,
    unlucky_cancels,
    unresolved,
    unwound,
)


def text_of(journal: Journal, width: int = 80) -> list[str]:
    """The result's lines."""
    lines = result_lines(journal.manifest(), path="m.json", elapsed_s=0.42, width=width)
    return [plain(line) for line in lines]


@pytest.mark.parametrize("width", [60, 80, 120])
@pytest.mark.parametrize("journal", [done(), unwound(), unresolved(), unlucky_cancels(), crowd(150, pad=40)])
def test_every_txid_and_error_is_whole(journal: Journal, width: int) -> None:
    """Folded at blanks, never cut and never left out."""
    words = " ".join(text_of(journal, width)).split()
    for group in journal.manifest()["groups"]:
        for order in group["orders"]:
            assert order["id"] in words
            assert order["txid"] is None or order["txid"] in words
            text = " ".join(words)
            assert order["error"] is None or order["error"] in text


def test_already_placed_is_distinguished_from_placed() -> None:
    """By its word."""
    assert any(item.startswith("  placed    buy-eth") for item in text_of(done()))
    assert any(item.startswith("  already  buy-eth") for item in text_of(again(done())))


def test_an_error_comes_again_where_an_editor_can_jump_to_it() -> None:
    """On one line, however long."""
    assert f"batches/ladder.yaml:144:10: ladder/rung-137: rejected: {LONG_ERROR}" in text_of(crowd(140))


def test_an_order_found_twice_names_what_it_was_known_as() -> None:
    """Placed and unresolved: the txid is not lost."""
    journal = quickstart().starts().sent("enter/buy-eth").placed("enter/buy-eth", 7)
    journal.unresolved("enter/buy-eth", f"placed twice, as {txid(7)} and as {txid(8)}").ends("unresolved")
    assert f"known as {txid(7)}" in " ".join(text_of(journal))


def test_a_taken_back_order_that_is_open_is_shown() -> None:
    """It is what the reader has to see to."""
    journal = quickstart().starts().sent("enter/buy-eth", "enter/buy-xbt").placed("enter/buy-eth", 1)
    journal.rejected("enter/buy-xbt", "EOrder:Insufficient funds").cancels("enter", txid(1), unwind=True)
    journal.settled("enter", "order:enter/buy-eth", "open", sent_as=txid(1), unwind=True)
    lines = text_of(journal.group("enter", "unwound").ends("incomplete"), 120)
    means = "the exchange refused the cancellation: the order is still open"
    assert f"  open      enter/buy-eth  {txid(1)}  {means}" in lines
    assert any(
        line.startswith(f"batches/quickstart.yaml:8:10: taking back enter/buy-eth, {txid(1)}: open: ")
        for line in lines
    )


def test_an_order_taken_back_before_is_not_taken_back_again() -> None:
    """The manifest lists it, but this run did nothing to it."""
    journal = unwound().starts().group("enter", "stopped", "buy-xbt not placed").ends("incomplete")
    assert f"  already  enter/buy-eth  {txid(1)}, taken back" in text_of(journal)


def test_a_repeated_batch_names_its_run_key() -> None:
    """Else two runs of it look the same."""
    journal = Journal(
        batch_of(QUICKSTART.replace("name: quickstart", "name: q\nrepeat: true")), run_key="w47"
    )
    assert (
        text_of(journal.starts().ends("done"))[0]
        == "result of q with run key w47 at paper, from batches/quickstart.yaml"
    )
