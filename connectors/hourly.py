"""Readings by the hour or day to annual means: one rule for every network, with the coverage published beside the mean.

A reading is `point, start (naive, as published), hours (1 or 24), value, rank`; of two of one moment the one with the
lower rank is better checked. A mean is given where the readings cover at least a share of the hours of the year, which
is a parameter (0.85 for the EU, 0.75 for EEA assessments); below it the mean is withheld and the coverage stands.

What an instrument cannot have measured is left out and reported, and so lowers the coverage: signs for "none" or
"fault" that publishers write as numbers (-99, -999.9, the 985 of an instrument at its ceiling), values beyond the range
of a pollutant, and one value repeated for longer than the air repeats itself.
"""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import pandas as pd

from config.schema import Dataset, ObsStatus
from connectors.contract import Dropped

_MOMENT = ["point", "start", "hours"]


class HourlyError(ValueError):
    """Readings contradict each other or cover more than the year has; the message names point and moment."""


@dataclass(frozen=True)
class Plausible:
    """What a reading of one pollutant may be, µg/m³, and how many in a row may be the same."""

    minimum: float
    maximum: float
    signs: tuple[float, ...]  # within the range and still no measurement
    longest_run: int

    @classmethod
    def of(cls, dataset: Dataset) -> Self:
        """Return the limits in a dataset's options `hour_minimum`, `hour_maximum`, `hour_signs`, `longest_run`."""
        low, high, run = (float(str(dataset.options[name])) for name in ("hour_minimum", "hour_maximum", "longest_run"))
        signs = dataset.options.get("hour_signs", ())
        return cls(
            low, high, tuple(float(sign) for sign in (signs if isinstance(signs, tuple) else (str(signs),))), int(run)
        )


def usable(dataset: str, readings: pd.DataFrame, plausible: Plausible) -> tuple[pd.DataFrame, list[Dropped]]:
    """Return one plausible reading per point and moment, in order, and what was left out; raises HourlyError."""
    if readings.empty:
        return readings, []
    value = readings["value"]
    reasons = {
        "the value is a sign for none or for a fault": value.isin(plausible.signs),
        f"no hour is below {plausible.minimum:g} or above {plausible.maximum:g} µg/m³": ~value.between(
            plausible.minimum, plausible.maximum
        ),
    }
    dropped = []
    left = pd.Series(data=True, index=readings.index)
    for reason, out in reasons.items():
        if (out & left).any():
            dropped.append(report(dataset, reason, readings[out & left]))
        left &= ~out
    single, doubles = distinct(dataset, readings[left])
    if single.empty:
        return single, [*dropped, *doubles]
    stuck = _stuck(single, plausible.longest_run)
    reason = f"the value stands still for more than {plausible.longest_run} readings"
    dropped += [*doubles, *([report(dataset, reason, single[stuck])] if stuck.any() else [])]
    return single[~stuck], dropped


def _stuck(readings: pd.DataFrame, longest: int) -> pd.Series:
    """Return which readings are part of a run of one value, of one point, longer than `longest`; no gap ends a run."""
    ordered = readings.sort_values(["point", "hours", "start"], kind="stable")
    begins = (ordered[["point", "hours", "value"]] != ordered[["point", "hours", "value"]].shift()).any(axis=1)
    run = begins.cumsum()
    long = run.map(run.value_counts()) > longest
    return long.reindex(readings.index)


def distinct(dataset: str, readings: pd.DataFrame) -> tuple[pd.DataFrame, list[Dropped]]:
    """Return one reading per point and moment, and what was left out; raises HourlyError when two contradict.

    Of two readings of one moment the better checked stays, and of hours and a day that cover the same time the hours.
    """
    ordered = readings.sort_values([*_MOMENT, "rank"], kind="stable")
    doubled = ordered.duplicated(_MOMENT)
    rivals = ordered.drop_duplicates([*_MOMENT, "rank", "value"])
    rivals = rivals[rivals.duplicated([*_MOMENT, "rank"])]
    if len(rivals):
        row = rivals.iloc[0]
        raise HourlyError(f"{row['point']} has two different values for {row['start']}, one of them {row['value']:g}")
    single = ordered[~doubled]
    _refuse_overlap(single)
    by_hour = single.loc[single["hours"] == 1]
    held = pd.MultiIndex.from_arrays([by_hour["point"], by_hour["start"].dt.normalize()])
    covered = (single["hours"] > 1) & pd.MultiIndex.from_arrays([single["point"], single["start"].dt.normalize()]).isin(
        held
    )
    reports = [("the same moment was given twice", ordered[doubled]), ("hours cover the same day", single[covered])]
    return single[~covered], [report(dataset, reason, rows) for reason, rows in reports if len(rows)]


def _refuse_overlap(readings: pd.DataFrame) -> None:
    """Raise HourlyError for two readings of one span that share a part of their time: their hours would count twice."""
    ordered = readings.sort_values(["point", "hours", "start"], kind="stable")
    same = (ordered[["point", "hours"]] == ordered[["point", "hours"]].shift()).all(axis=1)
    short = same & (ordered["start"].diff() < pd.to_timedelta(ordered["hours"], unit="h"))
    if short.any():
        row = ordered[short].iloc[0]
        raise HourlyError(
            f"{row['point']} has a reading that begins at {row['start']}, before the one ahead of it ends"
        )


def report(dataset: str, reason: str, rows: pd.DataFrame) -> Dropped:
    """Return the report of readings that were left out; `rows` has at least one."""
    first = rows.iloc[0]
    return Dropped(dataset, reason, len(rows), f"{first['point']} {first['start']} = {first['value']:g}")


def annual(readings: pd.DataFrame, threshold: float) -> pd.DataFrame:
    """Return per point and year: mean (NaN below the threshold), coverage (% of the year's hours), negative (hours).

    In: distinct readings, valid ones only. Negative readings are noise around zero: they stay in the mean and are
    counted. Raises HourlyError for more hours than the year has.
    """
    frame = readings.assign(
        year=readings["start"].dt.year,
        weighted=readings["value"] * readings["hours"],
        below=readings["hours"].where(readings["value"] < 0, 0),
    )
    sums = frame.groupby(["point", "year"], as_index=False)[["hours", "weighted", "below"]].sum()
    whole = sums["year"].map(lambda year: 8784 if calendar.isleap(year) else 8760)
    if (sums["hours"] > whole).any():
        row = sums[sums["hours"] > whole].iloc[0]
        raise HourlyError(f"{row['point']} has {row['hours']} hours in {row['year']}")
    share = sums["hours"] / whole
    return pd.DataFrame(
        {
            "point": sums["point"],
            "time_period": sums["year"].astype(str),
            "mean": (sums["weighted"] / sums["hours"]).mask(share < threshold),
            "coverage": 100 * share,
            "negative": sums["below"].astype(float),
        }
    )


def rows(years: pd.DataFrame, statistics: Mapping[str, str], key: str, status: str = "A") -> pd.DataFrame:
    """Return observations of `annual` years, group "<key>=<point>": statistic (mean, coverage, negative) -> measure.

    `years` may have `ref_area` and `status` columns; a withheld mean is suppressed (Q).
    """
    parts = []
    for statistic, measure in statistics.items():
        part = years.drop(columns=["mean", "coverage", "negative"]).assign(measure=measure, obs_value=years[statistic])
        given = years["status"] if "status" in years else pd.Series(status, index=years.index)
        part["obs_status"] = given.mask(years[statistic].isna(), ObsStatus.SUPPRESSED.value)
        part["group"] = f"{key}=" + years["point"]
        parts.append(part)
    return pd.concat(parts, ignore_index=True)
