"""How long a quota told in an answer's body keeps us away."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given as supposing
from hypothesis import strategies as st

from connectors.limits import quota_wait, window_wait

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("body", "seconds"),
    [
        (b'{"reset_time": "2026-01-02T00:00:00Z", "limit_time_unit": "day"}', 12 * 3600),
        (b'{"reset_time": "2026-01-01T12:01:00+00:00"}', 60),
        (b'{"reset_time": "2026-01-01T14:00:00+01:00"}', 3600),
        (b'{"reset_time": "2026-01-01T13:00:00"}', 3600),  # without zone: UTC, as the service counts its days
        (b'{"reset_time": "2025-12-31T00:00:00Z"}', 0),
        (b'{"reset_time": "soon", "limit_time_unit": "day"}', 86_400),
        (b'{"limit_time_unit": "day"}', 86_400),
        (b'{"limit_time_unit": "second"}', None),
        (b'{"error": "slow down"}', None),
        (b'["day"]', None),
        (b"slow down", None),
        (b"\xff", None),
        (b"", None),
    ],
)
def test_a_quota_is_waited_out_to_its_own_reset_time(body, seconds):
    assert quota_wait(body, NOON) == seconds


@supposing(st.integers(0, 10**6))
def test_the_wait_ends_at_the_reset_time(seconds):
    moment = NOON + timedelta(seconds=seconds)
    assert quota_wait(b'{"reset_time": "%s"}' % moment.isoformat().encode(), NOON) == seconds


@supposing(st.binary())
def test_any_body_gives_seconds_or_nothing(body):
    wait = quota_wait(body, NOON)
    assert wait is None or wait >= 0


@pytest.mark.parametrize(
    "header,seconds",
    [("37", 37.0), (" 0 ", 0.0), (None, None), ("soon", None), ("1767225660", 60.0), ("1767225000", 0.0)],
)
def test_a_reset_header_is_seconds_to_wait_or_a_moment(header, seconds):
    # 1767225600 is 2026-01-01T00:00:00Z.
    assert window_wait(header, datetime(2026, 1, 1, tzinfo=UTC)) == seconds
