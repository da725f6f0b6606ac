"""Text to plain data, straight from the YAML parser's events; no node graph is ever built.

It decides what of YAML a batch file may use. Whether the data makes a batch is decided elsewhere.
Reading goes on after a fault: the value is replaced by ``UNREADABLE``, the rest is still checked.
Anchors, aliases, tags, merge keys and directives are refused, so what is seen is what is sent.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import yaml

from .document import START, UNREADABLE, At, Fault, YamlList, YamlMap, path_text, shorten
from .limits import MAX_DEPTH, MAX_FAULTS, MAX_NODES
from .scalars import RefusedNumber, resolve
from .syntax import syntax_fault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_DROPPED: Final = "\0dropped"
"""Takes the place of a key whose value is read but not kept."""

_COMMENTED_PRICE = re.compile(r"#[0-9][0-9.]*%?")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")

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
    try:
        complete = reader.run()
    except yaml.YAMLError as error:
        reader.faults.append(syntax_fault(error, text))
        complete = False
    return Reading(reader.root, reader.faults, complete)


class _Frame:
    """A mapping or list that is still open. ``key`` is the key that waits for its value."""

    __slots__ = ("is_key", "key", "key_at", "node")

    def __init__(self, node: YamlMap | YamlList, *, is_key: bool = False) -> None:
        self.node = node
        self.key: str | None = None
        self.key_at = START
        self.is_key = is_key


class _Reader:
    """A loop over events with a stack of open containers."""

    def __init__(self, text: str) -> None:
        self.faults: list[Fault] = []
        self._text = text
        self._lines: list[str] | None = None
        self._holder = YamlList(START)
        self._top = _Frame(self._holder)
        self._stack = [self._top]
        self._nodes = 0
        self._documents = 0

    @property
    def root(self) -> object:
        return self._holder[0] if self._holder else None

    def run(self) -> bool:
        """Read to the end, a limit or a second document. Says whether the first one is whole."""
        take = _Parser(self._text.encode()).get_event
        handlers: dict[type, Callable[[Any], None]] = {
            yaml.ScalarEvent: self._scalar,
            yaml.AliasEvent: self._alias,
            yaml.MappingStartEvent: self._open_mapping,
            yaml.SequenceStartEvent: self._open_list,
            yaml.MappingEndEvent: self._close,
            yaml.SequenceEndEvent: self._close,
            yaml.DocumentStartEvent: self._document,
        }
        while (event := take()) is not None:
            handler = handlers.get(type(event))
            if handler is None:
                continue
            handler(event)
            if self._documents > 1:
                return True
            if len(self.faults) > MAX_FAULTS:
                return False
            if self._nodes > MAX_NODES or len(self._stack) > MAX_DEPTH + 1:
                self._limit_fault(_position(event))
                return False
        return True

    def _limit_fault(self, at: At) -> None:
        if self._nodes > MAX_NODES:
            message = f"the file holds more than {MAX_NODES:,} keys and values"
            hint = "split it into several batches"
        else:
            message, hint = f"nested more than {MAX_DEPTH} levels deep", "a batch needs seven levels"
        self.faults.append(Fault(at, "", message, hint))

    def _document(self, event: Any) -> None:
        self._documents += 1
        if self._documents > 1:
            hint = "keep one batch in a file"
            self._fault(_position(event), "a second document starts here (`---`)", hint)
        elif event.version or event.tags:
            message = "directives (`%...`) are not allowed"
            self._fault(_position(event), message, "remove the line; the file is read as YAML 1.2")

    def _scalar(self, event: Any) -> None:
        at = _position(event)
        top = self._top
        if top.key is None and isinstance(top.node, YamlMap):
            self._key(event, at)
        else:
            self._put(self._value(event, at), at)

    def _key(self, event: Any, at: At) -> None:
        """Note the key that the next value belongs to."""
        self._nodes += 1
        top = self._top
        self._refuse_properties(event, at)
        key = event.value
        top.key_at, top.key = at, _DROPPED
        if key == "<<" and not event.style:
            self._fault(at, "merge keys (`<<`) are not allowed", "put what the orders share under `defaults`")
        elif not key:
            self._fault(at, "a key is missing before `:`", "write `key: value`")
        elif key in top.node:
            first = top.node.key_at(key)[0] if isinstance(top.node, YamlMap) else 0
            again = f"the key `{shorten(key)}` is here twice, first on line {first}"
            self._fault(at, again, "keep one of them", key)
        else:
            top.key = sys.intern(key)

    def _value(self, event: Any, at: At) -> object:
        if event.tag is not None or event.anchor is not None:
            self._refuse_properties(event, at)
            return UNREADABLE
        text: str = event.value
        if event.style:
            return self._quoted(text, at)
        value = resolve(text)
        if value is None:
            return self._nothing(text, at)
        if isinstance(value, RefusedNumber):
            self._fault(at, value.message, value.hint)
            return UNREADABLE
        return value

    def _quoted(self, text: str, at: At) -> object:
        found = _CONTROL.search(text)
        if found is None:
            return text
        code = ord(found.group())
        self._fault(at, f"the text holds the control character U+{code:04X}", "remove the escape")
        return UNREADABLE

    def _nothing(self, text: str, at: At) -> object:
        """Nothing in the format may be empty; a price behind ``#`` is the way in which it happens."""
        if len(self._stack) == 1:
            return None
        comment = _COMMENTED_PRICE.match(self._rest_of_line(at).lstrip()) if not text else None
        if comment:
            hint = f'`#` starts a comment in YAML; put it in quotes: "{comment.group()}"'
        else:
            hint = "write one, or leave the key out"
        top = self._top
        key_at = top.key_at if isinstance(top.node, YamlMap) else at
        self._fault(key_at, "there is no value", hint)
        return UNREADABLE

    def _rest_of_line(self, at: At) -> str:
        if self._lines is None:
            self._lines = self._text.split("\n")
        return self._lines[at[0] - 1][at[1] - 1 :] if at[0] <= len(self._lines) else ""

    def _alias(self, event: Any) -> None:
        at = _position(event)
        self._fault(at, f"aliases (`*{shorten(event.anchor)}`) are not allowed", _REUSE)
        top = self._top
        if top.key is None and isinstance(top.node, YamlMap):
            top.key, top.key_at = _DROPPED, at
        else:
            self._put(UNREADABLE, at)

    def _refuse_properties(self, event: Any, at: At) -> None:
        if event.anchor is not None:
            self._fault(at, f"anchors (`&{shorten(event.anchor)}`) are not allowed", _REUSE)
        if event.tag is not None:
            self._fault(at, "tags (`!...`) are not allowed", "write the plain value, in quotes if it is text")

    def _open_mapping(self, event: Any) -> None:
        self._open(event, YamlMap(_position(event)))

    def _open_list(self, event: Any) -> None:
        self._open(event, YamlList(_position(event)))

    def _open(self, event: Any, node: YamlMap | YamlList) -> None:
        self._refuse_properties(event, node.at)
        top = self._top
        is_key = top.key is None and isinstance(top.node, YamlMap)
        if is_key:
            self._fault(node.at, "a key is a plain text, not a list or mapping", "put the key in quotes")
        frame = _Frame(node, is_key=is_key)
        self._stack.append(frame)
        self._top = frame

    def _close(self, _event: Any) -> None:
        closed = self._stack.pop()
        self._top = self._stack[-1]
        if closed.is_key:
            self._top.key, self._top.key_at = _DROPPED, closed.node.at
        else:
            self._put(closed.node, closed.node.at)

    def _put(self, value: object, at: At) -> None:
        self._nodes += 1
        top = self._top
        node = top.node
        if isinstance(node, YamlList):
            node.put(value, at)
            return
        if top.key is not None and top.key is not _DROPPED:
            node.put(top.key, value, top.key_at, at)
        top.key = None

    def _fault(self, at: At, message: str, hint: str = "", key: str | None = None) -> None:
        path = path_text([*self._steps(), key] if key is not None else self._steps())
        self.faults.append(Fault(at, path, message, hint))

    def _steps(self) -> Iterator[str | int]:
        """Where we are: the open key of each mapping, the next index of each list."""
        for frame in self._stack[1:]:
            if isinstance(frame.node, YamlList):
                yield len(frame.node)
            elif frame.key is not None and frame.key is not _DROPPED:
                yield frame.key


_REUSE = "put what the orders share under `defaults`"


def _position(event: Any) -> At:
    mark = event.start_mark
    return mark.line + 1, mark.column + 1
