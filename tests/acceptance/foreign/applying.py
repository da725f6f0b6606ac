"""Batch files for the foreign exchange, applied by the real command line."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.app.shell import start

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from tests.acceptance.foreign.process import Foreign
    from tests.app.shell import Shell

FIRST, SECOND = "OUEMWD-CUO73-YYCBEK", "OBW5ID-MAGEW-HENTE7"
NOWHERE = "OGTT3Y-C6I3P-XRI6HX"
APPLY_LIMIT_S = 180


@dataclass(frozen=True)
class Run:
    """The end of one run of the command line."""

    code: int
    stdout: str
    stderr: str

    @property
    def manifest(self) -> dict[str, Any]:
        """The manifest on stdout."""
        content: dict[str, Any] = json.loads(self.stdout)
        return content

    def group(self, name: str) -> dict[str, Any]:
        """One group of the manifest."""
        return next(group for group in self.manifest["groups"] if group["name"] == name)

    def orders(self) -> dict[str, dict[str, Any]]:
        """All orders of the manifest by id."""
        return {order["id"]: order for group in self.manifest["groups"] for order in group["orders"]}

    def canceled(self, group: str) -> dict[str, str]:
        """Return what became of each id in a group's cancelOrder."""
        return {item["txid"]: item["outcome"] for item in self.group(group)["cancel"]["results"]}


def apply(exchange: Foreign, folder: Path, file: Path, *options: str) -> Run:
    """Apply a batch file at the exchange, with its own state folder."""
    with start(*_command(folder, file), *options, **exchange.environment) as process:
        stdout, stderr = process.communicate(APPLY_LIMIT_S)
        code = process.wait()
    assert "Traceback" not in stderr, stderr
    return Run(code, stdout, stderr)


def apply_here(shell: Shell, monkeypatch: pytest.MonkeyPatch, exchange: Foreign, file: Path) -> Run:
    """Apply it in this process, where a test may have made a wait short."""
    for name, text in exchange.environment.items():
        monkeypatch.setenv(name, text)
    result = shell(*_command(file.parent, file))
    return Run(result.code, result.stdout, result.stderr)


def _command(folder: Path, file: Path) -> tuple[str, ...]:
    state = ("--format", "json", "--state-dir", str(folder / "state"))
    return ("apply", str(file), "--venue", "kraken", "--yes", *state)


def batch(folder: Path, *groups: str) -> Path:
    """A batch file of groups that are given as YAML."""
    file = folder / "batch.yaml"
    file.write_text("version: 1\nname: foreign\ngroups:\n" + "".join(groups), "utf-8")
    return file


def group(name: str, *, orders: int = 0, cancel: str = "", **more: str) -> str:
    """A group of limit orders, each at another price, so that no two can be mistaken."""
    lines = [f"  - name: {name}"] + [f"    {key}: {value}" for key, value in more.items()]
    if orders:
        lines.append("    orders:")
    fixed = "pair: ETH/EUR, type: buy, ordertype: limit, volume: 0.25"
    lines += [f"      - {{id: {name}-{n}, {fixed}, price: {100 + n}.50}}" for n in range(1, orders + 1)]
    if cancel:
        lines.append(f"    cancel: {cancel}")
    return "\n".join(lines) + "\n"
