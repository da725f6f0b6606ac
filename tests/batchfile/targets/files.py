"""A targets file to change one part of."""

from __future__ import annotations

from runner.batchfile import parse_targets
from runner.domain import Targets

PARTS = {
    "version": "1",
    "name": "core",
    "quote": "EUR",
    "weights": "{XBT: 50%, ETH: 30%}",
    "cash": "{target: 20%, floor: 500}",
    "band": "{absolute: 5%, relative: 25%, use: smaller, to: half}",
    "scope": "breaching",
    "method": "both",
    "keep": "{ETH: 1.5}",
    "order": '{ordertype: limit, minimum: 25, maximum: 20000, oflags: [post], expiretm: "+3600"}',
    "price": "{from: mid, offset: 0.1%, max-spread: 0.5%, max-age: 60s}",
    "fees": "account",
    "fill": "{within: 15m, otherwise: cancel}",
}
NEEDED = ("version", "name", "quote", "weights", "cash", "band")


def text(only: tuple[str, ...] = tuple(PARTS), /, **parts: str) -> str:
    """The file of the specification, with other parts; of those in it only some."""
    own = {key: part for key, part in PARTS.items() if key in only}
    return "".join(f"{key}: {part}\n" for key, part in (own | parts).items())


def targets(content: str) -> Targets:
    """The targets of a file without problems."""
    parsed = parse_targets(content.encode(), "t.yaml")
    assert parsed.targets is not None, parsed.problems
    assert parsed.problems == ()
    return parsed.targets


def problems(content: str) -> list[str]:
    """The problems of a broken file, as they are printed, without its name."""
    parsed = parse_targets(content.encode(), "t")
    assert parsed.targets is None
    return [str(problem).removeprefix("t:") for problem in parsed.problems]
