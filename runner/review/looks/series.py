"""Orders against their neighbours in the file: a price or a volume that breaks the series of its ladder."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from itertools import chain, pairwise
from math import log10
from statistics import median, median_low
from typing import TYPE_CHECKING, Final

from .market import percent
from .robust import breaks, size_of
from .second_look import Code
from .survey import number_words, price_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from runner.policy import Resolved

    from .second_look import SecondLook
    from .survey import Examined, Survey

STEP_SHARE: Final = 0.3
"""A price that is off by less than this part of a step breaks no series."""

END_STEPS: Final = 5
"""The first and last rung of a ladder may be set apart by as many steps."""

FEWEST_TYPED: Final = 6
"""So many prices, itself included, show with how many decimals a ladder is typed."""

LEAST_PRICE: Final = log10(1.0002)
LEAST_TICKS: Final = Decimal("1.6")
LEAST_PRICE_AT_END: Final = log10(1.1)
"""Less than a tick and a half is rounded, of the rung and of its neighbours."""

LEAST_VOLUME: Final = log10(1.01)
LEAST_VOLUME_AT_END: Final = log10(4)
SMOOTH_VOLUME: Final = log10(1.02)

LEAST_DISTANCE: Final = log10(1.003)
SMOOTH_DISTANCE: Final = log10(1.003)


def series_looks(survey: Survey) -> Iterator[SecondLook]:
    """Yield a look at each order that breaks the series that it is in."""
    for ladder in survey.ladders.values():
        yield from _prices(ladder)
        yield from _volumes(ladder)
        yield from _distances(ladder)


def _prices(ladder: Sequence[Examined]) -> Iterator[SecondLook]:
    owns = [own for examined in ladder if (own := examined.own_price) is not None]
    if len(owns) < len(ladder) or len(owns) < 2:
        return
    sizes = [size_of(own.value) for own in owns]
    step = median([abs(later - earlier) for earlier, later in pairwise(sizes)])
    found = breaks(
        sizes,
        inside=max(STEP_SHARE * step, LEAST_PRICE, _ticks(ladder[0], owns)),
        at_ends=max(END_STEPS * step, LEAST_PRICE_AT_END),
        smooth=step / 4,
    )
    for at in found:
        near = [price_words(owns[place]) for place in _neighbours(at, len(owns))]
        words = f"its price is {price_words(owns[at])}, where its neighbours are at {' and '.join(near)}"
        yield ladder[at].look(Code.PRICE_SERIES, words)
    if not found:
        yield from _decimals(ladder, owns)


def _ticks(examined: Examined, owns: Sequence[Resolved]) -> float:
    """Return how much rounding to the tick size may move a price of a ladder."""
    tick = examined.order.instrument.tick_size if examined.order.instrument else Decimal()
    return log10(1 + LEAST_TICKS * tick / min(own.value for own in owns))


def _decimals(ladder: Sequence[Examined], owns: Sequence[Resolved]) -> Iterator[SecondLook]:
    """Yield a look at the one price with fewer decimals than all others, zeros at the end included."""
    decimals = [len(own.text.partition(".")[2]) for own in owns]
    counts = Counter(decimals)
    if len(owns) < FEWEST_TYPED or len(counts) != 2 or min(counts.values()) != 1:
        return
    (usual, number), (odd, _) = counts.most_common()
    if odd < usual and any(own.text.endswith("0") for own in owns if "." in own.text):
        at = decimals.index(odd)
        words = f"its price is {price_words(owns[at])}, where all {number} others have {usual} decimals"
        yield ladder[at].look(Code.PRICE_SERIES, words)


def _volumes(ladder: Sequence[Examined]) -> Iterator[SecondLook]:
    """Yield a look at each volume that breaks a series, of volumes or of worths."""
    volumes = [volume for examined in ladder if (volume := examined.priced.volume) and volume > 0]
    worths = [worth for examined in ladder if (worth := examined.priced.notional) and worth > 0]
    series = [volumes]
    if len(worths) == len(ladder) and len(set(volumes)) > len(volumes) // 2:
        series.append(worths)  # Where volumes differ, it may be that worths do not.
    if len(volumes) < len(ladder):
        return
    least = max(LEAST_VOLUME, _last_digits(volumes))
    found = [
        breaks(list(map(size_of, amounts)), inside=least, at_ends=LEAST_VOLUME_AT_END, smooth=SMOOTH_VOLUME)
        for amounts in series
    ]
    for at in dict.fromkeys(chain.from_iterable(found)):
        if volumes[at] in [volumes[place] for place in _neighbours(at, len(volumes))]:
            continue
        words = _volume_words(volumes, at)
        yield ladder[at].look(Code.VOLUME_SERIES, f"{words} {ladder[at].terms.base}")


def _last_digits(volumes: Sequence[Decimal]) -> float:
    """Return how much rounding to the usual number of decimals may move a volume of a ladder, if at all."""
    if Counter(volumes).most_common(1)[0][1] > len(volumes) // 2:
        return 0
    decimals = median_low([max(-int(volume.as_tuple().exponent), 0) for volume in volumes])
    return log10(1 + 2 * Decimal(1).scaleb(-decimals) / min(volumes))


def _distances(ladder: Sequence[Examined]) -> Iterator[SecondLook]:
    """Yield a look at each order with a second price at another distance than its neighbours have it."""
    for name, second_price in _SECONDS.items():
        pairs = [
            (own, other)
            for examined in ladder
            if (own := examined.own_price) and (other := second_price(examined))
        ]
        ratios = [other.value / own.value for own, other in pairs]
        if len(pairs) < len(ladder) or min(ratios) <= 0:
            continue
        sizes = list(map(size_of, ratios))
        for at in breaks(sizes, inside=LEAST_DISTANCE, at_ends=LEAST_DISTANCE, smooth=SMOOTH_DISTANCE):
            here, *near = (percent(ratios[place] * 100) for place in (at, *_neighbours(at, len(pairs))))
            words = f"{name} {price_words(pairs[at][1])} is at {here} of its price, where those of its "
            usual = " and ".join(dict.fromkeys(near))
            yield ladder[at].look(Code.DISTANCE_SERIES, f"{words}neighbours are at {usual}")


def _limit_at_trigger(examined: Examined) -> Resolved | None:
    return examined.priced.limit if examined.priced.stop else None


def _close_price(examined: Examined) -> Resolved | None:
    close = examined.priced.close
    return None if close is None else close.stop or close.limit


def _close_limit(examined: Examined) -> Resolved | None:
    close = examined.priced.close
    return None if close is None or close.stop is None else close.limit


_SECONDS: Final = {
    "its limit": _limit_at_trigger,
    "its close": _close_price,
    "the limit of its close": _close_limit,
}


def _volume_words(volumes: Sequence[Decimal], at: int) -> str:
    near = dict.fromkeys(number_words(round(volumes[place], 8)) for place in _neighbours(at, len(volumes)))
    return (
        f"its volume is {number_words(round(volumes[at], 8))}, where its neighbours have {' and '.join(near)}"
    )


def _neighbours(at: int, length: int) -> tuple[int, int]:
    if at == 0:
        return 1, 2
    return (at - 2, at - 1) if at == length - 1 else (at - 1, at + 1)
