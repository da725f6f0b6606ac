"""Orders against their peers of the same group, pair and side: a volume, worth or price many times theirs.

Peers that are too few are sought in the whole batch. The worth of an order is also held against those of its
group, and of all others, whatever they trade.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Final

from runner.domain import amount_text

from .robust import TWO_THE_SAME, apart, size_of
from .second_look import Code
from .slips import Slip, slip
from .survey import number_words, price_words, span_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from decimal import Decimal

    from .second_look import SecondLook
    from .survey import Examined, Survey

    Measure = Callable[[Examined], Decimal | None]

FEWEST: Final = 3
"""Fewer orders, itself included, are no peers."""

MANY: Final = 6

TEN_TIMES: Final = 0.9
"""Sizes apart of about ten times: what a digit more makes of an amount that is not quite the usual one."""

PRICE_TIMES: Final = 0.48
"""Prices of one pair are more alike: three times."""

POWER_OF_TEN: Final = 0.02
"""A size this close to a whole number of tens is no remainder."""

ALIKE: Final = 0.18
FEWEST_ALIKE: Final = 4
"""So many orders, itself included, show the worth of all in a group whose worths differ by less than half."""

ALL_OTHERS: Final = 5
"""So many orders of any pair show what an order of a batch is worth."""

TIMES_THE_NEXT: Final = 10


def peer_looks(survey: Survey) -> Iterator[SecondLook]:
    """Yield a look at each order that differs from its peers."""
    seen: set[int] = set()
    for members in _circles(survey):
        for examined, code, words in (*_slipped(members), *_apart_among(members)):
            if id(examined) not in seen:
                seen.add(id(examined))
                yield examined.look(code, words)
        yield from _prices(members)
    for group in survey.groups.values():
        yield from _unlike_the_group(group, survey, seen)
    yield from _far_above_all(survey, seen)


def _circles(survey: Survey) -> Iterator[list[Examined]]:
    """Yield the orders that are compared with one another."""
    few: dict[tuple[str, ...], bool] = {}
    wide: defaultdict[tuple[str, ...], list[Examined]] = defaultdict(list)
    for key, members in survey.ladders.items():
        side: tuple[str, ...] = key[1:]
        wide[side] += members
        if len(members) >= FEWEST:
            yield members
        else:
            few[side] = True
    for side in few:
        if len(wide[side]) >= FEWEST:
            yield wide[side]


def _slipped(members: Sequence[Examined]) -> Iterator[tuple[Examined, Code, str]]:
    """Yield each order whose volume is a slip of the usual one.

    That is the volume of all others of its group; or one that many have, where the slip is of another
    magnitude.
    """
    texts = Counter(str(examined.terms.volume) for examined in members)
    usual, number = texts.most_common(1)[0]
    if len(members) < FEWEST or number < min(FEWEST, len(members) - 1):
        return
    alone = len({examined.key.group for examined in members}) == 1
    for examined in members:
        odd = str(examined.terms.volume)
        found = slip(usual, odd) if texts[odd] == 1 else None
        if found is Slip.MAGNITUDE or (found is not None and len(texts) == 2 and alone):
            words = f"its volume is {odd} {_unit(examined)}, where {number} others have {usual}"
            yield examined, Code.VOLUME_PEERS, words


def _unit(examined: Examined) -> str:
    return examined.terms.quote if examined.terms.in_quote else examined.terms.base


def _apart_among(members: Sequence[Examined]) -> Iterator[tuple[Examined, Code, str]]:
    for examined, usual in _outliers(members, lambda examined: examined.priced.volume):
        volume = examined.priced.volume
        assert volume is not None, "it was measured"
        words = f"its volume is {number_words(volume)} {examined.terms.base}, where its peers have {usual}"
        yield examined, Code.VOLUME_PEERS, words
    for examined, usual in _outliers(members, lambda examined: examined.priced.notional):
        worth = examined.priced.notional
        assert worth is not None, "it was measured"
        words = f"it is worth {amount_text(worth, examined.terms.quote)}, where its peers are worth {usual}"
        yield examined, Code.WORTH_PEERS, words


def _outliers(members: Sequence[Examined], measure: Measure) -> Iterator[tuple[Examined, str]]:
    measured = [
        (examined, amount) for examined in members if (amount := measure(examined)) is not None and amount > 0
    ]
    if len(measured) < FEWEST:
        return
    amounts = [amount for _, amount in measured]
    sizes = list(map(size_of, amounts))
    for at in apart(sizes, TEN_TIMES):
        if at < len(amounts) - 1 or not _may_be_the_rest(sizes):
            yield measured[at][0], span_words([*amounts[:at], *amounts[at + 1 :]])


def _may_be_the_rest(sizes: Sequence[float]) -> bool:
    """Return whether the last of several may be what was left of a whole: less than any, and no tenth."""
    tens = sizes[-2] - sizes[-1]
    return sizes[-1] < min(sizes[:-1]) and abs(tens - round(tens)) > POWER_OF_TEN


def _prices(members: Sequence[Examined]) -> Iterator[SecondLook]:
    owns = [own for examined in members if (own := examined.own_price) is not None]
    if len(owns) < max(len(members), FEWEST):
        return
    values = [own.value for own in owns]
    for at in apart(list(map(size_of, values)), PRICE_TIMES):
        usual = span_words([*values[:at], *values[at + 1 :]])
        words = f"its price is {price_words(owns[at])}, where its peers are at {usual}"
        yield members[at].look(Code.PRICE_PEERS, words)


def _unlike_the_group(group: Sequence[Examined], survey: Survey, seen: set[int]) -> Iterator[SecondLook]:
    """Yield the one order of a group of which all others are worth about the same."""
    known = [(examined.at_stake, examined) for examined in group if examined.at_stake]
    if len(known) < FEWEST_ALIKE or len(known) < len(group):
        return
    worths = [worth for worth, _ in known]
    sizes = list(map(size_of, worths))
    for at in apart(sizes, TEN_TIMES):
        others = [*sizes[:at], *sizes[at + 1 :]]
        examined = known[at][1]
        alike = ALIKE if len(others) >= MANY else TWO_THE_SAME
        rest = at == len(sizes) - 1 and _may_be_the_rest(sizes)
        if id(examined) not in seen and not rest and max(others) - min(others) <= alike:
            seen.add(id(examined))
            currency = survey.converter.reporting
            usual = span_words([round(worth, 2) for worth in (*worths[:at], *worths[at + 1 :])])
            words = f"it is worth {amount_text(worths[at], currency)}, where the others of its group are "
            yield examined.look(Code.WORTH_PEERS, f"{words}worth {usual}")


def _far_above_all(survey: Survey, seen: set[int]) -> Iterator[SecondLook]:
    """Yield the order that is worth ten times as much as any other of the batch."""
    known = [(examined.at_stake, examined) for examined in survey.orders if examined.at_stake is not None]
    if len(known) < ALL_OTHERS:
        return
    known.sort(key=lambda pair: pair[0])
    (second, _), (most, examined) = known[-2:]
    if id(examined) not in seen and most >= second * TIMES_THE_NEXT:
        currency = survey.converter.reporting
        words = f"it is worth {amount_text(most, currency)}, where no other is worth more than "
        yield examined.look(Code.WORTH_PEERS, f"{words}{amount_text(second, currency)}")
