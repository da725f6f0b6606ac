"""The faults that each kind of message can have."""

from __future__ import annotations

import pytest

from runner.domain import FaultAction, acts_on, find_option
from runner.domain.scenario import MESSAGES, REQUESTS, REST_CALLS


def test_no_name_means_two_things() -> None:
    """A rule's ``on`` says what it is about by its name alone."""
    names = [*REQUESTS, *MESSAGES, *REST_CALLS]
    assert len(set(names)) == len(names)


def test_what_can_be_done() -> None:
    """A request can be refused, a message can come twice, a call can do neither of these."""
    assert FaultAction.REJECT in acts_on("addOrder")
    assert FaultAction.DUPLICATE in acts_on("openOrders")
    assert FaultAction.DUPLICATE not in acts_on("addOrder")
    assert FaultAction.REJECT not in acts_on("cancelOrderStatus")
    assert [name for name in REQUESTS if FaultAction.END in acts_on(name)] == ["addOrder"]
    contradictions = {FaultAction.REJECT, FaultAction.RENAME, FaultAction.CONTRADICT}
    assert [name for name in MESSAGES if contradictions & set(acts_on(name))] == ["addOrderStatus"]
    assert acts_on("Balance") == (FaultAction.REJECT, FaultAction.LOSE, FaultAction.DELAY)


@pytest.mark.parametrize(
    ("guess", "name"),
    [
        ("taker", "fees.taker"),
        ("taker_fee", "fees.taker"),
        ("Fee-Taker", "fees.taker"),
        ("fees.takr", "fees.taker"),
        ("limits.taker", "fees.taker"),
        ("rest_lag_s", "rest.lag_s"),
        ("weather", ""),
        ("", ""),
    ],
)
def test_an_option_is_found_by_its_words(guess: str, name: str) -> None:
    """In any order, with or without its group, or nearly."""
    assert find_option(guess, ["limits.tier", "fees.taker", "fees.maker", "rest.lag_s"]) == name
