"""The kind of a file that was given as a batch but is not one, recognised by its keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from runner.batchfile.document.values import YamlMap


class FileKind(NamedTuple):
    """A kind of file: the name of its schema, its name for people, and its use."""

    name: str
    what: str
    use: str


_MADE: Final = {
    "plan_version": FileKind("plan", "a saved plan", "carry it out with `order-batch apply`"),
    "plans_version": FileKind("plans", "several saved plans", "carry them out with `order-batch apply`"),
    "manifest_version": FileKind(
        "manifest", "a results manifest", "give the batch file that it names as `file`"
    ),
    "snapshot_version": FileKind(
        "snapshot", "a snapshot", "give it to `order-batch rebalance`, with its targets file"
    ),
}
_WRITTEN: Final = {
    "rules": FileKind("policy", "a policy", "call it policy.yaml beside the batch, or name it as another"),
    **dict.fromkeys(
        ("weights", "band", "quote", "targets"),
        FileKind(
            "targets", "a targets file", "give it to `order-batch rebalance`, which makes a batch of it"
        ),
    ),
    **dict.fromkeys(
        ("faults", "timeline", "message_rate", "close_frame", "latency_s", "jitter_s", "rest_lag_s"),
        FileKind("scenario", "a scenario", "give it to `order-batch paper serve`"),
    ),
    **dict.fromkeys(
        ("pairs", "series"), FileKind("market", "a recorded market", "name it as the market of a rehearsal")
    ),
    "balances": FileKind("balances", "a file with balances", "name it as the balances of a rehearsal"),
}

_JOURNAL: Final = FileKind(
    "journal", "a journal", "give the batch file; `order-batch status` reads its journal"
)
_JOURNAL_START: Final = b'{"crc":"'
"""The beginning of each line of a journal, which is many documents and so nothing that YAML can read."""


def kind_of_bytes(content: bytes) -> FileKind | None:
    """Return the kind of a file by its first bytes; None for all others."""
    return _JOURNAL if content.startswith(_JOURNAL_START) else None


def kind_of(root: YamlMap) -> FileKind | None:
    """Return the kind of a file that is not a batch; None for a batch or an unknown kind."""
    for key, kind in _MADE.items():
        if key in root:
            return kind
    if "groups" in root:
        return None
    return next((kind for key, kind in _WRITTEN.items() if key in root), None)
