"""Run the connectors, keep the catalogue's areas, and say what happened to each source. Writes nothing.

A source that fails gives no half of its data: its last good observations (from the previous snapshot) stay, dated, and
its line in the report carries the error. Publishers are asked side by side (`connectors.http` keeps it to one call at a
time per host); files are read one source after another in the order of their ids, and the result depends on payloads,
configuration and the previous snapshot only.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from config.schema import Catalogue, Payload, Provenance, Source
from config.snapshot import Snapshot
from connectors import apart, boundary, changes, continued, gates, trial
from connectors import recordings as recorded
from connectors.areas import in_catalogue
from connectors.contract import Dropped, Get, Observations
from connectors.errors import ConnectorError
from connectors.frames import combine, dropped_of, members_of
from connectors.limits import budget_of
from connectors.origins import order, origin
from connectors.parsing import Parsed, module_of, parsed
from connectors.report import SourceReport, places, report_of, without_effect
from connectors.trial import Answers

Progress = Callable[[int, int, str], None]  # sources done, sources in all, the one that is read now
Fetched = Callable[[], Answers]
AT_ONCE = 8  # publishers asked side by side


@dataclass(frozen=True)
class Refreshed:
    """The outcome of a refresh: observations and provenance for a snapshot, and one report per source."""

    observations: Observations
    provenance: tuple[Provenance, ...]
    reports: tuple[SourceReport, ...]
    remarks: tuple[str, ...] = ()  # of what was asked for and had no effect

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
    accepted: frozenset[str] = frozenset()


@dataclass(frozen=True)
class _Run:
    """What every source of one refresh is judged by."""

    catalogue: Catalogue
    previous: Snapshot | None
    accept: frozenset[str]
    since: str | None

    def asked(self, source: Source) -> Source:
        """Return the source with its datasets asked for periods from `since` on, where they can be."""
        if not self.since:
            return source
        since = self.since
        datasets = {
            name: dataset.model_copy(update={"params": {**dataset.params, dataset.since_parameter: since}})
            if dataset.since_parameter
            else dataset
            for name, dataset in source.datasets.items()
        }
        return source.model_copy(update={"datasets": datasets})

    def before(self, source: Source, datasets: Collection[str]) -> Observations | None:
        """Return what the previous snapshot has of these datasets; None without one."""
        if self.previous is None:
            return None
        measures = [measure for name in dict.fromkeys(datasets) for measure in source.datasets[name].measures]
        rows = self.previous.observations
        return rows[(rows["source"] == source.id) & rows["measure"].isin(measures)].reset_index(drop=True)

    def origins(self, source: Source) -> tuple[Provenance, ...]:
        """Return the previous snapshot's payloads of the source's tables."""
        known = self.previous.provenance if self.previous else ()
        return tuple(item for item in known if item.source == source.id and item.dataset in source.datasets)

    @property
    def date(self) -> str:
        """Date of the previous snapshot; "" without one."""
        return self.previous.date if self.previous else ""


def run(
    catalogue: Catalogue,
    *,
    get: Callable[[Source], Get] | None = None,
    recordings: Mapping[str, Sequence[Payload]] | None = None,
    sources: Collection[str] | None = None,
    previous: Snapshot | None = None,
    progress: Progress | None = None,
    accept: Collection[str] = (),
    since: str | None = None,
) -> Refreshed:
    """Return the observations of the chosen sources, live by `get` or from `recordings`, and what stays of the others.

    Without `sources`, live runs take every source that is on by default and answers machines, and recordings all that
    have a payload, on or off. `accept` names measures or datasets whose breached gates a person has looked at. `since`
    asks for periods from that year on where a publisher can be asked so; older ones stay as they were.
    Raises ValueError for an unknown id, or unless exactly one of `get` and `recordings` is given.
    """
    if (get is None) == (recordings is None):
        raise ValueError("give either a way to call publishers or recordings, not both")
    _require_known(catalogue, accept)
    chosen = _chosen(catalogue, recordings, sources)
    run_ = _Run(catalogue, previous, frozenset(accept), since)
    parts = []
    with ThreadPoolExecutor(AT_ONCE) as pool:
        given = _given(pool, run_, chosen, get, recordings)
        for position, source_id in enumerate(chosen):
            if progress:
                progress(position, len(chosen), source_id)
            parts += _run_one(run_, catalogue.sources[source_id], given.pop(source_id))
    parts += [_kept(run_, source) for source_id, source in catalogue.sources.items() if source_id not in chosen]
    parts = [part for part in parts if part.report.rows or part.report.error or part.report.source in chosen]
    observations, repeated = continued.settled(catalogue, _bare(combine([part.observations for part in parts])))
    reports = [_with_repeated(part.report, repeated) for part in parts]
    return Refreshed(
        observations=observations,
        provenance=tuple(sorted((p for part in parts for p in part.provenance), key=order)),
        reports=tuple(sorted(reports, key=lambda report: report.source)),
        remarks=without_effect(accept, {name for part in parts for name in part.accepted}, chosen, recordings or {}),
    )


def _with_repeated(report: SourceReport, repeated: Mapping[str, tuple[Dropped, ...]]) -> SourceReport:
    """Return the report with what another source says as well."""
    return replace(report, dropped=(*report.dropped, *repeated.get(report.source, ())))


def _require_known(catalogue: Catalogue, accept: Collection[str]) -> None:
    datasets = [(name, dataset) for source in catalogue.sources.values() for name, dataset in source.datasets.items()]
    known = {name for name, _ in datasets} | {measure for _, dataset in datasets for measure in dataset.measures}
    unknown = sorted(set(accept) - known)
    if unknown:
        raise ValueError(f"nothing to accept is called {unknown[0]!r}; name a measure or a dataset of config/sources")


def _given(
    pool: ThreadPoolExecutor,
    run_: _Run,
    chosen: Sequence[str],
    get: Callable[[Source], Get] | None,
    recordings: Mapping[str, Sequence[Payload]] | None,
) -> dict[str, Fetched]:
    """Return how to obtain each source's payloads: those on disk, or what its calls, already under way, will bring."""
    if get is None:
        files = recordings or {}
        return {name: _held(files.get(name, ())) for name in chosen}
    return {name: pool.submit(fetch, run_.asked(run_.catalogue.sources[name]), get).result for name in chosen}


def _held(payloads: Sequence[Payload]) -> Fetched:
    return lambda: Answers(payloads)


def fetch(source: Source, get: Callable[[Source], Get]) -> Answers:
    """Return what a source's connector fetches; raises ConnectorError unless only tables on trial failed."""
    return trial.ask(module_of(source).fetch, get(source), source)


def judge(catalogue: Catalogue, source: Source, answers: Answers, previous: Snapshot | None) -> list[SourceReport]:
    """Return the line a refresh would print of these answers, and one for each table on trial that failed."""
    run_ = _Run(catalogue, previous, frozenset(), None)
    return [part.report for part in _run_one(run_, source, lambda: answers)]


def _chosen(
    catalogue: Catalogue, recordings: Mapping[str, Sequence[Payload]] | None, sources: Collection[str] | None
) -> list[str]:
    if sources is not None:
        unknown = sorted(set(sources) - set(catalogue.sources))
        if unknown:
            raise ValueError(f"unknown source {unknown[0]!r}; choose from {', '.join(sorted(catalogue.sources))}")
    if recordings is not None:
        return recorded.chosen(recordings, catalogue.sources, sorted(set(sources or ())))
    if sources is not None:
        return sorted(set(sources))
    # A publisher that refuses machines is asked only by name: its files come by hand.
    return sorted(name for name, source in catalogue.sources.items() if source.default_on and source.mode != "hand")


def _run_one(run_: _Run, source: Source, fetched: Fetched) -> list[_Part]:
    """Return the source's share, and one for each of its tables on trial that failed."""
    try:
        answers = boundary.within(source.id, lambda: _usable(source, fetched()))
        read = [_read(run_, source, trial.proven(source), answers)]
    except ConnectorError as error:
        return [_kept(run_, source, error)]
    failed = []
    for part in trial.on_trial(source):
        try:
            read.append(_read(run_, source, part, answers))
        except ConnectorError as error:
            failed.append(_kept(run_, part, error, name=f"{source.id}/{next(iter(part.datasets))}"))
    return [_reported(run_, source, answers, read), *failed]


@dataclass(frozen=True)
class _Read:
    """What the payloads of some tables of a source gave."""

    observations: Observations
    provenance: tuple[Provenance, ...] = ()
    dropped: tuple[Dropped, ...] = ()
    notes: tuple[str, ...] = ()
    accepted: frozenset[str] = frozenset()


def _read(run_: _Run, source: Source, part: Source, answers: Answers) -> _Read:
    """Return what the answers give for the tables of `part`; nothing where all payloads are of other tables."""
    for name in answers.errors.keys() & part.datasets.keys():
        raise answers.errors[name]
    others = source.datasets.keys() - part.datasets.keys()
    payloads = [payload for payload in answers.payloads if payload.dataset not in others]
    if answers.payloads and not payloads:
        return _Read(combine([]))
    found = apart.call(source.id, budget_of(source.id, len(payloads)), parsed, payloads, part)
    return boundary.within(source.id, lambda: _judged(run_, source, part, payloads, found))


def _judged(run_: _Run, source: Source, part: Source, payloads: list[Payload], found: Parsed) -> _Read:
    """Return the catalogue's share of what was read, as the gates let it pass; raises SourceChanged."""
    frame, shapes, stamps = found
    datasets = [payload.dataset for payload in payloads]
    gates.check_measures(part, datasets, frame)
    gates.check_periods(part, datasets, frame)
    kept, foreign = in_catalogue(run_.catalogue, part, frame)
    kept, older = _with_older(run_, part, datasets, kept)
    before = run_.before(part, datasets)
    known = run_.origins(source)
    other = changes.shape_notes(payloads, known, shapes)
    seen = [*gates.ahead(part, payloads, frame), *changes.vintages(part, payloads, known, stamps, members_of(frame))]
    accepted = gates.check(part, datasets, frame, kept, before, run_.accept, changes.gone(other), seen)
    notes = (*(f"{breach.dataset}: accepted by name: {breach}" for breach in accepted), *other)
    notes = (*notes, *(changes.notes(kept, before) if before is not None and len(before) else ()))
    members = members_of(frame)
    origins = [
        origin(source, payload, kept, shape=shapes[payload.sha256], stamp=stamps[payload.sha256], members=members)
        for payload in payloads
    ]
    origins += [item for item in known if item.dataset in older]
    names = frozenset(breach.name for breach in accepted)
    return _Read(kept, tuple(origins), (*dropped_of(frame), *foreign), notes, names)


def _usable(source: Source, answers: Answers) -> Answers:
    """Return the answers without payloads of tables that are switched off."""
    off = [name for name, dataset in source.datasets.items() if not dataset.enabled]
    return Answers([payload for payload in answers.payloads if payload.dataset not in off], answers.errors)


def _reported(run_: _Run, source: Source, answers: Answers, read: Sequence[_Read]) -> _Part:
    """Return what the tables gave, what stays of those that gave nothing to read, and the line that says so."""
    given = {payload.dataset for payload in answers.payloads} | answers.errors.keys()
    silent = [name for name, dataset in source.datasets.items() if dataset.enabled and name not in given]
    stays = {name: rows for name in silent if (rows := run_.before(source, [name])) is not None and len(rows)}
    frame = combine([*(part.observations for part in read), *stays.values()])
    notes = [f"{name}: switched off in config" for name, dataset in source.datasets.items() if not dataset.enabled]
    for name in silent:
        by_hand = (
            "; it is downloaded by hand and read with --recordings" if source.datasets[name].mode == "hand" else ""
        )
        kept = f"; its {len(stays[name])} rows are kept from {run_.date}" if name in stays else ""
        notes.append(f"{name}: no payload{by_hand}{kept}")
    notes += [f"{payload.dataset}: {payload.note}" for payload in answers.payloads if payload.note]
    notes += [note for part in read for note in part.notes]
    origins = [item for part in read for item in part.provenance]
    origins += [item for item in run_.origins(source) if item.dataset in stays]
    dropped = tuple(item for part in read for item in part.dropped)
    accepted = frozenset(name for part in read for name in part.accepted)
    return _Part(frame, tuple(origins), report_of(run_.catalogue, source, frame, dropped, tuple(notes)), accepted)


def _with_older(
    run_: _Run, source: Source, datasets: Sequence[str], frame: Observations
) -> tuple[Observations, frozenset[str]]:
    """Return the rows with the periods that the answers leave open, as published before, and the tables of those.

    Open are the periods before `since`, and all others where each answer of a table is about one moment.
    """
    parts, tables = [frame], set()
    for name in dict.fromkeys(datasets):
        dataset, before = source.datasets[name], run_.before(source, [name])
        if before is None or not (dataset.accumulates or (run_.since and dataset.since_parameter)):
            continue
        mine = parts[0]["measure"].isin(list(dataset.measures))
        if dataset.accumulates:
            older = before[~before["time_period"].isin(set(parts[0].loc[mine, "time_period"]))]
        else:
            older = before[before["time_period"] < run_.since]
            parts[0] = parts[0][~(mine & (parts[0]["time_period"] < run_.since))]
        parts.append(older)
        tables |= {name} if len(older) else set()
    return (combine(parts) if len(parts) > 1 else frame), frozenset(tables)


def _kept(run_: _Run, source: Source, error: ConnectorError | None = None, name: str = "") -> _Part:
    """Return what a source (or its tables given) had in the previous snapshot, dated; empty when there is none."""
    frame = run_.before(source, source.datasets)
    if frame is None:
        return _Part(combine([]), (), SourceReport(source=name or source.id, error=error))
    valued = frame[frame["obs_value"].notna()]
    report = SourceReport(
        source=name or source.id,
        rows=len(frame),
        places=places(run_.catalogue, valued),
        latest_period=str(valued["time_period"].max()) if len(valued) else "",
        error=error,
        kept_from=run_.date if len(frame) else None,
    )
    return _Part(frame, run_.origins(source) if len(frame) else (), report)


def _bare(frame: Observations) -> Observations:
    """Return the frame without attributes: the report has them, and files would not."""
    frame.attrs = {}
    return frame
