"""The only holder of credentials; a value is revealed only by an explicit call."""

from __future__ import annotations

import hashlib


class Secret:
    """A text that no ``repr``, log line, f-string or pickle gives away.

    Call ``reveal()`` only where the text goes onto the wire or into a signature.
    """

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """Return the text itself."""
        return self._text

    def fingerprint(self) -> str:
        """Return 16 hex digits that identify a credential and do not reveal it.

        It is safe for texts that cannot be guessed, such as API keys, but not for passwords.
        """
        return hashlib.sha256(f"order-batch/fingerprint/1/{self._text}".encode()).hexdigest()[:16]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._text == other._text

    def __hash__(self) -> int:
        return hash(self._text)

    def __repr__(self) -> str:
        return "Secret(***)"

    __str__ = __repr__

    def __reduce__(self) -> str:
        raise TypeError("a Secret is not serialized")
