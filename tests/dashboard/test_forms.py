from __future__ import annotations

import gzip
import io
import json
import re
import zipfile

import pandas as pd
import pytest

from dashboard.address import FORMS
from tests.dashboard.sites import LANGS, NEWER, OLDER, REVISED, client, get

SUBJECTS = ("i/road_deaths", f"i/{REVISED}", "p/safe", "overall")
KINDS = {
    "html": "text/html", "svg": "image/svg+xml", "png": "image/png", "csv": "text/csv",
    "parquet": "application/vnd.apache.parquet", "json": "application/json", "metadata.json": "application/json",
    "zip": "application/zip", "txt": "text/plain", "bib": "application/x-bibtex",
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("subject", SUBJECTS)
def test_every_form_has_its_kind(subject: str, form: str) -> None:
    answer = get(f"/en/{subject}.{form}")
    assert (answer.status_code, answer.mimetype) == (200, KINDS[form])


@pytest.mark.parametrize("subject", [*SUBJECTS, "i/income_median", "i/pm25_days?view=rank", "p/open?view=rank"])
@pytest.mark.parametrize("lang", LANGS)
def test_an_embed_is_one_small_answer_that_asks_for_nothing_else(lang: str, subject: str) -> None:
    path, _, query = subject.partition("?")
    page = get(f"/{lang}/{path}.html?{query}").text
    assert len(gzip.compress(page.encode())) <= 15_000
    asked = re.findall(r'\ssrc="|@import|url\((?!#)|<link(?! rel="(?:canonical|alternate)")|<iframe|<img', page)
    assert asked == []


@pytest.mark.parametrize("form", FORMS)
def test_a_pinned_form_is_kept_for_a_year_and_its_embed_asked_for_hourly(form: str) -> None:
    pinned, free = get(f"/en/i/{REVISED}@{OLDER}.{form}"), get(f"/en/i/{REVISED}.{form}")
    year = form != "html"
    assert pinned.cache_control.max_age == (365 * 24 * 3600 if year else 3600)
    assert bool(pinned.cache_control.immutable) == year
    assert free.cache_control.max_age == 3600
    assert not free.cache_control.immutable


@pytest.mark.parametrize("form", FORMS)
def test_numbers_may_be_read_by_other_sites_and_pages_not(form: str) -> None:
    allowed = get(f"/en/i/{REVISED}.{form}").headers.get("Access-Control-Allow-Origin")
    assert allowed == (None if form == "html" else "*")
    assert get("/en/").headers.get("Access-Control-Allow-Origin") is None


@pytest.mark.parametrize(
    ("lang", "start"),
    [
        ("en", "Changed since this edition, in that of 20 November 2026: Brussels, 2025: "),
        ("fr", "Modifié depuis cette édition, dans celle du 20 novembre 2026\u00a0: Bruxelles, 2025\u00a0: "),
        ("nl", "Gewijzigd sinds deze editie, in die van 20 november 2026: Brussel, 2025: "),
    ],
)
def test_a_pinned_embed_confesses_a_revision(lang: str, start: str) -> None:
    found = re.search(r'<p class="newer">(.*?)</p>', get(f"/{lang}/i/{REVISED}@{OLDER}.html").text)
    assert found is not None
    assert found[1].startswith(start)
    before, after = (float(n.replace(",", ".")) for n in re.findall(r"(\d+(?:[.,]\d+)?)(?=[\s\u00a0]?%)", found[1]))
    assert after - before == pytest.approx(1.0)


@pytest.mark.parametrize("address", [f"i/{REVISED}.html", f"i/{REVISED}@{NEWER}.html", f"i/road_deaths@{OLDER}.html"])
def test_what_was_not_revised_says_nothing(address: str) -> None:
    assert 'class="newer"' not in get(f"/en/{address}").text


def test_a_pinned_form_has_the_numbers_of_its_snapshot() -> None:
    frames = [pd.read_csv(io.BytesIO(get(f"/en/i/{REVISED}{pin}.csv").data)) for pin in (f"@{OLDER}", "")]
    old, new = (f[f["ref_area"] == "brussels"].set_index("time_period")["obs_value"] for f in frames)
    assert (new - old).to_numpy() == pytest.approx([1.0] * len(new))
    assert [set(frame["snapshot"]) for frame in frames] == [{OLDER}, {NEWER}]


def test_all_data_forms_hold_the_same_rows() -> None:
    address = "/en/i/road_deaths.{}?places=paris,oslo&time=2019..2022"
    csv = pd.read_csv(io.BytesIO(get(address.format("csv")).data))
    parquet = pd.read_parquet(io.BytesIO(get(address.format("parquet")).data))
    rows = pd.DataFrame(json.loads(get(address.format("json")).data)["rows"])
    with zipfile.ZipFile(io.BytesIO(get(address.format("zip")).data)) as archive:
        assert archive.testzip() is None
        table = next(name for name in archive.namelist() if name.endswith(".csv"))
        assert archive.read(table) == get(address.format("csv")).data
    assert set(csv["ref_area"]) == {"brussels", "paris", "oslo"}
    assert list(csv["obs_value"]) == list(parquet["obs_value"]) == list(rows["obs_value"])
    assert {int(str(year)[:4]) for year in csv["time_period"]} <= {2019, 2020, 2021, 2022}


def test_the_same_question_gives_the_same_bytes() -> None:
    for form in ("csv", "zip", "parquet", "svg"):
        assert client().get(f"/en/i/road_deaths.{form}").data == get(f"/en/i/road_deaths.{form}").data


@pytest.mark.parametrize("form", ["csv", "parquet", "json", "zip", "bib"])
def test_a_file_is_named_after_what_it_holds(form: str) -> None:
    said = get(f"/fr/i/road_deaths.{form}").headers["Content-Disposition"]
    assert said == f'attachment; filename="road_deaths-{NEWER}-fr.{form}"'


def test_the_embed_points_to_its_page_and_to_oembed() -> None:
    page = get("/nl/p/safe.html?hero=paris").text
    assert 'href="http://localhost/nl/p/safe?hero=paris"' in page
    assert "/oembed?url=http%3A%2F%2Flocalhost%2Fnl%2Fp%2Fsafe.html%3Fhero%3Dparis" in page


def test_an_embed_from_memory_has_the_policy_of_the_first() -> None:
    first, again = (client().get("/fr/i/road_deaths.html?view=rank") for _ in range(2))
    assert first.headers["Content-Security-Policy"] == again.headers["Content-Security-Policy"]
    assert "frame-ancestors *" in again.headers["Content-Security-Policy"]
    assert first.data == again.data


@pytest.mark.parametrize("page", ["", "p/safe", "i/road_deaths"])
def test_a_page_with_a_chart_says_where_it_is_described(page: str) -> None:
    found = re.search(r'type="application/json\+oembed" href="[^"]*?(/oembed\?[^"]+)"', get(f"/en/{page}").text)
    assert found is not None
    assert get(found[1].replace("&amp;", "&")).get_json()["type"] == "rich"


def test_a_packed_pinned_form_is_that_of_its_own_selection() -> None:
    packed = {"Accept-Encoding": "gzip"}
    for query in ("", "?hero=paris", "?hero=oslo&places=rome"):
        address = f"/en/i/road_deaths@{OLDER}.csv{query}"
        assert gzip.decompress(client().get(address, headers=packed).data) == client().get(address).data
