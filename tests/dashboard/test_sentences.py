from __future__ import annotations

import math
from dataclasses import replace

import pytest

from dashboard import sentences
from dashboard.i18n import Words
from dashboard.lookup import Standing
from dashboard.sentences import PillarVerdict, answer
from dashboard.verdicts import Change

EN, FR, NL = Words("en"), Words("fr"), Words("nl")
LEADING = ("Among the leaders", "In the upper half", "En tête", "Bij de kop")
MIDDLE = Standing("overall", "brussels", 60, 55, 65, 15, 11, 20, 30, 1.0, 25, 25, "2019", "2025", 7)


def ranked(low: int, high: int, of: int = 30) -> Standing:
    return replace(MIDDLE, rank_low=low, rank_high=high, places=of)


def pillars(**verdicts: str) -> list[PillarVerdict]:
    return [PillarVerdict(name.capitalize(), word) for name, word in verdicts.items()]


ALL_UNSURE = pillars(connected="cannot_tell", sustainable="cannot_tell", open="cannot_tell", safe="cannot_tell")


@pytest.mark.parametrize(
    ("low", "high", "opening"),
    [
        (1, 5, "Among the leaders"),
        (8, 15, "In the upper half"),
        (11, 20, "Middling"),
        (2, 29, "Anywhere from high to low"),
        (5, 16, "Anywhere from high to low"),  # 5th is not the middle
        (16, 22, "In the lower half"),
        (25, 30, "Among the last"),
    ],
)
def test_the_opening_holds_for_the_whole_interval_of_places(low, high, opening):
    assert answer(EN, ranked(low, high), ALL_UNSURE).startswith(opening)


def test_the_answer_names_what_is_clear_and_what_is_not():
    said = answer(EN, MIDDLE, pillars(connected="more", sustainable="cannot_tell", open="more", safe="less"))
    assert said == (
        "Middling, and uneven: more connected and open than most of its peers, less safe than most of its peers, "
        "and neither clearly more nor clearly less sustainable than the middle of its peers."
    )


@pytest.mark.parametrize("words", [EN, FR, NL], ids=lambda words: words.lang)
def test_a_tie_with_the_middle_claims_neither_more_nor_less(words):
    said = answer(words, MIDDLE, ALL_UNSURE)
    for name in ("more {names} than most of its peers", "less {names} than most of its peers"):
        assert words(name, names="").strip() not in said
    assert words("{position}, and uneven: ", position="") not in said


@pytest.mark.parametrize("words", [EN, FR, NL], ids=lambda words: words.lang)
def test_a_missing_pillar_takes_the_overall_place_away_and_is_named(words):
    unranked = replace(MIDDLE, score=None, rank=None, rank_low=None, rank_high=None)
    said = answer(words, unranked, pillars(connected="missing", open="more"))
    assert said.startswith(words("No overall answer"))
    assert "connected" in said
    assert "open" in said


@pytest.mark.parametrize("words", [EN, FR, NL], ids=lambda words: words.lang)
def test_a_place_without_peers_gets_no_place(words):
    assert answer(words, ranked(1, 1, of=1), ALL_UNSURE).startswith(words("No overall answer"))
    assert sentences.rank_span(words, None) == words("not ranked")


@pytest.mark.parametrize("words", [EN, FR, NL], ids=lambda words: words.lang)
@pytest.mark.parametrize("word", ["more", "less", "cannot_tell", "missing"])
def test_an_answer_is_one_sentence_without_holes(words, word):
    said = answer(words, MIDDLE, pillars(connected=word, safe="less"))
    assert said.count(".") == 1
    assert said.endswith(".")
    assert "{" not in said
    assert "  " not in said


def test_a_rank_is_printed_as_an_interval_in_each_language():
    assert [sentences.rank_span(words, MIDDLE) for words in (EN, FR, NL)] == [
        "11th–20th of 30",
        "11e–20e sur 30",
        "11e–20e van 30",
    ]


def test_a_pillar_is_above_the_middle_only_when_the_verdict_says_so():
    more, unsure = (sentences.pillar_lead(EN, "Brussels", MIDDLE, word) for word in ("more", "cannot_tell"))
    assert more.startswith("Brussels scores 60 of 100, above the middle of its peers.")
    assert "above" not in unsure
    assert "7 of its 25 values are of the whole country." in unsure


def changed(word: str, reason: str, difference: float = 8.0, chance: float = 5.0) -> Change:
    return Change("x", 53.0, 53.0 + difference, ("2019", "2023"), word, reason, difference, chance, difference)


def test_a_change_within_the_error_is_no_change():
    said = sentences.change_sentence(EN, changed("cannot_tell", "within_error", 3.0), "3 points", "5 points", national=False)
    assert said == "3 points apart: two such values can differ by 5 points by chance"
    assert "rose" not in said


def test_a_change_without_published_error_says_so():
    change = changed("fell", "no_interval", -8.0, math.nan)
    assert sentences.change_sentence(EN, change, "8 points", "", national=True) == (
        "fell by 8 points; a value of the whole country, no error published"
    )


def test_a_break_in_the_series_is_named():
    said = sentences.change_sentence(EN, changed("cannot_tell", "break"), "8 points", "5 points", national=False)
    assert "break" in said


@pytest.mark.parametrize(
    ("probability", "said"),
    [
        (0.99, "in at least 39 of 40 recomputations"),
        (0.01, "in at least 39 of 40 recomputations"),
        (0.97, "ahead in most recomputations, not clearly"),
        (0.5, "ahead about as often as behind"),
        (0.1, "behind in most recomputations, not clearly"),
    ],
)
def test_a_probability_is_said_in_words(probability, said):
    assert sentences.probability_words(EN, probability) == said


def test_the_age_of_a_snapshot_is_counted_in_days():
    assert [sentences.age_sentence(EN, days, "2026-11-20") for days in (0, 1, 400)] == [
        "Snapshot of 20 November 2026, today",
        "Snapshot of 20 November 2026, yesterday",
        "Snapshot of 20 November 2026, 400 days ago",
    ]


def test_a_heading_is_only_the_pillar_when_nothing_stands_out():
    assert sentences.pillar_finding(EN, "Open", "", "") == "Open"
    assert sentences.pillar_finding(EN, "Open", "Procedures", "5G, mid band") == (
        "Open: strongest on procedures, weakest on 5G, mid band"
    )
