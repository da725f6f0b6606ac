"""The messages that the control page lists and shows."""

from __future__ import annotations

import json

import pytest

from runner.domain import Secret
from runner.kraken import AddOrder, FrameError, Subscribe, SystemStatus, decode_request
from runner.paper.control.actions import ControlError
from runner.paper.control.messages import MESSAGES_KEPT, TEXT_SHOWN, Messages
from tests.paper.builders import NOW, order


def kept(*contents: object) -> Messages:
    """Messages of one connection, one after the other."""
    messages = Messages()
    for content in contents:
        messages.add(NOW, 1, content)
    return messages


def test_messages_without_tokens() -> None:
    """The frames that came in, those that were not understood, and those that went out."""
    request = Subscribe(subscription={"name": "openOrders"}, reqid=1)
    messages = kept(
        (request, Secret("hidden")), FrameError("no JSON"), SystemStatus(status="online", version="1")
    )
    lines = messages.lines()
    assert [(line["number"], line["way"]) for line in lines] == [(3, "out"), (2, "in"), (1, "in")]
    assert lines[2]["text"] == '{"event": "subscribe", "subscription": {"name": "openOrders"}, "reqid": 1}'
    assert "hidden" not in str([lines, messages.whole(1)])


def test_a_number_with_a_fraction_is_shown_as_text() -> None:
    """A client may write one where the documents know none: the page shows what it said all the same."""
    request, _ = decode_request('{"event":"subscribe","subscription":{"name":"openOrders","depth":1.50}}')
    shown = json.loads(kept((request, None)).lines()[0]["text"])
    assert shown["subscription"] == {"name": "openOrders", "depth": "1.50"}


def long_order() -> AddOrder:
    """An order whose message is longer than a line."""
    return order(cl_ord_id="x" * TEXT_SHOWN)


def test_a_whole_message() -> None:
    """A line has its beginning alone."""
    messages = kept((long_order(), None))
    (line,) = messages.lines()
    whole = messages.whole("1")
    assert (line["cut"], len(line["text"]), whole["cut"]) == (True, TEXT_SHOWN, False)
    assert json.loads(whole["text"])["cl_ord_id"] == "x" * TEXT_SHOWN


def test_only_the_latest_are_kept() -> None:
    """An older one, one that never was and none at all are refused in words; numbers go on after a reset."""
    messages = kept(*[FrameError(str(number)) for number in range(MESSAGES_KEPT + 1)])
    assert messages.whole(2)["text"] == "a frame that cannot be read: 1"
    for number in (1, "1", "x", None, {}):
        with pytest.raises(ControlError, match=f"only the last {MESSAGES_KEPT} messages are kept"):
            messages.whole(number)
    messages.forget()
    assert messages.lines() == []
    messages.add(NOW, 1, FrameError("next"))
    assert messages.lines()[0]["number"] == MESSAGES_KEPT + 2
