"""Scores of the publishers' recorded files, against the catalogue's own table of coverage and arithmetic by hand."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd
import pytest

from config import snapshot
from config.schema import Catalogue
from connectors import recordings, refresh
from indicators import compare, moved, score
from indicators.scores import Scores

FIRST = "2026-08-18-6c993f4c"
ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.recorded


@pytest.fixture(scope="module")
def observations(shipped: Catalogue, recorded: Path, tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    """All recorded files through their connectors; the list is rewritten to where the files lie on this machine."""
    with (ROOT / "tests" / "recordings.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    for row in rows:
        row["path"] = str(recorded / row["path"].removeprefix("../../shared/data/"))
    moved_list = tmp_path_factory.mktemp("recorded") / "recordings.csv"
    pd.DataFrame(rows).to_csv(moved_list, index=False)
    found = refresh.run(shipped, recordings=recordings.read(moved_list, shipped.sources))
    assert found.failed == ()
    return found.observations


@pytest.fixture(scope="module")
def scores(shipped: Catalogue, observations: pd.DataFrame) -> Scores:
    return score(observations, shipped)


@pytest.fixture(scope="module")
def latest(scores: Scores) -> pd.DataFrame:
    rows = scores.cells[scores.cells["latest"] & (scores.cells["group"] == "total")]
    return rows.set_index(["indicator", "ref_area"])


def value(latest: pd.DataFrame, indicator: str, place: str = "brussels") -> float:
    return float(latest.loc[(indicator, place), "obs_value"])


def test_period_level_and_territory_of_every_cell_of_the_first_edition_are_those_of_the_catalogue(
    recorded: Path,
) -> None:
    table = recorded.parent / "catalogue" / "coverage.csv"
    if not table.is_file():
        pytest.skip(f"no table of coverage at {table}")
    with table.open(encoding="utf-8", newline="") as lines:
        expected = {
            (row["indicator"], row["place"]): (row["period"], row["level"], row["territory"] == "whole country")
            for row in csv.DictReader(lines)
        }
    held = snapshot.read(snapshot_id=FIRST)
    cells = score(held.observations, held.catalogue).cells
    shown = cells[cells["latest"] & (cells["group"] == "total") & (cells["level"] != "municipality")]
    shown = shown.set_index(["indicator", "ref_area"])[["time_period", "level", "whole_country"]]
    assert {key: tuple(row) for key, row in zip(shown.index, shown.to_numpy(), strict=True)} == expected


def test_every_cell_of_the_catalogue_is_there_and_no_other(latest) -> None:
    assert len(latest[latest["level"] != "municipality"]) == 1593
    assert len(latest[latest["level"] == "municipality"]) == 2 * 19


def test_brussels_by_hand(latest) -> None:
    satisfied, not_satisfied = 23.158172 + 48.484688, 17.427824 + 6.976248
    assert value(latest, "pt_satisfaction") == pytest.approx(100 * satisfied / (satisfied + not_satisfied))
    agree, disagree = 14.44 + 14.84, 24.19 + 21.90
    assert value(latest, "corruption_perceived") == pytest.approx(100 * agree / (agree + disagree), abs=0.02)
    assert latest.loc[("corruption_perceived", "brussels"), "dont_know"] == pytest.approx(24.63, abs=0.005)
    assert value(latest, "road_deaths") == pytest.approx(100 * (0.20 + 0.05 + 0.09) / 3)
    assert value(latest, "homicide_3y") == pytest.approx((1.30 + 1.33 + 1.54) / 3)
    assert pd.isna(latest.loc[("homicide_3y", "brussels"), "score"])  # context: the score is of the region's own counts
    # Of 1.2 million people, the mean of three years in the region lies between nobody and the worst of the regions, 7.
    regional = value(latest, "homicide_region_3y")
    assert latest.loc[("homicide_region_3y", "brussels"), "score"] == pytest.approx(100 * (7 - regional) / 7)


def test_the_wave_of_2023_goes_on_with_the_series_of_2019(scores: Scores) -> None:
    rows = scores.cells[(scores.cells["indicator"] == "pt_satisfaction") & (scores.cells["ref_area"] == "brussels")]
    waves = rows.set_index("time_period")
    assert waves.loc["2019", "obs_value"] == pytest.approx(100 * (18.5 + 51.3) / (18.5 + 51.3 + 18.0 + 8.0))
    assert waves.loc[["2019", "2023"], "source"].tolist() == ["eurostat", "qol_survey"]
    assert waves.index.max() == "2023"


def test_the_wave_of_2019_of_the_night_question_is_on_the_same_base(scores: Scores) -> None:
    rows = scores.cells[(scores.cells["indicator"] == "safe_at_night_city") & (scores.cells["ref_area"] == "brussels")]
    waves = rows.set_index("time_period")["obs_value"]
    assert waves["2019"] == pytest.approx(14.7 + 43.2)
    assert waves["2023"] - waves["2019"] == pytest.approx(0.7, abs=0.05)


def test_the_default_places_are_ranked_and_the_partial_ones_are_not(scores: Scores, shipped: Catalogue) -> None:
    ranked = set(scores.overall.loc[scores.overall["rank"].notna(), "ref_area"])
    assert ranked == {place.id for place in shipped.city_regions("default")}
    assert len(ranked) == 35
    partial = {place.id for place in shipped.city_regions("partial")}
    assert scores.overall.set_index("ref_area").loc[sorted(partial), "score"].isna().all()


def test_what_places_outside_the_union_and_outside_the_survey_reach(scores: Scores) -> None:
    known = scores.pillars[scores.pillars["score"].notna()].groupby("ref_area")["pillar"].agg(set)
    assert known["zurich"] == known["oslo"] == {"connected", "sustainable", "open", "safe"}
    assert {"ghent", "lyon", "milan"}.isdisjoint(known.index)  # the survey does not ask there


def test_answers_add_up_so_nothing_is_withdrawn(scores: Scores) -> None:
    assert scores.notes == ()


def test_ranges_hold_what_they_are_ranges_of(scores: Scores) -> None:
    for table in (scores.pillars, scores.overall):
        known = table[table["rank"].notna()]
        assert ((known["rank_low"] <= known["rank"]) & (known["rank"] <= known["rank_high"])).all()
        assert ((known["low"] <= known["score"]) & (known["score"] <= known["high"])).all()


def test_municipal_income_prints_how_many_of_nineteen(scores: Scores) -> None:
    rows = scores.inclusion[scores.inclusion["indicator"] == "income_median"].set_index("time_period")
    assert rows.loc["2015":"2019", "n"].tolist() == [18] * 5  # Ixelles is not published
    assert rows.loc["2022", ["n", "of", "lowest", "highest"]].tolist() == [
        *(19, 19, "saint-josse-ten-noode", "woluwe-saint-pierre")
    ]
    assert rows.loc["2022", "ratio"] == pytest.approx(34690 / 19288)


def test_the_least_favoured_group_is_named(latest, shipped: Catalogue) -> None:
    groups = shipped.indicators["good_place_gap"].value.args["groups"]
    assert isinstance(groups, tuple)
    assert set(latest.loc["good_place_gap", "detail"]) <= set(groups)


def test_belgian_places_share_the_country_value_and_are_not_compared_on_it(scores: Scores, latest) -> None:
    assert value(latest, "vhcn_coverage") == value(latest, "vhcn_coverage", "antwerp")
    assert compare(scores, "brussels", "antwerp", "vhcn_coverage").reason == "itself"
    assert compare(scores, "brussels", "amsterdam", "vhcn_coverage").reason == "no_interval"


def test_safety_at_night_has_not_moved_beyond_chance_in_brussels(scores: Scores) -> None:
    row = moved(scores, "brussels", 0.998).set_index("indicator").loc["safe_at_night_city"]
    assert (row["word"], row["reason"], row["period_from"]) == ("cannot_tell", "within_error", "2019")


def test_the_open_score_is_always_there_without_the_anomalous_item(scores: Scores) -> None:
    table = scores.variants.set_index(["variant", "pillar", "ref_area"]).sort_index()["score"]
    nominal = scores.pillars.set_index(["pillar", "ref_area"])["score"][("open", "brussels")]
    seven = scores.contributions.query("pillar == 'open' and ref_area == 'brussels'").set_index("indicator")
    six = seven.drop("admin_procedures")
    # Four answers of the city's people count double the three values of the country, which stand for all of it.
    assert sorted(seven["weight"]) == pytest.approx([0.5 / 5.5] * 3 + [1 / 5.5] * 4)
    for wanted, parts in ((nominal, seven), (table["without-anomaly", "open", "brussels"], six)):
        assert wanted == pytest.approx((parts["score"] * parts["weight"]).sum() / parts["weight"].sum())
