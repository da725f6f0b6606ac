"""Weeks of a scheduled rebalance: the steps of the workflow, on a market that moves, with what goes wrong.

A week is drift, a batch on a branch, its plan, the merge, the run, the fills, and the check that the account
is where the targets want it. What went wrong in one try is put right by the next one of the same week.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING, Any, Final

import yaml

from tests.app.shell import CommandResult, environment, finish
from tests.processes.client import launch

if TYPE_CHECKING:
    from pathlib import Path

    from tests.processes.client import Process

    from .exchange import Steered
    from .repository import Repository

TARGETS: Final = """\
version: 1
name: core
quote: EUR
weights: {XBT: 40%, ETH: 15%, SOL: 15%}
cash: {target: 30%, floor: 500}
band: {absolute: 5%, relative: 25%, use: smaller, to: half}
method: both
scope: breaching
order: {ordertype: limit, minimum: 25, oflags: [post]}
price: {from: mid, offset: 0.2%, max-spread: 1%, max-age: 60s}
fees: account
fill: {within: 30m, otherwise: cancel}
"""
START: Final = {"XBT/EUR": Decimal(9000), "ETH/EUR": Decimal(150), "SOL/EUR": Decimal(20)}


class Trouble(Enum):
    """Faults in the first try of a week."""

    NONE = "none"
    KILLED_WAITING = "killed while the buys wait for the sells"
    KILLED_AT_ONCE = "killed as soon as an order is open"
    REJECTED = "the exchange rejects a post-only order, through which the market has moved"
    OUTDATED = "the same, and the check before the run finds it"
    UNFILLED = "the sells are not filled"
    SAME_STATE = "a second runner beside it, with the same state"
    OTHER_MACHINE = "a second runner on another machine"


@dataclass
class Weeks:
    """The weeks on one account. ``placed`` is what each batch wanted, by its file."""

    repository: Repository
    exchange: Steered
    variables: dict[str, str]
    state: Path
    rng: random.Random
    prices: dict[str, Decimal] = field(default_factory=lambda: dict(START))
    bundles: list[Path] = field(default_factory=list)

    def week(self, number: int, trouble: Trouble) -> None:
        """Live through a week; at its end every weight is inside its band."""
        self._drift()
        for attempt in range(4):
            now = trouble if attempt == 0 else Trouble.NONE
            file = self._propose(
                f"core-week-{number}-{attempt}", within="5s" if now is Trouble.UNFILLED else "30m"
            )
            if file is None:
                return
            self._apply(file, now)
            if self._check().code == 0:
                return
        raise AssertionError(f"week {number}: not inside its bands after four batches")

    # --- the steps of the workflow ---------------------------------------------------------------

    def _propose(self, name: str, *, within: str) -> str | None:
        """Compute the batch, and open the pull request; None if all is inside its band."""
        file = f"batches/{name}.yaml"
        (self.repository.folder / "targets.yaml").write_text(TARGETS.replace("30m", within), "utf-8")
        result = self._run("rebalance", "targets.yaml", "--name", name, "--out", file, "--detailed-exitcode")
        if result.code == 0:
            assert not (self.repository.folder / file).exists()
            return None
        assert result.code == 2, (result.code, result.stdout, result.stderr)
        self.repository.propose(f"Rebalance {name}")
        comment = self._run("plan", file, "--format", "markdown")
        assert comment.code == 0, comment.stderr
        assert name in comment.stdout
        self.repository.merge()
        return file

    def _apply(self, file: str, trouble: Trouble) -> None:
        """Apply it as CI does after the merge, with what goes wrong, and fill what it leaves open."""
        if trouble in (Trouble.REJECTED, Trouble.OUTDATED):
            self._move_through(file)
        runners = [self._begin(file, *(["--unchecked"] if trouble is Trouble.REJECTED else []))]
        if trouble in (Trouble.KILLED_WAITING, Trouble.KILLED_AT_ONCE):
            self._wait_for(file, all=trouble is Trouble.KILLED_WAITING)
            runners[0].kill()
            finish(runners[0])
            runners = [self._begin(file)]
        if trouble is Trouble.SAME_STATE:
            self._wait_for(file, all=True)
            # Where buys wait for sells, the first runner is there and holds the state.
            waits = self._wanted(file, "sell") and self._wanted(file, "buy")
            assert finish(self._begin(file)).code in ((7,) if waits else (0, 7))
        if trouble is Trouble.OTHER_MACHINE:
            self._wait_for(file, all=True)
            runners.append(self._begin(file, elsewhere=True))
        goes_well = trouble not in (Trouble.UNFILLED, Trouble.REJECTED, Trouble.OUTDATED)
        if goes_well and self._wanted(file, "sell"):
            self._wait_for(file, all=True)
            self.exchange.fill("sell")
        for number, runner in enumerate(runners):
            result = finish(runner)
            assert result.code in self._codes(trouble, number), (
                trouble,
                result.code,
                result.stdout,
                result.stderr,
            )
        if trouble is Trouble.UNFILLED and self._wanted(file, "sell"):
            assert self.exchange.open_orders("buy") == []
        self.exchange.fill("buy")
        if trouble is not Trouble.OUTDATED:
            self._bundle(file)

    def _codes(self, trouble: Trouble, runner: int) -> tuple[int, ...]:
        """Return how a run may end: what must not be is that it claims something that is not so."""
        if trouble in (Trouble.UNFILLED, Trouble.REJECTED, Trouble.OUTDATED):
            return {Trouble.OUTDATED: (4,)}.get(trouble, (0, 1))
        return (0, 4) if runner == 1 else (0,)

    def _check(self) -> CommandResult:
        return self._run("rebalance", "targets.yaml", "--check", "--detailed-exitcode")

    def _bundle(self, file: str) -> None:
        path = self.state.parent / f"{_name(file)}.zip"
        made = self._run("bundle", file, "--out", str(path))
        assert made.code == 0, made.stderr
        verified = self._run("verify", str(path))
        assert verified.code == 0, (verified.stdout, verified.stderr)
        self.bundles.append(path)

    # --- the market ------------------------------------------------------------------------------

    def _drift(self) -> None:
        """Move each price by up to a third, inside a factor of two of where it began."""
        for pair, start_price in START.items():
            moved = self.prices[pair] * Decimal(self.rng.randrange(67, 150)) / 100
            self.prices[pair] = min(max(moved, start_price / 2), start_price * 2)
            self.exchange.move(pair, self.prices[pair])

    def _move_through(self, file: str) -> None:
        """Move the market through the price of the first order, which is post only, after the review."""
        order = self._orders(file)[0]
        price = Decimal(str(order["price"]))
        self.exchange.move(
            order["pair"], price * (Decimal("1.001") if order["type"] == "sell" else Decimal("0.999"))
        )

    def _wait_for(self, file: str, *, all: bool) -> None:
        """Wait until the first, or all, of the orders that leave at once are open."""
        type = "sell" if self._wanted(file, "sell") else "buy"
        count = self._wanted(file, type) if all else 1
        self.exchange.wait_until(lambda: len(self.exchange.open_orders(type)) >= count, f"{count} {type}")
        if type == "sell":
            assert self.exchange.open_orders("buy") == [], "a buy left before the sells were filled"

    # --- files and commands ----------------------------------------------------------------------

    def _orders(self, file: str) -> list[dict[str, Any]]:
        batch = yaml.safe_load((self.repository.folder / file).read_text("utf-8"))
        return [
            {**batch.get("defaults", {}), **order} for group in batch["groups"] for order in group["orders"]
        ]

    def _wanted(self, file: str, type: str) -> int:
        return sum(order["type"] == type for order in self._orders(file))

    def _begin(self, file: str, *options: str, elsewhere: bool = False) -> Process:
        """Begin to apply a batch, with the state that CI keeps or with that of another machine."""
        state = self.state / "elsewhere" if elsewhere else self.state
        return self._start("apply", file, "--yes", "--format", "json", *options, state=state)

    def _run(self, *args: str) -> CommandResult:
        with self._start(*args, state=self.state) as process:
            return finish(process)

    def _start(self, verb: str, *args: str, state: Path) -> Process:
        account = () if verb == "verify" else ("--venue", "kraken", "--state-dir", str(state))
        return launch(
            "runner",
            verb,
            *args,
            *account,
            environment=environment(**self.variables),
            folder=self.repository.folder,
        )


def _name(file: str) -> str:
    return file.removeprefix("batches/").removesuffix(".yaml")
