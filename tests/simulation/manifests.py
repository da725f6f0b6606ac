"""The manifests of one world, compared with what was booked."""

from __future__ import annotations

from collections import Counter, defaultdict
from graphlib import TopologicalSorter
from typing import TYPE_CHECKING, Any

from runner.domain import OnReject
from runner.planning.planned_order import NO_LONGER_IN_THE_FILE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from runner.domain import Group, Order
    from tests.simulation.barriers import Waits
    from tests.simulation.facts import Facts
    from tests.simulation.protection import Protection
    from tests.simulation.witness import Witness


def _orders_of(manifest: dict[str, Any]) -> Iterator[tuple[tuple[str, str], dict[str, Any]]]:
    """Each order with the group and the id that its file gave it."""
    for group in manifest["groups"]:
        for order in group["orders"]:
            yield (order.get("group", group["name"]), order["id"]), order


def _seen(orders: Iterable[dict[str, Any]]) -> bool:
    """Return whether a manifest says of any of these orders that it was seen at the exchange."""
    return any(order["state"] not in (None, "accepted") for order in orders)


class Manifests:
    """``witnesses``: what each machine has made durable and sent."""

    def __init__(
        self, facts: Facts, protection: Protection, witnesses: dict[str, Witness], waits: Waits
    ) -> None:
        self._facts = facts
        self._protection = protection
        self._witnesses = witnesses
        self._waits = waits
        self._blame = facts.blame
        self.listed: set[str] = set()
        self._orphans: defaultdict[str, set[str]] = defaultdict(set)

    def check(self, name: str, manifest: dict[str, Any]) -> None:
        """Everything that is booked is in the manifest with its txid, or is said to be unresolved."""
        rows: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
        for key, order in _orders_of(manifest):
            volume = self._facts.volumes[key]
            rows[volume].append(order)
            # Of twins it is unknown which of them has ended.
            alone = self._facts.planned[volume] == 1 and not self._facts.said_to_be(volume)
            wanted = self._facts.order_of[volume]
            if alone and order["outcome"] == "placed" and self._protection.was_shown_ended(name, wanted):
                self._blame("ended", f"{'/'.join(key)} is said to be placed, and has ended")
        self._check_orphans(name, manifest)
        for volume, orders in rows.items():
            if any(o["outcome"] == "unresolved" and not o["error"] for o in orders):
                self._blame("unresolved", f"{volume} is unresolved, without a reason")
            self._check_rows(name, volume, orders)

    def _check_orphans(self, name: str, manifest: dict[str, Any]) -> None:
        """Check that each manifest lists what was called no longer in the file, while it is open."""
        listed, live = set(), self._facts.state().live
        for group in manifest["groups"]:
            for order in group["orders"]:
                listed.add(order["txid"])
                if group["name"] == NO_LONGER_IN_THE_FILE and order["txid"] is not None:
                    self._orphans[name].add(order["txid"])
        if forgotten := (self._orphans[name] & live.keys()) - listed:
            self._blame(
                "forgotten", f"{forgotten} is open, is no longer in the file, and is not listed again"
            )

    def _check_rows(self, name: str, volume: str, orders: list[dict[str, Any]]) -> None:
        """Orders of one volume: one, or twins."""
        placed = [order["txid"] for order in orders if order["outcome"] in ("placed", "ended")]
        booked = self._facts.booked.get(volume, [])
        if len(placed) == len(orders) and placed == booked:
            self.listed.update(placed)
            return
        if wrongly := set(placed) - self._protection.txids_of(volume):
            self._blame("claim", f"{volume} is said to be placed as {wrongly}, and is not there")
        listed = {txid for order in orders for txid in (order["txid"], *order.get("txids", ()))}
        self.listed |= listed
        untold = set(booked) - listed
        if untold and self._facts.runners == 1:
            self._check_untold(name, volume, orders, untold)

    def _check_untold(self, name: str, volume: str, orders: list[dict[str, Any]], untold: set[str]) -> None:
        facts = self._facts
        if facts.is_hidden(volume) and facts.came_to_nothing(volume):
            return
        shown = {txid for txid in untold if self._protection.knows(name, txid)}
        if shown and facts.planned[volume] == 1:
            self._blame("unlisted", f"{volume} was shown as {shown}, which the manifest does not say")
        # What only another machine has sent may be skipped, by a run that did not get as far as to find it.
        theirs = volume not in self._witnesses[name].sendings
        skipped = theirs and all(order["outcome"] == "skipped" for order in orders)
        # One that denies an order, or calls it otherwise, and never shows it, gives nothing to report.
        deceived = volume in facts.denied or (facts.said_to_be(volume) and not _seen(orders))
        unresolved = sum(order["outcome"] == "unresolved" for order in orders)
        if len(untold) > unresolved and not skipped and (shown or not deceived):
            self._blame("loss", f"{volume} is booked as {untold}, which the manifest does not say")

    def left_out(self) -> set[str]:
        """Orders at the exchange that the file has no more, and that no manifest has ever named."""
        facts = self._facts
        return {
            volume
            for volume in facts.taken_out
            if not self.listed.issuperset(facts.booked.get(volume, ()))
            and not facts.is_hidden(volume)
            and not facts.came_to_nothing(volume)
        }

    def conclude(self, manifest: dict[str, Any]) -> None:
        """After a last quiet run: all is as after an undisturbed one; its manifest is checked by now."""
        outcomes = {key: order["outcome"] for key, order in _orders_of(manifest)}
        live = self._facts.state().live
        for group in self._reached():
            for order in group.orders:
                self._check_in_the_end(group, order, outcomes[group.name, order.id])
            if any(txid in live for txid in self._protection.txids_due(group)):
                self._blame("loss", f"what {group.name} was to cancel is still open in the end")
        if forgotten := self._protection.cancels_left_out():
            self._blame("loss", f"no outcome of canceling {forgotten}, taken out of the file")
        if left := self.left_out():
            self._blame("loss", f"{left}, which the file has no more, was never said to be at the exchange")
        self._check_exchange()

    def _check_in_the_end(self, group: Group, order: Order, outcome: str) -> None:
        volume = order.volume
        if outcome == "unresolved" or volume in self._facts.refused or volume in self._facts.disowned:
            return
        if self._facts.is_missing(order):
            self._blame("loss", f"{group.name}/{order.id} is not placed in the end")
        elif outcome != "placed" and not self._protection.has_ended(order):
            self._blame("loss", f"{group.name}/{order.id} is placed, and {outcome} in the end")

    def _reached(self) -> list[Group]:
        """The groups that nothing excuses from having been carried out."""
        if self._facts.reused or self._facts.disowned:
            return []  # All of it is refused.
        reached: list[Group] = []
        well: set[str] = set()
        groups = {group.name: group for group in self._facts.batch.groups}
        for name in TopologicalSorter({group.name: group.needs for group in groups.values()}).static_order():
            group = groups[name]
            accepts = group.on_reject is OnReject.CONTINUE
            clean = accepts or not self._protection.failed_of(group)
            clean = clean and group.name not in self._waits.taken_back and self._waits.let_pass(group)
            # An exchange that says no to an order every time keeps a group waiting for room.
            waits = group.hold and any(order.volume in self._facts.refused for order in group.orders)
            if clean and not waits and well.issuperset(group.needs):
                reached.append(group)
                if accepts or not (group.cancel and self._protection.holds_back(group)):
                    well.add(group.name)
        return reached

    def _check_exchange(self) -> None:
        """The ledger and the exchange's own books agree, so neither has overlooked an order."""
        state = self._facts.state()
        volumes = Counter(
            f"{order.terms.volume:.4f}"
            for order in [*state.live.values(), *state.ended.values()]
            if order.terms.refid is None  # the exchange itself places orders for a ``close``
        )
        for volume in self._facts.planned:
            if volumes[volume] != len(self._facts.booked.get(volume, ())):
                self._blame("books", f"{volume} is {volumes[volume]} times in the exchange's books")
