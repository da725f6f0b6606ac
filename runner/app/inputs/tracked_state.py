"""State that git tracks is not believed: a commit may have written it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from runner.errors import InvalidInput, Refused, Remedy
from runner.runtime.storage import tracked_state

if TYPE_CHECKING:
    from pathlib import Path

_NAMED: Final = 3
_STATE_ELSEWHERE: Final = "Or keep the state outside of the repository."


def refuse_tracked(folder: Path) -> None:
    """Raise ``Refused`` if git tracks the state of a batch: a commit may have written it, and no run."""
    try:
        tracked = tracked_state(folder)
    except InvalidInput as error:
        raise Refused(
            f"{folder}: whether git tracks this state cannot be seen; nothing was sent",
            details=[str(error), *error.details, _STATE_ELSEWHERE],
            remedies=[Remedy.STATE_DIR],
        ) from error
    if not tracked:
        return
    names = ", ".join(map(str, tracked[:_NAMED]))
    more = f" and {len(tracked) - _NAMED} more" if len(tracked) > _NAMED else ""
    root = folder.parent.parent
    raise Refused(
        f"{folder}: git tracks this state, so it is not believed; nothing was sent",
        details=[
            f"Tracked: {names}{more}.",
            "The author of the commit decided what it says was placed, and anybody can make one.",
            f"Take it out: git rm -r --cached {root}, add {root.name}/ to .gitignore, and commit both.",
            _STATE_ELSEWHERE,
        ],
        remedies=[Remedy.STATE_DIR],
    )
