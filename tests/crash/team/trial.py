"""One trouble: a run of five suffers it, the others wait for the account, and the exchange is looked at.

The five share a ledger, an exchange and a policy: two apply the same saved plan, one another batch, and two
batches of which only one fits into the limit of a day. Afterwards each file is applied once more.
"""

from __future__ import annotations

import json
import os
import signal
import time
from collections import Counter
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from runner.api import init_ledger
from runner.domain import Secret
from runner.journal import RunEnded, RunStarted, read_entries, unseal_all
from tests.app.shell import variables
from tests.crash.processes import LIMIT_S, Process, served, start
from tests.crash.scenario import KILLED, State, booked, look, state_of, texts_of
from tests.crash.team.proxy import Cut, Network, cut_at
from tests.crash.team.victim import suffer

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from contextlib import AbstractContextManager

    from tests.crash.processes import Ended
    from tests.postgres.server import Server

CORE = """\
version: 1
name: core
groups:
  - name: enter
    orders:
      - {id: rest, pair: ETH/EUR, type: buy, ordertype: limit, price: 145, volume: 0.2501}
      - {id: market, pair: XBT/EUR, type: buy, ordertype: market, volume: 0.0502}
      - {id: bracket, pair: ETH/EUR, type: buy, ordertype: limit, price: 141, volume: 0.2503,
         close: {ordertype: limit, price: 160}}
    cancel: [OUEMWD-CUO73-YYCBEK]
  - name: protect
    orders:
      - {id: offer, pair: ETH/EUR, type: sell, ordertype: limit, price: 155, volume: 0.2504}
    cancel: [{order: enter/rest}, OQCLML-BW3P3-BUCMWZ]
"""
OTHER = """\
version: 1
name: other
groups:
  - name: only
    orders:
      - {id: first, pair: ETH/EUR, type: buy, ordertype: limit, price: 142, volume: 0.2601}
      - {id: second, pair: ETH/EUR, type: sell, ordertype: limit, price: 156, volume: 0.2602}
"""
EITHER = """\
version: 1
name: {name}
groups:
  - name: only
    orders:
      - {{id: first, pair: XBT/EUR, type: buy, ordertype: limit, price: 20000, volume: 0.0{number}1}}
      - {{id: second, pair: XBT/EUR, type: buy, ordertype: limit, price: 20001, volume: 0.0{number}2}}
"""
FILES = {
    "core": CORE,
    "other": OTHER,
    "left": EITHER.format(name="left", number=7),
    "right": EITHER.format(name="right", number=8),
}
LIMIT = 3
POLICY = f"""\
version: 1
name: team
rules:
  - {{name: day, check: orders, most: {LIMIT}, per: day, only: {{pairs: [XBT/EUR]}}, message: Enough}}
"""
EITHER_OF = {"left": {"0.071", "0.072"}, "right": {"0.081", "0.082"}}
LIVE = ("--venue", "kraken", "--tier", "pro", "--format", "json")
APPLY = ("--yes", *LIVE, "--deadline", "2", "--settle", "0", "--wait", "120s")


_HELD = """
    select from pg_locks where locktype = 'advisory' and granted and objsubid = 2
    and database = (select oid from pg_database where datname = current_database())
"""


class How(StrEnum):
    """A kind of trouble."""

    KILLED = "killed"
    STOPPED = "stopped, unlocked and woken"
    CUT_BEFORE = f"cut {Cut.BEFORE}"
    CUT_AFTER = f"cut {Cut.AFTER}"
    CUT_LATE = f"cut {Cut.LATE}"
    CRASHED = "the ledger's server crashed"


_CUTS = {How.CUT_BEFORE: Cut.BEFORE, How.CUT_AFTER: Cut.AFTER, How.CUT_LATE: Cut.LATE}


@dataclass(frozen=True)
class Point:
    """A trouble, and the instant at which it strikes: of those that are about something, counted from 1."""

    how: How
    instant: int
    about: str = ""


@dataclass(frozen=True, kw_only=True)
class Trial:
    """The result of one trouble. ``struck`` says at which instant, and is empty for a run that had none."""

    how: str
    instant: int
    struck: str
    runs: int
    booked: int
    duplicates: list[str]
    losses: list[str]
    over_limit: int
    plans_twice: int
    complaints: list[str]

    @property
    def well(self) -> bool:
        """Return whether nothing is wrong."""
        return not (self.duplicates or self.losses or self.over_limit or self.plans_twice or self.complaints)


class Team:
    """The files, the ledger and the exchange of one trial, and the processes that share them."""

    def __init__(self, folder: Path, ledger: str, account: dict[str, str]) -> None:
        self.folder, self.ledger, self.account = folder, ledger, account
        self.processes = 0
        for name, text in {**FILES, "policy": POLICY}.items():
            (folder / f"{name}.yaml").write_text(text, "utf-8")

    def file(self, name: str) -> str:
        """Return the path of a file."""
        return str(self.folder / name)

    def start(self, *args: str, ledger: str = "", become: Any = None) -> Process:
        """Start a command on a machine of its own: nothing but ledger and exchange is shared."""
        self.processes += 1
        name = f"machine-{self.processes}"
        environment = {**variables(**self.account), "ORDER_BATCH_LEDGER": ledger or self.ledger}
        state = [] if args[0] == "ledger" else ["--state-dir", str(self.folder / f"{name}.state")]
        return start([*args, *state], self.folder / name, environment, become=become)

    def run(self, *args: str) -> Ended:
        """Run a command to its end."""
        return self.start(*args).wait()


def undisturbed(ledger: str) -> State:
    """The exchange after the files that always fit, applied without trouble."""
    with new_team(ledger) as team:
        for name in ("core", "other"):
            ended = team.run("apply", team.file(f"{name}.yaml"), *APPLY)
            assert ended.code == 0, ended.stderr
        return state_of(look(team.account))


def undergo(point: Point, ledger: str, server: Server, expected: State) -> Trial:
    """Let one of five runs suffer a trouble, apply all files again, and compare."""
    with new_team(ledger) as team:
        planned = team.run("plan", team.file("core.yaml"), *LIVE, "--out", team.file("plan.json"))
        assert planned.code == 0, planned.stderr
        struck, ended = _suffer(point, team, server)
        last = {name: team.run("apply", team.file(f"{name}.yaml"), *APPLY) for name in FILES}
        verified = team.run("ledger", "verify")
        everything = state_of(look(team.account))
        sent = Counter(booked(team.folder))
        rivals = {volume for pair in EITHER_OF.values() for volume in pair}
        shared = Counter({kind: n for kind, n in everything.items() if not _is_of(kind, rivals)})
        limited = sum(sent[volume] for volume in (*rivals, "0.0502"))
        return Trial(
            how=point.how,
            instant=point.instant,
            struck=struck,
            runs=team.processes,
            booked=sum(sent.values()),
            duplicates=[volume for volume, n in sent.items() if n > 1] + texts_of(shared - expected),
            losses=texts_of(expected - shared),
            over_limit=max(0, limited - LIMIT),
            plans_twice=plans_twice(ledger),
            complaints=[*_complaints([*ended, verified], last), *_rivals(sent)],
        )


def _suffer(point: Point, team: Team, server: Server) -> tuple[str, list[Ended]]:
    """Start a run that suffers and four others; return where it was struck, and how all of them ended."""
    with _network(point, server.port) as network:
        address = team.ledger if network is None else _through(team.ledger, network.port)
        become = _become(point)
        victim = team.start("apply", team.file("plan.json"), *APPLY, ledger=address, become=become)
        await_hold(team.ledger, victim)
        files = ("plan.json", "other.yaml", "left.yaml", "right.yaml")
        others = [team.start("apply", team.file(name), *APPLY) for name in files]
        if is_stopped(victim):
            _while_stopped(point.how, team, server)
            # It wakes while others are at work, or when all is done.
            if point.how is How.CRASHED or point.instant % 2:
                os.kill(victim.pid, signal.SIGCONT)
        ended = [other.wait() for other in others]
        if not has_ended(victim):
            os.kill(victim.pid, signal.SIGCONT)
        suffered = victim.wait()
        struck = network.struck() if network else _words_of(point.how, suffered)
        return struck, [suffered, *ended]


def _while_stopped(how: How, team: Team, server: Server) -> None:
    if how is How.STOPPED:
        team.run("ledger", "unlock")
    else:
        server.stop("immediate")
        server.start()


def _complaints(runs: Sequence[Ended], last: dict[str, Ended]) -> list[str]:
    wrong = [f"{run.code}: {run.stderr}" for run in (*runs, *last.values()) if "Traceback" in run.stderr]
    codes = {name: run.code for name, run in last.items()}
    either = sorted((codes.pop("left"), codes.pop("right")))
    if set(codes.values()) != {0} or either != [0, 4]:
        wrong.append(
            f"the last runs ended with {codes} and {either}: {[run.stderr for run in last.values()]}"
        )
    if runs[-1].code:
        wrong.append(f"the ledger is not whole: {runs[-1].stdout} {runs[-1].stderr}")
    allowed = {0, 1, 4, 5, 6, KILLED}
    wrong += [f"a run ended with {run.code}: {run.stderr}" for run in runs if run.code not in allowed]
    return wrong


def _rivals(sent: Counter[str]) -> list[str]:
    """Return what is wrong with the two batches of which one fits: all of one is there, none of the other."""
    there = {name: sum(sent[volume] for volume in volumes) for name, volumes in EITHER_OF.items()}
    return [] if sorted(there.values()) == [0, 2] else [f"of the rivals there are {there}"]


def _words_of(how: How, victim: Ended) -> str:
    """Return where a run was killed or stopped, in its own words; empty for one that was not."""
    word = "killed " if how is How.KILLED else "stopped "
    return next((line for line in victim.stderr.splitlines() if line.startswith(word)), "")


def _is_of(kind: tuple[str, ...], volumes: set[str]) -> bool:
    """Return whether an order of a state has one of these volumes."""
    return any(f" {volume}" in kind[0] for volume in volumes)


# --- the parts of a trial ----------------------------------------------------------------------


@contextmanager
def new_team(ledger: str) -> Iterator[Team]:
    """A new ledger and a new exchange, for the length of a block."""
    sql(ledger, "drop schema if exists order_batch cascade")
    init_ledger(Secret(ledger))
    with TemporaryDirectory(prefix="order-batch-") as name, served(Path(name)) as line:
        yield Team(Path(name), ledger, json.loads(line))


def _network(point: Point, port: int) -> AbstractContextManager[Network | None]:
    cut = _CUTS.get(point.how)
    return nullcontext() if cut is None else cut_at(point.instant, point.about, cut, port)


def _through(ledger: str, port: int) -> str:
    """Return the address of the ledger by another port."""
    head, _, name = ledger.rpartition("/")
    return f"{head.rpartition(':')[0]}:{port}/{name}?sslmode=disable"


def _become(point: Point) -> Any:
    number = signal.SIGKILL if point.how is How.KILLED else signal.SIGSTOP
    return None if point.how in _CUTS else partial(suffer, point.instant, number, point.about)


def await_hold(ledger: str, victim: Process) -> None:
    """Wait until a run holds the account, or has come to its end or to a stop before."""
    limit = time.monotonic() + LIMIT_S
    while not (is_stopped(victim) or has_ended(victim) or _is_held(ledger)):
        assert time.monotonic() < limit, "the account is not held"
        time.sleep(0.02)


def is_stopped(process: Process) -> bool:
    """Return whether a process was stopped, and not woken since."""
    state = Path(f"/proc/{process.pid}/stat").read_text("ascii").rpartition(")")[2].split()[0]
    return state in "Tt"


def has_ended(process: Process) -> bool:
    """Return whether a process has ended; its end is still to be waited for."""
    return os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def _is_held(ledger: str) -> bool:
    return bool(sql(ledger, _HELD))


def plans_twice(ledger: str) -> int:
    """Return how many runs have begun under a saved plan that was used up by then."""
    texts = sql(
        ledger,
        "select string_agg(lines, '' order by seq) from order_batch.chunk group by journal order by journal",
    )
    return sum(_begun_again(text) for (text,) in texts)


def _begun_again(text: str) -> int:
    used: set[str] = set()
    plan, twice = None, 0
    for entry in read_entries(unseal_all(text, name="the ledger")[0]):
        if isinstance(entry, RunStarted):
            plan = entry.plan
            twice += plan in used
        elif isinstance(entry, RunEnded) and plan is not None and entry.outcome in ("done", "incomplete"):
            used.add(plan)
    return twice


def sql(ledger: str, statement: str) -> list[tuple[Any, ...]]:
    """Run a statement as the administrator, and return its rows."""
    import psycopg  # noqa: PLC0415 - not everybody has it

    with psycopg.connect(ledger, autocommit=True) as connection:
        cursor = connection.execute(statement.encode())
        return cursor.fetchall() if cursor.description else []
