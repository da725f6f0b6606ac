"""Matching messages against a scenario's fault rules.

The first rule that fits applies; each rule counts its messages. Nothing is random: apparent chance follows
from the seed, the rule and its number of matching messages, so the same messages in the same order are always
selected again. The effect of a fault is decided elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from runner.paper.state import ids

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from runner.domain import FaultRule, Scenario
    from runner.paper.options.options import Options
    from runner.paper.state.instruments import Instruments

_WHOLE = 2**64


@dataclass(slots=True)
class Rule:
    """A rule and its counts: how many messages fitted, and how many it was applied to."""

    fault: FaultRule
    fitted: int = 0
    hits: int = 0

    @property
    def exhausted(self) -> bool:
        """True if the rule will never apply again."""
        return self.fault.times is not None and self.hits >= self.fault.times


class Rules:
    """A scenario's rules with their counts."""

    def __init__(self, scenario: Scenario) -> None:
        self._seed = str(scenario.seed)
        self.all = [Rule(fault) for fault in scenario.faults]

    def add(self, faults: Iterable[FaultRule]) -> None:
        """Add rules after those that are there."""
        self.all += [Rule(fault) for fault in faults]

    def remove(self, number: int | None) -> None:
        """Remove a rule by its place from 0, all of them for None. Raises ``IndexError``."""
        if number is None:
            self.all.clear()
        else:
            del self.all[number]

    def match_rule(self, name: str, fields: Mapping[str, Any]) -> FaultRule | None:
        """Return the rule that applies to a message of this name, if any, and count it."""
        for number, rule in enumerate(self.all):
            if rule.fault.on == name and not rule.exhausted and _fits(rule.fault, fields):
                rule.fitted += 1
                if rule.fitted > rule.fault.skip and self._is_due(number, rule):
                    rule.hits += 1
                    return rule.fault
        return None

    def _is_due(self, number: int, rule: Rule) -> bool:
        return share(self._seed, "rule", number, rule.fitted) < rule.fault.chance


def share(seed: str, *parts: object) -> Decimal:
    """Return a number from 0 to just under 1 that is as good as random and always the same."""
    return Decimal(int.from_bytes(ids.shuffle_key(seed, *parts)[:8], "big")) / _WHOLE


def unknown_pairs(scenario: Scenario | None, options: Options, instruments: Instruments) -> list[str]:
    """Return the pairs in a scenario's timeline and in the options that are not among these instruments."""
    timeline = () if scenario is None else scenario.timeline
    quoted = [moment.quote.pair for moment in timeline if moment.quote is not None]
    stated = [state.pair for state in options.market.pair_states]
    return [pair for pair in quoted + stated if pair not in instruments]


def _fits(fault: FaultRule, fields: Mapping[str, Any]) -> bool:
    return all(_text(fields.get(name)) == text for name, text in fault.where)


def _text(value: Any) -> str | None:
    if isinstance(value, bool):
        return str(value).lower()
    return None if value is None else str(value)
