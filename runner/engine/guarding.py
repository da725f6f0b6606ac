"""Where the engine asks before a message leaves, and what a plan is told before anything does.

It knows no rule: whoever keeps the gate does, and a gate that nobody keeps is open.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from runner.domain import Answer, Problem
from runner.guards import CancelId

from .disposition import MAY_LEAVE, CancelDisposition

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from runner.domain import OrderKey, Place
    from runner.guards import Gate, Objection
    from runner.protocol import AddOrder

    from .plan import Plan, PlannedGroup
    from .planned_cancel import PlannedCancel


class Keeper(Protocol):
    """Who is asked about every message. The answers say why it must not leave; they are empty when it may."""

    def admit(self, key: OrderKey, request: AddOrder, now: float) -> str:
        """About an order, as it is about to leave."""

    def admit_cancel(self, group: str, ids: Sequence[CancelId], now: float, *, unwind: bool = False) -> str:
        """About a ``cancelOrder`` with these ids. ``unwind``: it takes back what the group had placed."""

    def answered(self, *, rejected: bool) -> None:
        """The exchange has answered an order that was sent."""


class OpenGate:
    """Nobody has a policy: everything may leave."""

    def admit(self, key: OrderKey, request: AddOrder, now: float) -> str:
        """It may."""
        return ""

    def admit_cancel(self, group: str, ids: Sequence[CancelId], now: float, *, unwind: bool = False) -> str:
        """It may."""
        return ""

    def answered(self, *, rejected: bool) -> None:
        """Nothing hangs on it."""


OPEN_GATE = OpenGate()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """An objection with the place in the batch file that it is about; ``subject`` names what stands there.

    ``order`` is the order that it is about, None where it is about the cancellation of ``group``.
    """

    objection: Objection
    subject: str
    place: Place
    group: str = ""
    order: OrderKey | None = None

    def problem(self, file: str) -> Problem:
        """The same as something that is wrong with a batch file, at its line."""
        said = self.objection
        return Problem(
            file,
            self.place.line,
            self.place.column,
            self.subject,
            f"{_WORDS[said.answer]} {said.rule}: {said.message}",
            said.detail,
            rule=f"policy-{said.answer.value}",
            warning=not said.denies,
        )

    def row(self) -> dict[str, str | int]:
        """The same as plain data."""
        said = self.objection
        return {
            "rule": said.rule,
            "answer": said.answer.value,
            "message": said.message,
            "detail": said.detail,
            "subject": self.subject,
            "line": self.place.line,
            "column": self.place.column,
        }


_WORDS = {
    Answer.DENY: "denied by",
    Answer.WARN: "warning of",
    Answer.UNCHECKED: "not checked for",
}


def foresee(plan: Plan, gate: Gate, now: float) -> tuple[Ruling, ...]:
    """What a gate would say of a run that begins now, if everything went well; in the file's order.

    The gate counts what it lets pass, so it is of no use for the run itself.
    """
    return tuple(
        ruling
        for group in plan.groups
        for ruling in (*_about_orders(plan, group, gate, now), *_about_cancel(plan, group, gate, now))
    )


def _about_orders(plan: Plan, group: PlannedGroup, gate: Gate, now: float) -> Iterator[Ruling]:
    for order in group.orders:
        if plan.becomes(order) in MAY_LEAVE:
            for objection in gate.ask(order.key, order.request, now):
                yield Ruling(
                    objection=objection,
                    subject=str(order.key),
                    place=order.place,
                    group=group.name,
                    order=order.key,
                )


def _about_cancel(plan: Plan, group: PlannedGroup, gate: Gate, now: float) -> Iterator[Ruling]:
    leaving = (CancelDisposition.SEND, CancelDisposition.DENIED)
    cancels = [cancel for cancel in group.cancel if plan.cancel_becomes(group, cancel) in leaving]
    if cancels:
        ids = [_id(plan, group, cancel) for cancel in cancels]
        for objection in gate.ask_cancel(group.name, ids, now):
            yield Ruling(
                objection=objection,
                subject=f"{group.name}, cancel",
                place=cancels[0].place,
                group=group.name,
            )


def _id(plan: Plan, group: PlannedGroup, cancel: PlannedCancel) -> CancelId:
    """What a cancellation would take away: of a user reference what the account has open, and what this batch
    places under it until then."""
    if not cancel.userref or cancel.sent_as is None:
        return CancelId.of(cancel.sent_as or cancel.ref)
    opened = plan.dispositions.open
    if not opened.read:
        return CancelId(cancel.sent_as, None)
    until = plan.groups[: plan.groups.index(group) + 1]
    own = [
        str(order.key)
        for one in until
        for order in one.orders
        if order.request.userref == cancel.sent_as and plan.becomes(order) in MAY_LEAVE
    ]
    resting = (order.txid for order in opened.with_userref(cancel.sent_as))
    return CancelId(cancel.sent_as, (*resting, *own))
