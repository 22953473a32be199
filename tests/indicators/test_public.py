"""The door of the room: importing it is light, and every name behind it is there."""

from __future__ import annotations

import subprocess
import sys

import pytest

import indicators


def test_every_public_name_can_be_had() -> None:
    for name in indicators.__all__:
        assert callable(getattr(indicators, name))


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(AttributeError, match="'indicators' has no attribute 'guess'"):
        _ = indicators.guess


def test_importing_it_loads_neither_models_nor_scipy_nor_pandas() -> None:
    code = (
        "import sys, indicators; print(sorted({'pydantic', 'scipy', 'pandas', 'dash', 'requests'} & set(sys.modules)))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_scoring_itself_needs_no_scipy() -> None:
    code = "import sys, indicators.goalpost; print('scipy' in sys.modules, 'dash' in sys.modules)"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.split() == ["False", "False"]
