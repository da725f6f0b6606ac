"""A halt in words: before, with the stops that would go, and after."""

from __future__ import annotations

from typing import Any

import pytest

from runner.kraken import Description, ListedOrder, OpenOrder
from runner.report.lines import plain
from runner.report.text.runs.halting import halt_lines, halt_prompt_lines, resume_lines

CHANGE = {"by": "ann", "host": "desk", "reason": "odd \x1b[31mfills", "at": "2026-11-30T09:00:00Z"}
ORDER = {"txid": "O1", "order": "buy 1 ETH/EUR @ limit 100", "ours": True, "status": "canceled"}
RESULT: dict[str, Any] = {
    "venue": "kraken",
    "place": "ledger",
    "halt": CHANGE,
    "scope": "all",
    "outcome": "done",
    "orders": [ORDER, {**ORDER, "txid": "O2", "ours": False, "status": None}],
    "passes": [{"at": "2026-11-30T09:00:01Z", "way": "cancelAll", "count": 2, "error": ""}],
    "open": [],
}


def listed(txid: str, ordertype: str) -> ListedOrder:
    """An open order."""
    descr = Description(ordertype=ordertype, order=f"sell 1 ETH/EUR @ {ordertype} 90")
    return ListedOrder(OpenOrder(txid, descr=descr), None)


def text(lines: list[Any]) -> str:
    """Lines as text."""
    return "\n".join(map(plain, lines))


def test_a_person_sees_which_stops_would_go() -> None:
    """And how to keep them."""
    orders = [listed("O1", "limit"), listed("O2", "stop-loss"), listed("O3", "trailing-stop")]
    result = text(halt_prompt_lines("all", orders, 200))
    assert "It cancels every order of the account, also those of other programs." in result
    assert "open now: 3 orders" in result
    assert "2 stops among them:" in result
    assert "O2  sell 1 ETH/EUR @ stop-loss 90" in result
    assert "--keep-stops leaves them" in result
    assert "stops among them" not in text(halt_prompt_lines("all-but-stops", orders, 200))
    assert "and 3 more" in text(
        halt_prompt_lines("ours", [listed(f"O{n}", "stop-loss") for n in range(13)], 80)
    )


def test_what_is_open_may_be_unknown() -> None:
    """Unknown is not none."""
    assert "Which orders are open cannot be read." in text(halt_prompt_lines("ours", None, 80))


def test_the_result_says_what_became_of_each_order() -> None:
    """Its owner is shown; no text of the reason moves a cursor."""
    result = text(halt_lines(RESULT, 120))
    assert result.splitlines()[0] == r"halted: kraken (ledger), by ann on desk, because: odd \x1b[31mfills"
    assert "canceled O1  buy 1 ETH/EUR @ limit 100\n" in result
    assert "gone     O2  buy 1 ETH/EUR @ limit 100  (not ours)" in result
    assert "2026-11-30 09:00:01 UTC  cancelAll: 2 orders" in result
    assert result.endswith("done: none is open, by the feed and by the records")


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"scope": "ours"}, "done: none of ours is open"),
        ({"scope": "all-but-stops"}, "none is open but stops"),
        ({"outcome": "unresolved"}, "unresolved: look at the exchange, and run the same command again"),
        ({"open": ["O1"]}, "open     O1"),
        ({"halt": None}, "not halted: kraken (ledger)"),
        ({"passes": [{**RESULT["passes"][0], "count": None, "error": "no answer"}]}, "cancelAll: no answer"),
    ],
)
def test_the_end_is_said_as_it_is(changed: dict[str, Any], words: str) -> None:
    """In the last line, or at the order."""
    assert words in text(halt_lines({**RESULT, **changed}, 120))


def test_a_resumption_names_both() -> None:
    """Both the person who resumed and the one who had halted."""
    resumed = {"venue": "kraken", "place": "ledger", "halt": CHANGE, "resumed": {**CHANGE, "by": "bob"}}
    result = text(resume_lines(resumed, 300))
    assert result.startswith("resumed by bob on desk, because:")
    assert "halted by ann on desk at 2026-11-30 09:00:00 UTC" in result
    assert text(resume_lines({**resumed, "halt": None}, 80)) == "nothing was halted: kraken (ledger)"
