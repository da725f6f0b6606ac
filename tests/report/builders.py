"""Plans and manifests for the report's tests: batches from YAML, journals from entries.

A journal is written in short: ``Journal(batch).sent("enter/buy-eth").placed(...)``; its plan and manifest
come from the same functions that a run uses.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from runner.batchfile import parse
from runner.domain import OrderKey, rfc3339
from runner.execution.run_header import describe_plan
from runner.journal import (
    CancelIntent,
    CancelSettled,
    Entry,
    FillsAwaited,
    FillsSettled,
    GroupEnded,
    OrderIntent,
    OrderPlaced,
    OrderRejected,
    OrderUnresolved,
    OrderValidated,
    RunEnded,
    RunStarted,
    fold,
    manifest,
)
from runner.kraken import fields_of
from runner.planning import Plan, plan

if TYPE_CHECKING:
    from typing import Any, Self

    from runner.domain import Batch

FILE = "batches/quickstart.yaml"
START = 1795341600.0  # 2026-11-22 10:00:00 UTC

QUICKSTART = """\
version: 1
name: quickstart
defaults: {ordertype: limit, timeinforce: GTC}
groups:
  - name: enter
    on_reject: unwind
    orders:
      - {id: buy-eth, pair: ETH/EUR, type: buy, price: 145, volume: 0.25}
      - {id: buy-xbt, pair: XBT/EUR, type: buy, price: 8500.0, volume: 0.001}
  - name: offer
    needs: [enter]
    orders:
      - {id: buy-xbt-now, pair: XBT/EUR, type: buy, ordertype: market, volume: 0.0005}
      - {id: sell-eth, pair: ETH/EUR, type: sell, price: 155, volume: 0.25}
    cancel:
      - OQCLML-BW3P3-BUCMWZ
      - userref: 8874657
  - name: tidy
    needs: [enter, offer]
    cancel:
      - order: enter/buy-xbt
"""

EDITED_QUICKSTART = (
    QUICKSTART.replace("price: 145", "price: 144.5")
    .replace("id: sell-eth", "id: sell-more")
    .replace("on_reject: unwind", "on_reject: stop")
    .replace("userref: 8874657", "userref: 17")
    .replace("buy-xbt-now, ", "buy-xbt-now, oflags: fciq, ")
)

REBALANCE = """\
version: 1
name: rebalance
defaults: {ordertype: limit, timeinforce: GTC}
groups:
  - name: sell
    orders:
      - {id: sell-xbt, pair: XBT/EUR, type: sell, price: 9100.0, volume: 0.5}
      - {id: sell-eth, pair: ETH/EUR, type: sell, price: 155, volume: 2}
  - name: buy
    needs: [{group: sell, until: filled, within: 15m, otherwise: cancel}]
    orders:
      - {id: buy-ada, pair: ADA/EUR, type: buy, price: 0.85, volume: 4000}
"""

ONE_ORDER = """\
version: 1
name: n
groups: [{name: g, orders: [{id: a, pair: ETH/EUR, type: buy, ordertype: market, volume: 1}]}]
"""

NASTY = "[bold red]EOrder[/] \x1b[2J\x1b]0;owned\x07\r\n\u202eevil [link=http://x]"
"""What an exchange may say: markup, escape codes, a change of direction, a link."""


LADDER = """\
version: 1
name: ladder
defaults: {pair: XBT/EUR, type: buy, ordertype: limit, volume: 0.001, oflags: post}
groups:
  - name: ladder
    on_reject: continue
    orders:"""


def batch_of(text: str, file: str = FILE) -> Batch:
    """The batch in a YAML text, which must be valid."""
    parsed = parse(text.encode(), file)
    assert parsed.batch is not None, parsed.problems
    return parsed.batch


def ladder(rungs: int, *, pad: int = 0) -> str:
    """A batch of one group with so many orders, whose ids are ``pad`` characters longer than they need be."""
    padding = ("a-rather-long-name-" * 4)[:pad]
    orders = [
        f"      - {{id: {padding}rung-{number:03}, price: {9000 - number}}}" for number in range(1, rungs + 1)
    ]
    return "\n".join([LADDER, *orders, ""])


def txid(number: int) -> str:
    """A transaction id that looks like one."""
    return f"O{number:05}-AAAAA-{number:06}"


@dataclass
class Journal:
    """The journal of one batch as it is written; each call is one entry, a second later than the last."""

    batch: Batch
    run_key: str = ""
    venue: str = "paper"
    entries: list[Entry] = field(default_factory=list)
    count: int = 0

    def plan(self) -> Plan:
        """Return what another run would do now."""
        return plan(self.batch, fold(self.entries), run_key=self.run_key, venue=self.venue)

    def manifest(self) -> dict[str, Any]:
        """The manifest of the last run."""
        return manifest(fold(self.entries))

    def starts(self) -> Self:
        """A run begins."""
        now = self.plan()
        return self._add(
            RunStarted(
                at=self._at(),
                tool="order-batch 0.1.0",
                batch=now.run.batch,
                run_key=now.run.run_key,
                venue=now.venue,
                file=now.file,
                digest=now.digest,
                groups=describe_plan(now),
            )
        )

    def sent(self, *names: str) -> Self:
        """Orders leave, by ``group/id``."""
        orders = {str(order.key): order for order in self.plan().orders()}
        for order in map(orders.__getitem__, names):
            fields = fields_of(order.request)
            request = {**fields, "deadline": rfc3339(START + 60, digits=3), "reqid": self.count + 1}
            self._add(
                OrderIntent(
                    at=self._at(),
                    group=order.key.group,
                    id=order.key.id,
                    reqid=self.count + 1,
                    content=order.content,
                    request=request,
                )
            )
        return self

    def placed(self, name: str, number: int, descr: str | None = None) -> Self:
        """An order is at the exchange, under ``txid(number)``."""
        key = _key(name)
        return self._add(
            OrderPlaced(
                at=self._at(), group=key.group, id=key.id, txid=txid(number), source="reply", descr=descr
            )
        )

    def rejected(self, name: str, error: str) -> Self:
        """The exchange said no."""
        key = _key(name)
        return self._add(OrderRejected(at=self._at(), group=key.group, id=key.id, error=error))

    def validated(self, name: str, descr: str) -> Self:
        """The exchange would take it."""
        key = _key(name)
        return self._add(OrderValidated(at=self._at(), group=key.group, id=key.id, descr=descr))

    def unresolved(self, name: str, reason: str) -> Self:
        """Add an order with an unknown outcome."""
        key = _key(name)
        return self._add(OrderUnresolved(at=self._at(), group=key.group, id=key.id, reason=reason))

    def awaits(self, group: str, needed: str, *, within: int = 900, otherwise: str = "cancel") -> Self:
        """A group begins to wait until another one is filled."""
        return self._add(
            FillsAwaited(
                at=self._at(),
                group=group,
                needed=needed,
                until=rfc3339(START + within),
                within=within,
                otherwise=otherwise,
            )
        )

    def filled(self, group: str, needed: str, reason: str = "") -> Self:
        """It waits no longer: all was filled, unless there is a reason."""
        return self._add(
            FillsSettled(at=self._at(), group=group, needed=needed, filled=not reason, reason=reason)
        )

    def cancels(self, group: str, *ids: str, unwind: bool = False) -> Self:
        """A cancelOrder leaves."""
        return self._add(
            CancelIntent(at=self._at(), group=group, reqid=self.count + 1, txid=ids, unwind=unwind)
        )

    def settled(
        self,
        group: str,
        ref: str,
        outcome: str,
        *,
        sent_as: str = "",
        unwind: bool = False,
        matched: tuple[str, ...] = (),
        executed: tuple[str, str] | None = None,
    ) -> Self:
        """One id of a cancelOrder has its outcome; ``executed``: how much of it, and of how much."""
        much = {} if executed is None else {"vol_exec": executed[0], "vol": executed[1]}
        return self._add(
            CancelSettled(
                at=self._at(),
                group=group,
                ref=ref,
                txid=sent_as or ref,
                outcome=outcome,
                unwind=unwind,
                matched=matched,
                **much,
            )
        )

    def group(self, name: str, outcome: str, reason: str = "") -> Self:
        """A group is through."""
        return self._add(GroupEnded(at=self._at(), group=name, outcome=outcome, reason=reason))

    def ends(self, outcome: str, reason: str = "") -> Self:
        """The run is through."""
        return self._add(RunEnded(at=self._at(), outcome=outcome, reason=reason))

    def _add(self, entry: Entry) -> Self:
        self.entries.append(entry)
        self.count += 1
        return self

    def _at(self) -> str:
        return rfc3339(START + self.count)


def _key(name: str) -> OrderKey:
    group, _, id = name.partition("/")
    return OrderKey(group, id)


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        """Always."""
        return True
