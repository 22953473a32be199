"""The one on-disk form that connectors write and indicators read: a folder, immutable, made current by one pointer.

    snapshots/CURRENT                      the id of the current snapshot, swapped in one rename
    snapshots/<YYYY-MM-DD>-<hash>/         observations.csv .parquet  scores.csv  provenance.json  catalogue.json
                                           datapackage.json  SHA256SUMS

The date is the newest retrieval among the payloads and the hash is one of all the numbers depend on
(`config.identity`), so the same payloads and the same config give the same id and the same bytes; no clock is read. A
folder is written beside its final place and renamed as a whole: a killed write leaves the previous snapshot untouched
(renaming file by file left mixtures in 96 of 200 kills). Its numbers never change. Its words may: an edition with
better ones takes the place of the one of the same id in a single step.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from config import datapackage, digits, wholeness
from config.agreement import disagreement
from config.catalogue import stored
from config.exchange import exchange, restore, settle
from config.schema import OBSERVATION_COLUMNS, OBSERVATION_KEY, Catalogue, Provenance
from config.wholeness import SUMS as SUMS

POINTER = "CURRENT"
SHIPPED = Path(__file__).parent.parent / "snapshots"
# A text cell that begins so is run as a formula by spreadsheet programs (OWASP: CSV injection).
FORMULA_TRIGGERS = ("=", "+", "-", "@", "\t", "\r", "\x00")


class SnapshotError(RuntimeError):
    """A snapshot is missing, damaged or may not be written; the message says which and what to do."""


@dataclass(frozen=True)
class Snapshot:
    """One vintage: its folder, observations, scores as written, provenance, and the catalogue it was made with."""

    id: str
    folder: Path
    observations: pd.DataFrame
    scores: pd.DataFrame
    provenance: tuple[Provenance, ...]
    catalogue: Catalogue

    @property
    def date(self) -> str:
        """Newest retrieval among the payloads, ISO date."""
        return self.id[:10]


def write(
    root: Path,
    observations: pd.DataFrame,
    scores: pd.DataFrame,
    provenance: Sequence[Provenance],
    catalogue: Catalogue,
) -> Path:
    """Write one snapshot below `root`, make it current and return its folder.

    `observations` has OBSERVATION_COLUMNS, `scores` the columns of scores.csv. A snapshot of the same id that is there
    already takes over the words given. Raises SnapshotError when there is nothing to write, a key stands twice, a text
    cell would run as a formula, a licence forbids passing figures on, the snapshot of that id has other numbers, or
    another writer is at work; the previous snapshot stays whole in each case.
    """
    _refuse_bad(observations, provenance)
    _refuse_unlicensed(provenance)
    _made(root)
    with only_writer(root):
        with tempfile.TemporaryDirectory(prefix=".writing-", dir=root) as name:
            draft = Path(name) / "draft"
            draft.mkdir()
            snapshot_id = _fill(draft, observations, scores, provenance, catalogue)
            folder = root / snapshot_id
            settle(draft)
            if not folder.exists():
                draft.rename(folder)
            elif (folder / SUMS).read_bytes() != (draft / SUMS).read_bytes():
                _refuse_other_numbers(folder, draft)
                exchange(draft, folder)
            # The edition is on the disk before the pointer leads to it.
            settle(root)
        make_current(root, snapshot_id)
    return folder


def make_current(root: Path, snapshot_id: str) -> None:
    """Point `root` at the snapshot of that id in one rename; raises SnapshotError when there is none."""
    if not (root / snapshot_id / SUMS).is_file():
        raise SnapshotError(f"no snapshot {snapshot_id!r} in {root}; `pillars snapshots list` names those there are")
    draft = root / f".{POINTER}"
    write_durably(draft, f"{snapshot_id}\n".encode())
    draft.replace(root / POINTER)
    settle(root)


def current(root: Path = SHIPPED) -> str:
    """Return the id of the current snapshot of `root`; raises SnapshotError when there is none."""
    pointer = root / POINTER
    if not pointer.is_file():
        there = f"name one of {', '.join(ids(root))} with `pillars snapshots use`" if ids(root) else ""
        advice = there or f"write one with `pillars refresh --out {root}`"
        raise SnapshotError(f"no current snapshot in {root}; {advice}")
    return pointer.read_text(encoding="utf-8", errors="replace").strip()  # what is no text is no id either


def ids(root: Path = SHIPPED) -> tuple[str, ...]:
    """Return the ids of the snapshots in `root`, oldest first."""
    return tuple(
        sorted(folder.parent.name for folder in root.glob(f"*/{SUMS}") if not folder.parent.name.startswith("."))
    )


def read(root: Path = SHIPPED, snapshot_id: str | None = None) -> Snapshot:
    """Return a snapshot of `root` (the current one by default), verified.

    Raises SnapshotError when it is missing, or anything in its folder is not as it was written.
    """
    folder = _whole(root, current(root) if snapshot_id is None else snapshot_id)
    try:
        return Snapshot(
            id=folder.name,
            folder=folder,
            observations=read_table(folder / "observations.csv"),
            scores=read_table(folder / "scores.csv"),
            provenance=wholeness.PROVENANCE.validate_json((folder / "provenance.json").read_bytes()),
            catalogue=stored((folder / "catalogue.json").read_bytes()),
        )
    except wholeness.UNREADABLE as error:
        raise SnapshotError(damaged(folder.name, f"a file of it is not readable ({error})")) from error


def rounded(scores: pd.DataFrame) -> pd.DataFrame:
    """Return the table of scores.csv with its values at the digits by which two snapshots are compared.

    So an edition written before computed numbers were rounded differs from a later one in what was revised only.
    """
    return scores.assign(obs_value=digits.unit(scores["obs_value"]))


def verify(folder: Path) -> tuple[str, ...]:
    """Return what is not as it was written: one sentence for each thing, with the file; empty when whole."""
    return wholeness.damage(folder)


def read_table(file: Path) -> pd.DataFrame:
    """Return a CSV of a snapshot with exact numbers; only an empty number cell is missing (the code NA is a code)."""
    text = {c: str for c in (*OBSERVATION_COLUMNS, "indicator", "pillar", "level") if c != "obs_value"}
    text |= dict.fromkeys(("oldest", "newest", "window_start", "window_end"), str)  # years, empty where there is none
    frame = pd.read_csv(file, dtype=text, keep_default_na=False, na_values={})
    numbers = [c for c in frame.columns if c in NUMBER_COLUMNS]
    frame[numbers] = frame[numbers].replace("", "nan").astype(float)
    return frame


NUMBER_COLUMNS = frozenset(
    {
        *("obs_value", "score", "score_unclipped", "lower", "upper", "n", "dont_know", "low", "high"),
        *("rank", "rank_low", "rank_high", "places", "coverage", "present", "of", "country_values", "years_used"),
    }
)


def _whole(root: Path, wanted: str) -> Path:
    """Return the folder of a snapshot that is whole; raises SnapshotError where there is none."""
    if wanted not in ids(root):
        there = ", ".join(ids(root)) or "none"
        raise SnapshotError(f"no snapshot {wanted!r:.100} in {root}; there are: {there}")
    problems = verify(root / wanted)
    if problems:
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        raise SnapshotError(damaged(wanted, problems[0] + more))
    return root / wanted


def damaged(snapshot_id: str, problem: str) -> str:
    """Return the sentence that refuses an edition: what is wrong with it and what can be done."""
    return (
        f"snapshot {snapshot_id} is damaged: {problem}; restore its folder from a copy, or go on with another one by "
        "`pillars snapshots use`"
    )


def _refuse_bad(observations: pd.DataFrame, provenance: Sequence[Provenance]) -> None:
    if observations.empty or not provenance:
        raise SnapshotError("there is not one observation to write; see the table of the refresh for what failed")
    if tuple(observations.columns) != OBSERVATION_COLUMNS:
        raise SnapshotError(
            f"observations have the columns {list(observations.columns)}, not {list(OBSERVATION_COLUMNS)}"
        )
    twice = observations[observations.duplicated(list(OBSERVATION_KEY))]
    if len(twice):
        raise SnapshotError(
            f"{len(twice)} observations stand twice, first {tuple(twice.iloc[0][list(OBSERVATION_KEY)])}"
        )
    for column in observations.select_dtypes(exclude="number"):
        risky = [cell for cell in observations[column].unique() if str(cell).startswith(FORMULA_TRIGGERS)]
        for cell in risky:
            raise SnapshotError(
                f"column {column}: {cell!r} would run as a formula in a spreadsheet; mend it in the connector"
            )


def _refuse_unlicensed(provenance: Sequence[Provenance]) -> None:
    """A snapshot is there to be passed on: figures whose licence forbids that never enter one."""
    held = sorted({(p.source, p.dataset, p.licence) for p in provenance if not p.redistributable})
    for source, dataset, licence in held:
        raise SnapshotError(
            f"{source}, {dataset}: the licence {licence} forbids passing its figures on, and a snapshot is passed on; "
            f"refresh again without {source}"
        )


def _fill(
    folder: Path,
    observations: pd.DataFrame,
    scores: pd.DataFrame,
    provenance: Sequence[Provenance],
    catalogue: Catalogue,
) -> str:
    """Write every file of a snapshot into `folder` and return its id."""
    ordered = observations.sort_values(list(OBSERVATION_KEY), ignore_index=True)
    origins = sorted(provenance, key=lambda p: (p.source, p.dataset, p.url, p.sha256))
    write_durably(folder / "observations.csv", _csv(ordered))
    write_durably(folder / "scores.csv", _csv(scores))
    write_durably(folder / "provenance.json", _json([p.model_dump(mode="json") for p in origins]))
    write_durably(folder / "catalogue.json", _json(catalogue.model_dump(mode="json")))
    _write_parquet(folder / "observations.parquet", ordered)
    snapshot_id = wholeness.edition_id((folder / "observations.csv").read_bytes(), origins, catalogue)
    package = datapackage.describe(folder, snapshot_id, origins)
    write_durably(folder / "datapackage.json", _json(package))
    write_durably(folder / SUMS, wholeness.sums(folder))
    return snapshot_id


def _refuse_other_numbers(folder: Path, draft: Path) -> None:
    """The numbers of an id never change: what is written over a snapshot differs from it in words only."""
    written, computed = (read_table(place / "scores.csv") for place in (folder, draft))
    found = disagreement(written, computed)
    if found is not None:
        raise SnapshotError(
            f"snapshot {folder.name} has other numbers than this version computes from the same observations and "
            f"catalogue: {found}; raise ARITHMETIC in config/digits.py, and the numbers get an id of their own"
        )


def _csv(frame: pd.DataFrame) -> bytes:
    """Return `frame` as CSV: comma, dot, LF, empty for missing, shortest digits that read back as the same number."""
    return frame.to_csv(index=False, lineterminator="\n").encode()


def _json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()


def _write_parquet(file: Path, frame: pd.DataFrame) -> None:
    # Without the metadata that pandas adds: it names versions, and the same figures should give the same bytes.
    table = pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata(None)
    sink = io.BytesIO()
    pq.write_table(table, sink, compression="zstd", store_schema=False)
    write_durably(file, sink.getvalue())


def write_durably(file: Path, content: bytes) -> None:
    """Write `content` to `file` and see it onto the disk."""
    with file.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def _made(root: Path) -> None:
    """Make the folder that holds the snapshots, and see it and what leads to it onto the disk."""
    missing = [folder for folder in (root, *root.parents) if not folder.exists()]
    root.mkdir(parents=True, exist_ok=True)
    for folder in missing:
        settle(folder.parent)


@contextmanager
def only_writer(root: Path) -> Iterator[None]:
    """Hold the lock of `root`; the system frees it when the process dies, so a kill leaves no stale lock.

    Raises SnapshotError while another process holds it.
    """
    with (root / ".lock").open("w") as lock:
        try:
            _lock(lock.fileno())
        except OSError as error:
            raise SnapshotError(f"another refresh is writing to {root}; wait until it is done") from error
        restore(root)
        _remove_leftovers(root)
        yield


def _lock(descriptor: int) -> None:
    try:
        import fcntl
    except ImportError:  # Windows
        import msvcrt  # type: ignore[import-not-found, unused-ignore]

        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined, unused-ignore]
    else:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _remove_leftovers(root: Path) -> None:
    """Remove the drafts of writers that were killed; we hold the lock, so nobody is writing them."""
    for leftover in root.glob(".writing-*"):
        shutil.rmtree(leftover, ignore_errors=True)
