"""Run the connectors, keep the catalogue's areas, and say what happened to each source. Writes nothing.

A source that fails gives no half of its data: its last good observations (from the previous snapshot) stay, dated, and
its line in the report carries the error. Sources are run one after another in the order of their ids; the result
depends on payloads and configuration only.
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from types import ModuleType

import pandas as pd

from config.schema import SCHEMES, Catalogue, Dataset, Level, Payload, Provenance, Source
from config.snapshot import Snapshot
from connectors.contract import Dropped, Get, Observations
from connectors.errors import ConnectorError, NoObservations, SourceChanged, SourceUnavailable
from connectors.frames import combine, describe, dropped_of

Progress = Callable[[int, int, str], None]  # sources done, sources in all, the one that starts now


@dataclass(frozen=True)
class SourceReport:
    """What a refresh did with one source: a line of its final table."""

    source: str
    rows: int = 0
    places: int = 0  # city-regions or municipalities with a value
    latest_period: str = ""
    dropped: tuple[Dropped, ...] = ()
    without_value: Mapping[str, tuple[str, ...]] = field(
        default_factory=dict
    )  # dataset -> ids of default places or municipalities
    notes: tuple[str, ...] = ()
    error: ConnectorError | None = None
    kept_from: str | None = None  # date of the snapshot whose observations stay


@dataclass(frozen=True)
class Refreshed:
    """The outcome of a refresh: observations and provenance for a snapshot, and one report per source."""

    observations: Observations
    provenance: tuple[Provenance, ...]
    reports: tuple[SourceReport, ...]

    @property
    def failed(self) -> tuple[SourceReport, ...]:
        """The reports of sources that gave no new observations because of an error."""
        return tuple(report for report in self.reports if report.error)


@dataclass(frozen=True)
class _Part:
    """One source's share of the outcome."""

    observations: Observations
    provenance: tuple[Provenance, ...]
    report: SourceReport


def run(
    catalogue: Catalogue,
    *,
    get: Callable[[Source], Get] | None = None,
    recordings: Mapping[str, Sequence[Payload]] | None = None,
    sources: Collection[str] | None = None,
    previous: Snapshot | None = None,
    progress: Progress | None = None,
) -> Refreshed:
    """Return the observations of the chosen sources, live by `get` or from `recordings`, and what stays of the others.

    Without `sources`, live runs take every source that is on by default and recordings those that have a payload.
    Raises ValueError for an unknown source id, or unless exactly one of `get` and `recordings` is given.
    """
    if (get is None) == (recordings is None):
        raise ValueError("give either a way to call publishers or recordings, not both")
    chosen = _chosen(catalogue, recordings, sources)
    parts = []
    for position, source_id in enumerate(chosen):
        if progress:
            progress(position, len(chosen), source_id)
        parts.append(_run_one(catalogue, catalogue.sources[source_id], get, recordings, previous))
    parts += [_kept(catalogue, source_id, previous) for source_id in sorted(set(catalogue.sources) - set(chosen))]
    parts = [part for part in parts if part.report.rows or part.report.error or part.report.source in chosen]
    return Refreshed(
        observations=_bare(combine([part.observations for part in parts])),
        provenance=tuple(sorted((p for part in parts for p in part.provenance), key=_provenance_key)),
        reports=tuple(sorted((part.report for part in parts), key=lambda report: report.source)),
    )


def _chosen(
    catalogue: Catalogue, recordings: Mapping[str, Sequence[Payload]] | None, sources: Collection[str] | None
) -> list[str]:
    if sources is not None:
        unknown = sorted(set(sources) - set(catalogue.sources))
        if unknown:
            raise ValueError(f"unknown source {unknown[0]!r}; choose from {', '.join(sorted(catalogue.sources))}")
        return sorted(set(sources))
    on = [source_id for source_id, source in catalogue.sources.items() if source.default_on]
    return sorted(source_id for source_id in on if recordings is None or source_id in recordings)


def _run_one(
    catalogue: Catalogue,
    source: Source,
    get: Callable[[Source], Get] | None,
    recordings: Mapping[str, Sequence[Payload]] | None,
    previous: Snapshot | None,
) -> _Part:
    try:
        module = _module(source)
        payloads = list(recordings.get(source.id, ())) if recordings is not None else []
        if get is not None:
            payloads = module.fetch(get(source), source)
        payloads, notes = _usable(source, payloads)
        frame = module.parse(payloads, source)
        _check(source, payloads, frame)
    except ConnectorError as error:
        return _kept(catalogue, source.id, previous, error)
    kept, foreign = _in_catalogue(catalogue, source, frame)
    report = _report(catalogue, source, kept, (*dropped_of(frame), *foreign), notes)
    return _Part(kept, tuple(_provenance(source, payload, kept) for payload in payloads), report)


def _module(source: Source) -> ModuleType:
    name = f"connectors.{source.id}"
    if importlib.util.find_spec(name) is None:
        raise SourceUnavailable(source.id, f"there is no module {name}; a source is its YAML file and its module")
    return importlib.import_module(name)


def _usable(source: Source, payloads: Sequence[Payload]) -> tuple[list[Payload], tuple[str, ...]]:
    """Return the payloads of enabled datasets, and a note per dataset that gave none."""
    usable = [p for p in payloads if p.dataset not in source.datasets or source.datasets[p.dataset].enabled]
    given = {payload.dataset for payload in usable}
    notes = [f"{name}: switched off in config" for name, dataset in source.datasets.items() if not dataset.enabled]
    for name, dataset in source.datasets.items():
        if dataset.enabled and name not in given:
            by_hand = "; it is downloaded by hand and read with --recordings" if dataset.mode == "hand" else ""
            notes.append(f"{name}: no payload{by_hand}")
    return usable, tuple(notes)


def _check(source: Source, payloads: Sequence[Payload], frame: Observations) -> None:
    """Refuse a parse that lost a declared measure or holds a value outside the declared range."""
    if frame.empty:
        raise NoObservations(source.id, "the files hold no observation")
    present = set(frame["measure"])
    for name in dict.fromkeys(payload.dataset for payload in payloads):
        for measure, declared in source.datasets[name].measures.items():
            if measure not in present:
                raise SourceChanged(source.id, f"measure {measure!r} is gone from the file", dataset=name)
            values = frame.loc[frame["measure"] == measure]
            low = float("-inf") if declared.minimum is None else declared.minimum
            high = float("inf") if declared.maximum is None else declared.maximum
            beyond = values[(values["obs_value"] < low) | (values["obs_value"] > high)]
            if len(beyond):
                cause = f"{len(beyond)} values outside {low:g} to {high:g}, first {describe(beyond.iloc[0])}"
                raise SourceChanged(source.id, cause, dataset=name)


def _in_catalogue(
    catalogue: Catalogue, source: Source, frame: Observations
) -> tuple[Observations, tuple[Dropped, ...]]:
    """Return the rows whose area is one of a place's areas at the measure's own level, and a count of the others."""
    areas = {level: _codes(catalogue, level) for level in Level}
    levels = {name: m.level for dataset in source.datasets.values() for name, m in dataset.measures.items()}
    homes = {name: key for key, dataset in source.datasets.items() for name in dataset.measures}
    known = pd.Series(
        [area in areas[levels[name]] for name, area in zip(frame["measure"], frame["ref_area"], strict=True)],
        index=frame.index,
        dtype=bool,
    )
    foreign = frame[~known]
    reason = "the area is no place of the catalogue at the measure's level"
    dropped = []
    for dataset, rows in foreign.groupby(foreign["measure"].map(homes), sort=True):
        codes = rows["ref_area"]
        example = f"{codes.iloc[0]}, {codes.nunique()} areas in all"
        dropped.append(Dropped(str(dataset), reason, len(rows), example))
    return frame[known].reset_index(drop=True), tuple(dropped)


def _codes(catalogue: Catalogue, level: Level) -> frozenset[str]:
    """Return the area codes of one level, over all places and all schemes of that level."""
    return frozenset(
        code for place in catalogue.places.values() for scheme, code in place.areas.items() if SCHEMES[scheme] == level
    )


def _report(
    catalogue: Catalogue,
    source: Source,
    frame: Observations,
    dropped: tuple[Dropped, ...],
    notes: tuple[str, ...],
) -> SourceReport:
    valued = frame[frame["obs_value"].notna()]
    return SourceReport(
        source=source.id,
        rows=len(frame),
        places=_places(catalogue, valued),
        latest_period=str(valued["time_period"].max()) if len(valued) else "",
        dropped=dropped,
        without_value={
            name: missing
            for name, dataset in source.datasets.items()
            if (missing := _without_value(catalogue, dataset, valued))
        },
        notes=notes,
    )


def _places(catalogue: Catalogue, valued: Observations) -> int:
    """Return how many places have a value, counting each that shares an area (the cities of one country)."""
    reached = set(valued["ref_area"])
    return sum(not reached.isdisjoint(place.areas.values()) for place in catalogue.places.values())


def _without_value(catalogue: Catalogue, dataset: Dataset, valued: Observations) -> tuple[str, ...]:
    """Return the ids of the places asked for that came back without any value; none for a dataset without values.

    Asked for are the default places, the municipalities for a municipal dataset, or those its option `places` names.
    """
    reached = set(valued.loc[valued["measure"].isin(list(dataset.measures)), "ref_area"])
    municipal = any(measure.level == Level.MUNICIPALITY for measure in dataset.measures.values())
    asked = catalogue.municipalities() if municipal else catalogue.city_regions("default")
    named = dataset.options.get("places")
    return tuple(
        place.id
        for place in (asked if reached else ())
        if not reached & set(place.areas.values()) and (not isinstance(named, tuple) or place.id in named)
    )


def _provenance(source: Source, payload: Payload, frame: Observations) -> Provenance:
    dataset = source.datasets[payload.dataset]
    licence = dataset.licence or source.licence
    return Provenance(
        source=source.id,
        dataset=payload.dataset,
        publisher=source.publisher.en,
        title=dataset.title,
        url=payload.url,
        retrieved_at=payload.retrieved_at,
        sha256=payload.sha256,
        bytes=len(payload.content),
        licence=licence.id,
        licence_url=licence.url,
        attribution=source.attribution.en,
        citation=dataset.citation,
        tier=dataset.tier,
        measures=tuple(sorted(set(frame["measure"]) & set(dataset.measures))),
        redistributable=licence.redistributable,
    )


def _provenance_key(item: Provenance) -> tuple[str, ...]:
    return item.source, item.dataset, item.url, item.retrieved_at, item.sha256


def _kept(
    catalogue: Catalogue, source_id: str, previous: Snapshot | None, error: ConnectorError | None = None
) -> _Part:
    """Return what a source had in the previous snapshot and still declares, dated; empty when there is none."""
    if previous is None:
        return _Part(combine([]), (), SourceReport(source=source_id, error=error))
    frame = previous.observations
    declared = {name for dataset in catalogue.sources[source_id].datasets.values() for name in dataset.measures}
    frame = frame[(frame["source"] == source_id) & frame["measure"].isin(declared)].reset_index(drop=True)
    valued = frame[frame["obs_value"].notna()]
    report = SourceReport(
        source=source_id,
        rows=len(frame),
        places=_places(catalogue, valued),
        latest_period=str(valued["time_period"].max()) if len(valued) else "",
        error=error,
        kept_from=previous.date if len(frame) else None,
    )
    return _Part(frame, tuple(p for p in previous.provenance if p.source == source_id and len(frame)), report)


def _bare(frame: Observations) -> Observations:
    """Return the frame without attributes: the report has them, and files would not."""
    frame.attrs = {}
    return frame
