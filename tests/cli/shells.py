"""Real shells that complete a line, as somebody would who types it and presses TAB."""

from __future__ import annotations

import contextlib
import os
import pty
import select
import shutil
import subprocess
import sysconfig
import time
from typing import TYPE_CHECKING

from tests.app.shell import environment

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LIMIT_S = 60
READY = "ready> "
_SET_UP = {
    "bash": (
        "bind 'set enable-bracketed-paste off' 2>/dev/null; "
        'eval "$(_ORDER_BATCH_COMPLETE=bash_source order-batch)"'
    ),
    "zsh": (
        "autoload -U compinit; compinit -u -D; unsetopt zle_bracketed_paste; "
        'eval "$(_ORDER_BATCH_COMPLETE=zsh_source order-batch)"'
    ),
}
_START = {"bash": ("bash", "--norc", "--noprofile", "-i"), "zsh": ("zsh", "-f", "-i")}


def missing(shell: str) -> bool:
    """Return whether a shell is not installed."""
    return shutil.which(shell) is None


def shell_environment(home: Path) -> dict[str, str]:
    """The environment of a shell that has no settings, and finds the command."""
    path = os.pathsep.join((sysconfig.get_path("scripts"), os.environ.get("PATH", "")))
    return environment(PATH=path, HOME=str(home), TERM="dumb", COLUMNS="200", PS1=READY, LC_ALL="C.UTF-8")


class Typist:
    """A shell at a terminal. ``complete`` types a line, presses TAB, and reads what became of it."""

    def __init__(self, terminal: int, process: subprocess.Popen[bytes]) -> None:
        self._terminal = terminal
        self._process = process

    def run(self, line: str) -> str:
        """Run a line, and return what was shown until the next prompt."""
        self._type(f"{line}\n")
        return self._read(until=READY)

    def complete(self, line: str, expected: str) -> str:
        """Type a line and press TAB; return what was shown until the expected text, or all in time."""
        self._type(f"{line}\t")
        shown = self._read(until=expected)
        self._type("\x15\n")  # the line is taken back
        return shown + self._read(until=READY)

    def _type(self, text: str) -> None:
        os.write(self._terminal, text.encode())

    def _read(self, until: str) -> str:
        shown, limit = b"", time.monotonic() + LIMIT_S
        while until not in shown.decode("utf-8", "replace"):
            ready, _, _ = select.select([self._terminal], [], [], max(0.0, limit - time.monotonic()))
            if not ready:
                break
            shown += os.read(self._terminal, 4096)
        return shown.decode("utf-8", "replace")


@contextlib.contextmanager
def at_a_terminal(shell: str, folder: Path) -> Iterator[Typist]:
    """A shell that has loaded the completion, in a folder, for the length of a block."""
    ours, theirs = pty.openpty()
    streams = {"stdin": theirs, "stdout": theirs, "stderr": theirs}
    environ = shell_environment(folder)
    with subprocess.Popen(
        _START[shell], cwd=folder, env=environ, start_new_session=True, **streams
    ) as process:
        os.close(theirs)
        typist = Typist(ours, process)
        try:
            typist.run("PS1='re''ady> '")  # in two parts, since what is typed is shown as well
            typist.run(_SET_UP[shell])
            yield typist
        finally:
            process.kill()
            os.close(ours)


def bash_words(folder: Path, *words: str) -> list[str]:
    """The completions of the last word that bash would offer."""
    line = " ".join(f"'{word}'" for word in words)
    words_set = f'COMP_WORDS=({line}); COMP_CWORD={len(words) - 1}; compopt() {{ echo "$@"; }}'
    answer = '_order_batch_completion order-batch; printf "%s\\n" "${COMPREPLY[@]}"'
    script = f"{_SET_UP['bash']}; {words_set}; {answer}"
    done = subprocess.run(
        ["bash", "--norc", "--noprofile", "-c", script],
        cwd=folder,
        env=shell_environment(folder),
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=True,
    )
    assert done.stderr == "", done.stderr
    return [word for word in done.stdout.splitlines() if word]


def fish_words(folder: Path, line: str) -> list[str]:
    """The completions of a line that fish would offer."""
    script = f"_ORDER_BATCH_COMPLETE=fish_source order-batch | source; complete -C {line!r}"
    done = subprocess.run(
        ["fish", "--no-config", "-c", script],
        cwd=folder,
        env=shell_environment(folder),
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=True,
    )
    assert done.stderr == "", done.stderr
    return [word.partition("\t")[0] for word in done.stdout.splitlines()]
