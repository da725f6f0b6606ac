"""The consent to a plan, by a person at a terminal or by a program that passes the plan's digest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from runner.errors import InvalidInput, Refused, Remedy
from runner.review import plan_digest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from runner.domain import Owner
    from runner.planning import Plan
    from runner.review import Review

    from .console import Console
    from .inputs.batches import Target

_KRAKEN: Final = "kraken"
_PAPER_EXCHANGE: Final = "paper"


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """The consent to a plan.

    ``yes``: given in advance. ``ask`` asks a person, None without a terminal. ``digest``: given to the plan
    of this digest alone.
    """

    yes: bool = False
    ask: Callable[[str], bool] | None = None
    digest: str | None = None


def digest_of(plan: Plan, target: Target, environ: Mapping[str, str]) -> str:
    """Return the digest of a plan, its policies, and the account and exchange of the environment.

    A simulated exchange is known by its state folder: its account may not have been opened yet. Raises
    ``InvalidInput`` for an invalid key or address.
    """
    if target.venue != _KRAKEN:
        return plan_digest(plan, account=None, exchange=_PAPER_EXCHANGE)
    from .access.venues import account_at, address_at  # noqa: PLC0415 - offline loads no sockets

    account = account_at(target.venue, target.state_dir, environ)
    return plan_digest(plan, account=account, exchange=address_at(target.venue, environ))


def refuse_other_plan(consent: Consent, plan: Plan, target: Target, environ: Mapping[str, str]) -> None:
    """Raise ``Refused`` if consent was given to another plan by its digest."""
    if consent.digest is None or consent.digest == digest_of(plan, target, environ):
        return
    raise Refused(
        f"{plan.file}: this is not the plan that was confirmed; nothing was sent",
        details=[
            "The file, its journal, a policy, the account or the exchange is another than when it was made.",
            "Make the plan again, review it, and confirm its digest.",
        ],
    )


def require_consent(consent: Consent, plan: Plan, *, validate_only: bool) -> None:
    """Raise ``InvalidInput`` if real orders need consent and there is no terminal to ask at."""
    if must_ask(consent, plan, validate_only=validate_only) and consent.ask is None:
        raise InvalidInput(
            "real orders need confirmation, and there is no terminal to ask at",
            details=["Nothing was sent."],
            remedies=[Remedy.CONFIRM],
        )


def must_ask(consent: Consent, plan: Plan, *, validate_only: bool) -> bool:
    """Return True if a confirmation is needed."""
    given = consent.yes or consent.digest is not None
    return plan.venue == _KRAKEN and not (given or validate_only)


def ask_for_consent(
    consent: Consent, review: Review, environ: Mapping[str, str], out: Console, *, validate_only: bool
) -> None:
    """Ask a person if that is needed. Raises ``Refused`` if the answer is no."""
    plan = review.plan
    if not must_ask(consent, plan, validate_only=validate_only) or consent.ask is None:
        return
    from .access.credentials import live_endpoints  # noqa: PLC0415 - a plan is digested without sockets

    where = urlsplit(live_endpoints(environ).ws_url).netloc
    if not out.confirm(plan, consent.ask, review, account=_owner_name(plan.owner), exchange=where):
        raise Refused("not confirmed; nothing was sent")


def _owner_name(owner: Owner | None) -> str:
    """Return an account's display name: its IBAN if known, else its key."""
    if owner is None or owner.key is None:
        return ""
    key = f"the API key {owner.key}"
    return f"{owner.iban} (by {key})" if owner.iban else f"of {key}"
