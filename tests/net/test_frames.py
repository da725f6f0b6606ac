"""Cutting and making frames, held against another implementation of the same RFC."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from wsproto import ConnectionType
from wsproto.connection import Connection
from wsproto.events import TextMessage

from runner.net.frames import bare_text_frames, cut, text_frames
from tests.net.server_frames import FOREIGN, LIMIT_BYTES, MAX_BYTES, frame, served

SIZES = [0, 1, 125, 126, 127, 65_535, 65_536]
texts_of_all_sizes = st.lists(st.text(max_size=300) | st.sampled_from(["x" * size for size in SIZES]))


@given(texts_of_all_sizes)
def test_a_server_reads_the_frames_that_are_made(texts: list[str]) -> None:
    """Each message arrives as it was, and is masked."""
    server = Connection(ConnectionType.SERVER)
    server.receive_data(text_frames(texts))
    heard, open_text = [], ""
    for event in server.events():
        assert isinstance(event, TextMessage)
        open_text += event.data
        if event.message_finished:
            heard.append(open_text)
            open_text = ""
    assert heard == texts


@given(texts_of_all_sizes)
def test_a_client_reads_the_frames_that_a_server_makes(texts: list[str]) -> None:
    """Whole, final, unmasked, and in one stretch of bytes."""
    assert bare_text_frames(texts) == served(*texts)
    client = Connection(ConnectionType.CLIENT)
    client.receive_data(bare_text_frames(texts))
    heard = "".join(event.data for event in client.events() if isinstance(event, TextMessage))
    assert heard == "".join(texts)


def test_no_two_frames_share_a_mask() -> None:
    """The mask is what keeps a sender from choosing the bytes on the wire."""
    data = text_frames(["same"] * 50)
    size = len(data) // 50
    assert len({data[start : start + size] for start in range(0, len(data), size)}) == 50


@given(texts_of_all_sizes, st.data())
def test_wherever_the_bytes_are_torn_the_same_texts_are_cut(texts: list[str], data: st.DataObject) -> None:
    """What is not whole yet waits in the rest."""
    whole, found, rest = served(*texts), [], b""
    while whole:
        size = data.draw(st.integers(1, len(whole)))
        piece = cut(rest + whole[:size], max_bytes=MAX_BYTES)
        whole, rest, found = whole[size:], piece.rest, found + piece.texts
        assert not piece.foreign
    assert (found, rest) == (texts, b"")


def test_pings_are_handed_on_and_pongs_dropped() -> None:
    """They may stand between texts, and are cut out of the middle."""
    ping, pong = frame(0x89, b"are you there"), frame(0x8A, b"")
    found = cut(served("a") + ping + served("b") + pong + ping[:4], max_bytes=MAX_BYTES)
    assert (found.texts, found.pings, found.rest, found.foreign) == (
        ["a", "b"],
        [b"are you there"],
        ping[:4],
        False,
    )
    assert found.missing == len(ping)


def test_what_is_no_plain_text_is_left_for_others() -> None:
    """Everything before it is cut, it and everything after it stays."""
    for name, strange in FOREIGN.items():
        found = cut(served("before") + strange + served("after"), max_bytes=LIMIT_BYTES)
        assert found.texts == ["before"], name
        assert found.foreign, name
        assert found.rest == strange + served("after"), name
