"""The origin of a batch file and of a run: read from git, the process, and the variables of a CI system."""

from __future__ import annotations

import os
import pwd
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final

from runner.batchfile import MAX_FILE_BYTES
from runner.domain import Provenance
from runner.errors import InvalidInput
from runner.harmless import neutral
from runner.runtime.storage import repository_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .batches import Loaded, Target

_LONGEST: Final = 300

# Sources: docs.github.com, "Default environment variables"; docs.gitlab.com, "Predefined CI/CD variables".
_CI: Final = (
    ("GITHUB_ACTIONS", "GitHub Actions", "GITHUB_ACTOR", "GITHUB_REPOSITORY", "GITHUB_REF"),
    ("GITLAB_CI", "GitLab CI", "GITLAB_USER_LOGIN", "CI_PROJECT_PATH", "CI_COMMIT_REF_NAME"),
)


def provenance_of(loaded: Loaded, target: Target, environ: Mapping[str, str]) -> Provenance:
    """Return what is known. A saved plan names the version of its file."""
    saved = loaded.saved.provenance if loaded.saved is not None else None
    if saved is not None:
        revision, dirty = saved["revision"], saved["dirty"]
    else:
        revision, dirty = _version(target.file, loaded.source)
    return Provenance(
        revision=revision, dirty=dirty, user=_user(), host=_text(os.uname().nodename), **_ci(environ)
    )


def who_runs(environ: Mapping[str, str]) -> dict[str, str | None]:
    """Return ``user`` and ``host`` of this process, and its ``job`` in CI; None if unknown."""
    return {"user": _user(), "host": _text(os.uname().nodename), "job": _ci(environ).get("run")}


def _version(file: Path, content: bytes) -> tuple[str | None, bool | None]:
    """Return the commit that is checked out where a file lies, and whether the file differs from it."""
    repository = repository_of(file.parent)
    try:
        commit = repository.commit("HEAD") if repository is not None else None
        if repository is None or commit is None:
            return None, None
        inside = (Path(os.path.realpath(file.parent)) / file.name).relative_to(repository.top)
        return commit, repository.read(commit, PurePosixPath(inside), MAX_FILE_BYTES) != content
    except InvalidInput:
        return None, None  # Whoever needs git for more than this says what is wrong with it.


def _user() -> str | None:
    try:
        return _text(pwd.getpwuid(os.getuid()).pw_name)
    except KeyError:
        return None


def _ci(environ: Mapping[str, str]) -> dict[str, str | None]:
    for sign, name, actor, repository, ref in _CI:
        if environ.get(sign):
            return {
                "ci": name,
                "run": _run_of(environ),
                "actor": _text(environ.get(actor)),
                "repository": _text(environ.get(repository)),
                "ref": _text(environ.get(ref)),
            }
    return {"ci": "CI"} if environ.get("CI") else {}


def _run_of(environ: Mapping[str, str]) -> str | None:
    if "CI_JOB_URL" in environ:
        return _text(environ["CI_JOB_URL"])
    parts = [environ.get(name) for name in ("GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_RUN_ID")]
    if not all(parts):
        return None
    server, repository, run = parts
    attempt = environ.get("GITHUB_RUN_ATTEMPT")
    return _text(f"{server}/{repository}/actions/runs/{run}" + (f"/attempts/{attempt}" if attempt else ""))


def _text(value: str | None) -> str | None:
    return neutral(value)[:_LONGEST] if value else None
