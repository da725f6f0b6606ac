"""The limits on a batch file's size, each of which keeps a file from occupying the reader for long."""

from __future__ import annotations

MAX_FILE_BYTES = 16 * 1024 * 1024
MAX_NODES = 1_000_000
"""Keys and values of every kind; 10,000 orders with every field have about half as many."""
MAX_DEPTH = 16
"""Mappings and lists inside each other; the format itself needs seven."""
MAX_DIRECTIVES = 100
"""Lines that begin with ``%``; none is allowed, and more than these are not even read."""
MAX_ORDERS = 10_000
MAX_GROUPS = 1_000
MAX_WEIGHTS = 200
"""Of a targets file: their pairs are read in few requests, and each has one order."""
MAX_CANCEL_IDS = 50
"""For one ``cancelOrder``; Kraken documents no number for v1 and 50 for its REST twin."""
LONGEST_NUMBER = 100
"""Patterns that may backtrack are not tried on a longer text."""
MAX_PROBLEMS = 200
"""Maximum number of problems shown; one more line counts the rest."""
MAX_FAULTS = 5_000
"""Maximum number of faults that one stage collects before it gives up on the file."""
