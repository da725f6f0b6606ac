"""Robust statistics on the size of numbers: medians of logarithms, which no single mistake can move.

A size is the decimal logarithm of an amount, so that "ten times" is 1 whatever the unit. Sizes are compared
and never shown; amounts stay decimals.
"""

from __future__ import annotations

from math import log10
from statistics import median
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

SIGMA: Final = 1.4826
"""Turns the median deviation of normal numbers into their standard deviation."""

FAR_SIGMAS: Final = 5
"""So many standard deviations away no honest number of a batch is expected."""

FEW: Final = 12
"""Of fewer numbers a deviation says little, so an outlier has to differ from all of them."""

GAP_RANGES: Final = 3
"""Apart from a few is what is so many times as far away as they are from one another."""

SEVERAL: Final = 5
NEARLY_THE_SAME: Final = log10(1.25)
TWO_THE_SAME: Final = log10(1.1)
"""Fewer than several show something only where they are nearly the same."""

BREAK_RESIDUALS: Final = 8
"""So many times the usual residual breaks a series: more than any of thousands of normal residuals."""

BREAK_WORST: Final = 6
"""In a short series it is the worst of the other residuals, so many times."""

SHORTEST: Final = 6
SHORT: Final = 15
MOST_BREAKS: Final = 12

AROUND: Final = 12
"""So many residuals before and after show what is usual in a longer series."""


def size_of(amount: Decimal) -> float:
    """Return the size of an amount that is above zero."""
    return log10(amount)


def apart(sizes: Sequence[float], least: float) -> list[int]:
    """Return the positions of the sizes that are far from all others."""
    middle = median(sizes)
    candidates = [at for at, size in enumerate(sizes) if abs(size - middle) >= least / 2]
    if len(candidates) > max(len(sizes) // 4, 2):
        return []
    return [at for at in candidates if is_outlier(sizes[at], [*sizes[:at], *sizes[at + 1 :]], least)]


def is_outlier(size: float, others: Sequence[float], least: float) -> bool:
    """Return whether a size is far from those of its peers.

    It is if it is ``least`` away or more, and many times what they differ among themselves, and if at most
    one of many is half way there.
    """
    middle = median(others)
    away = abs(size - middle)
    if away < least:
        return False
    if len(others) < FEW:
        gap, differ = min(abs(size - other) for other in others), max(others) - min(others)
        same = NEARLY_THE_SAME if len(others) > 2 else TWO_THE_SAME
        return gap >= GAP_RANGES * differ and (len(others) >= SEVERAL or differ <= same)
    spread = SIGMA * median([abs(other - middle) for other in others])
    company = sum(abs(other - size) < away / 2 for other in others)
    return away >= FAR_SIGMAS * spread and company <= 1


def breaks(sizes: Sequence[float], *, inside: float, at_ends: float, smooth: float) -> list[int]:
    """Return the positions at which a smooth series is broken by one member, which without it would go on.

    A member counts from a distance of ``inside`` to where its neighbours would have it, or of ``at_ends``
    for the first and last. A sequence with residuals above ``smooth`` is no series.
    """
    last = len(sizes) - 1
    if len(sizes) < SHORTEST:
        return []
    off = [abs(_residual(sizes, at - 1, at, at + 1)) for at in range(1, last)]
    widest = sorted(range(1, last), key=lambda at: -off[at - 1])[:MOST_BREAKS]
    found = [at for at in widest if off[at - 1] > inside and _goes_on(sizes, at, off, smooth)]
    return found or [at for at in (0, last) if _is_set_apart(sizes, at, at_ends, smooth)]


def _residual(sizes: Sequence[float], before: int, at: int, after: int) -> float:
    """Return how far one member is from the line through two others."""
    share = (at - before) / (after - before)
    return sizes[at] - (sizes[before] * (1 - share) + sizes[after] * share)


def _goes_on(sizes: Sequence[float], at: int, off: Sequence[float], smooth: float) -> bool:
    """Return whether a series is smooth without one member, which lies far from it."""
    far = off[at - 1]
    if len(sizes) <= SHORT:
        worst = _worst_without(sizes, at)
        return worst <= smooth and far > BREAK_WORST * worst
    around = (off[max(at - 2 - AROUND, 0) : max(at - 2, 0)], off[at + 1 : at + 1 + AROUND], off)
    usual = max(median(some) for some in around if some)
    if usual > smooth or far <= BREAK_RESIDUALS * usual:
        return False
    # Its neighbours lie on the line through those beyond them: what breaks here is no step.
    sides = ((at - 2, at - 1, at + 1), (at - 1, at + 1, at + 2))
    bends = [abs(_residual(sizes, *side)) for side in sides if side[0] >= 0 and side[2] < len(sizes)]
    return all(bend <= max(BREAK_RESIDUALS * usual, far / 5) for bend in bends)


def _worst_without(sizes: Sequence[float], at: int) -> float:
    kept = [place for place in range(len(sizes)) if place != at]
    return max(abs(_residual(sizes, *three)) for three in zip(kept, kept[1:], kept[2:], strict=False))


def _is_set_apart(sizes: Sequence[float], at: int, least: float, smooth: float) -> bool:
    """Return whether the first or last member lies far from where the others lead."""
    first, second = (1, 2) if at == 0 else (at - 1, at - 2)
    far = abs(sizes[at] - (2 * sizes[first] - sizes[second]))
    worst = _worst_without(sizes, at)
    return far > least and worst <= smooth and far > BREAK_WORST * worst
