"""`.ci/audit` ends with an error if a package that is installed somewhere has a known vulnerability."""

from __future__ import annotations

import json
import subprocess
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
FOUND = {
    "id": "GHSA-0000-0000-0000",
    "summary": "made up",
    "affected": [
        {
            "package": {"name": "h11", "ecosystem": "PyPI"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "99"}]}],
        }
    ],
}
pytestmark = pytest.mark.long


@contextmanager
def vulnerabilities(affected: str) -> Iterator[str]:
    """Serve a list of vulnerabilities in which one package has one; gives its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            query = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            found = {"vulns": [FOUND]} if query["package"]["name"] == affected else {}
            body = json.dumps(found).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/v1/query"
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize(("affected", "code", "shown"), [("h11", 1, "GHSA-0000-0000-0000"), ("other", 0, "")])
def test_a_known_vulnerability_is_an_error(affected: str, code: int, shown: str) -> None:
    """Without one it is none: every package could be looked up."""
    with vulnerabilities(affected) as address:
        command = [ROOT / ".ci" / "audit", "--vulnerability-service", "osv", "--osv-url", address]
        ended = subprocess.run(command, capture_output=True, text=True, timeout=240, check=False)
    assert (ended.returncode, shown in ended.stdout) == (code, True), ended.stderr
