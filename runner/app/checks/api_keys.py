"""The check of an API key before it is used: whose it is, and what it may and may not do.

One call. An answer that does not come or cannot be read proves nothing about the key.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from msgspec import structs

from runner.domain import Gap, Owner, Subject, account_by_key
from runner.errors import Refused, Unreachable
from runner.kraken import KEY_LACKS
from runner.review import NO_KEY, KeyReview, KeyUse, key_warnings, may_withdraw, missing_permissions

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from runner.domain import ApiKeyInfo, Policy
    from runner.errors import Remedy
    from runner.journal import Ledger
    from runner.runtime.kraken.access import KrakenAccess


class KeyLacks(Unreachable):
    """The API key lacks permissions that are needed; nothing was sent."""


class KeyMayWithdraw(Refused):
    """The API key may withdraw money, and no policy allows that; nothing was sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountKey:
    """An account with what is known of the key. ``info`` is None if nothing is."""

    owner: Owner
    info: ApiKeyInfo | None
    review: KeyReview


async def check_key(
    access: KrakenAccess,
    ledger: Ledger,
    use: KeyUse,
    *,
    policy: Policy | None = None,
    remedy: Remedy | None = None,
    unchecked: bool = False,
    say: Callable[[str], None],
) -> AccountKey:
    """Return the account of a key that may do what it is used for, and say its dangers.

    ``remedy`` gets past a lack of permissions. ``unchecked``: such a lack is reported, and stops nothing.
    Raises ``KeyLacks``, ``KeyMayWithdraw`` if more is done than to look, and ``AccessFailed`` if the account
    is not known: the journal knows it for its own key, even if the exchange does not answer.
    """
    key = await _read_key(access, ledger)
    try:
        _refuse_lacking(key, use, [remedy] if remedy else [])
    except KeyLacks as failure:
        if not unchecked:
            raise
        say(f"Not checked: whether the exchange refuses this, since {failure}.")
    if use not in (KeyUse.LOOK, KeyUse.REBALANCE):
        _refuse_withdrawals(key, policy)
    for warning in key.review.warnings:
        say(f"warning: {warning}")
    if key.review.gap is not None and (unchecked or not key.review.stops):
        say(f"Not checked: {key.review.gap}.")
    return key


async def _read_key(access: KrakenAccess, ledger: Ledger) -> AccountKey:
    from runner.net.failures import AccessFailed  # noqa: PLC0415 - offline loads no sockets
    from runner.runtime.kraken.key_info import read_key_info  # noqa: PLC0415

    known = Owner(account=None, key=access.fingerprint, exchange=access.address)
    if access.fingerprint is None:
        return AccountKey(owner=known, info=None, review=NO_KEY)
    kept = _kept_owner(ledger, known)
    try:
        info = await read_key_info(access)
    except AccessFailed as failure:
        if kept is None or not failure.answered or (failure.final and not failure.not_permitted):
            raise
        gap = Gap(Subject.KEY, failure.reason)
        return AccountKey(owner=kept, info=None, review=KeyReview(gap=gap, stops=True))
    return AccountKey(owner=_owner(info, kept, known), info=info, review=_review(info))


def _kept_owner(ledger: Ledger, known: Owner) -> Owner | None:
    """Return the owner of a journal that names the IBAN of the same key; None if it does not."""
    kept = ledger.owner
    return kept if kept is not None and kept.iban and kept.is_known_as(known) else None


def _owner(info: ApiKeyInfo | None, kept: Owner | None, known: Owner) -> Owner:
    """Return the owner by the IBAN that the exchange reports, else as the journal has it, else by the key."""
    if info is not None and info.iban is not None:
        return structs.replace(known, account=info.iban)
    return kept or structs.replace(known, account=account_by_key(str(known.key)))


def _review(info: ApiKeyInfo | None) -> KeyReview:
    if info is None:
        return KeyReview(gap=Gap(Subject.KEY, "the exchange does not know this call"))
    gap = Gap(Subject.KEY, "its permissions cannot be read") if info.permissions is None else None
    return KeyReview(warnings=key_warnings(info, time.time()), gap=gap, stops=gap is not None)


def _refuse_lacking(key: AccountKey, use: KeyUse, remedies: Sequence[Remedy]) -> None:
    if key.info is not None and (missing := missing_permissions(key.info, use)):
        names = ", ".join(text.partition(":")[0] for text in missing)
        raise KeyLacks(
            f"{KEY_LACKS} {names}",
            details=[
                *missing,
                "Give the key what it lacks where the exchange lists API keys, or make another.",
            ],
            remedies=remedies,
        )


def _refuse_withdrawals(key: AccountKey, policy: Policy | None) -> None:
    """Raise ``KeyMayWithdraw`` for a key that may withdraw money, unless each policy that holds allows it."""
    if key.info is None or not may_withdraw(key.info) or (policy is not None and policy.may_withdraw):
        return
    where = f"each policy that holds ({policy.file})" if policy is not None else "a policy.yaml"
    raise KeyMayWithdraw(
        "the API key may withdraw money; nothing was sent",
        details=[
            "No batch needs the permission Withdraw: take it from the key, or make another key.",
            f"The policy's owner can allow it: write `key: {{withdraw: allow}}` into {where}.",
        ],
    )
