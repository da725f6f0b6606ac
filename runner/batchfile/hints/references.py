"""Hints for entries of ``cancel``: the order, id or user reference that an author meant."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Final

from runner.batchfile.document.outline import outline_of
from runner.batchfile.document.values import YamlMap, shorten

from .similarity import nearest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from runner.batchfile.document.outline import Outline
    from runner.domain import OrderKey

NAME: Final = "[A-Za-z0-9][A-Za-z0-9._-]{0,63}"
NOTHING_SUCH: Final = (
    "there is no such cancellation: list transaction ids, {userref: number} or {order: group/id}; "
    "all open orders of an account are canceled at the exchange itself, with its cancelAll or on its website"
)
_ALL: Final = frozenset(
    {"all", "*", "everything", "any", "open", "all open", "all-open", "cancelall", "true", "yes"}
)
_NONE: Final = frozenset({"none", "no", "nothing", "false", "off", "null"})
_FEW: Final = 5
_TXID: Final = r"O[A-Z0-9]{5}-[A-Z0-9]{5}-[A-Z0-9]{6}"


class References:
    """The orders of a document by their names, found out when the first hint needs them."""

    def __init__(self, document: YamlMap) -> None:
        self._document = document

    @cached_property
    def _outline(self) -> Outline:
        return outline_of(self._document)

    @cached_property
    def _groups_of(self) -> Mapping[str, list[str]]:
        return groups_by_id(self._outline)

    @cached_property
    def _by_cl_ord_id(self) -> Mapping[str, str]:
        return {
            str(own): f"{order.group}/{order.id}"
            for order in self._outline.orders()
            if order.group and order.id and isinstance(own := order.node.get("cl_ord_id"), str)
        }

    def entry_hint(self, text: str) -> str:
        """Return a hint for a text as an entry of ``cancel``."""
        word = text.strip().strip("\"'\u201c\u201d\u2018\u2019")
        if word.lower() in _ALL:
            return NOTHING_SUCH
        if re.fullmatch(r"-?[1-9][0-9]{0,9}", word):
            return f"for a user reference write {{userref: {word}}}"
        entry = re.fullmatch(r"(order|userref)(?:[:=] ?| )([A-Za-z0-9._/-]+)", word)
        if entry:
            return f"write {{{entry[1]}: {entry[2]}}}"
        return self.order_hint(word) or self._txid_hint(word) or self._unknown_hint(word)

    def list_hint(self, value: object) -> str:
        """Return a hint for a value in place of the list."""
        if isinstance(value, bool) or (isinstance(value, str) and value.strip().lower() in _ALL | _NONE):
            nothing = value is False or str(value).lower() in _NONE
            return "leave `cancel` out to cancel nothing" if nothing else NOTHING_SUCH
        if isinstance(value, YamlMap):
            return self._mapping_hint(value)
        if not isinstance(value, str):
            return ""
        if re.fullmatch(_TXID, value):
            return f"write [{value}]"
        hint = self.entry_hint(value)
        found = re.search(r"(?:write|in capitals:|one entry each:) ([^;]*)(.*)", hint)
        return f"write [{found[1].strip('[]')}]{found[2]}" if found and not hint.startswith("there") else hint

    @staticmethod
    def _mapping_hint(value: YamlMap) -> str:
        if list(value) in (["order"], ["userref"]) and isinstance(only := next(iter(value.values())), str):
            return f"write [{{{next(iter(value))}: {shorten(only)}}}]"
        return "write each entry with a dash in front"

    def order_hint(self, word: str) -> str:
        """Return the mapping for an order of the document that a text names; empty if it names none."""
        group, slash, own = word.partition("/")
        if slash and own in self._groups_of and group in self._groups_of[own]:
            return f"for an order of this batch write {{order: {word}}}"
        if not slash and word in self._groups_of:
            names = [f"{{order: {group}/{word}}}" for group in self._groups_of[word][:_FEW]]
            return f"for an order of this batch write {' or '.join(names)}"
        if not slash and word in self._by_cl_ord_id:
            return f"for an order of this batch write {{order: {self._by_cl_ord_id[word]}}}"
        if not slash and word in self._outline.by_name:
            return self._group_hint(word)
        return ""

    def _group_hint(self, name: str) -> str:
        ids = self._outline.by_name[name].ids
        if not ids or len(ids) > _FEW:
            such = f"{{order: {name}/{ids[0] if ids else 'id'}}}"
            return f"a group is not canceled as a whole: list each order, such as {such}"
        return f"for the orders of the group write {', '.join(f'{{order: {name}/{own}}}' for own in ids)}"

    def _unknown_hint(self, word: str) -> str:
        """Return a hint for an unknown name: the nearest one, or else the form of a name."""
        if not re.fullmatch(rf"{NAME}(?:/{NAME})?", word):
            return ""
        group, slash, own = word.partition("/")
        meant = nearest_order(self._outline, self._groups_of, group if slash else "", own if slash else word)
        if meant:
            return f"for an order of this batch write {{order: {meant}}}"
        named = word if slash else f"{self._first_group}/{word}"
        return f"for an order of this batch write {{order: {named}}}; but it has none of that name"

    @property
    def _first_group(self) -> str:
        with_orders = (group.name for group in self._outline.groups if group.orders and group.name)
        return next(with_orders, "group")

    @staticmethod
    def _txid_hint(word: str) -> str:
        if re.fullmatch(r"T[A-Z0-9]{5}-[A-Z0-9]{5}-[A-Z0-9]{6}", word):
            return "this is the id of a trade; an order's begins with O"
        if re.fullmatch(r"o[a-z0-9]{5}-[a-z0-9]{5}-[a-z0-9]{6}", word, re.IGNORECASE):
            return f"in capitals: {word.upper()}"
        bare = re.fullmatch(r"(O[A-Z0-9]{5})[-_ ]?([A-Z0-9]{5})[-_ ]?([A-Z0-9]{6})", word.upper())
        if bare and any(letter.isdigit() for letter in word):
            return f"write {'-'.join(bare.groups())}"
        several = re.findall(_TXID, word)
        if len(several) > 1 and re.fullmatch(rf"(?:{_TXID}[ ,;]*)+", word):
            return f"one entry each: [{', '.join(several)}]"
        if re.fullmatch(r"O[A-Z0-9-]{4,24}", word):
            return "the parts of a transaction id have 6, 5 and 6 characters: copy it again"
        return ""

    def reference_hint(self, text: str) -> str:
        """Return a hint for a text in ``{order: ...}`` that is not of the form ``group/id``."""
        word = re.sub(r"[ .:>\\]+", "/", text.strip(), count=1) if "/" not in text else text.replace(" ", "")
        hint = self.order_hint(word) or self._unknown_hint(word)
        found = re.search(r"\{order: ([^}]+)\}", hint)
        if found and "none of that name" not in hint:
            return f"write {found[1]}"
        orders = (f"{order.group}/{order.id}" for order in self._outline.orders() if order.group and order.id)
        return f"write the group and the id, such as {next(orders, 'enter/buy-eth')}"

    def userref_hint(self, text: str) -> str:
        """Return a hint for a text in ``{userref: ...}`` that is no number."""
        return (
            self.order_hint(text)
            or "a user reference is a number; an order of this batch is {order: group/id}"
        )

    def key_hint(self, key: str, value: object) -> str:
        """Return a hint for an entry under a key that does not exist."""
        if (
            key in ("txid", "ordertxid", "order_id", "orderid")
            and isinstance(value, str)
            and re.fullmatch(_TXID, value)
        ):
            return f"write a transaction id by itself: - {value}"
        if isinstance(value, str) and key != "pair" and (hint := self.order_hint(str(value))):
            return hint
        if key == "txid":
            return "write a transaction id by itself: - OUEMWD-CUO73-YYCBEK"
        return "write {order: group/id}, {userref: number}, or a transaction id alone"


def groups_by_id(outline: Outline) -> dict[str, list[str]]:
    """Return the names of the groups that have an order of an id, by the id."""
    groups: dict[str, list[str]] = {}
    for order in outline.orders():
        if order.id is not None and order.group is not None:
            groups.setdefault(order.id, []).append(order.group)
    return groups


def nearest_order(outline: Outline, groups_of: Mapping[str, list[str]], group: str, own: str) -> str:
    """``group/id`` of the order whose name is most like another; empty if there is none."""
    in_groups = groups_of.get(own)
    if in_groups:
        best = group if group in in_groups else nearest(group, in_groups) or in_groups[0]
        return shorten(f"{best}/{own}")
    seen = outline.by_name.get(group) or outline.by_name.get(nearest(group, outline.by_name))
    if seen is not None:
        ids = seen.ids
        best_id = nearest(own, ids) or (ids[0] if len(ids) == 1 and seen.name == group else "")
        if best_id:
            return shorten(f"{seen.name}/{best_id}")
    best_id = nearest(own, groups_of)
    return shorten(f"{groups_of[best_id][0]}/{best_id}") if best_id else ""


def unknown_order_hint(outline: Outline, groups_of: Mapping[str, list[str]], key: OrderKey) -> str:
    """Return a hint for a reference to an order that does not exist; empty if no name is near."""
    meant = nearest_order(outline, groups_of, key.group, key.id)
    return f"did you mean `{meant}`?" if meant else ""
