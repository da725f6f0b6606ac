"""Text to plain data, straight from the YAML parser's events; no node graph is ever built.

It decides which part of YAML a batch file may use, not whether the data is a valid batch. After a fault it
continues: the value is replaced by ``UNREADABLE``, and the rest is still checked. Anchors, aliases, tags,
merge keys and directives are refused, so that the file shows exactly what is sent.
"""

from __future__ import annotations

import re
from array import array
from itertools import islice
from sys import intern
from typing import TYPE_CHECKING, Any, Final, NamedTuple, NoReturn

import yaml
from yaml import MappingEndEvent, MappingStartEvent, ScalarEvent, SequenceEndEvent, SequenceStartEvent

from runner.batchfile.document.limits import LONGEST_NUMBER, MAX_DEPTH, MAX_DIRECTIVES, MAX_NODES
from runner.batchfile.document.values import (
    UNREADABLE,
    Fault,
    Lines,
    Unreadable,
    YamlList,
    YamlMap,
    shorten,
)
from runner.batchfile.hints import templates
from runner.domain import Order

from .faults import REUSE, Faults, GaveUp, position
from .scalars import RefusedNumber, resolve

if TYPE_CHECKING:
    from collections.abc import Callable

    from runner.batchfile.document.values import NumberText

_DIRECTIVE: Final = re.compile(r"^%", re.MULTILINE)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")

_ODD_KEYS: Final = {"", "<<"}
_REMEMBERED: Final = 10_000
"""Number of unquoted values cached: most values of a batch are repeated."""

_NO_ENTRY: Final = object()
_KEYS: Final = frozenset(Order._fields) | {
    "name",
    "needs",
    "on_reject",
    "hold",
    "orders",
    "cancel",
    "check",
    "message",
}
"""Keys that are keys behind a comma too, though their value is missing."""
"""In place of a value: what looked like an entry is none."""

_Parser: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Reading(NamedTuple):
    """The data that was read. ``complete`` is false if reading ended early; then do not check ``root``."""

    root: object
    faults: list[Fault]
    complete: bool


def read(text: str, *, reuse: str = REUSE) -> Reading:
    """Plain data and the faults of a text that holds no forbidden character.

    ``reuse`` is the hint for an anchor.
    """
    if len(directives := list(islice(_DIRECTIVE.finditer(text), MAX_DIRECTIVES + 1))) > MAX_DIRECTIVES:
        # libyaml holds each against all that came before it.
        at = Lines(text).at(directives[0].start())
        fault = Fault(
            at,
            "",
            "directives (`%...`) are not allowed",
            "remove the lines that begin with `%`",
            code="yaml-not-allowed",
        )
        return Reading(None, [fault], complete=False)
    reader = _Reader(text, reuse)
    complete = False
    try:
        reader.run()
        complete = True
    except yaml.YAMLError as error:
        from .syntax import syntax_fault  # noqa: PLC0415 - a file that YAML can read needs no words for it

        reader.faults.add(syntax_fault(error, text))
    except GaveUp:
        pass
    return Reading(reader.root, reader.faults.result(), complete)


class _Plain(dict[str, "str | bool | None"]):
    """The values of unquoted scalars by their text; ``None`` for those without a value in our format."""

    def __missing__(self, text: str) -> str | NumberText | bool | None:
        value = resolve(text)
        if isinstance(value, RefusedNumber):
            return None
        if len(self) < _REMEMBERED:
            self[text] = value
        return value


class _Keys(dict[str, "str | None"]):
    """The keys by their text, each one object for all the mappings that have it; ``None`` for odd ones."""

    def __missing__(self, text: str) -> str | None:
        key = None if text in _ODD_KEYS else intern(text)
        if len(self) < _REMEMBERED:
            self[text] = key
        return key


class _Reader:
    """A method for each shape, which is called with the event that opens it and reads to its end.

    Common values stay in the loop of ``_mapping``; anything else goes to slower methods. A ``step`` is the
    key or index of a value; it is ``None`` at the top, and where a key was refused and its value is read but
    not kept.
    """

    def __init__(self, text: str, reuse: str) -> None:
        self.root: object = None
        self.faults = Faults(reuse)
        self._take: Callable[[], Any] = _Parser(text.encode()).get_event
        self._lines = Lines(text)
        self._plain = _Plain()
        self._keys = _Keys()
        self._trail = self.faults.trail
        self._depth = 0
        self._nodes = 0
        self._documents = 0
        self._second_entry: YamlMap | None = None

    def run(self) -> None:
        """Read to the end, or to a second document."""
        while (event := self._take()) is not None:
            if isinstance(event, yaml.NodeEvent):
                self.root = self._value(event, None)
            elif isinstance(event, yaml.DocumentStartEvent):
                self._document(event)
                if self._documents > 1:
                    return

    def _document(self, event: Any) -> None:
        self._documents += 1
        if self._documents > 1:
            hint = "keep one batch in a file"
            self.faults.report(
                event, None, "a second document starts here (`---`)", hint, code="yaml-not-allowed"
            )
        elif event.version or event.tags:
            message = "directives (`%...`) are not allowed"
            self.faults.report(
                event, None, message, "remove the line; the file is read as YAML 1.2", code="yaml-not-allowed"
            )

    # --- containers ----------------------------------------------------------------------------

    def _mapping(self, start: Any) -> YamlMap:
        take, keys, plain = self._take, self._keys, self._plain
        key_event = take()
        begins = start if type(key_event) is MappingEndEvent else key_event
        node = YamlMap(self._lines, start.start_mark.index, position(begins))
        place = node.offsets.append
        while type(key_event) is not MappingEndEvent:
            self._nodes += 2
            if self._nodes > MAX_NODES:
                self._too_many(key_event)
            key: str | None = None
            if type(key_event) is ScalarEvent and key_event.tag is None and key_event.anchor is None:
                key = keys[key_event.value]
            if key is None or key in node:
                key = self._odd_key(key_event, node)
            event = take()
            value: object = None
            if type(event) is ScalarEvent and not event.style and event.tag is None and event.anchor is None:
                value = plain[event.value]
            if value is None:
                value = self._value(event, key, key_event, node)
                if value is _NO_ENTRY:
                    key = None
            if key is not None:
                node[key] = value
                place(key_event.start_mark.index)
                place(event.start_mark.index)
            key_event = take()
        node.offsets = array("I", node.offsets)
        return node

    def _list(self, start: Any) -> YamlList:
        node = YamlList(self._lines, start.start_mark.index)
        while type(event := self._take()) is not SequenceEndEvent:
            self._nodes += 1
            if self._nodes > MAX_NODES:
                self._too_many(event)
            node.put(self._value(event, len(node)), event.start_mark.index)
        return node

    def _container(self, event: Any, step: str | int | None) -> YamlMap | YamlList:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            self._too_deep(event)
        if step is not None:
            self._trail.append(step)
        node = self._mapping(event) if type(event) is MappingStartEvent else self._list(event)
        if step is not None:
            self._trail.pop()
        self._depth -= 1
        return node

    # --- keys ----------------------------------------------------------------------------------

    def _odd_key(self, event: Any, node: YamlMap) -> str | None:
        """Return the text of a key that is unusual but allowed; ``None`` if it is refused."""
        if isinstance(event, yaml.AliasEvent):
            self.faults.report_alias(event, None)
            return None
        self.faults.refuse_properties(event, None)
        if not isinstance(event, ScalarEvent):
            self.faults.report(
                event,
                None,
                "a key is a plain text, not a list or mapping",
                "put the key in quotes",
                code="yaml-key-unfit",
            )
            self._container(event, None)
            return None
        return self._odd_text(event, node)

    def _odd_text(self, event: Any, node: YamlMap) -> str | None:
        key: str = event.value
        if key == "<<" and not event.style:
            self.faults.report_reuse(event, None, "merge keys (`<<`)")
            node.incomplete = True
        elif not key:
            self.faults.report(
                event, None, "a key is missing before `:`", "write `key: value`", code="yaml-separator"
            )
        elif key in node:
            first = node.key_at(key)[0]
            again = f"duplicate key `{shorten(key)}`, first on line {first}"
            in_list = bool(self.faults.trail) and isinstance(self.faults.trail[-1], int)
            if in_list and key == next(iter(node)):
                self._second_entry = node
                hint = f"if another entry begins here, write - {shorten(key)}: for it; else keep one of them"
                self.faults.report(event, key, again, hint, code="key-twice")
            elif node is not self._second_entry:  # What follows the first key belongs to the second entry.
                self.faults.report(event, key, again, "keep one of them", code="key-twice")
        else:
            return intern(key)
        return None

    # --- values --------------------------------------------------------------------------------

    def _value(
        self, event: Any, step: str | int | None, key_event: Any = None, node: YamlMap | None = None
    ) -> object:
        """Any value that is no ordinary scalar in a mapping; ``node`` is where it is, if in one."""
        kind = type(event)
        if kind is MappingStartEvent or kind is SequenceStartEvent:
            if kind is MappingStartEvent and (found := self._lines.placeholder_at(event.start_mark.index)):
                return self._placeholder(event, step, found)
            self.faults.refuse_properties(event, step)
            return self._container(event, step)
        if kind is not ScalarEvent:
            self.faults.report_alias(event, step)
            return UNREADABLE
        if event.tag is not None or event.anchor is not None:
            self.faults.refuse_properties(event, step)
            return UNREADABLE
        return self._scalar(event, step, key_event, node)

    def _placeholder(self, event: Any, step: str | int | None, placeholder: str) -> Unreadable:
        """Return a placeholder in double braces, which YAML reads as a mapping in a mapping."""
        self.faults.report(
            event, step, templates.message(placeholder), templates.HINT, code="template-unfilled"
        )
        with self.faults.muted():
            self._container(event, step)
        return UNREADABLE

    def _scalar(self, event: Any, step: str | int | None, key_event: Any, node: YamlMap | None) -> object:
        if event.style:
            return self._quoted(event, step)
        value = resolve(event.value)
        if value is None:
            return self._nothing(event, step, key_event, node)
        if isinstance(value, RefusedNumber):
            from runner.batchfile.hints.numbers import refused_hint  # noqa: PLC0415 - most files have no such number

            self.faults.report(
                event, step, value.message, refused_hint(step, event.value), code="number-unfit"
            )
            return UNREADABLE
        return value

    def _quoted(self, event: Any, step: str | int | None) -> object:
        text: str = event.value
        found = _CONTROL.search(text)
        if found is None:
            return text
        code = ord(found.group())
        self.faults.report(
            event,
            step,
            f"the text holds the control character U+{code:04X}",
            "remove the escape",
            code="yaml-odd-character",
        )
        return UNREADABLE

    def _nothing(self, event: Any, step: str | int | None, key_event: Any, node: YamlMap | None) -> object:
        """Nothing in the format may be empty; what is taken for a key is often half of a value."""
        if not self._depth:
            return None
        if node is not None and not event.value and self._half_of_a_value(key_event, node):
            return _NO_ENTRY
        rest = "" if event.value else self._lines.rest_of_line(event.start_mark.index)
        comment = re.match(r"#[0-9][0-9.]*%?", rest.lstrip())
        if comment:
            hint = f'`#` starts a comment in YAML; put it in quotes: "{comment.group()}"'
        elif not node and type(key_event) is ScalarEvent and self._behind(key_event).startswith("}"):
            hint = f'put it in quotes if it is a text: "{{{shorten(key_event.value)}}}"'
        else:
            hint = "write one, or leave the key out"
        self.faults.report(key_event or event, step, "there is no value", hint, code="value-missing")
        return UNREADABLE

    def _half_of_a_value(self, key_event: Any, node: YamlMap) -> bool:
        """Return whether a key without a value follows a decimal comma, or is `key:value` without a blank.

        If so, the fault is added.
        """
        start = key_event.start_mark.index
        if type(key_event) is not ScalarEvent or key_event.style:
            return False
        from .cut_values import entry_with_equals, glued_entry  # noqa: PLC0415 - most files have no key without a value

        glued, equals = glued_entry(key_event.value), entry_with_equals(key_event.value)
        if found := glued or equals:
            key, hint = found
            message = (
                "a space is missing after the colon" if glued else "a key ends with a colon, not with `=`"
            )
            self.faults.report(key_event, key, message, hint, code="yaml-separator")
            if key not in node:
                node.put(key, UNREADABLE, start, start)
            return True
        last = next(reversed(node), None)
        return last is not None and self._cut_at_comma(key_event, node, last)

    def _cut_at_comma(self, key_event: Any, node: YamlMap, last: str) -> bool:
        """Return whether a comma cut the key off the value before it, and add the fault if so.

        There may be several commas in one value; they are one fault.
        """
        start, end = node.offsets[-1], key_event.end_mark.index
        whole = self._lines.between(start, end) if end - start <= LONGEST_NUMBER else ""
        from .cut_values import comma_hint, fragment_hint  # noqa: PLC0415

        hint = comma_hint(last, key_event.value, whole, node)
        if (
            not hint
            and whole
            and key_event.value not in _KEYS
            and not self._behind(key_event).startswith(":")
        ):
            hint = fragment_hint(whole)
        if not hint:
            return False
        node[last] = UNREADABLE
        message = f"`{shorten(whole)}` ends at its comma: inside {{ }} a comma ends a value"
        self.faults.replace_last(self._lines.at(start), last, message, hint, code="yaml-comma")
        return True

    def _behind(self, key_event: Any) -> str:
        return self._lines.rest_of_line(key_event.end_mark.index).lstrip()

    # --- limits ----------------------------------------------------------------------------------

    def _too_many(self, event: Any) -> NoReturn:
        message = f"the file holds more than {MAX_NODES:,} keys and values"
        self.faults.give_up(event, message, "split it into several batches", code="too-much")

    def _too_deep(self, event: Any) -> NoReturn:
        message = f"nested more than {MAX_DEPTH} levels deep"
        self.faults.give_up(event, message, "a batch needs seven levels", code="too-much")
