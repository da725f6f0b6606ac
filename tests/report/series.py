"""Results of several files for the report's tests: planned, applied, failed and not begun."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.domain import Problem
from runner.errors import ExitCode, InvalidInput, Refused
from runner.review import FileEnd, SeriesEnd, account_after, review
from tests.report.builders import NASTY, START, Journal, batch_of
from tests.review.markets import MARKET, account

if TYPE_CHECKING:
    from runner.report import Output

SELL = """\
version: 1
name: sell
groups: [{name: g, orders: [{id: a, pair: ETH/EUR, type: sell, ordertype: market, volume: 1}]}]
"""
BUY = """\
version: 1
name: buy
groups: [{name: g, orders: [{id: b, pair: ETH/EUR, type: buy, ordertype: limit, price: 100, volume: 1}]}]
"""
REMOVED = (("batches/gone.yaml", ""), ("batches/old.yaml", "batches/1-sell.yaml"))


def planned(out: Output) -> None:
    """Two plans, the second of which spends what the first brings, and a file with a problem between them."""
    sell, buy = journals()
    first = review(sell.plan(), MARKET, account(ETH="1"), START, reporting="EUR")
    second = review(buy.plan(), MARKET, account_after(first), START, reporting="EUR")
    problem = Problem("batches/2-no.yaml", 3, 4, "g/a", "the volume is missing", "write volume: 1")
    out.several("plan")
    out.plan(first.plan, first)
    out.file_failed(
        "batches/2-no.yaml", InvalidInput("batches/2-no.yaml has a problem; nothing was sent"), [problem]
    )
    out.plan(second.plan, second)
    files = (
        FileEnd(file="batches/1-sell.yaml", batch="sell", exit_code=ExitCode.DONE),
        FileEnd(file="batches/2-no.yaml", batch="", exit_code=ExitCode.INVALID, error="no"),
        FileEnd(file="batches/3-buy.yaml", batch="buy", exit_code=ExitCode.CHANGES),
    )
    out.finished(SeriesEnd(files=files, exit_code=ExitCode.INVALID, removed=REMOVED))


def applied(out: Output) -> None:
    """A run that is done and one with a reject; a refused file, and one that was not begun."""
    sell, buy = journals()
    sell.starts().sent("g/a").placed("g/a", 1).group("g", "done").ends("done")
    buy.starts().sent("g/b").rejected("g/b", "EOrder:Insufficient funds").group("g", "stopped", "rejected")
    buy.ends("incomplete")
    out.several("apply")
    out.manifest(sell.manifest(), path="s/sell/manifest.json", elapsed_s=0.4)
    out.manifest(buy.manifest(), path="s/buy/manifest.json", elapsed_s=0.5)
    out.file_failed("batches/4-refused.yaml", Refused(f"no: {NASTY}", details=["Because."]), ())
    out.not_begun("batches/5-last.yaml", "batches/3-buy.yaml")
    files = (
        FileEnd(file="batches/1-sell.yaml", batch="sell", exit_code=ExitCode.DONE),
        FileEnd(file="batches/3-buy.yaml", batch="buy", exit_code=ExitCode.INCOMPLETE),
        FileEnd(file="batches/4-refused.yaml", batch="r", exit_code=ExitCode.REFUSED, error="no"),
        FileEnd(file="batches/5-last.yaml", batch="l", exit_code=None, stopped_by="batches/3-buy.yaml"),
    )
    out.finished(SeriesEnd(files=files, exit_code=ExitCode.REFUSED))


def journals() -> tuple[Journal, Journal]:
    """A batch that sells at once, and one that buys."""
    sell, buy = batch_of(SELL, "batches/1-sell.yaml"), batch_of(BUY, "batches/3-buy.yaml")
    return Journal(sell), Journal(buy)


def nothing(out: Output) -> None:
    """A pull request without a batch."""
    out.several("plan")
    out.finished(SeriesEnd(files=(), exit_code=ExitCode.DONE, removed=REMOVED))
