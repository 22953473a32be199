"""Eurostat's tables asked for as documented: read where they answer; those on trial are alone in failing."""

from __future__ import annotations

from functools import cache
from urllib.parse import parse_qs, urlsplit

import pandas as pd
import pytest

from config.catalogue import crosswalk
from config.schema import SCHEMES, Level
from config.snapshot import Snapshot
from connectors import eurostat, refresh
from connectors.check import check
from connectors.frames import dropped_of
from connectors.http import Client
from tests.connectors.given import PAYLOADS, edited, loaded, small, values

CATALOGUE = loaded()
SOURCE = CATALOGUE.sources["eurostat"]
DATA = "/ec.europa.eu/eurostat/api/dissemination/statistics/1.0/data"
RECORDED = ("isoc_r_iacc_h", "crim_gen_reg", "urb_cpop1")  # once on trial, now read from recorded files too

# What the documentation of each table lets us ask for, beside format, language and places.
FILTERS = {
    "isoc_r_iacc_h": {},  # the unit is not asked for
    "isoc_r_iuse_i": {"indic_is": ["I_IDAY"], "unit": ["PC_IND"]},
    "isoc_r_gov_i": {"indic_is": ["I_IUGOV12"], "unit": ["PC_IND"]},
    "tran_r_acci": {"unit": ["P_MHAB"]},  # the kinds of victim are inferred
    "tran_sf_roadnu": {"unit": ["NR"]},
    "tran_r_vehst": {"vehicle": ["CAR"], "unit": ["P_THAB"]},
    "crim_gen_reg": {
        "unit": ["NR", "P_HTHAB"],
        "iccs": ["ICCS0101", "ICCS02011", "ICCS0401", "ICCS05012", "ICCS0502", "ICCS050211"],
    },
    "crim_hom_ocit": {"unit": ["NR", "P_HTHAB"]},
    "urb_cpop1": {"indic_ur": ["DE1001V"]},
    "demo_r_d2jan": {"unit": ["NR"], "sex": ["T"], "age": ["TOTAL"]},
    "ilc_peps11n": {},  # the dimensions are inferred
    "nama_10r_2gdp": {"unit": ["EUR_HAB"]},
}
each_table = pytest.mark.parametrize("name", FILTERS)


@cache
def made(name):
    return (PAYLOADS / "eurostat" / f"{name}.made.json").read_bytes()


def only(*names, **changes):
    """Eurostat with these tables, floors off: the made answers are small."""
    floors = {"minimum_rows": 0, "minimum_places": 0}
    tables = {name: SOURCE.datasets[name].model_copy(update={**floors, **changes}) for name in names}
    return SOURCE.model_copy(update={"datasets": tables})


def codes(level):
    """The codes of a level, but those of the list of cities of 2019, which another source is read by."""
    return {
        code
        for place in CATALOGUE.city_regions()
        for scheme, code in place.areas.items()
        if SCHEMES[scheme] == level and scheme != "city_2019"
    }


@pytest.fixture
def caller(clock):
    client = Client(clock=clock, loopback=True)
    yield client
    client.close()


def test_every_table_on_trial_is_tried_here():
    assert set(FILTERS) - set(RECORDED) == {name for name, dataset in SOURCE.datasets.items() if dataset.on_trial}


@each_table
def test_a_table_is_asked_for_with_exactly_these_codes(replay, answer, caller, name):
    replay.always(answer(made(name)))
    source = replay.stand_in(only(name))
    (got,) = eurostat.fetch(caller.bound(source), source)
    (seen,) = [seen for seen in replay.seen if "/structure/" not in seen.path]
    query = parse_qs(urlsplit(seen.path).query)
    places = query.pop("cities" if "cities" in SOURCE.datasets[name].params else "geo")
    assert urlsplit(seen.path).path == f"{DATA}/{name}"
    assert query == {"format": ["JSON"], "lang": ["en"], **FILTERS[name]}
    assert len(places) == len(set(places))
    assert got.content == made(name)


@each_table
def test_a_table_asks_for_every_place_under_the_codes_it_may_have(name):
    dataset = SOURCE.datasets[name]
    (level,) = {measure.level for measure in dataset.measures.values()}
    asked = set(dataset.params["cities" if level is Level.CITY else "geo"])
    assert asked >= codes(level)
    if level is Level.CITY:
        assert "nuts" not in dataset.options
        return
    walk = crosswalk()
    ours, version = codes(level), int(str(dataset.options["nuts"]))
    successors = {change.later for change in walk.changes if change.version == 2024 and change.earlier in ours}
    kept = {code for code in successors if code in walk.carried(version)}
    assert asked >= kept, "a table under the newest codes is read too"
    assert asked - ours <= {*walk.carried(version), *walk.apart(version)}, "any other code is of a place's history"


@each_table
def test_a_table_gives_its_declared_measures(name):
    frame = eurostat.parse([small("eurostat", f"{name}.made.json")], SOURCE)
    assert set(frame["measure"]) == set(SOURCE.datasets[name].measures)


def test_a_region_with_a_new_code_goes_on_and_a_part_is_told():
    """Rotterdam's NL33 is NL36 from 2023 in the made answer; Lisbon's PT17 is then only there in part."""
    frame = eurostat.parse([small("eurostat", "isoc_r_iuse_i.made.json")], SOURCE)
    rotterdam = values(frame, "internet_daily_pc_ind", "NL33")
    assert sorted(rotterdam) == ["2021", "2022", "2023"]
    assert sorted(values(frame, "internet_daily_pc_ind", "PT17")) == ["2021", "2022"]
    told = [item for item in dropped_of(frame) if "carried to no other" in item.reason]
    assert [(item.count, item.example) for item in told] == [(1, "PT1A 2023 (PT17 split into PT1A in NUTS 2024)")]


def test_the_perception_survey_is_asked_for_without_a_limit_of_waves():
    """The wave of 2023 comes with the others; PS3514V and PS3515V are known to answer for it."""
    params = SOURCE.datasets["urb_percep"].params
    assert not {"time", "sinceTimePeriod", "untilTimePeriod", "lastTimePeriod"} & params.keys()
    assert {"PS3514V", "PS3515V"} <= set(params["indic_ur"])


# --- a live refresh ---------------------------------------------------------------------------------------------------

PROVEN = "isoc_r_broad_h"
BROADBAND = (PAYLOADS / "eurostat" / "isoc_r_broad_h.jsonstat.json").read_bytes()


@pytest.fixture
def live(replay, answer, caller):
    """Refresh Eurostat's tables from loopback; `wrong` gives other answers by table."""

    def run(previous=None, wrong=None, names=(PROVEN, *FILTERS), **rest):
        source = replay.stand_in(only(*names))
        for name in names:
            content = BROADBAND if name == PROVEN else made(name)
            replay.serve(f"{DATA}/{name}", (wrong or {}).get(name) or answer(content))
        world = CATALOGUE.model_copy(update={"sources": {"eurostat": source}})
        given = {"previous": previous, **rest}
        return world, refresh.run(world, get=caller.bound, sources=["eurostat"], **given)

    return run


def snapshot_of(world, outcome):
    return Snapshot("2026-01-01-abc", None, outcome.observations, pd.DataFrame(), outcome.provenance, world)


def test_a_live_refresh_takes_every_table(live):
    _, outcome = live()
    assert outcome.failed == ()
    measures = {measure for name in (PROVEN, *FILTERS) for measure in SOURCE.datasets[name].measures}
    assert set(outcome.observations["measure"]) == measures
    assert [report.source for report in outcome.reports] == ["eurostat"]


FEW = (PROVEN, "nama_10r_2gdp", "tran_r_acci", "tran_r_vehst")


def test_a_table_on_trial_that_fails_is_told_and_leaves_the_others_alone(live, answer):
    world, before = live(names=FEW)
    held = snapshot_of(world, before)
    wrong = {
        "tran_r_acci": answer(b'{"error": [{"status": 404, "id": 100, "label": "ERR_NOT_FOUND_4"}]}', 404),
        "nama_10r_2gdp": answer(made("nama_10r_2gdp").replace(b'"unit"', b'"currency"')),
    }
    _, outcome = live(previous=held, wrong=wrong, names=FEW)
    assert [report.source for report in outcome.failed] == ["eurostat/nama_10r_2gdp", "eurostat/tran_r_acci"]
    said = {report.source: str(report.error) for report in outcome.failed}
    assert "dimension 'unit' is gone" in said["eurostat/nama_10r_2gdp"]
    assert "ERR_NOT_FOUND_4" in said["eurostat/tran_r_acci"]
    assert {report.kept_from for report in outcome.failed} == {"2026-01-01"}
    pd.testing.assert_frame_equal(outcome.observations, before.observations)
    assert {item.dataset for item in outcome.provenance} == set(FEW)
    main = next(report for report in outcome.reports if report.source == "eurostat")
    assert main.error is None
    assert not any("no payload" in note for note in main.notes)


def test_a_proven_table_that_fails_still_stops_its_source(live, answer):
    _, outcome = live(wrong={PROVEN: answer(b"{}", 404)}, names=FEW)
    assert [report.source for report in outcome.failed] == ["eurostat"]
    assert outcome.observations.empty


def test_a_breach_in_a_table_on_trial_is_shown_and_accepted_by_name(live, answer):
    larger = edited(made("tran_r_vehst").decode(), '"value":{"1":374,', '"value":{"1":37400,').encode()
    _, outcome = live(wrong={"tran_r_vehst": answer(larger)}, names=FEW)
    (report,) = outcome.failed
    assert report.source == "eurostat/tran_r_vehst"
    assert "outside 0 to 2000: cars_per_1000_region AT13 2022 = 37400" in str(report.error)
    _, accepted = live(wrong={"tran_r_vehst": answer(larger)}, names=FEW, accept=["cars_per_1000_region"])
    assert accepted.failed == ()


def test_a_check_tells_of_each_table(replay, answer, caller):
    source = replay.stand_in(only(PROVEN, "urb_cpop1", "crim_hom_ocit"))
    replay.serve(f"{DATA}/{PROVEN}", answer(BROADBAND))
    replay.serve(f"{DATA}/urb_cpop1", answer(made("urb_cpop1")))
    replay.serve(f"{DATA}/crim_hom_ocit", answer(b"{}"))
    world = CATALOGUE.model_copy(update={"sources": {"eurostat": source}})
    checked = check(world, "eurostat", caller.bound)
    assert checked.report.error is None
    assert [report.source for report in checked.failed] == ["eurostat/crim_hom_ocit"]
    assert [got.dataset for got in checked.payloads] == [PROVEN, "urb_cpop1", "crim_hom_ocit"]
