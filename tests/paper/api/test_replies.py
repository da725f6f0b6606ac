"""Refusals in the shape of what they answer."""

from __future__ import annotations

from typing import Any

import pytest

from runner.kraken import (
    AddOrderStatus,
    CancelOrderStatus,
    ErrorReply,
    FrameError,
    SubscriptionStatus,
    decode_request,
    encode_reply,
)
from runner.kraken.wire.codec import decode_reply
from runner.paper import Options
from runner.paper.options.options import ErrorOptions
from tests.paper.builders import NOW, exchange

MALFORMED: list[tuple[str, Any]] = [
    ("{", ErrorReply(errorMessage="Malformed request")),
    ("[]", ErrorReply(errorMessage="Malformed request")),
    ('{"event":"addOrders","reqid":5}', ErrorReply(errorMessage="Event(s) not found", reqid=5)),
    (
        '{"event":"addOrder","reqid":5,"pair":"ETH/EUR","type":"buy","ordertype":"limit","volume":0.25}',
        AddOrderStatus(status="error", errorMessage="EGeneral:Invalid arguments:volume", reqid=5),
    ),
    (
        '{"event":"addOrder","reqid":5}',
        AddOrderStatus(status="error", errorMessage="EGeneral:Invalid arguments:pair", reqid=5),
    ),
    (
        '{"event":"addOrder","reqid":"5","pair":"ETH/EUR","type":"buy","ordertype":"market","volume":"1"}',
        AddOrderStatus(status="error", errorMessage="EGeneral:Invalid arguments:reqid"),
    ),
    (
        '{"event":"addOrder","reqid":5,"pair":"ETH/EUR","type":"buy","ordertype":"market","volume":"1",'
        '"margin":"true"}',
        AddOrderStatus(status="error", errorMessage="EGeneral:Invalid arguments:margin", reqid=5),
    ),
    (
        '{"event":"cancelOrder","reqid":5,"txid":"OABCDE-FGHIJ-KLMNOP"}',
        CancelOrderStatus(status="error", errorMessage="EGeneral:Invalid arguments:txid", reqid=5),
    ),
    (
        '{"event":"subscribe","subscription":"openOrders"}',
        SubscriptionStatus(status="error", errorMessage="Subscription field must be an object"),
    ),
    (
        '{"event":"subscribe","subscription":{"name":"openOrders"},"pair":"ETH/EUR"}',
        SubscriptionStatus(status="error", errorMessage="Pair field must be an array"),
    ),
    (
        '{"event":"subscribe"}',
        SubscriptionStatus(status="error", errorMessage="Subscription field must be an object"),
    ),
]


@pytest.mark.parametrize(("text", "expected"), MALFORMED)
def test_malformed_frames_are_answered(text: str, expected: Any) -> None:
    """In the shape of the event that was meant, where one can be recognized."""
    built = exchange()
    built.connect(1, NOW)
    with pytest.raises(FrameError) as caught:
        decode_request(text)
    (delivery,) = built.malformed(1, caught.value, NOW)

    assert delivery.message == expected
    assert decode_reply(encode_reply(delivery.message)) == delivery.message


def test_the_texts_are_options() -> None:
    """The exchange's answer to rubbish is not documented."""
    built = exchange(options=Options(errors=ErrorOptions(malformed="What?", unknown_event="Who?")))
    built.connect(1, NOW)

    answers = [
        built.malformed(1, error, NOW)[0].message for error in (FrameError("x"), FrameError("unknown event"))
    ]
    assert answers == [ErrorReply(errorMessage="What?"), ErrorReply(errorMessage="Who?")]
