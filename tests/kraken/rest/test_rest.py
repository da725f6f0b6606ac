"""Signatures with known answers, envelopes, and a secret that stays one."""

from __future__ import annotations

import base64
import contextlib
import json
import traceback
from decimal import Decimal
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.domain import Secret
from runner.errors import InvalidInput
from runner.kraken import (
    TOKEN_PATH,
    FrameError,
    RestError,
    canceled_count,
    encode_envelope,
    parse_envelope,
    private_call,
    sign,
    token_from,
    verify,
)

# The key pair of the exchange's own documentation; it opens nothing.
DOCUMENTED = Secret(
    "kQH5HW/8p1uGOVjbgWA7FunAmGO8lsSUXNsu3eow76sz84Q18fWxnyRzBHCd3pd5nE9qa99HAZtuZuj6F1huXg=="
)
UNICODE = st.text(st.characters(codec="utf-8"))
COMPLAINTS = st.text().map("EGeneral:{}".format)
NONCE = "1616492376594"
KNOWN_ANSWERS = [
    (
        "/0/private/AddOrder",
        "nonce=1616492376594&ordertype=limit&pair=XBTUSD&price=37500&type=buy&volume=1.25",
        "4/dpxb3iT4tp/ZCVEwSnEsLxx0bqyhLpdfOpc6fn7OR8+UClSV5n9E6aSS8MPtnRfp32bAb0nmbRn6H8ndwLUQ==",
    ),
    (
        TOKEN_PATH,
        "nonce=1616492376594",
        "+mRDmY9Ks0Moc1zjv/BjfvYa98buO0x1yHChZR5onlfAzAUbfIYlLggUZzdQ0RsmXm4Sh+Q8iAIZdo2wSeHeiA==",
    ),
]


@pytest.mark.parametrize(("path", "body", "signature"), KNOWN_ANSWERS)
def test_the_signature_has_known_answers(path, body, signature):
    """The first is the exchange's own example, the second was computed for the token call."""
    assert sign(DOCUMENTED, path, NONCE, body) == signature
    assert verify(DOCUMENTED, path, NONCE, body, signature)


def test_any_change_makes_another_signature():
    """Path, nonce, body and secret are all signed; nonsense is no signature and no error."""
    path, body, signature = KNOWN_ANSWERS[1]
    other = Secret(base64.b64encode(b"other").decode())
    assert not verify(other, path, NONCE, body, signature)
    assert not verify(DOCUMENTED, path + "X", NONCE, body, signature)
    assert not verify(DOCUMENTED, path, NONCE + "0", body, signature)
    assert not verify(DOCUMENTED, path, NONCE, body + "&a=b", signature)
    for nonsense in ("", "é", "\ud800", signature[:-1]):
        assert not verify(DOCUMENTED, path, NONCE, body, nonsense)


@given(st.dictionaries(UNICODE, UNICODE))
def test_a_private_call_signs_exactly_what_is_sent(fields):
    """The body holds nonce and fields whatever characters they have, and the header is its signature."""
    fields.pop("nonce", None)
    headers, body = private_call("public", DOCUMENTED, TOKEN_PATH, NONCE, fields)
    assert parse_qsl(body, keep_blank_values=True, strict_parsing=True) == [("nonce", NONCE), *fields.items()]
    assert headers["API-Key"] == "public"
    assert headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert verify(DOCUMENTED, TOKEN_PATH, NONCE, body, headers["API-Sign"])


def test_the_token_call_is_the_known_answer():
    """Without fields the body is the nonce alone."""
    headers, body = private_call("public", DOCUMENTED, TOKEN_PATH, NONCE)
    assert (body, headers["API-Sign"]) == KNOWN_ANSWERS[1][1:]


def test_the_nonce_is_given_once():
    """A second nonce among the fields is a mistake of ours."""
    with pytest.raises(AssertionError):
        private_call("public", DOCUMENTED, TOKEN_PATH, NONCE, {"nonce": "1"})


@pytest.mark.parametrize("text", ["CANARY!", "CANARYé", "CANARY", "CANARY==\n", "", " Q0FOQVJZ"])
def test_a_secret_that_is_not_base64_is_said_and_not_shown(text):
    """The message helps; neither it nor the traceback holds the secret."""
    with pytest.raises(InvalidInput, match="not base64") as caught:
        sign(Secret(text), TOKEN_PATH, NONCE, "")
    assert "CANARY" not in "".join(traceback.format_exception(caught.value))


def test_a_result_keeps_its_decimals():
    """Numbers with a fraction are no binary floats."""
    result = parse_envelope('{"error":[],"result":{"fee":0.10,"expires":900}}')
    assert result == {"fee": Decimal("0.10"), "expires": 900}


def test_warnings_do_not_hide_a_result():
    """Texts that start with W warn; the answer counts."""
    assert parse_envelope('{"error":["WGeneral:Danger"],"result":5}') == 5
    assert parse_envelope('{"error":["WGeneral:Danger"]}') is None
    assert parse_envelope('{"result":5}') == 5


def test_an_error_may_quote_what_is_no_text() -> None:
    """A lone surrogate is written as its escape, rather than that there is no answer."""
    with pytest.raises(RestError, match=r"x\\ud800"):
        parse_envelope(encode_envelope(errors=["x\ud800"]))


def test_errors_are_raised_with_their_texts():
    """All errors come out, warnings left aside, even beside a result."""
    with pytest.raises(RestError) as caught:
        parse_envelope('{"error":["EAPI:Invalid nonce","W","EService:Busy"],"result":{}}')
    assert caught.value.errors == ("EAPI:Invalid nonce", "EService:Busy")
    assert str(caught.value) == "EAPI:Invalid nonce, EService:Busy"


@pytest.mark.parametrize(
    "text",
    ["", "<html>502</html>", "[]", "null", "{}", '{"error":[]}', '{"error":"E","result":1}', '{"error":[1]}'],
)
def test_what_is_no_envelope_is_a_frame_error(text):
    """A proxy's page is not an answer of the exchange."""
    with pytest.raises(FrameError):
        parse_envelope(text)


@given(st.text() | st.recursive(st.none() | st.text(), st.lists).map(json.dumps))
def test_any_answer_is_read_or_refused(text):
    """No answer raises anything else."""
    for answer in (text, f'{{"error":{text}}}', f'{{"error":[],"result":{text}}}'):
        with contextlib.suppress(FrameError, RestError):
            parse_envelope(answer)


@given(st.dictionaries(st.text(), st.text() | st.integers()), st.lists(COMPLAINTS, min_size=1))
def test_an_envelope_survives_the_wire(result, errors):
    """The client reads the values that the exchange's side writes."""
    assert parse_envelope(encode_envelope(result)) == result
    with pytest.raises(RestError) as caught:
        parse_envelope(encode_envelope(errors=errors))
    assert caught.value.errors == tuple(errors)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=0, max_value=10**12))
def test_a_decimal_is_a_number_on_the_wire(moment):
    """A client reads it as the same again."""
    assert parse_envelope(encode_envelope({"opentm": moment})) == {"opentm": moment}


def test_the_token_is_a_secret_at_once():
    """It is never held as plain text."""
    token = token_from({"token": "CANARY", "expires": 900})
    assert token == Secret("CANARY")
    assert "CANARY" not in repr(token)


@pytest.mark.parametrize("result", [None, {}, [], "CANARY", {"token": ""}, {"token": 5}, {"expires": 900}])
def test_an_answer_without_a_token_is_refused(result):
    """The key may lack the permission, or the answer be another."""
    with pytest.raises(FrameError, match="no token"):
        token_from(result)


@pytest.mark.parametrize(
    ("result", "count"),
    [({"count": 3}, 3), ({"count": 0}, 0), ({"count": True}, None), ({}, None), (None, None)],
)
def test_a_count_of_canceled_orders_may_be_missing(result, count):
    """Unknown is not none."""
    assert canceled_count(result) == count
