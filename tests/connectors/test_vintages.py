"""Time is gated like values: what lies ahead, is of another frequency, is no period, or is an older or other file."""

from __future__ import annotations

import io
import json
from datetime import date

import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.schema import Provenance
from config.snapshot import Snapshot
from connectors import eurostat, refresh
from connectors.errors import SourceChanged
from connectors.frames import members_of
from connectors.periods import NAMES, begins, frequency
from connectors.stamps import stamp
from tests.connectors.given import PAYLOADS, loaded, payload, small, source

LOADED = loaded()
TABLE = "isoc_r_broad_h"
CUBE = json.loads(small("eurostat", f"{TABLE}.jsonstat.json").content)
LINES = ("BE10", "NL32", "FR10")


def world(**changes):
    declared = LOADED.sources["eurostat"]
    floors = {"minimum_rows": 0, "minimum_places": 0, **changes}
    table = declared.datasets[TABLE].model_copy(update=floors)
    only = declared.model_copy(update={"datasets": {TABLE: table}})
    return LOADED.model_copy(update={"sources": {"eurostat": only}})


def sdmx(periods=("2019", "2020"), *, freq="A", unit="PC_HH", updated="16/06/24 23:00:00", extra=None) -> str:
    """A table of three regions in the form of SDMX-CSV; `extra` is a dimension or attribute with its one code."""
    name, code = extra or ("", "")
    dimension, attribute = (f"{name},", "") if name.islower() else ("", f",{name}" if name else "")
    head = f"DATAFLOW,LAST UPDATE,freq,unit,{dimension}geo,TIME_PERIOD,OBS_VALUE,OBS_FLAG,CONF_STATUS{attribute}"
    inner, after = (f"{code},", "") if name.islower() else ("", f",{code}" if name else "")
    rows = [
        f"ESTAT:ISOC_R_BROAD_H(1.0),{updated},{freq},{unit},{inner}{area},{period},{60 + at},,{after}"
        for at, area in enumerate(LINES)
        for period in periods
    ]
    return "\n".join([head, *rows]) + "\n"


def run(content: str, previous=None, catalogue=None, **options):
    given = {"eurostat": [payload(TABLE, content)]}
    return refresh.run(catalogue or world(), recordings=given, sources=["eurostat"], previous=previous, **options)


def snapshot(outcome) -> Snapshot:
    assert outcome.failed == (), outcome.failed[0].error
    return Snapshot("2026-01-01-abc", None, outcome.observations, pd.DataFrame(), outcome.provenance, LOADED)


def cause(outcome) -> str:
    (failed,) = outcome.failed
    return str(failed.error)


# --- periods ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "period,letter,first",
    [
        ("2024", "A", date(2024, 1, 1)), ("2024-S2", "S", date(2024, 7, 1)), ("2024-Q3", "Q", date(2024, 7, 1)),
        ("2024-12", "M", date(2024, 12, 1)),
        ("2024-W01", "W", date(2024, 1, 1)), ("2024-02-29", "D", date(2024, 2, 29)),
        ("2024-02-29T12:00", "T", date(2024, 2, 29)),
    ],
)  # fmt: skip
def test_a_period_has_a_frequency_and_a_first_day(period, letter, first):
    assert frequency(period) == letter
    assert begins(period, letter) == first


@pytest.mark.parametrize(
    "text", ["", "soon", "24", "2024-13", "2024-Q5", "2024-S3", "2024-02-30", "2024-W54", "2024/01", "01/01/2024",
             "2024 ", "٢٠٢٤", "2024-1", "0024", "9999", "2024-01-01T25:00", "20240101"],
)  # fmt: skip
def test_what_is_no_period_has_no_frequency(text):
    assert frequency(text) == ""


@given(st.dates(date(1850, 1, 1), date(2150, 1, 1)))
def test_every_day_is_a_period_that_begins_on_it(day):
    assert begins(day.isoformat(), frequency(day.isoformat())) == day


@pytest.mark.parametrize("period", ["2024-Q1", "2024-01", "2024-S1", "2024-01-01", "soon", "20", "2024-W01"])
def test_another_frequency_or_no_period_stops_the_source_by_name(period):
    said = cause(run(sdmx((period,))))
    assert "eurostat, isoc_r_broad_h" in said
    assert repr(period) in said
    assert "declared as years (frequency: A)" in said


def test_no_frequency_can_be_accepted_in_place_of_the_declared_one():
    assert run(sdmx(("2024-Q1",)), accept=[TABLE]).failed


def test_a_period_that_begins_after_the_day_of_retrieval_stops_the_source_unless_accepted():
    later = sdmx(("2026", "2027"))  # obtained on 1 January 2026
    assert "obtained on 2026-01-01 and has values of 2027" in cause(run(later))
    assert "--accept isoc_r_broad_h" in cause(run(later))
    assert run(later, accept=[TABLE]).failed == ()
    assert run(sdmx(("2025", "2026"))).failed == ()


@pytest.mark.parametrize("days,refused", [(364, False), (363, True)])
def test_a_schedule_may_lie_ahead_as_far_as_config_says(days, refused):
    # 1 January 2027 is 365 days after 1 January 2026; one more is given for time zones.
    assert bool(run(sdmx(("2027",)), catalogue=world(ahead_days=days)).failed) is refused


def test_the_periods_of_every_payload_are_of_the_declared_frequency():
    for declared in LOADED.sources.values():
        for table in declared.datasets.values():
            assert table.frequency in NAMES


# --- stamps -----------------------------------------------------------------------------------------------------------


def workbook() -> bytes:
    book = openpyxl.Workbook()
    for row in (["Data extracted on", "01/12/2025"], ["Last updated:", "17/11/2025 23:00"]):
        book.worksheets[0].append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    "content,moment",
    [
        ({"updated": "2024-06-16T23:00:00+0200"}, "content 2024-06-16T21:00:00Z"),
        ({"updated": "soon", "extension": {"annotation": [{"type": "UPDATE_DATA", "date": "2024-06-16T21:00:00Z"}]}},
         "content 2024-06-16T21:00:00Z"),
        ({"meta": {"prepared": "2024-06-16T21:00:00Z"}}, "content 2024-06-16T21:00:00Z"),
        ({"header": {"prepared": "2024-06-16T23:00:00+02:00"}}, "content 2024-06-16T21:00:00Z"),
        ("DATAFLOW,LAST UPDATE,geo\nX,16/06/24 23:00:00,BE\n", "content 2024-06-16T21:00:00Z"),
        ("a,b\n1,2\n", ""),
        ({"updated": 7}, ""),
        ({"updated": None, "meta": [], "extension": {"annotation": ["x"]}}, ""),
        (workbook(), "content 2025-11-17T22:00:00Z"),
    ],
)  # fmt: skip
def test_a_file_has_the_stamp_it_carries(content, moment):
    written = json.dumps(content) if isinstance(content, dict) else content
    assert stamp("eurostat", payload(TABLE, written)) == moment


def test_an_answer_without_a_stamp_of_its_own_has_that_of_its_header():
    answer = payload(TABLE, "a,b\n1,2\n").model_copy(update={"last_modified": "Sun, 16 Jun 2024 21:00:00 GMT"})
    assert stamp("eurostat", answer) == "header 2024-06-16T21:00:00Z"
    assert stamp("eurostat", answer.model_copy(update={"last_modified": "yesterday"})) == ""


def test_an_older_vintage_is_refused_unless_accepted_and_a_newer_or_equal_one_is_not():
    before = snapshot(run(sdmx()))
    older = sdmx(updated="15/06/24 23:00:00")
    assert "the file is of 2024-06-15T21:00:00Z by its own stamp, the last one of 2024-06-16" in cause(
        run(older, before)
    )
    assert "--accept isoc_r_broad_h" in cause(run(older, before))
    assert run(older, before, accept=[TABLE]).failed == ()
    for same_or_newer in ("16/06/24 23:00:00", "17/06/24 11:00:00", ""):
        assert run(sdmx(updated=same_or_newer), before).failed == ()


def test_an_answer_with_an_older_header_is_refused():
    def at(moment: str, previous=None):
        plain = sdmx(updated="")
        answer = payload(TABLE, plain).model_copy(update={"last_modified": moment})
        return refresh.run(world(), recordings={"eurostat": [answer]}, sources=["eurostat"], previous=previous)

    before = snapshot(at("Sun, 16 Jun 2024 21:00:00 GMT"))
    assert "it is an older vintage" in cause(at("Sat, 15 Jun 2024 21:00:00 GMT", before))
    assert at("Mon, 17 Jun 2024 21:00:00 GMT", before).failed == ()
    assert at("", before).failed == ()


def test_the_stamp_is_kept_in_the_provenance_and_older_editions_still_read():
    (item,) = run(sdmx()).provenance
    assert item.stamp == "content 2024-06-16T21:00:00Z"
    old = item.model_dump(exclude={"stamp", "members"})
    assert Provenance.model_validate(old).stamp == ""


# --- what nobody chose ------------------------------------------------------------------------------------------------


def test_the_sole_member_of_a_dimension_nobody_chose_is_kept_and_another_is_refused():
    before = snapshot(run(sdmx(extra=("nace_r2", "TOTAL"))))
    assert before.provenance[0].members == ("broadband_pc_hh nace_r2=TOTAL",)
    said = cause(run(sdmx(extra=("nace_r2", "C")), before))
    assert "all rows are of nace_r2 C, and were of TOTAL" in said
    assert "--accept broadband_pc_hh" in said
    assert run(sdmx(extra=("nace_r2", "C")), before, accept=["broadband_pc_hh"]).failed == ()
    assert run(sdmx(extra=("nace_r2", "TOTAL")), before).failed == ()


def test_a_file_wholly_in_another_unit_is_refused():
    assert "no row" in cause(run(sdmx(unit="NR"))) or "none of the declared measures" in cause(run(sdmx(unit="NR")))
    free = world()
    table = free.sources["eurostat"].datasets[TABLE]
    loose = {name: measure.model_copy(update={"where": {}}) for name, measure in table.measures.items()}
    free = world(measures=loose)
    before = snapshot(run(sdmx(), catalogue=free))
    assert "all rows are of unit NR, and were of PC_HH" in cause(run(sdmx(unit="NR"), before, free))


@pytest.mark.parametrize("scale,refused", [("3", True), ("6", True), ("0", False), ("", False)])
def test_values_in_thousands_are_refused(scale, refused):
    outcome = run(sdmx(extra=("UNIT_MULT", scale)))
    assert bool(outcome.failed) is refused
    if refused:
        assert f"values are in units of 10^{scale} (UNIT_MULT)" in cause(outcome)


def test_a_scale_in_json_is_refused():
    scaled = json.loads(json.dumps(CUBE))
    scaled["dimension"]["unit"]["category"]["unit"] = {"PC_HH": {"multiplier": 3}}
    with pytest.raises(SourceChanged, match=r"values of unit 'PC_HH' are in units of 10\^3"):
        eurostat.parse([payload(TABLE, json.dumps(scaled))], source("eurostat"))


@pytest.mark.parametrize("freq", ["Q", "M", "H"])
def test_a_table_of_another_frequency_is_refused(freq):
    assert f"the table is of frequency {freq}, expected A (year)" in cause(run(sdmx(freq=freq)))


def test_parts_of_an_answer_that_differ_in_what_nobody_chose_are_refused():
    parts = [
        payload(TABLE, sdmx((year,), extra=("nace_r2", code))) for year, code in (("2019", "TOTAL"), ("2020", "C"))
    ]
    with pytest.raises(SourceChanged, match="parts of the answer differ in broadband_pc_hh nace_r2: C, TOTAL"):
        eurostat.parse(parts, source("eurostat"))


# Dimensions of the files beside area, time and frequency, which the dataset itself fixes.
FILES = sorted(path for path in (PAYLOADS / "eurostat").iterdir() if path.suffix in (".json", ".csv", ".tsv", ".gz"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_the_shipped_tables_choose_from_every_dimension_of_their_files(path):
    name = path.name.partition(".")[0]
    frame = eurostat.parse([payload(name, path)], source("eurostat"))
    # The old bulk file alone has a unit, which the interface's answer has not: it is kept beside the file.
    left = {member.partition(" ")[2] for member in members_of(frame)}
    assert left == ({"unit=PC"} if path.name == "urb_percep.legacy.tsv" else set())


def test_every_shipped_table_names_what_it_chooses():
    for declared in LOADED.sources["eurostat"].datasets.values():
        asked = {name.removeprefix("c[").rstrip("]") for name in declared.params} - {
            "format", "lang", "geo", "cities", "sinceTimePeriod", "freq", "formatVersion", "compress"
        }  # fmt: skip
        for measure in declared.measures.values():
            assert measure.where, measure.label
            assert asked <= set(measure.where) | set(measure.group), "what the call filters by is checked in the answer"
