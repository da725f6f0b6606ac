"""The dead man's switch: when it is armed, renewed and off, and when nothing relies on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.execution import ClockJumped
from runner.execution.dead_man import ANSWER_WAIT_S, DISARM_WAIT_S, DeadMan
from runner.kraken import Ready, Reqids, SwitchSet
from runner.kraken.errors.error_texts import ErrorText

if TYPE_CHECKING:
    from runner.journal import Entry

NOW = 1_700_000_000.0


def switch(timeout_s: int = 60) -> tuple[DeadMan, list[Entry]]:
    """A switch on a connection, and what it writes."""
    entries: list[Entry] = []
    found = DeadMan(timeout_s, Reqids(), entries)
    found.take(Ready(()), NOW)
    return found, entries


def armed(timeout_s: int = 60) -> tuple[DeadMan, list[Entry]]:
    """The same, armed."""
    found, entries = switch(timeout_s)
    (message,) = found.due(NOW, connected=True)
    found.take(SwitchSet(message.reqid or 0), NOW + 1)
    return found, entries


def test_without_one_everything_may_leave() -> None:
    """And nothing is sent or written."""
    found, entries = switch(0)
    assert found.holds(NOW)
    assert found.due(NOW, connected=True) == entries == []
    assert found.is_off(NOW, reachable=True)
    assert found.timer() is None


def test_it_holds_from_the_answer_until_its_time_is_over() -> None:
    """Counted from when the message was sent."""
    found, entries = switch()
    assert not found.holds(NOW)
    assert found.due(NOW, connected=False) == []
    (message,) = found.due(NOW, connected=True)
    assert (message.timeout, entries[0].kind) == (60, "switch-armed")
    assert not found.holds(NOW + 1)
    found.take(SwitchSet(message.reqid or 0), NOW + 1)
    assert found.holds(NOW + 59.9)
    assert not found.holds(NOW + 60)


def test_it_is_renewed_at_a_third() -> None:
    """Without an entry each time; an answer that is late counts from its own message."""
    found, entries = armed()
    assert found.due(NOW + 19, connected=True) == []
    assert found.timer() == NOW + 20
    (message,) = found.due(NOW + 20, connected=True)
    found.take(SwitchSet(message.reqid or 0), NOW + 35)
    assert found.holds(NOW + 79.9)
    assert not found.holds(NOW + 80)
    assert len(entries) == 1


def test_nothing_is_relied_on_after_a_break_or_a_jump_of_the_clock() -> None:
    """It is armed anew at once."""
    for event in (Ready(()), ClockJumped(-3600.0)):
        found, _ = armed()
        found.take(event, NOW + 5)
        assert not found.holds(NOW + 5)
        assert len(found.due(NOW + 5, connected=True)) == 1


def test_a_refusal_protects_nothing_and_a_full_counter_passes() -> None:
    """The first is a failure, the second is tried again."""
    for text, fails in (("EGeneral:Permission denied", True), ("EAPI:Rate limit exceeded", False)):
        found, _ = switch()
        (message,) = found.due(NOW, connected=True)
        found.take(SwitchSet(message.reqid or 0, ErrorText.of(text)), NOW + 1)
        assert bool(found.failure) is fails
        assert not found.holds(NOW + 1)
    assert len(found.due(NOW + 20, connected=True)) == 1


def test_silence_is_not_waited_for_without_an_end() -> None:
    """No order could leave."""
    found, _ = switch()
    found.due(NOW, connected=True)
    found.due(NOW + ANSWER_WAIT_S - 1, connected=True)
    assert not found.failure
    found.due(NOW + ANSWER_WAIT_S, connected=True)
    assert "not confirmed" in found.failure


def test_it_is_disarmed_once_a_connection_and_the_answer_ends_it() -> None:
    """Answers to armings that come meanwhile arm nothing."""
    found, entries = armed()
    assert not found.is_off(NOW + 5, reachable=True)
    (message,) = found.disarm(connected=True)
    assert message.timeout == 0
    assert found.disarm(connected=True) == []
    assert found.due(NOW + 30, connected=True) == []
    found.take(SwitchSet(message.reqid or 0), NOW + 6)
    assert found.is_off(NOW + 6, reachable=True)
    assert (entries[-1].kind, found.unsure) == ("switch-disarmed", "")


def test_what_is_not_confirmed_is_said_with_its_time() -> None:
    """After a while, and at once where there is no connection any more."""
    for after_s, reachable in ((DISARM_WAIT_S, True), (0.0, False)):
        found, entries = armed()
        if reachable:
            assert not found.is_off(NOW, reachable=True)
        assert found.is_off(NOW + after_s, reachable=reachable)
        assert entries[-1].until == "2023-11-14T22:14:20.000000Z"  # type: ignore[union-attr]
        assert "until 22:14:20 UTC it may cancel every order of the account" in found.unsure
