"""Examples of each verb: for its help, the manual page and the reference. A test runs every one of them."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping


class Example(NamedTuple):
    """A command line, and what it is for."""

    command: str
    purpose: str


def _examples(*rows: tuple[str, str]) -> tuple[Example, ...]:
    return tuple(Example(f"order-batch {command}", purpose) for command, purpose in rows)


EXAMPLES: Final[Mapping[str, tuple[Example, ...]]] = MappingProxyType(
    {
        "apply": _examples(
            ("apply batches/quickstart.yaml", "Rehearse on the simulated exchange"),
            ("apply batches/quickstart.yaml --market live", "The same at the prices of now"),
            ("apply plan.json --venue kraken --yes", "Carry out a plan that was reviewed, with real orders"),
        ),
        "approvals": _examples(
            ("approvals plan.json", "Who has approved a plan, and who is missing"),
            ("approvals plan.json --format json", "The same for a program"),
        ),
        "approve": _examples(
            ('approve plan.json --reason "checked against the mandate"', "Approve a plan that was saved"),
            ('approve plans.json --batch core --reason "as agreed"', "Approve one of several"),
        ),
        "bundle": _examples(
            ("bundle batches/quickstart.yaml --out run.zip", "Keep the last run as evidence"),
            ("bundle batches/weekly.yaml --run-key W47 --out week.zip", "Of one repetition"),
        ),
        "doctor": _examples(
            ("doctor", "Check the set-up for a rehearsal"),
            ("doctor --venue kraken", "Check key, clock and network for real orders"),
            ("doctor --venue kraken --for plan --format json", "Of a job that only plans, for a program"),
        ),
        "explain": _examples(
            ("explain 6", "An exit code"),
            ("explain trades-at-once", "A word in brackets"),
            ('explain "EOrder:Insufficient funds"', "An error of the exchange"),
        ),
        "generate dca": _examples(
            ("generate dca XBT/EUR --name dca-1 --amount 100", "Show a purchase for 100 euros"),
            ("generate dca XBT/EUR --name a --amount 99 --out a.yaml", "Write it to a file"),
        ),
        "generate ladder": _examples(
            (
                "generate ladder XBT/EUR --type buy --name ladder-1 \\\n"
                "    --from 8900 --to 8000 --orders 4 --volume 0.1 --tick 0.1",
                "Four buys in equal steps",
            ),
            (
                "generate ladder XBT/EUR --type sell --name ladder-2 \\\n"
                "    --from 9500 --to 11000 --orders 8 --volume 0.4 --tick 0.1 \\\n"
                "    --spacing percent --out up.yaml",
                "Eight sells in equal percents, to a file",
            ),
        ),
        "generate twap": _examples(
            (
                "generate twap XBT/EUR --type sell --name twap-1 \\\n    --volume 0.05 --parts 4 --every 10m",
                "Four parts, ten minutes apart",
            ),
            (
                "generate twap ETH/EUR --type buy --name twap-2 \\\n"
                "    --volume 3 --parts 6 --every 1h --lot 0.01 --out slices.yaml",
                "Six parts of whole hundredths, to a file",
            ),
        ),
        "halt": _examples(
            ('halt --reason "odd fills"', "Stop the rehearsals of this state folder"),
            (
                'halt --venue kraken --reason "odd fills" --keep-stops',
                "Stop runs, and cancel all orders but stops",
            ),
        ),
        "history": _examples(
            ("history --since 7d", "The runs of a week"),
            ("history quickstart#1", "The result of one run"),
            ("history --outcome unresolved --format json", "What still needs somebody, for a program"),
        ),
        "init": _examples(
            ("init orders --yes", "A repository with CI on GitHub"),
            ("init orders --ci gitlab --rebalance --yes", "On GitLab, with target weights"),
        ),
        "ledger history": _examples(
            ("ledger history --since 7d", "The runs of the whole team in a week"),
            ("ledger history --user ann --format csv", "Those of one user, as a table"),
        ),
        "ledger init": _examples(
            ("ledger init --print", "Show the SQL with roles and grants"),
            ("ledger init", "Make the tables, or bring them up to date"),
        ),
        "ledger look": _examples(
            ("ledger look", "Read the account's closed orders, so that no run has to"),
            ("ledger look --tier pro", "With the call limits of a larger account"),
        ),
        "ledger status": _examples(
            ("ledger status", "Who holds which account"),
            ("ledger status --format json", "The same for a program"),
        ),
        "ledger unlock": _examples(
            ("ledger unlock", "End a run that hangs"),
            ('ledger unlock --account "AA97 N84G WOQR 5TLQ"', "Of one of several accounts"),
        ),
        "ledger verify": _examples(
            ("ledger verify", "Check that no row was changed"),
            ("ledger verify --format json", "The same for a program"),
        ),
        "man": _examples(
            ("man | man -l -", "Read the whole manual"),
            ("man > order-batch.1", "Keep it, as in ~/.local/share/man/man1"),
        ),
        "paper cut": _examples(
            ("paper cut", "See what a client makes of a lost connection"),
            ("paper cut --state-dir other", "At the exchange of another state folder"),
        ),
        "paper fault": _examples(
            ("paper fault bad-moment.yaml", "Let it misbehave from now on"),
            ("paper fault --clear", "Let it behave again"),
        ),
        "paper move": _examples(
            ("paper move XBT/EUR 9100", "Set the bid, and an ask one tick above it"),
            ("paper move XBT/EUR 9100 9150", "Set both"),
        ),
        "paper orders": _examples(
            ("paper orders", "What is open"),
            ("paper orders --format json", "The same for a program"),
        ),
        "paper record": _examples(
            ("paper record --out market.json --pairs XBT/EUR,ETH/EUR", "The prices of now"),
            ("paper record --out hour.json --for 1h", "And those that follow, for a replay"),
        ),
        "paper release": _examples(
            ("paper release XBT/EUR", "After `paper move`"),
            ("paper release XBT/EUR --state-dir other", "At the exchange of another state folder"),
        ),
        "paper reset": _examples(
            ("paper reset", "Begin again with an untouched account"),
            ("paper reset --state-dir other", "In another state folder"),
        ),
        "paper serve": _examples(
            ("paper serve", "For a bot, until Ctrl-C; it prints addresses and key"),
            ("paper serve --market live:follow", "At the prices of now, and those that follow"),
            ("paper serve --scenario bad-moment.yaml", "One that misbehaves"),
        ),
        "plan": _examples(
            ("plan batches/quickstart.yaml", "What a run would send, and what is odd about it"),
            ("plan batches --changed-since main", "What a branch changes, as a reviewer sees it"),
            (
                "plan batches/core.yaml --venue kraken --out plan.json",
                "Save it, to be applied once as it is",
            ),
        ),
        "rebalance": _examples(
            ("rebalance targets.yaml", "The orders that bring an account to its targets"),
            ("rebalance targets.yaml --out batches/back.yaml", "Write them as a batch"),
            ("rebalance targets.yaml --check --venue kraken", "Exit with 2 if there is something to do"),
        ),
        "resume": _examples(
            ('resume --reason "the fills were right"', "Let rehearsals go on"),
            ('resume --venue kraken --reason "the fills were right"', "Let real runs go on"),
        ),
        "revoke": _examples(
            ('revoke plan.json --reason "the price has moved"', "Take an approval back"),
            ('revoke plans.json --batch core --reason "too late"', "Of one of several plans"),
        ),
        "schema": _examples(
            ("schema batch", "For an editor"),
            ("schema manifest", "For a program that reads results"),
        ),
        "status": _examples(
            ("status batches/quickstart.yaml", "What became of each order"),
            ("status batches/quickstart.yaml --only enter/buy-eth", "Of one order, or of a group"),
            (
                "status batches/weekly.yaml --run-key W47 --format json",
                "Of one repetition, for a program",
            ),
        ),
        "validate": _examples(
            ("validate batches", "Every batch and policy of a folder"),
            ("validate --changed-since main", "Only what a branch changes"),
            ("validate batches --report sarif=problems.sarif", "And a file for code scanning"),
        ),
        "verify": _examples(
            ("verify run.zip", "That nothing left that the plan did not hold"),
            ("verify run.zip --format json", "The same for a program"),
        ),
    }
)
"""The examples of each verb by its name, as ``paper serve``. A command may have several lines."""
