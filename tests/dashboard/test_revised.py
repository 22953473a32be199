"""A pinned chart, page or briefing says which of its numbers the current snapshot has otherwise: any it draws."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from html import unescape
from urllib.parse import parse_qsl

import pandas as pd
import pytest
from flask.testing import FlaskClient

from config.schema import Catalogue
from dashboard.address import Address, parse
from dashboard.app import build_app
from dashboard.forms import chart_of
from dashboard.i18n import Words
from dashboard.pages import drawn, revised
from dashboard.pages.visit import Visit
from dashboard.state import Edition, Library
from indicators import score
from tests.dashboard.samples import edition
from tests.dashboard.sites import NEWER, OLDER, REVISED, REVISED_AREA, REVISED_MEASURE, TODAY

Rows = Callable[[pd.DataFrame], pd.DataFrame]
NB = "\u00a0"
PARIS = "FR10"  # the area of Paris in the scheme of the revised measure


def earlier(rows: Rows, catalogue: Catalogue | None = None) -> Edition:
    """The older edition: the shipped sample with other observations, or made with another catalogue."""
    found, catalogue = edition(), catalogue or edition().catalogue
    made = rows(found.observations.copy())
    return replace(
        found, id=OLDER, created="2026-08-18", observations=made, catalogue=catalogue, scores=score(made, catalogue)
    )


def of(area: str, year: str = "", measure: str = REVISED_MEASURE) -> Callable[[pd.DataFrame], pd.Series]:
    def chosen(rows: pd.DataFrame) -> pd.Series:
        mine = (rows["measure"] == measure) & (rows["ref_area"] == area)
        return mine & (rows["time_period"] == year) if year else mine

    return chosen


def lower(area: str, year: str = "", by: float = 1.0) -> Rows:
    def change(rows: pd.DataFrame) -> pd.DataFrame:
        mine = of(area, year)(rows)
        assert mine.any()
        rows.loc[mine, "obs_value"] -= by
        return rows

    return change


def without(area: str, year: str = "") -> Rows:
    return lambda rows: rows[~of(area, year)(rows)].reset_index(drop=True)


def with_one_more(area: str, year: str) -> Rows:
    """The older edition has a value of a year that the newer one withdrew."""

    def change(rows: pd.DataFrame) -> pd.DataFrame:
        more = rows[of(area, "2018")(rows)].assign(time_period=year, obs_value=50.0)
        return pd.concat([rows, more], ignore_index=True)

    return change


@cache
def before(change: str) -> Edition:
    """The older edition of a change, scored once."""
    return earlier(CHANGES[change])


@cache
def client(change: str) -> FlaskClient:
    library = Library(edition(), (OLDER, NEWER), read=lambda _: before(change))
    return build_app(library, clock=lambda: TODAY).server.test_client()


CHANGES: dict[str, Rows] = {
    "hero, newest": lower(REVISED_AREA, "2025"),
    "hero, oldest": lower(REVISED_AREA, "2015"),
    "hero, a hair": lower(REVISED_AREA, "2015", by=0.01),
    "peer": lower(PARIS, "2025", by=30.0),
    "withdrawn": with_one_more(REVISED_AREA, "2017"),
    "gap filled": without(REVISED_AREA, "2019"),
    "place added": without(PARIS),
    "nothing": lambda rows: rows,
}


def visit(older: Edition, path: str, query: dict[str, str]) -> Visit:
    address = parse(path, list(query.items()), older.catalogue, (OLDER, NEWER))
    return Visit(older, address, Words(address.lang), TODAY, (OLDER, NEWER), current=edition())


def said(change: str, address: str) -> str:
    """What the embed at an address confesses after a change."""
    path, _, query = address.partition("?")
    here = visit(before(change), path, dict(parse_qsl(query)))
    found = revised.of_chart(here, chart_of(here), chart_of)
    return found.sentence if found else ""


def pinned(subject: str, query: str = "", lang: str = "en") -> str:
    return f"/{lang}/{subject}@{OLDER}.html{query}"


OPENING = "Changed since this edition, in that of 20 November 2026: "


@pytest.mark.parametrize(
    ("change", "query", "first"),
    [
        ("hero, newest", "", r"Brussels, 2025: \d+% → \d+%"),
        ("hero, oldest", "", r"Brussels, 2015: \d+% → \d+%"),
        # 0.01 point of a number printed without decimals: as many decimals as it takes.
        ("hero, a hair", "", r"Brussels, 2015: \d+\.\d+% → \d+\.\d+%"),
        ("withdrawn", "", r"Brussels, 2017: 50% → withdrawn"),
        ("gap filled", "", r"Brussels, 2019: no value → \d+%"),
        ("peer", "?places=paris", r"Paris, 2025: \d+% → \d+%"),
        ("peer", "?view=rank", r"Paris, 2025: \d+% → \d+%"),
        ("place added", "?view=rank", r"Paris, 2025: no value → \d+%"),
        ("place added", "?places=paris", r"Paris, 2025: no value → \d+%"),
    ],
)
def test_an_indicator_confesses_any_drawn_value(change: str, query: str, first: str) -> None:
    told = said(change, pinned(f"i/{REVISED}", query))
    assert re.match(OPENING + "(.*)", told), told
    if "rank" in query:  # the hero's own rank moved, and the hero is named first
        assert re.match(OPENING + r"Brussels, rank: ", told) or re.match(OPENING + first, told)
    else:
        assert re.match(OPENING + first, told)


@pytest.mark.parametrize(
    ("change", "subject", "query"),
    [
        ("nothing", f"i/{REVISED}", ""),
        ("nothing", "p/connected", ""),
        ("nothing", "overall", ""),
        ("hero, newest", "i/road_deaths", ""),
        ("hero, newest", "p/safe", ""),
        # Drawn are 2018 and later: what changed of 2015 is on no line of this chart.
        ("hero, oldest", f"i/{REVISED}", "?time=2018..2025"),
        # A ranking of the newest year does not show 2015.
        ("hero, oldest", f"i/{REVISED}", "?view=rank"),
    ],
)
def test_what_is_not_drawn_is_not_confessed(change: str, subject: str, query: str) -> None:
    assert said(change, pinned(subject, query)) == ""


def test_scores_and_ranks_are_drawn_numbers_too() -> None:
    """A pillar's score moves with the value of one of its indicators, and so does its place."""
    told = said("hero, newest", pinned("p/connected"))
    old, new = re.findall(r"Brussels, score: ([\d.]+) → ([\d.]+)", told)[0]
    # One of eight equal weights or fewer, and one point of a scale of a hundred or less.
    assert float(new) > float(old)
    assert re.search(r"and \d+ more values? on this chart", told)
    assert "Brussels" in said("hero, newest", pinned("p/connected", "?view=rank"))
    assert said("peer", pinned("p/connected", "?view=rank")).startswith(OPENING)


@pytest.mark.parametrize(
    ("lang", "one", "several"),
    [
        ("en", r"; and 1 more value on this chart\.", r"; and \d+ more values on this chart\."),
        ("fr", rf"{NB}; et 1 autre valeur de ce graphique\.", rf"{NB}; et \d+ autres valeurs de ce graphique\."),
        ("nl", r"; en nog 1 waarde in deze grafiek\.", r"; en nog \d+ waarden in deze grafiek\."),
    ],
)
def test_the_rest_is_counted_in_three_languages(lang: str, one: str, several: str) -> None:
    # Of a line of one peer chosen out of it, only its own value and the median of 2025 are drawn.
    assert re.search(one, said("peer", pinned(f"i/{REVISED}", "?places=paris", lang)))
    assert re.search(several, said("hero, newest", pinned("p/connected", "", lang)))


def test_the_link_leads_to_the_same_chart_of_today() -> None:
    page = client("hero, newest").get(pinned(f"i/{REVISED}", "?places=paris")).text
    found = re.search(r'<p class="newer">.*?href="([^"]*)"', page)
    assert found is not None
    assert found[1] == f"http://localhost/en/i/{REVISED}.html?places=paris"
    assert client("hero, newest").get(found[1]).status_code == 200


@pytest.mark.parametrize("subject", [f"i/{REVISED}", "p/connected", "brief"])
def test_a_pinned_page_confesses_and_leads_to_its_newest_form(subject: str) -> None:
    page = unescape(client("hero, newest").get(f"/en/{subject}@{OLDER}").text)
    assert re.search(r"Changed since this edition, in that of 20 November 2026: .*? more values? on this page\.", page)
    assert f'<a href="/en/{subject}">This page as it is now</a>' in page
    quiet = unescape(client("nothing").get(f"/en/{subject}@{OLDER}").text)
    assert "Changed since" not in quiet


CHARTS = [
    (f"i/{REVISED}", {}), (f"i/{REVISED}", {"view": "rank"}), (f"i/{REVISED}", {"view": "rank", "time": "2019"}),
    ("i/pm25_days", {"places": "paris,oslo"}), ("i/income_median", {}), ("p/safe", {}), ("p/safe", {"view": "rank"}),
    ("p/open", {"hero": "paris"}), ("overall", {}), ("overall", {"hero": "vienna"}),
]  # fmt: skip


@pytest.mark.parametrize(("subject", "query"), CHARTS)
def test_each_drawn_number_counts(subject: str, query: dict[str, str]) -> None:
    """Moving any one number of a chart by a millionth is one difference; moving none is none."""
    older = replace(edition(), id=OLDER, created="2026-08-18")
    here = visit(older, f"/en/{subject}@{OLDER}.html", query)
    then = drawn.of_chart(here, chart_of(here))
    newer = replace(here, edition=edition(), address=replace(here.address, snapshot=None))
    now = drawn.of_chart(newer, chart_of(newer))
    assert len(then.numbers) >= 10
    assert revised.differences(here, newer, then, now) == []
    for key, ends in then.numbers.items():
        moved = drawn.Drawn({**then.numbers, key: tuple(end * 1.000001 + 0.000001 for end in ends)}, then.names)
        assert [found.key for found in revised.differences(here, newer, moved, now)] == [key]


@pytest.mark.parametrize(("subject", "query"), CHARTS)
def test_every_printed_place_and_point_is_among_the_numbers(subject: str, query: dict[str, str]) -> None:
    here = visit(replace(edition(), id=OLDER), f"/en/{subject}@{OLDER}.html", query)
    chart = chart_of(here)
    numbers = drawn.of_chart(here, chart).numbers
    points = [(series.id, point.y) for series in chart.series for point in series.points]
    values = {(key.place, ends[0]) for key, ends in numbers.items() if key.quantity in ("value", "score", "median")}
    assert set(points) <= values


def test_a_goalpost_that_moved_is_confessed_by_the_scores_it_moves() -> None:
    catalogue = edition().catalogue
    indicator = catalogue.indicators[REVISED]
    assert indicator.goalposts is not None
    other = indicator.model_copy(update={"goalposts": indicator.goalposts.model_copy(update={"best": 120.0})})
    changed = catalogue.model_copy(update={"indicators": {**catalogue.indicators, REVISED: other}})
    older = earlier(lambda rows: rows, changed)
    here = visit(older, f"/en/p/connected@{OLDER}.html", {})
    found = revised.of_chart(here, chart_of(here), chart_of)
    assert found is not None
    assert re.match(OPENING + r"(?:.*, )?Brussels, score: ", found.sentence)


def test_what_the_newest_snapshot_no_longer_has_is_said() -> None:
    kept = {id_: i for id_, i in edition().catalogue.indicators.items() if id_ != REVISED}
    newest = replace(
        edition(), catalogue=edition().catalogue.model_copy(update={"indicators": kept}), scores=edition().scores
    )
    older = replace(edition(), id=OLDER, created="2026-08-18")
    app = build_app(Library(newest, (OLDER, NEWER), read=lambda _: older), clock=lambda: TODAY)
    answer = app.server.test_client().get(f"/en/i/{REVISED}@{OLDER}.html")
    assert answer.status_code == 200
    assert "The edition of 20 November 2026 no longer has what this shows." in unescape(answer.text)
    assert app.server.test_client().get(f"/en/i/{REVISED}.html").status_code == 404


def test_a_snapshot_newer_than_the_one_served_confesses_nothing() -> None:
    older = earlier(CHANGES["hero, newest"])
    address = Address("en", "indicator", REVISED, NEWER, "html")
    here = Visit(edition(), address, Words("en"), TODAY, (OLDER, NEWER), current=older)
    assert revised.of_chart(here, chart_of(here), chart_of) is None


@pytest.mark.parametrize(
    ("lang", "whose"),
    [("en", "Belgium (for Brussels)"), ("fr", "Belgique (pour Bruxelles)"), ("nl", "België (voor Brussel)")],
)
def test_a_revised_number_of_a_country_is_told_as_the_country_s(lang: str, whose: str) -> None:
    def lower_national(rows: pd.DataFrame) -> pd.DataFrame:
        mine = of("BE", measure="desi_vhcn")(rows)
        assert mine.any()
        rows.loc[mine, "obs_value"] -= 3
        return rows

    older = earlier(lower_national)
    site = build_app(Library(edition(), (OLDER, NEWER), read=lambda _: older), clock=lambda: TODAY).server.test_client()
    feed = "/feed.xml" if lang == "en" else f"/{lang}/feed.xml"
    told = {
        "embed": re.findall(r'<p class="newer">(.*?)<', site.get(pinned("i/vhcn_coverage", lang=lang)).text),
        "data": re.findall(r'<ul class="changed">(.*?)</ul>', site.get(f"/{lang}/data").text),
        "feed": re.findall(r"<summary>(.*?)</summary>", site.get(feed).text, re.DOTALL),
    }
    assert {form for form, found in told.items() if whose not in unescape(" ".join(found))} == set()
