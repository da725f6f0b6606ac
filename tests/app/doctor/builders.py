"""Facts of a set-up in which all is well, to be changed one at a time."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from runner.app.doctor.facts import (
    AddressFacts,
    ExchangeFacts,
    Facts,
    FolderFacts,
    KeyFacts,
    LedgerFacts,
    ProxyFacts,
    TrustFacts,
    VersionFacts,
)
from runner.app.doctor.findings import Purpose
from runner.app.doctor.recipe import judge
from runner.domain import ApiKeyInfo, Permission
from runner.kraken import ExchangeStatus
from runner.net.failures import AccessFailed

if TYPE_CHECKING:
    from runner.app.doctor.findings import Check, Finding

NOW = 1_790_000_000.0
PLANNING = frozenset({Permission.FUNDS, Permission.OPEN_ORDERS, Permission.CLOSED_ORDERS})
TRADING = PLANNING | {Permission.MODIFY, Permission.CANCEL, Permission.WEBSOCKET}
INFO = ApiKeyInfo(iban="AA11", permissions=TRADING, valid_until=0, addresses=1)
EXCHANGE = ExchangeFacts(skew=(-0.6, 0.5), websocket=None, status=ExchangeStatus("online"), pairs=2, key=INFO)
LIVE = AddressFacts(hosts=("api.example:443", "ws.example:443"))
WELL = Facts(
    versions=VersionFacts(
        python="3.12.1",
        least_python="3.11",
        package="0.1.0",
        required={"trio": "0.27", "click": "8.1"},
        extras={"postgres": {"psycopg": "3.2"}},
        installed={"trio": "0.30.0", "click": "8.1.7"},
    ),
    folder=FolderFacts(
        path=".order-batch", place=".order-batch", there=True, writable=True, free_bytes=10**9
    ),
    ledger=LedgerFacts(),
    key=KeyFacts(sources=("KRAKEN_API_KEY", "KRAKEN_API_SECRET_FILE")),
    proxies=ProxyFacts(),
    trust=TrustFacts(),
    addresses=LIVE,
    exchange=EXCHANGE,
)


def changed(**facts: Any) -> Facts:
    """Return facts of which some are others; a mapping changes fields of one."""
    parts = {
        name: replace(getattr(WELL, name), **value) if isinstance(value, dict) else value
        for name, value in facts.items()
    }
    return replace(WELL, **parts)


def findings(facts: Facts, purpose: Purpose = Purpose.APPLY, deadline_s: int = 10) -> tuple[Finding, ...]:
    """Return what follows from facts."""
    return judge(facts, purpose, deadline_s=Decimal(deadline_s), now=NOW)


def of(check: Check, facts: Facts, purpose: Purpose = Purpose.APPLY, **more: int) -> list[Finding]:
    """Return the findings of one check."""
    return [finding for finding in findings(facts, purpose, **more) if finding.check is check]


def said(check: Check, facts: Facts, purpose: Purpose = Purpose.APPLY, **more: int) -> list[tuple[str, str]]:
    """Return the states and messages of one check."""
    return [(finding.state.value, finding.message) for finding in of(check, facts, purpose, **more)]


def refused(text: str) -> AccessFailed:
    """Return the failure of a call that the exchange has answered with an error."""
    return AccessFailed(f"/0/private/GetApiKeyInfo: {text}", errors=(text,), final=True)


def unreachable(reason: str, **more: Any) -> AccessFailed:
    """Return the failure of a call that nothing has answered."""
    return AccessFailed(reason, answered=False, **more)
