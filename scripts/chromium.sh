#!/usr/bin/env bash
# See that a Chromium is there for the browser tests; install it with apt-get when that needs no password.
# Without one the browser tests are skipped by name; `--required` makes its absence an error.
set -uo pipefail

find_chromium() {
  local name
  for name in "${FOUR_PILLARS_CHROMIUM:-}" chromium chromium-browser google-chrome google-chrome-stable; do
    if [ -n "$name" ] && command -v "$name" >/dev/null && "$name" --version >/dev/null 2>&1; then return 0; fi
  done
  return 1
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

if find_chromium; then exit 0; fi
if command -v apt-get >/dev/null && { [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null; }; then
  echo 'Installing Chromium for the browser tests …'
  export DEBIAN_FRONTEND=noninteractive
  as_root apt-get update -qq </dev/null
  as_root apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core </dev/null >/dev/null \
    || as_root apt-get install -y -qq --no-install-recommends chromium-browser </dev/null >/dev/null
  if find_chromium; then exit 0; fi
fi
echo 'No Chromium found, so the browser tests are skipped. Install the package chromium (Debian: apt-get install' >&2
echo 'chromium) or Google Chrome, or set FOUR_PILLARS_CHROMIUM to the program of one you have.' >&2
if [ "${1:-}" = --required ]; then exit 1; fi
