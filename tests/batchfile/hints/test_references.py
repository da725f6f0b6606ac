"""The order that an entry of `cancel` means."""

from __future__ import annotations

from runner.batchfile import parse
from tests.support.for_each import for_each

BATCH = """version: 1
name: t
groups:
  - name: enter
    orders:
      - {id: buy-eth, pair: ETH/EUR, type: buy, ordertype: limit, price: 145, volume: 0.25}
      - {id: own, cl_ord_id: my-id, pair: ETH/EUR, type: buy, ordertype: limit, price: 145, volume: 0.25}
  - name: more
    orders:
      - {id: own, pair: ETH/EUR, type: buy, ordertype: limit, price: 145, volume: 0.25}
  - name: out
"""


@for_each(
    [
        ("all", "there is no such cancellation: "),
        ("[all]", "there is no such cancellation: "),
        ("'*'", "there is no such cancellation: "),
        ("true", "there is no such cancellation: "),
        ("none", "leave `cancel` out to cancel nothing"),
        ("buy-eth", "write [{order: enter/buy-eth}]"),
        ("zzz", "write [{order: enter/zzz}]; but it has none of that name"),
        ("[buy-eth]", "for an order of this batch write {order: enter/buy-eth}"),
        ("[enter/buy-eth]", "for an order of this batch write {order: enter/buy-eth}"),
        ("[buy-et]", "for an order of this batch write {order: enter/buy-eth}"),
        ("[own]", "for an order of this batch write {order: enter/own} or {order: more/own}"),
        ("[my-id]", "for an order of this batch write {order: enter/own}"),
        ("[more]", "for the orders of the group write {order: more/own}"),
        ("[zzz]", "for an order of this batch write {order: enter/zzz}; but it has none of that name"),
        ("{userref: 5}", "write [{userref: 5}]"),
        ("5", "write [{userref: 5}]"),
        ("[5]", "for a user reference write {userref: 5}"),
        ("OUEMWD-CUO73-YYCBEK", "write [OUEMWD-CUO73-YYCBEK]"),
        ("[OUEMWDCUO73YYCBEK]", "write OUEMWD-CUO73-YYCBEK"),
        ("[OUEMWD-CUO73-YYCBE]", "the parts of a transaction id have 6, 5 and 6 characters: copy it again"),
        (
            "'OUEMWD-CUO73-YYCBEK,OUEMWD-CUO73-YYCBEA'",
            "write [OUEMWD-CUO73-YYCBEK, OUEMWD-CUO73-YYCBEA]",
        ),
        ("[{userref: buy-eth}]", "for an order of this batch write {order: enter/buy-eth}"),
        ("[{userref: abc}]", "a user reference is a number; an order of this batch is {order: group/id}"),
        ("[{order: buy-eth}]", "write enter/buy-eth"),
        ("[{order: enter.buy-eth}]", "write enter/buy-eth"),
        ("[{order: zzz}]", "write the group and the id, such as enter/buy-eth"),
        ("[{order: more/buy-eth}]", "did you mean `enter/buy-eth`?"),
        ("[{order: more/b}]", "did you mean `more/own`?"),
        ("[{id: buy-eth}]", "for an order of this batch write {order: enter/buy-eth}"),
        ("[{txid: OUEMWD-CUO73-YYCBEK}]", "write a transaction id by itself: - OUEMWD-CUO73-YYCBEK"),
        ("[{pair: ETH/EUR}]", "write {order: group/id}, {userref: number}, or a transaction id alone"),
        ("[{order: enter/own, userref: 5}]", "make two entries of it, one for each key"),
    ]
)
def test_a_cancellation_is_put_into_its_form(cancel: str, hint: str) -> None:
    """By what the batch holds: its orders, groups and ids."""
    (problem,) = parse(f"{BATCH}    cancel: {cancel}\n".encode(), "f").problems
    assert problem.hint == hint or (hint.endswith(": ") and problem.hint.startswith(hint))
