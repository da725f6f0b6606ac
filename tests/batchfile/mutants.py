"""Documents that are nearly right: valid files, read, in which a few entries were changed at random.

The changes are those that people make (a key too many, a value of another kind, a field of another order
type) and need not be likely ones: every rule of the schema is to be broken by some of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.batchfile.document.defaults import merged
from runner.batchfile.document.values import UNREADABLE, Lines, NumberText, YamlList, YamlMap
from runner.batchfile.yaml.reader import read
from tests.batchfile.files import VALID

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

# ruff: noqa: SIM905 - a list of words is read more easily than a list of quotes

LINES = Lines("")
FILES = [path.read_text("utf-8-sig") for path in VALID]
TEXTS = (
    *"limit market stop-loss stop-loss-limit take-profit-limit trailing-stop trailing-stop-limit".split(),
    *"settle-position buy sell GTC GTD IOC cancel_newest post fcib,fciq viqc post,post".split(),
    *"ETH/EUR BTC/USD eth/eur +2% #5 -10 -0.5% 150 0 0.0 2 1 61 2:1 0.10 +60 2026-11-23T09:00:00Z".split(),
    *"tomorrow O5TDZD-XXXXX-YYYYYY enter/buy-eth 6d1b345e-2821-40e2-ad83-4ecb18a06876".split(),
    *"filled 15m 3s cancel".split(),
    *("", "a b", "x" * 2001, "1\n"),
)
NUMBERS = "150 0 0.0 1 2 1.0 2.5 61 -10 2147483648 -2147483649 1000 0.1234".split()
FIELDS = (
    *"version name description repeat defaults groups needs on_reject orders cancel id pair type".split(),
    *"ordertype price price2 volume leverage margin reduce_only oflags starttm expiretm deadline".split(),
    *"userref cl_ord_id stp_type timeinforce close order prize side group until within otherwise".split(),
)


def mutant(random: Random) -> YamlMap:
    """A document into which ``defaults`` are merged, with one to four changes."""
    document = read(random.choice(FILES)).root
    assert isinstance(document, YamlMap)
    shorten_lists(document, random)
    for _ in range(random.randint(1, 4)):
        change(random.choice(list(containers(document))), random)
    return merged(document)


def shorten_lists(document: YamlMap, random: Random) -> None:
    """Leave two entries of each list of the file at most: more would be the same again."""
    for node in list(containers(document)):
        while isinstance(node, YamlList) and len(node) > 2:
            node.pop(random.randrange(len(node)))


def text_only(node: YamlMap | YamlList) -> None:
    """Make text of every number, so that a validator which knows nothing of ours sees the same document."""
    entries = list(node.items()) if isinstance(node, YamlMap) else list(enumerate(node))
    for key, item in entries:
        if isinstance(item, YamlMap | YamlList):
            text_only(item)
        elif isinstance(item, NumberText):
            node[key] = str(item)  # type: ignore[index]


def containers(node: object) -> Iterator[YamlMap | YamlList]:
    """Every mapping and list of a document."""
    if isinstance(node, YamlMap | YamlList):
        yield node
        for item in node.values() if isinstance(node, YamlMap) else node:
            yield from containers(item)


def change(node: YamlMap | YamlList, random: Random) -> None:
    """One entry taken away, replaced or added."""
    if isinstance(node, YamlList):
        if node and random.random() < 0.7:
            node[random.randrange(len(node))] = value(random)
        else:
            node.put(value(random), 0)
        return
    key = random.choice([*node, *random.choices(FIELDS, k=2)])
    if key not in node:
        node.put(key, value(random), 0, 0)
    elif random.random() < 0.3:
        remove(node, key)
    else:
        node[key] = value(random)


def remove(node: YamlMap, key: str) -> None:
    """One entry less, with its two positions."""
    first = 2 * list(node).index(key)
    del node[key], node.offsets[first : first + 2]


def value(random: Random) -> object:
    """Any value that the reader may hand on."""
    match random.randrange(10):
        case 0:
            return random.random() < 0.5
        case 1:
            return listed(random)
        case 2:
            return mapping(random)
        case 3:
            return UNREADABLE
        case 4 | 5 | 6:
            return NumberText(random.choice(NUMBERS))
        case _:
            return random.choice(TEXTS)


def listed(random: Random) -> YamlList:
    """A list of up to three values."""
    node = YamlList(LINES, 0)
    for _ in range(random.randrange(4)):
        node.put(random.choice(TEXTS) if random.random() < 0.7 else value(random), 0)
    return node


def mapping(random: Random) -> YamlMap:
    """A mapping of up to three entries."""
    node = YamlMap(LINES, 0, (1, 1))
    for key in random.sample(FIELDS, random.randrange(4)):
        node.put(key, value(random), 0, 0)
    return node
