"""The application over made-up editions, answered in this process: no socket, a fixed day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

from flask.testing import FlaskClient

from dashboard.app import build_app
from dashboard.state import Edition, Library
from tests.dashboard.samples import edition

TODAY = date(2026, 11, 22)
OLDER, NEWER = "2025-06-01-0ldo1d01", "2026-11-20-0a1b2c3d"
REVISED = "vhcn_coverage"


@cache
def older() -> Edition:
    """Return an earlier edition in which one value of Brussels was 10 lower."""
    scores = edition().scores
    cells = scores.cells.copy()
    own = (cells["indicator"] == REVISED) & (cells["ref_area"] == "brussels")
    cells.loc[own, "obs_value"] -= 10
    return replace(edition(), id=OLDER, created=OLDER[:10], scores=replace(scores, cells=cells))


@cache
def client(day: date = TODAY) -> FlaskClient:
    """Return a client of the application as it is on `day`."""
    library = Library(edition(), (OLDER, NEWER), lambda wanted: {OLDER: older()}[wanted])
    return build_app(library, lambda: day).server.test_client()


def get(path: str, **options: Any) -> Any:
    """Return the answer to a request."""
    return client().get(path, **options)
