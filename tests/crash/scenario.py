"""One death: a run is killed at an instant, the same command is run again, and the exchange is looked at.

The test compares what the exchange shows over REST, order by order. Each order of the batch has another
volume, so it is known there by its terms and not by an id that the code under test has derived.
"""

from __future__ import annotations

import json
import time
import urllib.request
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from runner.domain import Secret
from runner.kraken import CLOSED_ORDERS_PATH, OPEN_ORDERS_PATH, private_call
from runner.runtime.storage import JOURNAL, read_journal
from tests.app.shell import PAPER_RECORD, variables
from tests.crash.processes import Ended, served, start

KILLED = -9
WANTED = {"canceled", "closed", "gone"}
OWN = """\
      - {id: own, pair: ETH/EUR, type: sell, ordertype: limit, price: 157, volume: 0.2507, userref: 17}
"""
"""An order that only the journal knows: no id of it is derived, and its reference may be another's as well.
It shows that an intent is written down before it is sent; without a journal nothing can save it."""
BATCH = """\
version: 1
name: dying
groups:
  - name: enter
    orders:
      - {id: rest, pair: ETH/EUR, type: buy, ordertype: limit, price: 145, volume: 0.2501}
      - {id: market, pair: XBT/EUR, type: buy, ordertype: market, volume: 0.0502}
      - {id: bracket, pair: ETH/EUR, type: buy, ordertype: limit, price: 151, volume: 0.2503,
         close: {ordertype: limit, price: 160}}
    cancel: [OUEMWD-CUO73-YYCBEK, OBW5ID-MAGEW-HENTE7]
  - name: protect
    orders:
      - {id: offer, pair: ETH/EUR, type: sell, ordertype: limit, price: 155, volume: 0.2504}
      - {id: waiting-bracket, pair: ETH/EUR, type: buy, ordertype: limit, price: 140, volume: 0.2505,
         close: {ordertype: limit, price: 165}}
    cancel: [{order: enter/rest}, OQCLML-BW3P3-BUCMWZ]
  - name: follow
    orders:
      - {id: dearer, pair: ETH/EUR, type: sell, ordertype: limit, price: 158, volume: 0.2506}
{own}
    cancel: [{order: protect/offer}]
"""

FILLS = """\
version: 1
name: dying
defaults: {pair: ETH/EUR, type: buy, ordertype: limit}
groups:
  - {name: sell, orders: [{id: sold, type: sell, price: 145, volume: 0.2501}]}
  - name: buy
    needs: [{group: sell, until: filled, within: 1m}]
    orders: [{id: bought, price: 140, volume: 0.2502}]
  - {name: rest, needs: [], orders: [{id: resting, price: 141, volume: 0.2503}]}
  - name: go-on
    needs: [{group: rest, until: filled, within: 5s, otherwise: proceed}]
    orders: [{id: all-the-same, price: 142, volume: 0.2504}]
  - {name: back, needs: [], orders: [{id: canceled, price: 143, volume: 0.2505}]}
  - name: never
    needs: [{group: back, until: filled, within: 5s, otherwise: cancel}]
    orders: [{id: skipped, price: 144, volume: 0.2506}]
"""
"""Groups that wait until others are filled: one is at once, and two never are, of which one is canceled."""

State = Counter[tuple[str, ...]]
"""How many orders there are of each kind: pair, side, type, price, volume, status."""


@dataclass(frozen=True, kw_only=True)
class Death:
    """The result of one death. ``instant`` is 0 for an undisturbed run, ``died`` empty as well."""

    instant: int
    lost: bool
    died: str
    runs: int
    booked: int
    duplicates: list[str]
    losses: list[str]
    complaints: list[str]

    @property
    def well(self) -> bool:
        """Return whether nothing is wrong."""
        return not (self.duplicates or self.losses or self.complaints)


def undisturbed(*, lost: bool, fills: bool = False) -> State:
    """The exchange after an undisturbed run, of the batch for a journal that is kept or lost."""
    with TemporaryDirectory(prefix="order-batch-") as name:
        folder = Path(name)
        with served(folder) as line:
            account = json.loads(line)
            ended = apply(folder, "first", "state", account, batch_for(lost=lost, fills=fills))
            assert ended.code == int(fills), ended.stderr
            return state_of(look(account))


def suffer(instant: int, *, lost: bool, expected: State, fills: bool = False) -> Death:
    """Kill a run at an instant, perhaps lose its journal, run it again, and compare.

    ``fills``: groups wait until others are filled.
    """
    with TemporaryDirectory(prefix="order-batch-") as name:
        folder = Path(name)
        with served(folder) as line:
            account = json.loads(line)
            batch = batch_for(lost=lost, fills=fills)
            first = apply(folder, "first", "state", account, batch, instant=instant, waits=fills)
            died = first.stderr.splitlines()[-1] if first.code == KILLED else ""
            complaints = (
                []
                if died or first.code == int(fills)
                else [f"the first run ended with {first.code}: {first.stderr}"]
            )
            again = apply(folder, "again", "elsewhere" if lost else "state", account, batch)
            orders = look(account)
        sent = booked(folder)
        moved = moved_moments(folder)
    state = state_of(orders)
    complaints += [*judge_fills(again), *moved] if fills else judge(again, orders)
    return Death(
        instant=instant,
        lost=lost,
        died=died,
        runs=2,
        booked=len(sent),
        duplicates=[volume for volume, count in Counter(sent).items() if count > 1]
        + texts_of(state - expected),
        losses=texts_of(expected - state),
        complaints=complaints,
    )


def batch_for(*, lost: bool, fills: bool = False) -> str:
    """The batch file."""
    return FILLS if fills else BATCH.replace("{own}\n", "" if lost else OWN)


def apply(
    folder: Path,
    run: str,
    state: str,
    account: dict[str, str],
    batch: str,
    *,
    instant: int | None = None,
    waits: bool = False,
) -> Ended:
    """Run the command line to its end, or to its death; ``waits``: it may die while it waits, too."""
    file = folder / "dying.yaml"
    file.write_text(batch, "utf-8")
    options = ["--venue", "kraken", "--tier", "pro", "--yes", "--format", "json"]
    timing = ["--deadline", "2", "--settle", "0"]
    args = ["apply", str(file), *options, *timing, "--state-dir", str(folder / state)]
    return start(args, folder / run, variables(**account), instant=instant, waits=waits).wait()


def judge(run: Ended, orders: dict[str, dict[str, Any]]) -> list[str]:
    """Return what is wrong with how a run ended, held against the orders of the exchange by txid."""
    if run.code != 0 or "Traceback" in run.stderr:
        return [f"the second run ended with {run.code}: {run.stderr or run.stdout}"]
    manifest = json.loads(run.stdout)
    claimed = [order for group in manifest["groups"] for order in group["orders"]]
    results = [item for group in manifest["groups"] for item in group["cancel"]["results"]]
    wrong = [f"{order['id']}: {order['outcome']}" for order in claimed if order["outcome"] != "placed"]
    for order in claimed:
        known = orders.get(order["txid"] or "")
        if known is None or not same(order, known):
            wrong.append(f"{order['id']} is not {order['txid']}")
    wrong += [f"{item['txid']}: {item['outcome']}" for item in results if item["outcome"] not in WANTED]
    if manifest["outcome"] != "done" or len({order["txid"] for order in claimed}) != len(claimed):
        wrong.append(f"the manifest says {manifest['outcome']}")
    return wrong


def judge_fills(run: Ended) -> list[str]:
    """Return what is wrong with how a run ended in which groups waited until others were filled."""
    if run.code != 1 or "Traceback" in run.stderr:
        return [f"the second run ended with {run.code}: {run.stderr or run.stdout}"]
    manifest = json.loads(run.stdout)
    outcomes = {o["id"]: o["outcome"] for group in manifest["groups"] for o in group["orders"]}
    wrong = [
        f"{id}: {outcome}" for id, outcome in outcomes.items() if outcome not in WAITED.get(id, ("placed",))
    ]
    ends = {
        group["name"]: barrier["outcome"]
        for group in manifest["groups"]
        for barrier in group.get("barriers", ())
    }
    if ends != {"buy": "filled", "go-on": "unfilled", "never": ends["never"]} or ends["never"] == "filled":
        wrong.append(f"the waits are said to be {ends}")
    return wrong


WAITED = {"skipped": ("skipped",), "canceled": ("placed", "ended")}
"""What else than placed an order may be; without its journal a run cannot know who has canceled one."""


def moved_moments(folder: Path) -> list[str]:
    """The groups of which a journal has more than a single moment until which they wait."""
    waits = Counter(
        (file, entry["group"])
        for file in folder.glob(f"state*/**/{JOURNAL}")
        for entry in read_journal(file)
        if entry["entry"] == "fills-awaited"
    )
    return [f"{group} waits until several moments" for (_, group), count in waits.items() if count > 1]


def same(claimed: dict[str, Any], known: dict[str, Any]) -> bool:
    """Return whether an order of a manifest and one of the exchange carry one id and ask for one thing."""
    ids = claimed["cl_ord_id"] == known.get("cl_ord_id") and claimed["userref"] in (
        known["userref"],
        str(known["userref"]),
    )
    return ids and known["vol"].rstrip("0") == claimed["request"]["volume"]


# --- the exchange ----------------------------------------------------------------------------


def look(account: dict[str, str]) -> dict[str, dict[str, Any]]:
    """All orders of the account, open and closed, by txid."""
    opened, closed = call(account, OPEN_ORDERS_PATH), call(account, CLOSED_ORDERS_PATH)
    assert closed["count"] == len(closed["closed"]), "more than one page"
    orders: dict[str, dict[str, Any]] = opened["open"] | closed["closed"]
    return orders


def call(account: dict[str, str], path: str) -> dict[str, Any]:
    """A private REST call."""
    nonce = str(time.time_ns() // 1_000_000)
    headers, body = private_call(account["api_key"], Secret(account["api_secret"]), path, nonce)
    request = urllib.request.Request(account["rest_url"] + path, body.encode(), headers)
    with urllib.request.urlopen(request, timeout=120) as response:
        answer = json.load(response)
    assert not answer["error"], answer["error"]
    result: dict[str, Any] = answer["result"]
    return result


def state_of(orders: dict[str, dict[str, Any]]) -> State:
    """Return what an exchange holds, without the ids that it makes up and the times of events."""
    return Counter((order["descr"]["order"], order["vol_exec"], order["status"]) for order in orders.values())


def booked(folder: Path) -> list[str]:
    """The volume of each order that came over the wire and was booked, from the journal of the exchange."""
    records = read_journal(folder / "exchange" / PAPER_RECORD)
    requests = [record["request"] for record in records if "request" in record]
    return [request["volume"] for request in requests if request["event"] == "addOrder"]


def texts_of(state: State) -> list[str]:
    """The orders of a state, one line each."""
    return [" ".join(order) for order in state.elements()]
