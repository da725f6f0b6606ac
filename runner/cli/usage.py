"""The output of ``order-batch --help``, as click renders it; a test compares the two.

It is a constant because importing click takes longer than everything else that this answer needs.
"""

from __future__ import annotations

import os
import sys

WIDTH = 80
"""Columns of the text: click makes no wider lines, but narrower ones on a narrow terminal."""

TEXT = """\
Usage: order-batch [OPTIONS] COMMAND [ARGS]...

  Order plans kept in git, applied exactly once over Kraken's WebSocket API
  v1.

  Exit codes: 0 done, 1 something was rejected or skipped, 3 invalid, 4
  refused, 5 unreachable, 6 unresolved (never retry it as if it had failed), 7
  locked.

Options:
  --version   Show the version and exit.
  -h, --help  Show this message and exit.

Commands:
  apply      Apply batches: each once, however often it is called.
  approvals  Show who has approved a saved plan, and who could still.
  approve    Approve a saved plan, in the name of the ledger's user.
  bundle     Pack the last run: batch, policies, plan, journal, manifest,...
  doctor     Check key, permissions, clock, proxies, TLS, market, ledger,...
  explain    Explain an exit code, a rule, a second look, an error of the...
  generate   Write a batch from a few numbers: a ladder, a purchase,...
  halt       Let no run send anything new, and cancel every open order,...
  history    List the runs of all batches; of one RUN (NAME#2), show its...
  init       Write the files of a repository of batches.
  ledger     Set up and look at a team's ledger on PostgreSQL.
  man        Print the manual page, for a folder in which `man` looks.
  paper      Serve, steer or reset the simulated exchange; record a...
  plan       Show the orders that apply would send, their totals and...
  rebalance  Make a batch that brings an account to its target weights.
  resume     Let runs send again after a halt.
  revoke     Take back the approval of a saved plan that the ledger's...
  schema     Print a published JSON Schema, which is JSON in either format.
  status     Show the status of each order: the journal compared with the...
  validate   Check batch files, and policies.
  verify     Check a bundle, offline: that nothing left that its plan did...
"""


def is_requested(args: list[str]) -> bool:
    """Return True if only the help is requested and the terminal is wide enough for it."""
    return args in (["--help"], ["-h"]) and _columns() >= WIDTH


def _columns() -> int:
    """Return the value of COLUMNS, or the width of the terminal; 0 for a value that is not a number."""
    columns = os.environ.get("COLUMNS")
    if columns:
        return int(columns) if columns.isascii() and columns.isdecimal() and len(columns) < 6 else 0
    try:
        return os.get_terminal_size(sys.__stdout__.fileno()).columns if sys.__stdout__ else WIDTH
    except (OSError, ValueError):
        return WIDTH
