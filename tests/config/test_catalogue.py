"""The shipped config/ loads; a wrong file is refused with the file, the key and what to write instead."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from config.catalogue import FOLDER, ConfigError, load, measures_of, stored
from config.schema import LANGS, SCHEMES, Catalogue


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load()


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    folder = tmp_path / "config"
    shutil.copytree(FOLDER, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    return folder


def test_the_shipped_catalogue_holds_what_it_promises(catalogue: Catalogue) -> None:
    assert len(catalogue.city_regions("default")) == 35
    assert [p.id for p in catalogue.city_regions("partial")] == ["ghent", "lyon", "milan"]
    assert len(catalogue.municipalities()) == 19
    assert [len(catalogue.scored(p)) for p in catalogue.pillars] == [6, 6, 7, 6]
    assert sum(i.role == "context" for i in catalogue.indicators.values()) == 18
    assert sum(i.role == "lens" for i in catalogue.indicators.values()) == 6


def test_a_file_that_would_not_be_read_is_refused(copy: Path) -> None:
    (copy / "indicators" / "ours.yml").write_text("{}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"indicators/ours\.yml: would not be read; call it ours\.yaml"):
        load(copy)


def test_the_two_lists_of_city_codes_are_not_mixed(catalogue: Catalogue) -> None:
    """NL001C is Amsterdam in the list used here; with a final digit, in the older list, it was The Hague."""
    assert {p: catalogue.places[p].areas["city"] for p in ("amsterdam", "rotterdam", "zurich", "lyon")} == {
        "amsterdam": "NL001C",
        "rotterdam": "NL037C",
        "zurich": "CH002C",
        "lyon": "FR002C",
    }
    assert all(not p.areas["city"][-1].isdigit() for p in catalogue.city_regions())


def test_a_place_of_a_split_region_has_the_part_it_lies_in(catalogue: Catalogue) -> None:
    """Grande Lisboa (PT1A) is what the split of PT17 left around the city; nothing is carried from one to the other."""
    assert catalogue.places["lisbon"].areas["nuts2_2021"] == "PT17"
    assert catalogue.places["lisbon"].areas["nuts2_2024"] == "PT1A"


def test_every_measure_and_every_table_declares_its_gates(catalogue: Catalogue) -> None:
    """A range and a largest change per measure; the fewest rows and places per table."""
    datasets = [(s.id, name, d) for s in catalogue.sources.values() for name, d in s.datasets.items()]
    assert [(s, name) for s, name, d in datasets if not (d.minimum_rows and d.minimum_places)] == []
    measures = [(name, m) for _, _, d in datasets for name, m in d.measures.items()]
    assert [name for name, m in measures if m.minimum is None or m.maximum is None] == []
    assert [name for name, m in measures if m.largest_change is None and m.largest_ratio is None] == []


def test_norway_is_a_country_and_not_the_word_no(catalogue: Catalogue) -> None:
    assert catalogue.places["oslo"].country == "NO"


def test_symbols_keep_their_leading_space(catalogue: Catalogue) -> None:
    assert catalogue.indicators["pm25_days"].symbol.en == " days"
    assert catalogue.indicators["vhcn_coverage"].symbol.fr == "\u00a0%"


def test_each_level_is_printed_from_the_scheme(catalogue: Catalogue) -> None:
    for indicator in catalogue.indicators.values():
        assert indicator.level == SCHEMES[indicator.scheme]
    assert {i.id for i in catalogue.scored() if "country" in i.tags} == {
        i.id for i in catalogue.scored() if i.level == "country"
    }


def test_every_measure_has_one_home(catalogue: Catalogue) -> None:
    for indicator in catalogue.indicators.values():
        for measure in measures_of(indicator):
            assert catalogue.measure(measure).level == indicator.level


def test_a_measure_that_another_source_goes_on_with_stays_at_home(catalogue: Catalogue) -> None:
    assert catalogue.source_of("PS1012V") == "eurostat"
    assert catalogue.dataset_of("PS1012V") == "urb_percep"
    assert catalogue.source_of("survey_interviews") == "qol_survey"
    with pytest.raises(KeyError, match="no dataset declares the measure 'PS9999V'"):
        catalogue.source_of("PS9999V")


@pytest.mark.parametrize("lang", LANGS)
def test_texts_differ_by_language_where_they_should(catalogue: Catalogue, lang: str) -> None:
    questions = [i.question.in_(lang) for i in catalogue.indicators.values()]
    assert len(set(questions)) == len(questions)
    assert all(q.endswith("?") for q in questions)


Change = Callable[[str], str]

WRONG: dict[str, tuple[str, Change, str]] = {
    "misspelt key": (
        "indicators/connected.yaml",
        lambda t: t.replace("earliest_period", "earliest_perod", 1),
        r"indicators/connected\.yaml: internet_access_households\.earliest_perod: unknown key; "
        r"did you mean 'earliest_period'\?",
    ),
    "missing translation": (
        "pillars.yaml",
        lambda t: t.replace(", nl: Verbonden", ""),
        r"pillars\.yaml: connected\.name\.nl: this key is missing",
    ),
    "unknown measure": (
        "indicators/safe.yaml",
        lambda t: t.replace("homicide_rate", "homicid_rate"),
        r"homicide_region_3y\.value\.args: no source declares the measure 'homicid_rate_nuts3'; did you mean",
    ),
    "equal goalposts": (
        "indicators/safe.yaml",
        lambda t: t.replace("worst: 100\n", "worst: 0\n"),
        r"road_deaths\.goalposts: .*'worst' and 'best' are equal",
    ),
    "a survey of what": (
        "indicators/safe.yaml",
        lambda t: t.replace("  answers: fact\n", "", 1),
        r"theft_victim\.answers: a survey says whether its answers are opinion or fact",
    ),
    "a count of opinions": (
        "indicators/safe.yaml",
        lambda t: t.replace('  unit: {en: "deaths', '  answers: fact\n  unit: {en: "deaths'),
        r"road_deaths\.answers: .* only a survey does",
    ),
    "an end from nowhere": (
        "indicators/safe.yaml",
        lambda t: t.replace("    best_basis: target\n", ""),
        r"road_deaths\.goalposts\.best_basis: this key is missing; say where the end comes from",
    ),
    "repeated key": ("places.yaml", lambda t: t + t, r"places\.yaml: .*the key 'brussels' stands twice"),
    "alias bomb": (
        "method.yaml",
        lambda t: "a: &a [x, x]\nb: [*a, *a]\n" + t,
        r"method\.yaml: .*aliases .* not allowed",
    ),
    "python tag": (
        "method.yaml",
        lambda t: "x: !!python/object/apply:os.getcwd []\n" + t,
        r"method\.yaml: not readable as YAML: .*python/object",
    ),
    "not YAML": ("places.yaml", lambda _: "{", r"places\.yaml: not readable as YAML"),
    "a list": ("places.yaml", lambda _: "- a\n- b\n", r"places\.yaml: expected keys with values"),
    "unknown scheme": (
        "places.yaml",
        lambda t: t.replace("nuts2_2021: BE10", "nuts2: BE10"),
        r"places\.yaml: brussels: .*unknown area scheme \['nuts2'\]",
    ),
    "unknown place in flags": (
        "indicators/open.yaml",
        lambda t: t.replace("    antwerp:", "    antwrp:"),
        r"admin_procedures\.flags: no place 'antwrp'; did you mean 'antwerp'\?",
    ),
    "unknown tag": (
        "method.yaml",
        lambda t: t.replace("[anomalous]", "[odd]"),
        r"method\.yaml: variants\.without-anomaly\.drop_tags: no indicator carries the tag 'odd'",
    ),
    "unknown scheme of likeness": (
        "likeness.yaml",
        lambda t: t.replace("scheme: nuts2_2021", "scheme: nuts2"),
        r"likeness\.yaml: income\.scheme: no area scheme 'nuts2'",
    ),
    "unknown measure of likeness": (
        "likeness.yaml",
        lambda t: t.replace("per: city_area", "per: city_aria"),
        r"likeness\.yaml: density: no source declares the measure 'city_aria'; did you mean 'city_area'\?",
    ),
    "a limit without a date": (
        "indicators/sustainable.yaml",
        lambda t: t.replace('since: "2030-01-01"', "since: soon"),
        r"no2_background_constant5\.limits\.1\.since: ",
    ),
    "unknown hero": (
        "site.yaml",
        lambda t: t.replace("hero: brussels", "hero: brusels"),
        r"site\.yaml: hero: no city-region 'brusels'; did you mean 'brussels'\?",
    ),
    "a municipality as hero": (
        "site.yaml",
        lambda t: t.replace("hero: brussels", "hero: ixelles"),
        r"site\.yaml: hero: no city-region 'ixelles'; write the id of one of places\.yaml",
    ),
    "a lens that is not by municipality": (
        "site.yaml",
        lambda t: t.replace("lens: income_median", "lens: road_deaths"),
        r"site\.yaml: lens: no indicator by municipality 'road_deaths'; use one of income_median, at_risk_of_poverty",
    ),
    "a tile of nobody": (
        "site.yaml",
        lambda t: t.replace('"21001"', '"31001"'),
        r"site\.yaml: tiles\.31001: no municipality of places\.yaml has this code; correct or remove it",
    ),
    "two tiles in one place": (
        "site.yaml",
        lambda t: t.replace('"21002": [3, 3]', '"21002": [3, 0]'),
        r"site\.yaml: tiles\.2100[12]: row 3, column 0 is taken by 2100[12]; give it its own",
    ),
    "a tile outside the grid": (
        "site.yaml",
        lambda t: t.replace('"21002": [3, 3]', '"21002": [3, -1]'),
        r"site\.yaml: tiles\.21002\.1: Input should be greater than or equal to 0",
    ),
    "a municipality of nobody": (
        "places.yaml",
        lambda t: t.replace("parent: brussels", "parent: ixelles", 1),
        r"places\.yaml: [a-z-]+\.parent: no city-region 'ixelles'; write the id of one of this file",
    ),
    "unknown place of another unit": (
        "indicators/sustainable.yaml",
        lambda t: t.replace("other_unit: [berlin,", "other_unit: [berln,"),
        r"bicycle_network\.other_unit: no place 'berln'; did you mean 'berlin'\?",
    ),
    "a score of what does not compare": (
        "indicators/safe.yaml",
        lambda t: t.replace("comparable: places", "comparable: time", 1),
        r"road_deaths\.comparable: a score compares places; write 'places'",
    ),
    "comparable as yes or no": (
        "indicators/safe.yaml",
        lambda t: t.replace("comparable: places", "comparable: true", 1),
        r"road_deaths\.comparable: Input should be 'places', 'time' or 'none'",
    ),
    "a measure of two datasets": (
        "sources/qol_survey.yaml",
        lambda t: t.replace("    continues: urb_percep\n", ""),
        r"sources/qol_survey\.yaml: .*measures\.PS1012V: already declared at sources/eurostat\.yaml: .*is unique",
    ),
    "a series that goes on with nothing": (
        "sources/qol_survey.yaml",
        lambda t: t.replace("continues: urb_percep", "continues: urb_perc"),
        r"wave_2023\.continues: no dataset 'urb_perc'",
    ),
    "a series that goes on in another unit": (
        "sources/qol_survey.yaml",
        lambda t: t.replace('unit: "% of respondents"', 'unit: "% of answers"', 1),
        r"measures\.PS1012V: its unit or level is not that of sources/eurostat\.yaml",
    ),
    "a region that is no part of the one before": (
        "places.yaml",
        lambda t: t.replace("nuts2_2024: PT1A", "nuts2_2024: PT1D"),
        r"places\.yaml: lisbon\.areas\.nuts2_2024 is PT1D; by nuts\.yaml PT17 ended before: remove it",
    ),
    "unknown pillar": ("indicators/safe.yaml", lambda t: t, r"no pillar 'safety'"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_file_is_refused_by_name(copy: Path, case: str) -> None:
    name, change, sentence = WRONG[case]
    file = copy / name
    file.write_text(change(file.read_text(encoding="utf-8")), encoding="utf-8")
    if case == "unknown pillar":
        file.rename(file.with_name("safety.yaml"))
    with pytest.raises(ConfigError, match=sentence):
        load(copy)


def test_a_missing_file_is_named(copy: Path) -> None:
    (copy / "method.yaml").unlink()
    with pytest.raises(ConfigError, match=r"method\.yaml: the file is missing"):
        load(copy)


def test_a_default_peer_that_is_gone_is_passed_over(copy: Path) -> None:
    places = copy / "places.yaml"
    whole = places.read_text(encoding="utf-8")
    start = whole.index("amsterdam:")
    places.write_text(whole[:start] + whole[whole.index("\n\n", start) :], encoding="utf-8")
    found = load(copy)
    assert "amsterdam" not in found.places
    assert "amsterdam" in found.site.default_peers


def test_a_snapshot_older_than_the_site_file_says_whom_it_is_about(catalogue: Catalogue) -> None:
    content = catalogue.model_dump(mode="json")
    tiles = content.pop("site")["tiles"]
    older = stored(json.dumps({**content, "hero": "vienna"}))
    assert (older.hero, older.site.lens, older.site.default_peers) == (
        "vienna", catalogue.site.lens, catalogue.site.default_peers,
    )  # fmt: skip
    assert {code: list(tile) for code, tile in older.site.tiles.items()} == tiles
    assert stored(catalogue.model_dump_json()) == catalogue
    with pytest.raises(ValueError, match="hero"):
        stored(json.dumps({**content, "site": {}}))


def test_every_scored_indicator_has_a_noun_and_every_pillar_its_word(catalogue: Catalogue) -> None:
    assert [i.id for i in catalogue.scored() if i.noun is None] == []
    assert {p.id: p.said.nl for p in catalogue.pillars.values() if p.said} == {
        "connected": "verbondenheid", "sustainable": "duurzaamheid", "open": "openheid", "safe": "veiligheid",
    }  # fmt: skip


def test_municipalities_belong_to_their_city_region(catalogue: Catalogue) -> None:
    assert len(catalogue.municipalities("brussels")) == 19
    assert catalogue.municipalities("vienna") == ()


def test_the_same_indicator_in_two_files_is_refused(copy: Path) -> None:
    shutil.copy(copy / "indicators/open.yaml", copy / "indicators/safe.yaml")
    with pytest.raises(ConfigError, match="already defined in another file"):
        load(copy)
