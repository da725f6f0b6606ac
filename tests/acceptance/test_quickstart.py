"""The files to start from, applied through the command line; what the exchange heard, and what is left.

What is asserted of the seed's example are the fields of the documented order and its two cancellations.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema

from tests.app.shell import BATCHES, ROOT, CommandResult, added, finish, requests, start

if TYPE_CHECKING:
    from collections.abc import Mapping

SCHEMA = json.loads((ROOT / "schemas" / "manifest.schema.json").read_text("utf-8"))
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
MOMENT = re.compile(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z")
TXID = re.compile(r"O[A-Z0-9]{5}-[A-Z0-9]{5}-[A-Z0-9]{6}")


def apply(name: str, state: Path, *options: str) -> CommandResult:
    """Apply a file of ``batches/`` in another process; it ends with 0."""
    with start("apply", str(BATCHES / name), "--state-dir", str(state), *options) as process:
        command = finish(process)
    assert command.code == 0, command.stderr
    return command


def checked(command: CommandResult) -> Mapping[str, Any]:
    """A manifest that passes its schema."""
    jsonschema.Draft202012Validator(SCHEMA).validate(command.json)
    manifest: Mapping[str, Any] = command.json
    return manifest


def test_quickstart_shows_a_person_what_it_did_and_does_it_once(tmp_path: Path) -> None:
    """Each order and cancellation has a line; the manifest is valid; the second time nothing is sent."""
    first = apply("quickstart.yaml", tmp_path)
    heard = requests(tmp_path)
    again = apply("quickstart.yaml", tmp_path, "--format", "json")
    assert first.stderr == ""
    for words in (
        "buy-eth",
        "buy-xbt-now",
        "@ limit 145",
        "done: 4 placed, 2 canceled",
    ):
        assert words in first.stdout
    manifest = checked(again)
    assert json.loads((tmp_path / "paper" / "quickstart" / "manifest.json").read_text("utf-8")) == manifest
    assert [group["outcome"] for group in manifest["groups"]] == ["done"] * 3
    assert all(order["already"] and TXID.fullmatch(order["txid"]) for order in again.orders().values())
    assert requests(tmp_path) == heard
    assert [frame["event"] for frame in heard] == ["addOrder"] * 4 + ["cancelOrder"] * 2


def test_seed_leaves_with_exactly_its_fields(tmp_path: Path) -> None:
    """The documented order and its cancellations are heard field by field, and answered in its words."""
    command = apply("seed-example.yaml", tmp_path, "--format", "json")
    order, cancel = requests(tmp_path)
    added_to = {name: order.pop(name) for name in ("reqid", "deadline", "cl_ord_id")}
    assert order == {
        "event": "addOrder",
        "ordertype": "limit",
        "pair": "ETH/EUR",
        "price": "150",
        "type": "buy",
        "volume": "0.25",
    }
    assert UUID.fullmatch(added_to["cl_ord_id"])
    assert MOMENT.fullmatch(added_to["deadline"])
    assert cancel.pop("reqid") > added_to["reqid"] > 0
    assert cancel == {"event": "cancelOrder", "txid": ["OUEMWD-CUO73-YYCBEK", "OBW5ID-MAGEW-HENTE7"]}
    (group,) = checked(command)["groups"]
    (placed,) = group["orders"]
    assert (placed["outcome"], placed["descr"]) == ("placed", "buy 0.25000000 ETHEUR @ limit 150")
    assert TXID.fullmatch(placed["txid"])
    assert [result["outcome"] for result in group["cancel"]["results"]] == ["canceled", "canceled"]


def test_ladder_is_open_with_all_its_rungs(tmp_path: Path) -> None:
    """Twenty orders, in the file's order and at the prices that the file has, under twenty ids."""
    command = apply("ladder.yaml", tmp_path, "--format", "json")
    prices = [str(price) for price in range(8900, 7900, -50)]
    assert [frame["price"] for frame in added(tmp_path)] == prices
    assert all(frame["oflags"] == "post" for frame in added(tmp_path))
    assert len({frame["cl_ord_id"] for frame in added(tmp_path)}) == 20
    orders = checked(command)["groups"][0]["orders"]
    assert [order["request"]["price"] for order in orders] == prices
    assert len({order["txid"] for order in orders}) == 20
