"""May a saved plan be carried out here and now?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from msgspec import structs

from runner.domain import OrderKey, OrderOutcome, Owner, PolicyFile, RunOutcome
from runner.errors import Refused
from runner.journal import Ledger, OrderRecord
from runner.planning import EmptyLook
from runner.review import Today, admit, admit_plan, read_plan, refuse_other_account, write_plan
from tests.review.saved_plans import DAY_S, NOW, SOURCE, found, saved

HERE = Today(now=NOW + 60, venue="kraken", run_key="2026-W47", account="0123456789abcdef", policy=None)


def refused(**today: Any) -> str:
    """Return why a plan is not admitted."""
    with pytest.raises(Refused) as caught:
        admit(saved(), replace(HERE, **today), name="plan.json")
    return " ".join(caught.value.details)


def not_admitted(ledger: Ledger | None = None, ended: RunOutcome | None = None, **fields: Any) -> str:
    """Return why a plan does not fit what was found."""
    with pytest.raises(Refused) as caught:
        admit_plan(replace(saved(), **fields), found(ledger=ledger), ended, name="plan.json")
    return " ".join(caught.value.details)


def placed() -> Ledger:
    """A journal in which an order has been placed since."""
    request = next(found().orders())
    record = OrderRecord(outcome=OrderOutcome.PLACED, content=request.content, txid="O1", sent_run=1)
    return Ledger(orders={OrderKey("enter", "a"): record})


def test_a_plan_that_fits_is_approved() -> None:
    """The run knows which plan it carries out, and when that was made."""
    admit(saved(), HERE, name="plan.json")
    plan = admit_plan(saved(), found(), None, name="plan.json")
    assert plan.admission is not None
    assert (plan.admission.plan_id, plan.admission.made_at) == (saved().id, NOW)
    assert plan.admission.look is None
    assert structs.replace(plan, admission=None) == found()


def test_an_approved_plan_knows_the_look_that_it_was_made_after() -> None:
    """As it was written down, to the millisecond."""
    look = EmptyLook(NOW - 3.25, "AA01", "ws-auth.kraken.com")
    plan = admit_plan(
        read_plan(write_plan(saved(look=look)).encode(), name="p"), found(), None, name="plan.json"
    )
    assert plan.admission is not None
    assert plan.admission.look == look


@pytest.mark.parametrize(
    ("today", "words"),
    [
        ({"venue": "paper"}, "made for the venue kraken"),
        ({"run_key": "2026-W48"}, "made for the run key 2026-W47, and this run has the run key 2026-W48"),
        ({"run_key": ""}, "this run has no run key"),
        ({"account": "f" * 16}, "made for the account 0123456789abcdef, and this is ffffffffffffffff"),
        ({"account": None}, "and this is none"),
        (
            {"policy": "f" * 64, "policies": (PolicyFile(name="p", file="policy.yaml", digest="f" * 64),)},
            "made under no policy, and now there is policy p (policy.yaml, SHA-256 ffffffffffffffff)",
        ),
        ({"now": NOW + DAY_S}, "expired at 2026-11-23T07:00:10.000Z"),
        ({"now": NOW - 301}, "in the future here"),
    ],
)
def test_a_plan_for_elsewhere_or_another_time_is_refused(today: dict[str, Any], words: str) -> None:
    """Each with its reason."""
    assert words in refused(**today)


def test_all_reasons_are_said_at_once() -> None:
    """A second try is not needed to learn the next one."""
    reasons = refused(account="f" * 16, run_key="x", now=NOW + 2 * DAY_S)
    assert all(word in reasons for word in ("account", "run key", "expired"))


def test_the_last_moment_of_a_plan_is_before_its_expiry() -> None:
    """And clocks that are a little apart are no reason."""
    admit(saved(), replace(HERE, now=NOW + DAY_S - 0.001), name="plan.json")
    admit(saved(), replace(HERE, now=NOW - 299), name="plan.json")


@pytest.mark.parametrize(
    ("account", "owner", "fits"),
    [
        ("AA01", Owner(account="AA01", key="f" * 16, exchange="x"), True),
        ("AA01", Owner(account="AA02", key="f" * 16, exchange="x"), False),
        ("AA01", Owner(account=None, key="f" * 16, exchange="x"), False),
        ("f" * 16, Owner(account="AA01", key="f" * 16, exchange="x"), True),
        ("f" * 16, Owner(account="AA01", key="e" * 16, exchange="x"), False),
        (None, Owner(account="AA01", key="f" * 16, exchange="x"), True),
    ],
)
def test_a_plan_is_for_one_account_by_its_iban_or_its_key(
    account: str | None, owner: Owner, fits: bool
) -> None:
    """An IBAN is the same for a new key; what was saved with a fingerprint holds for that key."""
    plan = saved(account=account)
    admit(plan, replace(HERE, account=owner.key if account == "AA01" else account), name="plan.json")
    if fits:
        refuse_other_account(plan, owner, name="plan.json")
    else:
        with pytest.raises(Refused) as caught:
            refuse_other_account(plan, owner, name="plan.json")
        assert f"it was made for the account {account}" in caught.value.details[0]


def test_a_plan_for_no_account_may_be_applied_to_any() -> None:
    """It was made where there was no key to be had."""
    admit(saved(account=None), HERE, name="plan.json")


@pytest.mark.parametrize("ended", [RunOutcome.DONE, RunOutcome.INCOMPLETE])
def test_a_used_plan_is_refused(ended: RunOutcome) -> None:
    """All of its orders were sent."""
    assert "used before" in not_admitted(ended=ended)


@pytest.mark.parametrize("ended", [item for item in RunOutcome if item not in ("done", "incomplete")])
def test_a_run_that_did_not_come_to_its_end_is_taken_up(ended: RunOutcome) -> None:
    """Although some of it is placed now: that was this plan."""
    assert admit_plan(saved(), found(ledger=placed()), ended, name="plan.json").admission


def test_what_was_placed_since_the_plan_was_made_makes_it_stale() -> None:
    """The reviewer was shown something else."""
    reason = not_admitted(placed())
    assert "enter/a was to be sent when the plan was made, and is placed as O1 now" in reason


def test_only_a_few_of_many_differences_are_shown() -> None:
    """The rest is counted."""
    orders = "\n".join(
        f"      - {{id: o{number}, pair: ETH/EUR, type: sell, ordertype: market, volume: 0.1}}"
        for number in range(9)
    )
    source = SOURCE.replace(b"    cancel: [OQ", f"{orders}\n    cancel: [OQ".encode())
    plan = saved(source)
    rows = tuple({**row, "disposition": "placed"} for row in plan.orders)
    with pytest.raises(Refused) as caught:
        admit_plan(replace(plan, orders=rows), found(source), None, name="plan.json")
    details = " ".join(caught.value.details)
    assert "enter/b was placed when the plan was made, and is to be sent now" in details
    assert "so are 8 more" in details


@pytest.mark.parametrize(
    ("old", "new"), [(b"145.10", b"145.2"), (b"name: weekly", b"name: daily"), (b"unwind", b"continue")]
)
def test_a_source_that_comes_to_something_else_is_refused(old: bytes, new: bytes) -> None:
    """A forged file whose text is not what its list says."""
    forged = replace(saved(), source=tuple(SOURCE.replace(old, new).decode().split("\n")))
    with pytest.raises(Refused):
        admit_plan(forged, found(SOURCE.replace(old, new)), None, name="plan.json")


def test_a_list_that_says_something_else_is_refused() -> None:
    """The orders that a reviewer saw are the ones that leave."""
    first, second = saved().orders
    cheaper = {**first, "message": {**first["message"], "price": "1"}}
    assert "messages are not those" in not_admitted(orders=(cheaper, second))
    assert "messages are not those" in not_admitted(orders=(first,))
    assert "messages are not those" in not_admitted(cancels=())
    assert "messages are not those" in not_admitted(orders=(first, second, {}))
    assert "batch file is not the one" in not_admitted(groups=())


def test_a_forged_row_of_another_kind_is_refused() -> None:
    """An id can be computed by anybody."""
    first, second = saved().orders
    assert not_admitted(orders=(first, second, 7))
    assert not_admitted(orders=(first, {**second, "id": None}))
