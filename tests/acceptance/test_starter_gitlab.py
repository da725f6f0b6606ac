"""Files of ``init`` for GitLab, carried out: the scripts of each job, in checkouts of a bare origin."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from tests.acceptance.ci_jobs import Runner, checkout, commit, git, origin
from tests.app.shell import Shell

if TYPE_CHECKING:
    from collections.abc import Iterator

MINE = """\
version: 1
name: mine
groups:
  - name: enter
    orders:
      - {id: a, pair: ETH/EUR, type: buy, ordertype: limit, price: 145, volume: 0.1}
"""
MARKER = "<!-- order-batch review -->"


@pytest.fixture
def work(shell: Shell, tmp_path: Path) -> Path:
    """A checkout of a new repository with all starter files, pushed."""
    made = origin(tmp_path)
    assert shell("init", made, "--rebalance", "--ci", "gitlab").code == 0
    commit(made, "init")
    return made


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    """A new runner, at a service that is this folder."""
    variables = {"CI_SERVER_URL": f"file://{tmp_path}", "CI_PROJECT_PATH": "owner/desk", "VENUE": "paper"}
    return Runner(tmp_path / "runner", variables={**variables, "CI_DEFAULT_BRANCH": "main"})


def script(work: Path, job: str) -> str:
    """The script of a job; what comes before it installs, which another test does."""
    jobs = yaml.safe_load((work / ".gitlab/order-batch.yml").read_text("utf-8"))
    (text,) = jobs[job]["script"]
    return str(text)


class Notes(BaseHTTPRequestHandler):
    """The notes of one merge request, as GitLab's API has them."""

    kept: list[dict[str, Any]]

    def do_GET(self) -> None:
        """List a page of them."""
        page = int(self.path.rpartition("page=")[2])
        self._answer(self.kept[100 * (page - 1) : 100 * page])

    def do_POST(self) -> None:
        """Add one."""
        self.kept.append({"id": 1000 + len(self.kept), "body": self._body()})
        self._answer(self.kept[-1])

    def do_PUT(self) -> None:
        """Change one."""
        (note,) = (note for note in self.kept if note["id"] == int(self.path.rpartition("/")[2]))
        note["body"] = self._body()
        self._answer(note)

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def _body(self) -> str:
        assert self.headers["PRIVATE-TOKEN"] == "token"
        return str(json.loads(self.rfile.read(int(self.headers["Content-Length"])))["body"])

    def _answer(self, content: object) -> None:
        assert self.path.startswith("/api/v4/projects/3/merge_requests/5/notes")
        text = json.dumps(content).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)


@contextmanager
def api(kept: list[dict[str, Any]]) -> Iterator[str]:
    """GitLab's API on a loopback port, for the length of a block; gives its address."""
    handler = type("Kept", (Notes,), {"kept": kept})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/api/v4"
        finally:
            server.shutdown()
            thread.join()


def test_a_merge_request_has_one_note(work: Path, runner: Runner, tmp_path: Path) -> None:
    """It is found again on a later page, and that of somebody else is left alone."""
    (tmp_path / "review").mkdir()
    others = [{"id": number, "body": f"note {number}"} for number in range(150)]
    kept = list(others)
    with api(kept) as url:
        runner.variables |= {"CI_API_V4_URL": url, "CI_PROJECT_ID": "3", "CI_MERGE_REQUEST_IID": "5"}
        runner.variables |= {"ORDER_BATCH_TOKEN": "token"}
        for plan in ("first", "second ü"):
            (tmp_path / "review/comment.md").write_text(plan, "utf-8")
            ended = runner.script(script(work, "order-batch-note"), tmp_path)
            assert ended.code == 0, ended.stderr
    assert kept[:150] == others
    assert [note["body"] for note in kept[150:]] == [f"{MARKER}\nsecond ü"]


@pytest.mark.long
def test_a_merge_request_is_planned_and_its_merge_applied_once(
    work: Path, runner: Runner, tmp_path: Path
) -> None:
    """As for GitHub: only its own batch, and a second run changes nothing."""
    before = git(work, "rev-parse", "HEAD")
    git(work, "switch", "--quiet", "--create", "mine")
    (work / "batches/mine.yaml").write_text(MINE, "utf-8")
    commit(work, "mine")
    branch = checkout(work, tmp_path / "branch", "mine")
    runner.variables["CI_MERGE_REQUEST_DIFF_BASE_SHA"] = before
    ended = runner.script(script(work, "order-batch-review"), branch)
    assert ended.code == 0, ended.stdout + ended.stderr
    comment = (branch / "review/comment.md").read_text("utf-8")
    assert ("mine" in comment, "example" in comment) == (True, False)
    assert "<testsuite" in (branch / "review/problems.xml").read_text("utf-8")
    runner.variables["CI_COMMIT_BEFORE_SHA"] = before
    for _ in range(2):
        ended = runner.script(script(work, "order-batch-apply"), branch)
        assert ended.code == 0, ended.stdout + ended.stderr
    assert (branch / "results/mine.yaml.zip").exists()
    assert (branch / "results/paper/mine/manifest.json").exists()
    assert not (branch / ".order-batch/paper/example").exists()


@pytest.mark.parametrize("code", [1, 6])
def test_what_is_unresolved_is_said_loudly(code: int, work: Path, runner: Runner) -> None:
    """And is not sent again by the job itself; on a branch that is new, too."""
    program = runner.folder / "bin" / "order-batch"
    program.write_text(f'#!/bin/sh\necho "$1" >>"$RUNNER_TEMP/calls"\nexit {code}\n', "utf-8")
    program.chmod(0o755)
    (work / ".order-batch/paper").mkdir(parents=True)
    (work / "batches/second.yaml").write_text(MINE, "utf-8")
    commit(work, "another batch, which is not begun")
    runner.variables["CI_COMMIT_BEFORE_SHA"] = "0" * 40
    ended = runner.script(script(work, "order-batch-apply"), work)
    assert ended.code == code
    assert ("UNRESOLVED" in ended.stderr) == (code == 6)
    assert (runner.temp / "calls").read_text("utf-8") == "apply\nbundle\nbundle\n"


@pytest.mark.long
def test_a_rebalance_is_one_branch(work: Path, runner: Runner, tmp_path: Path) -> None:
    """Each run makes it anew from what is merged."""
    for number in range(2):
        at = checkout(work, tmp_path / f"schedule{number}")
        ended = runner.script(script(work, "order-batch-rebalance"), at)
        assert ended.code == 0, ended.stdout + ended.stderr
    git(work, "fetch", "--quiet", "origin")
    changed = git(work, "diff", "--name-only", "origin/main...origin/order-batch/rebalance").splitlines()
    assert len(changed) == 1
    assert changed[0].startswith("batches/rebalance-")
