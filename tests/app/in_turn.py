"""``python -m tests.app.in_turn COMMANDS``: command lines, a JSON list of lists, one after another.

Their waits pass at once. Their exit codes are written to a file ``codes``, since the streams may be closed.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from runner.cli.exit_codes import run
from runner.cli.streams import open_streams
from tests.support.skipped_waits import skip_waits

if __name__ == "__main__":
    open_streams()
    skip_waits()
    Path("codes").write_text(json.dumps([run(args) for args in json.loads(sys.argv[1])]), "ascii")
