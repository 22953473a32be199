"""What changed from one snapshot to the next: as values, as sentences, on the pages."""

from __future__ import annotations

import re
from html import unescape

import pandas as pd
import pytest

from config.catalogue import load
from config.schema import LANGS
from config.snapshot import SnapshotError
from dashboard import sentences
from dashboard.app import build_app
from dashboard.history import History, News, Revision, revisions
from dashboard.i18n import Words
from dashboard.state import Library
from indicators.differences import Vintage
from tests.dashboard.samples import YEARS, edition
from tests.dashboard.sites import NEWER, OLDER, REVISED, TODAY, get

NB = "\u00a0"
FIRST, SECOND = "2026-05-12-11111111", "2026-08-18-22222222"


def scores(**values: float) -> pd.DataFrame:
    """A table of scores.csv: one indicator in one place, a row for each `y2019=1.0`."""
    rows = [(REVISED, "brussels", year[1:], "total", value, "A") for year, value in values.items()]
    rows.append(("pillar:connected", "brussels", "", "total", float("nan"), ""))
    return pd.DataFrame(rows, columns=["indicator", "ref_area", "time_period", "group", "obs_value", "obs_status"])


def found(before: pd.DataFrame, after: pd.DataFrame) -> dict[str, tuple[str, float | None, float | None]]:
    return {r.period: (r.kind, r.before, r.after) for r in revisions(before, after)}


def test_values_are_new_revised_or_withdrawn() -> None:
    assert found(scores(y2018=1.0, y2019=2.0, y2020=3.0), scores(y2019=2.0, y2020=3.5, y2021=4.0)) == {
        "2018": ("withdrawn", 1.0, None),
        "2020": ("revised", 3.0, 3.5),
        "2021": ("new", None, 4.0),
    }


def test_an_empty_value_is_none_and_another_status_is_no_revision() -> None:
    before, after = scores(y2019=1.0), scores(y2019=1.0, y2020=float("nan"))
    after.loc[0, "obs_status"] = "P"
    assert found(before, after) == {}


def test_the_largest_change_is_measured_on_the_goalposts() -> None:
    catalogue = load()
    ends = catalogue.indicators["internet_access_households"].goalposts
    deaths = catalogue.indicators["road_deaths"].goalposts
    assert ends is not None
    assert deaths is not None
    # Two points of broadband are a smaller part of its scale than ten road deaths of theirs.
    assert 2 / abs(ends.best - ends.worst) < 10 / abs(deaths.best - deaths.worst)
    small = Revision("revised", "internet_access_households", "brussels", "2021", 90.0, 92.0)
    large = Revision("revised", "road_deaths", "brussels", "2020", 20.0, 30.0)
    news = News(SECOND, FIRST, (small, large))
    assert news.largest("revised", catalogue) == [large, small]
    assert news.counts == {"new": 0, "revised": 2, "withdrawn": 0}


def test_each_pair_is_read_once_and_a_damaged_one_is_none() -> None:
    asked: list[str] = []

    def published(snapshot: str) -> Vintage:
        asked.append(snapshot)
        if snapshot == "damaged":
            raise SnapshotError("not readable")
        return Vintage(scores(y2019=1.0), load())

    history = History((FIRST, SECOND), published)
    assert history.news(FIRST) is None
    assert [history.news(SECOND) for _ in range(3)] == [News(SECOND, FIRST, ())] * 3
    assert asked == [FIRST, SECOND]
    assert History(("damaged", SECOND), published).news(SECOND) is None
    assert history.news("2020-01-01-00000000") is None


def news(*kinds: str) -> News:
    values = {"new": (None, 1.0), "revised": (1.0, 2.0), "withdrawn": (1.0, None)}
    rows = [Revision(k, REVISED, "brussels", str(2000 + i), *values[k]) for i, k in enumerate(kinds)]  # type: ignore[arg-type]
    return News(SECOND, FIRST, tuple(rows))


@pytest.mark.parametrize(
    ("lang", "none", "same", "one", "several"),
    [
        (
            "en",
            "There is no earlier edition here that can be read to compare with.",
            "No value, score or rank of Brussels changed since the edition of 12 May 2026.",
            "Since the edition of 12 May 2026: 1 revised value.",
            "Brussels since the edition of 12 May 2026: 2 new values, 1 revised value and 1 withdrawn value.",
        ),
        (
            "fr",
            "Il n’y a pas ici d’édition antérieure lisible à laquelle comparer.",
            "Aucune valeur, aucun score et aucun rang de Bruxelles n’a changé depuis l’édition du 12 mai 2026.",
            f"Depuis l’édition du 12 mai 2026{NB}: 1 valeur révisée.",
            f"Bruxelles depuis l’édition du 12 mai 2026{NB}: 2 valeurs nouvelles, 1 valeur révisée et "
            "1 valeur retirée.",
        ),
        (
            "nl",
            "Er is hier geen eerdere leesbare editie om mee te vergelijken.",
            "Geen waarde, score of rang van Brussel veranderde sinds de editie van 12 mei 2026.",
            "Sinds de editie van 12 mei 2026: 1 herziene waarde.",
            "Brussel sinds de editie van 12 mei 2026: 2 nieuwe waarden, 1 herziene waarde en 1 ingetrokken waarde.",
        ),
    ],
)
def test_the_sentence_says_what_changed(lang: str, none: str, same: str, one: str, several: str) -> None:
    words, place = Words(lang), {"en": "Brussels", "fr": "Bruxelles", "nl": "Brussel"}[lang]
    assert sentences.news_sentence(words, None, place) == none
    assert sentences.news_sentence(words, news(), place) == same
    assert sentences.news_sentence(words, news("revised")) == one
    assert sentences.news_sentence(words, news("new", "new", "revised", "withdrawn"), place) == several


def section(text: str, heading: str) -> str:
    """The text of a section, without its tags."""
    part = re.search(rf'<section[^>]*><h2 id="{heading}">.*?</section>', text, re.DOTALL)
    assert part is not None
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", part.group())).split())


@pytest.mark.parametrize("lang", LANGS)
def test_a_pillar_tells_what_was_revised_with_both_values(lang: str) -> None:
    """The older snapshot has Brussels' broadband one point lower in every year."""
    said = section(get(f"/{lang}/p/connected").text, "since")
    indicator = edition().catalogue.indicators[REVISED]
    assert indicator.label.in_(lang) in said
    cells = {cell.period: cell.value for cell in edition().lookup.series(REVISED, "brussels")}
    pairs = re.findall(r"(20\d\d) ([\d.,]+)\s?% → ([\d.,]+)\s?%", said)
    assert len(pairs) == 3
    for period, before, after in pairs:
        assert int(after) == round(cells[period] or 0)
        assert int(after) - int(before) == 1
    assert str(len(YEARS) - 3) in said.split(pairs[-1][2])[-1]  # and so many more


def test_another_pillar_did_not_change() -> None:
    said = section(get("/en/p/safe").text, "since")
    assert said.endswith("No value, score or rank of Brussels changed since the edition of 18 August 2026.")


def test_home_says_it_in_one_line() -> None:
    # The score of the indicator, of its pillar and the overall one; of the six ranks that change two are its own.
    revised = (
        f"Brussels since the edition of 18 August 2026: {len(YEARS)} revised values, "
        "3 changed scores and 2 changed ranks"
    )
    assert revised in unescape(get("/en/").text)


def test_the_data_page_counts_each_version() -> None:
    said = section(get("/en/data").text, "versions")
    # Only Brussels has the revised area; the older snapshot is the first, so nothing stands beside it.
    assert re.search(rf"{NEWER} 20 November 2026 0 {len(YEARS)} 0 3 6 {OLDER} 18 August 2026 – – – – –", said)
    assert (
        f"Since the edition of 18 August 2026: {len(YEARS)} revised values, 3 changed scores and 6 changed ranks"
        in said
    )


def test_the_first_snapshot_says_that_it_is_the_first() -> None:
    alone = build_app(Library(edition()), clock=lambda: TODAY).server.test_client()
    for page, heading in (("p/connected", "since"), ("data", "versions")):
        assert "There is no earlier edition here that can be read to compare with." in section(
            alone.get(f"/en/{page}").text, heading
        )
