"""The files of a state folder that git tracks: the author of a commit wrote them, not a run of this program.

Git runs once. Without git, or outside a repository, no file is tracked.
"""

from __future__ import annotations

import os
from pathlib import Path

from .git import NoGit, Repository, repository_of


def tracked_state(folder: Path) -> list[Path]:
    """Return the real paths of the files that git tracks in the state folder of a batch and next to it.

    Raises ``InvalidInput`` with git's message if the folder is in a work tree and git fails.
    """
    found: list[Path] = []
    for top, paths in _by_work_tree([folder.parent, folder]).items():
        try:
            found += [top / name for name in Repository(top).tracked(*paths)]
        except NoGit:
            continue
    return found


def _by_work_tree(paths: list[Path]) -> dict[Path, list[Path]]:
    """Return the paths that are in a work tree, by its top level: in a submodule it is another."""
    found: dict[Path, list[Path]] = {}
    for path in paths:
        repository = repository_of(path)
        if repository is not None:
            found.setdefault(repository.top, []).append(Path(os.path.realpath(path)))
    return found
