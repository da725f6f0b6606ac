"""Hints are obeyed to the letter: what they say to write is written, until the file is valid or none is left.

No hint may say again what the author wrote, lead back to the same problem, or make something else of a value
than its author meant.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from runner.batchfile import parse
from tests.support.for_each import for_each

if TYPE_CHECKING:
    from runner.domain import Order, Problem

BATCHES = Path(__file__).parent / "batches"
FILES = sorted((BATCHES / "invalid").glob("*.yaml"))
MOST_STEPS = 40

WHOLE = (
    r"did you mean `(?P<new>[^`]+)`\?",
    r'(?:.*: |.*, |in seconds )?(?:write|put it in quotes:|in front:|from now:) (?P<new>"[^"]+")'
    r'(?: or ".*| for .*)?',
    r"(?:.*: |.*; )?write (?P<new>[^:`]+), or .* if the comma is a decimal sign",
    r'there is no arithmetic here: .*, or (?P<new>"[^"]+") for .*',
    r"write (?P<new>[^:`]+), or put it in quotes.*",
    r"(?:.* )?write (?P<new>\{order: [^}]+\})(?:,.*| or .*|;.*)?",
    r"(?:.*: |.*; )?write (?:the number alone|all digits): (?P<new>[0-9.]+)",
    r"(?:.*: |.*; )?(?:write|whole seconds only:|for example|in capitals:) (?P<new>[^ `]+)",
    r"(?:.*: )?(?:write|one entry each:) (?P<new>\[.*\])(?: to start at once)?",
    r"write (?P<new>[^ ]+), without brackets",
)
ENTRY = r"write (?P<new>[a-z_0-9]+: .+)"


def obeyed(text: str, problem: Problem) -> str | None:
    """The text after a hint is obeyed; None where it says nothing that can be written as it is."""
    lines = text.split("\n")
    line, at = lines[problem.line - 1], problem.column - 1
    entry = re.fullmatch(ENTRY, problem.hint)
    if entry and problem.message == "`id` is missing":
        apart = ", " if "{" in line else "\n" + " " * at
        lines[problem.line - 1] = line[:at] + entry["new"] + apart + line[at:]
        return "\n".join(lines)
    if entry and "space is missing after the colon" in problem.message:
        glued = re.match(r"[a-z_0-9]+:[^,}\n]*", line[at:])
        assert glued
        lines[problem.line - 1] = line[:at] + entry["new"] + line[at + len(glued[0].rstrip()) :]
        return "\n".join(lines)
    for pattern in WHOLE:
        found = re.fullmatch(pattern, problem.hint)
        if found:
            old = value_at(line, at, problem)
            lines[problem.line - 1] = line[:at] + found["new"] + line[at + len(old) :]
            return "\n".join(lines)
    return None


def value_at(line: str, at: int, problem: Problem) -> str:
    """The value, or the key, that a problem is about, as it is in the file."""
    rest = line[at:]
    if cut := re.match(r"`([^`]+)` ends at its comma", problem.message):
        return cut[1].replace("\\u00a0", "\u00a0")
    if key := re.match(r"there is no key `([^`]+)` here", problem.message):
        return key[1] if rest.startswith(key[1]) else rest[: len(key[1])]
    if rest[:1] in "\"'":
        return rest[: rest.index(rest[0], 1) + 1]
    if rest[:1] in "[{":
        return rest[: rest.rindex("]" if rest[0] == "[" else "}") + 1]
    if "{" in line[:at] or "[" in line[:at]:
        return re.split(r"[,}\]]", rest, maxsplit=1)[0].rstrip(" ")
    return re.split(r"[ ]#", rest, maxsplit=1)[0]


def obey_all(text: str) -> tuple[str, list[Problem]]:
    """The text after all hints that can be obeyed, one at a time, and the problems that are left."""
    for _ in range(MOST_STEPS):
        problems = parse(text.encode("utf-8", "surrogateescape"), "f").problems
        for problem in problems:
            changed = obeyed(text, problem)
            if changed is not None:
                break
        else:
            return text, list(problems)
        assert changed != text, f"{problem}: what it says to write is there already"
        after = parse(changed.encode("utf-8", "surrogateescape"), "f").problems
        same = [
            p for p in after if (p.line, p.path, p.message) == (problem.line, problem.path, problem.message)
        ]
        assert not same, f"{problem}: the hint leads back to it"
        text = changed
    raise AssertionError(f"no end of hints: {problems[0]}")


@for_each(FILES)
def test_hints_can_be_obeyed_to_the_letter(file: Path) -> None:
    """Each changes the file, none leads back to its own problem, and they come to an end."""
    obey_all(file.read_bytes().decode("utf-8", "surrogateescape"))


def batch(*, flow: bool, **fields: str | None) -> str:
    """A batch of one order with some fields changed, or left out."""
    order = {
        "id": "x",
        "pair": "ETH/EUR",
        "type": "buy",
        "ordertype": "limit",
        "price": "145",
        "volume": "0.25",
    }
    entries = [f"{key}: {value}" for key, value in (order | fields).items() if value is not None]
    listed = f"{{{', '.join(entries)}}}" if flow else "\n        ".join(entries)
    return f"version: 1\nname: t\ngroups:\n  - name: a\n    orders:\n      - {listed}\n"


def order_of(text: str) -> Order:
    """The order of a valid batch."""
    parsed = parse(text.encode(), "f")
    assert parsed.batch is not None, parsed.problems
    return parsed.batch.groups[0].orders[0]


MEANT = [
    ("price", "145,50", "145.50"),
    ("price", "\u20ac145", "145"),
    ("price", "145\u20ac", "145"),
    ("price", "EUR 145", "145"),
    ("price", "145 EUR", "145"),
    ("price", "145.50 euro", "145.50"),
    ("price", "145k", "145000"),
    ("price", "1.000,50", "1000.50"),
    ("price", "1,000.50", "1000.50"),
    ("price", "12,000,000.5", "12000000.5"),
    ("price", "1 000", "1000"),
    ("price", "1\u00a0000,5", "1000.5"),
    ("price", "1\u2019000", "1000"),
    ("price", "145,-", "145"),
    ("price", "1e5", "100000"),
    ("price", "1E-5", "0.00001"),
    ("price", ".5", "0.5"),
    ("price", "145.", "145"),
    ("price", "00145", "145"),
    ("price", "12_000", "12000"),
    ("price", "0x10", "16"),
    ("price", "+ 5%", "+5%"),
    ("price", "-5 %", "-5%"),
    ("price", "-5,5%", "-5.5%"),
    ("price", "0.97 * last", "-3%"),
    ("price", "\u201c145\u201d", "145"),
    ("price", "\u00a0145", "145"),
    ("price", "145;", "145"),
    ("price", "145/2", "72.5"),
    ("price", "(145)", "145"),
    ("price", "=145", "145"),
    ("price", "[145]", "145"),
    ("price", "\uff11\uff14\uff15", "145"),
    ("volume", "0,25", "0.25"),
    ("volume", "0.25 ETH", "0.25"),
    ("volume", "100 EUR", "0.68965517"),
    ("volume", "\u20ac100", "0.68965517"),
    ("volume", "36 / 145", "0.24827586"),
    ("volume", "1/4", "0.25"),
    ("volume", "1k", "1000"),
    ("leverage", "3x", "3"),
    ("leverage", "3:1", "3"),
    ("leverage", "3.0", "3"),
    ("pair", "BTC/EUR", "XBT/EUR"),
    ("pair", "btc-eur", "XBT/EUR"),
    ("pair", "DOGE/EUR", "XDG/EUR"),
    ("pair", "ETHEUR", "ETH/EUR"),
    ("pair", "eth:eur", "ETH/EUR"),
    ("pair", "XETHZEUR", "ETH/EUR"),
    ("type", "BUY", "buy"),
    ("type", "long", "buy"),
    ("type", "Sell", "sell"),
    ("ordertype", "LIMIT", "limit"),
    ("timeinforce", "ioc", "IOC"),
    ("id", "buy eth", "buy-eth"),
    ("id", "1e5", "1e5"),
    ("id", "12e34567", "12e34567"),
    ("cl_ord_id", "12e34567", "12e34567"),
    ("userref", "007", "7"),
    ("deadline", "5s", "5"),
    ("starttm", "+1h", "+3600"),
]


@for_each(MEANT, [False, True])
def test_an_obeyed_hint_gives_what_was_meant(field: str, written: str, meant: str, flow: bool) -> None:
    """In either style, and nothing else of the order changes."""
    text, left = obey_all(batch(flow=flow, **{field: written}))
    assert not left
    expected = order_of(batch(flow=flow, **{field: f'"{meant}"'}))
    assert order_of(text)._replace(place=expected.place) == expected


UNCLEAR = [
    ("price", "$5"),
    ("price", "12e34567"),
    ("price", "${PRICE}"),
    ("price", "$PRICE"),
    ("price", "{{ price }}"),
    ("price", "market"),
    ("price", "145m"),
    ("price", "145 USD"),
    ("price", "145:00"),
    ("price", "1.2.3"),
    ("price", "last - 5"),
    ("volume", "100 USD"),
    ("volume", "50%"),
    ("volume", "all"),
    ("volume", "3x"),
    ("volume", "1m"),
    ("volume", "-1"),
]


@for_each(UNCLEAR, [False, True])
def test_no_number_is_guessed(field: str, written: str, flow: bool) -> None:
    """A value may have several meanings, or none in a file: the hint explains it."""
    text, left = obey_all(batch(flow=flow, **{field: written}))
    assert text == batch(flow=flow, **{field: written})
    assert any(problem.hint or "1.2.3" in written for problem in left)


@pytest.mark.parametrize("flow", [False, True], ids=["block", "flow"])
def test_an_amount_to_spend_at_market_is_no_volume_of_the_base_currency(*, flow: bool) -> None:
    """To spend it is another flag; a sell and a loan have no such flag."""
    market = {"ordertype": "market", "price": None, "volume": "100 EUR"}
    (problem,) = parse(batch(flow=flow, **market).encode(), "f").problems
    assert problem.hint == "volume counts ETH; to spend 100 EUR at market: `volume: 100` with `oflags: viqc`"
    order = order_of(batch(flow=flow, **(market | {"volume": "100", "oflags": "viqc"})))
    assert (order.volume, order.oflags) == ("100", ("viqc",))
    for other in ({"type": "sell"}, {"leverage": "2"}, {"margin": "true"}):
        (problem,) = parse(batch(flow=flow, **market, **other).encode(), "f").problems
        assert problem.hint == "volume counts ETH; write how much ETH 100 EUR are"
