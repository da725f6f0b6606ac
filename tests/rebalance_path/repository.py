"""A repository with a bare origin, and the few things that a workflow does with it."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

BRANCH = "rebalance"
_NAME = ("-c", "user.name=ci", "-c", "user.email=ci@example.org", "-c", "commit.gpgsign=false")


@dataclass(frozen=True)
class Repository:
    """A clone of a bare origin, on ``main``."""

    folder: Path

    @classmethod
    def new(cls, folder: Path, files: dict[str, str]) -> Repository:
        """Make the origin and its first commit."""
        origin, clone = folder / "origin.git", folder / "clone"
        git(folder, "init", "-q", "--bare", "-b", "main", str(origin))
        git(folder, "clone", "-q", str(origin), str(clone))
        repository = cls(clone)
        for name, text in files.items():
            (clone / name).parent.mkdir(exist_ok=True)
            (clone / name).write_text(text, "utf-8")
        git(clone, "checkout", "-q", "-B", "main")
        repository.commit("First targets")
        git(clone, "push", "-q", "origin", "main")
        return repository

    def propose(self, title: str) -> None:
        """Commit what is new on the branch of the one pull request, from ``main`` as it is now."""
        git(self.folder, "checkout", "-q", "-B", BRANCH)
        self.commit(title)
        git(self.folder, "push", "-q", "--force", "origin", BRANCH)

    def merge(self) -> None:
        """Merge the pull request into ``main``, and be at what CI would check out after it."""
        git(self.folder, "checkout", "-q", "main")
        git(self.folder, "merge", "-q", "--no-ff", "-m", "Merge the rebalance", BRANCH)
        git(self.folder, "push", "-q", "origin", "main")

    def commit(self, title: str) -> None:
        """Commit all that is there."""
        git(self.folder, "add", "-A")
        git(self.folder, "commit", "-q", "-m", title)


def git(folder: Path, *args: str) -> str:
    """Run git as an anonymous user, without a person's settings; gives its output."""
    environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    command = ("git", *_NAME, *args)
    return subprocess.run(
        command, cwd=folder, env=environment, check=True, capture_output=True, text=True
    ).stdout
