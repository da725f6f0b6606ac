"""The identity of an order: the same on every machine, with or without local files.

Identity of an order = (batch name, run key, group, order id). Placing an order cannot be undone,
so an identity is spent once, and an order whose content changed under a spent identity is refused.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from .batch import OrderKey

# Never change it: every derived id depends on it. It is uuid5(NAMESPACE_URL, "urn:order-batch:order:1").
NAMESPACE: Final = "faae88e2-6f1c-5cd4-9fff-3b6c064b9019"

RUN_KEY_PLACEHOLDER = "{run_key}"
"""The placeholder in an author's own id that is replaced by the run key."""

_USERREF_MASK = 0x7FFF_FFFF
_RUN_KEY: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


class RunId(NamedTuple):
    """One application of a batch: its name, and the run key that a repeated batch is given (else empty)."""

    batch: str
    run_key: str = ""


def is_run_key(text: str) -> bool:
    """Return True if a text may be a run key: it names a folder, and is part of ids at the exchange."""
    return _RUN_KEY.fullmatch(text) is not None


def fill_run_key(text: str, run_key: str) -> str:
    """Return an author's own client order id with the run key in it, where it has a place for that."""
    return text.replace(RUN_KEY_PLACEHOLDER, run_key)


def derived_cl_ord_id(run: RunId, key: OrderKey) -> str:
    """Return the client order id of an order: a name-based UUID (RFC 9562, version 5) of 36 characters.

    Names hold no ``/`` (the schema ensures it), so no two identities give the same text.
    """
    return _with_name(f"{run.batch}/{run.run_key}/{key.group}/{key.id}")


def derived_userref(run: RunId, key: OrderKey) -> str:
    """Return the user reference of an order that may not carry a ``cl_ord_id``: 1 to 2^31 - 1, as text.

    Zero is what the exchange reports for "none". Not unique by nature: collisions inside a batch
    are looked for when the file is read.
    """
    number = int(derived_cl_ord_id(run, key).replace("-", ""), 16) & _USERREF_MASK
    return str(number or 1)


@lru_cache(maxsize=1024)  # A file is checked with them and then planned; simulations compute them again.
def _with_name(name: str) -> str:
    import uuid  # noqa: PLC0415 - a file is read without it: few orders have no other identity

    return str(uuid.uuid5(uuid.UUID(NAMESPACE), name))


def content_digest(content: bytes) -> str:
    """Return a short fingerprint (16 hex digits) of an order's canonical form."""
    import hashlib  # noqa: PLC0415

    return hashlib.sha256(content).hexdigest()[:16]
