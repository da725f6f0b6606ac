"""The batch against the account: it sells all that is there, or one order takes a large share of it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from runner.domain import amount_text

from .market import percent
from .second_look import Code
from .survey import number_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from runner.domain import Balance

    from .second_look import SecondLook
    from .survey import Examined, Survey

LARGE_SHARE: Final = 10
"""One order is worth at most this part of an account, one tenth, without a second look."""

NOTHING: Final = Decimal()


def account_looks(survey: Survey) -> Iterator[SecondLook]:
    """Yield a look at what takes all of a currency, and at orders that are large for the account."""
    account = survey.snapshot.account
    if account is None or account.balances is None:
        return
    yield from _sold(survey, account.balances)
    yield from _large(survey, account.balances)


def _sold(survey: Survey, balances: Mapping[str, Balance]) -> Iterator[SecondLook]:
    sells: defaultdict[str, list[Examined]] = defaultdict(list)
    for examined in survey.orders:
        if examined.terms.type == "sell" and examined.priced.volume and not examined.terms.on_margin:
            sells[examined.terms.base].append(examined)
    for currency, sellers in sells.items():
        holds = balances[currency].total if currency in balances else NOTHING
        volume = sum((examined.priced.volume or NOTHING for examined in sellers), NOTHING)
        if volume >= holds:
            yield _sold_look(currency, sellers, volume, holds)


def _sold_look(currency: str, sellers: list[Examined], volume: Decimal, holds: Decimal) -> SecondLook:
    """Return a look at the largest order of those that sell a currency; all of them are at stake."""
    largest = max(sellers, key=lambda examined: examined.priced.volume or NOTHING)
    which = "it sells" if len(sellers) == 1 else f"with {len(sellers) - 1} others it sells"
    than = "all" if volume == holds else "more than all"
    words = f"{which} {number_words(volume)} {currency}, {than} of the {number_words(holds)} in the account"
    stakes = [examined.at_stake for examined in sellers]
    known = [stake for stake in stakes if stake is not None]
    total = sum(known, NOTHING) if len(known) == len(stakes) else None
    return replace(largest.look(Code.SELLS_ALL, words), at_stake=total)


def _large(survey: Survey, balances: Mapping[str, Balance]) -> Iterator[SecondLook]:
    reporting = survey.converter.reporting
    parts = {
        name: survey.converter.convert(balance.total, name)
        for name, balance in balances.items()
        if balance.total
    }
    total = sum((part for part in parts.values() if part is not None), NOTHING)
    unknown = [name for name, part in parts.items() if part is None]
    if not total:
        return
    without = f", without its {', '.join(unknown)}" if unknown else ""
    for examined in survey.orders:
        stake = examined.at_stake
        if stake is not None and stake * LARGE_SHARE > total:
            share = (
                f"{percent(stake / total * 100)} of the account's {amount_text(total, reporting)}{without}"
            )
            yield examined.look(Code.LARGE_SHARE, f"it is worth {amount_text(stake, reporting)}, {share}")
