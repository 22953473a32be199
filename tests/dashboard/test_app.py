from __future__ import annotations

import gzip
import re
from concurrent.futures import ThreadPoolExecutor
from html import unescape

import pytest

from dashboard.app import build_app
from dashboard.state import Library
from tests.dashboard.samples import edition
from tests.dashboard.sites import LANGS, NEWER, OLDER, TODAY, client, get, library

PAGES = ("", "p/connected", "p/sustainable", "p/open", "p/safe", "i/road_deaths", "i/income_median", "c/brussels",
         "c/valletta", "c/ixelles", "compare", "data", "method", "accessibility", "brief")  # fmt: skip


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("lang", LANGS)
def test_a_page_is_whole_before_any_script_runs(lang: str, page: str) -> None:
    answer = get(f"/{lang}/{page}")
    assert answer.status_code == 200
    assert f'<html lang="{lang}"' in answer.text
    assert answer.text.count("<h1") == 1
    assert answer.text.count("<!--") == 0
    assert re.search(r"\bNone\b|\bnan\b|Undefined", re.sub(r"<[^>]*>|None: no two", " ", answer.text)) is None
    ids = re.findall(r'\sid="([^"]*)"', answer.text)
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("page", PAGES)
def test_every_link_of_a_page_leads_somewhere(page: str) -> None:
    found = set(re.findall(r'href="(/[^"#]*)', get(f"/en/{page}").text))
    wanted = sorted(
        unescape(link) for link in found if not re.search(r"\.(png|zip|parquet|svg|csv|json|bib|txt|pdf)\b", link)
    )
    broken = [link for link in wanted[:: max(1, len(wanted) // 12)] if get(link).status_code not in (200, 301, 302)]
    assert broken == []


@pytest.mark.parametrize(
    ("address", "status", "says"),
    [
        ("/en/i/road_death", 404, "road_deaths"),
        ("/fr/c/bruxelles", 404, "brussels"),
        ("/nl/p/veilig", 404, "Er is geen pijler"),
        ("/de/", 404, "/en/, /fr/ or /nl/"),
        ("/en/i/road_deaths?time=1999", 400, "Years with values"),
        ("/en/i/road_deaths?view=pie", 400, "line, rank, table"),
        ("/en/?hero=pariss", 400, "paris"),
        ("/en/i/road_deaths@2020-01-01-00000000.svg", 404, OLDER),
        ("/static/none.css", 404, "There is nothing at /static/none.css."),
    ],
)
def test_a_wrong_address_gets_a_sentence_in_its_language(address: str, status: int, says: str) -> None:
    answer = get(address)
    assert answer.status_code == status
    assert answer.mimetype == "text/html"
    assert says in unescape(answer.text)
    assert answer.cache_control.no_store


def test_markup_in_an_address_stays_words() -> None:
    answer = client().get("/en/i/<script>alert(1)</script>?<b>=1")
    assert "<script>alert" not in answer.text
    assert "<script>alert" not in client().get("/en/?<script>alert(1)</script>=1").text


def test_unknown_keys_are_noted_and_the_page_is_shown() -> None:
    answer = get("/en/?colour=red&utm_source=x")
    assert answer.status_code == 200
    # What networks hang onto links is nobody's mistake, and not worth a note.
    assert "Ignored, because this page does not know it: colour." in answer.text


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_nothing_can_be_written(method: str) -> None:
    assert getattr(client(), method)("/en/data").status_code == 405


@pytest.mark.parametrize(
    ("address", "language", "target"),
    [
        ("/", "nl-BE,fr;q=0.5", "/nl/"),
        ("/", "de", "/en/"),
        ("/fr", "", "/fr/"),
        ("/en/p/safe/", "", "/en/p/safe"),
        ("/fr/brief/?hero=paris", "", "/fr/brief?hero=paris"),
        ("/en/data/?hero=paris", "", "/en/data?hero=paris"),
        ("/en/overall?hero=paris", "", "/en/?hero=paris"),
    ],
)
def test_other_spellings_lead_to_the_one_address(address: str, language: str, target: str) -> None:
    answer = client().get(address, headers={"Accept-Language": language})
    assert answer.status_code in (301, 302)
    assert answer.location == target


@pytest.mark.parametrize("address", ["/en/", "/fr/p/safe", "/en/i/road_deaths.csv", "/api/v1/places"])
def test_an_unchanged_answer_is_not_sent_again(address: str) -> None:
    first = client().get(address)
    mark = first.headers["ETag"]
    again = client().get(address, headers={"If-None-Match": mark})
    assert (again.status_code, again.data) == (304, b"")
    assert client().get(address, headers={"If-None-Match": '"other"'}).status_code == 200


def test_a_page_is_asked_for_again_each_time() -> None:
    assert get("/en/").cache_control.no_cache
    assert get("/en/").headers["ETag"] != get("/en/?hero=paris").headers["ETag"]
    assert get("/en/").headers["ETag"] != get("/en/?x=1").headers["ETag"]


def content(page: str) -> str:
    """Return a page without the scripts at its end, whose addresses carry the start of the process."""
    return page.split("<footer")[0]


def test_visitors_with_different_filters_never_mix() -> None:
    wanted = {f"/{lang}/?hero={place}": place for lang in LANGS for place in ("paris", "oslo", "rome")} | {"/en/": ""}
    alone = {address: content(get(address).text) for address in wanted}
    fresh = build_app(library(), clock=lambda: TODAY).server

    def ask(address: str) -> tuple[str, str]:
        return address, content(fresh.test_client().get(address).text)

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(ask, list(wanted) * 3))
    assert [address for address, text in answers if text != alone[address]] == []
    assert len(set(alone.values())) == len(wanted)


def test_a_change_of_state_is_answered_with_the_parts_of_that_state() -> None:
    body = {
        "output": "..chart.children...parts.data..",
        "outputs": [{"id": "chart", "property": "children"}, {"id": "parts", "property": "data"}],
        "inputs": [{"id": "state", "property": "data", "value": {"path": "/fr/p/safe", "query": "hero=paris"}}],
        "changedPropIds": ["state.data"],
    }
    answer = client().post("/_dash-update-component", json=body)
    assert answer.status_code == 200
    parts = answer.get_json()["response"]["parts"]["data"]
    assert "Paris obtient" in parts["html"]["top"]
    assert parts["links"]["csv"] == "/fr/p/safe.csv?hero=paris"
    wrong = {**body, "inputs": [{**body["inputs"][0], "value": {"path": "/fr/p/save"}}]}  # type: ignore[dict-item]
    refused = client().post("/_dash-update-component", json=wrong)
    assert refused.status_code == 404
    assert "safe" in refused.get_json()["detail"]


def test_answers_are_packed_for_those_who_take_it() -> None:
    packed = client().get("/en/data", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data).decode() == get("/en/data").text
    assert "Accept-Encoding" in packed.vary


def test_an_old_snapshot_confesses_its_age() -> None:
    aged = build_app(Library(edition()), clock=lambda: TODAY.replace(year=2028)).server.test_client()
    days = 365 + 366 + 2  # 20 November 2026 to 22 November 2028, with the leap day of 2028
    assert f"This edition is {days} days old" in aged.get("/en/").text
    assert "days old" not in get("/en/").text


def test_a_fault_of_ours_is_a_page_without_the_cause(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = build_app(Library(edition()), clock=lambda: TODAY)
    monkeypatch.setattr(broken.site, "page", lambda _visit: 1 // 0)
    answer = broken.server.test_client().get("/nl/data")
    assert answer.status_code == 500
    assert "Er ging bij ons iets mis" in answer.text
    assert "ZeroDivisionError" not in answer.text


def test_health_names_the_snapshot() -> None:
    assert get("/healthz").get_json()["snapshot"] == NEWER
