"""Plans that are reviewed in one session."""

from __future__ import annotations

from pathlib import Path

import pytest

from runner.app.checks.plan_review import Answers, Question, ReviewOptions, ask_exchange
from runner.app.hosts import PlainProgram, result_without_loop
from runner.app.inputs.batches import Target
from runner.errors import Unreachable
from runner.journal import Ledger
from tests.app.shell import UNREACHABLE
from tests.review.markets import group, order, plan_of


def question(*groups: str, venue: str = "paper") -> Question:
    """A question about a plan that nothing was done of."""
    target = Target(file=Path("test.yaml"), state_dir=Path("state"), venue=venue, run_key="")
    return Question(plan=plan_of(*groups), target=target, ledger=Ledger(), policy=None, diff=None, say=print)


@pytest.mark.usefixtures("skipped_waits")
def test_the_market_of_all_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the pairs of each, and what turns them into the one currency."""
    monkeypatch.chdir(tmp_path)
    both = [question(group(order())), question(group(order(pair="XBT/USD", price="9000", volume="0.1")))]
    work = ask_exchange(both, ReviewOptions(environ={}), reporting="USD", host=PlainProgram())
    answers, looked = result_without_loop(work)
    assert all(isinstance(each, Answers) and each.key is not None for each in answers)
    assert looked.market is not None
    assert {"ETH/EUR", "XBT/USD", "EUR/USD"} <= set(looked.market.quotes)
    assert looked.account is not None


@pytest.mark.usefixtures("skipped_waits")
def test_an_exchange_that_is_not_there_answers_no_question() -> None:
    """The reason is that of all."""
    work = ask_exchange(
        [question(group(order()), venue="kraken")],
        ReviewOptions(environ={**UNREACHABLE, "KRAKEN_API_KEY": "", "KRAKEN_API_SECRET": ""}),
        reporting="EUR",
        host=PlainProgram(),
    )
    with pytest.raises(Unreachable):
        result_without_loop(work)
