"""A refresh takes what it can, keeps what it had, fills no gap, and says what happened to each source."""

from __future__ import annotations

import sys
import threading
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

from config.schema import OBSERVATION_COLUMNS, Source
from config.snapshot import Snapshot
from connectors import apart, boundary, frames, recordings, refresh
from connectors.check import check
from connectors.errors import NoObservations, SourceChanged, SourceUnavailable
from tests.connectors.given import loaded

ROOT = Path(__file__).resolve().parents[2]
LOADED = loaded()


def source(source_id, **changes):
    text = {"en": source_id, "fr": source_id, "nl": source_id}
    measure = {"unit": "%", "level": "country", "label": "Something", "minimum": 0, "maximum": 100}
    dataset = {
        "title": "A table",
        "url": f"https://{source_id}.example/table",
        "citation": f"{source_id}, a table",
        "measures": {f"{source_id}_share": measure},
    }
    fields = {
        "id": source_id,
        "publisher": text,
        "title": text,
        "landing_page": f"https://{source_id}.example",
        "licence": {"id": "CC-BY-4.0", "name": text, "url": "https://licence.example"},
        "attribution": text,
        "hosts": [f"{source_id}.example"],
        "mode": "api",
        "cadence": text,
        "datasets": {"table": dataset},
    }
    return Source.model_validate({**fields, **changes})


@pytest.fixture
def world(monkeypatch):
    """Two sources, `north` and `south`, whose connectors read lines of `area period value`."""
    sources = {name: source(name) for name in ("north", "south")}

    def fetch(get, chosen):
        return [get("table", chosen.datasets["table"].url)]

    def parse(payloads, chosen):
        lines = [line.split() for payload in payloads for line in payload.content.decode().splitlines()]
        if not payloads:
            raise NoObservations(chosen.id, "no payload")
        if any(len(line) != 3 for line in lines):
            raise SourceChanged(chosen.id, "column 'value' is gone", dataset="table")
        rows = pd.DataFrame(lines, columns=["ref_area", "time_period", "obs_value"])
        return frames.observations(chosen, "table", rows.assign(measure=f"{chosen.id}_share"))

    for name in sources:
        module = SimpleNamespace(SOURCE_ID=name, fetch=fetch, parse=parse, __spec__=SimpleNamespace(name=name))
        monkeypatch.setitem(sys.modules, f"connectors.{name}", module)
    # Another process would not know these connectors.
    monkeypatch.setattr(apart, "call", lambda name, _, read, *given: boundary.within(name, lambda: read(*given)))
    return LOADED.model_copy(update={"sources": sources})


@pytest.fixture
def run(world, a_payload):
    def refreshed(north=None, south=None, **options):
        texts = {"north": north, "south": south}
        recordings = {name: [a_payload(text, "table")] for name, text in texts.items() if text is not None}
        return refresh.run(options.pop("catalogue", world), recordings=recordings, **options)

    return refreshed


def snapshot_of(outcome, world):
    return Snapshot(
        id="2025-06-01-abc",
        folder=None,
        observations=outcome.observations,
        scores=pd.DataFrame(),
        provenance=outcome.provenance,
        catalogue=world,
    )


GOOD = "BE 2024 40\nNL 2024 60\n"


def test_a_refresh_gives_observations_provenance_and_a_line_per_source(run):
    outcome = run(GOOD, "BE 2023 1\n")
    assert tuple(outcome.observations.columns) == OBSERVATION_COLUMNS
    assert outcome.observations["obs_value"].tolist() == [40.0, 60.0, 1.0]
    assert outcome.observations.attrs == {}
    assert [(item.source, item.measures) for item in outcome.provenance] == [
        ("north", ("north_share",)), ("south", ("south_share",))
    ]  # fmt: skip
    north = outcome.reports[0]
    assert (north.source, north.rows, north.latest_period, north.error) == ("north", 2, "2024", None)
    assert outcome.failed == ()


def test_the_same_payloads_give_the_same_rows_whatever_their_order(run):
    one = run(GOOD, "BE 2023 1\n")
    other = run("NL 2024 60\nBE 2024 40\n", "BE 2023 1\n")
    pd.testing.assert_frame_equal(one.observations, other.observations)


def test_places_are_counted_over_all_that_share_an_area(run):
    """A value of Belgium is one of Brussels, Antwerp, Ghent and Liège."""
    belgian = [p for p in LOADED.places.values() if p.areas.get("country") == "BE"]
    assert run("BE 2024 40\n").reports[0].places == len(belgian) >= 4


def test_areas_beyond_the_catalogue_are_left_out_and_counted(run):
    outcome = run("BE 2024 40\nJP 2024 1\nJP 2023 1\nUS 2024 2\n")
    assert outcome.observations["ref_area"].tolist() == ["BE"]
    (dropped,) = outcome.reports[0].dropped
    assert dropped.count == 3
    assert dropped.example == "JP, 2 areas in all"


def test_an_area_of_another_level_is_never_taken_for_the_place(run):
    """The measure is of countries: a region's row is no value of any place here."""
    assert run("BE 2024 40\nBE10 2024 1\n").observations["ref_area"].tolist() == ["BE"]


def test_places_that_came_back_without_a_value_are_named(run):
    missing = run(GOOD).reports[0].without_value["table"]
    assert "paris" in missing
    assert "brussels" not in missing
    assert "amsterdam" not in missing


def test_a_failing_source_keeps_its_last_good_rows_and_says_from_when(run, world):
    before = snapshot_of(run(GOOD, "BE 2023 1\n"), world)
    outcome = run("BE 2025\n", "BE 2023 1\nBE 2025 2\n", previous=before)
    values = outcome.observations.set_index(["measure", "ref_area", "time_period"])["obs_value"].to_dict()
    assert values == {
        ("north_share", "BE", "2024"): 40,
        ("north_share", "NL", "2024"): 60,
        ("south_share", "BE", "2023"): 1,
        ("south_share", "BE", "2025"): 2,
    }
    north = outcome.reports[0]
    assert north.kept_from == "2025-06-01"
    assert str(north.error) == "north, table: column 'value' is gone"
    assert outcome.failed == (north,)
    assert [item.source for item in outcome.provenance] == ["north", "south"]


def test_a_failing_source_without_a_past_gives_nothing_at_all(run):
    outcome = run("BE 2025\n", "BE 2025 2\n")
    assert set(outcome.observations["source"]) == {"south"}
    assert [item.source for item in outcome.provenance] == ["south"]
    assert outcome.reports[0].kept_from is None


def test_sources_left_aside_stay_as_they_were(run, world):
    before = snapshot_of(run(GOOD, "BE 2023 1\n"), world)
    outcome = run(south="BE 2023 1\nBE 2025 2\n", previous=before, sources=["south"])
    assert outcome.observations["obs_value"].tolist() == [40.0, 60.0, 1.0, 2.0]
    assert outcome.reports[0].kept_from == "2025-06-01"
    assert outcome.failed == ()


def test_rows_of_a_measure_that_config_no_longer_has_are_not_kept(run, world):
    before = snapshot_of(run(GOOD, "BE 2023 1\n"), world)
    renamed = source("north").datasets["table"].model_copy(update={"measures": {}})
    smaller = world.model_copy(
        update={
            "sources": {**world.sources, "north": source("north").model_copy(update={"datasets": {"table": renamed}})}
        }
    )
    outcome = run(south="BE 2023 1\n", previous=before, sources=["south"], catalogue=smaller)
    assert set(outcome.observations["source"]) == {"south"}
    assert [item.source for item in outcome.provenance] == ["south"]


def test_a_value_beyond_the_declared_range_stops_the_source_and_is_shown(run):
    outcome = run("BE 2024 40\nNL 2024 600\n")
    assert "1 values outside 0 to 100: north_share NL 2024 = 600" in str(outcome.reports[0].error)
    assert outcome.observations.empty


def test_a_declared_measure_that_vanished_stops_the_source(world, run):
    changed = source("north").datasets["table"]
    more = {**changed.measures, "north_other": changed.measures["north_share"]}
    north = source("north").model_copy(update={"datasets": {"table": changed.model_copy(update={"measures": more})}})
    outcome = run(GOOD, catalogue=world.model_copy(update={"sources": {**world.sources, "north": north}}))
    assert "measure 'north_other' is gone" in str(outcome.reports[0].error)


def test_a_live_refresh_asks_each_source_through_its_own_get(world, a_payload):
    asked = []

    def get_for(chosen):
        def get(dataset, url, **_):
            asked.append((chosen.id, url))
            if chosen.id == "south":
                raise SourceUnavailable("south", "the publisher answers 503, 4 times", dataset=dataset, url=url)
            return a_payload(GOOD, dataset)

        return get

    outcome = refresh.run(world, get=get_for)
    assert asked == [("north", "https://north.example/table"), ("south", "https://south.example/table")]
    assert [report.source for report in outcome.failed] == ["south"]


def test_a_source_that_is_off_is_read_when_a_recording_or_its_name_asks_for_it(world, a_payload):
    off = world.sources["south"].model_copy(update={"default_on": False})
    quiet = world.model_copy(update={"sources": {**world.sources, "south": off}})
    recordings = {name: [a_payload(GOOD, "table")] for name in ("north", "south")}
    assert [r.source for r in refresh.run(quiet, recordings=recordings).reports] == ["north", "south"]
    named = refresh.run(quiet, recordings=recordings, sources=["south"])
    assert [r.source for r in named.reports] == ["south"]
    assert named.remarks == ("north: left out, because --source does not name it (files in the list: 1)",)
    live = refresh.run(quiet, get=lambda _: lambda dataset, _url, **__: a_payload(GOOD, dataset))
    assert [r.source for r in live.reports] == ["north"]  # nobody asked for the other


@pytest.mark.parametrize("source_id", [name for name, source in LOADED.sources.items() if not source.default_on])
def test_no_recording_of_a_source_that_is_off_is_dropped_in_silence(source_id, a_payload):
    """Whatever lies in the file: it is read, or its source fails by name."""
    source = LOADED.sources[source_id]
    dataset = next(name for name, described in source.datasets.items() if described.enabled)
    outcome = refresh.run(LOADED, recordings={source_id: [a_payload("no,table\n", dataset)]})
    assert {report.source.partition("/")[0] for report in outcome.failed} == {source_id}


def test_a_recording_of_a_table_that_is_switched_off_is_refused(a_payload):
    with pytest.raises(ValueError, match="'no2_hours' of irceline, which config/sources/irceline"):
        refresh.run(LOADED, recordings={"irceline": [a_payload(GOOD, "no2_hours")]})


def test_a_source_named_without_a_recording_is_refused(run):
    with pytest.raises(ValueError, match="the recordings have no row of 'south'; they have: north"):
        run(GOOD, sources=["south"])


@pytest.mark.parametrize("allowed", [True, False])
def test_provenance_says_whether_the_licence_lets_figures_be_passed_on(world, run, allowed):
    north = world.sources["north"]
    licence = north.licence.model_copy(update={"redistributable": allowed})
    held = world.model_copy(update={"sources": {"north": north.model_copy(update={"licence": licence})}})
    assert [item.redistributable for item in run(GOOD, catalogue=held).provenance] == [allowed]


def test_a_live_refresh_leaves_out_what_only_comes_by_hand(world, a_payload):
    by_hand = world.sources["south"].model_copy(update={"mode": "hand"})
    mixed = world.model_copy(update={"sources": {**world.sources, "south": by_hand}})
    live = refresh.run(mixed, get=lambda _: lambda dataset, _url, **__: a_payload(GOOD, dataset))
    assert [r.source for r in live.reports] == ["north"]
    recordings = {name: [a_payload(GOOD, "table")] for name in ("north", "south")}
    assert [r.source for r in refresh.run(mixed, recordings=recordings).reports] == ["north", "south"]


def test_a_dataset_without_a_payload_is_noted(world, a_payload):
    north = world.sources["north"]
    hand = north.datasets["table"].model_copy(update={"mode": "hand"})
    more = north.model_copy(update={"datasets": {**north.datasets, "by_hand": hand}})
    wider = world.model_copy(update={"sources": {**world.sources, "north": more}})
    outcome = refresh.run(wider, recordings={"north": [a_payload(GOOD, "table")]})
    assert outcome.reports[0].notes == ("by_hand: no payload; it is downloaded by hand and read with --recordings",)


@pytest.fixture
def two_tables(world, run):
    """North with a second table, `by_hand`, and a snapshot that has both."""
    north = world.sources["north"]
    share = north.datasets["table"].measures["north_share"]
    hand = north.datasets["table"].model_copy(update={"mode": "hand", "measures": {"north_by_hand": share}})

    def wider(**changes):
        tables = {**north.datasets, "by_hand": hand.model_copy(update=changes)}
        return world.model_copy(update={"sources": {"north": north.model_copy(update={"datasets": tables})}})

    good = run(GOOD)
    rows = pd.concat([good.observations, good.observations.assign(measure="north_by_hand")], ignore_index=True)
    of_hand = good.provenance[0].model_copy(update={"dataset": "by_hand", "measures": ("north_by_hand",)})
    return wider, Snapshot("2025-06-01-abc", None, rows, pd.DataFrame(), (*good.provenance, of_hand), wider())


def test_a_dataset_without_a_payload_keeps_its_last_good_rows_and_says_so(two_tables, run):
    """A live refresh cannot bring what comes by hand: that stays, with its date and where it came from."""
    wider, before = two_tables
    outcome = run("BE 2024 41\nNL 2024 60\n", catalogue=wider(), previous=before)
    held = outcome.observations.set_index(["measure", "ref_area"])["obs_value"].to_dict()
    assert held == {
        ("north_by_hand", "BE"): 40, ("north_by_hand", "NL"): 60, ("north_share", "BE"): 41, ("north_share", "NL"): 60
    }  # fmt: skip
    assert [item.dataset for item in outcome.provenance] == ["by_hand", "table"]
    told = (
        "by_hand: no payload; it is downloaded by hand and read with --recordings; its 2 rows are kept from 2025-06-01"
    )
    assert told in outcome.reports[0].notes


def test_a_dataset_that_was_switched_off_is_not_kept(two_tables, run):
    wider, before = two_tables
    outcome = run(GOOD, catalogue=wider(enabled=False), previous=before)
    assert set(outcome.observations["measure"]) == {"north_share"}
    assert outcome.reports[0].notes == ("by_hand: switched off in config",)


def test_a_source_without_a_module_is_named(world, a_payload):
    lost = world.model_copy(update={"sources": {"lost_office": source("lost_office")}})
    outcome = refresh.run(lost, recordings={"lost_office": [a_payload(GOOD, "table")]})
    assert "there is no module connectors.lost_office" in str(outcome.reports[0].error)


def test_progress_tells_which_source_of_how_many(run):
    told = []
    run(GOOD, GOOD, progress=lambda *step: told.append(step))
    assert told == [(0, 2, "north"), (1, 2, "south")]


def test_an_unknown_source_is_refused_with_those_there_are(run):
    with pytest.raises(ValueError, match="unknown source 'west'; choose from north, south"):
        run(GOOD, sources=["west"])


def test_live_and_recorded_at_once_is_refused(world):
    with pytest.raises(ValueError, match="not both"):
        refresh.run(world)


# --- against the last snapshot ----------------------------------------------------------------------------------------


def limited(world, **limits):
    """The world with other limits of north's dataset or measure, whichever has a field of that name."""
    table = world.sources["north"].datasets["table"]
    of_dataset = {key: value for key, value in limits.items() if key in type(table).model_fields}
    of_measure = {key: value for key, value in limits.items() if key not in of_dataset}
    measure = table.measures["north_share"].model_copy(update=of_measure)
    table = table.model_copy(update={**of_dataset, "measures": {"north_share": measure}})
    north = world.sources["north"].model_copy(update={"datasets": {"table": table}})
    return world.model_copy(update={"sources": {**world.sources, "north": north}})


BREACHES = {
    "a large change": ({"largest_change": 10}, "BE 2024 55\nNL 2024 60\n", "north_share BE 2024 = 55 (was 40)"),
    "a large step to a new year": (
        {"largest_change": 10}, GOOD + "BE 2025 20\nNL 2025 61\n", "1 values changed by more than is plausible",
    ),
    "a large ratio": ({"largest_ratio": 2}, "BE 2024 4\nNL 2024 60\n", "north_share BE 2024 = 4 (was 40)"),
    "too few rows": ({"minimum_rows": 3}, GOOD, "2 values for places of the catalogue, expected 3"),
    "too few places": ({"minimum_places": 3}, GOOD, "2 areas with a value, expected 3"),
    "a place gone": ({}, "BE 2024 40\nBE 2023 39\n", "1 areas have no value any more (NL)"),
    "an older file": ({"largest_loss": 1}, "BE 2023 40\nNL 2023 60\n", "the file ends in 2023, the last one in 2024"),
    "values gone": ({}, "BE 2024 40\nNL 2025 60\n", "1 of 2 published values are gone"),
    "the newest value of one place gone": (
        {"largest_loss": 1}, "BE 2024 40\nNL 2023 59\n",
        "1 series end earlier than they did; gone: north_share NL 2024 = 60",
    ),
}  # fmt: skip


@pytest.mark.parametrize("limits,text,words", BREACHES.values(), ids=BREACHES)
def test_a_breached_gate_stops_the_source_shows_its_rows_and_is_passed_by_name(world, run, limits, text, words):
    before = snapshot_of(run(GOOD), world)
    strict = limited(world, **limits)
    stopped = run(text, catalogue=strict, previous=before)
    report = stopped.reports[0]
    assert words in str(report.error)
    assert stopped.observations.equals(before.observations)
    name = "north_share" if "--accept north_share" in str(report.error) else "table"
    passed = run(text, catalogue=strict, previous=before, accept=["north_share", "table"])
    assert passed.failed == ()
    assert len(passed.observations) == len(text.splitlines())
    assert any(note.startswith("table: accepted by name") and words in note for note in passed.reports[0].notes)
    assert name in str(report.error)


def test_most_values_of_a_measure_moving_at_once_is_another_quantity(world, run):
    """Three of three values double: the range allows it, no single change does not."""
    before = snapshot_of(run("BE 2024 10\nNL 2024 20\nFR 2024 30\n"), world)
    text = str(run("BE 2024 20\nNL 2024 40\nFR 2024 60\n", previous=before).reports[0].error)
    assert "3 of 3 published values moved at once: north_share BE 2024 = 20 (was 10)" in text


def test_the_report_counts_what_is_new_revised_and_gone(world, run):
    before = snapshot_of(run("BE 2023 10\nBE 2024 10\nNL 2024 20\nFR 2024 30\n"), world)
    outcome = run("BE 2024 10.5\nNL 2024 20\nFR 2024 30\nNL 2025 21\n", catalogue=limited(world, largest_loss=0.3),
                  previous=before)  # fmt: skip
    assert outcome.reports[0].notes[-4:] == (
        "1 values new, e.g. north_share NL 2025 = 21",
        "1 values revised, e.g. north_share BE 2024 = 10.5, was 10",
        "1 values no longer there, e.g. north_share BE 2023 = 10",
        "latest period 2025, was 2024",
    )


def test_an_unchanged_file_is_reported_without_a_change(world, run):
    assert run(GOOD, previous=snapshot_of(run(GOOD), world)).reports[0].notes == ()


def test_nothing_is_accepted_that_does_not_exist(run):
    with pytest.raises(ValueError, match="nothing to accept is called 'nrth_share'"):
        run(GOOD, accept=["nrth_share"])


def test_accepting_what_was_not_implausible_is_told(world, run):
    assert run(GOOD, accept=["table"]).remarks == (
        "--accept table: nothing of it was implausible, so there was nothing to accept",
    )
    strict = limited(world, largest_change=5)
    before = snapshot_of(run(GOOD), world)
    used = run("BE 2024 50\nNL 2024 60\n", catalogue=strict, previous=before, accept=["north_share", "south_share"])
    assert used.failed == ()
    assert [remark.split(":")[0] for remark in used.remarks] == ["--accept south_share"]


def test_since_asks_for_new_periods_and_keeps_the_published_old_ones(world, run, a_payload):
    before = snapshot_of(run("BE 2023 39\nBE 2024 40\n"), world)
    dated = limited(world, since_parameter="from")
    asked = []

    def get(dataset, url, **rest):
        asked.append(rest)
        return a_payload("BE 2024 41\nBE 2025 42\n", dataset)

    def fetch(get, source):
        return [get("table", source.datasets["table"].url, params=source.datasets["table"].params)]

    sys.modules["connectors.north"].fetch = fetch
    outcome = refresh.run(dated, get=lambda _: get, sources=["north"], previous=before, since="2024")
    assert asked == [{"params": {"from": "2024"}}]
    assert outcome.observations["time_period"].tolist() == ["2023", "2024", "2025"]
    assert outcome.observations["obs_value"].tolist() == [39, 41, 42]
    assert len(outcome.provenance) == 2  # the new answer, and the one the old period came from


def test_an_answer_about_one_moment_is_added_to_those_before(world, run):
    """Stations counted in March and again in April make two figures; March counted anew replaces March."""
    monthly = limited(world, frequency="M")
    before = snapshot_of(run("BE 2025-02 38\nBE 2025-03 40\nNL 2025-03 60\n", catalogue=monthly), monthly)
    moments = limited(monthly, accumulates=True)
    outcome = run("BE 2025-04 41\nNL 2025-04 61\nBE 2025-03 40.5\nNL 2025-03 60\n", catalogue=moments, previous=before)
    assert outcome.failed == ()
    held = outcome.observations.set_index(["ref_area", "time_period"])["obs_value"].to_dict()
    assert held == {
        ("BE", "2025-02"): 38, ("BE", "2025-03"): 40.5, ("BE", "2025-04"): 41,
        ("NL", "2025-03"): 60, ("NL", "2025-04"): 61,
    }  # fmt: skip
    assert len(outcome.provenance) == 2
    lost = run("BE 2025-04 41\nNL 2025-04 61\n", catalogue=monthly, previous=before)
    assert "3 of 3 published values are gone" in str(lost.failed[0].error), "any other table loses nothing unseen"


def test_a_value_that_the_home_of_a_series_publishes_too_is_left_out_and_told(world, run):
    north = world.sources["north"].datasets["table"]
    south = world.sources["south"].datasets["table"]
    going_on = south.model_copy(update={"continues": "table", "measures": {**south.measures, **north.measures}})
    sources = {**world.sources, "south": world.sources["south"].model_copy(update={"datasets": {"table": going_on}})}
    parse = sys.modules["connectors.south"].parse

    def both(payloads, chosen):
        frame = parse(payloads, chosen)
        return frames.combine([frame, frame.assign(measure="north_share", unit="%")])

    sys.modules["connectors.south"].parse = both
    catalogue = world.model_copy(update={"sources": sources})
    outcome = run(GOOD, "BE 2024 41\nBE 2025 42\n", catalogue=catalogue)
    kept = outcome.observations.query("measure == 'north_share' and ref_area == 'BE'")
    assert kept[["time_period", "obs_value", "source"]].to_numpy().tolist() == [
        ["2024", 40.0, "north"], ["2025", 42.0, "south"]
    ]  # fmt: skip
    told = next(report for report in outcome.reports if report.source == "south").dropped
    assert [(item.count, item.reason) for item in told] == [
        (1, "north publishes the same measure, area and period itself")
    ]


def test_publishers_are_asked_side_by_side_and_read_in_order(world, a_payload):
    """Each call waits until the other is under way: one after another they would never end."""
    together = threading.Barrier(2, timeout=20)

    def get_for(_):
        def get(dataset, _url, **_rest):
            together.wait()
            return a_payload(GOOD, dataset)

        return get

    told = []
    outcome = refresh.run(world, get=get_for, progress=lambda *step: told.append(step[2]))
    assert told == ["north", "south"]
    assert [report.source for report in outcome.reports] == ["north", "south"]


def test_a_check_tells_renamed_columns_even_when_the_file_cannot_be_read(world, run, a_payload):
    held = snapshot_of(run(GOOD), world)
    held = replace(held, provenance=tuple(p.model_copy(update={"shape": ("csv value",)}) for p in held.provenance))
    checked = check(world, "north", lambda _: lambda dataset, _url, **__: a_payload("worth;\n", dataset), held)
    assert checked.report.error is not None
    assert checked.differences == ("table: 'worth' is new in the file", "table: 'value' is gone from the file")


def test_a_check_writes_nothing_and_gives_the_refresh_report(world, a_payload):
    checked = check(world, "north", lambda _: lambda dataset, _url, **__: a_payload(GOOD, dataset))
    assert (checked.report.rows, checked.report.error, len(checked.payloads)) == (2, None, 1)
    with pytest.raises(ValueError, match="unknown source 'west'"):
        check(world, "west", lambda _: None)


@pytest.mark.recorded
def test_the_recorded_files_refresh_without_a_failure_and_twice_the_same(recorded, tmp_path):
    lines = (ROOT / "tests" / "recordings.csv").read_text(encoding="utf-8").replace("../../shared/data", str(recorded))
    (tmp_path / "recordings.csv").write_text(lines, encoding="utf-8")
    payloads = recordings.read(tmp_path / "recordings.csv", LOADED.sources)
    one = refresh.run(LOADED, recordings=payloads)
    two = refresh.run(LOADED, recordings=payloads, sources=["egov_benchmark", "irceline"])
    assert [str(report.error) for report in one.failed] == []
    again = one.observations[one.observations["source"].isin(["egov_benchmark", "irceline"])].reset_index(drop=True)
    pd.testing.assert_frame_equal(again, two.observations)
    assert not one.observations.duplicated(["measure", "ref_area", "time_period", "group"]).any()
    eurostat = next(report for report in one.reports if report.source == "eurostat")
    assert eurostat.latest_period == "2025"
    assert eurostat.without_value["isoc_r_broad_h"] == ("munich", "oslo", "warsaw", "zagreb")
    assert "vienna" in eurostat.without_value["urb_ctran"]
    assert "urb_percep" not in eurostat.without_value
    assert "crim_off_cat" not in eurostat.without_value


@pytest.mark.recorded
def test_road_deaths_reach_twenty_five_of_thirty_five_default_places(recorded, a_payload):
    """Two years since 2018 are needed; Prague's figures end in 2017 and Stockholm has one year."""
    file = recorded / "eurostat" / "urb_ctran.databrowser.xlsx"
    outcome = refresh.run(LOADED, recordings={"eurostat": [a_payload(file)]})
    rows = outcome.observations.query("measure == 'road_deaths_per_10000' and time_period >= '2018'")
    years = rows[rows["obs_value"].notna()].groupby("ref_area").size()
    enough = set(years.index[years >= 2])
    absent = {p.id for p in LOADED.city_regions("default") if p.areas["city"] not in enough}
    assert absent == {
        "vienna", "luxembourg", "copenhagen", "stockholm", "dublin", "athens", "prague", "bucharest", "nicosia", "oslo"
    }  # fmt: skip
