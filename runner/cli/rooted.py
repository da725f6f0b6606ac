"""The name of a file from the repository's root, as GitHub and code scanning look it up.

A step with ``working-directory`` names its files from there. The root is the top level of the work tree that
the working directory is in; in a workspace without one, the workspace itself.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from runner.runtime.storage import repository_of

if TYPE_CHECKING:
    from collections.abc import Mapping


def root_of(folder: Path, environ: Mapping[str, str]) -> Path | None:
    """Return the root of the repository that a folder is in, None where nothing says which.

    A work tree around the workspace is another's.
    """
    folder = folder.resolve()
    repository = repository_of(folder)
    top = repository.top if repository else None
    named = environ.get("GITHUB_WORKSPACE")
    workspace = Path(named).resolve() if named else None
    if workspace is None or not folder.is_relative_to(workspace):
        return top
    return top if top is not None and top.is_relative_to(workspace) else workspace


def rooted_path(file: str, environ: Mapping[str, str]) -> str:
    """Return the name of a file, given from the working directory, from the root.

    Unchanged for one elsewhere.
    """
    try:
        folder = Path.cwd()
        root = root_of(folder, environ)
        whole = folder / file
        whole = whole.parent.resolve() / whole.name
    except (OSError, ValueError, RuntimeError):  # a folder that is gone or closed; no path at all; a circle
        return file
    return str(whole.relative_to(root)) if root is not None and whole.is_relative_to(root) else file
