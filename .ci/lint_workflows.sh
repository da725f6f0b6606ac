#!/usr/bin/env bash
# Other people's linters on the workflows, actions and pipelines of a repository, and on the scripts in them.
#
# lint_workflows.sh FOLDER, with check-jsonschema, zizmor and shellcheck found first on PATH. The actionlint of
# rhysd is used where it is on PATH: its package fetches the program from elsewhere while it is installed, so that it
# can have no hash in .ci/constraints.txt.
set -euo pipefail
shopt -s nullglob

cd "$1"
workflows=(.github/workflows/*.yml)
actions=(.github/actions/*/action.yml)
pipelines=(.gitlab-ci.yml .gitlab/*.yml)
[[ -e .gitlab-ci.yml ]] || pipelines=()

schema() { # NAME FILE ...: no file, nothing to check
    (($# < 2)) || check-jsonschema --builtin-schema "$@"
}

# Prints each script of a workflow, an action or a pipeline on a line of its own, in base64.
scripts() {
    python3 - "$@" <<'PYTHON'
import base64
import sys

from ruamel.yaml import YAML  # check-jsonschema has brought it


def scripts(node, key=""):
    if isinstance(node, dict):
        for name, value in node.items():
            yield from scripts(value, name)
    elif isinstance(node, list):
        for value in node:
            yield from scripts(value, key)
    elif key in ("run", "script", "before_script", "after_script"):
        yield node


for name in sys.argv[1:]:
    with open(name, encoding="utf-8") as file:
        for script in scripts(YAML(typ="safe").load(file)):
            print(base64.b64encode(script.encode()).decode())
PYTHON
}

schema vendor.github-workflows "${workflows[@]}"
schema custom.github-workflows-require-timeout "${workflows[@]}"
schema vendor.github-actions "${actions[@]}"
schema vendor.gitlab-ci "${pipelines[@]}"

if ((${#workflows[@]})); then
    # Offline: the check that needs GitHub (do the pinned commits exist?) is left out.
    zizmor --quiet --offline --persona=auditor --strict-collection .
fi

found=$(scripts "${workflows[@]}" "${actions[@]}" "${pipelines[@]}")
count=0
while IFS= read -r script; do
    [[ -n $script ]] || continue
    base64 --decode <<<"$script" | shellcheck --shell=bash --severity=warning -
    count=$((count + 1))
done <<<"$found"

if ((${#workflows[@]})) && command -v actionlint >/dev/null; then
    # Newer than actionlint 1.7.12: `queue: max` (May 2026), `$/` for what is in the same repository (July 2026), and
    # `deployment: false`.
    actionlint -ignore 'unexpected key "queue"' -ignore 'unexpected key "deployment"' -ignore '"\$/' "${workflows[@]}"
elif ((${#workflows[@]})); then
    echo "actionlint is not installed: not used"
fi
echo "${#workflows[@]} workflows, ${#actions[@]} actions, ${#pipelines[@]} pipeline files, $count scripts"
