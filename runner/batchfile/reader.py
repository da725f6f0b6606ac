"""Text to plain data, straight from the YAML parser's events; no node graph is ever built.

It decides what of YAML a batch file may use. Whether the data makes a batch is decided elsewhere.
Reading goes on after a fault: the value is replaced by ``UNREADABLE``, the rest is still checked.
Anchors, aliases, tags, merge keys and directives are refused, so what is seen is what is sent.
"""

from __future__ import annotations

import re
from array import array
from dataclasses import dataclass
from sys import intern
from typing import TYPE_CHECKING, Any, Final, NoReturn

import yaml
from yaml import MappingEndEvent, MappingStartEvent, ScalarEvent, SequenceEndEvent, SequenceStartEvent

from .document import UNREADABLE, At, Fault, Lines, YamlList, YamlMap, path_text, shorten
from .limits import MAX_DEPTH, MAX_FAULTS, MAX_NODES
from .scalars import RefusedNumber, resolve
from .syntax import syntax_fault

if TYPE_CHECKING:
    from collections.abc import Callable

    from .document import NumberText

_COMMENTED_PRICE = re.compile(r"#[0-9][0-9.]*%?")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")

_ODD_KEYS: Final = frozenset({"", "<<"})
_REUSE: Final = "put what the orders share under `defaults`"
_REMEMBERED: Final = 10_000
"""How many unquoted values are kept: most of those in a batch come again and again."""

_Parser: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read. ``complete`` is false if reading ended early; ``root`` is then not to be checked."""

    root: object
    faults: list[Fault]
    complete: bool


def read(text: str) -> Reading:
    """Plain data and the faults of a text that holds no forbidden character."""
    reader = _Reader(text)
    complete = False
    try:
        reader.run()
        complete = True
    except yaml.YAMLError as error:
        reader.faults.append(syntax_fault(error, text))
    except _GaveUp:
        pass
    return Reading(reader.root, reader.faults, complete)


class _GaveUp(Exception):
    """A limit is reached; the last fault says which."""


class _Plain(dict[str, "str | bool | None"]):
    """The values of unquoted scalars by their text; ``None`` for those that stand for no value of ours."""

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

    What is ordinary stays in the loop of ``_mapping``. All else goes to methods that are as slow as they
    like. A ``step`` is the key or index of a value; it is ``None`` at the top, and where a key was refused
    and its value is read but not kept.
    """

    def __init__(self, text: str) -> None:
        self.root: object = None
        self.faults: list[Fault] = []
        self._take: Callable[[], Any] = _Parser(text.encode()).get_event
        self._lines = Lines(text)
        self._plain = _Plain()
        self._keys = _Keys()
        self._trail: list[str | int] = []
        self._depth = 0
        self._nodes = 0
        self._documents = 0

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
            self._fault(event, None, "a second document starts here (`---`)", hint)
        elif event.version or event.tags:
            message = "directives (`%...`) are not allowed"
            self._fault(event, None, message, "remove the line; the file is read as YAML 1.2")

    # --- containers ----------------------------------------------------------------------------

    def _mapping(self, start: Any) -> YamlMap:
        take, keys, plain = self._take, self._keys, self._plain
        key_event = take()
        begins = start if type(key_event) is MappingEndEvent else key_event
        node = YamlMap(self._lines, start.start_mark.index, _position(begins))
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
                value = self._value(event, key, key_event)
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
        """The text of a key that is unusual but allowed; ``None`` if it is refused."""
        if isinstance(event, yaml.AliasEvent):
            self._alias(event, None)
            return None
        self._refuse_properties(event, None)
        if not isinstance(event, ScalarEvent):
            self._fault(event, None, "a key is a plain text, not a list or mapping", "put the key in quotes")
            self._container(event, None)
            return None
        return self._odd_text(event, node)

    def _odd_text(self, event: Any, node: YamlMap) -> str | None:
        key: str = event.value
        if key == "<<" and not event.style:
            self._fault(event, None, "merge keys (`<<`) are not allowed", _REUSE)
        elif not key:
            self._fault(event, None, "a key is missing before `:`", "write `key: value`")
        elif key in node:
            first = node.key_at(key)[0]
            again = f"the key `{shorten(key)}` is here twice, first on line {first}"
            self._fault(event, key, again, "keep one of them")
        else:
            return intern(key)
        return None

    # --- values --------------------------------------------------------------------------------

    def _value(self, event: Any, step: str | int | None, key_event: Any = None) -> object:
        """Any value that is no ordinary scalar in a mapping."""
        kind = type(event)
        if kind is MappingStartEvent or kind is SequenceStartEvent:
            self._refuse_properties(event, step)
            return self._container(event, step)
        if kind is not ScalarEvent:
            self._alias(event, step)
            return UNREADABLE
        if event.tag is not None or event.anchor is not None:
            self._refuse_properties(event, step)
            return UNREADABLE
        return self._scalar(event, step, key_event)

    def _scalar(self, event: Any, step: str | int | None, key_event: Any) -> object:
        if event.style:
            return self._quoted(event, step)
        value = resolve(event.value)
        if value is None:
            return self._nothing(event, step, key_event)
        if isinstance(value, RefusedNumber):
            self._fault(event, step, value.message, value.hint)
            return UNREADABLE
        return value

    def _quoted(self, event: Any, step: str | int | None) -> object:
        text: str = event.value
        found = _CONTROL.search(text)
        if found is None:
            return text
        code = ord(found.group())
        self._fault(event, step, f"the text holds the control character U+{code:04X}", "remove the escape")
        return UNREADABLE

    def _nothing(self, event: Any, step: str | int | None, key_event: Any) -> object:
        """Nothing in the format may be empty; a price behind ``#`` is the way in which it happens."""
        if not self._depth:
            return None
        rest = "" if event.value else self._lines.rest_of_line(event.start_mark.index)
        comment = _COMMENTED_PRICE.match(rest.lstrip())
        if comment:
            hint = f'`#` starts a comment in YAML; put it in quotes: "{comment.group()}"'
        else:
            hint = "write one, or leave the key out"
        self._fault(key_event or event, step, "there is no value", hint)
        return UNREADABLE

    # --- complaints ----------------------------------------------------------------------------

    def _alias(self, event: Any, step: str | int | None) -> None:
        self._fault(event, step, f"aliases (`*{shorten(event.anchor)}`) are not allowed", _REUSE)

    def _refuse_properties(self, event: Any, step: str | int | None) -> None:
        if event.anchor is not None:
            self._fault(event, step, f"anchors (`&{shorten(event.anchor)}`) are not allowed", _REUSE)
        if event.tag is not None:
            hint = "write the plain value, in quotes if it is text"
            self._fault(event, step, "tags (`!...`) are not allowed", hint)

    def _fault(self, event: Any, step: str | int | None, message: str, hint: str = "") -> None:
        path = path_text(self._trail if step is None else [*self._trail, step])
        self.faults.append(Fault(_position(event), path, message, hint))
        if len(self.faults) > MAX_FAULTS:
            raise _GaveUp

    def _too_many(self, event: Any) -> None:
        message = f"the file holds more than {MAX_NODES:,} keys and values"
        self._give_up(event, message, "split it into several batches")

    def _too_deep(self, event: Any) -> None:
        self._give_up(event, f"nested more than {MAX_DEPTH} levels deep", "a batch needs seven levels")

    def _give_up(self, event: Any, message: str, hint: str) -> NoReturn:
        self.faults.append(Fault(_position(event), "", message, hint))
        raise _GaveUp


def _position(event: Any) -> At:
    mark = event.start_mark
    return mark.line + 1, mark.column + 1
