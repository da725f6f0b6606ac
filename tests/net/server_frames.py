"""Frames as a server sends them, usual and strange ones."""

MAX_BYTES = 100_000
LIMIT_BYTES = 1_000


def served(*texts: str) -> bytes:
    """Return what a server sends for these texts: whole, final, unmasked."""
    return b"".join(frame(0x81, text.encode()) for text in texts)


def frame(first: int, payload: bytes) -> bytes:
    """A server's frame with any first byte."""
    size = len(payload)
    if size < 126:
        return bytes((first, size)) + payload
    wide = size > 0xFFFF
    return bytes((first, 127 if wide else 126)) + size.to_bytes(8 if wide else 2, "big") + payload


FOREIGN = {
    "the first of several fragments": frame(0x01, b"frag"),
    "a later fragment": frame(0x80, b"ment"),
    "bytes": frame(0x82, b"\x00\x01"),
    "a close": frame(0x88, b"\x03\xe8"),
    "a reserved bit": frame(0xC1, b"text"),
    "an unknown opcode": frame(0x83, b"text"),
    "a masked frame": bytes((0x81, 0x84)) + b"keys" + b"text",
    "text that is not UTF-8": frame(0x81, b"\xff\xfe"),
    "an overlong ping": frame(0x89, b"x" * 126),
    "a size that is written too wide": bytes((0x81, 126, 0, 5)) + b"short",
    "a size that is written far too wide": bytes((0x81, 127, 0, 0, 0, 0, 0, 0, 0, 200)) + b"x" * 200,
    "a text over the limit": frame(0x81, b"x" * (LIMIT_BYTES + 1)),
    "the head of a text over the limit": frame(0x81, b"x" * (LIMIT_BYTES + 1))[:10],
}
