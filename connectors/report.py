"""What a refresh says about one source: a line of its final table, and what was left out, lacking or wrong."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from config.schema import Catalogue, Dataset, Level, Payload, Source
from connectors.contract import Dropped, Observations
from connectors.errors import ConnectorError


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


def report_of(
    catalogue: Catalogue,
    source: Source,
    frame: Observations,
    dropped: tuple[Dropped, ...],
    notes: tuple[str, ...] = (),
) -> SourceReport:
    """Return the line of a source whose new observations are `frame`, with what was left out and remarked."""
    valued = frame[frame["obs_value"].notna()]
    return SourceReport(
        source=source.id,
        rows=len(frame),
        places=places(catalogue, valued),
        latest_period=str(valued["time_period"].max()) if len(valued) else "",
        dropped=dropped,
        without_value={
            name: missing
            for name, dataset in source.datasets.items()
            if (missing := _without_value(catalogue, dataset, valued))
        },
        notes=notes,
    )


def without_effect(
    accept: Iterable[str], used: Container[str], chosen: Container[str], files: Mapping[str, Sequence[Payload]]
) -> tuple[str, ...]:
    """Return a sentence for each thing a refresh was asked for that changed nothing: names to accept, files to read."""
    unused = sorted(name for name in set(accept) if name not in used)
    left = sorted(name for name in files if name not in chosen)
    return (
        *(f"--accept {name}: nothing of it was implausible, so there was nothing to accept" for name in unused),
        *(
            f"{name}: left out, because --source does not name it (files in the list: {len(files[name])})"
            for name in left
        ),
    )


def places(catalogue: Catalogue, valued: Observations) -> int:
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
