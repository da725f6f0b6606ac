"""The review of a plan: its totals and all findings. Pure.

The caller decides by ``Review.errors`` whether the findings stop a run.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from runner.domain import Gap, Subject
from runner.kraken import Tier
from runner.planning import claims_of

from .api_key import NO_KEY
from .books import book_findings
from .checks import order_findings
from .crossing import crossing_findings
from .findings import Finding, FindingRule, Severity
from .funds import funds_of
from .looks.ranking import second_looks
from .open_totals import open_order_findings
from .reliance import reliance_findings
from .snapshot import ReviewedGroup, ReviewedOrder, take_snapshot
from .totals import Converter, Totals, totals_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from decimal import Decimal

    from runner.domain import Account, Market, OrderKey
    from runner.planning import Plan, PlannedOrder

    from .api_key import KeyReview
    from .looks.second_look import SecondLook
    from .plans.batch_diff import Diff

REPORTING: Final = "USD"
NOTHING_TAKEN: Final[Mapping[OrderKey, str]] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """A plan with its review. ``now`` is Unix seconds; ``groups`` and ``findings`` are in the file's order.

    ``second_looks`` are what may not have been meant, with most money at stake first.
    ``unchecked`` names the checks that could not be made. ``gaps`` are the data that the exchange did not
    return. ``unheld`` is the reason why the journal's claims were not compared with the exchange; None if
    they were, or if there are none. ``unlooked`` is the reason why the account's history was not looked
    through for orders of the plan; None if it was, or is of no interest. ``key`` is about the API key.
    """

    plan: Plan
    market: Market | None
    account: Account | None
    now: float
    groups: tuple[ReviewedGroup, ...]
    findings: tuple[Finding, ...]
    totals: Totals
    unchecked: tuple[str, ...]
    gaps: tuple[Gap, ...]
    converter: Converter
    unheld: Gap | None = None
    unlooked: Gap | None = None
    second_looks: tuple[SecondLook, ...] = ()
    key: KeyReview = NO_KEY

    def reported(self, amount: Decimal | None, currency: str) -> Decimal | None:
        """Return an amount in the reporting currency; None if the market has no rate."""
        return self.converter.convert(amount, currency)

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings that have to be corrected before anything is sent."""
        return tuple(finding for finding in self.findings if finding.severity is Severity.ERROR)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """The findings that are worth knowing and stop nothing."""
        return tuple(finding for finding in self.findings if finding.severity is Severity.WARNING)

    def orders(self) -> Iterator[ReviewedOrder]:
        """All orders in the file's order."""
        return (order for group in self.groups for order in group.orders)


def review(
    plan: Plan,
    market: Market | None,
    account: Account | None,
    now: float,
    *,
    reporting: str = "",
    tier: Tier = Tier.STARTER,
    gaps: Sequence[Gap] = (),
    unheld: str = "",
    unlooked: str = "",
    taken: Mapping[OrderKey, str] = NOTHING_TAKEN,
    diff: Diff | None = None,
    key: KeyReview = NO_KEY,
) -> Review:
    """Review a plan with a market and an account; either is None if it was not read.

    The review's plan knows the account's open orders. ``now`` is Unix seconds. ``reporting`` is the currency
    of totals, the batch's own if it is empty; ``tier`` is the account's, ``diff`` the difference to the
    version before. ``gaps`` are the data that could not be read; ``unheld`` is the reason
    why the journal was not compared with the exchange, empty if it was; ``unlooked`` is the same for the
    account's history. ``taken``: a reason for each order
    that is refused because its own id is taken. ``key`` is about the API key.
    """
    claims = Gap(Subject.CLAIMS, unheld) if unheld and claims_of(plan) else None
    history = Gap(Subject.HISTORY, unlooked) if unlooked else None
    unknown = filter(None, (claims, history, key.gap))
    snapshot = take_snapshot(plan, market, account, now, tier, not_ours=taken)
    funds = funds_of(snapshot)
    converter = Converter(market, reporting or reporting_currency([plan]))
    unread = any(gap.subject is Subject.PRICES for gap in gaps)
    findings = [
        *order_findings(snapshot),
        *(() if unread else book_findings(snapshot)),
        *crossing_findings(snapshot),
        *open_order_findings(snapshot),
        *reliance_findings(snapshot),
        *funds.findings,
        *(_taken_finding(order, why, plan) for order in plan.orders() if (why := taken.get(order.key))),
    ]
    return Review(
        plan=snapshot.plan,
        market=market,
        account=account,
        now=now,
        groups=snapshot.groups,
        # Sorted by place alone: what is found at one place keeps the order of the checks.
        findings=tuple(sorted(findings, key=lambda finding: finding.place)),
        totals=totals_of(snapshot, funds, converter),
        unchecked=tuple(_unchecked_parts(market, account, [*gaps, *unknown])),
        gaps=(*gaps, *key.gaps),
        converter=converter,
        unheld=claims,
        unlooked=history,
        second_looks=second_looks(snapshot, converter, diff),
        key=key,
    )


def reporting_currency(plans: Iterable[Plan]) -> str:
    """Return the currency that all orders of some plans are paid in; US dollars if there are several."""
    currencies = {order.terms.quote for plan in plans for order in plan.orders()}
    return currencies.pop() if len(currencies) == 1 else REPORTING


def _taken_finding(order: PlannedOrder, why: str, plan: Plan) -> Finding:
    return Finding(
        file=plan.file,
        place=order.place,
        subject=str(order.key),
        rule=FindingRule.OWN_ID,
        severity=Severity.ERROR,
        message=why,
    )


def _unchecked_parts(market: Market | None, account: Account | None, gaps: Sequence[Gap]) -> Iterator[str]:
    known = {gap.subject: str(gap) for gap in gaps}
    subjects = []
    if market is None:
        subjects.append(Subject.PAIRS)
    if market is None or account is None or account.balances is None:
        subjects.append(Subject.BALANCES)
    if account is None or account.orders is None:
        subjects.append(Subject.ORDERS)
    subjects += [subject for subject in known if subject not in subjects]
    return (known.get(subject, subject.value) for subject in sorted(subjects, key=list(Subject).index))


def errors_of(plan: Plan, review: Review | None = None) -> int:
    """Return how many things have to be put right before anything of a plan is sent."""
    return len(plan.changed) + len(plan.denied) + (len(review.errors) if review else 0)
