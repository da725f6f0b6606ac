"""Shortcuts for the tests of this folder: small files to parse, and what must hold of any result."""

from __future__ import annotations

from pathlib import Path

from runner.batchfile import parse
from runner.batchfile.document.parsed import Parsed
from runner.domain import Batch, Order

ROOT = Path(__file__).parents[2]
VALID = sorted(ROOT.glob("batches/*.yaml")) + sorted((ROOT / "tests/acceptance/batches/valid").glob("*.yaml"))
INVALID = sorted((ROOT / "tests/acceptance/batches/invalid").glob("*.yaml"))

ORDER = "{id: a, pair: ETH/EUR, type: buy, ordertype: limit, price: 150, volume: 0.25}"


def batch_text(*orders: str, head: str = "") -> bytes:
    """A batch of one group, `g`, with these orders in flow style."""
    lines = "".join(f"      - {order}\n" for order in orders)
    return f"version: 1\nname: case\n{head}groups:\n  - name: g\n    orders:\n{lines}".encode()


def only_order(content: bytes) -> Order:
    """The one order of a valid batch."""
    batch = parse(content, "f").batch
    assert batch is not None
    ((order,),) = (group.orders for group in batch.groups)
    return order


def assert_one_of_two(parsed: Parsed) -> None:
    """Either a batch or problems that point into the file, in its order."""
    assert (parsed.batch is None) == bool(parsed.problems)
    assert all(problem.line >= 1 and problem.column >= 1 and problem.message for problem in parsed.problems)
    places = [(problem.line, problem.column) for problem in parsed.problems]
    assert places == sorted(places)
    assert all("\n" not in str(problem) for problem in parsed.problems)


def valid_file(name: str) -> Batch:
    """The batch of a file that shows a feature."""
    batch = parse((ROOT / f"tests/acceptance/batches/valid/{name}.yaml").read_bytes(), "f").batch
    assert batch is not None
    return batch
