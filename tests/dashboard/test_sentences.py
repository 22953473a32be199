"""The generated sentences: whole texts in three languages for each situation, and never more than the verdicts say."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import combinations
from math import nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.schema import LANGS
from dashboard import sentences
from dashboard.i18n import Words
from dashboard.lookup import OVERALL, Standing
from dashboard.sentences import PillarVerdict
from dashboard.verdicts import Change
from indicators.position import PARTS, Part
from indicators.verdict import Against, Middle

NAMES = {
    "en": ("connected", "sustainable", "open", "safe"),
    "fr": ("connectée", "durable", "ouverte", "sûre"),
    "nl": ("verbondenheid", "duurzaamheid", "openheid", "veiligheid"),
}
STANDING = Standing(OVERALL, "brussels", 58.4, 51, 65, 12, 9, 17, 30, 1.0, 25, 25, "2019", "2025", 7)
NB = "\u00a0"

speaking = pytest.mark.parametrize("lang", LANGS)


def placed(best: int | None, worst: int | None, places: int = 30) -> Standing:
    return replace(STANDING, rank=best, rank_low=best, rank_high=worst, places=places)


def answer(lang: str, stands: tuple[Part, ...], *against: Against) -> str:
    verdicts = [PillarVerdict(name, word) for name, word in zip(NAMES[lang], against, strict=True)]
    return sentences.answer(Words(lang), stands, verdicts)


ANSWERS: dict[str, tuple[tuple[Part, ...], tuple[Against, ...], dict[str, str]]] = {
    "some ahead, some behind": (
        ("middle",),
        ("more", "cannot_tell", "more", "less"),
        {
            "en": "Middling, and uneven: more connected and open than most of its peers, less safe than most of its "
            "peers, and neither clearly more nor clearly less sustainable than the middle city.",
            "fr": f"En milieu de classement, avec des contrastes{NB}: plus connectée et ouverte que la plupart des "
            "villes comparées, moins sûre que la plupart des villes comparées, et ni nettement plus ni nettement "
            "moins durable que la ville médiane.",
            "nl": "In de middenmoot, maar ongelijk: sterker op verbondenheid en openheid dan de meeste vergeleken "
            "steden, zwakker op veiligheid dan de meeste vergeleken steden en op duurzaamheid niet duidelijk boven of "
            "onder de middelste stad.",
        },
    ),
    "all ahead": (
        ("leaders",),
        ("more",) * 4,
        {
            "en": "Among the leaders: more connected, sustainable, open and safe than most of its peers.",
            "fr": f"Parmi les premières{NB}: plus connectée, durable, ouverte et sûre que la plupart des villes "
            "comparées.",
            "nl": "Bij de koplopers: sterker op verbondenheid, duurzaamheid, openheid en veiligheid dan de meeste "
            "vergeleken steden.",
        },
    ),
    "all behind": (
        ("last",),
        ("less",) * 4,
        {
            "en": "Among the last: less connected, sustainable, open and safe than most of its peers.",
            "fr": f"Parmi les dernières{NB}: moins connectée, durable, ouverte et sûre que la plupart des villes "
            "comparées.",
            "nl": "Bij de laatste: zwakker op verbondenheid, duurzaamheid, openheid en veiligheid dan de meeste "
            "vergeleken steden.",
        },
    ),
    "a tie everywhere": (
        ("anywhere",),
        ("cannot_tell",) * 4,
        {
            "en": "Anywhere from high to low: neither clearly more nor clearly less connected, sustainable, open and "
            "safe than the middle city.",
            "fr": f"Quelque part entre le haut et le bas du classement{NB}: ni nettement plus ni nettement moins "
            "connectée, durable, ouverte et sûre que la ville médiane.",
            "nl": "Ergens tussen hoog en laag: op verbondenheid, duurzaamheid, openheid en veiligheid niet duidelijk "
            "boven of onder de middelste stad.",
        },
    ),
    "a missing pillar": (
        (),
        ("missing", "more", "cannot_tell", "cannot_tell"),
        {
            "en": "No overall answer: more sustainable than most of its peers, neither clearly more nor clearly less "
            "open and safe than the middle city, and with too few values to say how connected it is.",
            "fr": f"Pas de réponse globale{NB}: plus durable que la plupart des villes comparées, ni nettement plus "
            "ni nettement moins ouverte et sûre que la ville médiane, et avec trop peu de valeurs pour dire à quel "
            "point elle est connectée.",
            "nl": "Geen algemeen antwoord: sterker op duurzaamheid dan de meeste vergeleken steden, op openheid "
            "en veiligheid niet duidelijk boven of onder de middelste stad en met te weinig waarden om verbondenheid "
            "te beoordelen.",
        },
    ),
    "a single place": (
        (),
        ("missing",) * 4,
        {
            "en": "No overall answer: with too few values to say how connected, sustainable, open and safe it is.",
            "fr": f"Pas de réponse globale{NB}: avec trop peu de valeurs pour dire à quel point elle est connectée, "
            "durable, ouverte et sûre.",
            "nl": "Geen algemeen antwoord: met te weinig waarden om verbondenheid, duurzaamheid, openheid en "
            "veiligheid te beoordelen.",
        },
    ),
    "between two words, and a pillar without errors": (
        ("middle", "lower"),
        ("untested", "cannot_tell", "cannot_tell", "less"),
        {
            "en": "Between the middle and the lower half: less safe than most of its peers, neither clearly more nor "
            "clearly less sustainable and open than the middle city, and with too few published margins of "
            "error to judge how connected it is.",
            "fr": f"Entre le milieu du classement et la seconde moitié{NB}: moins sûre que la plupart des villes "
            "comparées, ni nettement plus ni nettement moins durable et ouverte que la ville médiane, et avec trop peu "
            "de marges d’erreur publiées pour juger à quel point elle est connectée.",
            "nl": "Tussen de middenmoot en de onderste helft: zwakker op veiligheid dan de meeste vergeleken steden, "
            "op duurzaamheid en openheid niet duidelijk boven of onder de middelste stad en met te weinig "
            "gepubliceerde foutmarges om verbondenheid te beoordelen.",
        },
    ),
}


@speaking
@pytest.mark.parametrize("case", ANSWERS)
def test_the_answer_in_full(case: str, lang: str) -> None:
    stands, against, texts = ANSWERS[case]
    assert answer(lang, stands, *against) == texts[lang]


@speaking
def test_every_part_of_the_ranking_has_a_word_alone_and_with_each_other(lang: str) -> None:
    words = Words(lang)
    alone = [sentences.headline(words, (part,)) for part in PARTS]
    pairs = [sentences.headline(words, pair) for pair in combinations(PARTS, 2)]
    assert len({*alone, *pairs}) == len(PARTS) + len(pairs)
    if lang != "en":
        assert not {*alone, *pairs} & {sentences.headline(Words("en"), (part,)) for part in PARTS}
    assert sentences.headline(Words("en"), ("upper", "middle")) == "Between the upper half and the middle"


AGAINST = st.sampled_from(["more", "less", "cannot_tell", "untested", "missing"])


CLAUSES: dict[Against, str] = {
    "more": r"(?<!clearly )more ([^:]+?) than most of",
    "less": r"(?<!clearly )less ([^:]+?) than most of",
    "cannot_tell": r"nor clearly less ([^:]+?) than the middle",
    "untested": r"to judge how ([^:]+?) it is",
    "missing": r"to say how ([^:]+?) it is",
}


@given(st.tuples(AGAINST, AGAINST, AGAINST, AGAINST))
def test_each_pillar_stands_in_the_clause_of_its_own_verdict(against: tuple[Against, ...]) -> None:
    text = answer("en", ("middle",), *against)
    for word, clause in CLAUSES.items():
        names = [name for name, own in zip(NAMES["en"], against, strict=True) if own == word]
        assert re.findall(clause, text) == ([Words("en").listing(names)] if names else [])
    assert ("uneven" in text) == ({"more", "less"} <= set(against))


@pytest.mark.parametrize(
    ("lang", "against", "text"),
    [
        ("en", "more", "Brussels scores 58 of 100, above the middle city. 83% of the weight has a published "
                       "margin of error. 7 of its 25 values are of the whole country."),
        ("en", "cannot_tell", "Brussels scores 58 of 100; against the middle city it is too close to call. 83% of "
                              "the weight has a published margin of error. 7 of its 25 values are of the whole "
                              "country."),
        ("fr", "less", f"Brussels obtient 58 sur 100, au-dessous de la ville médiane. 83{NB}% du poids ont "
                       "une marge d’erreur publiée. 7 de ses 25 valeurs portent sur le pays entier."),
        ("nl", "cannot_tell", "Brussels scoort 58 op 100; tegenover de middelste stad is het te nipt. "
                              "83% van het gewicht heeft een gepubliceerde foutmarge. 7 van de 25 waarden "
                              "gelden voor heel het land."),
    ],
)  # fmt: skip
def test_the_lead_of_a_pillar(lang: str, against: Against, text: str) -> None:
    assert sentences.pillar_lead(Words(lang), "Brussels", STANDING, Middle(against, 5 / 6)) == text


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("en", "Brussels scores 58 of 100; it is not compared with the middle city. Only 33% of the weight has "
               "a published margin of error."),
        ("fr", f"Brussels obtient 58 sur 100{NB}; elle n’est pas comparée à la ville médiane. Seuls 33{NB}% du poids "
               "ont une marge d’erreur publiée."),
        ("nl", "Brussels scoort 58 op 100; de score wordt niet met de middelste stad vergeleken. Slechts 33% van het "
               "gewicht heeft een gepubliceerde foutmarge."),
    ],
)  # fmt: skip
def test_a_pillar_that_could_not_be_tested_is_not_compared(lang: str, text: str) -> None:
    standing = replace(STANDING, country_values=0)
    assert sentences.pillar_lead(Words(lang), "Brussels", standing, Middle("untested", 1 / 3)) == text


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("en", "1 of its 25 values is of the whole country."),
        ("fr", "1 de ses 25 valeurs porte sur le pays entier."),
        ("nl", "1 van de 25 waarden geldt voor heel het land."),
    ],
)
def test_one_national_value_is_one(lang: str, text: str) -> None:
    lead = sentences.pillar_lead(Words(lang), "Brussels", replace(STANDING, country_values=1), Middle("more", 1.0))
    assert lead.endswith(text)


@speaking
def test_a_place_without_a_score_says_so_and_no_more(lang: str) -> None:
    gone = replace(STANDING, score=None)
    said = {sentences.pillar_lead(Words(lang), "Oslo", row, Middle("missing")) for row in (None, gone)}
    assert said == {Words(lang)("{place} has too few values for a score here.", place="Oslo")}


def moved(reason: str, difference: float = -8.0, points: int = 0) -> Change:
    word = ("fell" if difference < 0 else "rose") if reason == "" else "not_compared"
    chance = 5.0 if reason in ("", "within_error") and not points else nan
    return Change("x", 61.0, 61.0 + difference, ("2019", "2023"), word, reason, difference, chance, difference, points)  # type: ignore[arg-type]


UNJUDGED = {
    "en": "no margin of error is published, so the change is not judged",
    "fr": f"aucune marge d’erreur n’est publiée{NB}: l’évolution n’est pas jugée",
    "nl": "er is geen foutmarge gepubliceerd: de verandering wordt niet beoordeeld",
}


@pytest.mark.parametrize(
    ("change", "lang", "text"),
    [
        (moved(""), "en", "fell by 8 points, more than the margin of error (5 points)"),
        (
            moved(""), "fr",
            "en baisse de 8 points, plus que la marge d’erreur (5 points)",
        ),
        (moved(""), "nl", "gedaald met 8 punten, meer dan de foutmarge (5 punten)"),
        (moved("", 8.0, 6), "en", "rose by 8 points: a clear trend over 6 values"),
        (moved("", 8.0, 6), "fr", f"en hausse de 8 points{NB}: tendance nette sur 6 valeurs"),
        (moved("", 8.0, 6), "nl", "gestegen met 8 punten: een duidelijke trend over 6 waarden"),
        (moved("no_trend", points=6), "en", "a difference of 8 points; the 6 values show no clear trend"),
        (
            moved("no_trend", points=6), "fr",
            f"écart de 8 points{NB}; 6 valeurs sans tendance nette",
        ),
        (moved("no_trend", points=6), "nl", "verschil van 8 punten; 6 waarden tonen geen duidelijke trend"),
        (moved("within_error"), "en", "a difference of 8 points, within the margin of error (5 points)"),
        (moved("within_error"), "fr", "écart de 8 points, dans la marge d’erreur (5 points)"),
        (moved("within_error"), "nl", "verschil van 8 punten, binnen de foutmarge (5 punten)"),
        (moved("break"), "en", "the series has a break in between, so the change is not judged"),
        (moved("break"), "fr", f"la série est rompue entre les deux{NB}: l’évolution n’est pas jugée"),
        (moved("break"), "nl", "de reeks is ertussen onderbroken: de verandering wordt niet beoordeeld"),
        *((moved("no_interval"), lang, text) for lang, text in UNJUDGED.items()),
    ],
)  # fmt: skip
def test_a_change_says_what_its_test_allows(change: Change, lang: str, text: str) -> None:
    words = Words(lang)
    amount, chance = (words.plural("{count} point", "{count} points", size) for size in (8, 5))
    assert sentences.change_sentence(words, change, amount, chance, national=False) == text


def test_a_national_value_without_an_error_is_named() -> None:
    said = sentences.change_sentence(Words("en"), moved("no_interval", 8.0), "8 points", "", national=True)
    assert said == f"a value of the whole country; {UNJUDGED['en']}"


UNTOLD = st.sampled_from(["within_error", "no_trend", "no_interval", "break"])


@given(UNTOLD, st.floats(-50, 50).filter(bool), st.booleans())
def test_what_cannot_be_told_never_rises_or_falls(reason: str, difference: float, national: bool) -> None:
    said = sentences.change_sentence(Words("en"), moved(reason, difference), "x", "y", national=national)
    assert "rose" not in said
    assert "fell" not in said


@pytest.mark.parametrize(
    ("probability", "said"),
    [
        (1.0, "in at least 97.5% of the recalculations"),
        (0.975, "in at least 97.5% of the recalculations"),  # where the verdict turns from "cannot tell" to "ahead"
        (0.97, "ahead in most recalculations, not clearly"),
        (0.5, "ahead about as often as behind"),
        (0.24, "behind in most recalculations, not clearly"),
        (0.03, "behind in most recalculations, not clearly"),
        (0.025, "in at least 97.5% of the recalculations"),
    ],
)
def test_a_probability_in_words(probability: float, said: str) -> None:
    assert sentences.probability_words(Words("en"), probability) == said


@pytest.mark.parametrize(
    ("lang", "span", "none"),
    [
        ("en", "11th–22nd of 30", "not ranked"),
        ("fr", "11e–22e sur 30", "non classée"),
        ("nl", "11e–22e van 30", "niet gerangschikt"),
    ],
)
def test_a_span_of_places(lang: str, span: str, none: str) -> None:
    words = Words(lang)
    assert sentences.rank_span(words, placed(11, 22)) == span
    assert sentences.rank_span(words, placed(None, None)) == sentences.rank_span(words, None) == none
    assert "–" not in sentences.rank_span(words, placed(1, 1))


@pytest.mark.parametrize(
    ("days", "en", "fr", "nl"),
    [
        (0, "today", "aujourd’hui", "vandaag"),
        (1, "yesterday", "hier", "gisteren"),
        (1234, "1,234 days ago", "il y a 1\u202f234 jours", "1.234 dagen geleden"),
    ],
)
def test_an_age_in_days(days: int, en: str, fr: str, nl: str) -> None:
    starts = {"en": "Edition of 20 November 2026", "fr": "Édition du 20 novembre 2026",
              "nl": "Editie van 20 november 2026"}  # fmt: skip
    said = {lang: sentences.age_sentence(Words(lang), days, "2026-11-20") for lang in LANGS}
    assert said == {lang: f"{starts[lang]}, {text}" for lang, text in zip(LANGS, (en, fr, nl), strict=True)}


@pytest.mark.parametrize(
    ("strongest", "weakest", "heading"),
    [
        ("Road deaths", "Safe at night", "Safe: strongest on road deaths, weakest on safe at night"),
        ("NO2 at stations", "5G, mid band", "Safe: strongest on NO2 at stations, weakest on 5G, mid band"),
        ("", "", "Safe"),
        ("Road deaths", "Road deaths", "Safe"),
    ],
)
def test_the_heading_of_a_pillar(strongest: str, weakest: str, heading: str) -> None:
    assert sentences.pillar_finding(Words("en"), "Safe", strongest, weakest) == heading


PLACE = {"en": "Brussels", "fr": "Bruxelles", "nl": "Brussel"}
LONE = replace(STANDING, rank=1, rank_low=1, rank_high=1, places=1, country_values=0)
WITHOUT = replace(STANDING, score=None, low=None, high=None, rank=None, rank_low=None, rank_high=None)

# What the pages say in the situations in which it would be easiest to say too much: (sentence, language) -> text.
SCENARIOS: dict[str, dict[str, tuple[str, str, str]]] = {
    "tie": {
        "answer": tuple(ANSWERS["a tie everywhere"][2].values()),
        "lead": (
            "Brussels scores 58 of 100; against the middle city it is too close to call. 0% of the weight has a "
            "published margin of error.",
            f"Bruxelles obtient 58 sur 100 ; face à la ville médiane, c’est trop serré pour trancher. "
            f"0{NB}% du poids ont une marge d’erreur publiée.",
            "Brussel scoort 58 op 100; tegenover de middelste stad is het te nipt. 0% van het "
            "gewicht heeft een gepubliceerde foutmarge.",
        ),
        "rank": ("3rd–28th of 30", "3e–28e sur 30", "3e–28e van 30"),
    },
    "missing pillar": {
        "answer": tuple(ANSWERS["a missing pillar"][2].values()),
        "lead": (
            "Brussels has too few values for a score here.",
            "Bruxelles a ici trop peu de valeurs pour un score.",
            "Brussel heeft hier te weinig waarden voor een score.",
        ),
        "rank": ("not ranked", "non classée", "niet gerangschikt"),
    },
    "single place": {
        "answer": tuple(ANSWERS["a single place"][2].values()),
        "lead": (
            "Brussels scores 58 of 100; there is no peer to compare it with.",
            f"Bruxelles obtient 58 sur 100{NB}; il n’y a pas de ville à laquelle la comparer.",
            "Brussel scoort 58 op 100; er is geen stad om mee te vergelijken.",
        ),
        "rank": ("1st of 1", "1re sur 1", "1e van 1"),
    },
    "all stale": {
        "age": (
            "Edition of 20 November 2026, 733 days ago",
            "Édition du 20 novembre 2026, il y a 733 jours",
            "Editie van 20 november 2026, 733 dagen geleden",
        ),
        "old": (
            "This edition is 733 days old: its figures are old data.",
            f"Cette édition a 733 jours{NB}: ses chiffres sont anciens.",
            "Deze editie is 733 dagen oud: haar cijfers zijn oude gegevens.",
        ),
        "late": (
            "All 8 figures here are older than their publishers’ own rhythm promises.",
            "Les 8 chiffres repris ici sont tous plus anciens que ne le promet le rythme de leurs producteurs.",
            "Alle 8 cijfers hier zijn ouder dan het ritme van de producenten belooft.",
        ),
    },
}  # type: ignore[assignment]


def generated(scenario: str, lang: str) -> dict[str, str]:
    """Feed a scenario to the generator of sentences."""
    words, place = Words(lang), PLACE[lang]
    if scenario == "all stale":
        said = sentences.age_sentence(words, 733, "2026-11-20"), sentences.old_sentence(words, 733)
        return dict(zip(("age", "old", "late"), (*said, sentences.late_sentence(words, 8, 8)), strict=True))
    overall, standing, verdict = {
        "tie": (placed(3, 28), replace(STANDING, country_values=0), "cannot_tell"),
        "missing pillar": (placed(None, None), WITHOUT, "missing"),
        "single place": (LONE, LONE, "missing"),
    }[scenario]
    case = {"tie": "a tie everywhere", "missing pillar": "a missing pillar", "single place": "a single place"}[scenario]
    return {
        "answer": answer(lang, ANSWERS[case][0], *ANSWERS[case][1]),
        "lead": sentences.pillar_lead(words, place, standing, Middle(verdict)),  # type: ignore[arg-type]
        "rank": sentences.rank_span(words, overall),
    }


@speaking
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_no_claim_beyond_the_data(scenario: str, lang: str) -> None:
    expected = {name: texts[LANGS.index(lang)] for name, texts in SCENARIOS[scenario].items()}
    assert generated(scenario, lang) == expected


@given(st.sampled_from(["cannot_tell", "untested", "missing"]), st.floats(0, 100))
def test_a_lead_without_a_verdict_is_neither_above_nor_below(against: Against, score: float) -> None:
    said = sentences.pillar_lead(Words("en"), "Brussels", replace(STANDING, score=score), Middle(against))
    assert "above" not in said
    assert "below" not in said
