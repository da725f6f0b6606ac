"""The remedy for a call that failed: by the kind of error, and never in vain."""

from __future__ import annotations

from runner.kraken import KEY_LACKS, cure_of
from tests.support.for_each import for_each


@for_each(
    [
        ("/0/private/BalanceEx: HTTP status 502", "again later"),
        ("no answer in time", "again later"),
        ("/0/private/BalanceEx: EService:Unavailable", "again later"),
        ("/0/private/BalanceEx: EAPI:Rate limit exceeded", "again later"),
        ("/0/private/BalanceEx: EAPI:Invalid key", "key and its secret"),
        ("/0/private/BalanceEx: EAPI:Invalid signature", "key and its secret"),
        ("/0/private/OpenOrders: EGeneral:Permission denied", "the permission that it lacks"),
        (f"{KEY_LACKS} Query funds", "the permission that it lacks"),
        ("/0/private/OpenOrders: EAPI:Invalid nonce", "its own key"),
        ("/0/private/OpenOrders: EGeneral:Temporary lockout", "a quarter of an hour"),
        ("TLS: the certificate is refused: it has expired", "Put right what is named"),
        ("EGeneral:Unknown method", "the address"),
        ("/0/public/Time: HTTP status 400, not JSON", "the address"),
        ("/0/public/Time: not JSON", "the address"),
        ("/0/public/Time: the answer is not HTTP: illegal status line", "the address"),
        ("/0/public/Time: HTTP status 429, not JSON", "again later"),
        ("/0/public/Time: the answer is not HTTP: peer closed connection", "again later"),
        ("the proxy refused the way to a.example:443: HTTP status 405", "again later"),
        ("the exchange's clock is +45.0 s from ours; a deadline of 10 s allows 4.0 s", "Set the clock"),
    ]
)
def test_what_helps(reason: str, words: str) -> None:
    """Time alone mends no key."""
    assert words in cure_of(reason)
    assert ("again later" in cure_of(reason)) == (words == "again later")
