"""Killed at any point of a wait for fills, the same command waits until the same moment and ends as before.

In virtual time the default run does so at every instant; this is the same in processes that really die.
"""

import pytest

from tests.crash.matrix import assert_exactly_once, campaign

pytestmark = [pytest.mark.timeout(300), pytest.mark.long]


@pytest.mark.parametrize("journal", [(), ("--lost",)], ids=["kept", "lost"])
def test_killed_at_every_instant(journal: tuple[str, ...]) -> None:
    """Before and after the moment is written down, while it waits, and around what follows."""
    assert_exactly_once(campaign("--fills", *journal), deaths=40)
