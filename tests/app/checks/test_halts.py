"""A halt is met by each verb that plans or applies, before anything else is done."""

from __future__ import annotations

from typing import TYPE_CHECKING

import jsonschema
from msgspec import structs

from runner.api import schema
from runner.domain import HaltChange
from runner.runtime.storage import add_halt, halts_path
from tests.app.shell import STATE, batch, order

if TYPE_CHECKING:
    from tests.app.shell import Shell


def test_the_simulated_exchange_is_halted_apart(shell: Shell) -> None:
    """A rehearsal and the real venue have a halt each; nothing of the file is looked at."""
    file = batch(order())
    halt = HaltChange(halted=True, by="ann", host="desk", reason="odd", at="2026-11-30T09:00:00Z")
    add_halt(halts_path(STATE, "kraken"), halt)
    assert shell("apply", file).code == 0
    add_halt(halts_path(STATE, "paper"), halt)
    for args in (("plan", file), ("plan", "--offline", file), ("apply", file), ("apply", file, file)):
        result = shell(*args)
        if args[1:] != (file, file):
            assert result.code == 4, result
            assert (
                "halted by ann on desk at 2026-11-30T09:00:00Z, because: odd; nothing was sent"
                in result.words
            )
    status = shell("status", file)
    assert status.code == 0
    assert "WARNING: halted by ann" in status.words
    assert "order-batch resume" in status.words
    shown = shell("status", file, "--format", "json").json
    jsonschema.validate(shown, schema("status"))
    assert shown["halt"] == {
        "place": str(STATE),
        "by": "ann",
        "host": "desk",
        "reason": "odd",
        "at": "2026-11-30T09:00:00Z",
    }
    assert (
        "halted: .order-batch, by ann on desk since" in shell("status", file, "--format", "markdown").stdout
    )
    add_halt(halts_path(STATE, "paper"), structs.replace(halt, halted=False))
    assert shell("status", file, "--format", "json").json["halt"] is None


def test_what_cannot_be_read_halts(shell: Shell) -> None:
    """Unreadable is not none."""
    file = batch(order())
    folder = halts_path(STATE, "paper")
    folder.mkdir(parents=True)
    (folder / "halts.json").write_text("?", "utf-8")
    for verb in ("plan", "apply", "status"):
        result = shell(verb, file)
        assert result.code == 4, result
        assert "whether the account is halted cannot be read" in result.words
