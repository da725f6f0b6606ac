"""Messages for schema errors: the problem, its place in the file, and a fix.

Specific messages are in the schema (``errorMessage``, ``patternErrorMessage``); the general ones are here. A
mistake that breaks several rules is reported once: the first fault of a path wins.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from runner.batchfile.document.defaults import defaults_note, from_defaults
from runner.batchfile.document.limits import MAX_FAULTS, MAX_PROBLEMS
from runner.batchfile.document.values import (
    START,
    UNREADABLE,
    Fault,
    LineColumn,
    YamlList,
    YamlMap,
    path_text,
    shorten,
    show,
)
from runner.batchfile.hints.keys import meant_key
from runner.batchfile.hints.schema_hints import Hints, is_under_its_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from runner.batchfile.document.broken_rule import Error
    from runner.batchfile.hints.schema_hints import Hint

    Steps = Sequence[str | int]
    Words = Callable[[Error, YamlMap, Hints], Iterator[Fault]]

_KINDS: Final = {
    "object": "a mapping (lines of `key: value`)",
    "array": "a list",
    "string": "text",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
}


def faults_of(errors: Iterable[Error], document: YamlMap, schema: Mapping[str, Any]) -> list[Fault]:
    """Return the faults of a document into which ``defaults`` are merged; one for each mistake, unsorted."""
    readable = [error for error in errors if error.value is not UNREADABLE]
    readable.sort(key=_rank)
    misspelled = set(islice(_misspelled(readable), MAX_FAULTS))
    hints = _hints(document, schema)
    wrong_defaults = {path[1] for error in readable if _in_defaults(path := error.steps)}
    faults: dict[tuple[str, str], Fault] = {}
    for error in readable:
        if _entry_from_defaults(document, error.steps) in wrong_defaults:
            continue
        for fault in _WORDS.get(error.keyword, _own_words)(error, document, hints):
            if (fault.path, fault.subject) not in misspelled:
                named = fault if fault.code else fault._replace(code=_code_of(error))
                faults.setdefault((fault.path, fault.subject), named)
        if len(faults) > MAX_FAULTS:
            break
    return list(faults.values())


def _hints(document: YamlMap, schema: Mapping[str, Any]) -> Hints:
    if "weights" in schema.get("properties", ()):
        from runner.batchfile.hints.targets import TargetsHints  # noqa: PLC0415 - most files are batches

        return TargetsHints(document, schema)
    return Hints(document, schema)


def _rank(error: Error) -> int:
    """Return the rank of a fault: a lower one hides those of a higher rank at the same path."""
    if _forbidden_together(error):
        return 0
    return {"type": 1, "const": 2, "enum": 2, "pattern": 3}.get(error.keyword, 4)


def _forbidden_together(error: Error) -> list[str]:
    """Return the keys of a rule ``not: {required: [...]}``, else none."""
    rule = error.bound if error.keyword == "not" else None
    return list(rule.get("required", ())) if isinstance(rule, dict) else []


def _misspelled(errors: Iterable[Error]) -> Iterator[tuple[str, str]]:
    """Yield the keys that are present under a wrong name, so that they are not reported as missing."""
    for error in errors:
        if error.keyword == "additionalProperties":
            path, known = path_text(error.steps), list(error.schema["properties"])
            for key in _unknown_keys(error):
                yield path, meant_key(key, known, error.value)


def _unknown_keys(error: Error) -> list[str]:
    known = error.schema["properties"]
    return [key for key in error.value if key not in known][:MAX_PROBLEMS]


# --- one function for each keyword of the schema -----------------------------------------------


def _type(error: Error, document: YamlMap, hints: Hints) -> Iterator[Fault]:
    wanted = error.bound if isinstance(error.bound, list) else [error.bound]
    kinds = " or ".join(_KINDS[kind] for kind in wanted)
    message = f"expected {kinds}, got {show(error.value)}"
    yield _value_fault(error, document, message, hints.for_kind(error, wanted))


def _enum(error: Error, document: YamlMap, hints: Hints) -> Iterator[Fault]:
    choices = [str(choice) for choice in error.bound]
    one_of = "one of " if len(choices) > 1 else ""
    message = f"expected {one_of}{', '.join(choices)}, got {show(error.value)}"
    yield _value_fault(error, document, message, hints.for_choice(error, choices))


def _pattern(error: Error, document: YamlMap, hints: Hints) -> Iterator[Fault]:
    message = f"{error.schema['patternErrorMessage']}; this is {show(error.value)}"
    yield _value_fault(error, document, message, hints.for_text(error))


def _own_words(error: Error, document: YamlMap, hints: Hints) -> Iterator[Fault]:
    message = f"{error.schema['errorMessage']}; this is {show(error.value)}"
    yield _value_fault(error, document, message, hints.for_text(error))


def _not(error: Error, document: YamlMap, hints: Hints) -> Iterator[Fault]:
    keys = _forbidden_together(error)
    if not keys:
        message = error.schema["errorMessage"]
        yield _value_fault(error, document, message, hints.for_text(error))
        return
    steps = [*error.steps, keys[-1]]
    note = "" if len(keys) == 1 else defaults_note(document.get("defaults"), error.value, keys[0])
    yield _fault(document, steps, error.value.key_at(keys[-1]), error.schema["errorMessage"], note)


def _required(error: Error, document: YamlMap, hints: Hints) -> Iterator[Fault]:
    """All missing keys of one mapping share its position and path."""
    if _may_be_there(error.value, document) or is_under_its_name(error):
        return
    at, path = _position(document, error.steps), path_text(error.steps)
    if isinstance(error.value, YamlMap):
        at = error.value.first_key_at
    for key in error.bound:
        if key not in error.value:
            message = error.schema.get("errorMessage", f"`{key}` is missing")
            yield Fault(at, path, message, hints.for_missing(error, key), subject=key, code="key-missing")


def _may_be_there(node: object, document: YamlMap) -> bool:
    """Return whether a mapping, or the document's defaults, held entries that could not be read."""
    defaults = document.get("defaults")
    return any(isinstance(part, YamlMap) and part.incomplete for part in (node, defaults))


def _unknown(error: Error, document: YamlMap, hints: Hints) -> Iterator[Fault]:
    known = list(error.schema["properties"])
    for key in _unknown_keys(error):
        if from_defaults(document.get("defaults"), error.value, key):
            continue
        steps = [*error.steps, key]
        message = f"there is no key `{shorten(key)}` here"
        yield Fault(
            error.value.key_at(key),
            path_text(steps),
            message,
            hints.for_key(error, key, known),
            code="key-unknown",
        )


def _names(error: Error, document: YamlMap, hints: Hints) -> Iterator[Fault]:
    key = str(error.steps[-1])
    message = f"{error.bound['patternErrorMessage']}; this is {show(key)}"
    yield Fault(
        error.value.key_at(key),
        path_text(error.steps),
        message,
        hints.for_name(error, key),
        code="name-unfit",
    )


def _unique(error: Error, document: YamlMap, hints: Hints) -> Iterator[Fault]:
    seen: set[str] = set()
    found = 0
    for index, item in enumerate(error.value):
        if isinstance(item, str) and item in seen:
            steps = [*error.steps, index]
            yield _fault(document, steps, error.value.item_at(index), f"duplicate {show(item)}")
            found += 1
            if found > MAX_PROBLEMS:
                return
        elif isinstance(item, str):
            seen.add(item)


def _most(error: Error, document: YamlMap, hints: Hints) -> Iterator[Fault]:
    what = "characters" if error.keyword == "maxLength" else "entries"
    message = f"at most {error.bound:,} {what} are allowed here; these are {len(error.value):,}"
    yield _value_fault(error, document, message, "")


def _no_items(error: Error, document: YamlMap, hints: Hints) -> Iterator[Fault]:
    if error.value:
        yield from _own_words(error, document, hints)
        return
    yield _value_fault(error, document, "the list is empty; at least one entry is required", "")


def _one_key(error: Error, document: YamlMap, hints: Hints) -> Iterator[Fault]:
    if "properties" not in error.schema:
        yield _value_fault(error, document, "this is empty; at least one entry is required", "")
        return
    choices = " or ".join(f"`{key}`" for key in error.schema["properties"])
    yield _value_fault(error, document, f"expected exactly one key: {choices}", hints.for_one_key(error))


_WORDS: Final[dict[str, Words]] = {
    "type": _type,
    "enum": _enum,
    "pattern": _pattern,
    "not": _not,
    "required": _required,
    "propertyNames": _names,
    "additionalProperties": _unknown,
    "uniqueItems": _unique,
    "maxItems": _most,
    "maxLength": _most,
    "minItems": _no_items,
    "minProperties": _one_key,
    "maxProperties": _one_key,
}


_CODES: Final = {
    "type": "value-type",
    "enum": "value-not-one-of",
    "const": "value-not-one-of",
    "uniqueItems": "value-twice",
    "maxItems": "too-much",
    "maxLength": "too-much",
    "minItems": "value-empty",
    "minProperties": "key-not-one",
    "maxProperties": "key-not-one",
}
"""The code of a problem by the keyword of the schema that it breaks; all others say what a value must be."""


def _code_of(error: Error) -> str:
    if _forbidden_together(error):
        return "key-not-beside"
    return _CODES.get(error.keyword, "value-unfit")


# --- positions ---------------------------------------------------------------------------------


def _value_fault(error: Error, document: YamlMap, message: str, hint: Hint) -> Fault:
    steps = list(error.steps)
    return _fault(document, steps, _position(document, steps), message, hint)


def _fault(document: Any, steps: Steps, at: LineColumn, message: str, hint: Hint = "") -> Fault:
    """Return a fault, shown at the order and with a note if what is wrong was written under ``defaults``."""
    key = _entry_from_defaults(document, steps)
    if key:
        order = document["groups"][steps[1]]["orders"][steps[3]]
        at, hint = order.first_key_at, defaults_note(document["defaults"], order, key)
    return Fault(at, path_text(steps), message, hint)


def _in_defaults(steps: Steps) -> bool:
    return len(steps) > 1 and steps[0] == "defaults"


def _entry_from_defaults(document: Any, steps: Steps) -> str:
    """Return the entry of an order in which some steps end, if it was written under ``defaults``.

    Else empty.
    """
    if len(steps) < 5 or steps[0] != "groups" or steps[2] != "orders":
        return ""
    order, key = document["groups"][steps[1]]["orders"][steps[3]], str(steps[4])
    return key if from_defaults(document.get("defaults"), order, key) else ""


def _position(document: object, steps: Steps) -> LineColumn:
    """Return the line and column of the value at the end of the steps."""
    node: object = document
    at = document.first_key_at if isinstance(document, YamlMap) else START
    for step in steps:
        if isinstance(node, YamlMap) and isinstance(step, str):
            at, node = node.value_at(step), node[step]
        elif isinstance(node, YamlList) and isinstance(step, int):
            at, node = node.item_at(step), node[step]
    return at
