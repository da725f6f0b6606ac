"""In place of GitHub's command line: keeps comments and pull requests in a JSON file, its first argument."""

from __future__ import annotations

import itertools
import json
import shutil
import sys
from pathlib import Path
from typing import Any

BOT = "github-actions[bot]"


def main(kept: Path, arguments: list[str]) -> None:
    """Carry out one call."""
    nothing: dict[str, list[Any]] = {"comments": [], "pulls": [], "calls": []}
    state = json.loads(kept.read_text("utf-8")) if kept.exists() else nothing
    state["calls"].append(arguments)
    if arguments[0] == "release":
        release(kept.parent / "releases", arguments[1:])
    else:
        carry_out(state["comments"], state["pulls"], arguments)
    kept.write_text(json.dumps(state), "utf-8")


def carry_out(comments: list[dict[str, Any]], pulls: list[dict[str, Any]], arguments: list[str]) -> None:
    """Change the state, and print the requested part. An unknown request is an error."""
    given = dict(itertools.pairwise(arguments))
    match arguments:
        case ["api", "--paginate", _, "--jq", query]:
            marker = query.partition('startswith("')[2].partition('"')[0]
            user = query.partition('.user.login == "')[2].partition('"')[0]
            own = (comment for comment in comments if user in ("", comment["user"]))
            print(*(comment["id"] for comment in own if comment["body"].startswith(marker)), sep="\n")
        case ["api", *_]:
            write_comment(comments, given, arguments)
        case ["pr", "list", *_]:
            numbers = [pull["number"] for pull in pulls if pull["open"] and pull["head"] == given["--head"]]
            print(*numbers[:1])
        case ["pr", "create", *_]:
            pulls.append(
                {"number": 7 + len(pulls), "open": True, "head": given["--head"], **described(given)}
            )
        case ["pr", "edit", number, *_]:
            named(pulls, number).update(described(given))
        case ["pr", "close", number, *_]:
            named(pulls, number).update(open=False)
        case ["auth", "setup-git"]:
            pass
        case _:
            sys.exit(f"gh: {arguments}: not known here")


def release(releases: Path, arguments: list[str]) -> None:
    """Keep a release as a folder of its files, and its text beside it."""
    given = dict(itertools.pairwise(arguments))
    folder, draft = releases / arguments[1], releases / f"{arguments[1]}.draft"
    match arguments:
        case ["create", _, "--draft", "--verify-tag", *options]:
            folder.mkdir(parents=True)
            draft.write_text(Path(given["--notes-file"]).read_text("utf-8"), "utf-8")
            for name in options[4:]:
                shutil.copy(name, folder)
        case ["download", *_]:
            shutil.copytree(folder, given["--dir"])
        case ["edit", _, "--draft=false"]:
            draft.rename(releases / f"{arguments[1]}.published")
        case _:
            sys.exit(f"gh release: {arguments}: not known here")


def write_comment(comments: list[dict[str, Any]], given: dict[str, str], arguments: list[str]) -> None:
    """Add a comment, or change one."""
    body = Path(given["--field"].removeprefix("body=@")).read_text("utf-8")
    if given["--method"] == "POST":
        comments.append({"id": 100 + len(comments), "user": BOT, "body": body})
        return
    assert given["--method"] == "PATCH"
    (number,) = (part.rpartition("/")[2] for part in arguments if "/comments/" in part)
    (comment,) = (comment for comment in comments if comment["id"] == int(number))
    comment["body"] = body


def described(given: dict[str, str]) -> dict[str, str]:
    """Return the title and the text of a pull request."""
    return {"title": given["--title"], "body": Path(given["--body-file"]).read_text("utf-8")}


def named(pulls: list[dict[str, Any]], number: str) -> dict[str, Any]:
    """Return the pull request with a number."""
    (pull,) = (pull for pull in pulls if pull["number"] == int(number))
    return pull


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
