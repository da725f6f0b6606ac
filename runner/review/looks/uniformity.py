"""Orders against those around them: the lone side or the lone pair where all else is the same.

Around an order is its whole group, or the orders before and after it in the file. Orders at market of one
pair go to one side, for what is bought at once is not sold at once.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from runner.domain import UNPRICED

from .second_look import Code

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .second_look import SecondLook
    from .survey import Examined, Survey

FEWEST: Final = 4
"""So many others, all alike, make the one that is not a lone one."""

FEWEST_AT_MARKET: Final = 2
"""The same for orders at market of one pair."""

FEWEST_COPIES: Final = 3
"""The same for the lone pair where all are of one volume, to the last digit."""

AROUND: Final = 4
"""So many orders before and after another are looked at in a group that is not all alike."""

SURELY: Final = 12
"""So many others are no chance, of whatever pairs they are."""

OF_EACH: Final = 5
"""So many orders of each other pair make a single order of yet another pair unlikely."""

_Kind = tuple[str, str, str]


def uniformity_looks(survey: Survey) -> Iterator[SecondLook]:
    """Yield a look at each order that is of another side or pair than all around it."""
    for group in survey.groups.values():
        kinds = [(examined.terms.pair, examined.terms.type, examined.terms.ordertype) for examined in group]
        for at, usual in _lone(kinds, group):
            yield from _look(group[at], usual)
        for examined, pairs in _lone_pair(group):
            yield examined.look(
                Code.LONE_PAIR, f"it is of {examined.terms.pair}, where all others are of {pairs}"
            )
        for examined, others, words in (*_lone_at_market(group), *_lone_sides(group)):
            yield examined.look(
                Code.LONE_SIDE, f"it is the only {examined.terms.type}{words}, where {others} others are not"
            )


def _lone(kinds: Sequence[_Kind], group: Sequence[Examined]) -> Iterator[tuple[int, _Kind]]:
    """Yield the positions that differ from all around, and the kind that is usual there."""
    counts = Counter(kinds)
    if len(counts) == 2 and 1 in counts.values():
        (usual, others), (odd, _) = counts.most_common()
        copies = usual[0] != odd[0] and len({examined.terms.volume for examined in group}) == 1
        if others >= (FEWEST_COPIES if copies else FEWEST):
            yield kinds.index(odd), usual
        return
    for at in range(AROUND, len(kinds) - AROUND):
        around = {*kinds[at - AROUND : at], *kinds[at + 1 : at + 1 + AROUND]}
        if len(around) == 1 and kinds[at] not in around:
            yield at, kinds[at - 1]


def _lone_pair(group: Sequence[Examined]) -> Iterator[tuple[Examined, str]]:
    """Yield the only order of its pair in a long group of a few pairs, with the other pairs."""
    pairs = Counter(examined.terms.pair for examined in group)
    lone = [pair for pair, number in pairs.items() if number == 1]
    if len(group) > SURELY and len(lone) == 1 and len(pairs) > 1:
        number = min(number for number in pairs.values() if number > 1)
        if number >= OF_EACH:
            others = ", ".join(pair for pair in pairs if pair != lone[0])
            yield next(examined for examined in group if examined.terms.pair == lone[0]), others


def _look(examined: Examined, usual: _Kind) -> Iterator[SecondLook]:
    pair, type, ordertype = usual
    if examined.terms.ordertype != ordertype:
        return
    if examined.terms.type != type:
        yield examined.look(
            Code.LONE_SIDE, f"it is a {examined.terms.type}, where all around it are {type}s of {pair}"
        )
    if examined.terms.pair != pair:
        yield examined.look(
            Code.LONE_PAIR, f"it is of {examined.terms.pair}, where all around it are of {pair}"
        )


def _lone_at_market(group: Sequence[Examined]) -> Iterator[tuple[Examined, int, str]]:
    """Yield the only order at market of a pair that is on its side."""
    pairs: dict[str, list[Examined]] = {}
    for examined in group:
        if examined.terms.ordertype in UNPRICED:
            pairs.setdefault(examined.terms.pair, []).append(examined)
    for pair, members in pairs.items():
        odd = _only(members)
        if odd is not None and len(members) > FEWEST_AT_MARKET:
            yield odd, len(members) - 1, f" of {pair} at market"


def _lone_sides(group: Sequence[Examined]) -> Iterator[tuple[Examined, int, str]]:
    """Yield the only order of a long group that is on its side, if others of its pair are on the other."""
    if len(group) <= SURELY or (examined := _only(group)) is None:
        return
    if sum(other.terms.pair == examined.terms.pair for other in group) > 1:
        yield examined, len(group) - 1, " of its group"


def _only(members: Sequence[Examined]) -> Examined | None:
    sides = Counter(examined.terms.type for examined in members)
    for side, number in sides.items():
        if number == 1 and len(sides) == 2:
            return next(examined for examined in members if examined.terms.type == side)
    return None
