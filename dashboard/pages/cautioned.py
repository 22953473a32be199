"""Cautions beside the words of a page: where an indicator is only named, its oddity and its territory are named too."""

from __future__ import annotations

from config.schema import Indicator
from dashboard.charts import cautions
from dashboard.charts.context import Context
from dashboard.pages.visit import Visit


def beside(visit: Visit, indicator: Indicator) -> str:
    """Return what must stand beside an indicator's name for the place of the page; empty where nothing must."""
    return cautions.beside(Context.of(*visit.common, visit.hero), indicator, visit.hero)


def subject(visit: Visit, indicator: Indicator, place: str | None = None) -> str:
    """Return whose number of an indicator a place (the page's) shows: its own, or its country's."""
    return Context.of(*visit.common, visit.hero).subject(indicator, place or visit.hero)


def named(visit: Visit, indicator: Indicator, label: str) -> str:
    """Return a label with what must stand beside it in brackets."""
    found = beside(visit, indicator)
    return f"{label} ({found})" if found else label
