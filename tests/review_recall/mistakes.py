"""Single mistakes as people make them, put into a batch: each changes what one order means."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from tests.review_recall.honest import PAIRS

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from tests.review_recall.honest import Draft, Line

TRIES = 50


def make(draft: Draft, random: Random) -> tuple[str, str]:
    """Put one mistake into a batch; return its kind, and the order as ``group/id``."""
    for _ in range(TRIES):
        group, line = random.choice(draft.orders)
        kind = random.choice(list(KINDS))
        if KINDS[kind](line, random):
            return kind, f"{group}/{line.id}"
    raise AssertionError("some mistake fits into every batch")


def _number(line: Line, random: Random) -> tuple[dict[str, str], str]:
    """A price or a volume, of the order or of its close."""
    places = [(line.fields, name) for name in ("price", "price2", "volume") if name in line.fields]
    places += [(line.close, name) for name in ("price", "price2") if name in line.close]
    return random.choice(places)


def _put(fields: dict[str, str], name: str, text: str) -> bool:
    """Write another number; False where it is none, or the same."""
    whole = text.partition(".")[0]
    if not text or text[0] == "." or text[-1] == "." or (len(whole) > 1 and whole[0] == "0"):
        return False
    if Decimal(text) in (0, Decimal(fields[name])):
        return False
    fields[name] = text
    return True


def digit_more(line: Line, random: Random) -> bool:
    """A digit that was typed twice, or one of the next key."""
    fields, name = _number(line, random)
    text = fields[name]
    at = random.randrange(len(text) + 1)
    digit = random.choice((*"0123456789", text[max(at - 1, 0)]))
    return digit != "." and _put(fields, name, text[:at] + digit + text[at:])


def digit_less(line: Line, random: Random) -> bool:
    """A digit that was not typed."""
    fields, name = _number(line, random)
    text = fields[name]
    at = random.randrange(len(text))
    return text[at] != "." and _put(fields, name, text[:at] + text[at + 1 :])


def point_moved(line: Line, random: Random) -> bool:
    """The decimal point one or two places further on, or before."""
    fields, name = _number(line, random)
    moved = Decimal(fields[name]).scaleb(random.choice((-2, -1, 1, 2)))
    return _put(fields, name, f"{moved:f}")


def side(line: Line, _: Random) -> bool:
    """A buy for a sell."""
    line.fields["type"] = "sell" if line.fields["type"] == "buy" else "buy"
    return True


def pair(line: Line, random: Random) -> bool:
    """Another pair."""
    line.fields["pair"] = random.choice([name for name in PAIRS if name != line.fields["pair"]])
    return True


def price_and_volume(line: Line, _: Random) -> bool:
    """The price where the volume belongs, and the other way round."""
    fields = line.fields
    if "price" not in fields or fields["price"] == fields["volume"]:
        return False
    fields["price"], fields["volume"] = fields["volume"], fields["price"]
    return True


def trigger_and_limit(line: Line, _: Random) -> bool:
    """The trigger where the limit belongs, and the other way round."""
    fields = line.fields if "price2" in line.fields else line.close
    if "price2" not in fields or fields["price"] == fields["price2"]:
        return False
    fields["price"], fields["price2"] = fields["price2"], fields["price"]
    return True


KINDS: dict[str, Callable[[Line, Random], bool]] = {
    "digit more": digit_more,
    "digit less": digit_less,
    "point moved": point_moved,
    "side": side,
    "pair": pair,
    "price and volume": price_and_volume,
    "trigger and limit": trigger_and_limit,
}
