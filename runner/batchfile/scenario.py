"""Parsing of a scenario file: as strict as a batch file, then scenario checks, then the nouns.

The simulated exchange decides the effect of a fault on a message.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any, Final

from runner.domain import (
    CloseFrame,
    FaultAction,
    FaultRule,
    MessageRate,
    NamedOption,
    OptionValue,
    QuoteMove,
    Scenario,
    TimelineEvent,
    acts_on,
)

from .document.parsed import ParsedScenario
from .document.values import Fault, YamlList, YamlMap
from .parsing import checked

_OPENING = "a scenario file begins with `version: 1` and `name: ...`"
_HAPPENS: Final = ("status", "quote", "disconnect", "unsubscribe")
_NEVER_SAID: Final = ("1004", "1005")
"""Close codes without a meaning, or reserved for a missing code."""

_TAKE_TIME: Final = (
    FaultAction.DELAY,
    FaultAction.REORDER,
    FaultAction.MUTE,
    FaultAction.END,
    FaultAction.HIDE,
)
_SAY_WHY: Final = (FaultAction.REJECT, FaultAction.END)
_NEED_TIME: Final = (FaultAction.DELAY, FaultAction.REORDER)


def parse_scenario(content: bytes, file: str) -> ParsedScenario:
    """Return the scenario in a file's bytes, or all of its problems. Raises nothing."""
    root = checked(content, file, schema="scenario", opening=_OPENING, checks=_CHECKS)
    if not isinstance(root, YamlMap):
        return ParsedScenario(None, root)
    return ParsedScenario(_scenario(root), ())


# --- what the schema cannot express, or would say less well --------------------------------------


def _acts_are_possible(root: YamlMap) -> Iterator[Fault]:
    for path, node in _items(root, "faults"):
        name, act = node.get("on"), node.get("do")
        if not isinstance(name, str) or act not in tuple(FaultAction):
            continue
        possible = [action.value for action in acts_on(name)]
        if act not in possible:
            message = f"{name} cannot be made to {act}" if act == "disconnect" else f"no {act} for {name}"
            yield Fault(
                node.value_at("do"),
                f"{path}.do",
                message,
                f"possible: {', '.join(possible)}",
                code="fault-impossible",
            )


def _details_fit_the_act(root: YamlMap) -> Iterator[Fault]:
    for path, node in _items(root, "faults"):
        act = node.get("do")
        if act in _SAY_WHY and "error" not in node:
            message = "`error` is missing: what the exchange says"
            example = "Post only order" if act == FaultAction.END else "EOrder:Insufficient funds"
            yield Fault(
                node.first_key_at,
                path,
                message,
                f"for example `error: {example}`",
                code="fault-without-detail",
            )
        if act in _NEED_TIME and "seconds" not in node:
            yield Fault(
                node.first_key_at,
                path,
                f"`seconds` is missing: how long the {act} is",
                code="fault-without-detail",
            )
        if "error" in node and act not in _SAY_WHY:
            message = "`error` goes with `do: reject` and `do: end` only"
            yield Fault(node.key_at("error"), f"{path}.error", message, code="fault-odd-detail")
        if "seconds" in node and act not in _TAKE_TIME:
            hint = "it goes with delay, reorder, mute, hide and end"
            yield Fault(
                node.key_at("seconds"),
                f"{path}.seconds",
                "`seconds` means nothing here",
                hint,
                code="fault-odd-detail",
            )


def _moments_say_one_thing(root: YamlMap) -> Iterator[Fault]:
    for path, node in _items(root, "timeline"):
        if sum(key in node for key in _HAPPENS) != 1:
            message = "exactly one thing happens at a time"
            hint = (
                f"write one of {', '.join(f'`{name}`' for name in _HAPPENS)}; two moments may have one time"
            )
            yield Fault(node.first_key_at, path, message, hint, code="timeline-not-one-thing")


def _quotes_are_two_sided(root: YamlMap) -> Iterator[Fault]:
    for path, node in _items(root, "timeline"):
        quote = node.get("quote")
        if not isinstance(quote, YamlMap):
            continue
        bid, ask = _decimal(quote.get("bid")), _decimal(quote.get("ask"))
        if bid is not None and ask is not None and bid >= ask:
            yield Fault(
                quote.value_at("ask"),
                f"{path}.quote.ask",
                "the ask is not above the bid",
                code="market-crossed",
            )


def _lag_is_said_once(root: YamlMap) -> Iterator[Fault]:
    options = root.get("options")
    rest = options.get("rest") if isinstance(options, YamlMap) else None
    if "rest_lag_s" in root and isinstance(rest, YamlMap) and "lag_s" in rest:
        hint = "leave out `rest_lag_s` at the top of the file"
        yield Fault(
            rest.key_at("lag_s"),
            "options.rest.lag_s",
            "this is `rest_lag_s` once more",
            hint,
            code="option-twice",
        )


def _close_code_can_be_sent(root: YamlMap) -> Iterator[Fault]:
    node = root.get("close_frame")
    if isinstance(node, YamlMap) and node.get("code") in _NEVER_SAID:
        hint = "1006 is to end without a word"
        yield Fault(
            node.value_at("code"),
            "close_frame.code",
            "this code is never sent",
            hint,
            code="close-code-impossible",
        )


_CHECKS: Final[tuple[Callable[[YamlMap], Iterator[Fault]], ...]] = (
    _acts_are_possible,
    _details_fit_the_act,
    _moments_say_one_thing,
    _quotes_are_two_sided,
    _lag_is_said_once,
    _close_code_can_be_sent,
)


def _items(root: YamlMap, key: str) -> Iterator[tuple[str, YamlMap]]:
    nodes = root.get(key)
    for index, node in enumerate(nodes if isinstance(nodes, YamlList) else ()):
        if isinstance(node, YamlMap):
            yield f"{key}[{index}]", node


def _decimal(value: object) -> Decimal | None:
    return Decimal(value) if isinstance(value, str) and value.replace(".", "", 1).isdecimal() else None


# --- a document without faults to the nouns of the domain ------------------------------------------


def _scenario(root: YamlMap) -> Scenario:
    return Scenario(
        name=str(root["name"]),
        description=str(root.get("description", "")),
        seed=int(str(root.get("seed", 0))),
        latency_s=_number(root, "latency_s"),
        jitter_s=_number(root, "jitter_s"),
        rest_lag_s=_number(root, "rest_lag_s"),
        clock_skew_s=_number(root, "clock_skew_s"),
        message_rate=_rate(root.get("message_rate")),
        close_frame=_close_frame(root.get("close_frame")),
        options=tuple(_options(root.get("options"))),
        faults=tuple(_fault(node) for _, node in _items(root, "faults")),
        timeline=tuple(_moment(node) for _, node in _items(root, "timeline")),
    )


def _options(node: Any) -> Iterator[NamedOption]:
    for group, options in (node or {}).items():
        for name, value in options.items():
            yield NamedOption(f"{group}.{name}", _option_value(value), options.value_at(name))


def _option_value(value: Any) -> OptionValue:
    match value:
        case YamlList():
            return [_option_row(item) if isinstance(item, YamlMap) else str(item) for item in value]
        case bool():
            return value
        case _:
            return str(value)


def _option_row(node: YamlMap) -> dict[str, str]:
    return {str(name): _text(value) for name, value in node.items()}


def _number(node: YamlMap, key: str, usual: str = "0") -> Decimal:
    return Decimal(str(node.get(key, usual)))


def _rate(node: Any) -> MessageRate | None:
    if node is None:
        return None
    return MessageRate(per_s=_number(node, "per_s"), burst=int(node["burst"]), bare=node.get("bare", False))


def _close_frame(node: Any) -> CloseFrame:
    return (
        CloseFrame()
        if node is None
        else CloseFrame(code=int(node["code"]), reason=str(node.get("reason", "")))
    )


def _fault(node: YamlMap) -> FaultRule:
    where: Any = node.get("where", {})
    return FaultRule(
        on=str(node["on"]),
        act=FaultAction(str(node["do"])),
        where=tuple((name, _text(value)) for name, value in where.items()),
        skip=int(str(node.get("skip", 0))),
        times=int(str(node["times"])) if "times" in node else None,
        chance=_number(node, "chance", "1"),
        error=str(node.get("error", "")),
        seconds=_number(node, "seconds") if "seconds" in node else None,
    )


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _moment(node: YamlMap) -> TimelineEvent:
    quote: Any = node.get("quote")
    return TimelineEvent(
        at_s=_number(node, "at_s"),
        status=str(node["status"]) if "status" in node else None,
        quote=None if quote is None else _quote(quote),
        disconnect="disconnect" in node,
        unsubscribe=str(node["unsubscribe"]) if "unsubscribe" in node else None,
    )


def _quote(node: YamlMap) -> QuoteMove:
    return QuoteMove(pair=str(node["pair"]), bid=_number(node, "bid"), ask=_number(node, "ask"))
