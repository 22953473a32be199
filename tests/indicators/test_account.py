"""Causes of moved scores by kind: what is told of an indicator, and what follows from something told already."""

from __future__ import annotations

from typing import get_args

import pytest

from config.catalogue import load
from indicators import parameters
from indicators.account import REASONS, Reason, reasons
from indicators.differences import Cause
from indicators.parameters import Parameter

INDICATORS = load().indicators
SURVEY = next(i.id for i in INDICATORS.values() if i.kind == "survey" and i.role == "score")
COUNTED = next(i.id for i in INDICATORS.values() if i.kind != "survey" and i.role == "score")


def rule(kind: parameters.Kind, thing: str) -> Cause:
    return Cause("parameter", parameter=Parameter(kind, thing))


@pytest.mark.parametrize(
    ("cause", "reason"),
    [
        (Cause("period", SURVEY, "2023", "2019", "2023"), "wave"),
        (Cause("period", COUNTED, "2025", "2024", "2025"), "period"),
        (Cause("period", "gone", "2025", "2024", "2025"), "period"),
        # An older value is admitted no more: what is told is the newer one in its place, not another formula.
        (Cause("parameter", parameter=Parameter("formula", COUNTED, "earliest_period", "2019", "2023")), "period"),
        (Cause("revised", COUNTED, "2025", 1.0, 2.0), "revised"),
        (Cause("new", COUNTED, "2025", None, 2.0), "new"),
        (Cause("withdrawn", COUNTED, "2025", 1.0, None), "withdrawn"),
        (rule("goalpost", COUNTED), "goalposts"),
        (rule("weight", COUNTED), "weights"),
        (rule("formula", COUNTED), "formula"),
        (rule("indicator added", COUNTED), "added"),
        (rule("indicator removed", COUNTED), "removed"),
    ],
)
def test_a_cause_of_an_indicator_has_its_kind_and_names_it(cause: Cause, reason: Reason) -> None:
    assert reasons([cause, cause], INDICATORS) == {reason: (cause.indicator or COUNTED,)}


@pytest.mark.parametrize(
    ("cause", "reason", "thing"),
    [
        (rule("method", "method"), "method", "method"),
        (rule("place added", "oslo"), "places", "oslo"),
        (rule("place removed", "oslo"), "places", "oslo"),
        (rule("place", "oslo"), "places", "oslo"),
        (Cause("others"), "others", ""),
        (Cause("unexplained"), "unexplained", ""),
    ],
)
def test_a_cause_of_none_has_its_kind_too(cause: Cause, reason: Reason, thing: str) -> None:
    assert reasons([cause], INDICATORS) == {reason: (thing,)}


def test_every_kind_of_rule_has_a_reason() -> None:
    assert all(reasons([rule(kind, "x")], INDICATORS) for kind in get_args(parameters.Kind))


def test_that_an_added_indicator_has_a_value_now_goes_without_saying() -> None:
    new, lost = Cause("new", COUNTED, "2025", None, 2.0), Cause("withdrawn", SURVEY, "2019", 1.0, None)
    other = Cause("new", "another", "2025", None, 2.0)
    found = reasons([new, rule("indicator added", COUNTED), other, lost, rule("indicator removed", SURVEY)], INDICATORS)
    assert found == {"added": (COUNTED,), "removed": (SURVEY,), "new": ("another",)}


def test_reasons_come_in_one_order() -> None:
    causes = [Cause("unexplained"), rule("weight", COUNTED), Cause("period", SURVEY, "2023", "2019", "2023")]
    assert list(reasons(causes, INDICATORS)) == ["wave", "weights", "unexplained"]
    assert list(reasons(reversed(causes), INDICATORS)) == ["wave", "weights", "unexplained"]
    assert REASONS.index("wave") < REASONS.index("weights") < REASONS.index("unexplained")
