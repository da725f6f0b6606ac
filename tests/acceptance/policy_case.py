"""One case of a guard, from its files: a batch, a policy that denies something of it, and one that passes it.

``NAME.batch.yaml`` says at the end of a line what is found there (``# deny: rule``, ``# warn: rule``), and in
lines at its top under which circumstances. ``NAME.earlier.yaml``, where there is one, was applied before, and
is in a journal; the orders of ``NAME.standing.yaml`` were placed by others, and are open.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from runner.batchfile import parse, parse_policy
from runner.domain import RestingOrder, parse_rfc3339
from runner.journal import Ledger, read_entries
from runner.planning import Plan, decide, plan
from runner.policy import CheckPhase, Gate, sent_in
from runner.review import evaluate_policy
from tests.policy.markets import NOW, market_of
from tests.simulation.world import World

if TYPE_CHECKING:
    from runner.domain import Batch, Policy
    from runner.policy import SentCancel, SentOrder

FOLDER = Path(__file__).parent / "policies"
NAMES = sorted(path.name.removesuffix(".batch.yaml") for path in FOLDER.glob("*.batch.yaml"))
_MARK = re.compile(r"# (deny|warn): ([\w-]+)$")
_AN_HOUR_S = 3600

Mark = tuple[int, str, str]
"""A line, ``deny`` or ``warn``, and the name of a rule."""


@dataclass(frozen=True)
class Case:
    """A case by its name."""

    name: str

    def _text(self, part: str) -> str:
        return (FOLDER / f"{self.name}.{part}.yaml").read_text("utf-8")

    @cached_property
    def batch(self) -> Batch:
        """The batch, which is valid."""
        parsed = parse(self._text("batch").encode(), f"{self.name}.batch.yaml")
        assert parsed.batch is not None, parsed.problems
        return parsed.batch

    def policy(self, part: str = "denies") -> Policy:
        """The policy that ``denies`` something, or the one that ``passes`` all."""
        parsed = parse_policy(self._text(part).encode(), f"{self.name}.{part}.yaml")
        assert parsed.policy is not None, parsed.problems
        return parsed.policy

    @cached_property
    def marks(self) -> list[Mark]:
        """Return what is to be found, as the batch file says."""
        lines = enumerate(self._text("batch").splitlines(), 1)
        found = [(number, _MARK.search(line)) for number, line in lines]
        return [(number, mark[1], mark[2]) for number, mark in found if mark is not None]

    def _said(self, word: str) -> str | None:
        found = re.search(rf"^# {word}: (.+)$", self._text("batch"), re.MULTILINE)
        return found[1] if found else None

    @property
    def only_when_sending(self) -> bool:
        """Return whether the rules hang on what the exchange answers, which no plan knows."""
        return "rules that only the send path can ask" in self._text("batch")

    @property
    def now(self) -> float:
        """Return when it is."""
        text = self._said("now")
        return NOW if text is None else parse_rfc3339(text)

    @cached_property
    def earlier(self) -> list[SentOrder | SentCancel]:
        """Return what the journal of the earlier batch says was sent, an hour before."""
        if not (FOLDER / f"{self.name}.earlier.yaml").exists():
            return []
        batch = parse(self._text("earlier").encode(), "earlier.yaml").batch
        assert batch is not None
        world = World(began_at=self.now - _AN_HOUR_S)
        world.apply(batch)
        return list(sent_in(read_entries(world.journal)))

    def world(self) -> World:
        """A world in which nothing of the batch was sent, with what others have open."""
        world = World(began_at=self.now)
        if (FOLDER / f"{self.name}.standing.yaml").exists():
            batch = parse(self._text("standing").encode(), "standing.yaml").batch
            assert batch is not None
            world.apply(batch)
            world.journal.clear()
            world.sent.clear()
            world.now = self.now
        return world

    @property
    def plan(self) -> Plan:
        """The batch as it would be sent, nothing of it being there yet."""
        found = plan(self.batch, Ledger(), run_key="", venue=self._said("venue") or "paper")
        return found if self._said("account") == "none" else decide(found, _resting(self.world()))

    def gate(self, policy: Policy) -> Gate:
        """A gate for a run that begins now."""
        market = None if self._said("market") == "none" else market_of(at=self.now)
        plan = self.plan
        return Gate(policy, plan.run, plan.venue, market=market, sent=self.earlier, phase=CheckPhase.SEND)

    def foreseen(self, policy: Policy) -> list[Mark]:
        """Return what a policy says before anything is sent."""
        rulings = evaluate_policy(self.plan, self.gate(policy), self.now)
        return sorted((r.place.line, r.violation.answer.value, r.violation.rule) for r in rulings)

    def left(self, policy: Policy) -> tuple[set[int], World]:
        """The lines whose messages leave when only the send path checks; and the world afterwards."""
        world = self.world()
        world.apply(self.batch, gate=self.gate(policy))
        # Orders with a close have no client id, and are known by their user reference.
        adds = {str(frame.get("cl_ord_id") or frame["userref"]) for frame in world.frames("addOrder")}
        ids = {text for frame in world.frames("cancelOrder") for text in frame["txid"]}
        requests = [(order.place.line, order.request) for order in self.plan.orders()]
        orders = {line for line, request in requests if str(request.cl_ord_id or request.userref) in adds}
        cancels = {c.place.line for group in self.plan.groups for c in group.cancel if c.sent_as in ids}
        return orders | cancels, world


def _resting(world: World) -> list[RestingOrder]:
    """Return the open orders of a world, as an account has them."""
    return [
        RestingOrder(
            txid=txid,
            pair=order.terms.pair,
            type=order.terms.type,
            ordertype=order.terms.ordertype,
            volume=order.terms.volume,
            userref=str(order.terms.userref) if order.terms.userref else None,
        )
        for txid, order in world.exchange.state().live.items()
    ]
