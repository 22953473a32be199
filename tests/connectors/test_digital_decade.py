"""Digital Decade: one value per indicator, country and reference year, from three forms of the same facts."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from connectors.digital_decade import fetch, parse
from connectors.errors import NoObservations, SourceChanged
from connectors.frames import dropped_of
from tests.connectors.given import Asked, edited, payload, row, small, source, values

SOURCE = source("digital_decade")
EXPORT = small("digital_decade", "country_profiles.export.json")
FACTS = small("digital_decade", "country_profiles.facts.json")
GROUP = small("digital_decade", "country_profiles.group.csv")
BELGIUM = {
    "desi_vhcn": 96.25, "desi_fttp": 35.51, "desi_5gcov_3400_3800": 62.0, "desi_dsk_bab": 61.22, "desi_dps_cit": 81.60,
    "desi_dps_biz": 95.97, "desi_egov_users_anys": 87.59, "desi_ent_secmge5": 71.54,
}  # fmt: skip


def parsed(change: Callable[[list[dict[str, Any]]], object]):
    """The live facts after `change` has edited them in place."""
    facts = json.loads(FACTS.content)
    change(facts)
    return parse([payload("country_profiles", json.dumps(facts))], SOURCE)


def fact(facts: list[dict[str, Any]], indicator: str, country: str = "BE") -> dict[str, Any]:
    return next(f for f in facts if (f["indicator"], f["country"]) == (indicator, country))


def of(frame: pd.DataFrame, country: str) -> pd.DataFrame:
    return frame[frame["ref_area"] == country].reset_index(drop=True)


def test_fetch_asks_for_all_declared_indicators_in_one_call():
    get = Asked()
    fetch(get, SOURCE)
    (call,) = get.calls
    assert (
        call["url"] == "https://digital-decade-desi.digital-strategy.ec.europa.eu/api/v1/facts/"
    )  # final slash needed
    assert call["params"]["format"] == "json"
    assert set(call["params"]["indicator"].split(",")) == set(BELGIUM)
    assert "egov_le_cit" in call["params"]["breakdown"].split(",")
    assert call["params"]["unit"].split(",").count("pc_hh") == 1


@pytest.mark.parametrize("file", [EXPORT, FACTS, GROUP], ids=["export", "facts", "group"])
def test_each_form_gives_belgiums_values(file):
    frame = of(parse([file], SOURCE), "BE")
    assert {m: round(v, 2) for m, v in zip(frame["measure"], frame["obs_value"], strict=True)} == BELGIUM


def test_the_three_forms_agree():
    export, facts, group = (parse([file], SOURCE) for file in (EXPORT, FACTS, GROUP))
    assert group.equals(export)
    for country in ("BE", "EL"):
        assert of(facts, country).equals(of(export, country))


def test_the_year_is_the_reference_period_not_the_edition():
    frame = parse([EXPORT], SOURCE)
    assert list(values(frame, "desi_vhcn", "BE")) == ["2025"]
    assert list(values(frame, "desi_ent_secmge5", "BE")) == ["2024"]


def test_targets_are_not_observations_and_are_reported():
    frame = parse([EXPORT], SOURCE)
    assert "2030" not in set(frame["time_period"])
    targets = next(item for item in dropped_of(frame) if "2030 target" in item.reason)
    assert targets.count == 5  # skills, VHCN, FTTP, services for citizens and for business


def test_indicators_nobody_declared_are_counted():
    other = next(item for item in dropped_of(parse([EXPORT], SOURCE)) if "no measure is declared" in item.reason)
    assert (other.count, other.example) == (1, "desi_sme_di3_gelo EE desi_2026 = 72.12")


def test_greece_is_el():
    assert "EL" in set(parse([FACTS], SOURCE)["ref_area"])
    assert "GR" not in set(parse([FACTS], SOURCE)["ref_area"])


def test_a_break_in_the_series_is_kept_as_a_status():
    assert row(parse([EXPORT], SOURCE), measure="desi_ent_secmge5", ref_area="SE")["obs_status"] == "B"


@pytest.mark.parametrize(
    "flags,value,expected",
    [
        ("", 50.0, "A"),
        (None, 50.0, "A"),
        ("ebp", 50.0, "BEP"),
        ("r", 50.0, "A"),  # revised: no status of its own
        ("0n", 0.0, "A"),  # a rounded zero is a value, not "not significant"
        ("~", 50.0, "D"),  # a part of the total is missing
        ("|", 50.0, "B"),
        ("x", None, "M"),
        ("", None, "M"),
        ("u", None, "Q"),
        ("C", None, "Q"),
    ],
)
def test_flags_become_statuses(flags, value, expected):
    frame = parsed(lambda facts: fact(facts, "desi_vhcn").update(flags=flags, value=value))
    assert row(frame, measure="desi_vhcn", ref_area="BE")["obs_status"] == expected


def test_codes_compare_without_regard_to_case():
    assert parsed(lambda facts: [f.update(indicator=f["indicator"].upper()) for f in facts]).equals(
        parse([FACTS], SOURCE)
    )


def test_a_later_edition_replaces_an_earlier_one_for_the_same_year():
    def repeat(facts: list[dict[str, Any]]) -> None:
        facts.append({**fact(facts, "desi_ent_secmge5"), "period": "desi_2025", "value": 70.0})
        facts.append({**fact(facts, "desi_vhcn"), "period": "desi_2025", "reference_period": "2024", "value": 95.0})

    frame = parsed(repeat)
    assert values(frame, "desi_ent_secmge5", "BE") == {"2024": 71.54}
    assert values(frame, "desi_vhcn", "BE")["2024"] == 95.0
    assert "a later edition gives the same year again" in {item.reason for item in dropped_of(frame)}


def test_one_edition_that_contradicts_itself_is_refused():
    with pytest.raises(SourceChanged, match="two rows disagree"):
        parsed(lambda facts: facts.append({**fact(facts, "desi_vhcn"), "value": 1.0}))


def test_a_fact_without_a_reference_year_is_left_out_and_reported():
    frame = parsed(lambda facts: fact(facts, "desi_vhcn").update(reference_period=None))
    assert values(frame, "desi_vhcn", "BE") == {}
    assert "the edition names no reference year for it" in {item.reason for item in dropped_of(frame)}


def test_the_country_code_na_is_a_code_not_a_gap():
    frame = parse([payload("country_profiles", edited(GROUP.content.decode(), ",SE,", ",NA,"))], SOURCE)
    assert len(of(frame, "NA")) == len(BELGIUM)


@pytest.mark.parametrize(
    "change,cause",
    [
        (lambda facts: [f.pop("value") for f in facts], "key 'value' is gone"),
        (lambda facts: [f.pop("reference_period") for f in facts], "key 'reference_period' is gone"),
        (lambda facts: facts[0].pop("country"), "key 'country' is gone"),
        (lambda facts: facts[0].update(country=["BE", "FR"]), "key 'country' is"),
        (lambda facts: facts[0].update(country="Belgium"), "'country' holds 'Belgium'"),
        (lambda facts: facts[0].update(country=""), "'country' holds ''"),
        (lambda facts: facts[0].update(value="61,2"), "'value' is '61,2'"),
        (lambda facts: facts[0].update(value=True), "'value' is True"),
        (lambda facts: fact(facts, "desi_vhcn").update(flags="?"), "flag"),
        (lambda facts: fact(facts, "desi_vhcn").update(reference_period="25"), "'reference_period' holds '25'"),
        (lambda facts: [f.update(unit="pc_pop") for f in facts], "no row for measure 'desi_vhcn'"),
        (lambda facts: facts.clear(), "expected a list of facts"),
        (lambda facts: facts.append("fact"), "a fact is 'fact'"),
    ],
)
def test_a_changed_answer_is_refused_with_the_reason(change, cause):
    with pytest.raises(SourceChanged, match=cause):
        parsed(change)


def test_an_answer_of_nothing_but_gaps_is_no_observation():
    with pytest.raises(NoObservations, match="holds no value"):
        parsed(lambda facts: [f.update(value=None) for f in facts])


@pytest.mark.parametrize("column", ["value", "flags", "reference_period", "breakdown"])
def test_a_renamed_column_of_the_group_file_is_named(column):
    text = GROUP.content.decode()
    header, _, rest = text.partition("\n")
    with pytest.raises(SourceChanged, match=f"column '{column}' is gone"):
        parse([payload("country_profiles", f"{edited(header, column, 'renamed')}\n{rest}")], SOURCE)


def test_a_group_file_with_an_extra_column_and_another_order_reads_the_same():
    rows = list(csv.DictReader(io.StringIO(GROUP.content.decode())))
    out = io.StringIO()
    writer = csv.DictWriter(out, ["new", *reversed(rows[0])], lineterminator="\r\n")
    writer.writeheader()
    writer.writerows({**r, "new": "x"} for r in rows)
    assert parse([payload("country_profiles", out.getvalue())], SOURCE).equals(parse([GROUP], SOURCE))


@pytest.mark.recorded
def test_the_recorded_facts(recorded: Path):
    file = recorded / "eurostat/digital_decade_2026.country_profile_facts.json.gz"
    frame = parse([payload("country_profiles", file)], SOURCE)
    belgium = of(frame, "BE")
    assert {m: round(v, 2) for m, v in zip(belgium["measure"], belgium["obs_value"], strict=True)} == BELGIUM
    assert len(frame) == len(BELGIUM) * 28  # 27 Member States and the EU
    lowest = frame.loc[frame[frame["measure"] == "desi_fttp"]["obs_value"].idxmin()]
    assert lowest["ref_area"] == "BE"  # last of the EU on fibre, near the top with cable counted in
    assert sum(item.count for item in dropped_of(frame)) + len(frame) == 677
