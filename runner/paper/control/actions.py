"""The actions at the exchange of a person at the control page, or of a program with its token.

Who may do it is decided where the page is served.
"""

from __future__ import annotations

from dataclasses import fields as fields_of
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from msgspec import ValidationError, convert

from runner.domain import FAULT_TARGETS, FaultAction, FaultRule, acts_on, parse_decimal
from runner.paper.api.exchange import STATUSES

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from runner.paper.api.exchange import Exchange
    from runner.paper.api.feeds.delivery import Delivery
    from runner.paper.scenario.scenario import Rules
    from runner.paper.state.instruments import Instrument

FAULTS_MAX = 1_000
_RULE_FIELDS = {"do" if field.name == "act" else field.name for field in fields_of(FaultRule)}


class ControlError(Exception):
    """The requested action cannot be done; the message says why."""


def check_fields(fields: Mapping[str, Any], known: Collection[str]) -> None:
    """Refuse a field that there is not. Raises ``ControlError``."""
    unknown = next((name for name in fields if name not in known), None)
    if unknown is not None:
        raise ControlError(f"there is no field {unknown[:32]}; there can be: {', '.join(known) or 'none'}")


def move_price(exchange: Exchange, fields: Mapping[str, Any], now: float) -> list[Delivery]:
    """Set the market of ``pair`` to ``bid`` and ``ask``, both text, until it is released.

    Without ``ask`` it is one tick above the bid. Raises ``ControlError``.
    """
    instrument, bid = _instrument(exchange, fields), _price(fields, "bid")
    tick = Decimal(1).scaleb(-instrument.price_decimals)
    ask = _price(fields, "ask") if "ask" in fields else bid + tick
    if not bid < ask:
        raise ControlError("the ask is not above the bid")
    return exchange.set_quote(instrument.wsname, bid, ask, now, hold=True)


def choices() -> dict[str, Any]:
    """Return the exchange's states, and what faults may be about, in groups, and may do."""
    return {
        "statuses": STATUSES,
        "faults": {
            group: {name: [act.value for act in acts_on(name)] for name in names}
            for group, names in FAULT_TARGETS.items()
        },
    }


def add_faults(rules: Rules, fields: Mapping[str, Any]) -> None:
    """Add ``faults``, a list of rules as in a scenario file. Raises ``ControlError``."""
    given = fields.get("faults")
    if not isinstance(given, list) or not given:
        raise ControlError("faults is missing: a list of rules as in a scenario file")
    if len(given) + len(rules.all) > FAULTS_MAX:
        raise ControlError(f"there would be more than {FAULTS_MAX} rules")
    rules.add([_fault(number, each) for number, each in enumerate(given)])


def remove_faults(rules: Rules, fields: Mapping[str, Any]) -> None:
    """Remove the rule at the place ``number``, from 0; all rules without one. Raises ``ControlError``."""
    number = fields.get("number")
    if "number" in fields and (type(number) is not int or not 0 <= number < len(rules.all)):
        raise ControlError("there is no such rule")
    rules.remove(number)


def _fault(number: int, given: Any) -> FaultRule:
    try:
        where = given.get("where", {})
        unknown = next((name for name in given if name not in _RULE_FIELDS), None)
        named = {"act" if name == "do" else name: value for name, value in given.items()}
        named["where"] = [[name, str(text)] for name, text in where.items()]
        fault = convert(named, FaultRule)
    except (AttributeError, TypeError, ValidationError) as error:
        words = (
            str(error).replace("`act`", "`do`").replace("$.act", "$.do")
            if isinstance(error, ValidationError)
            else "it is no rule"
        )
        raise ControlError(f"faults[{number}]: {words}") from None
    if unknown is not None:
        raise ControlError(f"faults[{number}]: there is no field {unknown[:32]}")
    if not any(fault.on in names for names in FAULT_TARGETS.values()):
        raise ControlError(f"faults[{number}]: there is no message or call of this name")
    if fault.act not in acts_on(fault.on):
        possible = ", ".join(act.value for act in acts_on(fault.on))
        raise ControlError(
            f"faults[{number}]: {fault.act.value} is not possible for {fault.on}; it can be: {possible}"
        )
    if fault.act in (FaultAction.REJECT, FaultAction.END) and not fault.error:
        raise ControlError(f"faults[{number}]: {fault.act.value} needs an error")
    seconds = fault.seconds or Decimal(0)
    finite = fault.chance.is_finite() and seconds.is_finite()
    if not finite or not 0 <= fault.chance <= 1 or min(fault.skip, fault.times or 0) < 0 or seconds < 0:
        raise ControlError(f"faults[{number}]: a number is out of its range")
    return fault


def release_price(exchange: Exchange, fields: Mapping[str, Any], now: float) -> list[Delivery]:
    """Let the market of ``pair`` move by itself again. Raises ``ControlError``."""
    pair = _instrument(exchange, fields).wsname
    if pair not in exchange.held:
        raise ControlError(f"the price of {pair} is not held")
    return exchange.release_quote(pair, now)


def change_status(exchange: Exchange, fields: Mapping[str, Any], now: float) -> list[Delivery]:
    """Change the state of the exchange to ``status``. Raises ``ControlError``."""
    status = _text(fields, "status")
    if status not in STATUSES:
        raise ControlError(f"there is no status {status}")
    return exchange.set_status(status, now)


def _instrument(exchange: Exchange, fields: Mapping[str, Any]) -> Instrument:
    """Return the pair that is named, as on the socket, as in REST, or as other exchanges call it."""
    name = _text(fields, "pair")
    found = exchange.instruments.find(name, common_names=True) or exchange.instruments.find_rest(name)
    if found is None:
        raise ControlError(f"there is no pair {name}")
    return found


def _text(fields: Mapping[str, Any], name: str) -> str:
    value = fields.get(name)
    if not isinstance(value, str) or len(value) > 32:
        raise ControlError(f"{name} is missing")
    return value


def _price(fields: Mapping[str, Any], name: str) -> Decimal:
    try:
        price = parse_decimal(_text(fields, name))
    except ValueError:
        raise ControlError(f"the {name} is no price") from None
    if not 0 < price < 10**12:
        raise ControlError(f"the {name} is no price")
    return price
