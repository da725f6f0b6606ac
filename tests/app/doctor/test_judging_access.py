"""The key and its permissions: what each command lacks, and what is too much."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from msgspec import structs

from runner.app.doctor.facts import KeyFacts
from runner.app.doctor.findings import Check, Failure, Purpose
from runner.domain import Permission
from runner.errors import ExitCode
from tests.app.doctor.builders import (
    EXCHANGE,
    INFO,
    NOW,
    PLANNING,
    TRADING,
    WELL,
    changed,
    of,
    refused,
    said,
    unreachable,
)

if TYPE_CHECKING:
    from runner.domain import ApiKeyInfo

DAY_S = 86_400


def with_info(info: ApiKeyInfo | None) -> object:
    """Return what the exchange says with this answer about the key."""
    return replace(EXCHANGE, key=info)


def test_a_good_key_says_where_it_is_from() -> None:
    """Not what it is."""
    assert said(Check.KEY, WELL) == [
        ("ok", "well formed, from KRAKEN_API_KEY and KRAKEN_API_SECRET_FILE"),
    ]
    assert said(Check.KEY, changed(key=KeyFacts(simulated=True)))[0][0] == "ok"


@pytest.mark.parametrize(
    ("purpose", "state", "code"),
    [
        (Purpose.APPLY, "failed", ExitCode.INVALID),
        (Purpose.REBALANCE, "failed", ExitCode.INVALID),
        (Purpose.PLAN, "warning", ExitCode.DONE),
        (Purpose.STATUS, "warning", ExitCode.DONE),
    ],
)
def test_without_a_key_only_public_data_is_read(purpose: Purpose, state: str, code: ExitCode) -> None:
    """Which is enough for a plan."""
    (finding,) = of(Check.KEY, changed(key=KeyFacts()), purpose)
    assert (finding.state, finding.code) == (state, code)
    assert "KRAKEN_API_KEY_FILE" in finding.cure


def test_a_malformed_key_and_an_open_file_are_named() -> None:
    """Each with its own cure."""
    found = of(Check.KEY, changed(key={"failure": Failure("no base64", "copy it"), "exposed": ("k.txt",)}))
    assert [(each.state, each.cure) for each in found] == [
        ("failed", "copy it"),
        ("warning", "chmod 600 k.txt"),
    ]


@pytest.mark.parametrize(
    ("text", "cure"),
    [
        ("EAPI:Invalid key", "put the API key and its secret right"),
        ("EAPI:Invalid signature", "put the API key and its secret right"),
        ("EAPI:Invalid nonce", "Stop what else uses this API key"),
        ("EGeneral:Temporary lockout", "Wait a quarter of an hour"),
    ],
)
def test_a_key_that_the_exchange_refuses_has_failed(text: str, cure: str) -> None:
    """And of its permissions nothing is known."""
    facts = changed(exchange={"key": refused(text)})
    (finding,) = of(Check.KEY, facts)
    assert (finding.state, finding.code) == ("failed", ExitCode.UNREACHABLE)
    assert text in finding.message
    assert cure in finding.cure
    assert said(Check.PERMISSIONS, facts)[0][0] == "unchecked"


def test_enough_is_said_of_each_command() -> None:
    """A key that only reads is no fault for a plan; for a run it is."""
    assert said(Check.PERMISSIONS, WELL) == [("ok", "enough for `apply`, `plan`, `status`, `rebalance`")]
    reads = changed(exchange=with_info(structs.replace(INFO, permissions=PLANNING)))
    assert said(Check.PERMISSIONS, reads, Purpose.PLAN) == [
        ("ok", "enough for `plan`, `status`, `rebalance`; not for `apply`"),
    ]
    (finding,) = of(Check.PERMISSIONS, reads)
    assert (finding.state, finding.code) == ("failed", ExitCode.UNREACHABLE)
    assert finding.message == (
        "`apply` needs more: WebSocket interface, Create & modify orders, Cancel & close orders; enough for "
        "`plan`, `status`, `rebalance`"
    )
    assert "Cancel & close orders: to cancel orders" in finding.cure
    nothing = changed(exchange=with_info(structs.replace(INFO, permissions=frozenset())))
    assert "enough for" not in said(Check.PERMISSIONS, nothing)[0][1]


def test_too_much_is_a_warning() -> None:
    """Withdrawals, and what leads to them; reading more is none."""
    much = TRADING | {Permission.WITHDRAW, Permission.EARN, Permission.EXPORT}
    facts = changed(exchange=with_info(structs.replace(INFO, permissions=much)))
    _, finding = of(Check.PERMISSIONS, facts)
    assert (finding.state, finding.message) == ("warning", "no command needs: Withdraw, Earn")
    assert "refused by `apply`, unless each policy allows it" in finding.cure
    harmless = changed(exchange=with_info(structs.replace(INFO, permissions=TRADING | {Permission.EXPORT})))
    assert len(of(Check.PERMISSIONS, harmless)) == 1


def test_the_dangers_of_a_key_have_their_cures_apart() -> None:
    """It ends soon, and may be used from anywhere."""
    info = structs.replace(INFO, valid_until=int(NOW + 3 * DAY_S), addresses=0)
    _, ends, anywhere = of(Check.PERMISSIONS, changed(exchange=with_info(info)))
    assert ends.message.endswith("in 3 days")
    assert ends.cure == "Make another one before."
    assert anywhere.message == "the API key may be used from any address"
    assert anywhere.cure.startswith("Enter those of the machines")


def test_what_is_not_known_of_permissions_is_not_ok() -> None:
    """No call, no list, no answer, no connection."""
    unknown_call = changed(exchange=with_info(None))
    no_list = changed(exchange=with_info(structs.replace(INFO, permissions=None)))
    busy = changed(exchange={"key": refused("EService:Busy")})
    away = changed(exchange={"skew": unreachable("refused"), "key": None})
    never = changed(exchange=None)
    for facts in (unknown_call, no_list, busy, away, never):
        (finding,) = of(Check.PERMISSIONS, facts)
        assert finding.state == "unchecked"
        assert finding.cure
    assert "does not know this call" in said(Check.PERMISSIONS, unknown_call)[0][1]
    assert "no connection" in said(Check.PERMISSIONS, away)[0][1]
