"""Calls of a GTFS feed: the rows of `stop_times.txt` by their key (trip, stop_sequence), counted per trip.

Only numbers are kept of a row: the trips and stops by position, times in seconds. A row where nobody may board or
alight is no call. A trip whose times go back is not one journey: it is left out and reported.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence, Set
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from connectors.gtfs_tables import Tables

STOP_TIMES = "stop_times.txt"
_HEADWAYS = "frequencies.txt"
_AREAS = ("location_id", "location_group_id")  # GTFS-Flex: a row may name an area in a stop's place
_OPTIONAL = ("arrival_time", "departure_time", "pickup_type", "drop_off_type")
_KINDS = ("", "0", "1", "2", "3")
_NOT_AVAILABLE = "1"
_MOST_UNUSED = 0.1  # share of the day's trips that may have no stop time before the table is called cut
_MOST_SEQUENCE = 2**31


def calls(
    tables: Tables, known: Sequence[str], running: Set[str], stops: Sequence[str], inside: Set[str]
) -> Counter[str]:
    """Return trip -> calls at stops inside, for the `running` trips; `known` and `stops` are all ids there are.

    Raises SourceChanged for a row of an unknown trip or stop, a key given twice with other contents, a time or code
    that is none, or a table that lacks many of the day's trips.
    """
    ours = np.array([trip in running for trip in known])
    here = np.array([stop in inside for stop in stops])
    rows = _without_doubles(tables, _rows(tables, known, stops, ours), known)
    _require_whole(tables, rows, ours, known)
    back = _going_back(tables, rows, known)
    rows = rows[~np.isin(rows["trip"], back)] if len(back) else rows
    at_stop, may_board = here[rows["stop"]], rows["open"]
    tables.left_out("nobody may board or alight there", int((at_stop & ~may_board).sum()))
    counts = np.bincount(rows["trip"][at_stop & may_board], minlength=len(known))
    if not counts.any():
        raise tables.changed("no trip of the ordinary weekday calls at a stop of the place")
    return Counter({known[position]: int(counts[position]) for position in np.flatnonzero(counts).tolist()})


_ROW = np.dtype(
    [("trip", "i4"), ("sequence", "i4"), ("stop", "i4"), ("arrival", "i4"), ("departure", "i4"), ("open", "?")]
)


def _rows(tables: Tables, known: Sequence[str], stops: Sequence[str], ours: np.ndarray) -> np.ndarray:
    """Return the rows of our trips at stops, in the order of the table."""
    trip_ids, stop_ids = pa.array(known, pa.string()), pa.array(stops, pa.string())
    by_area = [column for column in _AREAS if column in tables.header(STOP_TIMES)]
    columns = ("trip_id", "stop_id", "stop_sequence")
    held, areas = bytearray(), 0  # grows in place: the rows of a large feed must not be held twice
    for block in tables.blocks(STOP_TIMES, columns, _OPTIONAL):
        trip = _positions(tables, block["trip_id"], trip_ids, "trip", "trips.txt")
        named = pc.not_equal(block["stop_id"], "")
        if not by_area and not pc.all(named).as_py():
            raise tables.changed(f"{STOP_TIMES} has a row without stop_id")
        mask = pc.and_(named, pa.array(ours[trip]))
        areas += int(ours[trip].sum()) - int(pc.sum(mask).as_py() or 0)
        _positions(tables, pc.filter(block["stop_id"], named), stop_ids, "stop", "stops.txt")
        kept = {column: pc.filter(cells, mask) for column, cells in block.items()}
        part = np.empty(len(kept["trip_id"]), _ROW)
        part["trip"] = trip[np.asarray(mask)]
        part["stop"] = _positions(tables, kept["stop_id"], stop_ids, "stop", "stops.txt")
        part["sequence"] = _sequences(tables, kept["stop_sequence"])
        part["arrival"] = _seconds(tables, kept["arrival_time"])
        part["departure"] = _seconds(tables, kept["departure_time"])
        shut = [_refused(tables, kept[column], column) for column in ("pickup_type", "drop_off_type")]
        part["open"] = ~(shut[0] & shut[1])
        held += part.tobytes()
    tables.left_out("the trip serves an area there, not a stop", areas)
    return np.frombuffer(held, _ROW)


def _positions(tables: Tables, cells: pa.Array, ids: pa.Array, what: str, table: str) -> np.ndarray:
    found = pc.index_in(cells, value_set=ids)
    if found.null_count:
        stray = pc.filter(cells, pc.is_null(found))[0].as_py()
        raise tables.changed(f"{STOP_TIMES} names the {what} {stray!r:.60}, which {table} has not")
    return np.asarray(found)


def _sequences(tables: Tables, cells: pa.Array) -> np.ndarray:
    try:
        numbers = np.asarray(pc.cast(cells, pa.int64()))
    except pa.ArrowException as error:
        raise tables.changed(f"{STOP_TIMES} has a stop_sequence that is no number: {error}"[:200]) from error
    if len(numbers) and not 0 <= numbers.min() <= numbers.max() < _MOST_SEQUENCE:
        raise tables.changed(f"{STOP_TIMES} has the stop_sequence {numbers.min()} or {numbers.max()}")
    return numbers


def _seconds(tables: Tables, cells: pa.Array) -> np.ndarray:
    """Return times of day in seconds, -1 where the cell is empty; a day has few different ones."""
    encoded = pc.dictionary_encode(cells)
    numbers = np.array([_moment(tables, text) for text in encoded.dictionary.to_pylist()], dtype="i4")
    return numbers[np.asarray(encoded.indices)] if len(numbers) else np.empty(0, "i4")


def _moment(tables: Tables, text: str, table: str = STOP_TIMES) -> int:
    if not text:
        return -1
    parts = text.split(":")
    whole = len(parts) == 3 and all(part.isascii() and part.isdigit() for part in parts)
    if not whole or len(text) > 9 or int(parts[1]) > 59 or int(parts[2]) > 59:
        raise tables.changed(f"{table} has the time {text!r:.40}, expected HH:MM:SS")
    return int(parts[0]) * 3600 + int(parts[1]) * 60 + int(parts[2])


def _refused(tables: Tables, cells: pa.Array, column: str) -> np.ndarray:
    """Return where a kind of boarding is not available; raises SourceChanged for a code that the standard lacks."""
    odd = set(pc.unique(cells).to_pylist()) - set(_KINDS)
    if odd:
        raise tables.changed(f"{STOP_TIMES} has {column} {min(odd)!r:.40}, expected one of 0 to 3")
    return np.asarray(pc.equal(cells, _NOT_AVAILABLE))


def _without_doubles(tables: Tables, rows: np.ndarray, known: Sequence[str]) -> np.ndarray:
    """Return the rows by trip and sequence, each once; raises SourceChanged for two that differ."""
    key = rows["trip"].astype("i8") * _MOST_SEQUENCE + rows["sequence"]
    if (key[1:] < key[:-1]).any():  # most tables are in order, and a copy of a large one costs memory
        order = np.argsort(key, kind="stable")
        rows, key = rows[order], key[order]
    again = np.flatnonzero(key[1:] == key[:-1])
    if not len(again):
        return rows
    differ = again[rows[again] != rows[again + 1]]
    trip, sequence = (rows[name][differ[0] if len(differ) else again[0]] for name in ("trip", "sequence"))
    worded = f"trip {known[trip]!r:.60} twice at stop_sequence {sequence}"
    if len(differ):
        raise tables.changed(f"{STOP_TIMES} has {worded}, and the two rows differ")
    tables.left_out(f"{STOP_TIMES} has the row twice", len(again), worded)
    return np.delete(rows, again + 1)


def _require_whole(tables: Tables, rows: np.ndarray, ours: np.ndarray, known: Sequence[str]) -> None:
    """Report the day's trips that have no stop time; raise SourceChanged where they are many: the table was cut."""
    silent = np.setdiff1d(np.flatnonzero(ours), rows["trip"])
    if len(silent) > _MOST_UNUSED * ours.sum():
        cause = f"{len(silent)} of the {ours.sum()} trips of the ordinary weekday have no row in {STOP_TIMES}"
        raise tables.changed(f"{cause}, e.g. {known[silent[0]]!r:.60}: the table is not whole")
    tables.left_out("the trip has no stop time", len(silent), known[silent[0]] if len(silent) else "")


def _going_back(tables: Tables, rows: np.ndarray, known: Sequence[str]) -> np.ndarray:
    """Return the trips of which a stop is reached before the one ahead of it is left."""
    trip, arrival, departure = rows["trip"], rows["arrival"], rows["departure"]
    arrival, departure = np.where(arrival < 0, departure, arrival), np.where(departure < 0, arrival, departure)
    timed = arrival >= 0
    if not timed.all():
        trip, arrival, departure = trip[timed], arrival[timed], departure[timed]
    back = (trip[1:] == trip[:-1]) & (arrival[1:] < departure[:-1])
    trips = np.unique(trip[1:][back])
    tables.left_out("the trip's times go back", len(trips), known[trips[0]] if len(trips) else "")
    return trips


def departures(tables: Tables, trips: Mapping[str, object]) -> Counter[str]:
    """Return trip -> departures given by headway (`frequencies.txt`), for trips that there are.

    Raises SourceChanged for a block that is none, overlaps another of its trip, or belongs to no trip.
    """
    if not tables.has(_HEADWAYS):
        return Counter()
    key, columns = ("trip_id", "start_time"), ("end_time", "headway_secs")
    blocks: dict[str, list[tuple[int, int]]] = {}
    found = Counter[str]()
    for (trip, start), (end, headway, exact) in tables.keyed(_HEADWAYS, key, columns, ("exact_times",)).items():
        if trip not in trips:
            raise tables.changed(f"{_HEADWAYS} names the trip {trip!r:.60}, which trips.txt has not")
        first, last = (_moment(tables, text, _HEADWAYS) for text in (start, end))
        whole = headway.isascii() and headway.isdigit() and int(headway[:9]) > 0 and exact in ("", "0", "1")
        if not whole or not 0 <= first <= last <= 100 * 3600:
            raise tables.changed(f"{_HEADWAYS} holds {start}, {end}, {headway:.20}, {exact:.20}: no headway")
        found[trip] += -(-(last - first) // int(headway))  # the end is exclusive
        blocks.setdefault(trip, []).append((first, last))
    for trip, spans in blocks.items():
        spans.sort()
        if any(later[0] < earlier[1] for earlier, later in pairwise(spans)):
            raise tables.changed(f"{_HEADWAYS}: blocks of the trip {trip!r:.60} overlap")
    return found
