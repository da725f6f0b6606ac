"""The starter files as they ship beside this module, with their few blanks filled in."""

from __future__ import annotations

import json
import re
from importlib import resources

from runner.batchfile import load_schema


def template(*names: str, **blanks: str) -> bytes:
    """Return the shipped files of these names one after the other, each ``<<blank>>`` in them filled in."""
    text = "".join((resources.files(__package__) / "files" / name).read_text("utf-8") for name in names)
    for blank, filling in blanks.items():
        text = text.replace(f"<<{blank}>>", filling)
    assert re.search(r"<<\w+>>", text) is None, f"{names}: a blank is left"
    return text.encode()


def schema_text(name: str) -> bytes:
    """Return a published schema as the command line prints it."""
    return (json.dumps(load_schema(name), indent=2) + "\n").encode()


def requirements(wheel: tuple[str, str] | None, version: str) -> bytes:
    """Return what CI installs: a wheel, given its name and SHA-256, or how to name one, and all it needs."""
    if wheel is None:
        line = template("no-wheel.txt", name=f"order_batch_runner-{version}-py3-none-any.whl")
    else:
        line = template("wheel.txt", name=wheel[0], digest=wheel[1])
    return template("requirements.txt", wheel=line.decode().rstrip("\n"))
