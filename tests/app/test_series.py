"""Several files: what those before one leave behind."""

from __future__ import annotations

from pathlib import Path

import pytest

from runner.app.series import Predecessors, refuse_same_journals
from runner.errors import InvalidInput
from runner.policy import SentCancel, SentOrder
from runner.review import review
from tests.review.markets import MARKET, NOW, account, group, order, plan_of


def test_what_is_before_leaves_orders_and_money() -> None:
    """And counts for the limits of a day; what it cancels does too."""
    plan = plan_of(group(order("a", price="100", volume="1"), cancel="[OUEMWD-CUO73-YYCBEK]"))
    before = Predecessors(account(EUR="500"))
    before.add(review(plan, MARKET, before.account, NOW))
    assert before.account is not None
    assert before.account.balances is not None
    assert before.account.balances["EUR"].available < 400
    sent, canceled = before.sent
    assert isinstance(sent, SentOrder)
    assert isinstance(canceled, SentCancel)
    assert (sent.pair, sent.at) == ("ETH/EUR", NOW)
    assert [id.text for id in canceled.ids] == ["OUEMWD-CUO73-YYCBEK"]


def test_one_batch_is_not_taken_twice() -> None:
    """Two files of one name share a journal."""
    refuse_same_journals([("a.yaml", Path("s/a")), ("b.yaml", Path("s/b"))])
    with pytest.raises(InvalidInput, match=r"a.yaml and c.yaml are the same batch, a; nothing was sent"):
        refuse_same_journals([("a.yaml", Path("s/a")), ("b.yaml", Path("s/b")), ("c.yaml", Path("s/a"))])
