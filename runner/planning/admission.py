"""The saved plan that a run carries out."""

from __future__ import annotations

from msgspec import Struct

from .looks import EmptyLook


class Admission(Struct, frozen=True):
    """The saved plan that a run carries out: its id, and when it was made, in Unix seconds.

    ``look`` is the one that was made for it and found none of its orders, None if there is none.
    """

    plan_id: str
    made_at: float
    look: EmptyLook | None = None
