"""The list of sources as the command line prints it: terms, rhythm, how called, what is held, which tables."""

from __future__ import annotations

from config.schema import Source
from config.snapshot import Snapshot

HEADER = (
    *("source", "publisher", "licence", "cadence", "mode", "key", "rows", "last retrieved", "landing page"),
    "tables",
)


def row(source: Source, held: Snapshot | None) -> tuple[object, ...]:
    """Return the cells of a source under `HEADER`; `held` is the snapshot whose rows and dates are counted."""
    rows = int((held.observations["source"] == source.id).sum()) if held else 0
    dates = [p.retrieved_at[:10] for p in held.provenance if p.source == source.id] if held else []
    mode = source.mode if source.default_on else f"{source.mode}, off"
    last = max(dates, default="never")
    return (
        *(source.id, source.publisher.en, source.licence.id, source.cadence.en, mode),
        *(source.key_variable or "no", rows, last, source.landing_page),
        _tables(source),
    )


def _tables(source: Source) -> str:
    """Return the ids of a source's tables, with what keeps one from being fetched or trusted."""
    marks = {
        name: [
            *(["off"] if not dataset.enabled else []),
            *(["by hand"] if dataset.mode == "hand" and source.mode != "hand" else []),
            *(["on trial"] if dataset.on_trial else []),
        ]
        for name, dataset in source.datasets.items()
    }
    return ", ".join(f"{name} ({'; '.join(said)})" if said else name for name, said in marks.items())
