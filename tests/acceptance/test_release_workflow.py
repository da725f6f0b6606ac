"""The scripts of the release's workflow, on a tag of a repository with this checkout's files."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.acceptance.ci_jobs import Ended, Runner, checkout, commit, git, origin, steps

ROOT = Path(__file__).resolve().parents[2]
WORKFLOW = ROOT / ".github" / "workflows" / "release.yml"
TAG = "v0.1.0"
NOT_COPIED = shutil.ignore_patterns(".git", ".venv", "__pycache__", ".*_cache", ".hypothesis")
pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def tagged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A work tree with one commit of all files of this checkout, which is tagged."""
    work = origin(tmp_path_factory.mktemp("tagged"))
    shutil.copytree(ROOT, work, symlinks=True, dirs_exist_ok=True, ignore=NOT_COPIED)
    commit(work, "all")
    git(work, "tag", TAG)
    git(work, "push", "--quiet", "origin", TAG)
    return work


def run(runner: Runner, job: str, cwd: Path) -> Ended:
    """Run the scripts of a job until one fails; what was uploaded is in ``dist`` there."""
    ended = Ended(0, "", "")
    for step in steps(WORKFLOW, job).values():
        ended = runner.step(step, cwd, GITHUB_REF_NAME=TAG, GITHUB_WORKSPACE=str(cwd))
        if ended.code:
            break
    return ended


def machine(folder: Path, tagged: Path, artifact: Path | None = None) -> tuple[Runner, Path]:
    """Return a runner, and a checkout of the tag there, into which the files of a build were downloaded."""
    known = {"github.token": "t", "github.repository": "owner/desk"}
    runner = Runner(folder, expressions=known)
    at = checkout(tagged, folder / "checkout", TAG)
    if artifact is not None:
        shutil.copytree(artifact, at / "dist")
    return runner, at


@pytest.fixture(scope="module")
def built(tagged: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files that the first job uploads."""
    runner, at = machine(tmp_path_factory.mktemp("build"), tagged)
    ended = run(runner, "build", at)
    assert ended.code == 0, ended.stdout + ended.stderr
    return at / "dist"


def test_a_tag_becomes_a_release(built: Path, tagged: Path, tmp_path: Path) -> None:
    """Two machines build the same bytes; a draft holds them, the index gets the archives, then all see it."""
    runner, at = machine(tmp_path / "again", tagged, built)
    again = run(runner, "again", at)
    assert again.code == 0, again.stdout + again.stderr
    runner, at = machine(tmp_path / "release", tagged, built)
    for job in ("draft", "upload"):
        ended = run(runner, job, at)
        assert ended.code == 0, ended.stdout + ended.stderr
        assert (runner.folder / "releases" / f"{TAG}.draft").read_text("utf-8").startswith("### Added")
    assert sorted(path.suffix for path in (at / "packages").iterdir()) == [".gz", ".whl"]
    shutil.rmtree(at / "dist")
    shutil.copytree(built, at / "dist")
    assert run(runner, "publish", at).code == 0
    assert (runner.folder / "releases" / f"{TAG}.published").exists()


@pytest.mark.parametrize("job", ["again", "draft", "upload"])
def test_a_file_that_was_changed_on_the_way_ends_it(
    built: Path, tagged: Path, tmp_path: Path, job: str
) -> None:
    """One byte of the wheel between two jobs; nothing is drafted, and nothing is uploaded."""
    runner, at = machine(tmp_path, tagged, built)
    (wheel,) = (at / "dist").glob("*.whl")
    data = bytearray(wheel.read_bytes())
    data[len(data) // 2] ^= 1
    wheel.write_bytes(data)
    ended = run(runner, job, at)
    assert ended.code != 0
    assert wheel.name in ended.stdout + ended.stderr
    assert not (runner.folder / "releases").exists()
    assert not (at / "packages").exists()


def test_a_draft_that_was_changed_is_not_published(built: Path, tagged: Path, tmp_path: Path) -> None:
    """Anyone with the right to write releases can exchange a file of a draft."""
    runner, at = machine(tmp_path, tagged, built)
    assert run(runner, "draft", at).code == 0
    (runner.folder / "releases" / TAG / "sbom.cdx.json").write_text("{}", "utf-8")
    assert run(runner, "publish", at).code != 0
    assert not (runner.folder / "releases" / f"{TAG}.published").exists()


def test_a_tag_of_another_version_is_not_built(tagged: Path, tmp_path: Path) -> None:
    """The version is the one of pyproject.toml; a tag that says otherwise is a mistake."""
    runner, at = machine(tmp_path, tagged)
    (step,) = steps(WORKFLOW, "build").values()
    ended = runner.step(step, at, GITHUB_REF_NAME="v0.2.0", GITHUB_WORKSPACE=str(at))
    assert ended.code != 0
    assert "the tag is v0.2.0, and the version 0.1.0" in ended.stdout
