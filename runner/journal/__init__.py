"""The records of a run: journal entries, their lines, and the manifest as a fold of them. No files."""

from .codec import (
    Content,
    count_unchained,
    last_digest,
    read_entries,
    seal_all,
    to_content,
    unseal_all,
    unseal_entries,
)
from .entries import (
    CancelIntent,
    CancelSettled,
    Entry,
    FillsAwaited,
    FillsSettled,
    GroupEnded,
    GroupStates,
    OrderAbsent,
    OrderEnded,
    OrderIntent,
    OrderPlaced,
    OrderRefused,
    OrderRejected,
    OrdersExecuted,
    OrderUnresolved,
    OrderValidated,
    RunEnded,
    RunStarted,
    new_acts,
)
from .execution_object import execution_object
from .ledger import CancelLeftOpen, CancelRecord, Ledger, fold, owner_of
from .manifest import manifest
from .memory import Memory
from .notification import notification
from .order_record import OrderRecord

__all__ = [
    "CancelIntent",
    "CancelLeftOpen",
    "CancelRecord",
    "CancelSettled",
    "Content",
    "Entry",
    "FillsAwaited",
    "FillsSettled",
    "GroupEnded",
    "GroupStates",
    "Ledger",
    "Memory",
    "OrderAbsent",
    "OrderEnded",
    "OrderIntent",
    "OrderPlaced",
    "OrderRecord",
    "OrderRefused",
    "OrderRejected",
    "OrderUnresolved",
    "OrderValidated",
    "OrdersExecuted",
    "RunEnded",
    "RunStarted",
    "count_unchained",
    "execution_object",
    "fold",
    "last_digest",
    "manifest",
    "new_acts",
    "notification",
    "owner_of",
    "read_entries",
    "seal_all",
    "to_content",
    "unseal_all",
    "unseal_entries",
]
