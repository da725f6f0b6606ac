"""Which files of a state folder came with a checkout: whoever made the commit wrote them, and no run of ours.

Git is asked once. Where it is not there, or a folder is in no repository, nothing can have come that way.
"""

from __future__ import annotations

import os
from pathlib import Path

from .git import NoGit, Repository, repository_of


def tracked_state(folder: Path) -> list[Path]:
    """The files that git tracks in the state folder of a batch and beside it, where they really are.

    Raises ``InvalidInput`` with git's own words where the folder is in a work tree and git cannot say.
    """
    found: list[Path] = []
    for top, paths in _by_work_tree([folder.parent, folder]).items():
        try:
            found += [top / name for name in Repository(top).tracked(*paths)]
        except NoGit:
            continue
    return found


def _by_work_tree(paths: list[Path]) -> dict[Path, list[Path]]:
    """The paths that are in a work tree, by its top level: in a submodule it is another."""
    found: dict[Path, list[Path]] = {}
    for path in paths:
        repository = repository_of(path)
        if repository is not None:
            found.setdefault(repository.top, []).append(Path(os.path.realpath(path)))
    return found
