"""What a reviewer is told, and what was approved: saved plans. No files, no clock."""

from .approving import Today, admit, approve
from .saved import PLAN_VERSION, SavedPlan, is_saved_plan, read_plan, save_plan, source_of, write_plan

__all__ = [
    "PLAN_VERSION",
    "SavedPlan",
    "Today",
    "admit",
    "approve",
    "is_saved_plan",
    "read_plan",
    "save_plan",
    "source_of",
    "write_plan",
]
