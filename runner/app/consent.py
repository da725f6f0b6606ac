"""The consent to a plan, by a person at a terminal or by a program that passes the plan's digest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from runner.errors import InvalidInput, Refused, Remedy
from runner.review import digest_over, plan_digest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

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


def refuse_other_plan(
    consent: Consent,
    plans: Sequence[Plan],
    target: Target,
    environ: Mapping[str, str],
    *,
    several: bool = False,
) -> None:
    """Raise ``Refused`` if consent was given to another plan by its digest.

    ``several``: it was given to a digest over several plans in their order, of which there may be one.
    """
    if consent.digest is None:
        return
    digests = [digest_of(plan, target, environ) for plan in plans]
    if consent.digest == (digest_over(digests) if several else digests[0]):
        return
    files = ", ".join(plan.file for plan in plans)
    raise Refused(
        f"{files}: this is not the plan that was confirmed; nothing was sent",
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
    consent: Consent,
    reviews: Sequence[Review],
    environ: Mapping[str, str],
    out: Console,
    *,
    validate_only: bool,
) -> None:
    """Ask a person once if that is needed, having shown all plans. Raises ``Refused`` for a no."""
    asking = [review for review in reviews if must_ask(consent, review.plan, validate_only=validate_only)]
    if not asking or consent.ask is None:
        return
    from .access.credentials import live_endpoints  # noqa: PLC0415 - a plan is digested without sockets

    where = urlsplit(live_endpoints(environ).ws_url).netloc
    for review in asking:
        plan = review.plan
        ask = consent.ask if review is asking[-1] else _go_on
        if not out.confirm(plan, ask, review, account=_owner_name(plan.owner), exchange=where):
            raise Refused("not confirmed; nothing was sent")


def _go_on(_: str) -> bool:
    """Go on to the next plan: the question comes after the last one."""
    return True


def _owner_name(owner: Owner | None) -> str:
    """Return an account's display name: its IBAN if known, else its key."""
    if owner is None or owner.key is None:
        return ""
    key = f"the API key {owner.key}"
    return f"{owner.iban} (by {key})" if owner.iban else f"of {key}"
