"""Files that are small for what they might cost: each grows with a number, in one way that hurts.

Each maker takes how many of its kind a file holds. What they have in common is that people do not write them,
and that a reader which compares each with each would take minutes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

Maker: TypeAlias = Callable[[int], str]

_ORDER: Final = "pair: ETH/EUR, type: buy, ordertype: limit, price: 150, volume: 0.25"
_TOP: Final = "version: 1\nname: case\n"


def _orders(count: int, line: Callable[[int], str]) -> str:
    rows = "".join(f"  - {{{line(number)}}}\n" for number in range(count))
    return f"{_TOP}groups:\n- name: g\n  orders:\n{rows}"


def _groups(count: int, line: Callable[[int], str]) -> str:
    return f"{_TOP}groups:\n" + "".join(f"- {{{line(number)}}}\n" for number in range(count))


def _one_order(text: str) -> str:
    return _orders(1, lambda _: f"id: a, {_ORDER}, {text}")


def _after(count: int, cancels: Callable[[int], str]) -> str:
    """A group that cancels what the group before it has placed."""
    orders = _orders(count, lambda n: f"id: a{n}, {_ORDER}")
    rows = "".join(f"- {{name: c{n // 50}-{n}, cancel: [{cancels(n)}]}}\n" for n in range(0, count, 50))
    return orders + rows


def _fifty(number: int, entry: Callable[[int], str]) -> str:
    return ", ".join(entry(number + more) for more in range(50))


MAKERS: Final[dict[str, Maker]] = {
    # orders
    "valid orders": lambda n: _orders(n, lambda i: f"id: a{i}, {_ORDER}"),
    "ids that differ at their end": lambda n: _orders(n, lambda i: f"id: {'a' * 50}{i}, {_ORDER}"),
    "one id": lambda n: _orders(n, lambda _: f"id: a, {_ORDER}"),
    "two orders of each id": lambda n: _orders(n, lambda i: f"id: a{i // 2}, {_ORDER}"),
    "no ids": lambda n: _orders(n, lambda _: _ORDER),
    "one client order id": lambda n: _orders(n, lambda i: f"id: a{i}, {_ORDER}, cl_ord_id: same"),
    "many client order ids": lambda n: _orders(n, lambda i: f"id: a{i}, {_ORDER}, cl_ord_id: same{i}"),
    "one user reference": lambda n: _orders(n, lambda i: f"id: a{i}, {_ORDER}, userref: 7"),
    "many user references": lambda n: _orders(n, lambda i: f"id: a{i}, {_ORDER}, userref: {i + 1}"),
    "unknown keys": lambda n: _orders(n, lambda i: f"id: a{i}, {_ORDER}, prcie{i}: 1"),
    "keys nearly known": lambda n: _orders(n, lambda i: f"id: a{i}, {_ORDER}, volumee: 1"),
    "values nearly known": lambda n: _orders(n, lambda i: f"id: a{i}, {_ORDER}, timeinforce: GTQ{i}"),
    "pairs nearly known": lambda n: _orders(
        n, lambda i: f"id: a{i}, {_ORDER}, type: byu{i}".replace("ETH/EUR", f"ETHEUR{i}")
    ),
    "wrong numbers": lambda n: _orders(n, lambda i: f"id: a{i}, {_ORDER.replace('150', f'1_5{i}e3')}"),
    "wrong times": lambda n: _orders(n, lambda i: f"id: a{i}, {_ORDER}, starttm: tomorrow{i}"),
    "everything missing": lambda n: _orders(n, lambda i: f"id: a{i}"),
    "nulls": lambda n: _orders(n, lambda i: f"id: a{i}, {_ORDER}, oflags: ~"),
    "lists of flags": lambda n: _one_order("oflags: '" + "post," * n + "'"),
    "text for orders": lambda n: (
        _orders(n, lambda i: f"id: a{i}, {_ORDER}").replace("  - {", "  - '{").replace("}\n", "}'\n")
    ),
    "cut orders": lambda n: _orders(n, lambda i: f"id: a{i}, price: 1,50,0{i}, {_ORDER}"),
    # keys
    "the same key again": lambda n: _TOP + "".join("k: v\n" for _ in range(n)),
    "two keys in turn": lambda n: _TOP + "".join(f"k{i % 2}: v\n" for i in range(n)),
    "a key of an order again": lambda n: _one_order(", ".join("volume: 1" for _ in range(n))),
    "keys at the top": lambda n: _TOP + "".join(f"group{i}: v\n" for i in range(n)),
    "keys of one order": lambda n: _one_order(", ".join(f"volume{i}: 1" for i in range(n))),
    "keys with one beginning": lambda n: _one_order(", ".join(f"{'v' * 60}{i}: 1" for i in range(n))),
    "long keys": lambda n: _one_order(f"{'v' * n}: 1"),
    "empty keys": lambda n: _one_order(", ".join(": 1" for _ in range(n))),
    "merge keys": lambda n: _one_order(", ".join("<<: {a: 1}" for _ in range(n))),
    "keys that are lists": lambda n: _one_order(", ".join(f"[a{i}]: 1" for i in range(n))),
    "keys of defaults": lambda n: (
        f"{_TOP}defaults: {{{', '.join(f'volume{i}: 1' for i in range(n))}}}\n"
        + _orders(1, lambda _: f"id: a, {_ORDER}").removeprefix(_TOP)
    ),
    "defaults under all": lambda n: (
        f"{_TOP}defaults: {{oflags: post, leverage: x, price2: 7}}\n"
        + _orders(n, lambda i: f"id: a{i}, {_ORDER}").removeprefix(_TOP)
    ),
    # yaml
    "anchors": lambda n: _orders(n, lambda i: f"id: &a{i} a{i}, {_ORDER}"),
    "one anchor": lambda n: _orders(n, lambda i: f"id: &a a{i}, {_ORDER}"),
    "aliases": lambda n: _orders(
        n, lambda i: f"id: {'&a ' if not i else ''}{'*a' if i else 'a0'} , {_ORDER}"
    ),
    "tags": lambda n: _orders(n, lambda i: f"id: !t{i} a{i}, {_ORDER}"),
    "directives": lambda n: "".join(f"%TAG !t{i}! !t{i}\n" for i in range(n)) + "---\n" + _TOP,
    "documents": lambda n: "".join(f"---\n{_TOP}" for _ in range(n)),
    "comments": lambda n: _TOP + "# a: b\n" * n + "groups:\n- name: g\n  orders:\n  - id: a # 150\n",
    "commented prices": lambda n: _orders(n, lambda i: f"id: a{i}, {_ORDER}").replace(
        "price: 150", "price: #5\n    150"
    ),
    "tabs": lambda n: _TOP + "\t\n" * n + "groups: []\n",
    "blank lines": lambda n: _TOP + "\n" * n + "groups: []\n",
    "spaces": lambda n: _TOP + "groups:" + " " * n + "[]\n",
    "open lists": lambda n: _TOP + "groups: " + "[" * n,
    "open mappings": lambda n: _TOP + "groups: " + "{a: " * n,
    "deeper and deeper": lambda n: _TOP + "".join(" " * i + "a:\n" for i in range(min(n, 400))),
    "items in a row": lambda n: _TOP + "groups: [" + "a, " * n + "]\n",
    "empty items": lambda n: _TOP + "groups: [" + "[], " * n + "]\n",
    "quotes that end nowhere": lambda n: _TOP + "groups: 'a" + "''" * n,
    "escapes": lambda n: _TOP + 'groups: "' + "\\u0041" * n + '"\n',
    "long words": lambda n: _TOP + "groups: " + "a" * n + "\n",
    "many words": lambda n: _TOP + "groups: " + "buy 1 " * n + "\n",
    "long numbers": lambda n: _one_order("price2: " + "1" * n),
    "long fractions": lambda n: _one_order("price2: 0." + "1" * n),
    "long exponents": lambda n: _one_order("price2: 1e" + "9" * n),
    "numbers with marks": lambda n: _one_order("price2: '" + "1,000." * n + "'"),
    "sexagesimals": lambda n: _one_order("price2: " + "1:" * n + "0"),
    "block texts": lambda n: _TOP + "description: |\n" + "  a: b\n" * n + "groups: []\n",
    "folded texts": lambda n: _TOP + "description: >\n" + "  a: b\n\n" * n + "groups: []\n",
    "lines of one text": lambda n: _TOP + "description: a\n" + "  b\n" * n + "groups: []\n",
    "forbidden characters": lambda n: _TOP + "groups: " + "\x01" * n + "\n",
    "invisible characters": lambda n: _TOP + "groups: " + "\u200b" * n + "\n",
    "wide characters": lambda n: _TOP + "groups: " + "\U0001f600" * n + "\n",
    "colons": lambda n: _TOP + "groups: " + "a: " * n + "\n",
    "dashes": lambda n: _TOP + "groups:\n" + "- " * n + "\n",
    "question marks": lambda n: _TOP + "? a\n" * n,
    "templates": lambda n: _orders(n, lambda i: f"id: a{i}, {_ORDER}").replace("150", "{{ price }}"),
    "run keys": lambda n: _one_order("cl_ord_id: '" + "{run_key}" * n + "'"),
    # groups
    "groups": lambda n: _groups(n, lambda i: f"name: g{i}, orders: [{{id: a, {_ORDER}}}]"),
    "groups of one name": lambda n: _groups(n, lambda _: f"name: g, orders: [{{id: a, {_ORDER}}}]"),
    "groups without a name": lambda n: _groups(n, lambda _: f"orders: [{{id: a, {_ORDER}}}]"),
    "empty groups": lambda n: _groups(n, lambda i: f"name: g{i}"),
    "a chain backwards": lambda n: _groups(
        n, lambda i: f"name: g{i}, needs: [g{i + 1}], orders: [{{id: a, {_ORDER}}}]"
    ),
    "a circle": lambda n: _groups(
        n, lambda i: f"name: g{i}, needs: [g{(i + 1) % n}], orders: [{{id: a, {_ORDER}}}]"
    ),
    "needs without a target": lambda n: _groups(
        n, lambda i: f"name: g{i:04}, needs: [h{i:04}], orders: [{{id: a, {_ORDER}}}]"
    ),
    "needs of one group": lambda n: _groups(
        1,
        lambda _: f"name: g, needs: [{', '.join(f'h{i}' for i in range(n))}], orders: [{{id: a, {_ORDER}}}]",
    ),
    "one need again": lambda n: _groups(
        2,
        lambda i: (
            f"name: g{i}, orders: [{{id: a, {_ORDER}}}], needs: [{', '.join(['g0'] * (n if i else 0))}]"
        ),
    ),
    "all need the first": lambda n: _groups(
        n, lambda i: f"name: g{i}, needs: [{'g0' if i else ''}], orders: [{{id: a, {_ORDER}}}]"
    ),
    # cancellations
    "cancels of orders": lambda n: _after(n, lambda i: _fifty(i, lambda j: f"{{order: g/a{j}}}")),
    "cancels of one order": lambda n: _after(n, lambda i: _fifty(i, lambda _: "{order: g/a0}")),
    "cancels without a target": lambda n: _after(n, lambda i: _fifty(i, lambda j: f"{{order: g/b{j}}}")),
    "cancels of other groups": lambda n: _after(n, lambda i: _fifty(i, lambda j: f"{{order: h{j}/b}}")),
    "cancels by user reference": lambda n: _after(n, lambda i: _fifty(i, lambda j: f"{{userref: {j + 1}}}")),
    "cancels by a client order id": lambda n: _after(
        n, lambda i: _fifty(i, lambda j: f"{{cl_ord_id: x{j}}}")
    ),
    "cancels by id": lambda n: _after(n, lambda i: _fifty(i, lambda j: f"O5TDZD-{j:05}-YYYYYY")),
    "cancels by one id": lambda n: _after(n, lambda i: _fifty(i, lambda _: "O5TDZD-XXXXX-YYYYYY")),
    "cancels by wrong ids": lambda n: _after(n, lambda i: _fifty(i, lambda j: f"5TDZD-{j:05}-YYYYYY")),
    "one long cancel": lambda n: _groups(
        1, lambda _: f"name: g, cancel: [{', '.join(f'O5TDZD-{i:05}-YYYYYY' for i in range(n))}]"
    ),
    "one long cancel without a target": lambda n: _groups(
        1, lambda _: f"name: g, cancel: [{', '.join(f'{{order: x/y{i}}}' for i in range(n))}]"
    ),
    "one cancel a group": lambda n: _groups(
        n,
        lambda i: (
            f"name: g{i}, orders: [{{id: a, {_ORDER}}}], cancel: [{f'{{order: g{i - 1}/a}}' if i else ''}]"
        ),
    ),
    "all cancel the first": lambda n: _groups(
        n, lambda i: f"name: g{i}, orders: [{{id: a, {_ORDER}}}], cancel: [{'{order: g0/a}' if i else ''}]"
    ),
    "all cancel the last": lambda n: _groups(
        n, lambda i: f"name: g{i}, orders: [{{id: a, {_ORDER}}}], cancel: [{{order: g{n - 1}/a}}]"
    ),
}
