"""Secrets taken out of what comes in, however they are spelled."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from runner.domain import Secret
from runner.kraken import ClientSession, Reqids, Scrubber
from runner.kraken.session.scrubbing import SHORTEST, STAND_IN

TOKEN = "WW91ciBh/dXRoZW50+aWNh=="
NOW = 1_795_000_000.0


def test_a_secret_is_taken_out_anywhere() -> None:
    """More than once, and more than one."""
    scrub = Scrubber(Secret(TOKEN), Secret("another-secret-text"))
    assert scrub(f"a {TOKEN} b {TOKEN} another-secret-text") == f"a {STAND_IN} b {STAND_IN} {STAND_IN}"


def test_a_short_one_is_left() -> None:
    """It may be a word of the exchange's own."""
    assert Scrubber(Secret("key"))("EAPI:Invalid key") == "EAPI:Invalid key"
    assert len("key") < SHORTEST


@given(st.sets(st.integers(0, len(TOKEN) - 1)))
def test_json_cannot_hide_it(escaped: set[int]) -> None:
    """Each letter may be written as itself or as its number; a slash has a third form."""
    spelled = "".join(
        f"\\u{ord(letter):04X}" if place in escaped else letter.replace("/", "\\/")
        for place, letter in enumerate(TOKEN)
    )
    assert json.loads(Scrubber(Secret(TOKEN))(f'{{"errorMessage":"no {spelled}"}}')) == {
        "errorMessage": f"no {STAND_IN}"
    }


@given(
    st.recursive(st.text() | st.integers(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner))
)
def test_any_other_json_stays_what_it_was(content: object) -> None:
    """Quotes, backslashes, line ends and letters of all scripts."""
    for ascii_only in (True, False):
        text = json.dumps(content, ensure_ascii=ascii_only)
        assert json.loads(Scrubber(Secret(TOKEN))(text)) == content


def test_no_event_of_a_session_holds_its_token() -> None:
    """An exchange that repeats it in an error text, in an order's words, in what cannot be read."""
    session = ClientSession(Secret(TOKEN), Reqids())
    session.start(NOW)
    frames = [
        json.dumps({"event": "error", "errorMessage": f"EGeneral:{TOKEN}"}),
        json.dumps([[{"OAAAAA-BBBBB-CCCCCC": {"descr": {"order": TOKEN}}}], "openOrders", {"sequence": 1}]),
        json.dumps({"event": "subscriptionStatus", "status": "error", "errorMessage": TOKEN}),
    ]
    events = session.receive_all(frames, NOW)
    assert events
    assert TOKEN not in repr(events)
