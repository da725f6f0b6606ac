"""The judge of a team's world: fed by what was committed, sent and booked, and by what each run says.

It calls neither the engine nor the ledger. An order is known by the volume that only it has. Where no limit
holds orders back, each batch has the auditor of a world with one runner as well.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from msgspec.json import decode

from runner.domain import parse_rfc3339
from runner.errors import Refused
from runner.journal import OrderIntent, OrderRefused, RunEnded, RunStarted, new_acts, unseal_entries
from tests.simulation.auditor import Auditor
from tests.simulation.witness import is_sure

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from runner.domain import Batch
    from runner.execution import LookUp
    from runner.kraken import AddOrder, OpenOrder
    from runner.paper import Exchange
    from tests.simulation.team.ledger import Row, Write
    from tests.simulation.timeline import Timeline

PERHAPS_THERE = ("placed", "ended", "unresolved")
USED_UP = ("done", "incomplete")
CLOCK_SLACK_S = 1.0


@dataclass
class Sending:
    """An order that has left a runner. ``taken``: whether the exchange has booked it, None if not decided."""

    name: str
    reqid: int
    deadline: str
    taken: bool | None = None

    @property
    def until(self) -> float:
        """Until when the exchange may take it."""
        return parse_rfc3339(self.deadline) - CLOCK_SLACK_S


@dataclass
class TeamAuditor:
    """Watches one world. ``limit`` orders may be booked in its day, if there is a limit.

    ``unresolved`` orders were named so by runs. ``violations`` says what was broken, in words, each once.
    """

    batches: Sequence[Batch]
    time: Timeline
    limit: int | None
    placed: int = 0
    unresolved: int = 0
    violations: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._volumes = {
            (batch.name, group.name, order.id): order.volume or ""
            for batch in self.batches
            for group in batch.groups
            for order in group.orders
        }
        self.booked: defaultdict[str, list[str]] = defaultdict(list)
        self.refused: set[str] = set()
        self._intents: dict[tuple[str, int], Mapping[str, Any]] = {}
        self._sendings: defaultdict[str, list[Sending]] = defaultdict(list)
        self._batch_of: dict[str, str] = {}
        self._homes = {volume: batch for (batch, _, _), volume in self._volumes.items()}
        self._auditors = {
            batch.name: Auditor(batch, runners=2, fresh_machine=False, one_journal=True)
            for batch in (self.batches if self.limit is None else ())
        }
        self._plan_of: dict[str, str] = {}
        self._used: set[str] = set()

    def watch(self, exchange: Exchange) -> None:
        """The exchange whose state counts."""
        for auditor in self._auditors.values():
            auditor.watch(exchange)

    def all_violations(self) -> list[tuple[str, str]]:
        """Everything that was broken: its kind, and in words."""
        found = {**self.violations}
        for auditor in self._auditors.values():
            found |= auditor.violations
        return [(kind, what) for what, kind in found.items()]

    def blame(self, kind: str, what: str) -> None:
        """Something was broken; each is said once."""
        self.violations.setdefault(what, kind)

    # --- the ledger ---

    def committed(self, row: Write, fence: int, *, halted: bool) -> None:
        """A row is durable from now on."""
        if halted and new_acts(row.entries):
            self.blame("halt", f"{row.writer} has written an intent to a halted account")
        if row.fence != fence:
            self.blame(
                "fence", f"{row.writer} has written to {row.journal} under {row.fence}, it was {fence}"
            )
        if self._auditors:
            # What a halt refuses is no claim about the exchange.
            entries = [entry for entry in row.entries if not isinstance(entry, OrderRefused)]
            self._auditors[row.journal].durable(row.writer, entries, self.time.now)
        for entry in row.entries:
            match entry:
                case OrderIntent():
                    self._intents[row.writer, entry.reqid] = entry.request
                case RunStarted(plan=str(plan)):
                    self._plan_of[row.writer] = plan
                    if plan in self._used:
                        self.blame("plan", f"{row.writer} began under a plan that was used")
                case RunEnded(outcome=outcome) if outcome in USED_UP and row.writer in self._plan_of:
                    self._used.add(self._plan_of[row.writer])

    def check_chain(self, journals: Mapping[str, Sequence[Row]]) -> None:
        """Check that the rows of each journal follow each other."""
        for name, rows in journals.items():
            try:
                unseal_entries("".join(row.lines for row in rows), name=name)
            except Refused as broken:
                self.blame("chain", str(broken))

    # --- the exchange ---

    def handled(self, request: AddOrder, txid: str | None, error: str | None) -> None:
        """The exchange has decided on an order."""
        volume = request.volume or ""
        if self._auditors:
            self._auditors[self._homes[volume]].handled(request, txid, error)
        if txid is None:
            if is_sure(error or ""):
                self.refused.add(volume)
                self._decide(request, taken=False)
            return
        self._decide(request, taken=True)
        self.placed += 1
        self.booked[volume].append(txid)
        if len(self.booked[volume]) > 1:
            self.blame("duplicate", f"{volume} is booked {len(self.booked[volume])} times")
        if self.limit is not None and self.placed > self.limit:
            self.blame("limit", f"{self.placed} orders were booked in a day, {self.limit} may be")

    def _decide(self, request: AddOrder, *, taken: bool) -> None:
        for sending in self._sendings[request.volume or ""]:
            if (sending.reqid, sending.deadline) == (request.reqid, request.deadline):
                sending.taken = taken

    # --- the runners ---

    def applies(self, name: str, batch: str) -> None:
        """A process applies a batch."""
        self._batch_of[name] = batch

    def sent(self, name: str, text: str, now: float) -> None:
        """A frame leaves a runner. Its clock counts for nothing here, since there are several."""
        if self._auditors:
            self._auditors[self._batch_of[name]].sent(name, text, self.time.now)
        frame = decode(text)
        if frame["event"] == "addOrder":
            del frame["event"], frame["token"]
            self._check_add(name, frame)

    def _check_add(self, name: str, frame: dict[str, Any]) -> None:
        volume, reqid = frame["volume"], frame["reqid"]
        if self._intents.get((name, reqid)) != frame:
            self.blame("journal", f"{name} sent {volume} before its intent was durable")
        sending = Sending(name, reqid, frame["deadline"])
        # Who was paused between the intent and the sending sends what no exchange takes any more.
        if self.time.now < sending.until:
            self._check_knowledge(name, volume)
        self._sendings[volume].append(sending)

    def _check_knowledge(self, name: str, volume: str) -> None:
        """An order may leave again only when the last time is known to have come to nothing."""
        if self.booked[volume]:
            self.blame("doubt", f"{name} sent {volume}, which is booked")
        if any(each.taken is not False and self.time.now < each.until for each in self._sendings[volume]):
            self.blame("doubt", f"{name} sent {volume}, which was still under way")

    def check_manifest(self, name: str, batch: Batch, manifest: dict[str, Any]) -> None:
        """Check what a run says when it ends, whether it got through or the ledger was lost."""
        self.unresolved += manifest["totals"]["orders"]["unresolved"]
        for volume, order in self._orders_of(batch, manifest):
            booked = self.booked[volume]
            if order["outcome"] == "placed" and order["txid"] not in booked:
                self.blame("claim", f"{name} says that {volume} is {order['txid']}, and it is not")
            own = any(each.taken and each.name == name for each in self._sendings[volume])
            if own and order["outcome"] not in PERHAPS_THERE:
                self.blame("loss", f"{name} has placed {volume}, and says {order['outcome']}")

    def conclude(self, batch: Batch, manifest: dict[str, Any]) -> None:
        """Check the last manifest of a batch, after runs that nothing disturbed."""
        if self._auditors:
            self._auditors[batch.name].conclude(manifest)
        rows = dict(self._orders_of(batch, manifest))
        for group in batch.groups:
            for order in group.orders:
                volume = order.volume or ""
                outcome = rows[volume]["outcome"] if volume in rows else "missing"
                if self.booked[volume] and outcome not in PERHAPS_THERE:
                    self.blame("loss", f"{volume} is booked, and is said to be {outcome} in the end")
                if not self.booked[volume] and self._should_be_there(batch, outcome):
                    self.blame("loss", f"{volume} is not placed in the end, and is said to be {outcome}")

    def _should_be_there(self, batch: Batch, outcome: str) -> bool:
        if outcome == "unresolved":
            return False
        refused = any(order.volume in self.refused for group in batch.groups for order in group.orders)
        return outcome == "placed" or not (refused or self.limit is not None)

    def _orders_of(self, batch: Batch, manifest: dict[str, Any]) -> Iterable[tuple[str, dict[str, Any]]]:
        for group in manifest["groups"]:
            for order in group["orders"]:
                key = (batch.name, order.get("group", group["name"]), order["id"])
                yield self._volumes[key], order

    def check_books(self, volumes: Counter[str]) -> None:
        """Check that the exchange's own books agree, so that no order was overlooked here."""
        for volume in self._volumes.values():
            if volumes[volume] != len(self.booked[volume]):
                self.blame("books", f"{volume} is {volumes[volume]} times in the exchange's books")

    # --- what a machine reports, for the auditor of each batch ---

    def began(self, name: str) -> None:
        """A process starts."""
        for auditor in self._auditors.values():
            auditor.began(name)

    def heard(self, name: str, reqid: int | None, error: str) -> None:
        """A runner hears that an order is not taken."""
        for auditor in self._auditors.values():
            auditor.heard(name, reqid, error)

    def shown(self, name: str, orders: Iterable[OpenOrder], now: float) -> None:
        """A runner is shown orders."""
        for auditor in self._auditors.values():
            auditor.shown(name, orders, self.time.now)

    def connected(self, name: str, orders: Sequence[OpenOrder], now: float) -> None:
        """A runner has the snapshot of a new connection."""
        for auditor in self._auditors.values():
            auditor.connected(name, orders, self.time.now)

    def looked(self, name: str, look: LookUp, since: float) -> None:
        """A runner was shown the exchange's records."""
        for auditor in self._auditors.values():
            auditor.looked(name, look, since)
