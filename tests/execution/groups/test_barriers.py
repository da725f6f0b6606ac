"""The decisions on barriers, and what is written down of them; whole runs are in the simulation's tests."""

from __future__ import annotations

from runner.domain import Otherwise, rfc3339
from runner.execution import Timing
from runner.execution.connection import Link
from runner.execution.groups.barriers import Barriers, Verdict
from runner.execution.orders.manager import OrderManager
from runner.journal import Entry, FillsAwaited, FillsSettled, fold
from runner.kraken import OrderAccepted, Reqids
from runner.planning import Plan
from tests.execution.builders import NOW, at_exchange, group, plan_of

WITHIN_S = 60


def planned(otherwise: str = "stop", *earlier: Entry) -> Plan:
    """A plan with one barrier."""
    need = f"{{group: sell, until: filled, within: {WITHIN_S}s, otherwise: {otherwise}}}"
    return plan_of(group("sell", "x"), group("buy", "a", needs=f"[{need}]"), ledger=fold(earlier))


class Desk:
    """The barriers of a plan whose first group has one open order."""

    def __init__(self, plan: Plan, waits: int = 1) -> None:
        self.entries: list[Entry] = []
        self.orders = OrderManager(plan, Reqids(), Timing(), [])
        (track, *_) = self.orders.tracks.values()
        self.link = Link(up=True)
        self.barriers = Barriers(plan, self.orders, self.link, Timing(), self.entries)
        self.waiting = plan.groups[-1].barriers
        self.barrier = self.waiting[0]
        assert len(self.waiting) == waits
        self.orders.queues["sell"].remove(track)
        request = self.orders.send(track, NOW)
        assert request is not None
        self.orders.on_reply(OrderAccepted(request.reqid or 0, "O1", "buy"), NOW)
        self.show("open")

    def show(self, status: str, vol_exec: str = "0") -> None:
        """The feed shows the order."""
        (track, *_) = self.orders.tracks.values()
        fields = {"vol": "0.25", "vol_exec": vol_exec, "cl_ord_id": track.planned.request.cl_ord_id}
        self.orders.on_order(at_exchange("O1", status, **fields), NOW)

    def judge(self, after_s: float) -> Verdict:
        """The decision after so many seconds."""
        return self.barriers.judge("buy", self.barrier, NOW + after_s)


def test_the_moment_is_written_down_once() -> None:
    """With the first decision to wait; from then on a run waits for nothing else but time and fills."""
    desk = Desk(planned())
    assert not desk.barriers.waits
    assert [desk.judge(second) for second in range(3)] == [Verdict.WAIT] * 3
    assert desk.entries == [
        FillsAwaited(
            at=rfc3339(NOW),
            group="buy",
            needed="sell",
            until=rfc3339(NOW + WITHIN_S),
            within=WITHIN_S,
            otherwise="stop",
        )
    ]
    wait = desk.barriers.wait()
    assert wait is not None
    assert (wait.what, wait.until) == ("the orders of sell to be filled", NOW + WITHIN_S)
    assert wait.detail == "0 of 0.25 ETH/EUR filled"
    desk.barriers.release("buy")
    assert not desk.barriers.waits


def test_two_waits_are_said_together() -> None:
    """Both groups, how much of each is filled, and the later of the two ends."""
    needs = "[{group: sell, until: filled, within: 60s}, {group: more, until: filled, within: 90s}]"
    groups = [group("sell", "x"), group("more", "y", needs="[]"), group("buy", "a", needs=needs)]
    desk = Desk(plan_of(*groups), waits=2)
    for barrier in desk.waiting:
        desk.barriers.judge("buy", barrier, NOW)
    wait = desk.barriers.wait()
    assert wait is not None
    assert (wait.what, wait.until) == ("the orders of sell and more to be filled", NOW + 90)
    assert wait.detail.startswith("sell: 0 of 0.25 ETH/EUR filled; more: 0 of 0.25 ETH/EUR filled")


def test_a_fill_lets_the_group_pass() -> None:
    """The decision is in the journal, and stays."""
    desk = Desk(planned())
    desk.judge(0)
    desk.show("closed", "0.25")
    assert [desk.judge(second) for second in (1, 2)] == [Verdict.PASS] * 2
    last = FillsSettled(at=rfc3339(NOW + 1), group="buy", needed="sell", filled=True)
    assert [entry for entry in desk.entries if isinstance(entry, FillsSettled)] == [last]
    assert not desk.barriers.waits


def test_nothing_is_decided_before_the_records_were_looked_at() -> None:
    """Nor while no connection is up."""
    desk = Desk(planned("proceed"))
    desk.judge(0)
    assert desk.judge(WITHIN_S) is Verdict.WAIT
    desk.link.up = False
    assert desk.judge(WITHIN_S + 1000) is Verdict.WAIT
    assert list(desk.barriers.query(NOW + WITHIN_S + 1000)) == []
    desk.link.up = True
    assert desk.judge(WITHIN_S + 1000) is Verdict.PASS


def test_what_follows_is_what_the_file_says() -> None:
    """The group passes all the same, or the barrier has failed, for a reason."""
    for otherwise in Otherwise:
        desk = Desk(planned(otherwise))
        desk.judge(0)
        verdict = desk.judge(WITHIN_S + 40)
        assert verdict is (Verdict.PASS if otherwise is Otherwise.PROCEED else Verdict.FAIL)
        assert (
            desk.barriers.reason("buy", "sell")
            == "sell not filled at 2026-11-18T11:08:20Z: 0 of 0.25 ETH/EUR filled"
        )
        assert [track.txid for track in desk.barriers.open_rest("sell")] == ["O1"]


def test_a_lost_connection_may_stay_away_while_there_is_time() -> None:
    """Once there was one, and until the last of the moments."""
    desk = Desk(planned())
    desk.judge(0)
    assert not desk.barriers.have_time(NOW)
    desk.barriers.on_connected(NOW)
    assert desk.barriers.have_time(NOW + WITHIN_S - 1)
    assert not desk.barriers.have_time(NOW + WITHIN_S)
