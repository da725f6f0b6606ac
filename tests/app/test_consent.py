"""Consent: which runs need it, and for which plan a digest counts."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec import structs

from runner.app.consent import Consent, digest_of, must_ask, refuse_other_plan, require_consent
from runner.app.inputs.batches import Target
from runner.errors import ExitCode, InvalidInput, Refused
from runner.review import digest_over
from tests.execution.builders import group, plan_of

PAPER_PLAN = plan_of(group("one", "a"))
KRAKEN_PLAN = structs.replace(PAPER_PLAN, venue="kraken")
SECRET = "a2VlcCBpdCB0byB5b3Vyc2VsZg=="


def target_at(venue: str) -> Target:
    """The subject of a command."""
    return Target(file=Path("b.yaml"), state_dir=Path("state"), venue=venue, run_key="")


def test_real_orders_alone_need_it() -> None:
    """Given by an option, by a digest, or by a person; a run that places nothing needs none."""
    assert must_ask(Consent(), KRAKEN_PLAN, validate_only=False)
    assert not must_ask(Consent(), PAPER_PLAN, validate_only=False)
    assert not must_ask(Consent(), KRAKEN_PLAN, validate_only=True)
    assert not must_ask(Consent(yes=True), KRAKEN_PLAN, validate_only=False)
    assert not must_ask(Consent(digest="0" * 64), KRAKEN_PLAN, validate_only=False)


def test_without_a_terminal_it_is_missing() -> None:
    """It is an error of the caller's."""
    with pytest.raises(InvalidInput):
        require_consent(Consent(), KRAKEN_PLAN, validate_only=False)
    require_consent(Consent(ask=lambda _: True), KRAKEN_PLAN, validate_only=False)


def test_a_digest_confirms_one_plan() -> None:
    """Another digest carries out nothing."""
    paper = target_at("paper")
    digest = digest_of(PAPER_PLAN, paper, {})
    refuse_other_plan(Consent(digest=digest), [PAPER_PLAN], paper, {})
    refuse_other_plan(Consent(yes=True), [PAPER_PLAN], paper, {})
    with pytest.raises(Refused) as caught:
        refuse_other_plan(Consent(digest=digest), [plan_of(group("one", "a", "b"))], paper, {})
    assert caught.value.exit_code is ExitCode.REFUSED


def test_a_digest_speaks_for_several_plans_in_their_order() -> None:
    """And not for one of them, nor for one plan that is alone."""
    paper, other = target_at("paper"), plan_of(group("one", "a", "b"))
    both = digest_over([digest_of(plan, paper, {}) for plan in (PAPER_PLAN, other)])
    refuse_other_plan(Consent(digest=both), [PAPER_PLAN, other], paper, {}, several=True)
    for plans in ([other, PAPER_PLAN], [PAPER_PLAN], [other]):
        with pytest.raises(Refused):
            refuse_other_plan(Consent(digest=both), plans, paper, {}, several=True)
    alone = digest_of(other, paper, {})
    with pytest.raises(Refused):
        refuse_other_plan(Consent(digest=alone), [other], paper, {}, several=True)


def test_the_digest_of_real_orders_binds_account_and_exchange() -> None:
    """Another key, another address: another plan."""
    kraken = target_at("kraken")
    environ = {"KRAKEN_API_KEY": "key", "KRAKEN_API_SECRET": SECRET}
    known = digest_of(KRAKEN_PLAN, kraken, environ)
    assert digest_of(KRAKEN_PLAN, kraken, environ) == known
    for other in ({"KRAKEN_API_KEY": "another"}, {"KRAKEN_WS_AUTH_URL": "wss://example.org"}):
        assert digest_of(KRAKEN_PLAN, kraken, {**environ, **other}) != known
