"""An archive of named files in which no byte can change unseen: a ZIP file that can be written in one way.

Nothing in it is compressed or dated, so the same files give the same bytes, and an archive that is not what
writing its files again gives was changed. Other tools open it as any ZIP file.
"""

from __future__ import annotations

import hashlib
import io
import json
import struct
import zipfile
from typing import TYPE_CHECKING, Any, Final

from runner.errors import Refused
from runner.harmless import json_text, neutral

if TYPE_CHECKING:
    from collections.abc import Mapping

INDEX: Final = "index.json"
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
_UNIX: Final = 3
_MODE: Final = 0o100644 << 16
_COMMENT: Final = "index SHA-256 "


def pack(files: Mapping[str, bytes], about: Mapping[str, Any]) -> bytes:
    """Return an archive of files, by name. ``about`` is what its index says beside their digests."""
    index = {**about, "files": {name: _entry(content) for name, content in files.items()}}
    return _zip({INDEX: json_text(index).encode("ascii"), **files})


def unpack(archive: bytes, *, name: str) -> tuple[dict[str, bytes], dict[str, Any]]:
    """Return the files of an archive, and what its index says of them; ``name`` is the archive's.

    Raises ``Refused`` for one of which a byte is not as it was written, with the place.
    """
    files = _read(archive, name)
    written = _zip(files)
    if written != archive:
        raise _changed_error(name, _place(archive, written, files))
    index = _index(files.pop(INDEX, b""), name)
    for file, content in files.items():
        if index["files"].get(file) != _entry(content):
            raise _changed_error(name, f"{file} is not the file that the index names")
    if missing := sorted(index["files"].keys() - files.keys()):
        raise _changed_error(name, f"{missing[0]} is missing")
    return files, index


def _entry(content: bytes) -> dict[str, Any]:
    return {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}


def _zip(files: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.create_system, entry.external_attr = _UNIX, _MODE
            archive.writestr(entry, content)
        # The index holds the digests of all the others; this is its own.
        archive.comment = f"{_COMMENT}{hashlib.sha256(files.get(INDEX, b'')).hexdigest()}".encode("ascii")
    return buffer.getvalue()


def _read(archive: bytes, name: str) -> dict[str, bytes]:
    """Return the files of a ZIP file. Raises ``Refused`` where it is none that ``_zip`` wrote."""
    files: dict[str, bytes] = {}
    file = ""
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as opened:
            for entry in opened.infolist():
                file = entry.filename
                if entry.compress_type != zipfile.ZIP_STORED or entry.file_size > len(archive):
                    raise zipfile.BadZipFile("compressed")
                files[file] = opened.read(entry)
    except (zipfile.BadZipFile, *_BROKEN):
        where = f"{neutral(file)} in it is damaged" if file else "it has no directory that can be read"
        raise _changed_error(name, where) from None
    return files


# What zipfile raises for a damaged archive besides its own error; a method that it does not know is a
# ``RuntimeError``.
_BROKEN: Final = (
    *(EOFError, KeyError, OSError, OverflowError),
    *(RuntimeError, ValueError, struct.error),
)


def _index(content: bytes, name: str) -> dict[str, Any]:
    try:
        index = json.loads(content)
        if isinstance(index, dict) and isinstance(index["files"], dict):
            return index
    except (ValueError, KeyError, RecursionError):
        pass
    raise _changed_error(name, f"{INDEX} cannot be read")


def _place(archive: bytes, written: bytes, files: Mapping[str, bytes]) -> str:
    """Return where an archive is first not what writing its files again gives."""
    length = min(len(archive), len(written))
    at = next((n for n in range(length) if archive[n] != written[n]), length)
    end = 0
    for name, content in files.items():
        end = written.find(content, end + len(name)) + len(content)
        if at < end:
            return f"byte {at + 1:,}, in {neutral(name)} or its header"
    return f"byte {at + 1:,}, in the archive's directory"


def _changed_error(name: str, where: str) -> Refused:
    return Refused(
        f"{name}: this bundle was changed, or is damaged: {where}",
        details=["A bundle is verified as it was written, to the last byte."],
    )
