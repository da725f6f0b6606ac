"""Removal of secrets from incoming text: an exchange may repeat them, for example in an error text.

It is done to the text as it came, before anything is read from it, so that no event, journal, manifest or
terminal can hold what it must not.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from runner.domain import Secret

STAND_IN: Final = "***"
SHORTEST: Final = 12
"""A secret that is shorter is no real one, and may be a word of the exchange's own texts."""

_ESCAPE: Final = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))", re.DOTALL)
_KEPT: Final = '"\\'


class Scrubber:
    """Removes known secrets from texts."""

    def __init__(self, *secrets: Secret) -> None:
        self._texts: list[str] = []
        for secret in secrets:
            self.add(secret)

    def add(self, secret: Secret) -> None:
        """Remove this secret, too, from now on."""
        text = secret.reveal()
        if len(text) >= SHORTEST and text not in self._texts:
            self._texts.append(text)

    def __call__(self, text: str) -> str:
        """Return the text, or JSON, without the secrets; however JSON spells them."""
        if "\\" in text:
            text = _spelled_out(text)
        for secret in self._texts:
            if secret in text:
                text = text.replace(secret, STAND_IN)
        return text


def _spelled_out(text: str) -> str:
    """Return the same JSON with plain letters for those that are escaped without need."""
    return _ESCAPE.sub(_letter, text)


def _letter(escape: re.Match[str]) -> str:
    code, letter = escape.groups()
    if code is None:
        return "/" if letter == "/" else escape.group()
    plain = chr(int(code, 16))
    return plain if " " <= plain <= "~" and plain not in _KEPT else escape.group()
