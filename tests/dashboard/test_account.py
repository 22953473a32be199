"""What changed in the answer and why, in sentences: between two made-up editions, in three languages."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from html import unescape

import pandas as pd
import pytest

from config.schema import LANGS, Catalogue
from config.snapshot import SnapshotError
from dashboard.address import Address
from dashboard.app import build_app
from dashboard.pages import account
from dashboard.pages.visit import Visit
from dashboard.selection import Selection
from dashboard.site import Site
from dashboard.state import Edition, Library
from indicators import score
from tests.dashboard.samples import edition
from tests.dashboard.sites import NEWER, OLDER, TODAY, get, library

NB = "\u00a0"
SURVEY, HEAVY = "safe_at_night_city", "road_deaths"


def visit(of: Library, lang: str = "en", hero: str = "brussels") -> Visit:
    return Site(of, clock=lambda: TODAY).visit(Address(lang, "data", selection=Selection(hero=hero)))  # type: ignore[arg-type]


def two(change: Callable[[pd.DataFrame, Catalogue], tuple[pd.DataFrame, Catalogue]]) -> Library:
    """The made-up edition, and before it one of other observations or another catalogue."""
    now = edition()
    observations, catalogue = change(now.observations.copy(), now.catalogue)
    then = replace(now, id=OLDER, created="2026-08-18", observations=observations, catalogue=catalogue,
                   scores=score(observations, catalogue))  # fmt: skip
    return Library(now, (OLDER, NEWER), read=lambda _: then)


def with_indicators(catalogue: Catalogue, **indicators: dict[str, object]) -> Catalogue:
    changed = {name: catalogue.indicators[name].model_copy(update=fields) for name, fields in indicators.items()}
    return catalogue.model_copy(update={"indicators": {**catalogue.indicators, **changed}})


@cache
def weighed() -> Library:
    """Before, road deaths weighed three times as much and the survey's question ended with its wave of 2023."""

    def earlier(observations: pd.DataFrame, catalogue: Catalogue) -> tuple[pd.DataFrame, Catalogue]:
        measures = {str(m) for value in catalogue.indicators[SURVEY].value.args.values() for m in _several(value)}
        newer = observations["measure"].isin(measures) & (observations["time_period"] > "2023")
        return observations[~newer], with_indicators(catalogue, **{HEAVY: {"weight": 3.0}})

    return two(earlier)


def _several(value: object) -> tuple[object, ...]:
    return value if isinstance(value, tuple) else (value,)


def short(indicator: str, lang: str) -> str:
    return edition().catalogue.indicators[indicator].label_short.in_(lang)  # type: ignore[arg-type]


def printed(of: Edition, pillar: str) -> str:
    standing = of.lookup.standing(pillar, "brussels")
    assert standing is not None
    assert standing.score is not None
    return f"{standing.score:.0f}"


TOLD = {
    "en": (
        "Safe: {scores}, because of a new wave of a survey ({wave}); other weights ({weight}).",
        "Scores as before: Connected, Sustainable and Open.",
        "Counted by indicators, the commonest causes are a new wave of a survey and other weights: 1 of 2 each. How "
        "far each cause moved a score was not computed.",
    ),
    "fr": (
        f"Sûre{NB}: {{scores}}. Causes{NB}: une nouvelle vague d’enquête ({{wave}}){NB}; d’autres poids ({{weight}}).",
        f"Scores inchangés{NB}: Connectée, Durable et Ouverte.",
        f"Par nombre d’indicateurs, les causes les plus fréquentes{NB}: une nouvelle vague d’enquête et d’autres "
        "poids, 1 sur 2 chacune. L’effet de chaque cause sur les scores n’a pas été calculé.",
    ),
    "nl": (
        "Veilig: {scores}. Oorzaken: een nieuwe ronde van een enquête ({wave}); andere gewichten ({weight}).",
        "Ongewijzigde scores: Verbonden, Duurzaam en Open.",
        "Geteld per indicator komen deze het vaakst voor: een nieuwe ronde van een enquête en andere gewichten, elk 1 "
        "van 2. Hoeveel elke oorzaak een score verschoof, is niet berekend.",
    ),
}


@pytest.mark.parametrize("lang", LANGS)
def test_a_pillar_that_moved_is_told_with_its_causes_and_the_others_as_they_were(lang: str) -> None:
    now, then = weighed().current, weighed().edition(OLDER)
    said = account.account(visit(weighed(), lang))
    scores = f"{printed(then, 'safe')} → {printed(now, 'safe')}"
    wave, weight = short(SURVEY, lang), short(HEAVY, lang)
    assert said[1:] == tuple(text.format(scores=scores, wave=wave, weight=weight) for text in TOLD[lang])


def overall(of: Edition, place: str = "brussels") -> str:
    """The range of ranks as it is printed in English, from the table of scores."""
    table = of.table
    row = table[(table["indicator"] == "overall") & (table["ref_area"] == place)].iloc[0]
    low, high = (f"{int(row[end])}" for end in ("rank_low", "rank_high"))
    return f"{low}–{high}/{int(row['places'])}" if low != high else f"{low}/{int(row['places'])}"


def bare(span: str) -> str:
    return re.sub(r"(\d)(?:st|nd|rd|th)", r"\1", span).replace(" of ", "/")


def test_the_first_sentence_has_range_and_answer_of_both() -> None:
    first = account.account(visit(weighed()))[0]
    now, then = (overall(of) for of in (weighed().current, weighed().edition(OLDER)))
    found = re.fullmatch(
        r"Overall, Brussels: (.+) \(“(.+)”\)(?:; in the edition of 18 August 2026: (.+) \(“(.+)”\)"
        r"|, as in the edition of 18 August 2026)\.",
        first,
    )
    assert found is not None
    assert bare(found[1]) == now
    assert bare(found[3] or found[1]) == then


def test_an_earlier_edition_that_cannot_be_scored_leaves_the_answer_out() -> None:
    def unreadable(_: str) -> Edition:
        raise SnapshotError("its scores are not those of this version")

    found = account.account(replace(visit(weighed()), kept=unreadable))
    assert "“" not in found[0]
    assert found[1:] == account.account(visit(weighed()))[1:]


def test_a_place_that_was_not_ranked_says_so() -> None:
    alone = edition()
    unranked = next(p.id for p in alone.catalogue.city_regions() if p.status == "partial")
    assert account.headline(visit(weighed(), hero=unranked)).endswith(
        ": not ranked, as in the edition of 18 August 2026."
    )


def test_nothing_that_moved_is_said_in_two_sentences() -> None:
    same = two(lambda observations, catalogue: (observations, catalogue))
    said = account.account(visit(same))
    assert said[1:] == ("Scores as before: Connected, Sustainable, Open and Safe.",)
    assert said[0].endswith(", as in the edition of 18 August 2026.")


def test_an_indicator_scored_anew_is_named_once() -> None:
    def earlier(observations: pd.DataFrame, catalogue: Catalogue) -> tuple[pd.DataFrame, Catalogue]:
        return observations, with_indicators(catalogue, **{HEAVY: {"role": "context", "goalposts": None}})

    said = account.account(visit(two(earlier)))
    assert f"because of indicators scored anew ({short(HEAVY, 'en')})." in said[1]
    assert "the commonest cause is indicators scored anew: 1 of 1." in said[-1]


@pytest.mark.parametrize("lang", LANGS)
def test_three_to_six_sentences_of_plain_text(lang: str) -> None:
    for of in (weighed(), library()):
        said = account.account(visit(of, lang))
        assert 3 <= len(said) <= 6
        assert not [text for text in said if "<" in text or "{" in text or not text.endswith(".")]


def test_the_data_page_has_all_of_it_and_home_one_sentence_with_a_link() -> None:
    said = account.account(visit(library()))
    page, home = (unescape(get(path).text) for path in ("/en/data", "/en/"))
    assert [text for text in said if f"<p>{text}</p>" not in page] == []
    assert f"{account.headline(visit(library()))} <a href=" in home
    assert 'data#answer"' in home
    assert 'id="answer"' in page


def test_the_first_edition_has_nothing_to_compare() -> None:
    alone = Library(edition())
    assert account.account(visit(alone)) == ()
    assert account.headline(visit(alone)) == ""
    client = build_app(alone, clock=lambda: TODAY).server.test_client()
    assert 'id="answer"' not in client.get("/en/data").text
    assert "data#answer" not in client.get("/en/").text
