"""A site over two made-up editions, asked through Flask's test client: the older one lacks a revision of one value."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from dashboard.app import build_app
from dashboard.state import Edition, Library
from indicators import score
from tests.dashboard.samples import edition

OLDER, NEWER = "2026-08-18-0a0a0a0a", "2026-11-20-0a1b2c3d"
REVISED, REVISED_MEASURE, REVISED_AREA = "internet_access_households", "internet_pc_hh", "BE10"
TODAY = date(2026, 11, 22)
LANGS = ("en", "fr", "nl")


@cache
def older() -> Edition:
    """Return the edition before the revision: broadband in Brussels stood one point lower in every year."""
    found = edition()
    before = found.observations.copy()
    revised = (before["measure"] == REVISED_MEASURE) & (before["ref_area"] == REVISED_AREA)
    assert revised.any()
    before.loc[revised, "obs_value"] -= 1.0
    return replace(found, id=OLDER, created="2026-08-18", observations=before, scores=score(before, found.catalogue))


def library() -> Library:
    """Return both editions, with nothing built of them yet."""
    return Library(edition(), (OLDER, NEWER), read=lambda _: older())


@cache
def client() -> FlaskClient:
    """Return a client of the site over both editions."""
    found: FlaskClient = build_app(library(), clock=lambda: TODAY).server.test_client()
    return found


@cache
def get(address: str) -> TestResponse:
    """Return the answer to a plain GET, asked once."""
    return client().get(address)
