"""The messages are plain values under the exchange's own names."""

from __future__ import annotations

import typing

import msgspec

from runner import kraken
from runner.kraken import AddOrder, Reply, Request
from runner.kraken.wire import messages
from runner.kraken.wire.messages import JsonObject, Unknown
from tests.support.for_each import for_each

KINDS = [*typing.get_args(Request), *typing.get_args(Reply)]


@for_each(KINDS)
def test_a_message_is_a_frozen_value_without_a_token(kind):
    """Nothing of a message can be changed, and no request has a place for a credential."""
    assert kind.__struct_config__.frozen
    assert "token" not in kind.__struct_encode_fields__


def test_event_names_are_the_wires_and_unique():
    """A frame's event names one request and one reply at most."""
    for union in (Request, Reply):
        events = [kind.event for kind in typing.get_args(union) if hasattr(kind, "event")]
        assert len(events) == len(set(events))


@for_each([kind for kind in KINDS if kind is not Unknown])
def test_each_field_has_a_type_of_the_wire(kind):
    """Texts, integers, booleans, lists of texts and objects: no float anywhere."""
    hints = typing.get_type_hints(kind, vars(messages))
    for name in kind.__struct_fields__:
        assert "float" not in str(hints[name])
    assert "float" not in str(JsonObject)


def test_the_facade_names_what_it_has():
    """Every name of the façade exists, and once."""
    names = kraken.__all__
    assert len(names) == len(set(names))
    assert all(hasattr(kraken, name) for name in names)


def test_an_order_to_send_is_the_same_order_under_its_number():
    """Every field is copied, and the order in the plan stays as it was."""
    order = AddOrder(pair="ETH/EUR", type="buy", ordertype="limit", price="1", close_price="2")
    sent = order.to_send(reqid=7, deadline="2026-01-01T00:00:10.000Z")
    assert sent == msgspec.structs.replace(order, reqid=7, deadline="2026-01-01T00:00:10.000Z")
    assert order.reqid is None
