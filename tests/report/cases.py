"""The cases whose text is kept under ``golden/``: each is a function that shows something on an ``Output``.

A new case is a function here; its text is written by ``python -m tests.report.text.test_report NAME``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.batchfile import parse
from runner.errors import Refused
from tests.report import series
from tests.report.builders import FILE, QUICKSTART, REBALANCE, Journal, batch_of, ladder, txid
from tests.report.rebalances import (
    blocked,
    drifted,
    not_written,
    resting,
    short_of_money,
    within,
    written,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from runner.domain import Problem
    from runner.rebalance import BatchFile, Rebalance
    from runner.report import Output

EVERY_TERM = """\
version: 1
name: every-term
repeat: true
groups:
  - name: trailing
    orders:
      - {id: trail, pair: ETH/EUR, type: sell, ordertype: trailing-stop-limit,
         price: "+1.5%", price2: "-2", volume: 0.5, userref: 17}
      - {id: cash, pair: ETH/EUR, type: buy, ordertype: market,
         volume: 100, oflags: [viqc, fciq], deadline: 5}
      - {id: near, pair: ETH/EUR, type: buy, ordertype: limit,
         price: "-2%", volume: 0.10, cl_ord_id: "w-{run_key}"}
  - name: bracket
    needs: []
    on_reject: continue
    orders:
      - id: entry-with-a-close
        pair: XBT/EUR
        type: buy
        ordertype: limit
        price: 8000
        volume: 0.5
        leverage: 5
        reduce_only: true
        timeinforce: GTD
        expiretm: "2026-12-24T18:00:00Z"
        starttm: +60
        stp_type: cancel_both
        close: {ordertype: stop-loss-limit, price: "#5%", price2: "-1"}
  - name: after-both
    needs: [trailing, bracket]
    cancel: [{userref: 42}]
"""

BROKEN = """\
version: 1
name: broken
groups:
  - name: first
    orders:
      - {id: one, pair: BTC/EUR, type: buy, ordertype: limit, price: 1e3, volume: 0.1}
      - {id: one, pair: XBT/EUR, type: buy, ordertype: market, price: 5, volume: 0.1}
    needz: [enter]
"""

SHORT_ERROR = "EOrder:Insufficient funds"
LONG_ERROR = (
    "EGeneral:Invalid arguments:volume minimum not met; the smallest volume of XBT/EUR is 0.0001, and this "
    "order asks for less than that, which is why it was not taken by the exchange"
)


def quickstart() -> Journal:
    """The quickstart before its first run."""
    return Journal(batch_of(QUICKSTART))


def done() -> Journal:
    """The quickstart after a run in which all went well."""
    journal = quickstart().starts().sent("enter/buy-eth", "enter/buy-xbt")
    journal.placed("enter/buy-eth", 1, "buy 0.25000000 ETHEUR @ limit 145")
    journal.placed("enter/buy-xbt", 2, "buy 0.00100000 XBTEUR @ limit 8500.0").group("enter", "done")
    journal.sent("offer/buy-xbt-now", "offer/sell-eth")
    journal.placed("offer/sell-eth", 4, "sell 0.25000000 ETHEUR @ limit 155")
    journal.placed("offer/buy-xbt-now", 3, "buy 0.00050000 XBTEUR @ market")
    journal.cancels("offer", "OQCLML-BW3P3-BUCMWZ", "8874657")
    journal.settled("offer", "OQCLML-BW3P3-BUCMWZ", "canceled")
    journal.settled("offer", "userref:8874657", "canceled", sent_as="8874657", matched=(txid(8), txid(9)))
    journal.group("offer", "done").cancels("tidy", txid(2))
    return (
        journal.settled("tidy", "order:enter/buy-xbt", "canceled", sent_as=txid(2))
        .group("tidy", "done")
        .ends("done")
    )


def unwound() -> Journal:
    """A reject in a group that says unwind."""
    journal = quickstart().starts().sent("enter/buy-eth", "enter/buy-xbt")
    journal.placed("enter/buy-eth", 1, "buy 0.25000000 ETHEUR @ limit 145")
    journal.rejected("enter/buy-xbt", SHORT_ERROR)
    journal.cancels("enter", txid(1), unwind=True)
    journal.settled("enter", "order:enter/buy-eth", "canceled", sent_as=txid(1), unwind=True)
    journal.group("enter", "unwound", "buy-xbt not placed")
    journal.group("offer", "skipped", "it needs enter, which ended unwound")
    return journal.group("tidy", "skipped", "it needs enter, which ended unwound").ends("incomplete")


def unresolved() -> Journal:
    """An order without a reply, and a cancellation with an unknown outcome."""
    journal = quickstart().starts().sent("enter/buy-eth", "enter/buy-xbt")
    journal.placed("enter/buy-eth", 1).placed("enter/buy-xbt", 2).group("enter", "done")
    journal.sent("offer/buy-xbt-now", "offer/sell-eth").placed("offer/buy-xbt-now", 3)
    journal.unresolved(
        "offer/sell-eth", "no reply until the deadline; 9 looks at the exchange's records settled nothing"
    )
    journal.group("offer", "unresolved", "the fate of sell-eth is unknown")
    return journal.group("tidy", "skipped", "it needs offer, which ended unresolved").ends("unresolved")


def unlucky_cancels() -> Journal:
    """Every way in which a cancellation can end other than canceled."""
    journal = quickstart().starts().sent("enter/buy-eth", "enter/buy-xbt")
    journal.placed("enter/buy-eth", 1).placed("enter/buy-xbt", 2).group("enter", "done")
    journal.sent("offer/buy-xbt-now", "offer/sell-eth")
    journal.placed("offer/buy-xbt-now", 3).placed("offer/sell-eth", 4).cancels(
        "offer", "OQCLML-BW3P3-BUCMWZ", "8874657"
    )
    journal.settled("offer", "OQCLML-BW3P3-BUCMWZ", "gone").settled(
        "offer", "userref:8874657", "open", sent_as="8874657", matched=(txid(8),)
    )
    journal.group("offer", "partial", "a cancellation did not succeed").cancels("tidy", txid(2))
    return (
        journal.settled("tidy", "order:enter/buy-xbt", "closed", sent_as=txid(2), executed=("0.001", "0.001"))
        .group("tidy", "done")
        .ends("incomplete")
    )


def crowd(rungs: int, *, pad: int = 0) -> Journal:
    """A ladder of which every 137th rung is rejected."""
    journal = Journal(batch_of(ladder(rungs, pad=pad), "batches/ladder.yaml")).starts()
    names = [str(order.key) for order in journal.plan().orders()]
    journal.sent(*names)
    for number, name in enumerate(names, 1):
        if number % 137 == 0:
            journal.rejected(name, LONG_ERROR)
        else:
            journal.placed(name, number, f"buy 0.00100000 XBTEUR @ limit {9000 - number}")
    bad = rungs // 137
    return journal.group("ladder", "partial" if bad else "done", f"{bad} not placed" if bad else "").ends(
        "incomplete" if bad else "done"
    )


def again(journal: Journal) -> Journal:
    """The same command once more, with nothing left to do."""
    return journal.starts().group("enter", "done").group("offer", "done").group("tidy", "done").ends("done")


def plan_of(journal: Journal) -> Callable[[Output], None]:
    """Show a plan."""
    return lambda out: out.plan(journal.plan())


def result_of(journal: Journal) -> Callable[[Output], None]:
    """Show a result."""
    path = f".order-batch/{journal.venue}/{journal.batch.name}/manifest.json"
    return lambda out: out.manifest(journal.manifest(), path=path, elapsed_s=0.42)


def status_of(journal: Journal) -> Callable[[Output], None]:
    """Show the status of a batch that was run, or never was."""
    return lambda out: out.status(journal.plan(), journal.manifest() if journal.entries else None)


def validated(*texts: tuple[str, str]) -> Callable[[Output], None]:
    """Show what was found in files, each a name and a text."""
    parsed = [(name, parse(text.encode(), name)) for name, text in texts]
    return lambda out: out.validated([(name, file.batch, file.problems) for name, file in parsed])


def problems_of(text: str) -> tuple[Problem, ...]:
    """Return what is wrong with a file."""
    return parse(text.encode(), "b.yaml").problems


def changed() -> Journal:
    """A file that was edited after it was applied."""
    journal = done()
    journal.batch = batch_of(QUICKSTART.replace("price: 155", "price: 156"))
    return journal


def in_doubt() -> Journal:
    """A run that was killed while orders were under way."""
    journal = quickstart().starts().sent("enter/buy-eth", "enter/buy-xbt")
    return journal.placed("enter/buy-eth", 1, "buy 0.25000000 ETHEUR @ limit 145")


def stopped() -> Journal:
    """A run that was stopped between two groups."""
    journal = quickstart().starts().sent("enter/buy-eth", "enter/buy-xbt")
    journal.placed("enter/buy-eth", 1).placed("enter/buy-xbt", 2).group("enter", "done")
    journal.group("offer", "skipped", "SIGTERM").group(
        "tidy", "skipped", "it needs offer, which ended skipped"
    )
    return journal.ends("interrupted", "SIGTERM")


def unreachable() -> Journal:
    """No connection came about."""
    why = "the exchange refused the connection"
    journal = quickstart().starts().group("enter", "skipped", why)
    journal.group("offer", "skipped", "it needs enter, which ended skipped")
    return journal.group("tidy", "skipped", "it needs enter, which ended skipped").ends("unreachable", why)


def empty() -> Journal:
    """A batch whose only group cancels one order."""
    text = "version: 1\nname: one-cancel\ngroups: [{name: tidy, cancel: [OQCLML-BW3P3-BUCMWZ]}]\n"
    return Journal(batch_of(text, "one.yaml"))


def live_plan() -> Journal:
    """A plan with a run key, for the real exchange, in which everything is said."""
    return Journal(batch_of(EVERY_TERM, "batches/weekly.yaml"), run_key="2026-W47", venue="kraken")


def rebalance() -> Journal:
    """Sells, and buys that wait until they are filled."""
    return Journal(batch_of(REBALANCE, "batches/rebalance.yaml"))


def sold() -> Journal:
    """Both sells are placed, and the buys begin to wait."""
    journal = rebalance().starts().sent("sell/sell-xbt", "sell/sell-eth")
    journal.placed("sell/sell-xbt", 1, "sell 0.50000000 XBTEUR @ limit 9100.0")
    journal.placed("sell/sell-eth", 2, "sell 2.00000000 ETHEUR @ limit 155")
    return journal.group("sell", "done").awaits("buy", "sell")


def waiting() -> Journal:
    """A run that was ended while its buys waited."""
    return sold().group("buy", "skipped", "SIGTERM").ends("interrupted", "SIGTERM")


NOT_FILLED = "sell not filled at 2026-11-22T10:15:00Z: 1 of 2 orders filled; sell-xbt 0.3 of 0.5 XBT/EUR"


def unfilled() -> Journal:
    """A sell was not filled in time: what was open of it is taken back."""
    journal = sold().filled("buy", "sell", NOT_FILLED)
    journal.cancels("sell", txid(1), unwind=True)
    journal.settled("sell", "order:sell/sell-xbt", "canceled", sent_as=txid(1), unwind=True)
    journal.group("sell", "unwound", f"{NOT_FILLED}, and buy has waited for all of it")
    return journal.group("buy", "skipped", NOT_FILLED).ends("incomplete")


def filled() -> Journal:
    """All went well."""
    journal = sold().filled("buy", "sell").sent("buy/buy-ada")
    return journal.placed("buy/buy-ada", 3).group("buy", "done").ends("done")


def passed() -> Journal:
    """A sell was not filled, and the buys are sent all the same."""
    text = REBALANCE.replace("otherwise: cancel", "otherwise: proceed")
    journal = Journal(batch_of(text, "batches/rebalance.yaml"))
    journal.starts().sent("sell/sell-xbt", "sell/sell-eth").placed("sell/sell-xbt", 1).placed(
        "sell/sell-eth", 2
    )
    journal.group("sell", "done").awaits("buy", "sell", otherwise="proceed").filled("buy", "sell", NOT_FILLED)
    return journal.sent("buy/buy-ada").placed("buy/buy-ada", 3).group("buy", "done").ends("done")


def confirmed(out: Output) -> None:
    """Show the confirmation to a person who then says yes."""
    assert out.confirm(live_plan().plan(), lambda _: True)


def rebalance_of(rebalance: Rebalance, batch: BatchFile) -> Callable[[Output], None]:
    """Show a rebalance."""
    return lambda out: out.rebalance(rebalance, batch, snapshot="e" * 64)


CASES: dict[str, Callable[[Output], None]] = {
    "validated": validated(("batches/good.yaml", QUICKSTART), ("batches/broken.yaml", BROKEN)),
    "validated-one": validated((FILE, QUICKSTART)),
    "plan-first": plan_of(quickstart()),
    "plan-nothing": plan_of(done()),
    "plan-in-doubt": plan_of(in_doubt()),
    "plan-unwound": plan_of(unwound()),
    "plan-changed": plan_of(changed()),
    "plan-every-term": plan_of(live_plan()),
    "plan-one-cancel": plan_of(empty()),
    "plan-barrier": plan_of(rebalance()),
    "plan-waiting": plan_of(waiting()),
    "plan-20": plan_of(Journal(batch_of(ladder(20), "batches/ladder.yaml"))),
    "plan-long-names": plan_of(Journal(batch_of(ladder(3, pad=56), "batches/ladder.yaml"))),
    "result-done": result_of(done()),
    "result-nothing": result_of(again(done())),
    "result-unwound": result_of(unwound()),
    "result-unresolved": result_of(unresolved()),
    "result-cancels": result_of(unlucky_cancels()),
    "result-stopped": result_of(stopped()),
    "result-unreachable": result_of(unreachable()),
    "result-unfinished": result_of(in_doubt()),
    "result-400": result_of(crowd(400)),
    "result-long-names": result_of(crowd(3, pad=56)),
    "result-waiting": result_of(waiting()),
    "result-unfilled": result_of(unfilled()),
    "result-filled": result_of(filled()),
    "result-passed": result_of(passed()),
    "status-waiting": status_of(waiting()),
    "status-unfilled": status_of(unfilled()),
    "status-never": status_of(quickstart()),
    "status-done": status_of(done()),
    "status-in-doubt": status_of(in_doubt()),
    "status-unwound": status_of(unwound()),
    "status-changed": status_of(changed()),
    "confirm": confirmed,
    "rebalance-orders": rebalance_of(drifted(resting()), written()),
    "rebalance-within": rebalance_of(within(), not_written()),
    "rebalance-blocked": rebalance_of(blocked(), not_written()),
    "rebalance-short": rebalance_of(short_of_money(), not_written()),
    "series-planned": series.planned,
    "series-applied": series.applied,
    "series-nothing": series.nothing,
    "error": lambda out: out.error(
        Refused(
            "offer/sell-eth: changed after it was placed; nothing was sent",
            details=[
                f"{FILE}:15:9: offer/sell-eth: price was 155 when placed as {txid(4)}, is now 156",
                "What was placed cannot be placed differently: give the order a new id.",
            ],
        )
    ),
}
