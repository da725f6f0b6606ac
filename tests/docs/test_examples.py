"""The example batches show everything that an order can be, and each is done on the simulated exchange."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from tests.docs.pages import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from tests.app.shell import Shell

EXAMPLES = sorted((ROOT / "batches" / "examples").glob("*.yaml"))
SCHEMA = json.loads((ROOT / "schemas" / "batch.schema.json").read_text("utf-8"))


@pytest.mark.usefixtures("skipped_waits")
@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_an_example_is_valid_and_every_order_of_it_is_placed(file: Path, shell: Shell) -> None:
    """Nothing is rejected, skipped or worth a warning of ``validate``."""
    valid = shell("validate", file)
    assert (valid.code, valid.stderr) == (0, "")
    run_key = ("--run-key", "2026-W49") if "repeat: true" in file.read_text("utf-8") else ()
    applied = shell("apply", file, *run_key, "--format", "json")
    assert applied.code == 0, applied.words
    assert set(applied.outcomes().values()) == {"placed"}
    assert {group["outcome"] for group in applied.json["groups"]} == {"done"}


def test_every_field_and_every_word_of_an_order_has_an_example() -> None:
    """A new order type or field of the schema has to be shown."""
    orders = [order for file in EXAMPLES for order in orders_of(yaml.safe_load(file.read_text("utf-8")))]
    shown = {name for order in orders for name in order}
    assert set(SCHEMA["$defs"]["order"]["properties"]) - shown == set()
    for name in ("ordertype", "timeinforce", "type"):
        assert set(SCHEMA["$defs"][name]["enum"]) - {order.get(name, "GTC") for order in orders} == set()
    flags = {flag for order in orders for flag in flags_of(order)}
    assert flags >= {"post", "fcib", "fciq", "viqc"}


def orders_of(batch: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the orders of a batch with their defaults."""
    orders = [order for group in batch["groups"] for order in group.get("orders", ())]
    return [{**batch.get("defaults", {}), **order} for order in orders]


def flags_of(order: dict[str, Any]) -> list[str]:
    """Return the ``oflags`` of an order, a list or a text with commas."""
    flags = order.get("oflags", [])
    return flags.split(",") if isinstance(flags, str) else flags
