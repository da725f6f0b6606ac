"""A property that is worked out once."""

from __future__ import annotations

from runner.simulator.lazy import lazy


def test_it_is_worked_out_at_the_first_question_and_never_again() -> None:
    """Each instance has its own answer."""

    class Counter:
        def __init__(self, answer: int) -> None:
            self.answer = answer
            self.asked = 0

        @lazy
        def worked_out(self) -> int:
            """The answer."""
            self.asked += 1
            return self.answer

    first, second = Counter(1), Counter(2)
    assert first.asked == 0
    assert [first.worked_out, first.worked_out, second.worked_out] == [1, 1, 2]
    assert first.asked == 1
