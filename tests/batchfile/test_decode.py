"""Plain data to the nouns of the domain."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from runner.batchfile import parse
from runner.domain import (
    CancelPlaced,
    CancelTxid,
    CancelUserref,
    Close,
    FillBarrier,
    OnReject,
    Order,
    OrderKey,
    Otherwise,
    Place,
    parse_rfc3339,
)
from tests.batchfile.files import ORDER, assert_one_of_two, batch_text, only_order, valid_file


def test_a_whole_order_is_decoded() -> None:
    """Every field lands under its own name, converted where Kraken has another form."""
    batch = valid_file("every-field")
    margin, leverage, close, quote = batch.groups[0].orders
    assert margin == Order(
        id="margin",
        pair="XBT/USD",
        type="sell",
        ordertype="limit",
        price="9857.10",
        volume="0.00200000",
        margin=True,
        reduce_only=True,
        oflags=("post", "fciq"),
        starttm="0",
        expiretm="1796036400",
        timeinforce="GTD",
        deadline="2.5",
        userref="-2147483648",
        stp_type="cancel_both",
        place=Place(15, 9),
    )
    assert (leverage.leverage, leverage.margin, leverage.reduce_only) == ("5", False, False)
    assert (leverage.starttm, leverage.expiretm) == ("+60", "1795300000")
    assert leverage.oflags == ("post", "fcib", "nompp")
    assert close.price == "#5"
    assert close.close == Close(ordertype="stop-loss-limit", price="-5%", price2="-0.5%")
    assert (quote.price, quote.oflags, quote.cl_ord_id) == (None, ("viqc",), "free-{run_key}")


def test_a_whole_group_is_decoded() -> None:
    """Repeat, description, reject rule and each kind of cancellation, with their places."""
    batch = valid_file("every-field")
    assert batch.repeat
    assert batch.created == parse_rfc3339("2026-11-22T00:00:00Z")
    assert batch.description == "Each field of an order at least once,\nin each of its forms.\n"
    (group,) = batch.groups
    assert (group.name, group.needs, group.on_reject) == ("fields", (), OnReject.CONTINUE)
    assert group.cancel == (
        CancelTxid("OUEMWD-CUO73-YYCBEK", Place(60, 9)),
        CancelUserref("-5", Place(61, 9)),
        CancelUserref("8874657", Place(62, 9)),
        CancelPlaced(OrderKey("fields", "close"), Place(63, 9)),
    )


def test_needs_are_resolved() -> None:
    """Absent means the group before, an empty list means none, names are taken literally."""
    batch = valid_file("graph-of-groups")
    assert {group.name: group.needs for group in batch.groups} == {
        "last": ("left", "right"),
        "first": (),
        "left": ("first",),
        "right": ("first",),
    }


def test_a_need_until_filled_is_a_barrier_as_well() -> None:
    """Its group is among the names, and without a word open orders are left alone."""
    groups = {group.name: group for group in valid_file("barrier").groups}
    assert groups["buy"].needs == ("sell", "tidy")
    assert groups["buy"].barriers == (FillBarrier("sell", 900, Otherwise.CANCEL, Place(9, 10)),)
    assert [barrier[:3] for barrier in groups["all-the-same"].barriers] == [
        ("sell", 5, Otherwise.PROCEED),
        ("buy", 86_400, Otherwise.STOP),
    ]
    assert groups["sell"].barriers == groups["tidy"].barriers == ()


def test_the_first_group_needs_nothing() -> None:
    """There is no group before it."""
    batch = parse(batch_text(ORDER), "f").batch
    assert batch is not None
    assert [(group.needs, group.on_reject, group.cancel) for group in batch.groups] == [
        ((), OnReject.STOP, ())
    ]
    assert (batch.repeat, batch.description) == (False, "")


@given(st.from_regex(r"(0|[1-9][0-9]{0,9})(\.[0-9]{1,12})?", fullmatch=True), st.sampled_from(["", "'", '"']))
def test_numbers_keep_their_text(text: str, quote: str) -> None:
    """The author's digits are sent unchanged, in quotes or not."""
    if text.strip("0.") == "":
        text = f"1{text}"
    fields = f"price: {quote}{text}{quote}, volume: {text}"
    order = only_order(batch_text(ORDER.replace("price: 150, volume: 0.25", fields)))
    assert (order.price, order.volume) == (text, text)
    assert type(order.price) is str
    assert type(order.volume) is str


@given(st.datetimes(timezones=st.just(None)), st.sampled_from(["Z", "+00:00", "-07:30", "+14:00"]))
def test_any_time_is_seconds_or_a_problem(moment: object, offset: str) -> None:
    """RFC 3339 becomes whole Unix seconds, from the first year to the last."""
    text = str(moment).replace(" ", "T")[:19] + offset
    assert_one_of_two(parse(batch_text(ORDER.replace("price", f"starttm: {text}, price")), "f"))


def test_a_group_may_let_its_orders_wait_for_room() -> None:
    """It says so with a word; without one nothing waits."""
    assert [group.hold for group in valid_file("hold").groups] == [True, False]
