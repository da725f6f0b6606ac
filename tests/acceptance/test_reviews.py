"""Batches beside a market, and what is found: each `reviews/NAME.yaml` beside its `NAME.findings`.

A new case is a new file. Write `tests/acceptance/reviews/NAME.yaml`, and `NAME.market.json` if it needs
more than `market.json` has (both hold answers of the exchange's REST calls; what the case says is laid over
the other). Then let `python -m tests.acceptance.test_reviews NAME` write what is found today, and read that
as the batch's author would. Without a name, all are written anew; `git diff` then shows what changed.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from runner.batchfile import parse
from runner.domain import Account, Market
from runner.journal import fold
from runner.kraken import balances_from, instruments_from, load_json, quotes_from
from runner.planning import plan
from runner.review import Review, review
from runner.review.findings import FindingRule
from tests.kraken.open_orders import resting_orders
from tests.support.for_each import for_each

FOLDER = Path(__file__).parent / "reviews"
CASES = sorted(path.stem for path in FOLDER.glob("*.yaml"))


def reviewed(name: str) -> Review:
    """The review of a case."""
    parsed = parse((FOLDER / f"{name}.yaml").read_bytes(), "FILE")
    assert parsed.batch is not None, parsed.problems
    answers = load_json((FOLDER / "market.json").read_text("utf-8"))
    own = FOLDER / f"{name}.market.json"
    if own.exists():
        answers = laid_over(answers, load_json(own.read_text("utf-8")))
    found = plan(parsed.batch, fold([]), run_key="", venue="kraken")
    return review(found, market_of(answers), account_of(answers), answers["now"])


def laid_over(below: Any, above: Any) -> Any:
    """One answer over another: objects are merged, null takes an entry away, anything else replaces it."""
    if not (isinstance(below, dict) and isinstance(above, dict)):
        return above
    merged = {name: laid_over(below.get(name), value) for name, value in above.items()}
    return {name: value for name, value in {**below, **merged}.items() if value is not None}


def market_of(answers: Any) -> Market:
    """The market in a case's answers."""
    instruments = instruments_from(answers["AssetPairs"])
    quotes = quotes_from(answers["Ticker"], instruments.values(), answers["now"])
    return Market(instruments=instruments, quotes=quotes, at=answers["now"], names=tuple(instruments))


def account_of(answers: Any) -> Account:
    """The account in a case's answers."""
    instruments = instruments_from(answers["AssetPairs"])
    return Account(
        balances=balances_from(answers["BalanceEx"]),
        orders=resting_orders(answers["OpenOrders"], instruments.values()),
    )


def found_in(name: str) -> str:
    """One line a finding, without the name of the file."""
    return "".join(str(finding).removeprefix("FILE:") + "\n" for finding in reviewed(name).findings)


@for_each(CASES)
def test_a_review_finds_exactly_this(name: str) -> None:
    """All findings of a batch come out at once, in the file's order, each with its line and column."""
    assert found_in(name) == (FOLDER / f"{name}.findings").read_text("utf-8")


SHOWN_ELSEWHERE = [FindingRule.RELIES_ON_ENDED, FindingRule.OWN_ID]
"""They need an order that was placed before: ``review/test_reliance.py``, ``app/test_own_ids.py``."""


def test_every_rule_has_a_case() -> None:
    """Each check has a batch that fails it, and there is one without an error."""
    assert sorted(path.stem for path in FOLDER.glob("*.findings")) == CASES
    text = "".join((FOLDER / f"{name}.findings").read_text("utf-8") for name in CASES)
    assert [rule for rule in FindingRule if f"[{rule.value}]" not in text] == SHOWN_ELSEWHERE
    assert (FOLDER / "clean.findings").read_text("utf-8") == ""


if __name__ == "__main__":
    for case in sys.argv[1:] or CASES:
        (FOLDER / f"{case}.findings").write_text(found_in(case), encoding="utf-8")
        print(f"--- {case}\n{found_in(case)}", end="")
