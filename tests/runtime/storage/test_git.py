"""The calls of git: at the top level of a work tree, with nothing of its surroundings."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path, PurePosixPath

import pytest

from runner.errors import InvalidInput
from runner.runtime.storage import Repository, repository_of

IDENTITY = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
LIMIT = 100


def git(*args: str) -> str:
    """Run git here."""
    done = subprocess.run(["git", *IDENTITY, *args], check=True, capture_output=True, text=True)
    return done.stdout.strip()


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    """A repository with a file in a folder, links to both, a circle and a link that leads out."""
    monkeypatch.chdir(tmp_path)
    git("init", "--quiet", "--initial-branch", "main")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder/file").write_bytes(b"content")
    for name, goal in (("link", "folder/file"), ("way", "folder"), ("circle", "circle"), ("out", "../x")):
        (tmp_path / name).symlink_to(goal)
    (tmp_path / "folder/up").symlink_to("../link")
    git("add", ".")
    git("commit", "--quiet", "--message", "one")
    return Repository(tmp_path)


@pytest.mark.parametrize("path", ["folder/file", "link", "way/file", "folder/up", "way/up"])
def test_a_file_is_read_through_links(repository: Repository, path: str) -> None:
    """As it is in the commit, whatever the work tree holds."""
    (repository.top / "folder/file").write_bytes(b"other")
    commit = repository.commit("main")
    assert commit == git("rev-parse", "HEAD")
    assert repository.read(commit, PurePosixPath(path), LIMIT) == b"content"


@pytest.mark.parametrize("path", ["nothing", "folder/nothing", "link/file", "*", "folder/fil?"])
def test_what_is_not_there_is_none(repository: Repository, path: str) -> None:
    """A path is a path and no pattern."""
    assert repository.read(repository.commit("main") or "", PurePosixPath(path), LIMIT) is None


@pytest.mark.parametrize(
    ("path", "why"),
    [("circle", "in a circle"), ("out", "leads out"), ("folder", "not a file"), ("folder/file", "7 bytes")],
)
def test_what_is_no_readable_file_is_an_error(repository: Repository, path: str, why: str) -> None:
    """It names the path and says why."""
    with pytest.raises(InvalidInput, match=why):
        repository.read(repository.commit("main") or "", PurePosixPath(path), 6)


def test_a_revision_that_is_none_is_none(repository: Repository) -> None:
    """Git's own message is part of the error."""
    assert repository.commit("nowhere") is None
    (repository.top / ".git/HEAD").write_text("garbage", "ascii")
    with pytest.raises(InvalidInput) as caught:
        repository.commit("main")
    assert "fatal" in " ".join(caught.value.details)


def test_files_are_listed(repository: Repository) -> None:
    """Those of a commit, and those that git tracks below a path."""
    (repository.top / "folder/new").write_bytes(b"")
    commit = repository.commit("main") or ""
    assert repository.names(commit) == ["circle", "folder/file", "folder/up", "link", "out", "way"]
    assert repository.tracked(repository.top / "folder") == ["folder/file", "folder/up"]
    assert repository.tracked(repository.top / "folder/new") == []


def test_a_repository_is_known_by_its_git_folder(repository: Repository, tmp_path: Path) -> None:
    """A bare repository in a work tree is a folder like others."""
    git("init", "--quiet", "--bare", "folder/bare")
    found = repository_of(tmp_path / "folder/bare/refs")
    assert found is not None
    assert found.top == tmp_path
    assert repository_of(Path("/")) is None


def test_the_child_gets_only_what_it_needs(repository: Repository, tmp_path: Path) -> None:
    """Of the environment its programs and its settings, and no folder relative to where it runs."""
    program = tmp_path / "bin/git"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\n/usr/bin/env >&2\nexit 1\n", "utf-8")
    program.chmod(0o755)
    environ = {
        "PATH": f"bin:.::{program.parent}",
        "HOME": "/h",
        "KRAKEN_API_SECRET": "canary",
        "GIT_DIR": "/x",
    }
    with pytest.raises(InvalidInput) as caught:
        Repository(tmp_path, environ).commit("main")
    variables = {line.partition("=")[0] for line in caught.value.details}
    assert variables - {"PWD", "OLDPWD", "_", "SHLVL"} == {
        "PATH", "HOME", "LC_ALL", "GIT_ALLOW_PROTOCOL", "GIT_NO_LAZY_FETCH", "GIT_NO_REPLACE_OBJECTS",
        "GIT_LITERAL_PATHSPECS", "GIT_OPTIONAL_LOCKS", "GIT_TERMINAL_PROMPT", "GIT_CEILING_DIRECTORIES",
    }  # fmt: skip
    assert f"PATH={program.parent}" in caught.value.details


@pytest.mark.parametrize(
    ("program", "why"),
    [
        ("kill -9 $$", "ended by signal 9"),
        ("exit 3", "ended with 3 and said nothing"),
        ("exit 0", "what it never says"),
        ("echo garbage", "what it never says"),
        ("printf '\\377\\000'", "what it never says"),
        ('case "$*" in *ls-tree*) echo garbage;; *) exec {git} "$@";; esac', "what it never says"),
        (
            'case "$*" in *ls-tree*) {git} "$@" | sed "s/ 7\\t/ x\\t/";; *) exec {git} "$@";; esac',
            "what it never says",
        ),
        (
            'case "$*" in *ls-tree*) {git} "$@" | sed "s/ 7\\t/ 9\\t/";; *) exec {git} "$@";; esac',
            "7 of its 9 bytes came",
        ),
        ('case "$*" in *"cat-file blob"*) printf con;; *) exec {git} "$@";; esac', "3 of its 7 bytes came"),
        ('case "$*" in *cat-file*) exit 1;; *) exec {git} "$@";; esac', "ended with 1 and said nothing"),
    ],
)
def test_a_git_that_breaks_off_has_not_said_that_there_is_nothing(
    repository: Repository, tmp_path: Path, program: str, why: str
) -> None:
    """Else all of a batch would be new."""
    folder = tmp_path / "programs"
    folder.mkdir()
    (folder / "git").write_text(f"#!/bin/sh\n{program.replace('{git}', str(shutil.which('git')))}\n")
    (folder / "git").chmod(0o755)
    broken = Repository(repository.top, {"PATH": f"{folder}:{os.environ['PATH']}"})
    with pytest.raises(InvalidInput) as caught:
        broken.read(broken.commit("main") or "", PurePosixPath("folder/file"), LIMIT)
    assert why in " ".join([str(caught.value), *caught.value.details])
