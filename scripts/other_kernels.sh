#!/usr/bin/env bash
# Run tests without the kernels that NumPy picks for this processor: `scripts/other_kernels.sh tests/test_shipped.py …`.
set -euo pipefail
cd "$(dirname "$0")/.."
features=$(.venv/bin/python scripts/wide_features.py)
if [ -z "$features" ]; then
  echo "skipped: this processor has nothing beyond NumPy's baseline"
  exit 0
fi
echo "without $features"
NPY_DISABLE_CPU_FEATURES=$features exec .venv/bin/python -m pytest -p no:cacheprovider "$@"
