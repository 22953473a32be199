"""The comparison of two places: a verdict and its reason never contradict each other."""

from __future__ import annotations

import re

import pytest

from tests.dashboard.sites import get

ROW = re.compile(r"<td(?: class=\"text\")?>(<b>)?(ahead|behind|cannot tell|not compared)(?:</b>)?: ([^<]+)</td>")


@pytest.mark.parametrize("other", ["amsterdam", "antwerp", "sofia"])
def test_only_a_sure_verdict_is_bold_and_its_reason_is_sure_too(other: str) -> None:
    rows = ROW.findall(get(f"/en/compare?places={other}").text)
    assert len(rows) == 4 + 1 + 25  # the pillars, the overall score, the indicators
    for bold, word, why in rows:
        sure = word in ("ahead", "behind")
        assert bool(bold) == sure
        assert ("39 of 40" in why or "larger than chance" in why) == sure
        assert ("within" in why or "not clearly" in why or "about as often" in why) == (word == "cannot tell")


def test_two_places_of_one_country_share_its_values_and_are_not_compared_on_them() -> None:
    text = get("/en/compare?places=antwerp").text
    assert "the same territory’s value" in text
