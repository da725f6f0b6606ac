"""The choice of files for a repository, and the words for those that stay."""

from __future__ import annotations

import json

import pytest
import yaml

from runner.app.starter.choice import Wheel, beside, new_files, starter_files
from runner.app.starter.weights import EXAMPLE_WEIGHTS
from runner.domain import CiService, Presence, StarterFile
from runner.runtime.storage import FoundFile

WHEEL = Wheel("order_batch_runner-0.1.0-py3-none-any.whl", b"PK", "ab" * 32)


def files(
    ci: CiService = CiService.NONE, *, rebalance: bool = False, wheel: Wheel | None = None
) -> dict[str, StarterFile]:
    """The starter files by path."""
    made = starter_files(ci, rebalance=rebalance, quote="EUR", weights=EXAMPLE_WEIGHTS, wheel=wheel)
    assert [file.path for file in made] == sorted(file.path for file in made)
    return {file.path: file for file in made}


@pytest.mark.parametrize("rebalance", [False, True])
@pytest.mark.parametrize("ci", CiService)
def test_a_repository_gets_what_its_service_reads(ci: CiService, *, rebalance: bool) -> None:
    """All that ends in yml, yaml or json can be read as such; what is about targets comes with them alone."""
    made = files(ci, rebalance=rebalance)
    assert {"batches/example.yaml", "policy.yaml", ".gitignore", "schemas/batch.schema.json"} <= set(made)
    assert any(path.startswith(".github/") for path in made) == (ci is CiService.GITHUB)
    assert any(path.startswith(".gitlab") for path in made) == (ci is CiService.GITLAB)
    assert ("targets.yaml" in made, "schemas/targets.schema.json" in made) == (rebalance, rebalance)
    jobs = "".join(file.content.decode() for path, file in made.items() if ".git" in path)
    assert ("order-batch rebalance" in jobs) == (rebalance and ci is not CiService.NONE)
    for path, file in made.items():
        if path.endswith((".yaml", ".yml")):
            assert yaml.safe_load(file.content), path
        if path.endswith(".json"):
            assert json.loads(file.content), path


@pytest.mark.parametrize("ci", [CiService.GITHUB, CiService.GITLAB])
def test_a_wheel_is_added_with_its_hash(ci: CiService) -> None:
    """Beside the file that names it."""
    made = files(ci, wheel=WHEEL)
    (path,) = (path for path in made if path.endswith(WHEEL.name))
    assert made[path].content == WHEEL.content
    line = f"./{WHEEL.name} --hash=sha256:{WHEEL.digest}"
    assert line in made[path.replace(WHEEL.name, "requirements.txt")].content.decode().splitlines()


def test_a_file_is_new_or_the_same_or_another_one() -> None:
    """Only what is new is written."""
    file = files()["batches/example.yaml"]
    assert beside(file, None).presence is Presence.NEW
    assert beside(file, FoundFile(file.content)).presence is Presence.SAME
    other = beside(file, FoundFile(b"mine"))
    assert (other.presence, other.advice) == (Presence.OTHER, "")
    assert new_files([file, other]) == [file]


@pytest.mark.parametrize(
    ("path", "lacking", "enough"),
    [
        (".gitignore", b"node_modules\n# .order-batch/\n", b"node_modules\r\n/.order-batch\r\n"),
        (".gitignore", b"", b".order-batch/"),
        (".pre-commit-config.yaml", b"repos: []", b"entry: order-batch validate"),
        (".vscode/settings.json", b"{}", b'{"yaml.schemas": {"schemas/batch.schema.json": "x"}}'),
        (".gitlab-ci.yml", b"stages: [test]", b"include: [{local: .gitlab/order-batch.yml}]"),
        (
            "policy.yaml",
            b"rules: 1",
            b"version: 1\nname: a\nrules: [{name: b, check: leverage, most: none, message: c}]",
        ),
        (
            ".gitlab/order-batch/requirements.txt",
            b"# ./order_batch_runner-1-py3-none-any.whl --hash=sha256:ab",
            b"./order_batch_runner-1-py3-none-any.whl --hash=sha256:ab",
        ),
    ],
)
def test_what_a_file_that_stays_lacks_is_said(path: str, lacking: bytes, enough: bytes) -> None:
    """And nothing where it lacks nothing."""
    file = files(CiService.GITLAB)[path]
    assert beside(file, FoundFile(lacking)).advice
    assert not beside(file, FoundFile(enough)).advice


def test_a_wheel_that_is_not_the_named_one_is_said() -> None:
    """The line of another one does not install it."""
    file = files(CiService.GITHUB, wheel=WHEEL)[".github/actions/order-batch/requirements.txt"]
    assert beside(file, FoundFile(b"./order_batch_runner-1-py3-none-any.whl --hash=sha256:ab")).advice
    named = f"# mine\n./{WHEEL.name} --hash=sha256:{WHEEL.digest}\n".encode()
    assert not beside(file, FoundFile(named)).advice


def test_what_is_no_file_was_not_looked_at() -> None:
    """It may hold what is needed, or not."""
    assert "link" in beside(files()[".gitignore"], FoundFile(None)).advice
