"""Access to Kraken or its replacement: addresses, credentials and proxy.

All of it is read from the environment, and checked before anything else happens.
"""

from __future__ import annotations

import re
import stat
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from runner.domain import Secret
from runner.errors import InvalidInput
from runner.kraken import Tier, sign
from runner.net.dialing import dialer_of
from runner.runtime.kraken.access import Credentials, Endpoints, KrakenAccess
from runner.runtime.storage import read_limited

REST_URL: Final = "https://api.kraken.com"
WS_URL: Final = "wss://ws-auth.kraken.com"

CREDENTIAL_NAMES: Final = tuple(
    f"KRAKEN_API_{what}{source}" for what in ("KEY", "SECRET") for source in ("", "_FILE")
)
MAX_SECRET_BYTES: Final = 4096

_CREDENTIAL: Final = re.compile(r"[!-~]+")
_READ_BY_OTHERS: Final = stat.S_IRGRP | stat.S_IROTH

Say = Callable[[str], None]
Nonces = Callable[[int], int]


def say_nothing(_: str) -> None:
    """Discard a message."""


def live_access(
    environ: Mapping[str, str],
    *,
    say: Say = say_nothing,
    needed: bool = True,
    tier: Tier = Tier.STARTER,
    nonces: Nonces | None = None,
) -> KrakenAccess:
    """Return access to the account that the environment names. Raises ``InvalidInput``.

    Without credentials that are not ``needed``, only public data can be read. ``say`` gets waits and
    warnings. ``nonces`` are of a key that other machines use too.
    """
    named = needed or any(environ.get(name) for name in CREDENTIAL_NAMES)
    credentials = live_credentials(environ, say=say) if named else None
    return KrakenAccess(
        live_endpoints(environ),
        credentials,
        dialer=dialer_of(environ),
        say=say,
        tier=tier,
        nonces=nonces,
    )


def live_endpoints(environ: Mapping[str, str]) -> Endpoints:
    """Return the addresses of Kraken, or of its replacement.

    Raises ``InvalidInput`` for an invalid URL, for plain text to another machine, and for an unusable proxy
    or authority file.
    """
    dialer_of(environ)
    urls = {"KRAKEN_SPOT_URL": REST_URL, "KRAKEN_WS_AUTH_URL": WS_URL}
    try:
        return Endpoints(*(environ.get(name) or usual for name, usual in urls.items()))
    except InvalidInput as error:
        names = " or ".join(name for name in urls if environ.get(name))
        raise InvalidInput(f"{names}: {error}", details=error.details) from None


def live_credentials(environ: Mapping[str, str], *, say: Say = say_nothing) -> Credentials:
    """Return the API key and secret from the environment, or from the files that it names.

    ``say`` is warned of files that others can read. Raises ``InvalidInput`` if one is missing or malformed.
    """
    key = credential(environ, "KRAKEN_API_KEY", say=say)
    secret = credential(environ, "KRAKEN_API_SECRET", say=say)
    # A secret that signs nothing is found now, and not when a run has begun.
    sign(secret, path="", nonce="", body="")
    return Credentials(key, secret)


def credential(environ: Mapping[str, str], name: str, *, say: Say = say_nothing) -> Secret:
    """Return the key or the secret. Raises ``InvalidInput``."""
    text = environ.get(name, "").strip()
    file = environ.get(f"{name}_FILE")
    if text and file:
        raise InvalidInput(
            f"{name} and {name}_FILE are both set: say it once", details=["Unset one of the two."]
        )
    if file:
        text = _read_secret(Path(file), f"{name}_FILE", say)
    if not text:
        raise InvalidInput(
            f"{name} is not set", details=[f"Set {name}, or {name}_FILE to a file that holds it."]
        )
    if len(text) > MAX_SECRET_BYTES:
        raise InvalidInput(f"{name} is longer than {MAX_SECRET_BYTES} bytes: it is not an API key or secret")
    if not _CREDENTIAL.fullmatch(text):
        # Further down it would be refused too, but in words that repeat it.
        raise InvalidInput(
            f"{name} is not one word of plain letters, digits and signs",
            details=["Copy it again, whole and alone; a file holds one key or one secret and nothing else."],
        )
    return Secret(text)


def exposed_files(environ: Mapping[str, str]) -> tuple[str, ...]:
    """Return the files of the key and the secret that other users of this machine can read."""
    names = (environ.get(name) for name in CREDENTIAL_NAMES if name.endswith("_FILE"))
    return tuple(name for name in names if name and _is_exposed_file(Path(name)))


def _is_exposed_file(path: Path) -> bool:
    try:
        return _is_exposed(path.stat().st_mode)
    except OSError:
        return False


def _is_exposed(mode: int) -> bool:
    return stat.S_ISREG(mode) and bool(mode & _READ_BY_OTHERS)


def _unreadable_cure(error: Exception, name: str) -> str:
    """Return what to do about a file of a key that cannot be read; its content is not repeated."""
    match error.__cause__ or error:
        case UnicodeDecodeError():
            return "Name the file that holds it as text; this one holds other bytes."
        case PermissionError():
            return "Let this user alone read the file: chown, and chmod 600."
        case _:
            return f"Correct the path in {name}: it has to name a regular file that holds it."


def _read_secret(path: Path, name: str, say: Say) -> str:
    try:
        data = read_limited(path, MAX_SECRET_BYTES)
        text = data.decode("utf-8")
        mode = path.stat().st_mode
    except (InvalidInput, OSError, UnicodeDecodeError) as error:
        raise InvalidInput(
            f"{name}: {path} cannot be read", details=[_unreadable_cure(error, name)]
        ) from None
    if len(data) > MAX_SECRET_BYTES:
        raise InvalidInput(
            f"{name}: {path} is longer than {MAX_SECRET_BYTES} bytes: it is not an API key or secret"
        )
    if _is_exposed(mode):
        say(f"Warning: {name}: {path} can be read by other users of this machine; chmod 600 it.")
    return text.strip()
