"""All second looks at a plan, those with the most money at stake first."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from itertools import chain
from typing import TYPE_CHECKING, Final

from .account import account_looks
from .against import against_looks
from .market import market_looks
from .peers import peer_looks
from .second_look import Code
from .series import series_looks
from .shape import shape_looks
from .staleness import staleness_looks
from .survey import survey_of
from .uniformity import uniformity_looks

if TYPE_CHECKING:
    from collections.abc import Iterable

    from runner.domain import OrderKey
    from runner.review.plans.batch_diff import Diff
    from runner.review.snapshot import PlanSnapshot
    from runner.review.totals import Converter

    from .second_look import SecondLook

_SAID_BY: Final[dict[Code, set[Code]]] = {
    Code.VOLUME_SERIES: {Code.VOLUME_PEERS},
    Code.PRICE_PEERS: {Code.PRICE_SERIES},
    Code.WORTH_PEERS: {Code.VOLUME_PEERS, Code.PRICE_SERIES, Code.PRICE_PEERS},
}
"""The kinds that are not reported beside one with the same message."""


def second_looks(
    snapshot: PlanSnapshot, converter: Converter, diff: Diff | None = None
) -> tuple[SecondLook, ...]:
    """Return the second looks at a plan; those at one order are together."""
    survey = survey_of(snapshot, converter)
    looks = chain(
        market_looks(survey),
        shape_looks(survey),
        series_looks(survey),
        peer_looks(survey),
        uniformity_looks(survey),
        against_looks(survey, diff),
        account_looks(survey),
        staleness_looks(survey),
    )
    return tuple(ranked(looks))


def ranked(looks: Iterable[SecondLook]) -> list[SecondLook]:
    """Return looks by the money at stake, an unknown amount first, then in the file's order."""
    by_order: defaultdict[OrderKey, dict[Code, SecondLook]] = defaultdict(dict)
    for look in looks:
        by_order[look.order].setdefault(look.code, look)
    orders = sorted(by_order.values(), key=_rank)
    return [
        look
        for found in orders
        for look in found.values()
        if found.keys().isdisjoint(_SAID_BY.get(look.code, ()))
    ]


def _rank(looks: dict[Code, SecondLook]) -> tuple[bool, Decimal, int, int]:
    stakes = [look.at_stake for look in looks.values()]
    known = [stake for stake in stakes if stake is not None]
    place = next(iter(looks.values())).place
    return len(known) == len(stakes), -max(known, default=Decimal()), place.line, place.column
