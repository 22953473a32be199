from __future__ import annotations

import re
import subprocess
import sys
from datetime import date
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.i18n import Words
from tests.dashboard.samples import edition
from tests.dashboard.serving import NEWER, OLDER, client, get

CATALOGUE = edition().catalogue
LIVE = ("/en/", "/fr/p/open", "/nl/i/pt_frequency")
PLAIN = ("/en/c/brussels", "/en/c/ixelles", "/en/data", "/en/method", "/en/compare", "/en/accessibility")


def text_of(path: str) -> str:
    answer = get(path)
    assert answer.status_code == 200, (path, answer.text[:500])
    return answer.text


@pytest.mark.parametrize("lang", ["en", "fr", "nl"])
@pytest.mark.parametrize(
    "leaf",
    [
        "",
        "p/safe",
        "i/pt_frequency",
        "i/income_median",
        "c/ghent",
        "c/uccle",
        "compare",
        "data",
        "method",
        "accessibility",
    ],
)
def test_every_kind_of_page_answers_in_every_language(lang, leaf):
    text = text_of(f"/{lang}/{leaf}")
    assert f'<html lang="{lang}"' in text
    assert text.count("<h1") == 1


def test_the_first_html_holds_the_answer_the_scores_and_the_charts():
    text = text_of("/en/")
    assert "Is Brussels a smart city-region?" in text
    for pillar in ("Connected", "Sustainable", "Open", "Safe"):
        assert f">{pillar}</a></h3>" in text
    assert text.count('role="img"') >= 5  # the histogram and a strip for each pillar
    standing = edition().lookup.standing("connected", "brussels")
    assert f'<span class="num">{standing.score:.0f}</span>' in text


@pytest.mark.parametrize("path", LIVE)
def test_dash_is_an_island_inside_the_page(path):
    text = text_of(path)
    assert text.index('<main id="main"') < text.index('id="react-entry-point"') < text.index("</main>")
    assert "Loading..." not in text
    assert '"figure"' not in text  # no figure is written into the page


@pytest.mark.parametrize("path", PLAIN)
def test_a_page_without_an_island_has_no_script(path):
    assert "<script" not in text_of(path)


def test_the_page_does_not_say_which_versions_it_runs_on():
    text = text_of("/en/")
    assert sys.version.split()[0] not in text
    assert re.search(r'"dash_version":\s*""', text)


def test_the_chart_library_is_ours_and_only_where_a_chart_is():
    assert "/static/plotly." in text_of("/en/i/pt_frequency")
    assert "/static/plotly." not in text_of("/en/")


def test_no_page_names_another_host_in_what_it_loads():
    for path in (*LIVE, *PLAIN):
        loaded = re.findall(r'<(?:script|img|link rel="(?:stylesheet|icon)")[^>]*(?:src|href)="([^"]+)"', text_of(path))
        assert [address for address in loaded if not address.startswith("/")] == []


def test_the_root_leads_to_the_readers_language():
    answer = get("/", headers={"Accept-Language": "nl-BE,nl;q=0.9,en;q=0.5"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/nl/")
    assert "Accept-Language" in answer.headers["Vary"]


@pytest.mark.parametrize(
    ("path", "to"),
    [("/en", "/en/"), ("/en/p/open/?hero=paris", "/en/p/open?hero=paris"), ("/fr/data/", "/fr/data")],
)
def test_an_address_has_one_form(path, to):
    answer = get(path)
    assert (answer.status_code, answer.headers["Location"]) == (301, to)


def test_the_language_switch_keeps_the_state():
    text = text_of("/en/i/pt_frequency?hero=paris&time=2019")
    assert 'href="/nl/i/pt_frequency?hero=paris&amp;time=2019"' in text


def test_a_country_value_carries_the_countrys_name():
    assert '<span class="badge country">Belgium</span>' in text_of("/en/i/vhcn_coverage")
    assert '<span class="badge country">France</span>' in text_of("/en/i/vhcn_coverage?hero=paris")
    assert '<span class="badge country">België</span>' in text_of("/nl/p/connected")


def test_a_partial_place_says_why_it_is_not_ranked():
    reason = CATALOGUE.places["ghent"].reason.en
    assert reason in text_of("/en/c/ghent").replace("&#39;", "'")


def test_an_unknown_key_is_ignored_with_a_note():
    assert "Ignored, because this page does not know it: utm_source." in text_of("/en/?utm_source=x")


def test_an_unknown_indicator_is_not_found_and_the_nearest_is_named():
    answer = get("/en/i/pt_frequncy")
    assert (answer.status_code, answer.mimetype) == (404, "text/html")
    assert "pt_frequency" in answer.text


@pytest.mark.parametrize("lang", ["en", "fr", "nl"])
def test_a_bad_value_is_refused_in_the_language_of_the_page(lang):
    answer = get(f"/{lang}/?theme=sepia")
    assert answer.status_code == 400
    assert f'<html lang="{lang}"' in answer.text
    said = Words(lang)("“{value}” is not a value of {key}. Allowed: {allowed}.", value="sepia", key="theme",
                       allowed="light, dark, contrast")  # fmt: skip
    assert said in answer.text


def test_a_year_without_values_is_refused_with_the_years_there_are():
    answer = get("/en/i/pt_frequency?time=1999")
    assert answer.status_code == 400
    assert "2019" in answer.text


def test_markup_in_an_address_stays_words():
    answer = get("/en/?" + quote("<script>alert(1)</script>") + "=1")
    assert "<script>alert" not in answer.text
    assert "&lt;script&gt;alert" in answer.text


def test_a_page_is_asked_for_again_and_found_unchanged():
    first = get("/en/p/open")
    again = get("/en/p/open", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert first.headers["Cache-Control"] == "no-cache"


def test_another_day_makes_another_page():
    later = client(date(2028, 1, 1)).get("/en/")
    assert later.headers["ETag"] != get("/en/").headers["ETag"]
    age = (date(2028, 1, 1) - date(2026, 11, 20)).days
    assert f"These figures are {age} days old" in later.text


def test_two_readers_never_see_each_others_choice():
    paris, brussels = text_of("/en/?hero=paris"), text_of("/en/")
    assert "Is Paris a smart city-region?" in paris
    assert "Is Brussels a smart city-region?" in brussels


def test_an_older_snapshot_says_that_a_newer_one_exists():
    assert "a newer one exists" in text_of(f"/en/i/pt_frequency@{OLDER}")
    assert "a newer one exists" not in text_of(f"/en/i/pt_frequency@{NEWER}")


def test_pages_are_packed_for_those_who_take_it():
    packed = get("/en/", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert len(packed.data) < len(get("/en/").data) / 3
    assert "Accept-Encoding" in packed.headers["Vary"]


def test_our_files_are_kept_for_a_year_under_a_name_made_from_their_content():
    path = re.search(r'href="(/static/site\.[0-9a-f]+\.css)"', text_of("/en/"))[1]
    answer = get(path)
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert get(path.replace("/static/site.", "/static/other.")).status_code == 404


def test_the_server_says_that_it_is_well():
    assert get("/healthz").json["status"] == "ok"


def ask(path: str, query: str) -> dict:
    state = {"path": path, "query": query, "first": False}
    body = {
        "output": "..chart.children...parts.data..",
        "outputs": [{"id": "chart", "property": "children"}, {"id": "parts", "property": "data"}],
        "inputs": [{"id": "state", "property": "data", "value": state}],
        "changedPropIds": ["state.data"],
    }
    return client().post("/_dash-update-component", json=body)


def test_a_change_of_the_form_is_answered_with_the_parts_of_that_page():
    parts = ask("/en/p/open", "hero=paris").json["response"]["parts"]["data"]
    assert "Paris scores" in parts["html"]["top"]
    assert parts["links"]["nl"] == "/nl/p/open?hero=paris"
    assert parts["html"]["top"] in text_of("/en/p/open?hero=paris")  # the same as a page load would bring


def test_an_indicator_gets_an_interactive_figure_without_a_share_button():
    graph = ask("/en/i/pt_frequency", "").json["response"]["chart"]["children"]["props"]["children"]["props"]
    assert graph["figure"]["data"]
    assert graph["config"]["displaylogo"] is False
    assert graph["config"]["showSendToCloud"] is False


@pytest.mark.parametrize(
    ("path", "query"), [("/en/i/nothing", ""), ("/en/", "theme=sepia"), ("/en/i/pt_frequency.csv", "")]
)
def test_a_bad_state_is_refused_as_problem_details(path, query):
    answer = ask(path, query)
    assert answer.status_code in (400, 404)
    assert answer.mimetype == "application/problem+json"


def test_importing_the_application_reads_and_starts_nothing():
    code = (
        "import builtins, sys, socket, threading\n"
        "import dashboard.app\n"
        "assert 'connectors' not in {name.split('.')[0] for name in sys.modules}\n"
        "assert threading.active_count() == 1\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120)


words = st.text(max_size=30)


@settings(max_examples=60)
@given(st.sampled_from(["/en/", "/fr/p/open", "/nl/i/pt_frequency", "/en/i/pt_frequency.json", "/en/compare"]),
       st.lists(st.tuples(st.sampled_from(["hero", "places", "time", "view", "theme", "x"]), words), max_size=4))  # fmt: skip
def test_no_query_breaks_the_server(path, query):
    from urllib.parse import urlencode

    assert get(f"{path}?{urlencode(query)}").status_code in (200, 400)
