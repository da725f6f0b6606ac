"""What a session tells: values that nobody changes on their way to the engine."""

from __future__ import annotations

import typing

import pytest

from runner.kraken import ConnectionLost, Event, OpenOrder, OrderChanged


@pytest.mark.parametrize("kind", typing.get_args(Event))
def test_an_event_cannot_be_changed(kind):
    """Each is handed from the session to the desks, which may keep it."""
    assert kind.__struct_config__.frozen


def test_events_are_equal_by_what_they_say():
    """Two connections that say the same have said the same."""
    assert OrderChanged(OpenOrder("O", "open")) == OrderChanged(OpenOrder("O", "open"))
    assert ConnectionLost("closed") != ConnectionLost("broke")
