"""The judgement of this machine and of the ledger: state, versions. Pure: facts in, findings out."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING, Final

from runner.errors import ExitCode, Remedy

from .findings import Check, Failure, Purpose, failed, ok, unchecked, warning

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from .facts import FolderFacts, LedgerFacts, VersionFacts
    from .findings import Finding

LEAST_FREE_BYTES: Final = 1024 * 1024
"""A journal of a thousand orders takes about as much."""

FEW_FREE_BYTES: Final = 64 * 1024 * 1024

_RESUME: Final = "Find out why, from whoever did it."
_WRITTEN_BY_OTHERS: Final = stat.S_IWGRP | stat.S_IWOTH
_MIB: Final = 1024 * 1024


def judge_ledger(ledger: LedgerFacts, purpose: Purpose) -> Iterator[Finding]:
    """Yield whether a run can keep its journal in the ledger, and whether it would be let."""
    if not ledger.name:
        yield ok(Check.LEDGER, "none is named: journals are in the state folder")
        return
    if ledger.failure is not None:
        yield failed(Check.LEDGER, ledger.failure)
        return
    yield ok(Check.LEDGER, f"{ledger.name}: tables of version {ledger.version}, no standby, no shared pooler")
    if ledger.held:
        cure = "A run that is gone has not ended: order-batch ledger unlock."
        yield warning(Check.LEDGER, f"the account is held by {ledger.held}", cure, Remedy.WAIT)
    if ledger.halt:
        yield _halted(Check.LEDGER, ledger.halt, purpose)


def _halted(check: Check, halt: str, purpose: Purpose) -> Finding:
    if purpose is Purpose.APPLY:
        return failed(check, Failure(halt, _RESUME, ExitCode.REFUSED, (Remedy.RESUME,)))
    return warning(check, halt, _RESUME, Remedy.RESUME)


def judge_folder(folder: FolderFacts, purpose: Purpose) -> Iterator[Finding]:
    """Yield whether a run can keep its state, and whether others could change it."""
    for failure in folder.failures:
        yield failed(Check.STATE_FOLDER, failure)
    if not folder.writable or folder.unwritable:
        where = ", ".join(folder.unwritable) or folder.place
        reason = f"{where} cannot be written by this user"
        cure = "Let this user write there: chown, chmod, or another user."
        failure = Failure(reason, cure, ExitCode.REFUSED, (Remedy.STATE_DIR,))
        yield failed(Check.STATE_FOLDER, failure)
    yield from _space(folder)
    yield from _others(folder)
    for name, process in folder.held:
        yield warning(
            Check.STATE_FOLDER,
            f"{name} is in use by process {process}",
            "Wait until it has ended: a second run of the same batch ends with 7.",
        )
    if folder.halt:
        yield _halted(Check.STATE_FOLDER, folder.halt, purpose)
    if not folder.failures and folder.writable and not folder.unwritable:
        if not folder.there:
            yield ok(Check.STATE_FOLDER, f"{folder.path} is made by the first run, in {folder.place}")
        else:
            many = "1 journal" if folder.journals == 1 else f"{folder.journals} journals"
            yield ok(Check.STATE_FOLDER, f"{folder.path} can be written; {many}, all readable")


def _space(folder: FolderFacts) -> Iterator[Finding]:
    free = folder.free_bytes
    if free is None:
        yield unchecked(Check.STATE_FOLDER, "how much room is left cannot be seen", "Look with df.")
    elif free < LEAST_FREE_BYTES:
        reason = f"{folder.place} has {free // 1024} KiB left"
        yield failed(Check.STATE_FOLDER, Failure(reason, "Make room.", ExitCode.REFUSED))
    elif free < FEW_FREE_BYTES:
        yield warning(Check.STATE_FOLDER, f"{folder.place} has {free // _MIB} MiB left", "Make room.")


def _others(folder: FolderFacts) -> Iterator[Finding]:
    if folder.owner:
        yield warning(
            Check.STATE_FOLDER,
            f"{folder.path} belongs to {folder.owner}, who can change it",
            "Run as that user, or have a folder of your own.",
            Remedy.STATE_DIR,
        )
    if folder.mode & _WRITTEN_BY_OTHERS:
        yield warning(
            Check.STATE_FOLDER,
            f"other users can write into {folder.path}: they could change what was placed",
            f"chmod go-w {folder.path}",
        )


def judge_versions(versions: VersionFacts) -> Iterator[Finding]:
    """Yield whether all that the package needs is installed, and which optional parts are."""
    if not versions.package:
        yield unchecked(
            Check.VERSIONS,
            f"Python {versions.python}; the package is not installed, so nothing says what it needs",
            "Install it: pip install . in a checkout, or pip install with its wheel.",
        )
        return
    lacking = [*_lacking(versions.required, versions.installed)]
    if _is_older(versions.python, versions.least_python):
        lacking.insert(0, f"Python {versions.least_python} (here: {versions.python})")
    if lacking:
        reason = f"it needs {', '.join(lacking)}"
        cure = "Install it anew, in a fresh environment: pip install . in a checkout, or with its wheel"
        yield failed(Check.VERSIONS, Failure(reason, cure, ExitCode.INVALID))
        return
    listed = ", ".join(f"{name} {versions.installed[name]}" for name in versions.required)
    yield ok(
        Check.VERSIONS,
        f"order-batch {versions.package} on Python {versions.python}, {_extras(versions)}; {listed}",
    )


def _lacking(required: Mapping[str, str], installed: Mapping[str, str]) -> Iterator[str]:
    for name, least in required.items():
        version = installed.get(name)
        if version is None:
            yield f"{name} (not installed)"
        elif _is_older(version, least):
            yield f"{name} {least} (here: {version})"


def _extras(versions: VersionFacts) -> str:
    states = (
        f"{extra} {'not installed' if any(_lacking(needs, versions.installed)) else 'installed'}"
        for extra, needs in versions.extras.items()
    )
    return f"extras: {', '.join(states)}" if versions.extras else "no extras"


def _is_older(version: str, least: str) -> bool:
    """Return True if a version is certainly older than another; letters in it end the comparison."""
    ours, theirs = _numbers(version), _numbers(least)
    return ours + (0,) * (len(theirs) - len(ours)) < theirs


def _numbers(version: str) -> tuple[int, ...]:
    numbers: list[int] = []
    for part in version.split("."):
        if not (part.isascii() and part.isdecimal()):
            break
        numbers.append(int(part))
    return tuple(numbers)
