"""The judgement of what an account needs: the API key, and what it may do. Pure: facts in, findings out."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from runner.errors import ExitCode
from runner.kraken import ErrorKind, cure_of
from runner.net.failures import AccessFailed
from runner.review import KeyUse, key_warnings, missing_permissions, needless_permissions

from .facts import ExchangeFacts
from .findings import Check, Failure, Purpose, failed, ok, unchecked, warning

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.domain import ApiKeyInfo

    from .facts import KeyFacts
    from .findings import Finding

_USES: Final = MappingProxyType(
    {
        Purpose.APPLY: KeyUse.APPLY,
        Purpose.PLAN: KeyUse.PLAN,
        Purpose.STATUS: KeyUse.LOOK,
        Purpose.REBALANCE: KeyUse.REBALANCE,
    }
)
_WITHOUT_A_KEY: Final = (Purpose.PLAN, Purpose.STATUS)
_SET_IT: Final = (
    "Set KRAKEN_API_KEY and KRAKEN_API_SECRET, or KRAKEN_API_KEY_FILE and KRAKEN_API_SECRET_FILE to files "
    "that hold them."
)
_REFUSED_KEY: Final = {ErrorKind.BAD_KEY, ErrorKind.INVALID_NONCE, ErrorKind.LOCKOUT}
_ON_ITS_PAGE: Final = "where the exchange lists API keys"


def judge_key(key: KeyFacts, exchange: ExchangeFacts | Failure | None, purpose: Purpose) -> Iterator[Finding]:
    """Yield what is wrong with the key: that there is none, that it is none, that the exchange refuses it."""
    if key.simulated:
        yield ok(Check.KEY, "the simulated exchange has a key of its own")
        return
    if not key.sources:
        reason = "there is none; it would come from KRAKEN_API_KEY and KRAKEN_API_SECRET"
        if purpose in _WITHOUT_A_KEY:
            yield warning(Check.KEY, f"{reason}: `{purpose}` sees public data alone", _SET_IT)
        else:
            yield failed(Check.KEY, Failure(reason, _SET_IT, ExitCode.INVALID))
        return
    refusal = _refusal(exchange)
    if key.failure is not None:
        yield failed(Check.KEY, key.failure)
    elif refusal is not None:
        reason = f"the exchange refuses it: {refusal.reason}"
        yield failed(Check.KEY, Failure(reason, cure_of(refusal.reason), ExitCode.UNREACHABLE))
    else:
        yield ok(Check.KEY, f"well formed, from {' and '.join(key.sources)}")
    for file in key.exposed:
        yield warning(Check.KEY, f"{file} can be read by other users of this machine", f"chmod 600 {file}")


def _refusal(exchange: ExchangeFacts | Failure | None) -> AccessFailed | None:
    answer = exchange.key if isinstance(exchange, ExchangeFacts) else None
    return answer if isinstance(answer, AccessFailed) and answer.kinds & _REFUSED_KEY else None


def judge_permissions(
    key: KeyFacts, exchange: ExchangeFacts | Failure | None, purpose: Purpose, now: float
) -> Iterator[Finding]:
    """Yield what the key lacks for each command, and what it may too much; ``now`` is Unix seconds."""
    if not key.sources and not key.simulated and purpose in _WITHOUT_A_KEY:
        yield ok(Check.PERMISSIONS, f"`{purpose}` needs none without a key")
        return
    if not key.usable or _refusal(exchange) is not None:
        yield unchecked(Check.PERMISSIONS, "without a valid key nothing says", "Put the key right first.")
        return
    answer = exchange.key if isinstance(exchange, ExchangeFacts) else None
    match answer:
        case AccessFailed(reason=reason):
            yield unchecked(Check.PERMISSIONS, reason, cure_of(reason))
        case None if isinstance(exchange, ExchangeFacts) and exchange.rest is None:
            yield unchecked(
                Check.PERMISSIONS,
                "the exchange does not know this call",
                f"Compare them with `order-batch explain 5` and {_ON_ITS_PAGE}.",
            )
        case None:
            yield unchecked(Check.PERMISSIONS, "there is no connection", "Put the connection right first.")
        case info if info.permissions is None:
            yield unchecked(
                Check.PERMISSIONS,
                "the answer about the key does not say",
                f"Look {_ON_ITS_PAGE}.",
            )
        case info:
            yield from _judge(info, purpose, now)


def _judge(info: ApiKeyInfo, purpose: Purpose, now: float) -> Iterator[Finding]:
    lacking = {each: missing_permissions(info, use) for each, use in _USES.items()}
    enough = ", ".join(f"`{each}`" for each, missing in lacking.items() if not missing)
    if missing := lacking[purpose]:
        names = ", ".join(text.partition(":")[0] for text in missing)
        reason = f"`{purpose}` needs more: {names}{f'; enough for {enough}' if enough else ''}"
        cure = f"Give the key what it lacks {_ON_ITS_PAGE}, or make another: {'; '.join(missing)}."
        yield failed(Check.PERMISSIONS, Failure(reason, cure, ExitCode.UNREACHABLE))
    else:
        others = ", ".join(f"`{each}`" for each, missing in lacking.items() if missing)
        yield ok(Check.PERMISSIONS, f"enough for {enough}{f'; not for {others}' if others else ''}")
    yield from _dangers(info, now)


def _dangers(info: ApiKeyInfo, now: float) -> Iterator[Finding]:
    if needless := needless_permissions(info):
        names = ", ".join(needless)
        refused = " A key that may withdraw is refused by `apply`, unless each policy allows it."
        cure = f"Take {'it' if len(needless) == 1 else 'them'} from the key {_ON_ITS_PAGE}."
        withdraw = refused if "Withdraw" in needless else ""
        yield warning(Check.PERMISSIONS, f"no command needs: {names}", f"{cure}{withdraw}")
    for danger in key_warnings(info, now):
        message, _, cure = danger.message.partition(": ")  # as they are all written
        yield warning(Check.PERMISSIONS, message, f"{cure[:1].upper()}{cure[1:]}.")
