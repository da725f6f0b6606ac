"""The files of ``init`` for GitHub, carried out: the scripts of each job, in checkouts of a bare origin."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest
import yaml

from tests.acceptance.ci_jobs import Runner, checkout, commit, git, origin, steps
from tests.app.shell import Shell

EXPRESSIONS = {
    "vars.ORDER_BATCH_VENUE || 'paper'": "paper",
    "secrets.KRAKEN_READ_KEY": "",
    "secrets.KRAKEN_READ_SECRET": "",
    "secrets.KRAKEN_API_KEY": "",
    "secrets.KRAKEN_API_SECRET": "",
    "github.token": "token",
    "github.event.pull_request.number": "5",
    "github.event.repository.default_branch": "main",
}
MINE = """\
version: 1
name: mine
groups:
  - name: enter
    orders:
      - {id: a, pair: ETH/EUR, type: buy, ordertype: limit, price: 145, volume: 0.1}
"""
WORKFLOWS = Path(".github/workflows")


@pytest.fixture
def work(shell: Shell, tmp_path: Path) -> Path:
    """A checkout of a new repository with all starter files, pushed."""
    made = origin(tmp_path)
    assert shell("init", made, "--rebalance").code == 0
    commit(made, "init")
    return made


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    """A new runner."""
    return Runner(tmp_path / "runner", expressions=dict(EXPRESSIONS))


def propose(work: Path, text: str = MINE, name: str = "mine") -> None:
    """Push a branch with a batch."""
    git(work, "switch", "--quiet", "--create", name)
    (work / f"batches/{name}.yaml").write_text(text, "utf-8")
    commit(work, name)


def merged(work: Path, at: Path, name: str = "mine") -> Path:
    """The checkout of a pull request: main, with the branch merged into it."""
    checkout(work, at)
    git(at, "merge", "--quiet", "--no-ff", "--message", "merge", f"origin/{name}")
    return at


def test_a_pull_request_is_planned_in_one_comment_and_its_merge_applied_once(
    work: Path, runner: Runner, tmp_path: Path
) -> None:
    """Only its own batch; a second run of either changes nothing."""
    propose(work)
    pull = merged(work, tmp_path / "pull")
    plan = steps(work / WORKFLOWS / "order-batch-review.yml", "plan")
    for name in ("Validate", "Plan"):
        ended = runner.step(plan[name], pull)
        assert ended.code == 0, ended.stderr
    review = runner.temp / "review"
    sarif = json.loads((review / "problems.sarif").read_text("utf-8"))
    assert sarif["version"] == "2.1.0"
    comment = (review / "comment.md").read_text("utf-8")
    assert "mine" in comment
    assert "example" not in comment
    assert not (pull / ".order-batch/paper/mine").exists(), "a review keeps nothing"

    (job,) = steps(work / WORKFLOWS / "order-batch-review.yml", "comment").values()
    elsewhere = tmp_path / "comment"
    elsewhere.mkdir()
    review.rename(elsewhere / "review")
    for _ in range(2):
        ended = runner.step(job, elsewhere)
        assert ended.code == 0, ended.stderr
    (written,) = runner.github["comments"]
    assert written["body"] == f"<!-- order-batch review -->\n{comment}"

    before = git(work, "rev-parse", "origin/main")
    git(work, "switch", "--quiet", "main")
    git(work, "merge", "--quiet", "--no-ff", "--message", "merge", "mine")
    commit_id = git(work, "rev-parse", "HEAD")
    git(work, "push", "--quiet", "origin", "main")
    main = checkout(work, tmp_path / "main")
    assert git(main, "rev-parse", "HEAD") == commit_id
    apply = steps(work / WORKFLOWS / "order-batch-apply.yml", "apply")
    runner.expressions["github.event.before"] = before
    for placed in ("1 placed", "nothing to do"):
        ended = runner.step(apply["Apply"], main)
        assert ended.code == 0, ended.stdout + ended.stderr
        assert placed in ended.stdout + ended.stderr + (runner.temp / "summary").read_text("utf-8")
    ended = runner.step(apply["Pack what was done"], main)
    assert ended.code == 0, ended.stderr
    results = runner.temp / "results"
    assert not any(part.startswith(".") for part in results.relative_to(runner.temp).parts)
    with zipfile.ZipFile(results / "mine.yaml.zip") as bundle:
        assert "manifest.json" in bundle.namelist()
    assert (results / "paper/mine/manifest.json").exists()
    assert [path.name for path in (main / ".order-batch/paper").iterdir() if path.name[0] != "."] == ["mine"]
    assert git(main, "status", "--porcelain") == "", "nothing of it is in the work tree"


def test_a_comment_of_somebody_else_is_left_alone(work: Path, runner: Runner, tmp_path: Path) -> None:
    """Only what the workflow wrote under its marker is its own."""
    other = {"id": 1, "user": "somebody", "body": "<!-- order-batch review -->\nmine"}
    state = {"comments": [other, {"id": 2, "user": "github-actions[bot]", "body": "of another workflow"}]}
    (runner.folder / "gh.json").write_text(json.dumps({**state, "pulls": [], "calls": []}), "utf-8")
    (tmp_path / "review").mkdir()
    (tmp_path / "review/comment.md").write_text("plan", "utf-8")
    (job,) = steps(work / WORKFLOWS / "order-batch-review.yml", "comment").values()
    assert runner.step(job, tmp_path).code == 0
    assert [comment["body"] for comment in runner.github["comments"]] == [
        other["body"],
        "of another workflow",
        "<!-- order-batch review -->\nplan",
    ]


def test_a_batch_with_problems_ends_the_review_with_its_lines(
    work: Path, runner: Runner, tmp_path: Path
) -> None:
    """As annotations, as SARIF, and in the comment."""
    propose(work, MINE.replace("0.1}", "much}"))
    pull = merged(work, tmp_path / "pull")
    ended = runner.step(steps(work / WORKFLOWS / "order-batch-review.yml", "plan")["Validate"], pull)
    assert ended.code == 3
    assert "::error file=batches/mine.yaml,line=6" in ended.stdout
    assert "much" in (runner.temp / "review/comment.md").read_text("utf-8")
    (run,) = json.loads((runner.temp / "review/problems.sarif").read_text("utf-8"))["runs"]
    assert run["results"]


@pytest.mark.parametrize("code", [1, 6])
def test_what_is_unresolved_is_said_loudly(code: int, work: Path, runner: Runner, tmp_path: Path) -> None:
    """And is not sent again by the step itself; each exit code is that of the step."""
    program = runner.folder / "bin" / "order-batch"
    program.write_text(f'#!/bin/sh\necho called >>"$RUNNER_TEMP/calls"\nexit {code}\n', "utf-8")
    program.chmod(0o755)
    (work / "batches/second.yaml").write_text(MINE, "utf-8")
    commit(work, "another batch, which is not begun")
    runner.expressions["github.event.before"] = "0" * 40
    ended = runner.step(steps(work / WORKFLOWS / "order-batch-apply.yml", "apply")["Apply"], work)
    assert ended.code == code
    assert ("::error title=Unresolved orders::" in ended.stdout) == (code == 6)
    assert (runner.temp / "calls").read_text("utf-8") == "called\n"


def test_a_new_branch_applies_what_there_is(work: Path, runner: Runner) -> None:
    """GitHub names nothing before it: all batches are applied, here the example, and packed."""
    runner.expressions["github.event.before"] = "0" * 40
    apply = steps(work / WORKFLOWS / "order-batch-apply.yml", "apply")
    for name in ("Apply", "Pack what was done"):
        ended = runner.step(apply[name], work)
        assert ended.code == 0, ended.stdout + ended.stderr
    assert (runner.temp / "results/example.yaml.zip").exists()


def trade_at_once(work: Path) -> None:
    """Commit targets whose orders meet the other side of the book, and limits that let them pass."""
    targets, policy = work / "targets.yaml", work / "policy.yaml"
    text = (
        targets.read_text("utf-8").replace("maximum: 1000", "maximum: 100000").replace("oflags: [post], ", "")
    )
    targets.write_text(text.replace("from: mid, offset: 0.1%", "from: ask, offset: 0%"), "utf-8")
    policy.write_text(policy.read_text("utf-8").replace("most: 1000", "most: 100000"), "utf-8")
    commit(work, "targets")


@pytest.mark.long
def test_a_rebalance_is_one_pull_request_that_is_applied_and_checked(
    work: Path, runner: Runner, tmp_path: Path
) -> None:
    """It is made anew while it is open; its merge brings the account into its bands, as a check confirms."""
    trade_at_once(work)
    before = git(work, "rev-parse", "HEAD")
    rebalance = steps(work / WORKFLOWS / "order-batch-rebalance.yml", "rebalance")
    titles = []
    for number in range(2):
        at = checkout(work, tmp_path / f"schedule{number}")
        ended = runner.step(rebalance["Find the drift"], at)
        assert ended.code == 0, ended.stdout + ended.stderr
        titles.append(ended.outputs["state"])
        runner.expressions["steps.drift.outputs.state"] = titles[-1]
        ended = runner.step(rebalance["Open the pull request, update or close it"], at)
        assert ended.code == 0, ended.stdout + ended.stderr
    (pull,) = runner.github["pulls"]
    assert (pull["title"], pull["open"]) == (titles[-1], True)
    assert "ETH/EUR" in pull["body"]
    git(work, "fetch", "--quiet", "origin")
    changed = git(work, "diff", "--name-only", "origin/main...origin/order-batch/rebalance")
    assert changed == f"batches/{titles[-1]}.yaml"

    git(work, "merge", "--quiet", "--no-ff", "--message", "merge", "origin/order-batch/rebalance")
    git(work, "push", "--quiet", "origin", "main")
    main = checkout(work, tmp_path / "main")
    runner.expressions["github.event.before"] = before
    workflow = work / WORKFLOWS / "order-batch-apply.yml"
    (check,) = steps(workflow, "check").values()
    outside = runner.step(check, main, TRIES="2", PAUSE_S="0")
    assert (outside.code, "title=Outside its bands" in outside.stdout) == (2, True)
    applied = runner.step(steps(workflow, "apply")["Apply"], main)
    assert applied.code == 0, applied.stdout + applied.stderr
    inside = runner.step(check, main, TRIES="1")
    assert inside.code == 0, inside.stdout + inside.stderr

    ended = runner.step(rebalance["Find the drift"], main)
    assert ended.outputs["state"] == "within"
    runner.expressions["steps.drift.outputs.state"] = "within"
    assert runner.step(rebalance["Open the pull request, update or close it"], main).code == 0
    assert not runner.github["pulls"][0]["open"]


def test_the_hook_checks_what_is_committed(work: Path, shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """The files that it names, with the command that it runs."""
    import re  # noqa: PLC0415

    monkeypatch.chdir(work)
    (hook,) = yaml.safe_load(Path(".pre-commit-config.yaml").read_text("utf-8"))["repos"][0]["hooks"]
    tracked = git(work, "ls-files").splitlines()
    files = [name for name in tracked if re.search(hook["files"], name)]
    assert files == ["batches/example.yaml", "policy.yaml"]
    program, *arguments = hook["entry"].split()
    assert program == "order-batch"
    assert shell(*arguments, *files).code == 0
