"""The disk: journals, locks, manifests, and batch files as bytes.

A module is loaded on first use of one of its names, so that reading a file loads no journal.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.lazily import load_by_name

if TYPE_CHECKING:
    from .archive import pack, unpack
    from .disk_cures import disk_cure_of
    from .event_log import EventLog
    from .files import FoundFile, read_below, read_limited, read_ours, read_regular
    from .git import Repository, content_id, repository_of
    from .halts import add_halt, nothing_passes, read_halts
    from .journal import AccountHalted, IntentsRefused, Terms, journal_entries, read_journal
    from .lock_table import lock_holders
    from .senders import Sender, join_senders
    from .state import (
        JOURNAL,
        LOCK,
        MANIFEST,
        State,
        exchange_path,
        forget_runs,
        halts_path,
        hold,
        is_held,
        journal_paths,
        refuse_link,
        state_path,
    )
    from .tracked import tracked_state
    from .wire_log import WIRE_LOG, WireLog
    from .writing import (
        append_text,
        make_folder,
        open_nowhere,
        temporary_folder,
        write_bytes,
        write_json,
        write_new,
        write_text,
    )

__all__ = [
    "JOURNAL",
    "LOCK",
    "MANIFEST",
    "WIRE_LOG",
    "AccountHalted",
    "EventLog",
    "FoundFile",
    "IntentsRefused",
    "Repository",
    "Sender",
    "State",
    "Terms",
    "WireLog",
    "add_halt",
    "append_text",
    "content_id",
    "disk_cure_of",
    "exchange_path",
    "forget_runs",
    "halts_path",
    "hold",
    "is_held",
    "join_senders",
    "journal_entries",
    "journal_paths",
    "lock_holders",
    "make_folder",
    "nothing_passes",
    "open_nowhere",
    "pack",
    "read_below",
    "read_halts",
    "read_journal",
    "read_limited",
    "read_ours",
    "read_regular",
    "refuse_link",
    "repository_of",
    "state_path",
    "temporary_folder",
    "tracked_state",
    "unpack",
    "write_bytes",
    "write_json",
    "write_new",
    "write_text",
]

__getattr__ = load_by_name(
    __name__,
    light_first=(
        *("files", "writing", "git", "halts", "journal", "tracked", "state", "senders", "disk_cures"),
        *("wire_log", "event_log", "archive", "lock_table"),
    ),
)
