"""The library: the verbs as functions with typed, frozen results. This is what is promised to programs.

``validate`` and ``load`` read files, ``bundle`` and ``verify`` the evidence of a run. ``plan``, ``apply``,
``status``, ``rebalance``, ``halt`` and ``resume`` also speak with an exchange: await them under Trio, or call
their namesakes in ``runner.api.sync``.
Files are read, and ledgers used, in one go, without letting other tasks run.

No function reads the environment, listens to signals or writes to a stream; only git, which reads
revisions and tracked files, is found by ``PATH``. Money is ``Decimal``. Errors are the families below, each
with the ``exit_code`` of the command and ``remedies``; nothing was sent, unless it is ``Unresolved``. A run
is ended early by a ``Stop``.

Fields of orders are Kraken's: https://docs.kraken.com/api/docs/websocket-v1/addorder
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.errors import (
    ExitCode,
    Interrupted,
    InvalidInput,
    Locked,
    OrderBatchError,
    Refused,
    Remedy,
    Unreachable,
    Unresolved,
)
from runner.lazily import load_by_name

if TYPE_CHECKING:
    from .applied import Applied, AppliedBarrier, AppliedCancel, AppliedOrder, Consent, Stop, apply
    from .applied_all import AppliedAll, AppliedFile, apply_all
    from .approving import PlanApprovals, approvals, approve, revoke
    from .bundles import Bundle, Verification, bundle, verify
    from .collector import Console
    from .diagnosing import Check, Diagnosis, Finding, Purpose, State, diagnose
    from .generated import (
        Generated,
        Spacing,
        generated_dca,
        generated_ladder,
        generated_twap,
        write_generated,
    )
    from .halting import Halted, Site, halt, resume
    from .histories import (
        FoundHistory,
        History,
        PastRun,
        RunMoney,
        ShownRun,
        Source,
        WantedRuns,
        history,
        past_run,
    )
    from .job import Job, Jobs, Kraken, Paper, Secret, Tier
    from .ledgers import (
        LedgerAccount,
        init_ledger,
        ledger_accounts,
        ledger_breaks,
        ledger_sql,
        look_for_ledger,
        unlock_ledger,
    )
    from .notified import check_receivers, notify
    from .order_execution import OrderExecution
    from .outputs import check_outputs
    from .planned import InvalidBatch, Planned, Save, load, plan
    from .planned_all import PlannedAll, PlannedFile, plan_all
    from .rebalanced import Rebalanced, rebalance
    from .reported import FillStatus, HaltInForce, OrderStatus, Status, status
    from .schemas import schema
    from .selected import Selection, find_files, holds_several
    from .simulated import PaperControl, ServeOptions, record_market, reset_paper, serve_paper
    from .starting import CiService, NextStep, Presence, Starter, StarterFile, StepToDo, init
    from .validation import CheckedFile, Validation, validate

__all__ = [
    "Applied",
    "AppliedAll",
    "AppliedBarrier",
    "AppliedCancel",
    "AppliedFile",
    "AppliedOrder",
    "Bundle",
    "Check",
    "CheckedFile",
    "CiService",
    "Consent",
    "Console",
    "Diagnosis",
    "ExitCode",
    "FillStatus",
    "Finding",
    "FoundHistory",
    "Generated",
    "HaltInForce",
    "Halted",
    "History",
    "Interrupted",
    "InvalidBatch",
    "InvalidInput",
    "Job",
    "Jobs",
    "Kraken",
    "LedgerAccount",
    "Locked",
    "NextStep",
    "OrderBatchError",
    "OrderExecution",
    "OrderStatus",
    "Paper",
    "PaperControl",
    "PastRun",
    "PlanApprovals",
    "Planned",
    "PlannedAll",
    "PlannedFile",
    "Presence",
    "Purpose",
    "Rebalanced",
    "Refused",
    "Remedy",
    "RunMoney",
    "Save",
    "Secret",
    "Selection",
    "ServeOptions",
    "ShownRun",
    "Site",
    "Source",
    "Spacing",
    "Starter",
    "StarterFile",
    "State",
    "Status",
    "StepToDo",
    "Stop",
    "Tier",
    "Unreachable",
    "Unresolved",
    "Validation",
    "Verification",
    "WantedRuns",
    "apply",
    "apply_all",
    "approvals",
    "approve",
    "bundle",
    "check_outputs",
    "check_receivers",
    "diagnose",
    "find_files",
    "generated_dca",
    "generated_ladder",
    "generated_twap",
    "halt",
    "history",
    "holds_several",
    "init",
    "init_ledger",
    "ledger_accounts",
    "ledger_breaks",
    "ledger_sql",
    "load",
    "look_for_ledger",
    "notify",
    "past_run",
    "plan",
    "plan_all",
    "rebalance",
    "record_market",
    "reset_paper",
    "resume",
    "revoke",
    "schema",
    "serve_paper",
    "status",
    "unlock_ledger",
    "validate",
    "verify",
    "write_generated",
]

__getattr__ = load_by_name(
    __name__,
    light_first=(
        *("validation", "selected", "schemas", "job", "collector", "order_execution"),
        *("planned", "rebalanced", "reported", "applied", "planned_all", "applied_all"),
        *(
            "simulated",
            "bundles",
            "outputs",
            "starting",
            "ledgers",
            "approving",
            "notified",
            "generated",
            "halting",
            "diagnosing",
        ),
        "histories",
    ),
)
