"""Whether the files of a release are those that HEAD gives, and nothing else.

``check_release.py FOLDER [--tag vX.Y.Z]`` reads what ``.ci/build`` leaves: wheel, source distribution,
list of components, and SHA256SUMS. Both archives must hold the files of git, byte for byte, and besides them
only what a build adds. The tag must be that of the version, which the change log must date. Prints what is
wrong, and ends with 1.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).resolve().parent.parent
SUMS, SBOM = "SHA256SUMS", "sbom.cdx.json"

Files = Mapping[str, bytes]


def problems(folder: Path, root: Path = ROOT, tag: str | None = None) -> Iterator[str]:
    """Yield in words each thing that is wrong with a release; nothing if it is that of HEAD."""
    kept = files_at_head(root)
    project = tomllib.loads(kept["pyproject.toml"].decode())["project"]
    version = project["version"]
    stem = f"{project['name'].replace('-', '_')}-{version}"
    wheel, source = f"{stem}-py3-none-any.whl", f"{stem}.tar.gz"
    there, expected = {path.name for path in folder.iterdir()}, {wheel, source, SBOM, SUMS}
    if there != expected:
        yield from (f"{name}: not a file of this release" for name in sorted(there - expected))
        yield from (f"{name}: missing" for name in sorted(expected - there))
        return
    yield from wrong_sums(folder, expected - {SUMS})
    yield from in_archive(folder / wheel, read_zip, in_wheel(kept, f"{stem}.dist-info"))
    yield from in_archive(folder / source, read_tar, in_source(kept, stem))
    yield from differences(SBOM, {SBOM: (folder / SBOM).read_bytes()}, {SBOM: kept[f".ci/{SBOM}"]})
    yield from wrong_version(version, kept[".github/CHANGELOG.md"].decode(), tag)


def files_at_head(root: Path) -> dict[str, bytes]:
    """Return all files of HEAD by name, without links."""
    made = subprocess.run(["git", "-C", root, "archive", "HEAD"], capture_output=True, check=True)
    return read_tar(made.stdout)


def in_wheel(kept: Files, info: str) -> dict[str, bytes | None]:
    """Return the files that a wheel must hold; None is one that the build makes itself."""
    package = {name: data for name, data in kept.items() if name.startswith("runner/")}
    pages = {name for name in package if name.endswith(".md")}
    schemas = {f"runner/{name}": data for name, data in kept.items() if name.startswith("schemas/")}
    made = dict.fromkeys(f"{info}/{name}" for name in ("METADATA", "RECORD", "WHEEL", "entry_points.txt"))
    ours = {f"{info}/licenses/LICENSE": kept["LICENSE"], f"{info}/sboms/{SBOM}": kept[f".ci/{SBOM}"]}
    return {name: data for name, data in {**package, **schemas, **made, **ours}.items() if name not in pages}


def in_source(kept: Files, stem: str) -> dict[str, bytes | None]:
    """Return the files that a source distribution must hold."""
    return {**{f"{stem}/{name}": data for name, data in kept.items()}, f"{stem}/PKG-INFO": None}


def in_archive(
    path: Path, read: Callable[[bytes], Files], expected: Mapping[str, bytes | None]
) -> Iterator[str]:
    """Yield what is wrong with an archive, and that alone if it cannot be read."""
    try:
        found = read(path.read_bytes())
    except (
        zipfile.BadZipFile,
        tarfile.TarError,
        zlib.error,
        EOFError,
        OSError,
        NotImplementedError,
    ) as error:
        yield f"{path.name}: cannot be read: {error}"
        return
    yield from differences(path.name, found, expected)


def differences(archive: str, found: Files, expected: Mapping[str, bytes | None]) -> Iterator[str]:
    """Yield what an archive lacks, what it has besides, and what has other content."""
    yield from (f"{archive}: {name} is missing" for name in sorted(expected.keys() - found.keys()))
    yield from (f"{archive}: {name} is not in git" for name in sorted(found.keys() - expected.keys()))
    for name, data in sorted(expected.items()):
        if data is not None and found.get(name, data) != data:
            yield f"{archive}: {name} is not that of git"


def wrong_sums(folder: Path, names: set[str]) -> Iterator[str]:
    """Yield each file that the list of SHA-256 lacks or names otherwise."""
    lines = [line.split("  ", 1) for line in (folder / SUMS).read_text("utf-8").splitlines()]
    listed = {line[-1]: line[0] for line in lines}
    yield from (f"{SUMS}: {name} is no file of this release" for name in sorted(listed.keys() - names))
    for name in sorted(names):
        if listed.get(name) != hashlib.sha256((folder / name).read_bytes()).hexdigest():
            yield f"{name}: its SHA-256 is not that of {SUMS}"


def wrong_version(version: str, changes: str, tag: str | None) -> Iterator[str]:
    """Yield if the tag is another version's, and if the change log has no date for this one."""
    if tag is None:
        return
    if tag != f"v{version}":
        yield f"the tag is {tag}, and the version {version}"
    if not re.search(rf"^## \[{re.escape(version)}\] - \d{{4}}-\d\d-\d\d$", changes, re.M):
        yield f"the change log has no heading `## [{version}] - YYYY-MM-DD`"


def read_zip(data: bytes) -> dict[str, bytes]:
    """Return the files of a wheel. One that holds a name twice has it under another name too."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return _named((member.filename, archive.read(member)) for member in archive.infolist())


def read_tar(data: bytes) -> dict[str, bytes]:
    """Return the files of a tar archive, which may be compressed. Links and folders are left out."""
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        return _named(
            (member.name, opened.read())
            for member in archive.getmembers()
            if member.isfile() and (opened := archive.extractfile(member)) is not None
        )


def _named(members: Iterator[tuple[str, bytes]]) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for name, data in members:
        found[f"{name} (again)" if name in found else str(PurePosixPath(name))] = data
    return found


def main() -> int:
    """Check the release in a folder."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--tag")
    options = parser.parse_args()
    found = list(problems(options.folder, tag=options.tag))
    print("\n".join(found) or f"{options.folder}: as HEAD gives it")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
