"""The steps of parsing: bytes, text, plain data, rules, batch. Each step passes on what it could read."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING

from runner.domain import Problem

from .checks.checks import semantic_faults
from .checks.kinds import FileKind, kind_of, kind_of_bytes
from .checks.naming import named_path
from .decode import decode_batch
from .document.defaults import merged
from .document.limits import MAX_PROBLEMS
from .document.parsed import Parsed
from .document.values import SAID, START, Fault, Lines, YamlMap, show
from .schema.schema import schema_faults
from .yaml.reader import read
from .yaml.text import decode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

_OPENING = "a batch file begins with `version: 1`, `name: ...` and `groups:`"


def parse(content: bytes, file: str, *, run_key: str = "", now: float | None = None) -> Parsed:
    """Return the batch in a file's bytes, or all of its problems. Raises nothing.

    ``run_key``: the one that it is applied with, empty where that is not known. ``now``: Unix seconds; a
    batch that was created later has a problem. None if the date does not matter.
    """
    if (other := kind_of_bytes(content)) is not None:
        return _refuse_kind(other, file)
    with _pause_gc():
        return _parse_text(content, file, run_key, now)


@contextmanager
def _pause_gc() -> Iterator[None]:
    """Pause the cyclic garbage collector: the data holds no cycles.

    It would scan everything that was read so far again and again, in a fifth of the time.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _parse_text(content: bytes, file: str, run_key: str, now: float | None) -> Parsed:
    text, faults = decode(content)
    if faults:
        return _refuse(faults, file, text)
    reading = read(text)
    if not reading.complete:
        return _refuse(reading.faults, file, text)
    if not isinstance(reading.root, YamlMap):
        return _refuse(reading.faults or [_no_mapping(reading.root)], file, text)
    other = kind_of(reading.root)
    if other is not None:
        return _refuse_kind(other, file, text)
    document = merged(reading.root)
    faults = [*reading.faults, *schema_faults(document), *semantic_faults(document, run_key=run_key, now=now)]
    if faults:
        return _refuse(faults, file, text, document)
    import hashlib  # noqa: PLC0415 - a faulty file needs none

    return Parsed(decode_batch(document, file, hashlib.sha256(content).hexdigest()), ())


def _refuse_kind(other: FileKind, file: str, text: str = "") -> Parsed:
    fault = Fault(START, "", f"this is {other.what}, not a batch", other.use, code="other-kind")
    return Parsed(None, problems_of([fault], file, text), other.name)


def _no_mapping(root: object) -> Fault:
    if root is None:
        return Fault(START, "", "the file is empty", _OPENING, code="file-empty")
    return Fault(START, "", f"the file is not a mapping, but {show(root)}", _OPENING, code="no-mapping")


def _refuse(faults: Iterable[Fault], file: str, text: str, document: YamlMap | None = None) -> Parsed:
    return Parsed(None, problems_of(faults, file, text, document))


def problems_of(
    faults: Iterable[Fault], file: str, text: str = "", document: object = None
) -> tuple[Problem, ...]:
    """Faults as problems of a file, in the file's order, one for each path and no more than can be read.

    ``text`` is what the file holds, and ``document`` what was read of it, if anything was.
    """
    lines = Lines(text)
    first = (fault for fault in _one_a_path(faults) if fault.message != SAID)
    found = sorted(first, key=lambda fault: (fault.at, fault.path))
    problems = [_problem(fault, file, lines, document) for fault in found[:MAX_PROBLEMS]]
    if len(found) > MAX_PROBLEMS:
        more = f"and {len(found) - MAX_PROBLEMS:,} more problems, which are not shown"
        problems.append(Problem(file, *found[MAX_PROBLEMS].at, "", more, rule="more-problems"))
    return tuple(problems)


def _one_a_path(faults: Iterable[Fault]) -> list[Fault]:
    """Return the first fault of each path: reader before schema, schema before checks."""
    first: dict[tuple[object, ...], Fault] = {}
    for fault in faults:
        key = (fault.path, fault.subject) if fault.path else (fault.at, fault.message)
        first.setdefault(key, fault)
    return list(first.values())


def _problem(fault: Fault, file: str, lines: Lines, document: object) -> Problem:
    source, mark = lines.excerpt(fault.at)
    path = named_path(fault.path, document)
    rule, hint = fault.code, fault.instead
    return Problem(file, *fault.at, path, fault.message, hint, rule, source=source, mark=mark)


def checked(
    content: bytes,
    file: str,
    *,
    schema: str,
    opening: str,
    checks: Iterable[Callable[[YamlMap], Iterable[Fault]]],
) -> YamlMap | tuple[Problem, ...]:
    """Parse the mapping in a file's bytes and check it against a schema and further checks.

    ``opening`` is an example of how such a file begins. For files that have no ``defaults``.
    """
    text, faults = decode(content)
    if faults:
        return problems_of(faults, file, text)
    reading = read(text, reuse="write it out each time")
    root, faults = reading.root, list(reading.faults)
    if reading.complete and isinstance(root, YamlMap):
        faults += [*schema_faults(root, schema), *(fault for look in checks for fault in look(root))]
    elif reading.complete:
        what = "the file is empty" if root is None else f"the file is not a mapping, but {show(root)}"
        faults.append(Fault(START, "", what, opening, code="no-mapping"))
    return root if isinstance(root, YamlMap) and not faults else problems_of(faults, file, text, root)
