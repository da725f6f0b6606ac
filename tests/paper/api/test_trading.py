"""A trader's requests, given to the engine."""

from __future__ import annotations

import pytest

from runner.kraken import AddOrderStatus, CancelAll, CancelAllStatus, CancelOrder, CancelOrderStatus, Ping
from runner.paper import OPENING, Options
from runner.paper.api.trading import carry_out, ended_orders, is_partly_refused
from runner.paper.exchange.matching_engine import MatchingEngine
from tests.paper.builders import NOW, order


def test_each_request_is_carried_out() -> None:
    """And only those of traders come here."""
    engine = MatchingEngine(seed="a", options=Options(), opening=OPENING)
    (placed,) = carry_out(order(), engine, "a", NOW)
    assert isinstance(placed, AddOrderStatus)
    assert placed.txid in engine.book.live
    engine.take_changes()
    both = CancelOrder(txid=(placed.txid, "OAAAAA-AAAAA-AAAAAA"))
    answers = carry_out(both, engine, "a", NOW)
    assert [type(answer) for answer in answers] == [CancelOrderStatus] * 2
    assert is_partly_refused(both, answers)
    assert not is_partly_refused(both, answers[:1])
    assert ended_orders(engine.take_changes()) == [CancelOrder(txid=(placed.txid,))]
    assert carry_out(CancelAll(), engine, "a", NOW) == [CancelAllStatus(status="ok", count=3)]
    with pytest.raises(AssertionError, match="no request of a trader"):
        carry_out(Ping(), engine, "a", NOW)
