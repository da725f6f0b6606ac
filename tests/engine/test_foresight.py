"""Which groups a run will not reach."""

from __future__ import annotations

from runner.engine.foresight import unreached, will_be_sent
from tests.report.builders import QUICKSTART, batch_of
from tests.report.cases import done, quickstart, unwound

AROUND = """  - name: free
    needs: []
    cancel: [OQCLML-BW3P3-BUCMZZ]
  - name: last
    needs: [tidy]
    cancel: [OQCLML-BW3P3-BUCMYY]
"""


def test_everything_is_reached_at_first() -> None:
    """Nothing is known to fail."""
    assert unreached(quickstart().plan()) == {}
    assert unreached(done().plan()) == {}


def test_groups_behind_one_that_was_taken_back_are_not_reached() -> None:
    """Directly or through others; what needs nothing goes on."""
    journal = unwound()
    journal.batch = batch_of(QUICKSTART + AROUND)
    assert unreached(journal.plan()) == {"offer": "enter", "tidy": "enter", "last": "tidy"}


def test_cancellations_of_such_groups_are_not_sent() -> None:
    """Nor of the group that stops."""
    journal = unwound()
    journal.batch = batch_of(QUICKSTART + AROUND)
    plan = journal.plan()
    skipped = unreached(plan)
    sent = [group.name for group in plan.groups for one in group.cancel if will_be_sent(one, group, skipped)]
    assert sent == ["free"]
