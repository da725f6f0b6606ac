"""A release whose files are not those of git is found, whatever was changed, and so is a wrong version."""

from __future__ import annotations

import gzip
import hashlib
import importlib.util
import io
import subprocess
import tarfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parent.parent
WHEEL, SOURCE, SBOM, SUMS = "a_b-1.2.0-py3-none-any.whl", "a_b-1.2.0.tar.gz", "sbom.cdx.json", "SHA256SUMS"
FILES = {
    "pyproject.toml": '[project]\nname = "a-b"\nversion = "1.2.0"\n',
    "LICENSE": "MIT\n",
    "runner/__init__.py": "",
    "runner/README.md": "not in the wheel\n",
    "schemas/batch.schema.json": "{}\n",
    ".ci/sbom.cdx.json": '{"components": []}\n',
    ".github/CHANGELOG.md": "## [1.2.0] - 2026-11-30\n\nFirst.\n\n## [1.1.0] - 2026-11-01\n\nOld.\n",
}


def script(name: str) -> Any:
    """Return a module of ``.ci``."""
    spec = importlib.util.spec_from_file_location(name, ROOT / ".ci" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


CHECK = script("check_release")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with one commit."""
    root = tmp_path / "repository"
    for name, text in FILES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, "utf-8")
    identity = ("-c", "user.name=A", "-c", "user.email=a@example.org")
    for command in (
        ["init", "--quiet"],
        ["add", "--all"],
        [*identity, "commit", "--quiet", "--message", "all"],
    ):
        subprocess.run(["git", *command], cwd=root, check=True)
    return root


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    """A release of it, as a build leaves it."""
    folder = tmp_path / "dist"
    folder.mkdir()
    info = "a_b-1.2.0.dist-info"
    made = dict.fromkeys(
        (f"{info}/METADATA", f"{info}/RECORD", f"{info}/WHEEL", f"{info}/entry_points.txt"), "x"
    )
    package = {
        "runner/__init__.py": "",
        "runner/schemas/batch.schema.json": FILES["schemas/batch.schema.json"],
        f"{info}/licenses/LICENSE": FILES["LICENSE"],
        f"{info}/sboms/sbom.cdx.json": FILES[".ci/sbom.cdx.json"],
    }
    write_wheel(folder, package | made)
    write_source(folder, {f"a_b-1.2.0/{name}": text for name, text in (FILES | {"PKG-INFO": "x"}).items()})
    (folder / SBOM).write_text(FILES[".ci/sbom.cdx.json"], "utf-8")
    write_sums(folder)
    return folder


def write_wheel(folder: Path, files: dict[str, str]) -> None:
    """Make the wheel of these files."""
    with zipfile.ZipFile(folder / WHEEL, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)


def write_source(folder: Path, files: dict[str, str]) -> None:
    """Make the source distribution of these files."""
    with tarfile.open(folder / SOURCE, "w:gz") as archive:
        for name, text in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(text)
            archive.addfile(member, io.BytesIO(text.encode()))


def write_sums(folder: Path) -> None:
    """List the files as they are: whoever can change a file can change this one as well."""
    names = (WHEEL, SOURCE, SBOM)
    lines = [f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}\n" for name in names]
    (folder / SUMS).write_text("".join(lines), "utf-8")


def test_a_release_of_head_has_no_problems(repository: Path, dist: Path) -> None:
    """Its files are those of git, and the tag is that of the version."""
    assert list(CHECK.problems(dist, repository, "v1.2.0")) == []


def change_wheel(folder: Path) -> None:
    """Put other code into a module."""
    with zipfile.ZipFile(folder / WHEEL) as archive:
        files = {name: archive.read(name).decode() for name in archive.namelist()}
    write_wheel(folder, files | {"runner/__init__.py": "import evil"})


def add_to_wheel(folder: Path) -> None:
    """Add a module."""
    with zipfile.ZipFile(folder / WHEEL, "a") as archive:
        archive.writestr("sitecustomize.py", "import evil")


def repeat_in_wheel(folder: Path) -> None:
    """Have a module twice: installers take the second one."""
    with zipfile.ZipFile(folder / WHEEL, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("runner/__init__.py", "import evil")


def change_source(folder: Path) -> None:
    """Leave only one file."""
    write_source(folder, {"a_b-1.2.0/PKG-INFO": "x", "a_b-1.2.0/pyproject.toml": "evil"})


def change_sbom(folder: Path) -> None:
    """List something else."""
    (folder / SBOM).write_text("{}", "utf-8")


@pytest.mark.parametrize(
    ("tamper", "named"),
    [
        (change_wheel, f"{WHEEL}: runner/__init__.py is not that of git"),
        (add_to_wheel, f"{WHEEL}: sitecustomize.py is not in git"),
        (repeat_in_wheel, f"{WHEEL}: runner/__init__.py (again) is not in git"),
        (change_source, f"{SOURCE}: a_b-1.2.0/pyproject.toml is not that of git"),
        (change_sbom, f"{SBOM}: {SBOM} is not that of git"),
    ],
)
def test_what_was_changed_is_named(
    repository: Path, dist: Path, tamper: Callable[[Path], None], named: str
) -> None:
    """Also if the list of sums was made anew; with the old one, the file is named twice."""
    tamper(dist)
    before = list(CHECK.problems(dist, repository))
    write_sums(dist)
    after = list(CHECK.problems(dist, repository))
    assert named in after
    assert set(before) - set(after) == {f"{named.partition(':')[0]}: its SHA-256 is not that of {SUMS}"}


def test_each_changed_byte_is_found(repository: Path, dist: Path) -> None:
    """By its sum: what cannot be read as an archive any more is not read."""
    whole = (dist / SOURCE).read_bytes()
    (dist / SOURCE).write_bytes(gzip.compress(gzip.decompress(whole), mtime=1))
    assert list(CHECK.problems(dist, repository)) == [f"{SOURCE}: its SHA-256 is not that of {SUMS}"]


def test_an_archive_that_cannot_be_read_is_named(repository: Path, dist: Path) -> None:
    """One byte of its content was changed, and the list of sums was made anew."""
    data = bytearray((dist / WHEEL).read_bytes())
    data[data.index(b"MIT")] ^= 1
    (dist / WHEEL).write_bytes(data)
    write_sums(dist)
    (problem,) = CHECK.problems(dist, repository)
    assert problem.startswith(f"{WHEEL}: cannot be read: ")


def test_files_that_are_missing_or_too_many(repository: Path, dist: Path) -> None:
    """A release is four files."""
    (dist / SBOM).rename(dist / "other.whl")
    assert list(CHECK.problems(dist, repository)) == [
        "other.whl: not a file of this release",
        f"{SBOM}: missing",
    ]


def test_a_tag_of_another_version_and_a_change_log_without_it(repository: Path, dist: Path) -> None:
    """A release says what has changed, and is the version that its tag says."""
    assert list(CHECK.problems(dist, repository, "v1.3.0")) == ["the tag is v1.3.0, and the version 1.2.0"]
    assert list(CHECK.wrong_version("1.2.0", "## [1.2.0]\n", "v1.2.0")) == [
        "the change log has no heading `## [1.2.0] - YYYY-MM-DD`"
    ]


def test_the_notes_of_a_release_are_its_section() -> None:
    """Of its version alone."""
    notes = script("release_notes").notes
    assert notes(FILES[".github/CHANGELOG.md"], "1.2.0") == "First."
    assert notes(FILES[".github/CHANGELOG.md"], "1.1.0") == "Old."
    assert notes(FILES[".github/CHANGELOG.md"], "1") is None
