#!/usr/bin/env bash
# Write constraints.txt anew: the newest versions that pyproject.toml allows, tried in a throwaway environment.
set -euo pipefail
cd "$(dirname "$0")/.."

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder"
"$folder/bin/python" -m pip install --quiet '.[test,dev]'
"$folder/bin/python" -m pip list --format=freeze --exclude four-pillars --exclude pip --exclude setuptools \
  | tr '[:upper:]_' '[:lower:]-' | LC_ALL=C sort >constraints.txt
echo "constraints.txt: $(wc -l <constraints.txt) versions"
