"""Plausibility gates: what a file of the right shape can still have wrong, judged against config and the last snapshot.

A breach stops its source and shows the rows at fault. Whoever has looked at the publisher's page lets it pass by the
measure's name, or the dataset's where the breach is of a whole file; the report then says so.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

from config.schema import OBSERVATION_KEY, TOTAL, Dataset, Measure, Payload, Source
from connectors.contract import Observations
from connectors.errors import NoObservations, SourceChanged
from connectors.periods import NAMES, begins, frequency

RESTATED = 0.05  # a value that moves by more than this share of itself is restated, not rounded
STIRRED, NEARLY_ALL, MANY = 0.005, 0.9, 10  # more than a half per cent, of more than nine in ten, of so many or more
FEW = 3  # a measure with fewer published values has no share of them to speak of
SHOWN = 5
_ZONES = 1  # it may be tomorrow already where the publisher is


@dataclass(frozen=True)
class Breach:
    """One gate that a file did not pass: whose, why, and the rows that show it."""

    name: str  # measure, or dataset for a gate over the whole file; what `accept` must name
    dataset: str
    cause: str
    rows: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.cause}{': ' if self.rows else ''}{'; '.join(self.rows)}"


Values: TypeAlias = dict[tuple[str, str, str, str], float]  # (measure, ref_area, time_period, group) -> value
Gate: TypeAlias = Callable[[str, Dataset, Values, Values], Iterator[Breach]]


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
    gone: Mapping[str, Sequence[str]] | None = None,
    seen: Iterable[Breach] = (),
) -> tuple[Breach, ...]:
    """Return the breaches that `accept` names; raises SourceChanged with all others and their rows.

    `frame` has all rows of the files, `kept` those of the catalogue's places, `before` the source's rows in the last
    snapshot (None without one), `gone` a clause per name that a dataset's files had then and have no more, `seen` what
    was found wrong with the files themselves.
    """
    whole, ours, past = values_of(frame), values_of(kept), {} if before is None else values_of(before)
    breaches = list(seen)
    for name in dict.fromkeys(datasets):
        breaches += _breaches(name, source.datasets[name], whole, ours, past)
    for name, clauses in (gone or {}).items():
        measures = source.datasets[name].measures
        if clauses and before is not None and _said(kept, measures) != _said(before, measures):
            breaches.append(
                Breach(name, name, f"{'; '.join(clauses[:SHOWN])}, and the observations are not those before")
            )
    refused = [breach for breach in breaches if breach.name not in accept]
    if refused:
        names = " ".join(f"--accept {name}" for name in dict.fromkeys(breach.name for breach in refused))
        cause = f"{' | '.join(map(str, refused))}; if the publisher's page says the same, refresh with {names}"
        raise SourceChanged(source.id, cause, dataset=refused[0].dataset)
    return tuple(breaches)


def check_periods(source: Source, datasets: Iterable[str], frame: Observations) -> None:
    """Refuse periods that cannot be read or are of another frequency than declared; raises SourceChanged."""
    for name in dict.fromkeys(datasets):
        dataset = source.datasets[name]
        for period in sorted(set(_periods(dataset, frame))):
            found = frequency(period)
            if found != dataset.frequency:
                what = f"is a {NAMES[found]}" if found else "is no period"
                cause = f"{period!r:.40} {what}, and the table's periods are declared as {NAMES[dataset.frequency]}s"
                raise SourceChanged(source.id, f"{cause} (frequency: {dataset.frequency})", dataset=name)


def ahead(source: Source, payloads: Iterable[Payload], frame: Observations) -> Iterator[Breach]:
    """Yield a breach for each table with periods that begin after the day its files were obtained."""
    days: dict[str, str] = {}
    for payload in payloads:
        days[payload.dataset] = max(days.get(payload.dataset, ""), payload.retrieved_at)
    for name, obtained in days.items():
        dataset = source.datasets[name]
        last = datetime.fromisoformat(obtained).date() + timedelta(days=_ZONES + dataset.ahead_days)
        later = [p for p in sorted(set(_periods(dataset, frame))) if begins(p, dataset.frequency) > last]
        if later:
            shown = ", ".join(later[:SHOWN])
            yield Breach(name, name, f"the file was obtained on {obtained[:10]} and has values of {shown}")


def _periods(dataset: Dataset, frame: Observations) -> list[str]:
    ours: list[str] = frame.loc[frame["measure"].isin(list(dataset.measures)), "time_period"].tolist()
    return ours


def values_of(frame: Observations) -> Values:
    """Return key -> value of the observations that have one."""
    columns = (frame[name].tolist() for name in (*OBSERVATION_KEY, "obs_value"))
    return {(m, area, period, group): v for m, area, period, group, v in zip(*columns, strict=True) if v == v}


def _said(frame: Observations, measures: Collection[str]) -> dict[tuple[str, ...], tuple[float | None, str]]:
    """Return key -> (value, status) of the measures' rows."""
    columns = (frame[name].tolist() for name in (*OBSERVATION_KEY, "obs_value", "obs_status"))
    rows = zip(*columns, strict=True)
    return {(m, *key): (v if v == v else None, status) for m, *key, v, status in rows if m in measures}


def _breaches(name: str, dataset: Dataset, whole: Values, ours: Values, past: Values) -> Iterator[Breach]:
    whole, ours, past = (
        {key: v for key, v in rows.items() if key[0] in dataset.measures} for rows in (whole, ours, past)
    )
    yield from _out_of_range(name, dataset, whole)
    yield from _too_few(name, dataset, ours)
    if past:
        gates: tuple[Gate, ...] = (_older, _lost, _lost_areas, _shortened, _changed, _restated)
        for gate in gates:
            yield from gate(name, dataset, ours, past)


def _of(dataset: Dataset, rows: Values) -> Values:
    return {key: value for key, value in rows.items() if key[0] in dataset.measures}


def _out_of_range(name: str, dataset: Dataset, rows: Values) -> Iterator[Breach]:
    beyond: dict[str, Values] = {}
    for key, value in rows.items():
        low, high = _range(dataset.measures[key[0]])
        if not low <= value <= high:
            beyond.setdefault(key[0], {})[key] = value
    for measure, wrong in beyond.items():
        low, high = _range(dataset.measures[measure])
        yield Breach(measure, name, f"{len(wrong)} values outside {low:g} to {high:g}", _shown(wrong))


def _range(measure: Measure) -> tuple[float, float]:
    low = float("-inf") if measure.minimum is None else measure.minimum
    return low, float("inf") if measure.maximum is None else measure.maximum


def _too_few(name: str, dataset: Dataset, rows: Values) -> Iterator[Breach]:
    if len(rows) < dataset.minimum_rows:
        yield Breach(name, name, f"{len(rows)} values for places of the catalogue, expected {dataset.minimum_rows}")
    areas = len({key[1] for key in rows})
    if areas < dataset.minimum_places:
        yield Breach(name, name, f"{areas} areas with a value, expected {dataset.minimum_places}")


def _older(name: str, _: Dataset, rows: Values, past: Values) -> Iterator[Breach]:
    """A file that ends before the last one did is an older file."""
    ends, ended = max((key[2] for key in rows), default=""), max(key[2] for key in past)
    if ends < ended:
        cause = f"the file ends in {ends or 'nothing'}, the last one in {ended}: it is an older or shorter file"
        yield Breach(name, name, cause)


def _lost(name: str, dataset: Dataset, rows: Values, past: Values) -> Iterator[Breach]:
    gone = {key: value for key, value in past.items() if key not in rows}
    if len(gone) > dataset.largest_loss * len(past):
        yield Breach(name, name, f"{len(gone)} of {len(past)} published values are gone", _shown(gone))


def _lost_areas(name: str, _: Dataset, rows: Values, past: Values) -> Iterator[Breach]:
    """A place that vanishes altogether more often has a new code than nothing to say."""
    present = {key[1] for key in rows}
    gone = {key: value for key, value in past.items() if key[1] not in present}
    if gone:
        areas = sorted({key[1] for key in gone})
        yield Breach(
            name, name, f"{len(areas)} areas have no value any more ({', '.join(areas[:SHOWN])})", _shown(gone)
        )


def _shortened(name: str, _: Dataset, rows: Values, past: Values) -> Iterator[Breach]:
    """A series that ends earlier than it did would show an old value as the newest."""
    ends, ended = _newest(rows), _newest(past)
    present = {key[1] for key in rows}  # an area without any value is told by its own gate
    short: dict[str, Values] = {}
    for (measure, area, group), period in ended.items():
        if area in present and ends.get((measure, area, group), "") < period:
            key = measure, area, period, group
            short.setdefault(measure, {})[key] = past[key]
    for measure, gone in short.items():
        yield Breach(measure, name, f"{len(gone)} series end earlier than they did; gone", _shown(gone))


def _newest(rows: Values) -> dict[tuple[str, str, str], str]:
    """Return (measure, area, group) -> its latest period with a value."""
    newest: dict[tuple[str, str, str], str] = {}
    for measure, area, period, group in rows:
        newest[measure, area, group] = max(period, newest.get((measure, area, group), ""))
    return newest


def _changed(name: str, dataset: Dataset, rows: Values, past: Values) -> Iterator[Breach]:
    newest = _newest(past)
    wrong: dict[str, Values] = {}
    for key, value in rows.items():
        measure, area, period, group = key
        last = newest.get((measure, area, group), "9999")
        was = past.get(key, past.get((measure, area, last, group)) if period > last else None)
        if was is not None and _beyond(dataset.measures[measure], value, was):
            wrong.setdefault(measure, {})[key] = value
    for measure, changed in wrong.items():
        yield Breach(measure, name, f"{len(changed)} values changed by more than is plausible", _shown(changed, past))


def _beyond(measure: Measure, now: float, was: float) -> bool:
    step = float("inf") if measure.largest_change is None else measure.largest_change
    ratio = float("inf") if measure.largest_ratio is None else measure.largest_ratio
    low, high = sorted((abs(now), abs(was)))
    emptied = now == 0 and high >= 1 and ratio < float("inf")  # of a count of one or more nothing is left
    return abs(now - was) > step or emptied or (low > 0 and high > ratio * low)


def _restated(name: str, dataset: Dataset, rows: Values, past: Values) -> Iterator[Breach]:
    """Columns that changed places, or another unit, move most values of a measure at once."""
    for measure in dataset.measures:
        both = [key for key in rows if key[0] == measure and key in past]
        moved = {key: rows[key] for key in both if abs(rows[key] - past[key]) > RESTATED * abs(past[key])}
        few = FEW if dataset.largest_restated else 1  # what is frozen, or was counted once, does not move at all
        if len(both) >= few and len(moved) > dataset.largest_restated * len(both):
            cause = f"{len(moved)} of {len(both)} published values moved at once"
            yield Breach(measure, name, cause, _shown(moved, past))
            continue
        # Years or areas joined out of order need not move a value far: they move nearly all of them a little.
        stirred = {key: rows[key] for key in both if abs(rows[key] - past[key]) > STIRRED * abs(past[key])}
        if not dataset.accumulates and len(both) >= MANY and len(stirred) > NEARLY_ALL * len(both):
            cause = f"{len(stirred)} of {len(both)} published values moved a little, all at once"
            yield Breach(measure, name, cause, _shown(stirred, past))


def _shown(rows: Values, past: Values | None = None) -> tuple[str, ...]:
    shown = [f"{_worded(key, value)}{_before(key, past or {})}" for key, value in sorted(rows.items())[:SHOWN]]
    return (*shown, f"and {len(rows) - SHOWN} more") if len(rows) > SHOWN else tuple(shown)


def _worded(key: tuple[str, str, str, str], value: float) -> str:
    measure, area, period, group = key
    return f"{measure} {area} {period}{'' if group == TOTAL else f' {group}'} = {value:g}"


def _before(key: tuple[str, str, str, str], past: Values) -> str:
    return f" (was {past[key]:g})" if key in past else ""
