"""Eurostat's known traps, one test each; the figures are the publisher's own."""

from __future__ import annotations

import gzip
import io
import json
import zipfile

import pandas as pd
import pytest

from config.catalogue import crosswalk
from config.schema import SCHEMES, Level
from connectors import eurostat
from connectors.errors import NoObservations, SourceChanged, SourceUnavailable
from connectors.flags import UnknownFlagError, status
from connectors.frames import dropped_of
from connectors.http import Client
from tests.connectors.given import loaded

CATALOGUE = loaded()
SOURCE = CATALOGUE.sources["eurostat"]


@pytest.fixture
def parse(a_payload, payloads_folder):
    """Parse payload files (by name) or content (with a dataset)."""

    def run(*given, dataset=None):
        made = [a_payload(payloads_folder / "eurostat" / item if dataset is None else item, dataset) for item in given]
        return eurostat.parse(made, SOURCE)

    return run


def value(frame, measure, area, period):
    rows = frame[(frame["measure"] == measure) & (frame["ref_area"] == area) & (frame["time_period"] == period)]
    assert len(rows) == 1
    return rows["obs_value"].item()


def letters(frame, measure, area, period):
    rows = frame[(frame["measure"] == measure) & (frame["ref_area"] == area) & (frame["time_period"] == period)]
    assert len(rows) == 1
    return rows["obs_status"].item()


def reasons(frame):
    return {item.reason: item for item in dropped_of(frame)}


# --- the same figures in every form -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["sdmx1.csv", "code-label.csv", "jsonstat.json"])
def test_broadband_reads_the_same_in_sdmx_csv_code_label_and_jsonstat(parse, name):
    frame = parse(f"isoc_r_broad_h.{name}")
    assert value(frame, "broadband_pc_hh", "BE10", "2021") == 93.00
    assert value(frame, "broadband_pc_hh", "BE", "2021") == 91.97
    assert value(frame, "broadband_pc_hh", "BE2", "2021") == 93.32
    assert letters(frame, "broadband_pc_hh", "AT11", "2007") == "Q"


def test_the_ticket_reads_the_same_in_sdmx_csv_2_with_labels_and_in_the_workbook(parse):
    coded, labelled = parse("urb_ctran.labels.csv"), parse("urb_ctran.databrowser.xlsx")
    for year, euros in {"2015": 55.5, "2019": 55.5, "2021": 56.0}.items():
        assert value(coded, "monthly_ticket_eur", "BE001C", year) == euros
        assert value(labelled, "monthly_ticket_eur", "BE001C", year) == euros


def test_a_packed_file_reads_like_an_unpacked_one(parse):
    packed, plain = parse("crim_off_cat.bulk.tsv.gz"), parse("crim_off_cat.current.tsv")
    pd.testing.assert_frame_equal(packed, plain)


def test_codes_that_no_measure_declares_are_left_alone(parse):
    """PS1092V (public internet access) stands in the file; numbers of offences (unit NR) beside the rates."""
    assert "PS1092V" not in set(parse("urb_percep.legacy.tsv")["measure"])
    crime = parse("crim_off_cat.current.tsv")
    assert value(crime, "homicide_rate", "LV", "2021") == 5.18
    assert crime["obs_value"].max() < 1000


# --- traps of the catalogue -------------------------------------------------------------------------------------------


def test_trap_city_codes_keep_their_digits(parse):
    """NL001C is Amsterdam and NL018C Groningen in the current list; the older one numbers them otherwise."""
    frame = parse("urb_percep.legacy.tsv")
    assert value(frame, "PS1012V", "NL001C", "2019") == 36.8
    assert value(frame, "PS1012V", "NL018C", "2019") == 31.6
    assert value(frame, "PS1012V", "CH002C", "2019") == 78.2
    assert frame["ref_area"].str.fullmatch(r"[A-Z]{2}\d{3}C").all()
    assert CATALOGUE.places["amsterdam"].areas["city"] == "NL001C"
    assert CATALOGUE.places["zurich"].areas["city"] == "CH002C"


def test_trap_workbook_with_a_wrong_dimension_is_read_in_full(parse, payloads_folder):
    file = payloads_folder / "eurostat" / "urb_ctran.databrowser.xlsx"
    with zipfile.ZipFile(file) as members:
        assert b'<dimension ref="A1"' in members.read("xl/worksheets/sheet7.xml")
    frame = parse(file.name)
    road = frame[(frame["measure"] == "road_deaths_per_10000") & (frame["ref_area"] == "BE001C")]
    assert len(road) == 10


def test_trap_workbook_legend_and_flags_are_no_areas(parse):
    frame = parse("urb_ctran.databrowser.xlsx")
    assert set(frame["ref_area"]) == {"BE001C", "BE002C", "RO001C", "IT001C", "DE001C"}  # Luxembourg city has nothing
    assert letters(frame, "bicycle_network_km", "BE001C", "2020") == "B"
    assert value(frame, "bicycle_network_km", "BE001C", "2020") == 451.6


def test_trap_labels_match_whole_or_not_at_all(parse):
    """ "Luxembourg" is the country and "Roman" a Romanian town: neither is the city of a similar name."""
    frame = parse("urb_ctran.databrowser.xlsx")
    assert reasons(frame)["the label has no area code in config"].count > 0
    labels = SOURCE.datasets["urb_ctran"].labels
    assert "Luxembourg" not in labels
    assert "Roman" not in labels
    assert labels["Luxembourg (greater city)"] == "LU001C"
    assert labels["Roma"] == "IT001C"


def test_trap_published_oddity_stays(parse):
    """The Brussels ticket of 2020 (15.1 between 55.5 and 56.0) is the publisher's figure: shown, never dropped."""
    assert value(parse("urb_ctran.databrowser.xlsx"), "monthly_ticket_eur", "BE001C", "2020") == 15.1


def test_trap_forward_filled_copies_lose_their_value_and_are_reported(parse):
    frame = parse("isoc_r_broad_h.repacked.csv")
    assert letters(frame, "broadband_pc_hh", "NO01", "2021") == "X"
    assert pd.isna(value(frame, "broadband_pc_hh", "NO01", "2021"))
    assert value(frame, "broadband_pc_hh", "NO01", "2020") == 99.02
    copies = [item for reason, item in reasons(frame).items() if "suspected copy" in reason]
    assert [item.count for item in copies] == [2]  # AT11 2007 and NO01 2021
    assert copies[0].example == "AT11 2007 = 28.72"


def test_trap_a_gap_of_a_year_is_no_copy(parse):
    text = "NUTS_ID,year,broadband_shh\nBE10,2018,83.73\nBE10,2020,83.73\n"
    assert letters(parse(text, dataset="isoc_r_broad_h"), "broadband_pc_hh", "BE10", "2020") == "A"


def test_trap_a_region_stands_for_another_only_where_the_territory_is_the_same(parse):
    text = "NUTS_ID,year,broadband_shh\nDE3,2021,91.08\nDE6,2021,94.1\nEL3,2021,90.75\nDE2,2021,92.0\nPL9,2021,93.0\n"
    areas = set(parse(text, dataset="isoc_r_broad_h")["ref_area"])
    assert areas == {"DE30", "DE60", "EL30", "DE2", "PL9"}
    assert CATALOGUE.places["munich"].areas["nuts2_2021"] == "DE21"
    assert CATALOGUE.places["warsaw"].areas["nuts2_2021"] == "PL91"


def test_trap_a_regions_own_code_wins_over_its_alias(parse):
    """Where the file has DE30 itself, DE3 stays DE3: one territory is not given twice."""
    text = "NUTS_ID,year,broadband_shh\nDE3,2021,91.0\nDE30,2021,91.08\n"
    frame = parse(text, dataset="isoc_r_broad_h")
    assert value(frame, "broadband_pc_hh", "DE30", "2021") == 91.08
    assert value(frame, "broadband_pc_hh", "DE3", "2021") == 91.0


def test_trap_be1_is_never_counted_beside_be10(parse):
    frame = parse("isoc_r_broad_h.sdmx1.csv")
    assert value(frame, "broadband_pc_hh", "BE1", "2021") == value(frame, "broadband_pc_hh", "BE10", "2021")
    regions = {
        code for place in CATALOGUE.places.values() for scheme, code in place.areas.items()
        if SCHEMES[scheme] == Level.NUTS2
    }  # fmt: skip
    assert "BE10" in regions
    assert "BE1" not in regions


def test_trap_vintages_of_one_table_are_never_mixed(parse, payloads_folder):
    """BE10 2021 is 93.00 in the later vintage and 92.53 in the older copy: both at once are refused."""
    later = (payloads_folder / "eurostat" / "isoc_r_broad_h.sdmx1.csv").read_text(encoding="utf-8")
    older = "NUTS_ID,year,broadband_shh\nBE10,2020,89.52\nBE10,2021,92.53\n"
    with pytest.raises(SourceChanged, match=r"two rows disagree: broadband_pc_hh BE10 2021 = 93, then .* = 92\.53"):
        parse(later, older, dataset="isoc_r_broad_h")


def test_trap_the_same_row_twice_is_one_row_and_is_reported(parse, payloads_folder):
    text = (payloads_folder / "eurostat" / "isoc_r_broad_h.sdmx1.csv").read_text(encoding="utf-8")
    twice = text + text.splitlines(keepends=True)[-1]
    pd.testing.assert_frame_equal(parse(twice, dataset="isoc_r_broad_h"), parse(text, dataset="isoc_r_broad_h"))
    assert reasons(parse(twice, dataset="isoc_r_broad_h"))["the same row was given twice"].count == 1


def test_trap_three_kinds_of_absence(parse):
    """No row; a row with an empty value and a flag; and in a grid a colon, flagged or not."""
    listed = parse("isoc_r_broad_h.sdmx1.csv")
    assert not ((listed["ref_area"] == "AT11") & (listed["time_period"] == "2015")).any()
    assert letters(listed, "broadband_pc_hh", "AT11", "2007") == "Q"
    grid = parse("urb_percep.legacy.tsv")
    assert letters(grid, "PS1012V", "NL001C", "2015") == "M"
    assert letters(grid, "PS1014V", "LV004C", "2015") == "Q"
    assert letters(grid, "PS1012V", "LV004C", "2015") == "E"


def test_trap_an_empty_column_of_a_grid_is_layout_not_a_gap(parse):
    """PS3514V was first asked in 2019: its colons of 2004-2015 say nothing about any city, and are counted."""
    frame = parse("urb_percep.legacy.tsv")
    assert set(frame.loc[frame["measure"] == "PS3514V", "time_period"]) == {"2019"}
    assert any("no value of the measure at all" in reason for reason in reasons(frame))


def test_trap_aggregates_are_no_places(parse):
    frame = parse("crim_off_cat.current.tsv")
    assert "UKC-L" not in set(frame["ref_area"])
    assert any("aggregate" in reason for reason in reasons(frame))
    assert "EU27_2020" not in set(parse("isoc_r_broad_h.jsonstat.json")["ref_area"])


def test_trap_country_code_na_and_no_survive_reading(parse):
    """Codes are text: Norway is no boolean and Namibia no missing value."""
    text = "freq,iccs,unit,geo\\TIME_PERIOD\t2022 \nA,ICCS0101,P_HTHAB,NO\t0.7 \nA,ICCS0101,P_HTHAB,NA\t12 \n"
    assert set(parse(text, dataset="crim_off_cat")["ref_area"]) == {"NO", "NA"}
    assert "NO" in SOURCE.datasets["crim_off_cat"].params["geo"]


def test_trap_unit_is_identity(parse):
    """A percentage of another base (PC_HH_IACC) is not the declared measure, however alike its words."""
    text = (
        "DATAFLOW,LAST UPDATE,freq,unit,geo,TIME_PERIOD,OBS_VALUE,OBS_FLAG\n"
        "ESTAT:ISOC_R_BROAD_H(1.0),x,A,PC_HH_IACC,BE10,2019,98,\n"
    )
    with pytest.raises(NoObservations, match="none of the declared measures"):
        parse(text, dataset="isoc_r_broad_h")


def test_trap_an_unchosen_dimension_that_varies_is_refused(parse):
    text = "sex,unit,geo\\TIME_PERIOD\t2021 \nF,PC_HH,BE10\t1 \nM,PC_HH,BE10\t2 \n"
    with pytest.raises(SourceChanged, match=r"dimension 'sex' has several values: \['F', 'M'\]"):
        parse(text, dataset="isoc_r_broad_h")


def test_trap_the_composite_beside_the_shares_is_never_read(parse, payloads_folder):
    document = json.loads((payloads_folder / "eurostat" / "urb_percep_2023.top2box.json").read_text(encoding="utf-8"))
    before = parse(json.dumps(document), dataset="urb_percep_2023")
    composite = {"key": "overall", "unit": "score", "data": [{"city": "Bruxelles/Brussel", "value": 99.9}]}
    document["metrics"].append(composite)
    pd.testing.assert_frame_equal(parse(json.dumps(document), dataset="urb_percep_2023"), before)
    assert value(before, "safe_at_night_top2box", "BE001C", "2023") == 58.6
    assert value(before, "trust_top2box", "BE001C", "2023") == 52.8
    assert value(before, "city_satisfaction_top2box", "BE001C", "2023") == 86.5


def test_trap_cars_named_as_a_mode_are_kept_as_published(parse):
    """Two answers each: the nine modes add up to about 200, so nothing may be scaled to 100 here."""
    assert value(parse("urb_percep.legacy.tsv"), "PS3505V", "BE001C", "2019") == 42.0


def test_trap_answers_to_one_question_add_up_to_a_hundred(parse):
    frame = parse("urb_percep.legacy.tsv")
    shares = [value(frame, f"PS101{digit}V", "BE001C", "2019") for digit in range(2, 7)]
    assert shares == [18.5, 51.3, 18.0, 8.0, 4.2]
    assert sum(shares) == pytest.approx(100.0)


# --- flags ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "flags,confidentiality,has_value,expected",
    [
        ("", "", True, "A"),
        ("b", "", True, "B"),
        ("bep", "", True, "BEP"),
        ("s", "", True, "I"),  # the old list's s is the new list's i
        ("i", "", True, "I"),
        ("r", "", True, "A"),
        ("u", "", True, "U"),
        ("u", "", False, "Q"),
        ("bu", "", False, "BQ"),
        ("c", "", False, "Q"),
        ("", "C", False, "Q"),
        ("", "", False, "M"),
        ("z", "", False, "M"),
        ("m", "", False, "M"),
        ("e", "", False, "EM"),
    ],
)
def test_flags_old_and_new_become_status_letters(flags, confidentiality, has_value, expected):
    assert status(flags, confidentiality=confidentiality, has_value=has_value) == expected


def test_an_unknown_flag_is_refused_by_name(parse):
    with pytest.raises(UnknownFlagError, match="'q'"):
        status("q", has_value=True)
    with pytest.raises(SourceChanged, match="flag 'q'"):
        parse("unit,geo\\time\t2019 \nPC_HH,BE10\t1 q\n", dataset="isoc_r_broad_h")


# --- what is refused --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name,old,new,cause",
    [
        ("isoc_r_broad_h.sdmx1.csv", "OBS_VALUE", "VALUE", "column 'OBS_VALUE'"),
        ("isoc_r_broad_h.sdmx1.csv", ",unit,", ",unite,", "dimension 'unit'"),
        ("isoc_r_broad_h.sdmx1.csv", ",geo,", ",region,", "dimension 'geo'"),
        ("isoc_r_broad_h.sdmx1.csv", "DATAFLOW", "FLOW", "'DATAFLOW'|'NUTS_ID'"),
        ("isoc_r_broad_h.repacked.csv", "broadband_shh", "share", "column 'broadband_shh'"),
        ("isoc_r_broad_h.repacked.csv", "NUTS_ID", "region", "column 'NUTS_ID'"),
        ("isoc_r_broad_h.jsonstat.json", '"size"', '"sizes"', "key 'size'"),
        ("isoc_r_broad_h.jsonstat.json", '"unit"', '"units"', "dimension 'unit'"),
        ("isoc_r_broad_h.jsonstat.json", "ISOC_R_BROAD_H", "ISOC_R_GOV_I", "table 'isoc_r_gov_i'"),
        ("urb_percep.legacy.tsv", "cities", "town", "dimension 'geo'"),
        ("urb_percep.legacy.tsv", "indic_ur,", "indicator,", "dimension 'indic_ur'"),
        ("crim_off_cat.current.tsv", "TIME_PERIOD", "PERIOD", "first header cell"),
        ("urb_percep_2023.top2box.json", '"city"', '"town"', "key 'city'"),
        ("urb_percep_2023.top2box.json", '"unit": "%"', '"unit": "share"', "no metric"),
    ],
)
def test_a_renamed_part_is_refused_by_name(parse, payloads_folder, name, old, new, cause):
    text = (payloads_folder / "eurostat" / name).read_text(encoding="utf-8")
    assert old in text
    with pytest.raises(SourceChanged, match=cause) as caught:
        parse(text.replace(old, new), dataset=name.split(".")[0])
    assert caught.value.dataset == name.split(".")[0]


@pytest.mark.parametrize("size", [7_000_000_000, 2**63, 10**400])
def test_a_table_of_more_cells_than_there_can_be_is_refused(parse, payloads_folder, size):
    document = json.loads((payloads_folder / "eurostat" / "isoc_r_broad_h.jsonstat.json").read_bytes())
    document["size"] = [size] * len(document["size"])
    with pytest.raises(SourceChanged, match=r"cells|categories|wrong kind"):
        parse(json.dumps(document), dataset="isoc_r_broad_h")


@pytest.mark.parametrize(
    "path,old,new,cause",
    [
        ("xl/worksheets/", b">TIME<", b">ZEIT<", "'TIME'"),
        ("xl/worksheets/", b"CITIES (Labels)", b"CITIES (Codes)", "Labels"),
        ("xl/worksheets/", b"[urb_ctran__custom", b"[urb_cenv__custom", "urb_cenv"),
        ("xl/worksheets/", b"Dataset: ", b"Table: ", "Dataset:"),
        ("xl/workbook.xml", b"<workbook", b"<werkboek", "not a whole XLSX workbook"),
    ],
)
def test_a_changed_workbook_is_refused_by_name(parse, payloads_folder, path, old, new, cause):
    made, changed = io.BytesIO(), 0
    file = payloads_folder / "eurostat" / "urb_ctran.databrowser.xlsx"
    with zipfile.ZipFile(file) as before, zipfile.ZipFile(made, "w") as after:
        for member in before.infolist():
            content = before.read(member)
            changed += member.filename.startswith(path) and old in content
            after.writestr(member, content.replace(old, new) if member.filename.startswith(path) else content)
    assert changed
    with pytest.raises(SourceChanged, match=cause):
        parse(made.getvalue(), dataset="urb_ctran")


def test_a_label_of_a_measure_that_changed_is_not_guessed(parse, payloads_folder):
    text = (payloads_folder / "eurostat" / "urb_ctran.labels.csv").read_text(encoding="utf-8")
    with pytest.raises(NoObservations, match="none of the declared measures"):
        parse(text.replace("TT1080V", "TT1080X"), dataset="urb_ctran")


@pytest.mark.parametrize(
    "content",
    [
        '{"warning": {"status": 413, "label": "ASYNCHRONOUS_RESPONSE. Your request will be treated asynchronously"}}',
        '<?xml version="1.0"?><S:Fault xmlns:S="x"><faultcode>413</faultcode></S:Fault>',
    ],
)
def test_a_postponed_answer_is_unavailable_not_changed(parse, content):
    with pytest.raises(SourceUnavailable):
        parse(content, dataset="urb_percep")


def test_a_dataset_that_config_does_not_have_is_refused(parse):
    with pytest.raises(SourceChanged, match="no such dataset"):
        parse("a\tb\n", dataset="tran_r_net")


def test_a_packed_bomb_is_refused(parse, monkeypatch):
    monkeypatch.setattr("connectors.unpack.gunzip.__defaults__", (1_000_000,))
    monkeypatch.setattr("connectors.unpack.body.__defaults__", (1_000_000,))
    with pytest.raises(SourceChanged, match="more than 1000000 bytes"):
        parse(gzip.compress(b"\0" * 2_000_000, mtime=0), dataset="urb_percep")


# --- live -------------------------------------------------------------------------------------------------------------


def test_fetch_asks_for_every_declared_code_and_every_place_once(replay, answer, clock, payloads_folder):
    proven = {name: dataset for name, dataset in SOURCE.datasets.items() if not dataset.on_trial}
    source = replay.stand_in(SOURCE.model_copy(update={"datasets": proven}))
    stat = (payloads_folder / "eurostat" / "isoc_r_broad_h.jsonstat.json").read_bytes()
    for dataset in source.datasets.values():
        replay.serve(
            dataset.url.split("/", 3)[3].join(["/", ""]), answer(stat, headers={"Content-Type": "application/json"})
        )
    client = Client(clock=clock, loopback=True)
    payloads = eurostat.fetch(client.bound(source), source)
    client.close()
    assert [p.dataset for p in payloads] == [
        "isoc_r_broad_h", "isoc_r_iacc_h", *["urb_percep"] * 5, "urb_ctran", "urb_cpop1", "urb_cpopcb", "urb_clma",
        "urb_cenv", "crim_gen_reg", "sdg_17_60", "sdg_11_60", "crim_off_cat",
    ]  # fmt: skip
    assert all("/api/dissemination/statistics/1.0/data/" in seen.path for seen in replay.seen)
    asked = [seen.path for seen in replay.seen if "/urb_percep?" in seen.path]
    codes = [part.partition("=")[2] for path in asked for part in path.split("?")[1].split("&") if "indic_ur=" in part]
    assert sorted(codes) == sorted(SOURCE.datasets["urb_percep"].measures)
    assert all(path.count("cities=") == len(SOURCE.datasets["urb_percep"].params["cities"]) for path in asked)
    assert max(len(path) for path in asked) < 2000
    assert eurostat.parse(payloads[:1], source)["obs_value"].notna().any()


def test_the_places_asked_for_are_the_places_of_the_catalogue():
    """A place added to places.yaml is asked for here too, or this fails."""
    cities = {place.areas["city"] for place in CATALOGUE.city_regions() if "city" in place.areas}
    regions = {place.areas["nuts2_2021"] for place in CATALOGUE.city_regions() if "nuts2_2021" in place.areas}
    countries = {place.areas["country"] for place in CATALOGUE.city_regions()}
    assert set(SOURCE.datasets["urb_percep"].params["cities"]) == cities
    assert set(SOURCE.datasets["urb_ctran"].params["cities"]) == cities
    assert set(SOURCE.datasets["isoc_r_broad_h"].params["geo"]) >= regions | set(crosswalk().same_territory)
    assert set(SOURCE.datasets["crim_off_cat"].params["geo"]) == countries


def test_every_label_leads_to_a_city_of_the_catalogue():
    cities = {place.areas["city"] for place in CATALOGUE.city_regions() if "city" in place.areas}
    for name in ("urb_ctran", "urb_percep_2023"):
        labels = SOURCE.datasets[name].labels
        assert set(labels.values()) <= cities
        assert len(set(labels.values())) == len(labels)
