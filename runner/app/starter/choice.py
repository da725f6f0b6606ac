"""The starter files that a repository gets, and what to do where another file has the name of one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from runner import __version__
from runner.batchfile import parse_policy
from runner.domain import CiService, Presence, StarterFile

from .templates import requirements, schema_text, template

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from runner.runtime.storage import FoundFile

_STATE: Final = ".order-batch"
_GITHUB_ACTION: Final = ".github/actions/order-batch"
_GITHUB_WORKFLOWS: Final = ".github/workflows"
_GITLAB: Final = ".gitlab/order-batch"
_WHEEL_LINE: Final = re.compile(rb"^[^#\n]*order_batch_runner-.*-{2}hash=sha256:\w+", re.MULTILINE)
_WHEEL_ADVICE: Final = "it names another wheel of order-batch, or none"


class Wheel(NamedTuple):
    """The wheel that CI is to install: its file name, content and SHA-256 (hexadecimal)."""

    name: str
    content: bytes
    digest: str


def starter_files(
    ci: CiService, *, rebalance: bool, quote: str, weights: str, wheel: Wheel | None
) -> list[StarterFile]:
    """Return all starter files in the order of their paths.

    ``quote`` is the currency of limits and targets, ``weights`` the lines of a targets file that say them.
    """
    files = [
        StarterFile("batches/example.yaml", "a first batch, to copy", template("example.yaml")),
        StarterFile("policy.yaml", "what batches may send", template("policy.yaml", quote=quote)),
        StarterFile(".gitignore", "keeps journals out of git", template("gitignore")),
        StarterFile(".pre-commit-config.yaml", "validates before a commit", template("pre-commit.yaml")),
        StarterFile(".vscode/settings.json", "schemas for the editor", template("vscode.json")),
    ]
    for name in ("batch", "policy", *(("targets",) if rebalance else ())):
        files.append(StarterFile(f"schemas/{name}.schema.json", "for editors", schema_text(name)))
    if rebalance:
        text = template("targets.yaml", quote=quote, weights=weights)
        files.append(StarterFile("targets.yaml", "the weights to hold", text))
    if ci is CiService.GITHUB:
        files += [*_installation(_GITHUB_ACTION, wheel), *_github(rebalance=rebalance)]
    if ci is CiService.GITLAB:
        files += [*_installation(_GITLAB, wheel), *_gitlab(rebalance=rebalance)]
    return sorted(files)


def _installation(folder: str, wheel: Wheel | None) -> Iterator[StarterFile]:
    text = requirements(None if wheel is None else (wheel.name, wheel.digest), __version__)
    yield StarterFile(f"{folder}/requirements.txt", "what CI installs, by hash", text)
    if wheel is not None:
        yield StarterFile(f"{folder}/{wheel.name}", "order-batch itself", wheel.content)


def _github(*, rebalance: bool) -> Iterator[StarterFile]:
    yield StarterFile(f"{_GITHUB_ACTION}/action.yml", "installs order-batch", template("github/action.yml"))
    path = f"{_GITHUB_WORKFLOWS}/order-batch-review.yml"
    yield StarterFile(path, "the plan as a comment", template("github/review.yml"))
    path = f"{_GITHUB_WORKFLOWS}/order-batch-apply.yml"
    parts = ("github/apply.yml", *(("github/check.yml",) if rebalance else ()))
    yield StarterFile(path, "apply after the merge", template(*parts))
    if rebalance:
        path = f"{_GITHUB_WORKFLOWS}/order-batch-rebalance.yml"
        yield StarterFile(path, "a pull request for drift", template("github/rebalance.yml"))


def _gitlab(*, rebalance: bool) -> Iterator[StarterFile]:
    yield StarterFile(".gitlab-ci.yml", "includes the jobs", template("gitlab/include.yml"))
    parts = ("gitlab/order-batch.yml", *(("gitlab/rebalance.yml",) if rebalance else ()))
    yield StarterFile(".gitlab/order-batch.yml", "review and apply", template(*parts))


def beside(file: StarterFile, existing: FoundFile | None) -> StarterFile:
    """Return a starter file with what is at its path, None where nothing is."""
    if existing is None:
        return file
    if existing.content == file.content:
        return file._replace(presence=Presence.SAME)
    return file._replace(presence=Presence.OTHER, advice=_advice(file, existing.content))


def _advice(file: StarterFile, content: bytes | None) -> str:
    """Return what to add to a file that stays; nothing where that is not known or not needed."""
    if content is None:
        return "it is a link, a folder or no text; nothing was looked at"
    need = _NEEDED.get(file.path)
    if need is not None:
        holds, advice = need
        return "" if holds(content) else advice
    if file.path.endswith("/requirements.txt"):
        wanted = _WHEEL_LINE.findall(file.content)
        named = _WHEEL_LINE.findall(content)
        return "" if named and set(wanted) <= set(named) else _WHEEL_ADVICE
    return ""


def _has_line(*lines: bytes) -> Callable[[bytes], bool]:
    return lambda content: any(line.strip() in lines for line in content.splitlines())


def _has(text: bytes) -> Callable[[bytes], bool]:
    return lambda content: text in content


def _is_policy(content: bytes) -> bool:
    return parse_policy(content, "policy.yaml").policy is not None


_NEEDED: Final[dict[str, tuple[Callable[[bytes], bool], str]]] = {
    ".gitignore": (
        _has_line(*(f"{start}{_STATE}{end}".encode() for start in ("", "/") for end in ("", "/"))),
        f"add the line {_STATE}/",
    ),
    ".pre-commit-config.yaml": (
        _has(b"order-batch validate"),
        "add a local hook with the entry `order-batch validate`",
    ),
    ".vscode/settings.json": (
        _has(b"batch.schema.json"),
        'add "yaml.schemas": {"./schemas/batch.schema.json": ["batches/**/*.yaml"]}',
    ),
    ".gitlab-ci.yml": (
        _has(b".gitlab/order-batch.yml"),
        "add include: [{local: .gitlab/order-batch.yml}]",
    ),
    "policy.yaml": (
        _is_policy,
        "it is no policy, so every batch is refused: `order-batch validate policy.yaml` says why",
    ),
}
"""By path: whether a file has what is needed of it, and what to do where it has not."""


def new_files(files: Sequence[StarterFile]) -> list[StarterFile]:
    """Return the files that are to be written."""
    return [file for file in files if file.presence is Presence.NEW]
