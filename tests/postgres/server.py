"""A cluster in a temporary folder, on a free port of loopback, which stops with its block.

PostgreSQL refuses to run as root, so there it runs as the user that Debian's package makes.
"""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

LIMIT_S: Final = 60
_DEBIAN: Final = sorted(Path("/usr/lib/postgresql").glob("*/bin"))


def missing() -> str:
    """Return why no server can be started here, empty if one can."""
    if _program("postgres") is None:
        return "PostgreSQL is not installed (Debian: postgresql)"
    try:
        import psycopg  # noqa: F401, PLC0415
    except ImportError:
        return "psycopg is not installed (pip install -e '.[postgres]')"
    if os.geteuid() == 0 and _user() is None:
        return "PostgreSQL does not run as root, and there is no user postgres"
    return ""


@dataclass(frozen=True)
class Server:
    """A running server. ``url`` is its administrator's, for the database ``team``."""

    folder: Path
    port: int

    @property
    def url(self) -> str:
        """The connection string of the administrator."""
        return f"postgresql://admin:secret-of-the-admin@127.0.0.1:{self.port}/team"

    def control(self, *args: str) -> None:
        """Run pg_ctl for the cluster."""
        _run("pg_ctl", "-D", str(self.folder / "data"), "-w", "-t", str(LIMIT_S), *args)

    def start(self) -> None:
        """Start it; it takes connections when this returns."""
        options = (
            f"-c port={self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self.folder}"
        )
        self.control("-l", str(self.folder / "log"), "-o", options, "start")

    def stop(self, how: str = "fast") -> None:
        """Stop it; ``immediate`` is a crash."""
        self.control("-m", how, "stop")

    def promote(self) -> None:
        """Make a primary of a standby."""
        self.control("promote")

    def sql(self, statement: str) -> None:
        """Run a statement as the administrator."""
        import psycopg  # noqa: PLC0415

        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(statement.encode())


@contextmanager
def serve() -> Iterator[Server]:
    """Start a new cluster for the length of a block."""
    folder = Path(tempfile.mkdtemp(prefix="team-"))
    try:
        folder.chmod(0o755)
        data, password = folder / "data", folder / "password"
        data.mkdir()
        password.write_text("secret-of-the-admin", "ascii")
        for path in (folder, data, password):
            _hand_over(path)
        _run(
            "initdb",
            "-D",
            str(data),
            "-U",
            "admin",
            "-A",
            "scram-sha-256",
            f"--pwfile={password}",
            "--no-sync",
        )
        server = Server(folder, free_port())
        server.start()
        try:
            _create_database(server)
            yield server
        finally:
            server.stop("immediate")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def standby(primary: Server) -> Iterator[Server]:
    """Start a hot standby of a server for the length of a block; commits of that wait for it.

    ``promote`` makes a primary of it.
    """
    folder = Path(tempfile.mkdtemp(prefix="standby-"))
    try:
        folder.chmod(0o755)
        data = folder / "data"
        data.mkdir(0o700)
        for path in (folder, data):
            _hand_over(path)
        source = f"{primary.url.rpartition('/')[0]}/postgres?application_name=second"
        _run("pg_basebackup", "-d", source, "-D", str(data), "-R", "-X", "stream", "-c", "fast", "--no-sync")
        server = Server(folder, free_port())
        server.start()
        primary.sql("alter system set synchronous_standby_names = '*'")
        primary.sql("select pg_reload_conf()")
        try:
            yield server
        finally:
            server.stop("immediate")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _create_database(server: Server) -> None:
    import psycopg  # noqa: PLC0415

    with psycopg.connect(server.url.replace("/team", "/postgres"), autocommit=True) as connection:
        connection.execute("create database team")


def free_port() -> int:
    """Return a port of loopback that is free by now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _program(name: str) -> str | None:
    return shutil.which(
        name, path=os.pathsep.join([*map(str, reversed(_DEBIAN)), os.environ.get("PATH", "")])
    )


def _user() -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        return None


def _hand_over(path: Path) -> None:
    user = _user()
    if os.geteuid() == 0 and user is not None:
        os.chown(path, user.pw_uid, user.pw_gid)


def _run(name: str, *args: str) -> None:
    program = _program(name)
    assert program is not None
    user = "postgres" if os.geteuid() == 0 else None
    done = subprocess.run(
        [program, *args],
        user=user,
        group=user,
        cwd="/",
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=LIMIT_S,
    )
    assert done.returncode == 0, f"{name}: {done.stdout}"
