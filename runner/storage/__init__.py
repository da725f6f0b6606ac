"""The disk: journals, locks, manifests, and batch files as bytes."""

from .files import read_limited, read_regular
from .git import Repository, repository_of
from .journal import Journal, journal_entries, read_journal
from .state import JOURNAL, MANIFEST, State, hold, is_held, journal_paths, state_path, write_json, write_text

__all__ = [
    "JOURNAL",
    "MANIFEST",
    "Journal",
    "Repository",
    "State",
    "hold",
    "is_held",
    "journal_entries",
    "journal_paths",
    "read_journal",
    "read_limited",
    "read_regular",
    "repository_of",
    "state_path",
    "write_json",
    "write_text",
]
