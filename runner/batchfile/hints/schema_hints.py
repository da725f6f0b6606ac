"""Hints for errors of the schema, found by the place of an error and by what is around it.

A hint that takes time to find is a function; it is called for the problems that are shown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, Final

from runner.batchfile.document.values import NumberText, YamlList, YamlMap, shorten

from .keys import key_hint
from .needs import NEED_EXAMPLES, need_key_hint, need_under_its_name, no_list_hint
from .numbers import distance_hint
from .references import References
from .values import kind_hint, name_of, text_hint, value_hint

if TYPE_CHECKING:
    from collections.abc import Mapping

    from runner.batchfile.document.broken_rule import Error

Hint = str | Callable[[], str]

_DISTANCES: Final = {"^[+]": "+", "^[+-]": "+-"}
"""The signs of a distance, by the pattern that requires one."""
_PLAIN_NAME: Final = r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}"
_ORDER_KEYS: Final = frozenset({"pair", "type", "ordertype", "volume"})
_GROUP_KEYS: Final = frozenset({"orders", "cancel", "needs", "on_reject"})


def is_order_under_its_name(error: Error) -> bool:
    """Return whether an entry of `orders` is nothing but another mapping under a name: `- buy-eth: {...}`."""
    node, steps = error.value, error.steps
    in_orders = len(steps) > 1 and steps[-2] == "orders"
    if not in_orders or not isinstance(node, YamlMap) or len(node) != 1:
        return False
    return all(isinstance(value, YamlMap) for value in node.values())


def is_under_its_name(error: Error) -> bool:
    """Return whether an order, or what a group needs, is written under its name as a key."""
    return is_order_under_its_name(error) or bool(need_under_its_name(error))


class Hints:
    """The hints for one document, into which ``defaults`` are merged."""

    def __init__(self, document: YamlMap, schema: Mapping[str, Any]) -> None:
        self._document = document
        self._schema = schema
        self._references = References(document)

    def for_text(self, error: Error) -> Hint:
        """For a text that has not the form that its field wants."""
        text, steps = error.value, list(error.steps)
        if not isinstance(text, str) or not (names := [step for step in steps if isinstance(step, str)]):
            return ""
        if signs := _DISTANCES.get(error.schema.get("pattern", "")):
            return partial(distance_hint, text, signs)
        if "cancel" in names:
            return partial(self._cancel_text, names[-1], text)
        return partial(text_hint, names[-1], text, self._order_at(steps))

    def _cancel_text(self, field: str, text: str) -> str:
        match field:
            case "cancel":
                return text_hint("", text) or self._references.entry_hint(text)
            case "order":
                return text_hint("", text) or self._references.reference_hint(text)
            case _ if re.fullmatch(r"[-+]?[0-9.,_ ]+", text):
                return text_hint(field, text)
            case _:
                return text_hint("", text) or self._references.userref_hint(text)

    def for_kind(self, error: Error, wanted: Sequence[str]) -> Hint:
        """For a value of a wrong kind."""
        steps, value = list(error.steps), error.value
        names = [step for step in steps if isinstance(step, str)]
        field = names[-1] if names else ""
        if field == "cancel" and (steps[-1] == "cancel" or isinstance(value, NumberText)):
            entries = self._references.list_hint if steps[-1] == "cancel" else self._references.entry_hint
            return partial(entries, value)
        if isinstance(value, YamlMap) and steps[-1:] in (["groups"], ["orders"]):
            return _list_hint(field, value)
        if isinstance(value, YamlMap) and steps[-1:] == ["needs"]:
            return no_list_hint(value)
        if isinstance(value, YamlList) and "array" not in wanted and list(wanted) != ["object"]:
            return _without_brackets(value)
        if isinstance(value, NumberText | bool) and len(wanted) > 1 and "cancel" not in names:
            text = value if isinstance(value, NumberText) else str(value).lower()
            return partial(text_hint, field, text, self._order_at(steps))
        return "" if len(wanted) > 1 else kind_hint(field, value, wanted) or self.for_text(error)

    def for_choice(self, error: Error, choices: Sequence[str]) -> Hint:
        """For a value that is none of a few."""
        return partial(value_hint, error.value, choices)

    def for_key(self, error: Error, key: str, known: Sequence[str]) -> Hint:
        """For a key that there is not."""
        return need_key_hint(error, key) or self._for_other_key(error, key, known)

    def _for_other_key(self, error: Error, key: str, known: Sequence[str]) -> Hint:
        names = [step for step in error.steps if isinstance(step, str)]
        if "cancel" in names:
            return partial(self._references.key_hint, key, error.value[key])
        under_its_name = isinstance(error.value[key], YamlMap) and "name" not in error.value
        if is_order_under_its_name(error) or (names == ["groups"] and under_its_name):
            named = "name" if names == ["groups"] else "id"
            plain = re.fullmatch(_PLAIN_NAME, key)
            return f"write {named}: {shorten(key)}, and what is under it beside that" if plain else ""
        if not names and key in ("orders", "cancel"):
            what = "orders" if key == "orders" else "cancellations"
            return f"{what} are in a group: write groups: with `- name: ...` and `{key}:` under it"
        if names == ["groups"] and len(_ORDER_KEYS & error.value.keys()) > 1:
            return "orders are in a group: put them under its `orders:`, each as an entry of a list"
        if names[:1] == ["options"]:
            from .option_names import option_hint  # noqa: PLC0415 - only a scenario has options

            return option_hint(names, key, error.value, self._schema["properties"]["options"])
        return partial(_known_key_hint, key, known, error.value)

    def for_name(self, error: Error, key: str) -> Hint:
        """For a key in the wrong form, where any key of that form is allowed."""
        return ""

    def for_one_key(self, error: Error) -> str:
        """For an entry that has several keys, or none."""
        keys = [key for key in ("userref", "order") if key in error.value]
        return "make two entries of it, one for each key" if len(keys) > 1 else ""

    def for_missing(self, error: Error, key: str) -> Hint:
        """For a key that is missing."""
        steps: list[Any] = list(error.steps)
        if key == "id" and steps[0:1] == ["groups"] and len(steps) == 4:
            return partial(self._id_hint, steps)
        if key == "version":
            return "write version: 1"
        if key == "name" and steps[:1] == ["groups"]:
            return f"write name: group-{steps[1] + 1}"
        return NEED_EXAMPLES.get(key, "") if "needs" in steps else ""

    # --- what is around it -------------------------------------------------------------------

    def _order_at(self, steps: Sequence[Any]) -> Mapping[str, object]:
        """Return the order that some steps lead into, or the defaults."""
        if steps[:1] == ["defaults"] and isinstance(defaults := self._document.get("defaults"), YamlMap):
            return defaults
        node: Any = self._document
        for step in steps[:4] if steps[:1] == ["groups"] and "orders" in steps else ():
            node = node[step]
        return node if isinstance(node, YamlMap) and node is not self._document else {}

    def _id_hint(self, steps: Sequence[Any]) -> str:
        """Return an id for the order at some steps, made from what it does, unique in its group."""
        made = self._made_ids.get((steps[1], steps[3]))
        return f"write id: {made}" if made else ""

    @cached_property
    def _made_ids(self) -> Mapping[tuple[int, int], str]:
        made: dict[tuple[int, int], str] = {}
        groups: Any = self._document.get("groups")
        for place, group in enumerate(groups if isinstance(groups, YamlList) else ()):
            orders = group.get("orders") if isinstance(group, YamlMap) else None
            nodes = (
                [order if isinstance(order, YamlMap) else {} for order in orders or ()]
                if isinstance(orders, YamlList)
                else []
            )
            taken = {str(node["id"]) for node in nodes if "id" in node}
            counts: dict[str, int] = {}
            for number, node in enumerate(nodes):
                if node and "id" not in node:
                    made[place, number] = _new_id(node, taken, counts)
        return made


def _new_id(node: Mapping[str, object], taken: set[str], counts: dict[str, int]) -> str:
    pair, side = node.get("pair"), node.get("type")
    base = pair.partition("/")[0] if isinstance(pair, str) else ""
    stem = name_of("-".join(part for part in (side if isinstance(side, str) else "", base.lower()) if part))[
        :40
    ]
    stem = stem or "order"
    while True:
        counts[stem] = counts.get(stem, 0) + 1
        name = stem if counts[stem] == 1 else f"{stem}-{counts[stem]}"
        if name not in taken:
            taken.add(name)
            return name


def _without_brackets(value: YamlList) -> str:
    if len(value) == 1 and isinstance(value[0], str):
        return f"write {shorten(value[0])}, without brackets"
    return "make an entry of each" if len(value) > 1 else ""


def _list_hint(field: str, value: YamlMap) -> str:
    """Return a hint for a mapping in place of a list: an entry without its dash, or entries by name."""
    own, keys = ("name", _GROUP_KEYS) if field == "groups" else ("id", _ORDER_KEYS)
    first = next(iter(value), "")
    if keys & value.keys():
        moved = f"put `- ` before its first key, `{shorten(first)}`, and two blanks before the others"
        return f"it is a list: {moved}"
    if not re.fullmatch(_PLAIN_NAME, first) or not all(isinstance(item, YamlMap) for item in value.values()):
        return f"it is a list: each entry begins with `- {own}: ...`"
    if value.opens_with_brace(first):
        return f"it is a list: write `- {{{own}: {first}, ...}}` for `{first}: {{...}}`, and so for each"
    return f"it is a list: write `- {own}: {first}` for `{first}:`, and so for each"


def _known_key_hint(key: str, known: Sequence[str], beside: Mapping[str, object]) -> str:
    return key_hint(key, known, beside) or (f"known: {', '.join(known)}" if len(known) < 10 else "")
