"""Files that a program writes after a call."""

from __future__ import annotations

from pathlib import Path

import pytest

from runner import api


def test_a_file_that_must_not_be_replaced_is_refused(job: api.Job) -> None:
    """The batch, a secret, and what the call writes; any other file is fine, and is not made."""
    secret = Path("secret")
    secret.write_text("x", "ascii")
    api.check_outputs([Path("r.json")], read=[job.file], written=[Path("m.json")])
    assert not Path("r.json").exists()
    for path, environ in ((job.file, {}), (secret, {"KRAKEN_API_KEY_FILE": "secret"}), (Path("m.json"), {})):
        with pytest.raises(api.InvalidInput):
            api.check_outputs([path], read=[job.file], written=[Path("m.json")], environ=environ)
