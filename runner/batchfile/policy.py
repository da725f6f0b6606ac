"""Parsing of a policy file: as strict as a batch file, then policy checks, then the nouns.

The meaning of a rule is decided in ``runner.policy``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from datetime import UTC, tzinfo
from decimal import Decimal
from typing import Any, Final

from runner.domain import (
    Against,
    AllowedOrdertypes,
    AllowedPairs,
    AllowedTimes,
    AllowedTypes,
    AllowedVenues,
    Answer,
    ApprovalRule,
    Check,
    Collar,
    MaxCancels,
    MaxDuplicates,
    MaxLeverage,
    MaxNotional,
    MaxOrders,
    MaxRejects,
    MaxVolume,
    Only,
    Per,
    Place,
    Policy,
    RequiredFields,
    Rule,
    SecondLooks,
    Window,
    parse_duration,
)

from .document.parsed import ParsedPolicy
from .document.values import Fault, LineColumn, YamlList, YamlMap, show
from .parsing import checked

_OPENING = "a policy file begins with `version: 1`, `name: ...` and `rules:`"
_DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_ANSWERS_BEFORE_A_SHARE: Final = 10


def parse_policy(content: bytes, file: str) -> ParsedPolicy:
    """Return the policy in a file's bytes, or all of its problems. Raises nothing."""
    root = checked(content, file, schema="policy", opening=_OPENING, checks=_CHECKS)
    if not isinstance(root, YamlMap):
        return ParsedPolicy(None, root)
    return ParsedPolicy(_policy(root, file, hashlib.sha256(content).hexdigest()), ())


# --- what the schema cannot express, or would say less well --------------------------------------


def _unique_names(root: YamlMap) -> Iterator[Fault]:
    first: dict[str, LineColumn] = {}
    for path, node in _rules(root):
        name, at = node.get("name"), node.value_at("name")
        if isinstance(name, str) and first.setdefault(name, at) != at:
            message = f"the rule name {show(name)} is taken on line {first[name][0]}"
            yield Fault(at, f"{path}.name", message, "each rule has its own name", code="rule-name-twice")


def _limits_say_something(root: YamlMap) -> Iterator[Fault]:
    wanted = {"collar": ("above", "below"), "rejects": ("most", "share")}
    for path, node in _rules(root):
        keys = wanted.get(str(node.get("check")), ())
        if keys and not any(key in node for key in keys):
            message = f"the rule says neither `{keys[0]}` nor `{keys[1]}`"
            yield Fault(
                node.first_key_at, path, message, "write one or both", "limits", code="rule-without-limit"
            )


def _after_needs_a_share(root: YamlMap) -> Iterator[Fault]:
    for path, node in _rules(root):
        if "after" in node and "share" not in node and node.get("check") == "rejects":
            yield Fault(
                node.key_at("after"),
                f"{path}.after",
                "`after` means something beside `share` only",
                code="rule-after-alone",
            )


def _zones_exist(root: YamlMap) -> Iterator[Fault]:
    for path, node in _rules(root):
        zone = node.get("zone")
        if node.get("check") == "times" and isinstance(zone, str):
            try:
                _zone(zone)
            except KeyError:
                message = f"there is no time zone {show(zone)}"
                yield Fault(
                    node.value_at("zone"), f"{path}.zone", message, _zone_hint(zone), code="zone-unknown"
                )


def _enough_may_approve(root: YamlMap) -> Iterator[Fault]:
    node = root.get("approvals")
    if not isinstance(node, YamlMap):
        return
    least, names = str(node.get("least", "")), node.get("from")
    if isinstance(names, YamlList) and least.isdecimal() and int(least) > len(names):
        message = f"{least} approvals are needed, and only {len(names)} may give one"
        yield Fault(
            node.value_at("least"),
            "approvals.least",
            message,
            "name more in `from`, or need fewer",
            "limits",
            code="approvals-impossible",
        )


_CHECKS: Final[tuple[Callable[[YamlMap], Iterator[Fault]], ...]] = (
    _unique_names,
    _limits_say_something,
    _after_needs_a_share,
    _zones_exist,
    _enough_may_approve,
)


def _rules(root: YamlMap) -> Iterator[tuple[str, YamlMap]]:
    rules = root.get("rules")
    for index, node in enumerate(rules if isinstance(rules, YamlList) else ()):
        if isinstance(node, YamlMap):
            yield f"rules[{index}]", node


# --- a document without faults to the nouns of the domain ------------------------------------------


def _policy(root: YamlMap, file: str, digest: str) -> Policy:
    return Policy(
        name=str(root["name"]),
        description=str(root.get("description", "")),
        rules=tuple(_rule(node) for _, node in _rules(root)),
        file=file,
        digest=digest,
        may_withdraw=_may_withdraw(root.get("key")),
        approvals=_approvals(root),
    )


def _approvals(root: YamlMap) -> tuple[ApprovalRule, ...]:
    node = root.get("approvals")
    if not isinstance(node, YamlMap):
        return ()
    return (
        ApprovalRule(
            policy=str(root["name"]),
            least=_count(node, "least"),
            approvers=_texts(node, "from"),
            within_s=parse_duration(str(node["within"])),
        ),
    )


def _may_withdraw(key: Any) -> bool:
    return isinstance(key, YamlMap) and key.get("withdraw") == "allow"


def _rule(node: YamlMap) -> Rule:
    return Rule(
        name=str(node["name"]),
        check=_DECODERS[str(node["check"])](node),
        message=str(node["message"]),
        place=Place(*node.first_key_at),
        answer=Answer(str(node.get("answer", Answer.DENY))),
        only=_only(node.get("only", {})),
    )


def _only(node: Any) -> Only:
    return Only(**{key: tuple(map(str, items)) for key, items in node.items()})


def _texts(node: YamlMap, key: str) -> tuple[str, ...]:
    items: Any = node[key]
    return tuple(map(str, items))


def _number(node: YamlMap, key: str) -> Decimal:
    return Decimal(str(node[key]))


def _count(node: YamlMap, key: str) -> int:
    return int(str(node[key]))


def _percent(node: YamlMap, key: str) -> Decimal | None:
    return Decimal(str(node[key]).removesuffix("%")) if key in node else None


def _window(node: Any) -> Window:
    days = tuple(_DAYS.index(str(day)) for day in node.get("days", _DAYS))
    return Window(days, _minutes(node["from"]), _minutes(node["to"]))


def _minutes(text: object) -> int:
    hours, _, minutes = str(text).partition(":")
    return int(hours) * 60 + int(minutes)


def _zone(name: str) -> tzinfo:
    from .zones import zone_named  # noqa: PLC0415 - most policies name none

    return zone_named(name)


def _zone_hint(word: str) -> str:
    from .zones import zone_hint  # noqa: PLC0415

    return zone_hint(word)


def _windows(node: YamlMap) -> AllowedTimes:
    spans: Any = node["allow"]
    zone = _zone(str(node["zone"])) if "zone" in node else UTC
    rest = node.get("rest") is not False
    return AllowedTimes(tuple(_window(span) for span in spans), zone, rest)


def _leverage(node: YamlMap) -> MaxLeverage:
    return MaxLeverage(None if node["most"] == "none" else _count(node, "most"))


def _notional(node: YamlMap) -> MaxNotional:
    return MaxNotional(_number(node, "most"), str(node["currency"]), Per(str(node["per"])))


def _collar(node: YamlMap) -> Collar:
    return Collar(Against(str(node["against"])), _percent(node, "above"), _percent(node, "below"))


def _rejects(node: YamlMap) -> MaxRejects:
    most = _count(node, "most") if "most" in node else None
    after = _count(node, "after") if "after" in node else _ANSWERS_BEFORE_A_SHARE
    return MaxRejects(most, _percent(node, "share"), after)


_DECODERS: Final[dict[str, Callable[[YamlMap], Check]]] = {
    "pairs": lambda node: AllowedPairs(_texts(node, "allow")),
    "types": lambda node: AllowedTypes(_texts(node, "allow")),
    "ordertypes": lambda node: AllowedOrdertypes(_texts(node, "allow")),
    "venues": lambda node: AllowedVenues(_texts(node, "allow")),
    "times": _windows,
    "leverage": _leverage,
    "fields": lambda node: RequiredFields(_texts(node, "require")),
    "volume": lambda node: MaxVolume(_number(node, "most"), Per(str(node["per"]))),
    "notional": _notional,
    "collar": _collar,
    "orders": lambda node: MaxOrders(_count(node, "most"), Per(str(node["per"]))),
    "duplicates": lambda node: MaxDuplicates(_count(node, "most"), Per(str(node["per"]))),
    "cancels": lambda node: MaxCancels(_count(node, "most"), Per(str(node["per"]))),
    "rejects": _rejects,
    "second-look": lambda node: SecondLooks(_texts(node, "codes") if "codes" in node else ()),
}
