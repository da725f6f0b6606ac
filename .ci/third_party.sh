#!/usr/bin/env bash
# A virtual environment with third-party clients that tests/conformance runs, in the folder given.
#
# They need other versions of packages than the tests do, and than each other, hence environments of their own.
# Prints the path of its Python: of the clients that pyproject.toml pins as `conformance`, for THIRD_PARTY_PYTHON,
# or with `conformance-feeds` as a second argument of those, for THIRD_PARTY_FEEDS_PYTHON, which needs a C compiler.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
folder=${1:?usage: .ci/third_party.sh FOLDER [conformance-feeds]}
clients=${2:-conformance}

python3 -m venv "$folder" >&2
"$folder/bin/python" - "$root/pyproject.toml" "$clients" >"$folder/requirements.txt" <<'PYTHON'
import sys
import tomllib

with open(sys.argv[1], "rb") as file:
    print(*tomllib.load(file)["project"]["optional-dependencies"][sys.argv[2]], sep="\n")
PYTHON
"$folder/bin/pip" install --quiet --requirement "$folder/requirements.txt" >&2
printf '%s\n' "$folder/bin/python"
