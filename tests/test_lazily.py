"""A front door loads the requested names, and names what it does not have."""

from __future__ import annotations

import subprocess
import sys

import pytest

import runner.domain
import runner.runtime.storage

LOADED = """
import sys
from runner.runtime.storage import {name}
print(*(name for name in sys.modules if name.startswith("runner.runtime.storage.")))
"""


@pytest.mark.parametrize("door", [runner.domain, runner.runtime.storage])
def test_every_name_is_found(door: object) -> None:
    """All that a door lists is behind it, and the same each time."""
    names = vars(door)["__all__"]
    assert [name for name in names if getattr(door, name) is not getattr(door, name)] == []


def test_what_is_not_listed_is_not_there() -> None:
    """The door says so as every module does, even of what a module behind it holds."""
    with pytest.raises(AttributeError, match=r"module 'runner.runtime.storage' has no attribute 'open_lock'"):
        _ = runner.runtime.storage.open_lock


def test_a_module_is_loaded_for_its_names_alone() -> None:
    """Reading a file loads nothing that writes one."""
    code = LOADED.format(name="read_limited")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["runner.runtime.storage.files"]
