#!/usr/bin/env bash
# Make .venv hold this checkout and what it needs: `scripts/environment.sh run|test|dev`.
# Installs only when pyproject.toml, constraints.txt, the Python or the folder changed since the last time.
set -euo pipefail
cd "$(dirname "$0")/.."
cd "$(pwd -P)"

wanted=${1:-run}
case $wanted in
  run) target=. ;;
  test) target='.[test]' ;;
  dev) target='.[test,dev]' ;;
  *) echo "environment: choose run, test or dev, not '$wanted'" >&2; exit 2 ;;
esac

fail() { printf '%s\n' "$@" >&2; exit 1; }

find_python() {
  local candidate
  for candidate in ${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11; do
    if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      command -v "$candidate"
      return
    fi
  done
  fail 'Four Pillars needs Python 3.11 or newer and found none.' \
    'Install it (Debian, Ubuntu: apt-get install python3) or name it: make serve PYTHON=/path/to/python3.11'
}

as_root() { # runs the package manager when that needs no password
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

may_install() {
  command -v apt-get >/dev/null && { [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null; }
}

create() { # an environment with pip in it, by the first way this machine offers
  local python=$1
  rm -rf .venv
  if "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    "$python" -m venv .venv
  elif "$python" -m pip --python "$python" --version >/dev/null 2>&1 && "$python" -m venv --without-pip .venv; then
    "$python" -m pip --python .venv/bin/python install --quiet pip
  elif may_install && as_root apt-get update -qq && as_root apt-get install -y -qq --no-install-recommends python3-venv \
    && "$python" -m venv .venv; then
    :
  else
    rm -rf .venv
    fail "This Python ($python) cannot create an environment: its module 'ensurepip' is not installed." \
      'Install it and start again (Debian, Ubuntu: apt-get install python3-venv).'
  fi
}

fingerprint() { # what an environment was made from
  { pwd; cat pyproject.toml constraints.txt; .venv/bin/python -V; } | cksum
}

covers() { # an environment for dev also serves test and run
  local set
  for set in run test dev; do
    if [ "$set" = "$wanted" ]; then local reached=yes; fi
    if [ -n "${reached:-}" ] && [ "$(cat ".venv/.made-for-$set" 2>/dev/null)" = "$1" ]; then return 0; fi
  done
  return 1
}

works() { # an environment holds absolute paths: one that was moved is made anew
  grep -qsF "$PWD/.venv" .venv/bin/activate && .venv/bin/python -c 'import pip' 2>/dev/null
}

if works && covers "$(fingerprint)"; then exit 0; fi

if ! works; then create "$(find_python)"; fi
echo "Installing into .venv (about a minute the first time) …"
.venv/bin/python -m pip install --quiet -c constraints.txt -e "$target" \
  || fail 'The installation failed; the lines above say why. It needs the Python package index once.'
fingerprint >".venv/.made-for-$wanted"
