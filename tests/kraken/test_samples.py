"""Frames from the exchange's own pages and from captures: they guard against a misreading that both
ends of our wire would share.

Each file holds ``dir`` (c2s, s2c, rest), ``msg`` (the frame) and ``src``: D for an official sample, O
for one that a named project captured or uses, I for one composed by us from documented fields.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from runner.kraken import RestError, decode_request, encode_envelope, encode_reply, parse_envelope
from runner.kraken.wire.codec import decode_reply, encode_request
from runner.kraken.wire.messages import Unknown

SAMPLES = sorted((Path(__file__).parent / "samples").glob("*.json"))


def samples(direction: str) -> list[object]:
    loaded = [(path.stem, json.loads(path.read_text(encoding="utf-8"))) for path in SAMPLES]
    return [pytest.param(sample["msg"], id=name) for name, sample in loaded if sample["dir"] == direction]


def test_every_sample_says_where_it_is_from():
    """A sample without a source proves nothing; none may be lost either."""
    loaded = [json.loads(path.read_text(encoding="utf-8")) for path in SAMPLES]
    assert len(loaded) == 56
    assert all(sample["src"][0] in "DOI" and sample["dir"] in ("c2s", "s2c", "rest") for sample in loaded)


@pytest.mark.parametrize("message", samples("c2s"))
def test_a_request_is_read_and_written_as_it_was(message):
    """A client's message is the same JSON after decoding and encoding, its token beside it."""
    request, token = decode_request(json.dumps(message))
    assert "TOKEN" not in repr((request, token))
    assert json.loads(encode_request(request, token)) == message
    assert (token.reveal() if token else None) == (None if message["event"] == "ping" else "TOKEN")


@pytest.mark.parametrize("message", samples("s2c"))
def test_a_reply_is_read_and_written_as_it_was(message):
    """A message of the exchange is known, and the same JSON after decoding and encoding."""
    reply = decode_reply(json.dumps(message))
    assert not isinstance(reply, Unknown)
    assert json.loads(encode_reply(reply)) == message


@pytest.mark.parametrize("message", samples("rest"))
def test_an_envelope_is_read_and_written_as_it_was(message):
    """A REST answer is either its result or its errors."""
    try:
        written = encode_envelope(parse_envelope(json.dumps(message)))
    except RestError as error:
        written = encode_envelope(errors=error.errors)
    assert json.loads(written) == message
