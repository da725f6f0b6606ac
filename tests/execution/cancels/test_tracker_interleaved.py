"""Replies, news and records in every order: no fate is ever swapped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from tests.execution.builders import at_exchange
from tests.execution.canceling_office import (
    CANCELED,
    CLOSED,
    GONE,
    GONE_BY,
    OK,
    OPEN,
    REFUSED,
    UNRESOLVED,
    Desk,
    open_orders,
)

if TYPE_CHECKING:
    from runner.kraken import OpenOrder

FATES = {
    # The reply that the id gets, what the feed shows before, and what it says afterwards.
    "canceled": (OK, True, ("canceled", "0")),
    "filled": (GONE, True, ("closed", "1")),
    "refused": (REFUSED, True, None),
    "over before": (GONE, None, None),
    "unknown, canceled": (OK, False, None),
    "unknown, canceled and shown": (OK, False, ("canceled", "0")),
    "unknown, gone": (GONE, False, None),
    "unknown, refused": (REFUSED, False, None),
}
RECORDS = {
    "canceled": ("canceled", "0"),
    "filled": ("closed", "1"),
    "refused": ("open", "0"),
    "over before": ("closed", "1"),
    "unknown, canceled": ("canceled", "0"),
    "unknown, canceled and shown": ("canceled", "0"),
    "unknown, gone": None,
    "unknown, refused": ("open", "0"),
}
TRUTHS = {
    "canceled": {CANCELED},
    "filled": {CLOSED},
    "refused": {OPEN, UNRESOLVED},
    "over before": {CLOSED},
    "unknown, canceled": {CANCELED, GONE_BY, UNRESOLVED},
    "unknown, canceled and shown": {CANCELED},
    "unknown, gone": {GONE_BY, UNRESOLVED},
    "unknown, refused": {OPEN, UNRESOLVED},
}


def recorded(ids: list[str], fates: list[str]) -> dict[str, OpenOrder]:
    """Return what the records say in the end of orders with these fates."""
    news = {txid: RECORDS[fate] for txid, fate in zip(ids, fates, strict=True)}
    return {
        txid: at_exchange(txid, shown[0], vol="1", vol_exec=shown[1]) for txid, shown in news.items() if shown
    }


@given(st.lists(st.sampled_from(sorted(FATES)), min_size=1, max_size=6), st.data())
def test_no_order_of_replies_and_news_settles_anything_wrongly(fates: list[str], data: st.DataObject) -> None:
    """Replies and feed in any order, with pauses: no fate is ever swapped. An id that the feed did not show
    gets its news within the grace that the feed is given, any other within the whole wait."""
    ids = [f"O{number}" for number in range(len(fates))]
    can_ask = data.draw(st.booleans())
    desk = Desk(tuple(ids), recorded=recorded(ids, fates) if can_ask else None)
    happenings: list[tuple[str, str]] = []
    for txid, fate in zip(ids, fates, strict=True):
        reply, shown, feed_status = FATES[fate]
        if shown is not False:
            over = {"status": "closed", "vol_exec": "1"} if shown is None else {"vol_exec": "0"}
            desk.feed[txid] = at_exchange(txid, **{"status": "open", "vol": "1", **over})
        happenings.append(("reply", reply))
        if feed_status:
            happenings.append((txid, feed_status[0]))
    pauses = st.sampled_from([0.0, 0.08] if "unknown, canceled and shown" in fates else [0.0, 0.1, 0.9])
    desk.send()
    for what, news in data.draw(st.permutations(happenings)):
        if what == "reply":
            desk.hear(news)
        else:
            desk.show(what, news, vol="1", vol_exec="1" if news == "closed" else "0")
        desk.wait(data.draw(pauses))
    desk.wait(400)
    assert desk.track.done
    for txid, fate in zip(ids, fates, strict=True):
        assert desk.outcomes[txid] in TRUTHS[fate], (fate, desk.outcomes)


@given(
    st.lists(st.sampled_from(["canceled", "filled", "refused"]), max_size=3),
    st.booleans(),
    st.sampled_from(["canceled", "refused", "unknown, gone", None]),
    st.data(),
)
def test_a_reference_with_any_number_of_matches(
    fates: list[str], each: bool, other: str | None, data: st.DataObject
) -> None:
    """Any number of matches, a reply each or one in all, another id beside it: nothing is swapped."""
    matched = [f"O{number}" for number in range(len(fates))]
    desk = Desk(("17", "X") if other else ("17",), open_orders(*matched, userref=17))
    desk.recorded = {
        txid: at_exchange(txid, RECORDS[fate][0], userref=17, vol="1", vol_exec=RECORDS[fate][1])  # type: ignore[index]
        for txid, fate in zip(matched, fates, strict=True)
    }
    desk.recorded |= recorded(["X"], [other] if other else ["unknown, gone"])
    happenings = [("reply", FATES[fate][0]) for fate in fates] or [("reply", GONE)]
    # A single reply says no when there was a no.
    happenings = happenings if each else [max(happenings)]
    happenings += [(txid, FATES[f][2][0]) for txid, f in zip(matched, fates, strict=True) if FATES[f][2]]  # type: ignore[index]
    if other:
        reply, shown, feed_status = FATES[other]
        desk.feed |= open_orders("X") if shown else {}
        happenings += [("reply", reply)] + ([("X", feed_status[0])] if feed_status else [])
    desk.send()
    for what, news in data.draw(st.permutations(happenings)):
        if what == "reply":
            desk.hear(news)
        else:
            desk.show(what, news, vol_exec="1" if news == "closed" else "0")
        desk.wait(data.draw(st.sampled_from([0.0, 0.9])))
    desk.wait(400)
    still_open = "refused" in fates
    if still_open or not fates:
        assert desk.outcomes["17"] in ({OPEN, UNRESOLVED} if still_open else {GONE_BY, UNRESOLVED})
    else:
        assert desk.outcomes["17"] is (CLOSED if set(fates) == {"filled"} else CANCELED)
    if other:
        assert desk.outcomes["X"] in TRUTHS[other]
