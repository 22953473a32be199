#!/usr/bin/env bash
# Run tests under a second Python than that of .venv: `scripts/second_python.sh tests/test_shipped.py …`.
# Its environment, .venv-second, is made from constraints.txt once. Where there is no second Python that is said, and
# nothing is run.
set -euo pipefail
cd "$(dirname "$0")/.."

minor() { "$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null || true; }

find_second() { # the newest Python that is not the first one's version
  local first=$1 version candidate
  for version in 3.14 3.13 3.12 3.11; do
    if [ "$version" = "$first" ]; then continue; fi
    for candidate in "python$version" "${PYENV_ROOT:-$HOME/.pyenv}/versions/$version".*/bin/python; do
      if [ "$(minor "$candidate")" = "$version" ] && "$candidate" -c 'import ensurepip, venv' 2>/dev/null; then
        printf '%s\n' "$candidate"
        return
      fi
    done
  done
}

first=$(minor .venv/bin/python)
second=${SECOND_PYTHON:-$(find_second "$first")}
if [ -z "$second" ]; then
  echo "skipped: there is no second Python beside $first (SECOND_PYTHON=/path/to/python names one)"
  exit 0
fi

made=$({ pwd -P; cat pyproject.toml constraints.txt; "$second" -V; } | cksum)
if [ "$(cat .venv-second/.made-from 2>/dev/null)" != "$made" ]; then
  echo "Installing into .venv-second for $("$second" -V) (about a minute the first time) …"
  rm -rf .venv-second
  "$second" -m venv .venv-second
  .venv-second/bin/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e . pytest hypothesis \
    || { rm -rf .venv-second; echo "skipped: the packages of constraints.txt cannot be had for $("$second" -V)"; exit 0; }
  printf '%s\n' "$made" >.venv-second/.made-from
fi
echo "second Python: $(.venv-second/bin/python -V)"
exec .venv-second/bin/python -m pytest -p no:cacheprovider "$@"
