"""``order-batch bundle``: pack the last run of a batch, with all that it was made of, into one file."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from runner import TOOL
from runner.app.inputs.batches import Target, folder_of, load, records_of, run_of
from runner.app.inputs.saved_plans import refuse_no_file
from runner.app.team.opening import with_ledger
from runner.errors import InvalidInput, Refused
from runner.journal import unseal_entries
from runner.review import save_plan, write_plan
from runner.runtime.storage import (
    MANIFEST,
    WIRE_LOG,
    pack,
    read_ours,
    read_regular,
    write_bytes,
)

from . import contents
from .contents import LastRun, last_run, policy_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from runner.app.console import Console
    from runner.app.hosts import Host
    from runner.app.inputs.batches import Loaded

_MAX_POLICY_BYTES: Final = 1024 * 1024


async def bundle(target: Target, environ: Mapping[str, str], path: Path, out: Console, host: Host) -> None:
    """Pack the last run of a batch file, or of the saved plan that it carried out, into a file at ``path``.

    Raises ``InvalidInput`` where that cannot be written, ``Refused`` if there was no run, or a file is no
    longer as it was in the run, and ``Locked`` while a run goes on.
    """
    loaded = load(target)
    refuse_no_file(path, "the bundle", target, environ, loaded.saved)
    async with with_ledger(target, environ, host, offline=True) as opened:
        records, wanted = records_of(opened), run_of(opened, loaded.batch)
        with records.written(wanted) as journal:
            run = last_run(unseal_entries(journal.decode("latin-1"), name=records.place(wanted))[0])
            if run is None:
                raise Refused(f"{target.file}: no run of it is in {records.place(wanted)}")
            files = {
                contents.BATCH: _batch_of(loaded, run, target),
                contents.PLAN: _plan_of(loaded, run, target),
                **_policies_of(run),
                contents.JOURNAL: journal,
                contents.MANIFEST: run.manifest_text(),
                contents.EVENTS: run.events_text(),
                **_messages_of(run, opened, folder_of(opened, loaded.batch), out),
            }
    archive = pack(files, contents.about(run, TOOL))
    try:
        write_bytes(path, archive)
    except OSError as error:
        raise InvalidInput(f"{path}: the bundle cannot be written: {error.strerror}") from error
    out.bundled(path=str(path), digest=hashlib.sha256(archive).hexdigest(), files=tuple(files))


def _messages_of(run: LastRun, target: Target, folder: Path, out: Console) -> dict[str, bytes]:
    """Return the messages of the run, which only the machine has that has sent them."""
    with suppress(FileNotFoundError):
        if target.ledger is None or read_ours(folder / MANIFEST) == run.manifest_text():
            return {contents.WIRE: read_ours(folder / WIRE_LOG)}
    if target.ledger is not None:
        out.note(f"{folder} does not hold the messages of this run: they are where it was sent from.")
    return {}


def _batch_of(loaded: Loaded, run: LastRun, target: Target) -> bytes:
    if loaded.batch.digest != run.started.digest:
        raise Refused(
            f"{target.file}: it was changed since its last run, at {run.started.at}",
            details=[_which_version(run), "Bundle the file as it was: what was run is proven by its bytes."],
        )
    return loaded.source


def _which_version(run: LastRun) -> str:
    known = run.started.provenance or {}
    if known.get("revision"):
        return f"It was run at commit {known['revision']}{' with changes' if known.get('dirty') else ''}."
    return f"The run was of a file with SHA-256 {run.started.digest}."


def _plan_of(loaded: Loaded, run: LastRun, target: Target) -> bytes:
    """Return the saved plan that was carried out, else what the batch file said was to be done."""
    if run.started.plan is not None and (loaded.saved is None or loaded.saved.id != run.started.plan):
        raise Refused(
            f"{target.file}: its last run carried out the saved plan {run.started.plan[:12]}",
            details=["Bundle that plan: name its file in place of this one."],
        )
    if run.started.plan is not None and loaded.saved is not None:
        return write_plan(loaded.saved).encode("ascii")
    saved = save_plan(
        run.plan_of(loaded.source),
        loaded.source,
        tool=run.started.tool,
        now=run.started_at,
        valid_for_s=1,
        account=run.started.account,
    )
    return write_plan(saved).encode("ascii")


def _policies_of(run: LastRun) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    for number, policy in enumerate(run.started.policies, 1):
        content = read_regular(Path(policy["file"]), _MAX_POLICY_BYTES)
        if hashlib.sha256(content).hexdigest() != policy["digest"]:
            raise Refused(f"{policy['file']}: this policy was changed since the run, at {run.started.at}")
        files[policy_name(number)] = content
    return files
