#!/usr/bin/env bash
# A virtual environment with the third-party clients that tests/conformance runs, in the folder given.
#
# They need other versions of packages than the tests do, hence an environment of their own. Prints the
# path of its Python, for THIRD_PARTY_PYTHON. The clients are pinned in pyproject.toml: `conformance`.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
folder=${1:?usage: .ci/third_party.sh FOLDER}

python3 -m venv "$folder" >&2
"$folder/bin/python" - "$root/pyproject.toml" >"$folder/requirements.txt" <<'PYTHON'
import sys
import tomllib

with open(sys.argv[1], "rb") as file:
    print(*tomllib.load(file)["project"]["optional-dependencies"]["conformance"], sep="\n")
PYTHON
"$folder/bin/pip" install --quiet --requirement "$folder/requirements.txt" >&2
printf '%s\n' "$folder/bin/python"
