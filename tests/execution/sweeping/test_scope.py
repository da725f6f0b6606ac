"""The orders that a sweep is about."""

from runner.execution import AllButStops, OurOrders
from runner.kraken import Description, OpenOrder
from tests.support.for_each import for_each

OURS = OurOrders(txids=frozenset({"O1"}), cl_ord_ids=frozenset({"mine"}), userrefs=frozenset({"17"}))


@for_each(
    [
        (OpenOrder("O1"), None, True),
        (OpenOrder("O2"), None, False),
        (OpenOrder("O2"), "O1", True),
        (OpenOrder("O2"), "O3", False),
        (OpenOrder("O2", cl_ord_id="mine"), None, True),
        (OpenOrder("O2", cl_ord_id="another"), None, False),
        (OpenOrder("O2", userref="17"), None, True),
        (OpenOrder("O2", userref="18"), None, False),
    ]
)
def test_ours_are_known_by_any_of_their_ids(order: OpenOrder, refid: str | None, ours: bool) -> None:
    """And so is what the fill of one of them has opened."""
    assert OURS.owns(order, refid) is ours


def test_an_empty_set_owns_nothing() -> None:
    """An order without labels is not that of an empty set."""
    assert not OurOrders().owns(OpenOrder("O1"))


def test_a_stop_is_what_limits_a_loss() -> None:
    """Orders that the scope does not describe are left alone."""
    kept = {"stop-loss", "stop-loss-limit", "trailing-stop", "trailing-stop-limit"}
    for ordertype in (*kept, "limit", "market", "take-profit", "take-profit-limit", "settle-position"):
        order = OpenOrder("O1", descr=Description(ordertype=ordertype))
        assert AllButStops().owns(order) is (ordertype not in kept)
    assert not AllButStops().owns(OpenOrder("O1"))
