"""The judge of a world: a separate ledger, fed only by what was made durable, sent and booked.

It never calls the engine. An order is known by the volume that only it has, so that not even the derived ids
are believed; what has to hold is worked out anew from the batch.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec.json import decode

from runner.domain import (
    Batch,
    Group,
    OnReject,
    Order,
)
from runner.journal import (
    CancelIntent,
    CancelSettled,
    GroupStates,
    OrderAbsent,
    OrderIntent,
    OrderPlaced,
    OrderRefused,
    OrderRejected,
    SwitchArmed,
)
from tests.simulation.barriers import Waits
from tests.simulation.facts import Facts
from tests.simulation.manifests import Manifests
from tests.simulation.paid import check_executions
from tests.simulation.protection import Protection, meant_by
from tests.simulation.switch import Switch
from tests.simulation.witness import Look, Sending, Witness, is_sure

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from runner.execution import LookUp
    from runner.journal import Entry
    from runner.kraken import AddOrder, OpenOrder
    from runner.paper import Exchange

NEWS_MAX_S = 60.0
"""News of an order may be so old when a cancellation is said to have left it open."""


class Auditor:
    """Watches one world. ``violations`` says what was broken, in words, each once.

    ``one_journal``: all runners read and write the same one.
    """

    def __init__(self, batch: Batch, *, runners: int, fresh_machine: bool, one_journal: bool = False) -> None:
        self.placed = 0
        self._facts = Facts(batch, runners=runners, fresh_machine=fresh_machine)
        self.violations = self._facts.violations
        self._blame = self._facts.blame
        self._witnesses: dict[str, Witness] = {}
        self._one_journal = one_journal
        self._protection = Protection(self._facts, one_journal=one_journal)
        self.waits = Waits(self._facts)
        self.switch = Switch(self._facts)
        self._manifests = Manifests(self._facts, self._protection, self._witnesses, self.waits)

    def watch(self, exchange: Exchange) -> None:
        """The exchange whose state counts."""
        self._facts.exchange = exchange

    # --- what happens ---

    def edited(self, batch: Batch) -> None:
        """The file holds this from now on."""
        self._facts.take_up(batch)

    def handled(self, request: AddOrder, txid: str | None, error: str | None) -> None:
        """The exchange has decided on an order."""
        volume = request.volume or ""
        if txid is None:
            if is_sure(error or ""):
                self._facts.refused.add(volume)
            return
        self.placed += 1
        self._facts.booked.setdefault(volume, []).append(txid)
        if len(self._facts.booked[volume]) > self._facts.planned[volume]:
            self._blame("duplicate", f"{volume} is booked {len(self._facts.booked[volume])} times")

    def lied(self, request: AddOrder, txid: str | None) -> None:
        """The exchange says of an order that it is refused (None), or is another than it is."""
        if txid is None:
            self._facts.denied.add(request.volume or "")
        else:
            self._facts.lies[txid] = request.volume or ""

    def reused(self, order: Order, txid: str) -> None:
        """Somebody else's order carries the id that the author gave to this one."""
        self._facts.reused[order.volume] = txid

    def began(self, name: str) -> None:
        """A process starts on a machine."""
        witness = self._witnesses.setdefault(name, Witness(fresh=not self._one_journal))
        witness.intents.clear()
        witness.by_reqid.clear()
        witness.looks.clear()
        self._protection.began(name)

    def durable(self, name: str, entries: Iterable[Entry], now: float) -> None:
        """Entries have reached the disk."""
        witness = self._witnesses[name]
        for entry in entries:
            kind = type(entry)
            self.waits.durable(name, entry)
            if kind is SwitchArmed:
                self.switch.used = True
            if kind is OrderIntent or kind is CancelIntent:
                witness.intents[entry.reqid] = entry
            elif kind is OrderPlaced:
                self._check_placed(entry.group, entry.id, entry.txid)
            elif kind is OrderRejected:
                self._rejected(witness, entry.group, entry.id)
            elif kind is OrderRefused:
                self._disowned(entry)
            elif kind is OrderAbsent:
                self._absent(witness, entry.group, entry.id)
            elif kind is GroupStates:
                self._protection.written(name, entry.group, entry.states)
            elif kind is CancelSettled:
                self._check_canceled(entry, now)
                self._protection.learned(entry.txid, entry.outcome)

    def heard(self, name: str, reqid: int | None, error: str) -> None:
        """A runner has received the refusal of an order."""
        sending = self._witnesses[name].by_reqid.get(reqid or 0)
        if sending is not None and is_sure(error):
            sending.turned_down = True

    def shown(self, name: str, orders: Iterable[OpenOrder], now: float) -> None:
        """A runner has been shown orders, by the feed or by the records."""
        self._protection.shown(name, orders, now)

    def connected(self, name: str, orders: Sequence[OpenOrder], now: float) -> None:
        """A runner is on a new connection, and has its snapshot."""
        self._protection.connected(name, orders)
        self.switch.connected(name, now)
        self._protection.shown(name, orders, now)

    def looked(self, name: str, look: LookUp, since: float) -> None:
        """A runner has received the exchange's records; it called at ``since`` by its own clock."""
        ids = frozenset((*look.cl_ord_ids, *look.userrefs))
        self._witnesses[name].looks.append(Look(since, ids))

    def sent(self, name: str, text: str, now: float) -> None:
        """A frame leaves a machine."""
        frame = decode(text)
        match frame["event"]:
            case "addOrder":
                self.switch.check_armed(frame["volume"])
                self._check_add(name, frame, now)
            case "cancelOrder":
                self._check_cancel(name, frame, now)
                self._protection.canceled(frame["txid"])

    # --- an order leaves ---

    def _check_add(self, name: str, frame: dict[str, Any], now: float) -> None:
        witness = self._witnesses[name]
        volume, reqid = frame["volume"], frame["reqid"]
        del frame["event"], frame["token"]
        intent = witness.intents.get(reqid)
        if not isinstance(intent, OrderIntent) or intent.request != frame:
            self._blame("journal", f"{volume} was sent before its intent was durable")
        if "deadline" not in frame:
            self._blame("deadline", f"{volume} was sent without a deadline")
        if self._facts.reused:
            self._blame("reused", f"{volume} was sent although an id of its batch is somebody else's")
        if left := self._manifests.left_out() | self._protection.cancels_left_out():
            self._blame("left out", f"{volume} was sent before any report of {left}, taken out of the file")
        group = self._facts.group_of[volume]
        for needed in self._facts.all_needed(group):
            self._check_needed(name, group, needed)
        self.waits.check_passed(name, group, now)
        if self._facts.planned[volume] == 1:
            self._check_knowledge(witness, frame, now)
        id = frame.get("cl_ord_id") or frame["userref"]
        witness.sendings[volume] = witness.by_reqid[reqid] = Sending(id, now, frame.get("deadline"))

    def _check_knowledge(self, witness: Witness, frame: dict[str, Any], now: float) -> None:
        """An order may leave again only when it is known that the last time came to nothing."""
        volume = frame["volume"]
        id = frame.get("cl_ord_id") or frame["userref"]
        before = witness.sendings.get(volume)
        if before is None:
            own_userref = self._facts.order_of[volume].userref is not None
            if witness.fresh and not own_userref and not any(id in look.ids for look in witness.looks):
                self._blame("blind", f"{volume} was sent from a new machine that had not looked for it")
        elif not before.turned_down and not witness.has_proven(before):
            self._blame("doubt", f"{volume} was sent again while its fate was unknown")
        if self._facts.runners == 1 and not self._facts.fresh_machine and volume in self._facts.booked:
            self._blame("doubt", f"{volume} was sent again though it is booked")

    def _absent(self, witness: Witness, group: str, id: str) -> None:
        """Note an order that is said to be absent: it may be sent again, by a later process too."""
        volume = self._facts.volumes[group, id]
        sending = witness.sendings.get(volume)
        if self._facts.planned[volume] > 1 or sending is None:
            return
        if not sending.turned_down and not witness.has_proven(sending):
            self._blame("doubt", f"{group}/{id} is said to be absent, which nothing has proven")
        sending.turned_down = True

    def _rejected(self, witness: Witness, group: str, id: str) -> None:
        volume = self._facts.volumes[group, id]
        sending = witness.sendings.get(volume)
        if sending is not None:
            sending.turned_down = True
        if volume not in self._facts.refused | self._facts.denied:
            self._blame("claim", f"{group}/{id} is said to be rejected, which the exchange did not say")

    def _disowned(self, entry: OrderRefused) -> None:
        """Check an order under an own id that is said to be somebody else's: it is, or came to nothing."""
        volume, key = self._facts.volumes[entry.group, entry.id], f"{entry.group}/{entry.id}"
        theirs = self._facts.reused.get(volume)
        if theirs is not None and theirs in entry.error:
            self._facts.disowned.add(volume)
            return
        named = any(txid in entry.error for txid in self._facts.booked.get(volume, ()))
        if self._facts.order_of[volume].cl_ord_id is None or not named:
            self._blame("claim", f"{key} is said to be refused, which no rule did")
        elif not self._facts.came_to_nothing(volume):
            self._blame("claim", f"{key} is said to be somebody else's, and is not")
        self._facts.disowned.add(volume)

    def _check_needed(self, name: str, group: Group, needed: Group) -> None:
        if not self._facts.went_well(needed):
            self._blame("needs", f"an order of {group.name} was sent before {needed.name} had gone well")
        if ended := self._protection.shown_ended_of(name, needed):
            self._blame("needs", f"an order of {group.name} was sent although {ended} had ended")
        if needed.on_reject is OnReject.CONTINUE:
            return
        due = self._protection.txids_due(needed)
        if due and not due.isdisjoint(self._facts.state().live):
            self._blame("needs", f"an order of {group.name} was sent while {needed.name} had to cancel")

    # --- a cancellation leaves, and is settled ---

    def _check_cancel(self, name: str, frame: dict[str, Any], now: float) -> None:
        intent = self._witnesses[name].intents.get(frame["reqid"])
        if not isinstance(intent, CancelIntent) or list(intent.txid) != frame["txid"]:
            self._blame("journal", f"cancelOrder {frame['txid']} was sent before its intent was durable")
            return
        group = self._facts.groups[intent.group]
        if intent.unwind:
            allowed = {txid for order in group.orders for txid in self._protection.txids_of(order.volume)}
            if self.waits.may_take_back(name, group, now):
                self.waits.taken_back.add(group.name)
            elif not self._protection.failed_of(group) and self._facts.runners == 1:
                self._blame("unwind", f"{group.name} was unwound though none of its orders was refused")
        else:
            allowed = self._protection.texts_of_cancel(group)
            self.waits.check_passed(name, group, now)
            if not self._facts.went_well(group):
                self._blame("make before break", f"{group.name} canceled before its orders were settled")
            if why := self._protection.lacks(name, group):
                self._blame("protection", f"{group.name} {why}")
            if id := self._protection.hurried(name, group, now):
                self._blame("protection", f"{group.name} canceled when {id} had only just been shown open")
            for needed in self._facts.all_needed(group):
                if why := self._protection.lacks(name, needed, ioc=False):
                    self._blame("protection", f"{group.name}, which needs {needed.name}, {why}")
        if not set(frame["txid"]) <= allowed:
            self._blame(
                "foreign",
                f"{group.name} canceled {set(frame['txid']) - allowed}, without a cancellation in the file",
            )

    def _check_canceled(self, entry: CancelSettled, now: float) -> None:
        """Check what is said of a cancellation against the exchange at that moment."""
        state, outcome = self._facts.state(), entry.outcome
        orders = meant_by(entry, state)
        live = [order for order in orders if order.live]
        filled = [order for order in orders if order.status == "closed"]
        ended_long_ago = [o for o in orders if not o.live and (o.closetm or 0) < now - NEWS_MAX_S]
        wrong = {
            "canceled": bool(live) or not orders or len(filled) == len(orders),
            "closed": len(filled) < len(orders) or not orders,
            "gone": bool(live),
            "open": len(ended_long_ago) == len(orders),
        }.get(outcome, False)
        if wrong:
            statuses = [order.status.value for order in orders]
            self._blame("cancel", f"{entry.ref} of {entry.group} is said to be {outcome}, and is {statuses}")

    def _check_placed(self, group: str, id: str, txid: str) -> None:
        if txid not in self._protection.txids_of(self._facts.volumes[group, id]):
            self._blame("claim", f"{group}/{id} is said to be placed as {txid}, and is not there")

    # --- what is said in the end ---

    def check_manifest(self, name: str, manifest: dict[str, Any]) -> None:
        """A run has ended and says what became of all orders."""
        self._manifests.check(name, manifest)
        self.waits.check_manifest(manifest)
        self.switch.check_manifest(manifest)
        self.switch.check_placed(name, manifest)
        check_executions(manifest, self._facts.state(), self._blame)

    def check_broken_off(self, name: str, manifest: dict[str, Any]) -> None:
        """A run whose disk has failed says all that it has come to know."""
        self._manifests.check(name, manifest)
        check_executions(manifest, self._facts.state(), self._blame)

    def check_unfinished(self, manifest: dict[str, Any]) -> None:
        """The manifest of a process that died promises nothing that is not so."""
        self.switch.check_manifest(manifest)
        for group in manifest["groups"]:
            for order in group["orders"]:
                if order["outcome"] == "placed":
                    self._check_placed(order.get("group", group["name"]), order["id"], order["txid"])
        check_executions(manifest, self._facts.state(), self._blame)

    def conclude(self, manifest: dict[str, Any]) -> None:
        """After a last quiet run: all is as after an undisturbed one; its manifest is checked by now."""
        self._manifests.conclude(manifest)
