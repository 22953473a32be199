"""Cautions travel: what a page says with a number, every form of that number says as well.

The figures are those of the shipped edition, read by the catalogue of this checkout. Each indicator is walked in one
language and one view in turn; `make soak` walks every language and view.
"""

from __future__ import annotations

import csv
import io
import re
from datetime import date
from functools import cache
from html import unescape
from typing import Any
from urllib.parse import quote

import pandas as pd
import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from config import snapshot
from config.catalogue import load
from config.schema import LANGS
from dashboard import charts, pdf, png, svg_file
from dashboard.app import build_app
from dashboard.chart import FULLY, OPEN, Chart
from dashboard.i18n import Words
from dashboard.pages.brief import brief
from dashboard.state import Edition, Library
from indicators import score
from indicators.cautions import CODES

CATALOGUE = load()
INDICATORS = list(CATALOGUE.indicators.values())
NATIONAL = [i.id for i in INDICATORS if i.scheme == "country"]
UNRANKED = [i.id for i in INDICATORS if i.comparable != "places"]
COUNTED = ("road_deaths", "homicide_region_3y")  # the events are published, hence an error
WITHOUT_ERROR = [
    i.id for i in INDICATORS
    if i.comparable == "places" and i.scheme != "municipality" and i.sampling is None and i.id not in COUNTED
]  # fmt: skip
FLAGGED = "admin_procedures"
VIEWS = ("line", "rank")
SUBJECTS = ("p/connected", "p/sustainable", "p/open", "p/safe", "p/open?view=rank", "overall", "overall?places=vienna")


@cache
def edition() -> Edition:
    """Return the shipped observations, scored by the catalogue of this checkout."""
    held = snapshot.read()
    scores = score(held.observations, CATALOGUE)
    return Edition(held.id, held.date, CATALOGUE, held.observations, scores, held.provenance, held.folder)


@cache
def client() -> FlaskClient:
    """Return a client of the site over that edition."""
    found: FlaskClient = build_app(Library(edition()), clock=lambda: date(2026, 11, 28)).server.test_client()
    return found


@cache
def text(address: str) -> str:
    """Return what an address answers, which must be a success."""
    answer = client().get(address)
    assert answer.status_code == 200, address
    return unescape(answer.text)


def form(subject: str, suffix: str) -> str:
    """Return the address of a form of "i/robbery?view=rank"."""
    path, _, query = subject.partition("?")
    return f"{path}.{suffix}" + (f"?{query}" if query else "")


def oembed(lang: str, subject: str) -> dict[str, Any]:
    framed = quote(f"/{lang}/{form(subject, 'html')}", safe="")
    return dict(client().get(f"/oembed?url={framed}").get_json())


def on_page(page: str) -> list[str]:
    """The sentences of the first list of cautions of a page."""
    found = re.search(r'<div class="cautions"[^>]*>(.*?)</div>', page, re.DOTALL)
    return re.findall(r"<li>(.*?)</li>", found[1]) if found else []


def one_line(drawing: str) -> str:
    """The words a drawing prints, in the order in which they stand."""
    return " ".join(re.findall(r"<text[^>]*>(.*?)</text>", drawing))


def lost(lang: str, subject: str, page: str) -> list[tuple[str, str]]:
    """Return (form, sentence) of each caution of a page that a form of the same address leaves out."""
    said = on_page(text(f"/{lang}/{page}"))
    everywhere = {suffix: text(f"/{lang}/{form(subject, suffix)}") for suffix in ("html", "txt", "svg")}
    json = client().get(f"/{lang}/{form(subject, 'json')}").get_json()
    everywhere["json"] = "\n".join(caution["text"] for caution in json["cautions"])
    told = client().get(f"/{lang}/{form(subject, 'metadata.json')}").get_json()
    everywhere["metadata.json"] = "\n".join(caution["text"] for caution in told["cautions"])
    everywhere["oembed"] = oembed(lang, subject)["description"]
    everywhere["bib"] = text(f"/{lang}/{form(subject, 'bib')}").replace("\\%", "%")
    printed = one_line(everywhere["svg"])
    gone = [(suffix, caution) for suffix, words in everywhere.items() for caution in said if caution not in words]
    gone += [("drawn", caution) for caution in said[:FULLY] if caution not in printed]
    if len(said) > FULLY:
        more = Words(lang).plural("and {count} more caution", "and {count} more cautions", len(said) - FULLY)
        gone += [] if f"{more}" in printed else [("drawn", more)]
    return gone


@pytest.mark.parametrize("path", ["/en/i/robbery", "/fr/i/robbery.html"])
def test_a_long_list_of_cautions_is_folded_beyond_the_first_two(path: str) -> None:
    page = text(path)
    block = re.search(r'class="cau(?:tions)?"[^>]*>(<ul>.*?)</(?:div|section)>', page, re.DOTALL)
    assert block is not None
    shown, folded = block[1].split("<details>")
    assert OPEN == 2
    assert shown.count("<li>") == 2
    assert folded.count("<li>") == len(client().get("/en/i/robbery.json").get_json()["cautions"]) - 2


def page_of(subject: str) -> str:
    """The page whose forms those of a subject are: that of the overall score is the home page."""
    path, _, query = subject.partition("?")
    page = "" if path == "overall" else path
    return page + (f"?{query}" if query else "")


def test_only_four_indicators_have_nothing_to_be_warned_of() -> None:
    """Questions of 2023, whose numbers of answers are published, asked of the city itself."""
    quiet = {i.id for i in INDICATORS if not client().get(f"/en/i/{i.id}.json").get_json()["cautions"]}
    assert quiet == {"bills_difficulty", "police_confidence", "pt_satisfaction", "noise_satisfaction"}


@pytest.mark.parametrize("at", range(len(INDICATORS)))
def test_every_form_of_an_indicator_says_what_its_page_says(at: int) -> None:
    subject = f"i/{INDICATORS[at].id}?view={VIEWS[at // 3 % 2]}"
    assert lost(LANGS[at % 3], subject, page_of(subject)) == []


@pytest.mark.soak
@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("view", VIEWS)
def test_every_form_in_every_language_and_view_says_what_its_page_says(lang: str, view: str) -> None:
    for indicator in INDICATORS:
        subject = f"i/{indicator.id}?view={view}"
        assert lost(lang, subject, page_of(subject)) == []


@pytest.mark.parametrize(("at", "subject"), list(enumerate(SUBJECTS)))
def test_every_form_of_a_score_says_what_its_page_says(at: int, subject: str) -> None:
    assert lost(LANGS[at % 3], subject, page_of(subject)) == []


@pytest.mark.parametrize("suffix", ["csv", "parquet", "json"])
def test_every_row_holds_the_codes_of_its_cautions_and_their_words(suffix: str) -> None:
    answer = client().get(f"/en/i/{FLAGGED}.{suffix}")
    read = {"csv": pd.read_csv, "parquet": pd.read_parquet}
    frame = (
        pd.DataFrame(answer.get_json()["rows"]) if suffix == "json" else read[suffix](io.BytesIO(answer.data))
    )  # fmt: skip
    row = frame[(frame["ref_area"] == "brussels") & frame["latest"].astype(bool)].iloc[0]
    assert row["flag"] == "anomalous"
    assert row["cautions"].split() == ["flag", "caveat"]
    assert row["caution"].startswith(CATALOGUE.indicators[FLAGGED].flags["brussels"].en)
    assert (row["comparable"], row["subject"]) == ("places", "Brussels")


def test_a_mean_of_three_years_says_which() -> None:
    rows = list(csv.DictReader(io.StringIO(text("/en/i/road_deaths.csv"))))
    row = next(row for row in rows if row["ref_area"] == "brussels" and row["latest"] == "True")
    years = row["window_start"], row["window_end"], row["oldest"], row["newest"]
    assert years == ("2022", "2024", "2022", "2024")
    assert float(row["years_used"]) == 3.0
    assert "2022–2024" in text("/en/i/road_deaths.txt")
    page = text("/en/i/road_deaths?hero=paris")
    paris = next(row for row in rows if row["ref_area"] == "paris" and row["latest"] == "True")
    assert f"{paris['window_start']}–{paris['window_end']}" in page  # not three years where two were used


# --- whose number it is

SUBJECT = {"en": "Belgium (for Brussels)", "fr": "Belgique (pour Bruxelles)", "nl": "België (voor Brussel)"}


def test_there_are_twelve_national_indicators() -> None:
    assert len(NATIONAL) == 12


@pytest.mark.parametrize(("at", "indicator"), list(enumerate(NATIONAL)))
def test_a_number_of_a_country_is_headlined_as_the_country_s(at: int, indicator: str) -> None:
    lang = LANGS[at % 3]
    page = text(f"/{lang}/i/{indicator}")
    titles = {
        "embed": re.search(r"<h1>(.*?)</h1>", text(f"/{lang}/i/{indicator}.html")),
        "page": re.search(r'<h1 class="finding">(.*?)</h1>', page),
        "og:title": re.search(r'property="og:title" content="(.*?)"', page),
        "og:description": re.search(r'property="og:description" content="(.*?)"', page),
        "svg": re.search(r"<title[^>]*>(.*?)</title>", text(f"/{lang}/i/{indicator}.svg")),
        "txt": re.search(r"(.*)", text(f"/{lang}/i/{indicator}.txt")),
        "bib": re.search(r"title = \{(.*)\}", text(f"/{lang}/i/{indicator}.bib")),
    }
    assert {name for name, found in titles.items() if found is None or SUBJECT[lang] not in found[1]} == set()
    assert SUBJECT[lang] in oembed(lang, f"i/{indicator}")["title"]
    told = client().get(f"/{lang}/i/{indicator}.json").get_json()
    assert told["subject"] == SUBJECT[lang]
    assert {row["subject"] for row in told["rows"] if row["ref_area"] == "brussels"} == {SUBJECT[lang]}


def test_a_country_has_one_row_and_the_median_is_that_of_countries() -> None:
    chart = charts.indicator_rank(edition().scores, CATALOGUE, Words("en"), "vhcn_coverage")
    assert chart is not None
    assert chart.table is not None
    assert chart.table.rows[chart.table.hero or 0][0] == "Belgium: Brussels, Antwerp, Liège"
    values = [series.points[0].y for series in chart.series if series.points]
    countries = {place.country for place in CATALOGUE.city_regions("default")}
    assert len(chart.series) == len(countries) == 29
    assert [series.id for series in chart.series if not series.points] == ["zurich", "oslo"]  # not asked there
    assert len(values) == 27
    others = sorted(series.points[0].y for series in chart.series if series.points and series.role != "hero")
    median = next(mark.value for mark in chart.marks if mark.kind == "median")
    assert median == pytest.approx((others[12] + others[13]) / 2)  # the middle two of 26


def test_a_region_that_is_a_whole_country_keeps_its_row_and_says_so() -> None:
    chart = charts.indicator_rank(edition().scores, CATALOGUE, Words("en"), "internet_access_households")
    assert chart is not None
    assert chart.table is not None
    names = [row[0] for row in chart.table.rows]
    assert {name for name in names if "whole" in name} == {
        f"{p} (whole country)" for p in ("Luxembourg", "Nicosia", "Riga", "Tallinn", "Valletta")
    }
    hero = charts.indicator_rank(edition().scores, CATALOGUE, Words("en"), "internet_access_households", hero="tallinn")
    assert hero is not None
    assert "Estonia (for Tallinn)" in hero.title


# --- what may not be ranked

NO_RANK = {"en": "there is no ranking", "fr": "pas de classement", "nl": "geen rangschikking"}


def test_the_catalogue_says_of_every_indicator_how_it_compares_and_why() -> None:
    files = "\n".join(
        p.read_text(encoding="utf-8") for p in sorted((snapshot.SHIPPED.parent / "config/indicators").glob("*"))
    )
    said = re.findall(r"^  comparable: (places|time|none)  # \S.*$", files, re.MULTILINE)
    assert len(said) == len(INDICATORS) == 49
    expected = {"robbery", "burglary_home", "cars_per_1000", "monthly_ticket", "bicycle_network", "no2_days"}
    assert set(UNRANKED) == expected | {"no2_background_constant5"}


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("indicator", UNRANKED)
def test_a_ranking_that_is_asked_for_in_vain_gives_the_trend_and_says_why(indicator: str, lang: str) -> None:
    asked, usual = (text(f"/{lang}/i/{indicator}.html{query}") for query in ("?view=rank", ""))
    title = re.compile(r"<h1>(.*?)</h1>")
    assert title.findall(asked) == title.findall(usual)
    assert NO_RANK[lang] in asked
    table = re.search(r"<thead>.*?</thead>", asked)
    assert table is not None
    assert f">{Words(lang)('Rank')}<" not in table[0]
    for address in (f"/{lang}/i/{indicator}?view=rank", f"/{lang}/i/{indicator}?view=table"):
        page = text(address)
        assert NO_RANK[lang] in page
        assert "view=rank" not in "".join(re.findall(r'<nav class="views".*?</nav>', page, re.DOTALL))
        assert f">{Words(lang)('Rank')}</th>" not in page


@pytest.mark.parametrize("hero", ["berlin", "zagreb", "oslo", "vienna", "luxembourg"])
@pytest.mark.parametrize("indicator", UNRANKED)
def test_no_article_breaks_when_a_ranking_goes(indicator: str, hero: str) -> None:
    assert NO_RANK["en"] in text(f"/en/i/{indicator}.html?view=rank&hero={hero}")
    assert client().get(f"/en/i/{indicator}.svg?view=rank&hero={hero}").status_code == 200


@pytest.mark.parametrize("indicator", UNRANKED)
def test_rows_of_what_may_not_be_ranked_have_no_rank_and_the_reason(indicator: str) -> None:
    rows = client().get(f"/api/v1/scores?indicator={indicator}").get_json()
    assert {(row["rank"], row["rank_reason"]) for row in rows} == {(None, "not_comparable")}


def test_values_in_another_unit_are_never_drawn_beside_ours() -> None:
    line = charts.indicator_line(edition().scores, CATALOGUE, Words("en"), "bicycle_network")
    assert line is not None
    assert [series.id for series in line.series] == ["brussels"]
    asked = text("/en/i/bicycle_network.html?view=rank&places=amsterdam,berlin")
    assert "stand side by side because they were asked for" in asked
    assert "Left out, because published in another unit: Berlin." in asked
    assert ">Amsterdam</th>" in asked
    metres = "1,073,473"
    for address in ("i/bicycle_network.html?places=berlin", "i/bicycle_network?view=table", "c/berlin"):
        assert metres not in text(f"/en/{address}")


def test_what_compares_nothing_claims_nothing() -> None:
    indicator = CATALOGUE.indicators["monthly_ticket"].model_copy(update={"comparable": "none"})
    catalogue = CATALOGUE.model_copy(update={"indicators": {**CATALOGUE.indicators, indicator.id: indicator}})
    chart = charts.indicator_line(edition().scores, catalogue, Words("en"), indicator.id)
    assert chart is not None
    assert chart.title == "Monthly public transport ticket, Brussels: values that compare neither places nor years"
    assert charts.indicator_rank(edition().scores, catalogue, Words("en"), indicator.id) is None
    assert charts.indicator_spark(edition().scores, catalogue, Words("en"), indicator.id) is None


@pytest.mark.parametrize(("at", "indicator"), list(enumerate(WITHOUT_ERROR)))
def test_without_a_published_error_places_keep_their_order_and_lose_their_ranks(at: int, indicator: str) -> None:
    words = Words(LANGS[at % 3])
    chart = charts.indicator_rank(edition().scores, CATALOGUE, words, indicator)
    assert chart is not None
    assert chart.table is not None
    assert {series.rank for series in chart.series} | {row[3] for row in chart.table.rows} == {""}
    assert {series.told_apart for series in chart.series} == {None}  # neither hollow nor "differs"
    assert words("No margin of error is published, so places are not ranked one by one.") in chart.alternative
    assert not re.search(r"(1st|2nd|3rd|\dth|\de|1re) ", chart.title)


# --- a choice of places


@cache
def every(indicator: str, hero: str) -> Chart | None:
    return charts.indicator_rank(edition().scores, CATALOGUE, Words("en"), indicator, hero=hero)


@given(
    st.sampled_from([i.id for i in INDICATORS]),
    st.sampled_from([place.id for place in CATALOGUE.city_regions()]),
    st.lists(st.sampled_from(list(CATALOGUE.places)), min_size=1, max_size=4, unique=True),
)
def test_a_choice_of_places_changes_what_is_shown_and_no_rank_or_median(
    indicator: str, hero: str, places: list[str]
) -> None:
    whole = every(indicator, hero)
    some = charts.indicator_rank(edition().scores, CATALOGUE, Words("en"), indicator, places=places, hero=hero)
    if whole is None or some is None:
        return
    assert some.title == whole.title
    assert [mark.value for mark in some.marks] == [mark.value for mark in whole.marks]
    ranks = {series.name: series.rank for series in whole.series}
    assert {s.name: s.rank for s in some.series} == {s.name: ranks.get(s.name, "") for s in some.series}
    assert svg_file.render(some).startswith("<svg")


UNLISTED = [place.id for place in CATALOGUE.city_regions() if place not in CATALOGUE.city_regions("default")]


@pytest.mark.parametrize("hero", UNLISTED)
def test_a_page_about_a_place_that_is_not_ranked_moves_nobody_s_rank_and_says_so(hero: str) -> None:
    assert len(UNLISTED) >= 2
    name, seen = CATALOGUE.places[hero].name.en, 0
    for indicator in (i.id for i in INDICATORS):
        usual, own = every(indicator, CATALOGUE.hero), every(indicator, hero)
        if usual is None or own is None or usual.hero is None:
            continue
        before = {series.name: series.rank for series in usual.series}
        after = {series.name: series.rank for series in own.series if series.id != hero}
        assert after == {name: before.get(name, "") for name in after}, indicator
        if own.hero is None or not own.hero.points:
            continue
        assert own.hero.rank == ""
        assert not re.search(r"\d(st|nd|rd|th)\b", own.title)
        tested = own.hero.points[0].low is not None
        assert own.note.startswith(f"Not ranked: {name}.") == tested, (indicator, own.note)
        seen += tested
    assert seen >= 1  # road deaths at least


def test_rows_of_a_place_that_is_not_ranked_say_so() -> None:
    reasons = edition().table.loc[lambda t: t["ref_area"].isin(UNLISTED) & (t["comparable"] == "places"), "rank_reason"]
    assert set(reasons) <= {"not_listed", "no_score"}


@pytest.mark.parametrize("suffix", ["html", "svg", "txt", "json"])
def test_no_form_says_first_of_two(suffix: str) -> None:
    assert re.search(r"of [23]\b", text(f"/en/i/pt_satisfaction.{suffix}?view=rank&places=vienna")) is None
    assert "of 35" in text(f"/en/i/pt_satisfaction.{suffix}?view=rank&places=vienna")
    assert "of 35" in oembed("en", "i/pt_satisfaction?view=rank&places=vienna")["title"]


@pytest.mark.parametrize("subject", ["p/safe", "p/open?view=rank", "overall"])
def test_picture_data_and_page_of_one_address_agree(subject: str) -> None:
    path, _, query = subject.partition("?")
    chosen = f"{path}?{'&'.join(filter(None, (query, 'places=vienna,rome')))}"
    rows = list(csv.DictReader(io.StringIO(text(f"/en/{form(chosen, 'csv')}"))))
    assert {row["ref_area"] for row in rows} == {"brussels", "vienna", "rome"}
    drawn = text(f"/en/{form(chosen, 'html')}")
    names = {place.name.en for place in CATALOGUE.city_regions("default")}
    assert {name for name in names if f'<th scope="row">{name}</th>' in drawn} == {"Brussels", "Vienna", "Rome"}
    page = text(f"/en/{page_of(chosen)}")
    strips = re.findall(r'<svg class="strip"[^>]*role="img".*?</svg>', page, re.DOTALL)
    assert "Vienna" in strips[0]
    assert "Paris" not in strips[0]


@pytest.mark.parametrize("suffix", ["html", "svg", "png", "csv", "json", "txt"])
@pytest.mark.parametrize("path", ["p/safe", "overall"])
def test_years_of_a_score_are_refused_on_every_form_alike(path: str, suffix: str) -> None:
    answer = client().get(f"/en/{path}.{suffix}?time=2019")
    assert answer.status_code == 400
    said = unescape(answer.text) if suffix in ("html", "svg", "png") else answer.get_json()["detail"]
    assert "“time” is not a key of this address" in said


def test_years_of_a_score_are_ignored_on_its_page_with_a_word() -> None:
    page = text("/en/p/safe?time=2019")
    assert "Ignored, because this page does not know it: time." in page
    assert "time=2019" not in "".join(
        re.findall(r'data-link="(?:csv|svg|html)"[^>]*>|href="[^"]*\.(?:csv|svg|html)[^"]*"', page)
    )


# --- the anomalous value

ODD = CATALOGUE.indicators[FLAGGED].flags["brussels"]


@pytest.mark.parametrize("lang", LANGS)
def test_the_anomalous_value_is_named_as_such_wherever_it_is_told(lang: str) -> None:
    said = ODD.in_(lang)
    addresses = (
        "", "p/open", "brief", "compare?places=amsterdam", "c/brussels", f"i/{FLAGGED}", f"i/{FLAGGED}?view=rank",
        f"i/{FLAGGED}.html", f"i/{FLAGGED}.svg", f"i/{FLAGGED}.txt", f"i/{FLAGGED}.csv", f"i/{FLAGGED}.json",
        "p/open.html", "p/open.svg", "p/open.txt", "p/open.csv", "overall.html", "overall.svg", "overall.txt",
    )  # fmt: skip
    assert [address for address in addresses if said not in text(f"/{lang}/{address}")] == []
    # A flagged value is nobody's strongest: it stands in no heading and at no end of a scorecard.
    noun = CATALOGUE.indicators[FLAGGED].noun
    heading = re.search(r'<h1 class="finding">(.*?)</h1>', text(f"/{lang}/p/open"))
    assert heading is not None
    assert noun is not None
    assert noun.in_(lang) not in unescape(heading[1])
    assert "17" in text(f"/{lang}/p/open.txt")  # its place without that value, of the 8th it has


def test_the_typeset_briefing_says_it_as_the_page_does() -> None:
    from dashboard.address import Address
    from dashboard.pages.visit import Visit

    made = brief(Visit(edition(), Address("en", "brief"), Words("en"), date(2026, 11, 28)))
    assert ODD.en in made.front.presence
    assert any(ODD.en in row.label for group in made.back.groups for row in group.rows)
    assert pdf.render(made, "http://localhost").startswith(b"%PDF")


# --- a file that travels alone


@pytest.mark.parametrize(
    "subject", ["i/robbery", "i/pt_satisfaction?view=rank", "p/safe", "overall", "i/income_median"]
)
def test_a_picture_and_a_text_say_whose_they_are_from_when_and_where(subject: str) -> None:
    printed, told = one_line(text(f"/fr/{form(subject, 'svg')}")), text(f"/fr/{form(subject, 'txt')}")
    for words in (printed, told):
        assert "Four Pillars" in words
        assert edition().id in words
        assert "24 septembre 2026" in words
        assert f"http://localhost/fr/{page_of(subject)}" in words
        assert "CC BY" in words


def test_the_picture_for_previews_is_the_drawing_of_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[Chart] = []
    monkeypatch.setattr(png, "card", lambda chart, _: drawn.append(chart) or b"")
    client().get(f"/nl/i/{FLAGGED}.png?theme=contrast")
    assert ODD.nl in drawn[0].printed[0]
    assert edition().id in drawn[0].imprint[0]


@pytest.mark.parametrize("subject", ["i/robbery", "p/safe", "overall"])
def test_a_pinned_form_carries_the_pinned_address(subject: str) -> None:
    for suffix in ("bib", "txt", "svg"):
        assert f"http://localhost/en/{subject}@{edition().id}" in text(f"/en/{subject}@{edition().id}.{suffix}")


@pytest.mark.parametrize("width", [300, 600, 850])
def test_cautions_fit_into_the_picture(width: int) -> None:
    for indicator in INDICATORS:
        chart = charts.indicator_line(edition().scores, CATALOGUE, Words("fr"), indicator.id)
        if chart is not None:
            drawing = svg_file.render(chart, width=width)
            height = float(re.findall(r'height="([\d.]+)"', drawing)[0])
            assert max(float(y) for y in re.findall(r'<text [^>]*y="([\d.]+)"', drawing)) < height
            assert all(caution[:20] in one_line(drawing) for caution in chart.printed[-1:])


def test_every_code_has_its_words_in_a_download() -> None:
    """No code is left silent: a row with all of them says as many things."""
    from dashboard.address import Address
    from dashboard.charts.told import Told
    from dashboard.pages.visit import Visit

    for lang in LANGS:
        told = Told(Visit(edition(), Address(lang, "data"), Words(lang), date(2026, 11, 28)))
        said = told.said(FLAGGED, "brussels", " ".join(CODES))
        assert len(said.split("; ")) >= len(CODES)
