"""The runs of journals: who began each, what came of it, and what its orders have cost, as far as is known.

An order is counted in the run that sent it, with the newest figures that its journal has of it. What is not
known is counted as unknown, and never as nothing.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from runner.domain import OrderKey, OrderOutcome, OrderState, decimal_text, parse_decimal, parse_rfc3339

from .entries import OrderIntent, OrderPlaced, RunStarted
from .ledger import CancelRecord, Ledger, fold
from .manifest import manifest
from .order_record import ACCEPTED, OrderRecord

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from .entries import Entry

_MOST_DECIMALS: Final = 30
_OVER: Final = frozenset({"closed", "canceled", "expired"})
"""The exchange's words for an order of which no more is executed."""

_SEEN: Final = (OrderState.OPEN, OrderState.ENDED)
"""Of such an order it was shown how much was executed, if anything was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunMoney:
    """The worth of what orders have traded in one currency, and the fees.

    The sums are those of the ``known`` orders. ``unknown`` ones may have been executed, at a cost that is not
    known; ``open`` are those known ones that were open when they were last seen, so that more of them may
    have been executed since. ``currency`` is empty where not even that is known.
    """

    currency: str
    worth: Decimal = Decimal()
    fees: Decimal = Decimal()
    known: int = 0
    unknown: int = 0
    open: int = 0

    def row(self) -> dict[str, Any]:
        """Return the same as plain data: amounts as text, None where nothing is known."""
        return {
            "currency": self.currency or None,
            "worth": decimal_text(self.worth, _MOST_DECIMALS) if self.known else None,
            "fees": decimal_text(self.fees, _MOST_DECIMALS) if self.known else None,
            "known": self.known,
            "unknown": self.unknown,
            "open": self.open,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class PastRun:
    """A run in a journal; ``number`` counts those of its batch and run key from 1.

    ``account`` and ``exchange`` are whose orders they were, ``place`` is where the journal is. ``at`` and
    ``ended_at`` are RFC 3339; a run that is under way or was killed has no end, and the outcome
    ``unfinished``. ``user``, ``actor`` (in CI), ``host``, ``job`` and ``revision`` are as the run itself
    said; all of these are None where unknown. ``orders`` are its orders by outcome, when it ended.
    """

    batch: str
    run_key: str
    number: int
    venue: str
    account: str | None
    exchange: str | None
    place: str
    at: str
    ended_at: str | None
    outcome: str
    reason: str
    user: str | None
    actor: str | None
    host: str | None
    job: str | None
    revision: str | None
    plan: str | None
    approvals: tuple[Mapping[str, Any], ...] = ()
    orders: Mapping[str, int] = field(default_factory=dict)
    money: tuple[RunMoney, ...] = ()

    @property
    def name(self) -> str:
        """The batch, the run key and the number, as ``history`` takes them: ``weekly@2026-W47#2``."""
        return f"{self.batch}@{self.run_key}#{self.number}" if self.run_key else f"{self.batch}#{self.number}"

    @property
    def who(self) -> str | None:
        """The one who began it: in CI the actor, elsewhere the user."""
        return self.actor or self.user

    def row(self) -> dict[str, Any]:
        """Return the same as plain data, in the published form."""
        names = ("batch", "run_key", "number", "venue", "account", "exchange", "place", "at", "ended_at")
        more = ("outcome", "reason", "user", "actor", "host", "job", "revision", "plan")
        return {
            "run": self.name,
            **{name: getattr(self, name) for name in (*names, *more)},
            "approvals": list(map(dict, self.approvals)),
            "orders": dict(self.orders),
            "money": [money.row() for money in self.money],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedRuns:
    """The runs to be listed: begun from ``since`` and before ``until`` (Unix seconds), and by what they are.

    ``user`` is a user or an actor in CI. What is None or empty leaves nothing out.
    """

    since: float | None = None
    until: float | None = None
    batch: str = ""
    account: str = ""
    user: str = ""
    outcome: str = ""

    def has(self, run: PastRun) -> bool:
        """Return whether a run is wanted."""
        pairs = ((self.batch, (run.batch,)), (self.account, (run.account,)), (self.outcome, (run.outcome,)))
        named = (*pairs, (self.user, (run.user, run.actor)))
        return all(not wanted or wanted in found for wanted, found in named) and self._is_in_time(run)

    def _is_in_time(self, run: PastRun) -> bool:
        try:
            at = parse_rfc3339(run.at)
        except ValueError:
            return True  # When it was is unknown, and it is not left out for that.
        return (self.since is None or at >= self.since) and (self.until is None or at < self.until)


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """Runs in the order in which they began. ``unread`` says in words which journals could not be read."""

    runs: tuple[PastRun, ...]
    unread: tuple[str, ...] = ()

    def by_day(self) -> dict[str, dict[str, RunMoney]]:
        """Return what was traded on each day of UTC, by currency; in the order of the days."""
        days: defaultdict[str, list[RunMoney]] = defaultdict(list)
        for run in self.runs:
            days[run.at[:10]] += run.money
        return {day: added(days[day]) for day in sorted(days)}

    def in_all(self) -> dict[str, RunMoney]:
        """Return what was traded in all, by currency."""
        return added(money for run in self.runs for money in run.money)


def added(amounts: Iterable[RunMoney]) -> dict[str, RunMoney]:
    """Return the sum of amounts in each currency, in the order of their names."""
    sums: dict[str, RunMoney] = {}
    for each in amounts:
        known = sums.get(each.currency, RunMoney(currency=each.currency))
        sums[each.currency] = RunMoney(
            currency=each.currency,
            worth=known.worth + each.worth,
            fees=known.fees + each.fees,
            known=known.known + each.known,
            unknown=known.unknown + each.unknown,
            open=known.open + each.open,
        )
    return dict(sorted(sums.items()))


def past_runs(entries: Sequence[Entry], *, place: str, account: str | None = None) -> list[PastRun]:
    """Return the runs of one journal. ``account`` is where the journal is kept for it, None to believe it."""
    ends, senders = [manifest(ledger) for ledger in _ledgers(entries)], _senders(entries)
    whole = fold(entries)
    money = _money_of(whole, senders)
    return [
        _past_run(number, started, end, money.get(number, ()), place=place, account=account)
        for number, (started, end) in enumerate(zip(whole.runs, ends, strict=True), 1)
    ]


def entries_until(entries: Sequence[Entry], number: int) -> list[Entry]:
    """Return what a journal held when a run had ended, or when the next one began."""
    begins = [at for at, entry in enumerate(entries) if isinstance(entry, RunStarted)]
    return list(entries[: begins[number]] if number < len(begins) else entries)


def _past_run(
    number: int,
    started: RunStarted,
    end: Mapping[str, Any],
    money: tuple[RunMoney, ...],
    *,
    place: str,
    account: str | None,
) -> PastRun:
    who = started.provenance or {}
    return PastRun(
        batch=started.batch,
        run_key=started.run_key,
        number=number,
        venue=started.venue,
        account=account or started.account,
        exchange=started.exchange,
        place=place,
        at=started.at,
        ended_at=end["finished_at"],
        outcome=end["outcome"],
        reason=end["reason"],
        user=who.get("user"),
        actor=who.get("actor"),
        host=who.get("host"),
        job=who.get("run"),
        revision=who.get("revision"),
        plan=started.plan,
        approvals=tuple(started.approvals),
        orders=end["totals"]["orders"],
        money=money,
    )


def _ledgers(entries: Sequence[Entry]) -> Iterator[Ledger]:
    """Yield the ledger as it was at the end of each run; the next one goes on with the same."""
    ledger = Ledger()
    for entry in entries:
        if isinstance(entry, RunStarted) and ledger.runs:
            yield ledger
        ledger.add(entry)
    if ledger.runs:
        yield ledger


def _senders(entries: Sequence[Entry]) -> dict[OrderKey, int]:
    """Return the run that has last sent each order; for one that none has sent, the run that found it."""
    run, senders = 0, dict[OrderKey, int]()
    for entry in entries:
        if isinstance(entry, RunStarted):
            run += 1
        elif isinstance(entry, OrderIntent):
            senders[OrderKey(entry.group, entry.id)] = run
        elif isinstance(entry, OrderPlaced):
            senders.setdefault(OrderKey(entry.group, entry.id), run)
    return senders


def _money_of(ledger: Ledger, senders: Mapping[OrderKey, int]) -> dict[int, tuple[RunMoney, ...]]:
    amounts: defaultdict[int, list[RunMoney]] = defaultdict(list)
    canceled = _canceled(ledger)
    for key, record in ledger.orders.items():
        if key in senders and (money := _traded(record, canceled.get(record.txid))) is not None:
            amounts[senders[key]].append(money)
    return {run: tuple(added(each).values()) for run, each in amounts.items()}


def _canceled(ledger: Ledger) -> dict[str | None, CancelRecord]:
    """Return the cancellations after which nothing more of an order is executed, by its txid."""
    settled = [each for each in (*ledger.cancels.values(), *ledger.unwinds.values()) if each.settled]
    return {txid: each for each in settled for txid in (each.txid, *each.matched)}


def _traded(record: OrderRecord, canceled: CancelRecord | None) -> RunMoney | None:
    """Return what one order has traded; None for one of which nothing can have been."""
    if record.outcome not in ACCEPTED and not record.in_doubt:
        return None
    _, _, currency = str((record.request or {}).get("pair", "")).partition("/")
    worth, fees = _figures(record, canceled)
    if worth is None or fees is None or not currency:
        return RunMoney(currency=currency, unknown=1)
    over = canceled is not None or _is_over(record)
    return RunMoney(currency=currency, worth=worth, fees=fees, known=1, open=0 if over else 1)


def _figures(record: OrderRecord, canceled: CancelRecord | None) -> tuple[Decimal | None, Decimal | None]:
    executed = record.executed
    volume = executed.vol_exec if executed is not None else record.vol_exec
    last = volume if canceled is None or canceled.vol_exec is None else canceled.vol_exec
    unseen = executed is not None and volume is None
    if record.in_doubt or unseen or _amount(last or "0") != _amount(volume or "0"):
        return None, None  # where the volume is another one, its cost is older than that
    if executed is not None and not executed.nothing_traded:
        return _amount(executed.cost), _amount(executed.fee)
    known = executed is not None or canceled is not None or record.state in _SEEN
    nothing = known and not _amount(last or "0")
    return (Decimal(), Decimal()) if nothing else (None, None)


def _is_over(record: OrderRecord) -> bool:
    word = record.executed.status if record.executed is not None else None
    ended = record.outcome is OrderOutcome.ENDED or record.state in (OrderState.FILLED, OrderState.ENDED)
    return ended or word in _OVER


def _amount(text: str | None) -> Decimal | None:
    try:
        return None if text is None else parse_decimal(text)
    except ValueError:
        return None
