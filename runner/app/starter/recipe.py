"""``order-batch init``: the files of a new repository of batches. What is there is never changed."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

from runner.domain import CiService
from runner.errors import InvalidInput, Refused
from runner.runtime.storage import read_below, read_limited, repository_of, write_new

from .choice import Wheel, beside, new_files, starter_files
from .next_steps import next_steps
from .weights import example_weights, weights_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from runner.app.console import Console
    from runner.app.hosts import Host
    from runner.app.inputs.batches import Target
    from runner.domain import StarterFile, StepToDo

MAX_WHEEL_BYTES: Final = 20_000_000
MAX_COMPARED_BYTES: Final = 1_000_000
"""Maximum size of a file that is compared with a starter file; a longer one is another one."""

_WHEEL_NAME: Final = r"order_batch_runner-[0-9A-Za-z.+!]+-py3-none-any\.whl"


@dataclass(frozen=True, slots=True, kw_only=True)
class StarterOptions:
    """The options of ``init``.

    ``wheel`` is the path of the wheel that CI is to install, if it is known. The weights of a targets file
    are those of ``account``, if one is named; ``environ`` names its key.
    """

    folder: Path
    ci: CiService = CiService.GITHUB
    rebalance: bool = False
    quote: str = "EUR"
    wheel: Path | None = None
    account: Target | None = None
    environ: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}), repr=False)


class Outcome(NamedTuple):
    """The files with what was at their paths before, those that were written, and what is left to do."""

    files: tuple[StarterFile, ...]
    written: tuple[str, ...]
    next_steps: tuple[StepToDo, ...]


async def init(
    options: StarterOptions, out: Console, host: Host, *, ask: Callable[[str], bool] | None
) -> Outcome:
    """Write the files that are not there. ``ask`` asks a person first; None writes without a question.

    Raises ``InvalidInput`` if a link or a file is in the way of a folder, ``Unreachable`` if an account was
    named and cannot be read, and ``Refused`` if the answer is no; then nothing was written.
    """
    weights = example_weights(options.quote)
    if options.account is not None:
        from .holdings import read_holdings  # noqa: PLC0415 - an example loads no sockets

        holdings = await read_holdings(options.account, options.quote, options.environ, host, out.note)
        weights = weights_of(holdings)
    wheel = None if options.wheel is None else _read_wheel(options.wheel)
    files = [
        _compare(options.folder, file)
        for file in starter_files(
            options.ci,
            rebalance=options.rebalance,
            quote=options.quote,
            weights=weights,
            wheel=wheel,
        )
    ]
    question = ask if new_files(files) else None
    if question is not None and not out.confirm_files(str(options.folder), files, question):
        raise Refused("not confirmed; nothing was written")
    written = _write(options.folder, files)
    outcome = Outcome(tuple(files), tuple(written), _left_to_do(options, files, has_wheel=wheel is not None))
    out.initialized(str(options.folder), files, written, outcome.next_steps, listed=question is not None)
    return outcome


def _compare(folder: Path, file: StarterFile) -> StarterFile:
    try:
        return beside(file, read_below(folder, PurePosixPath(file.path), MAX_COMPARED_BYTES))
    except NotADirectoryError:
        raise InvalidInput(
            f"{folder}: {file.path} cannot be written: a link or a file is where a folder has to be",
            details=["Nothing was written. Move it away, or run the command in another folder."],
        ) from None


def _write(folder: Path, files: Sequence[StarterFile]) -> list[str]:
    """Write what is new; a file that has come into being meanwhile stays."""
    return [
        file.path for file in new_files(files) if write_new(folder, PurePosixPath(file.path), file.content)
    ]


def _left_to_do(
    options: StarterOptions, files: Sequence[StarterFile], *, has_wheel: bool
) -> tuple[StepToDo, ...]:
    repository = repository_of(options.folder)
    top = None if repository is None else repository.top
    return next_steps(options.ci, files, folder=options.folder.resolve(), repository=top, has_wheel=has_wheel)


def _read_wheel(path: Path) -> Wheel:
    if re.fullmatch(_WHEEL_NAME, path.name) is None:
        raise InvalidInput(
            f"{path}: it is not named like a wheel of order-batch",
            details=["One that was built is called order_batch_runner-VERSION-py3-none-any.whl."],
        )
    content = read_limited(path, MAX_WHEEL_BYTES)
    if len(content) > MAX_WHEEL_BYTES or not content.startswith(b"PK"):
        raise InvalidInput(f"{path}: it is not a wheel: a ZIP file of at most {MAX_WHEEL_BYTES:,} bytes")
    return Wheel(path.name, content, hashlib.sha256(content).hexdigest())
