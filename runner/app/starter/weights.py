"""The weights of a targets file: an example, or those that an account has today."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from textwrap import wrap
from typing import TYPE_CHECKING, Final

from runner.domain import amount_text, decimal_text, rfc3339

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

EXAMPLE_WEIGHTS: Final = """\
weights: {XBT: 40%, ETH: 20%}    # of the managed value; with the cash target exactly 100 %
cash: {target: 40%, floor: 100}  # floor: never spent, in the quote currency"""

_STEP: Final = Decimal("0.01")
"""Per cent; weights are rounded down to this, and what is left over counts as cash."""
_LEAST: Final = Decimal("0.1")
"""Per cent; so that the rounding of a weight is a tenth of it at most, well inside of its band."""
_COLUMNS: Final = 110
_ALL: Final = Decimal(100)


@dataclass(frozen=True, slots=True, kw_only=True)
class Holdings:
    """The free funds of an account at ``at`` (Unix seconds).

    ``free`` are amounts by currency, without the cash, ``mid`` the mid prices of those that have one.
    ``cash`` is the free amount of ``quote``.
    """

    quote: str
    at: float
    cash: Decimal
    free: Mapping[str, Decimal]
    mid: Mapping[str, Decimal]

    def values(self) -> dict[str, Decimal]:
        """Return the value in the quote currency of all that has a price, in the order of their names."""
        held = sorted(self.free.items())
        return {name: amount * self.mid[name] for name, amount in held if amount > 0 and name in self.mid}


def example_weights(quote: str) -> str:
    """Return the lines of an example, in which the quote currency has no weight."""
    return EXAMPLE_WEIGHTS.replace(f"{quote}: ", "SOL: ")


def weights_of(holdings: Holdings) -> str:
    """Return the lines of a targets file with the weights of an account, which are exactly 100 % with cash.

    What has no price in the quote currency, or is worth less than a tenth of a per cent, is not listed: a
    weight of 0 % would mean that it is to be sold.
    """
    values = holdings.values()
    managed = holdings.cash + sum(values.values(), Decimal())
    weights = {name: _share(value, managed) for name, value in values.items()}
    listed = {name: weight for name, weight in weights.items() if weight >= _LEAST}
    if not listed:
        why = f"# The account holds nothing that has a price in {holdings.quote}; this is an example."
        return f"{why}\n{example_weights(holdings.quote)}"
    moment = rfc3339(holdings.at)
    when = f"{moment[:10]} {moment[11:16]} UTC"
    lines = [f"# As the account was on {when}: free balances at mid prices.", "weights:"]
    for name, weight in listed.items():
        worth = amount_text(values[name], holdings.quote)
        lines.append(f"  {name}: {decimal_text(weight)}%".ljust(32) + f"  # {worth}")
    cash = decimal_text(_ALL - sum(listed.values(), Decimal()))
    lines.append(f"cash: {{target: {cash}%, floor: 0}}".ljust(32) + "  # floor: never spent")
    return "\n".join([*lines, *_left_alone(holdings, listed)])


def _share(value: Decimal, managed: Decimal) -> Decimal:
    return (value / managed * _ALL).quantize(_STEP, rounding=ROUND_FLOOR)


def _left_alone(holdings: Holdings, listed: Mapping[str, Decimal]) -> Iterator[str]:
    others = sorted(name for name, amount in holdings.free.items() if amount > 0 and name not in listed)
    if others:
        text = f"Not listed, and so left alone: {', '.join(others)}."
        yield from wrap(text, _COLUMNS, initial_indent="# ", subsequent_indent="# ", break_on_hyphens=False)
