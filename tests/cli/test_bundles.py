"""``bundle`` and ``verify`` on the command line."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tests.app.shell import SEED

if TYPE_CHECKING:
    from tests.app.shell import Shell


def test_a_bundle_is_packed_and_verified(shell: Shell) -> None:
    """Both name its SHA-256; one that has lost its end is refused."""
    assert shell("apply", SEED).code == 0
    packed = shell("bundle", SEED, "--out", "run.zip", "--format", "json")
    verified = shell("verify", "run.zip", "--format", "json")
    assert (packed.code, verified.code) == (0, 0)
    assert packed.json["sha256"] == verified.json["sha256"]
    bundle = Path("run.zip")
    bundle.write_bytes(bundle.read_bytes()[:-1])
    assert shell("verify", "run.zip").code == 4
