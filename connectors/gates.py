"""Plausibility gates: what a file of the right shape can still have wrong, judged against config and the last snapshot.

A breach stops its source and shows the rows at fault. Whoever has looked at the publisher's page lets it pass by the
measure's name, or the dataset's where the breach is of a whole file; the report then says so.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass

import pandas as pd

from config.schema import OBSERVATION_KEY, Dataset, Measure, Source
from connectors.contract import Observations
from connectors.errors import NoObservations, SourceChanged
from connectors.frames import describe

RESTATED = 0.05  # a value that moves by more than this share of itself is restated, not rounded
FEW = 3  # a measure with fewer published values has no share of them to speak of
SHOWN = 5
_KEY = list(OBSERVATION_KEY)
_SERIES = ["measure", "ref_area", "group"]


@dataclass(frozen=True)
class Breach:
    """One gate that a file did not pass: whose, why, and the rows that show it."""

    name: str  # measure, or dataset for a gate over the whole file; what `accept` must name
    dataset: str
    cause: str
    rows: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.cause}{': ' if self.rows else ''}{'; '.join(self.rows)}"


Gate = Callable[[str, Dataset, Observations, Observations], Iterator[Breach]]


def check_measures(source: Source, datasets: Iterable[str], frame: Observations) -> None:
    """Refuse a parse without observations or without a declared measure; raises NoObservations or SourceChanged."""
    if frame.empty:
        raise NoObservations(source.id, "the files hold no observation")
    present = set(frame["measure"])
    for name in dict.fromkeys(datasets):
        for measure in source.datasets[name].measures:
            if measure not in present:
                raise SourceChanged(source.id, f"measure {measure!r} is gone from the file", dataset=name)


def check(
    source: Source,
    datasets: Iterable[str],
    frame: Observations,
    kept: Observations,
    before: Observations | None,
    accept: Collection[str] = (),
) -> tuple[str, ...]:
    """Return a note per breach that `accept` names; raises SourceChanged with all others and their rows.

    `frame` has all rows of the files, `kept` those of the catalogue's places, `before` the source's rows in the last
    snapshot (None without one).
    """
    known = kept.iloc[:0] if before is None else before
    breaches = [breach for name in dict.fromkeys(datasets) for breach in _breaches(source, name, frame, kept, known)]
    refused = [breach for breach in breaches if breach.name not in accept]
    if refused:
        names = " ".join(f"--accept {name}" for name in dict.fromkeys(breach.name for breach in refused))
        cause = f"{' | '.join(map(str, refused))}; if the publisher's page says the same, refresh with {names}"
        raise SourceChanged(source.id, cause, dataset=refused[0].dataset)
    return tuple(f"{breach.dataset}: accepted by name: {breach}" for breach in breaches)


def _breaches(
    source: Source, name: str, frame: Observations, kept: Observations, known: Observations
) -> Iterator[Breach]:
    dataset = source.datasets[name]
    whole, ours, past = (_valued(rows, dataset) for rows in (frame, kept, known))
    yield from _out_of_range(name, dataset, whole)
    yield from _too_few(name, dataset, ours)
    if past.empty:
        return
    gates: tuple[Gate, ...] = (_older, _lost, _lost_areas, _changed, _restated)
    for gate in gates:
        yield from gate(name, dataset, ours, past)


def _out_of_range(name: str, dataset: Dataset, rows: Observations) -> Iterator[Breach]:
    for key, measure in dataset.measures.items():
        low = float("-inf") if measure.minimum is None else measure.minimum
        high = float("inf") if measure.maximum is None else measure.maximum
        values = rows[rows["measure"] == key]
        beyond = values[(values["obs_value"] < low) | (values["obs_value"] > high)]
        if len(beyond):
            yield Breach(key, name, f"{len(beyond)} values outside {low:g} to {high:g}", _shown(beyond))


def _too_few(name: str, dataset: Dataset, rows: Observations) -> Iterator[Breach]:
    if len(rows) < dataset.minimum_rows:
        yield Breach(name, name, f"{len(rows)} values for places of the catalogue, expected {dataset.minimum_rows}")
    areas = rows["ref_area"].nunique()
    if areas < dataset.minimum_places:
        yield Breach(name, name, f"{areas} areas with a value, expected {dataset.minimum_places}")


def _older(name: str, _: Dataset, rows: Observations, past: Observations) -> Iterator[Breach]:
    """A file that ends before the last one did is an older file."""
    ends, ended = rows["time_period"].max() if len(rows) else "nothing", past["time_period"].max()
    if rows.empty or ends < ended:
        yield Breach(name, name, f"the file ends in {ends}, the last one in {ended}: it is an older or shorter file")


def _lost(name: str, dataset: Dataset, rows: Observations, past: Observations) -> Iterator[Breach]:
    gone = past[~past.set_index(_KEY).index.isin(rows.set_index(_KEY).index)]
    if len(gone) > dataset.largest_loss * len(past):
        yield Breach(name, name, f"{len(gone)} of {len(past)} published values are gone", _shown(gone))


def _lost_areas(name: str, _: Dataset, rows: Observations, past: Observations) -> Iterator[Breach]:
    """A place that vanishes altogether more often has a new code than nothing to say."""
    gone = past[~past["ref_area"].isin(rows["ref_area"])]
    if len(gone):
        areas = gone["ref_area"].unique()
        yield Breach(
            name, name, f"{len(areas)} areas have no value any more ({', '.join(areas[:SHOWN])})", _shown(gone)
        )


def _changed(name: str, dataset: Dataset, rows: Observations, past: Observations) -> Iterator[Breach]:
    limited = {key: m for key, m in dataset.measures.items() if m.largest_change or m.largest_ratio}
    pairs = _compared(rows[rows["measure"].isin(list(limited))], past)
    for key, pair in pairs.groupby("measure", sort=True):
        wrong = pair[_beyond(limited[str(key)], pair["obs_value"], pair["was"])]
        if len(wrong):
            yield Breach(str(key), name, f"{len(wrong)} values changed by more than is plausible", _shown(wrong))


def _beyond(measure: Measure, now: pd.Series, was: pd.Series) -> pd.Series:
    step = float("inf") if measure.largest_change is None else measure.largest_change
    ratio = float("inf") if measure.largest_ratio is None else measure.largest_ratio
    high, low = pd.concat([now, was], axis=1).abs().max(axis=1), pd.concat([now, was], axis=1).abs().min(axis=1)
    return ((now - was).abs() > step) | ((low > 0) & (high > ratio * low))


def _compared(rows: Observations, past: Observations) -> pd.DataFrame:
    """Return the rows with `was`: the value published for the same period, else for the newest period before it."""
    published = past.rename(columns={"obs_value": "was"})[[*_KEY, "was"]]
    same = rows.merge(published, on=_KEY, how="left")
    newest = published.sort_values("time_period").drop_duplicates(_SERIES, keep="last")
    fresh = same[same["was"].isna()].drop(columns="was").merge(newest, on=_SERIES, suffixes=("", "_was"))
    fresh = fresh[fresh["time_period"] > fresh["time_period_was"]].drop(columns="time_period_was")
    return pd.concat([same[same["was"].notna()], fresh], ignore_index=True)


def _restated(name: str, dataset: Dataset, rows: Observations, past: Observations) -> Iterator[Breach]:
    """Columns that changed places, or another unit, move most values of a measure at once."""
    pairs = rows.merge(past.rename(columns={"obs_value": "was"})[[*_KEY, "was"]], on=_KEY)
    moved = (pairs["obs_value"] - pairs["was"]).abs() > RESTATED * pairs["was"].abs()
    for key, share in moved.groupby(pairs["measure"]).mean().items():
        count = int((pairs["measure"] == key).sum())
        if count >= FEW and share > dataset.largest_restated:
            wrong = pairs[moved & (pairs["measure"] == key)]
            yield Breach(str(key), name, f"{len(wrong)} of {count} published values moved at once", _shown(wrong))


def _valued(rows: Observations, dataset: Dataset) -> Observations:
    return rows[rows["measure"].isin(list(dataset.measures)) & rows["obs_value"].notna()]


def _shown(rows: pd.DataFrame) -> tuple[str, ...]:
    shown = [f"{describe(row)}{_before(row)}" for _, row in rows.head(SHOWN).iterrows()]
    return (*shown, f"and {len(rows) - SHOWN} more") if len(rows) > SHOWN else tuple(shown)


def _before(row: pd.Series) -> str:
    return f" (was {row['was']:g})" if "was" in row else ""
