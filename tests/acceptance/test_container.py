"""The recipe of the container: read, and carried out in another root where this machine allows it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.acceptance.ci_jobs import ROOT

RECIPE = ROOT / ".github" / "Containerfile"
NOT_COPIED = shutil.ignore_patterns(
    ".git", ".venv", "tests", "__pycache__", "build", "*.egg-info", ".*_cache"
)
NO_PACKAGES = not (os.environ.get("PIP_NO_INDEX") and os.environ.get("PIP_FIND_LINKS"))
BASE = "docker.io/library/python:3.11-slim-bookworm"

IN_A_ROOT = """\
set -euo pipefail
mount --make-rprivate /
root=$SCRATCH/root
mount -t overlay overlay -o "lowerdir=/,upperdir=$SCRATCH/upper,workdir=$SCRATCH/work" "$root"
mount -t proc proc "$root/proc"
mount --bind /dev "$root/dev"
mkdir -p "$root$PACKAGES" "$root/src"
mount --bind "$PACKAGES" "$root$PACKAGES"
mount --bind "$SCRATCH/src" "$root/src"
# In place of the base's Python, which anybody may run, is that of this machine; Debian is not reached.
folder=$PYTHON_FOLDER
while [[ $folder != / ]]; do
    chmod o+x "$root$folder"
    folder=$(dirname "$folder")
done
printf '#!/bin/sh\\n' >"$root/usr/local/bin/apt-get"
chmod 755 "$root/usr/local/bin/apt-get"
chroot "$root" bash -euo pipefail -c "$BUILD"
mount -t tmpfs -o uid=10001,gid=10001,mode=700 tmpfs "$root/state"
mount --bind "$root/made" "$root/desk"
mount -o remount,ro "$root"
chroot "$root" bash -euo pipefail -c "$RUN"
"""


def instructions() -> list[tuple[str, str]]:
    """The instructions of the recipe with what follows each, on one line."""
    text = re.sub(r"^#.*\n", "", RECIPE.read_text("utf-8"), flags=re.MULTILINE)
    lines = [line for line in text.replace("\\\n", " ").splitlines() if line.strip()]
    return [(name, rest.strip()) for name, _, rest in (line.partition(" ") for line in lines)]


def last(name: str) -> str:
    """Return what follows the last instruction of a kind."""
    return [rest for found, rest in instructions() if found == name][-1]


def test_the_recipe_says_what_it_promises() -> None:
    """A user without rights, state as a volume, packages by hash, and one base."""
    assert {rest.removesuffix(" AS build") for name, rest in instructions() if name == "FROM"} == {BASE}
    assert re.fullmatch(r"[1-9]\d+:[1-9]\d+", last("USER"))
    assert last("VOLUME") == "/state"
    assert "ORDER_BATCH_STATE_DIR=/state" in last("ENV").split()
    assert json.loads(last("ENTRYPOINT")) == ["order-batch"]
    installs = [rest for name, rest in instructions() if name == "RUN" and "pip install" in rest]
    assert installs
    assert all("--require-hashes" in rest and "--only-binary :all:" in rest for rest in installs)
    assert {name for name, _ in instructions()} <= {
        "FROM",
        "COPY",
        "RUN",
        "ENV",
        "VOLUME",
        "WORKDIR",
        "USER",
        "ENTRYPOINT",
        "CMD",
    }


@pytest.mark.long
@pytest.mark.skipif(NO_PACKAGES, reason="PIP_NO_INDEX and PIP_FIND_LINKS name no packages, as .ci/run does")
def test_it_builds_and_runs_with_a_read_only_root_and_no_rights(tmp_path: Path) -> None:
    """The steps of both stages in one root, then the entry point as its user, who can write state alone."""
    if not can_make_a_root(tmp_path):
        pytest.skip("this machine does not allow another root")
    shutil.copytree(ROOT, tmp_path / "src", ignore=NOT_COPIED)
    python = Path(sys.base_prefix) / "bin"
    build = [rest for name, rest in instructions() if name == "RUN"]
    entry = " ".join(json.loads(last("ENTRYPOINT")))
    variables = last("ENV").replace("$PATH", f"{python}:/usr/bin:/bin")
    user = last("USER").partition(":")[0]
    as_user = f"setpriv --reuid {user} --regid {user} --clear-groups --no-new-privs --bounding-set=-all"
    program = f"env --ignore-environment {variables} {as_user} {entry}"
    commands = [
        f"cd {last('WORKDIR')}",
        f"{program} validate batches",
        f"{program} apply batches/example.yaml",
        f"{program} apply batches/example.yaml",
        "test -e /state/paper/example/manifest.json",
        f"! {as_user} touch /desk/written /written /opt/order-batch/written",
    ]
    done = subprocess.run(
        ["unshare", "--mount", "bash", "-c", IN_A_ROOT],
        env={
            "PATH": f"{python}:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "SCRATCH": str(tmp_path),
            "PACKAGES": os.environ["PIP_FIND_LINKS"],
            "PIP_FIND_LINKS": os.environ["PIP_FIND_LINKS"],
            "PIP_NO_INDEX": "1",
            "PYTHON_FOLDER": str(python),
            "BUILD": "\n".join(build),
            "RUN": "\n".join(commands),
        },
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 placed" in done.stdout
    assert "nothing to do" in done.stdout


def can_make_a_root(folder: Path) -> bool:
    """Return True where we are root and may mount; makes the folders of the root."""
    for name in ("upper", "work", "root"):
        (folder / name).mkdir()
    options = f"lowerdir=/,upperdir={folder}/upper,workdir={folder}/work"
    mount = ["unshare", "--mount", "mount", "-t", "overlay", "overlay", "-o", options, str(folder / "root")]
    if os.geteuid() or shutil.which("unshare") is None or shutil.which("setpriv") is None:
        return False
    return subprocess.run(mount, capture_output=True, check=False).returncode == 0
