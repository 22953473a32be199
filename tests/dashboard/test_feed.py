"""The feed of changes: what RFC 4287 wants, the same at every reading, in three languages."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from datetime import date, datetime

import pytest

from dashboard.app import build_app
from tests.dashboard.samples import YEARS
from tests.dashboard.sites import NEWER, OLDER, REVISED, client, get, library

ATOM = "{http://www.w3.org/2005/Atom}"
PATHS = {"en": "/feed.xml", "fr": "/fr/feed.xml", "nl": "/nl/feed.xml"}
speaking = pytest.mark.parametrize("lang", PATHS)


def feed(lang: str) -> ET.Element:
    return ET.fromstring(get(PATHS[lang]).data)


def texts(element: ET.Element, name: str) -> list[str]:
    return [part.text or "" for part in element.findall(ATOM + name)]


@speaking
def test_a_feed_has_what_the_standard_asks_for(lang: str) -> None:
    answer, root = get(PATHS[lang]), feed(lang)
    assert (answer.status_code, answer.mimetype) == (200, "application/atom+xml")
    assert root.tag == f"{ATOM}feed"
    assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == lang
    for element in (root, *root.findall(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            (text,) = texts(element, name)
            assert text.strip()
        datetime.fromisoformat(texts(element, "updated")[0])
    assert root.find(f"{ATOM}author/{ATOM}name") is not None
    for entry in root.findall(f"{ATOM}entry"):
        assert texts(entry, "summary")[0]
        assert [link.get("rel") for link in entry.findall(f"{ATOM}link")][:1] == ["alternate"]


@speaking
def test_a_feed_names_itself_and_its_other_languages(lang: str) -> None:
    links = [
        (link.get("rel"), link.get("type"), link.get("hreflang"), link.get("href"))
        for link in feed(lang).findall(f"{ATOM}link")
    ]
    atom = "application/atom+xml"
    others = [("alternate", atom, other, f"http://localhost{path}") for other, path in PATHS.items() if other != lang]
    assert ("self", atom, lang, f"http://localhost{PATHS[lang]}") in links
    assert ("alternate", "text/html", lang, f"http://localhost/{lang}/data") in links
    assert set(others) <= set(links)
    kinds = [(rel, kind, hreflang) for rel, kind, hreflang, _ in links]
    assert len(kinds) == len(set(kinds)), "one alternate for each type and language"


def test_entries_are_snapshots_newest_first_dated_by_themselves() -> None:
    root = feed("en")
    entries = root.findall(f"{ATOM}entry")
    assert [texts(e, "id")[0] for e in entries] == [
        f"tag:four-pillars.example,2026:en/{NEWER}",
        f"tag:four-pillars.example,2026:en/{OLDER}",
    ]
    assert [texts(e, "updated")[0] for e in entries] == ["2026-11-20T00:00:00Z", "2026-08-18T00:00:00Z"]
    assert texts(root, "updated") == ["2026-11-20T00:00:00Z"]


@pytest.mark.parametrize(
    ("lang", "says"),
    [
        ("en", rf"Since the edition of 18 August 2026: {len(YEARS)} revised values, 3 changed scores "
               r"and 6 changed ranks\. "
               r"Scores and ranks of Brussels: .+\. Largest revisions for Brussels: .+, 20\d\d: \d+% → \d+%\."),
        ("fr", rf"Depuis l’édition du 18 août 2026\s: {len(YEARS)} valeurs révisées, 3 scores modifiés "
               r"et 6 rangs modifiés\. "
               r"Scores et rangs de Bruxelles\s: .+\. "
               r"Plus grandes révisions pour Bruxelles\s: .+, 20\d\d\s: \d+\s% → \d+\s%\."),
        ("nl", rf"Sinds de editie van 18 augustus 2026: {len(YEARS)} herziene waarden, 3 gewijzigde scores "
               r"en 6 gewijzigde rangen\. "
               r"Scores en rangen van Brussel: .+\. Grootste herzieningen voor Brussel: .+, 20\d\d: \d+% → \d+%\."),
    ],
)  # fmt: skip
def test_an_entry_says_what_changed(lang: str, says: str) -> None:
    newest, first = feed(lang).findall(f"{ATOM}entry")
    assert re.fullmatch(says, texts(newest, "summary")[0])
    assert "18" not in texts(first, "summary")[0], "there is nothing before the first"


def test_an_entry_leads_to_its_row_of_the_data_page() -> None:
    entry = feed("nl").find(f"{ATOM}entry")
    assert entry is not None
    link = entry.find(f"{ATOM}link")
    assert link is not None
    path, _, row = str(link.get("href")).removeprefix("http://localhost").partition("#")
    assert f'id="{row}"' in get(path).text


def test_ids_are_the_same_under_every_name_of_the_site() -> None:
    elsewhere = client().get("/feed.xml", headers={"Host": "figures.example.org"}).data
    root, here = ET.fromstring(elsewhere), feed("en")
    assert b"http://figures.example.org/en/data" in elsewhere
    ids = [[texts(part, "id") for part in (found, *found.findall(f"{ATOM}entry"))] for found in (root, here)]
    assert ids[0] == ids[1]


def test_an_entry_names_the_chart_that_changed_most() -> None:
    newest, first = feed("fr").findall(f"{ATOM}entry")
    (related,) = [link for link in newest.findall(f"{ATOM}link") if link.get("rel") == "related"]
    assert related.get("href") == f"http://localhost/fr/i/{REVISED}"
    assert [link.get("rel") for link in first.findall(f"{ATOM}link")] == ["alternate"]


def test_the_day_of_reading_changes_nothing() -> None:
    later = build_app(library(), clock=lambda: date(2031, 1, 1)).server.test_client()
    assert later.get("/feed.xml").data == get("/feed.xml").data


def test_it_is_kept_and_not_sent_again() -> None:
    first = client().get("/feed.xml")
    assert first.cache_control.public
    assert first.headers["Access-Control-Allow-Origin"] == "*"
    again = client().get("/feed.xml", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_the_english_feed_has_one_address() -> None:
    answer = client().get("/en/feed.xml")
    assert (answer.status_code, answer.location) == (301, "/feed.xml")


@speaking
def test_every_page_names_the_feed_of_its_language(lang: str) -> None:
    for page in ("", "p/safe", "i/road_deaths", "c/brussels", "data", "method"):
        found = re.search(
            r'<link rel="alternate" type="application/atom\+xml" href="([^"]+)"', get(f"/{lang}/{page}").text
        )
        assert found is not None
        assert found[1] == PATHS[lang]


def test_a_hostile_name_stays_text(monkeypatch: pytest.MonkeyPatch) -> None:
    from dashboard.pages import visit

    monkeypatch.setattr(visit.Visit, "place", lambda _self, _id: "<script>&\"'")
    root = ET.fromstring(
        build_app(library(), clock=lambda: date(2026, 11, 22)).server.test_client().get("/feed.xml").data
    )
    assert not [element.tag for element in root.iter() if "script" in element.tag]
    assert "<script>&\"'" in texts(root.findall(f"{ATOM}entry")[0], "summary")[0]
