"""The gate: it checks every message that is about to be sent, and holds back what a rule denies.

It remembers what it has let pass, what was sent before, and how the exchange answered. Everything else is
an argument; the same questions in the same order get the same answers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from runner.domain import AllowedTimes, AllowedVenues, Answer, MaxCancels, RunId
from runner.journal import CancelIntent, OrderIntent
from runner.kraken import terms_of

from .checks import Detail, find_breaches
from .context import Answers, CancelId, CheckPhase, OrderContext, day_of, display_amount, is_about
from .draws import Draw, draw_of_cancel, draws_of_order, is_drawn
from .history import SentCancel, SentOrder
from .hours import on_the_wall, outside
from .limits import LIMITS, Limit, cancel_limit, exceeds, limit_of
from .prices import NoPrice
from .tallies import Tallies
from .violation import Denial, Violation, denial_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from runner.domain import Market, OrderKey, Policy, Rule
    from runner.journal import Entry
    from runner.kraken import AddOrder


PRICES_HOLD_S = 120.0
"""Maximum age of the prices for a message that is sent now."""

_Canceled = tuple[RunId, str, str]
"""One order of a group's cancellation; however often it is sent, it counts once."""


class Gate:
    """A policy at one venue, for one run. ``sent`` is what was sent before, of this batch and of all others.

    ``market`` may be replaced during a run, when prices were refreshed.
    """

    def __init__(
        self,
        policy: Policy,
        run: RunId,
        venue: str,
        *,
        market: Market | None = None,
        sent: Iterable[SentOrder | SentCancel] = (),
        phase: CheckPhase = CheckPhase.SEND,
    ) -> None:
        self.market = market
        self._run = run
        self._venue = None if phase is CheckPhase.FILE else venue
        self._phase = phase
        self._rules = tuple(rule for rule in policy.rules if self._holds(rule))
        self._limiting = tuple(rule for rule in self._rules if isinstance(rule.check, LIMITS))
        self._tallies = Tallies()
        self._canceled: dict[tuple[str, Hashable], set[_Canceled]] = defaultdict(set)
        self._uncounted: dict[tuple[str, Hashable], dict[_Canceled, str]] = defaultdict(dict)
        self._draws: dict[Hashable, list[Draw]] = {}  # of each message that was let pass last
        self._stale = False
        self._answered = 0
        self._rejected = 0
        for entry in sent:
            self._count_sent(entry)

    def _holds(self, rule: Rule) -> bool:
        return not rule.only.venues or self._venue is None or self._venue in rule.only.venues

    # --- the send path ---

    def admit(self, key: OrderKey, request: AddOrder, now: float) -> Denial | None:
        """Return the denial of an order; None if it may leave, and then it counts from now on."""
        return denial_of(self.ask(key, request, now))

    def admit_cancel(
        self, group: str, ids: Sequence[CancelId], now: float, *, unwind: bool = False
    ) -> Denial | None:
        """Return the denial of a ``cancelOrder``, None if it may leave. Unwinding is never denied."""
        return denial_of(self.ask_cancel(group, ids, now, unwind=unwind))

    def record_reply(self, *, rejected: bool) -> None:
        """Record the exchange's answer to an order of this run."""
        self._answered += 1
        self._rejected += rejected

    def draws_of(self, entries: Iterable[Entry]) -> list[Draw]:
        """Return what the intents among some entries take of the limits of a day."""
        return [
            replace(draw, reqid=entry.reqid)
            for entry in entries
            if isinstance(entry, OrderIntent | CancelIntent)
            for draw in self._draws.get(_message_of(entry), ())
        ]

    # --- the same, with everything that the rules have to say ---

    def ask(self, key: OrderKey, request: AddOrder, now: float) -> tuple[Violation, ...]:
        """Return the rules' violations to an order. If none denies it, it counts from now on."""
        context = self._context(self._run, key, request, now)
        limits = list(self._limits(context))
        violations = (*self._check_rules(context), *self._check_limits(limits, context.owner))
        if denial_of(violations) is None:
            self._draws[key.group, key.id] = draws_of_order(limits, context, self._tallies)
            self._count(limits, context.owner)
        return violations

    def ask_cancel(
        self, group: str, ids: Sequence[CancelId], now: float, *, unwind: bool = False
    ) -> tuple[Violation, ...]:
        """Return the rules' violations to a ``cancelOrder``. If none denies it, it counts from now on."""
        violations = () if unwind else (*self._time_and_venue(now), *self._check_cancels(group, ids, now))
        if denial_of(violations) is None:
            self._draw_cancels(group, ids, now, unwind=unwind)
            self._count_cancels(self._run, group, ids, now)
        return violations

    def _check_rules(self, context: OrderContext) -> Iterator[Violation]:
        for rule in self._rules:
            for detail in find_breaches(rule, context):
                yield self._violation(rule, detail)

    def _check_limits(self, limits: Iterable[tuple[Rule, Limit]], owner: Hashable) -> Iterator[Violation]:
        for rule, limit in limits:
            before = (
                self._tallies.before((rule.name, limit.bucket), owner)
                if limit.bucket is not None
                else Decimal()
            )
            match exceeds(limit, before):
                case NoPrice() as unknown:
                    yield self._violation(rule, unknown)
                case (earlier, total):
                    yield self._violation(rule, _sum(total, earlier, limit.most, limit.unit, limit.of))

    def _check_cancels(self, group: str, ids: Sequence[CancelId], now: float) -> Iterator[Violation]:
        names, unknown = _orders_of(self._run, group, ids)
        for rule in self._rules:
            if isinstance(rule.check, MaxCancels) and (shared := cancel_limit(rule.check, self._run, now)):
                bucket, of = shared
                before = len(self._canceled[rule.name, bucket] - names)
                total = before + len(names) + len(unknown)
                uncounted = {**self._uncounted[rule.name, bucket], **unknown}
                if total > rule.check.most:
                    yield self._violation(rule, _sum(total, before, rule.check.most, "cancels", of))
                elif uncounted:
                    why = f"how many orders the userref {next(iter(uncounted.values()))} has is not known"
                    yield self._violation(rule, NoPrice(why))

    def _time_and_venue(self, now: float) -> Iterator[Violation]:
        """Yield violations to the time and the venue; these rules apply to cancellations as well."""
        if self._venue is None:
            return
        for rule in self._rules:
            match rule.check:
                case AllowedTimes() as times if outside(times, now) and not _is_narrow(rule):
                    yield self._violation(rule, f"it is {on_the_wall(times, now)}")
                case AllowedVenues(allow) if self._venue not in allow and not _is_narrow(rule):
                    yield self._violation(rule, f"{self._venue} is not {' or '.join(allow)}")

    def _violation(self, rule: Rule, detail: Detail) -> Violation:
        answer = rule.answer
        if isinstance(detail, NoPrice):
            detail = f"{detail.why}; what was read is too old" if self._stale else detail.why
            answer = rule.answer if self._phase is CheckPhase.SEND else Answer.UNCHECKED
        return Violation(rule=rule.name, answer=answer, message=rule.message, detail=detail)

    # --- what is counted ---

    def _limits(self, context: OrderContext) -> Iterator[tuple[Rule, Limit]]:
        for rule in self._limiting:
            if not is_about(rule.only, context.pair, context.order):
                continue
            if (limit := limit_of(rule.check, context)) is not None:
                yield rule, limit

    def _count(self, limits: Iterable[tuple[Rule, Limit]], owner: Hashable) -> None:
        for rule, limit in limits:
            if limit.bucket is not None:
                self._tallies.put((rule.name, limit.bucket), owner, limit.amount)

    def _draw_cancels(self, group: str, ids: Sequence[CancelId], now: float, *, unwind: bool) -> None:
        names, unknown = _orders_of(self._run, group, ids)
        drawn = [
            draw_of_cancel(rule, self._canceled[rule.name, day_of(now)], names, len(unknown), now)
            for rule in self._rules
            if isinstance(rule.check, MaxCancels) and is_drawn(rule)
        ]
        self._draws[group, tuple(id.text for id in ids)] = [
            replace(draw, most=None) if unwind else draw for draw in drawn if draw.amount
        ]

    def _count_cancels(self, run: RunId, group: str, ids: Sequence[CancelId], now: float) -> None:
        names, unknown = _orders_of(run, group, ids)
        for rule in self._rules:
            shared = cancel_limit(rule.check, run, now)
            if shared is not None:
                bucket = (rule.name, shared[0])
                self._canceled[bucket] |= names
                self._uncounted[bucket] |= unknown
                for name in names & self._uncounted[bucket].keys():
                    del self._uncounted[bucket][name]

    def _count_sent(self, sent: SentOrder | SentCancel) -> None:
        if isinstance(sent, SentOrder):
            context = self._context(sent.run, sent.key, sent.request, sent.at)
            self._count(self._limits(context), context.owner)
        else:
            self._count_cancels(sent.run, sent.group, sent.ids, sent.at)

    def _context(self, run: RunId, key: OrderKey, request: AddOrder, now: float) -> OrderContext:
        self._stale = self.market is not None and now > self.market.at + PRICES_HOLD_S
        return OrderContext(
            run=run,
            key=key,
            request=request,
            terms=terms_of(request),
            now=now,
            venue=self._venue,
            market=None if self._stale else self.market,
            answers=Answers(answered=self._answered, rejected=self._rejected),
        )


def _message_of(intent: OrderIntent | CancelIntent) -> Hashable:
    return intent.group, intent.id if isinstance(intent, OrderIntent) else intent.txid


def _sum(total: Decimal | int, before: Decimal | int, most: Decimal | int, unit: str, of: str) -> str:
    earlier = f", after {display_amount(Decimal(before))} before" if before else ""
    return (
        f"{display_amount(Decimal(total))} {unit}{earlier}; at most {display_amount(Decimal(most))} for {of}"
    )


def _orders_of(
    run: RunId, group: str, ids: Iterable[CancelId]
) -> tuple[set[_Canceled], dict[_Canceled, str]]:
    """Return the orders of a cancellation, and the ids with an unknown number of orders.

    An id without orders counts as one.
    """
    known: set[_Canceled] = set()
    unknown: dict[_Canceled, str] = {}
    for id in ids:
        if id.orders is None:
            unknown[run, group, id.text] = id.text
        else:
            known |= {(run, group, order) for order in id.orders or (id.text,)}
    return known, unknown


def _is_narrow(rule: Rule) -> bool:
    """Return whether a rule is about some orders only, and therefore not about cancellations."""
    return bool(rule.only.pairs or rule.only.types or rule.only.ordertypes)
