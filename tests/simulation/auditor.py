"""Whether a world kept its promises: a ledger of its own, fed only by what was made durable, sent and booked.

It never asks the engine. An order is known by the volume that only it has, so that not even the derived ids
are believed; what has to hold is worked out anew from the batch.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from msgspec.json import decode

from runner.domain import (
    Batch,
    CancelPlaced,
    CancelTxid,
    CancelUserref,
    Group,
    OnReject,
    Order,
)
from runner.records import (
    CancelIntent,
    CancelSettled,
    GroupStates,
    OrderAbsent,
    OrderIntent,
    OrderPlaced,
    OrderRefused,
    OrderRejected,
)
from tests.simulation.protection import Protection, meant_by
from tests.simulation.witness import Look, Sending, Witness, is_sure

if TYPE_CHECKING:
    from collections.abc import Iterable

    from runner.engine import LookUp
    from runner.protocol import AddOrder, OpenOrder
    from runner.records import Entry
    from runner.simulator import Exchange, State

NEWS_MAX_S = 60.0
"""News of an order may be so old when a cancellation is said to have left it open."""


class Auditor:
    """Watches one world. ``violations`` says what was broken, in words, each once."""

    def __init__(self, batch: Batch, *, runners: int, fresh_machine: bool) -> None:
        self.violations: dict[str, str] = {}
        self.placed = 0
        self._batch = batch
        self._runners = runners
        self._fresh_machine = fresh_machine
        self._exchange: Exchange | None = None
        self._groups = {group.name: group for group in batch.groups}
        asked = [(group, order) for group in batch.groups for order in group.orders]
        self._volumes = {(group.name, order.id): order.volume for group, order in asked}
        self._group_of = {order.volume: group for group, order in asked}
        self._order_of = {order.volume: order for _, order in asked}
        self._asked = Counter(self._volumes.values())
        self.booked: dict[str, list[str]] = {}
        self.refused: set[str] = set()
        self.lies: set[str] = set()
        self._denied: set[str] = set()
        self._witnesses: dict[str, Witness] = {}
        self._protection = Protection(self._groups, self.booked, self._state)

    def watch(self, exchange: Exchange) -> None:
        """The exchange whose state counts."""
        self._exchange = exchange

    # --- what happens ---

    def handled(self, request: AddOrder, txid: str | None, error: str | None) -> None:
        """The exchange has decided on an order."""
        volume = request.volume or ""
        if txid is None:
            if is_sure(error or ""):
                self.refused.add(volume)
            return
        self.placed += 1
        self.booked.setdefault(volume, []).append(txid)
        if len(self.booked[volume]) > self._asked[volume]:
            self._blame("duplicate", f"{volume} is booked {len(self.booked[volume])} times")

    def lied(self, request: AddOrder, txid: str | None) -> None:
        """The exchange says of an order that it is refused (None), or is another than it is."""
        if txid is None:
            self._denied.add(request.volume or "")
        else:
            self.lies.add(txid)

    def began(self, name: str) -> None:
        """A process starts on a machine."""
        witness = self._witnesses.setdefault(name, Witness())
        witness.intents.clear()
        witness.by_reqid.clear()
        witness.looks.clear()
        self._protection.began(name)

    def durable(self, name: str, entries: Iterable[Entry], now: float) -> None:
        """Entries have reached the disk."""
        witness = self._witnesses[name]
        for entry in entries:
            kind = type(entry)
            if kind is OrderIntent or kind is CancelIntent:
                witness.intents[entry.reqid] = entry
            elif kind is OrderPlaced:
                self._check_placed(entry.group, entry.id, entry.txid)
            elif kind is OrderRejected or kind is OrderRefused:
                self._rejected(witness, entry.group, entry.id)
            elif kind is OrderAbsent:
                self._absent(witness, entry.group, entry.id)
            elif kind is GroupStates:
                self._protection.written(name, entry.group, entry.states)
            elif kind is CancelSettled:
                self._check_canceled(entry, now)

    def heard(self, name: str, reqid: int | None, error: str) -> None:
        """A runner has been told that an order is not taken."""
        sending = self._witnesses[name].by_reqid.get(reqid or 0)
        if sending is not None and is_sure(error):
            sending.turned_down = True

    def shown(self, name: str, orders: Iterable[OpenOrder]) -> None:
        """A runner has been shown orders, by the feed or by the records."""
        self._protection.shown(name, orders)

    def looked(self, name: str, look: LookUp, asked: float) -> None:
        """A runner has been shown the exchange's records; it asked at ``asked`` by its own clock."""
        ids = frozenset((*look.cl_ord_ids, *look.userrefs))
        self._witnesses[name].looks.append(Look(asked, ids))

    def sent(self, name: str, text: str, now: float) -> None:
        """A frame leaves a machine."""
        frame = decode(text)
        match frame["event"]:
            case "addOrder":
                self._check_add(name, frame, now)
            case "cancelOrder":
                self._check_cancel(name, frame)
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
        group = self._group_of[volume]
        for needed in group.needs:
            self._check_needed(name, group, self._groups[needed])
        if self._asked[volume] == 1:
            self._check_knowledge(witness, frame, now)
        id = frame.get("cl_ord_id") or frame["userref"]
        witness.sendings[volume] = witness.by_reqid[reqid] = Sending(id, now, frame.get("deadline"))

    def _check_knowledge(self, witness: Witness, frame: dict[str, Any], now: float) -> None:
        """An order may leave again only when it is known that the last time came to nothing."""
        volume = frame["volume"]
        id = frame.get("cl_ord_id") or frame["userref"]
        before = witness.sendings.get(volume)
        if before is None:
            own_userref = self._order_of[volume].userref is not None
            if witness.fresh and not own_userref and not any(id in look.ids for look in witness.looks):
                self._blame("blind", f"{volume} was sent from a new machine that had not looked for it")
        elif not before.turned_down and not witness.has_proven(before):
            self._blame("doubt", f"{volume} was sent again while its fate was unknown")
        if self._runners == 1 and not self._fresh_machine and volume in self.booked:
            self._blame("doubt", f"{volume} was sent again though it is booked")

    def _absent(self, witness: Witness, group: str, id: str) -> None:
        """What is said to be absent may be sent again, by a later process too."""
        volume = self._volumes[group, id]
        sending = witness.sendings.get(volume)
        if self._asked[volume] > 1 or sending is None:
            return
        if not sending.turned_down and not witness.has_proven(sending):
            self._blame("doubt", f"{group}/{id} is said to be absent, which nothing has proven")
        sending.turned_down = True

    def _rejected(self, witness: Witness, group: str, id: str) -> None:
        volume = self._volumes[group, id]
        sending = witness.sendings.get(volume)
        if sending is not None:
            sending.turned_down = True
        if volume not in self.refused | self._denied:
            self._blame("claim", f"{group}/{id} is said to be rejected, which nobody said")

    def _failed(self, order: Order) -> bool:
        """Whether the exchange has said no, be it so or not, or has ended the order."""
        return order.volume in self.refused | self._denied or self._protection.has_ended(order)

    def _check_needed(self, name: str, group: Group, needed: Group) -> None:
        if not self._went_well(needed):
            self._blame("needs", f"an order of {group.name} was sent before {needed.name} had gone well")
        if ended := self._protection.shown_ended_of(name, needed):
            self._blame("needs", f"an order of {group.name} was sent although {ended} had ended")
        if needed.on_reject is OnReject.CONTINUE:
            return
        due = self._txids_due(needed)
        if due and not due.isdisjoint(self._state().live):
            self._blame("needs", f"an order of {group.name} was sent while {needed.name} had to cancel")

    def _went_well(self, group: Group) -> bool:
        """Whether every order of a group is at the exchange, or was turned down where that is accepted."""
        accepts = group.on_reject is OnReject.CONTINUE
        for order in group.orders:
            refused = accepts and order.volume in self.refused
            if not refused and len(self.booked.get(order.volume, ())) < self._asked[order.volume]:
                return False
        return True

    # --- a cancellation leaves, and is settled ---

    def _check_cancel(self, name: str, frame: dict[str, Any]) -> None:
        intent = self._witnesses[name].intents.get(frame["reqid"])
        if not isinstance(intent, CancelIntent) or list(intent.txid) != frame["txid"]:
            self._blame("journal", f"cancelOrder {frame['txid']} was sent before its intent was durable")
            return
        group = self._groups[intent.group]
        if intent.unwind:
            allowed = {txid for order in group.orders for txid in self.booked.get(order.volume, ())}
            if not any(map(self._failed, group.orders)) and self._runners == 1:
                self._blame("unwind", f"{group.name} was unwound though none of its orders was refused")
        else:
            allowed = self._texts_asked(group)
            if not self._went_well(group):
                self._blame("make before break", f"{group.name} canceled before its orders were settled")
            if why := self._protection.lacks(name, group):
                self._blame("protection", f"{group.name} {why}")
        if not set(frame["txid"]) <= allowed:
            self._blame("foreign", f"{group.name} canceled {set(frame['txid']) - allowed}, not asked for")

    def _texts_asked(self, group: Group) -> set[str]:
        references = {cancel.userref for cancel in group.cancel if isinstance(cancel, CancelUserref)}
        return references | self._txids_asked(group)

    def _txids_asked(self, group: Group) -> set[str]:
        txids: set[str] = set()
        for cancel in group.cancel:
            match cancel:
                case CancelTxid(txid=txid):
                    txids.add(txid)
                case CancelPlaced(order=key):
                    txids.update(self.booked.get(self._volumes[key.group, key.id], ()))
        return txids

    def _txids_due(self, group: Group) -> set[str]:
        """Those that must not stand afterwards; of twins nobody can say which of them was meant."""
        asked = self._txids_asked(group)
        if not asked:
            return asked
        if self._protection.holds_back(group):
            return set()
        twins = {txid for volume, txids in self.booked.items() if self._asked[volume] > 1 for txid in txids}
        return asked - twins

    def _check_canceled(self, entry: CancelSettled, now: float) -> None:
        """What is said of a cancellation has to be so at the exchange, at that moment."""
        state, outcome = self._state(), entry.outcome
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
            told = [order.status.value for order in orders]
            self._blame("cancel", f"{entry.ref} of {entry.group} is said to be {outcome}, and is {told}")

    # --- what is said in the end ---

    def _check_placed(self, group: str, id: str, txid: str) -> None:
        if txid not in self.booked.get(self._volumes[group, id], ()) and txid not in self.lies:
            self._blame("claim", f"{group}/{id} is said to be placed as {txid}, and is not there")

    def check_manifest(self, name: str, manifest: dict[str, Any]) -> None:
        """Everything that is booked stands in the manifest with its txid, or is said to be unresolved.

        What only another machine has sent may be skipped, by a run that did not get as far as to find it.
        """
        sendings = self._witnesses[name].sendings
        self._check_ended(name, manifest)
        told: dict[str, list[dict[str, Any]]] = {}
        for group in manifest["groups"]:
            for order in group["orders"]:
                told.setdefault(self._volumes[group["name"], order["id"]], []).append(order)
        for volume, orders in told.items():
            placed = [order["txid"] for order in orders if order["outcome"] in ("placed", "ended")]
            doubtful = [order for order in orders if order["outcome"] == "unresolved"]
            listed = {txid for order in doubtful for txid in (order["txid"], *order.get("txids", ()))}
            booked = self.booked.get(volume, [])
            if len(placed) == len(orders) and placed == booked:
                continue
            unresolved = [order for order in orders if order["outcome"] == "unresolved"]
            if any(not order["error"] for order in unresolved):
                self._blame("unresolved", f"{volume} is unresolved, and nobody says why")
            wrongly, untold = set(placed) - set(booked) - self.lies, set(booked) - set(placed) - listed
            if wrongly:
                self._blame("claim", f"{volume} is said to be placed as {wrongly}, and is not there")
            theirs = volume not in sendings and all(order["outcome"] == "skipped" for order in orders)
            shown = {txid for txid in untold if self._protection.knows(name, txid)}
            if (
                shown
                and self._runners == 1
                and self._asked[volume] == 1
                and self._order_of[volume].userref is None
            ):
                self._blame("unlisted", f"{volume} was shown as {shown}, which the manifest does not say")
            excused = volume in self._denied and not shown
            if self._runners == 1 and not (theirs or excused) and len(untold) > len(unresolved):
                self._blame("loss", f"{volume} is booked as {untold}, which the manifest does not say")

    def _check_ended(self, name: str, manifest: dict[str, Any]) -> None:
        """What a runner has seen end is not said to be placed."""
        for group in manifest["groups"]:
            for order in group["orders"]:
                asked = self._order_of[self._volumes[group["name"], order["id"]]]
                if self._asked[asked.volume] > 1:
                    continue  # Of twins nobody can say which of them has ended.
                if order["outcome"] == "placed" and self._protection.was_shown_ended(name, asked):
                    self._blame("ended", f"{group['name']}/{order['id']} is said to be placed, and has ended")

    def check_unfinished(self, manifest: dict[str, Any]) -> None:
        """The manifest of a process that died promises nothing that is not so."""
        for group in manifest["groups"]:
            for order in group["orders"]:
                if order["outcome"] == "placed":
                    self._check_placed(group["name"], order["id"], order["txid"])

    def conclude(self, manifest: dict[str, Any]) -> None:
        """After a last quiet run: all is as after an undisturbed one; its manifest is checked by now."""
        outcomes = {
            (group["name"], order["id"]): order["outcome"]
            for group in manifest["groups"]
            for order in group["orders"]
        }
        live = self._state().live
        for group in self._reached():
            for order in group.orders:
                missing = len(self.booked.get(order.volume, ())) < self._asked[order.volume]
                outcome = outcomes[group.name, order.id]
                excused = outcome == "unresolved" or order.volume in self.refused
                ended = self._protection.has_ended(order)
                if missing and not excused:
                    self._blame("loss", f"{group.name}/{order.id} is not placed in the end")
                if not missing and not excused and not ended and outcome != "placed":
                    self._blame("loss", f"{group.name}/{order.id} is placed, and {outcome} in the end")
            if any(txid in live for txid in self._txids_due(group)):
                self._blame("loss", f"what {group.name} was to cancel still stands in the end")
        self._check_exchange()

    def _reached(self) -> list[Group]:
        """The groups that nothing excuses from having been carried out."""
        reached: list[Group] = []
        well: set[str] = set()
        for group in self._batch.groups:
            accepts = group.on_reject is OnReject.CONTINUE
            clean = accepts or not any(map(self._failed, group.orders))
            if clean and well.issuperset(group.needs):
                reached.append(group)
                if accepts or not (group.cancel and self._protection.holds_back(group)):
                    well.add(group.name)
        return reached

    def _check_exchange(self) -> None:
        """The ledger and the exchange's own books agree, so neither has overlooked an order."""
        state = self._state()
        volumes = Counter(
            f"{order.terms.volume:.4f}"
            for order in [*state.live.values(), *state.ended.values()]
            if order.terms.refid is None  # nobody sent what the exchange places for a ``close``
        )
        for volume in self._asked:
            if volumes[volume] != len(self.booked.get(volume, ())):
                self._blame("books", f"{volume} stands {volumes[volume]} times in the exchange's books")

    def _state(self) -> State:
        assert self._exchange is not None
        return self._exchange.state()

    def _blame(self, kind: str, what: str) -> None:
        self.violations.setdefault(what, kind)
