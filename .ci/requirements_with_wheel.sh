#!/usr/bin/env bash
# Builds the wheel of this checkout with what .ci/constraints.txt names, and makes a repository that installs it.
#
# requirements_with_wheel.sh FOLDER [OPTION ...]: FOLDER is made, options are those of `order-batch init`.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

python3 -m venv "$scratch/venv"
"$scratch/venv/bin/pip" install --quiet --disable-pip-version-check --require-hashes --only-binary :all: \
    --requirement "$root/.ci/constraints.txt"
"$scratch/venv/bin/pip" wheel --quiet --disable-pip-version-check --no-build-isolation --no-deps \
    --wheel-dir "$scratch/wheel" "$root"
"$scratch/venv/bin/pip" install --quiet --disable-pip-version-check --no-deps "$scratch"/wheel/*.whl
"$scratch/venv/bin/order-batch" init "$1" --yes --wheel "$scratch"/wheel/*.whl "${@:2}"
