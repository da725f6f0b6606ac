"""The history for programs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from runner import api

if TYPE_CHECKING:
    from runner.domain import Secret


def test_an_empty_state_folder_and_an_empty_ledger(url: Secret, tmp_path: Path) -> None:
    """Typed: no runs, and no error."""
    for source in (api.Source(state_dir=tmp_path), api.Source(state_dir=tmp_path, ledger=url)):
        found = api.history(source)
        assert (found.history.runs, found.exit_code) == ((), api.ExitCode.DONE)
        with pytest.raises(api.InvalidInput, match="there is no run one"):
            api.past_run(source, "one")
