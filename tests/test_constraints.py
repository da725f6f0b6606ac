"""The versions that CI installs are those that the project may have, each with the hashes of its files."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.support.for_each import for_each

ROOT = Path(__file__).resolve().parent.parent
TEXT = (ROOT / ".ci" / "constraints.txt").read_text("utf-8")
PIN = re.compile(
    r"^(?P<name>[\w.-]+)==(?P<version>[\w.+!]+)[^\n]*\\\n(?P<hashes>(?:    --hash=sha256:\w{64}[^\n]*\n)+)",
    re.M,
)
PINS = {canonicalize_name(pin["name"]): pin["version"] for pin in PIN.finditer(TEXT)}


def requirements() -> list[str]:
    """Return what the project, its tests, its linters, its documentation and its build need."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    project = settings["project"]
    extras = project["optional-dependencies"]
    installed = [*extras["test"], *extras["lint"], *extras["docs"]]
    return [*project["dependencies"], *installed, *settings["build-system"]["requires"]]


@for_each(requirements())
def test_whatever_is_needed_has_a_version_that_is_allowed(text: str) -> None:
    """A dependency that has changed is in the file once ``.ci/constraints`` has been run."""
    requirement = Requirement(text)
    version = PINS.get(canonicalize_name(requirement.name))
    assert version is not None, "run .ci/constraints"
    assert requirement.specifier.contains(version), "run .ci/constraints"


def test_every_line_belongs_to_a_version_with_hashes() -> None:
    """No index is named in it and nothing else is: it means the same everywhere."""
    assert [line for line in PIN.sub("", TEXT).splitlines() if not line.startswith("#")] == []
    assert "://" not in TEXT


def test_the_bill_of_materials_is_of_these_versions() -> None:
    """The wheel's contents list each package that it needs, as it is pinned, with a license."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    sbom = json.loads((ROOT / ".ci" / "sbom.cdx.json").read_text("utf-8"))
    listed = {canonicalize_name(found["name"]): found for found in sbom["components"]}
    described = sbom["metadata"]["component"]
    assert (described["name"], described["version"]) == (project["name"], project["version"])
    assert {name: PINS[name] for name in listed} == {name: found["version"] for name, found in listed.items()}
    assert {canonicalize_name(Requirement(text).name) for text in project["dependencies"]} <= listed.keys()
    assert all(found["licenses"] for found in listed.values())
