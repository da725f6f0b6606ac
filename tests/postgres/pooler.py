"""PgBouncer in front of a server of the tests, which stops with its block. It refuses to run as root, too."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tests.postgres.server import LIMIT_S, free_port

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.postgres.server import Server

_SEARCHED = os.pathsep.join(["/usr/sbin", os.environ.get("PATH", "")])


def missing_pooler() -> str:
    """Return why no pooler can be started here, empty if one can."""
    found = shutil.which("pgbouncer", path=_SEARCHED)
    return "" if found else "PgBouncer is not installed (Debian: pgbouncer)"


@contextmanager
def pooled(server: Server, mode: str, **settings: object) -> Iterator[str]:
    """Serve the database of a server through a pooler, and give the connection string."""
    folder = Path(tempfile.mkdtemp(prefix="pooler-"))
    folder.chmod(0o755)
    port = free_port()
    lines = {
        "listen_addr": "127.0.0.1",
        "listen_port": port,
        "unix_socket_dir": "",
        "auth_type": "any",
        "pool_mode": mode,
        **settings,
    }
    target = f"team = host=127.0.0.1 port={server.port} user=admin password=secret-of-the-admin"
    options = "\n".join(f"{name} = {text}" for name, text in lines.items())
    file = folder / "pgbouncer.ini"
    file.write_text(f"[databases]\n{target}\n[pgbouncer]\n{options}\n", "utf-8")
    program = shutil.which("pgbouncer", path=_SEARCHED)
    assert program is not None, missing_pooler()
    user = "postgres" if os.geteuid() == 0 else None
    process = subprocess.Popen(
        [program, "-q", str(file)], user=user, group=user, cwd="/", stderr=subprocess.PIPE
    )
    try:
        _wait_for(port, process)
        yield f"postgresql://ann@127.0.0.1:{port}/team"
    finally:
        process.kill()
        process.communicate()
        shutil.rmtree(folder)


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    limit = time.monotonic() + LIMIT_S
    while time.monotonic() < limit:
        assert process.poll() is None, "PgBouncer has ended"
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            time.sleep(0.01)
        else:
            return
    raise TimeoutError("PgBouncer takes no connections")
