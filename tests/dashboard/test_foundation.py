"""The line below the answer: squares, sentence and table say the same of every city-region, in three languages."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape

import pandas as pd
import pytest

from config.schema import LANGS
from dashboard import charts, svg
from dashboard.chart import Chart
from dashboard.drawing import layout
from dashboard.drawing.marks import Box, Dot, Line
from dashboard.i18n import Words
from dashboard.state import Edition
from indicators.scores import Scores
from tests.dashboard.made import squares
from tests.dashboard.samples import edition
from tests.dashboard.sites import get

PLACES = tuple(place.id for place in edition().catalogue.city_regions())
YES = {"en": "yes", "fr": "oui", "nl": "ja"}


def chart(lang: str, place: str, of: Edition | None = None) -> Chart:
    found = of or edition()
    made = charts.answer_squares(found.scores, found.catalogue, Words(lang), hero=place)
    assert made is not None
    return made


def counted(of: Edition, place: str) -> list[str]:
    """The scored indicators that have a value that counts, straight from the table of cells."""
    cells = of.scores.cells
    own = cells[
        (cells["ref_area"] == place) & (cells["role"] == "score") & cells["latest"] & (cells["group"] == "total")
    ]
    return sorted(own[own["obs_value"].notna()]["indicator"])


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("place", PLACES)
def test_sentence_table_and_squares_say_the_same(place: str, lang: str) -> None:
    made, of = chart(lang, place), edition()
    assert made.table is not None
    drawn = [m for m in layout(made).marks if isinstance(m, Box)]
    # As many squares as scored values, as many rows, each read by the keyboard with the words of its row.
    assert sorted(square.id for square in made.squares) == counted(of, place)
    assert len(drawn) == len(made.squares) == len(made.table.rows)
    for square, row in zip(made.squares, made.table.rows, strict=True):
        assert (row[2], row[4] == YES[lang]) == (str(square.year), square.dotted)
        assert re.split(r"\s?: ", square.note, maxsplit=1)[0] == row[0]
        assert {row[2], row[3]} <= set(re.split(r"\s?: |, ", square.note))
    # The sentence: how many are filled and recent, of how many, since when, and the weight of the outlined ones.
    near = sum(square.recent and not square.outlined for square in made.squares)
    count, total, year, share = map(int, re.findall(r"\d+", made.title))
    assert (count, total) == (near, len(made.squares))
    assert all((square.year >= year) == square.recent for square in made.squares)
    told = [float(row[5].strip("\u00a0%").replace(",", ".")) for row in made.table.rows]
    national = sum(part for part, square in zip(told, made.squares, strict=True) if square.outlined)
    assert share == pytest.approx(national, abs=0.5 + 0.05 * len(told))
    assert sum(told) == pytest.approx(100, abs=0.05 * len(told))


@pytest.mark.parametrize("lang", LANGS)
def test_the_sentence_in_full(lang: str) -> None:
    """The numbers are those of the squares; the wording is fixed."""
    made = chart(lang, "brussels")
    near = sum(square.recent and not square.outlined for square in made.squares)
    of, share = len(made.squares), re.findall(r"(\d+)\s?%", made.title)[0]
    year = re.findall(r"20\d\d", made.title)[0]
    assert (
        made.title
        == {
            "en": f"{near} of {of} values are local or regional and of {year} or later; "
            f"{share}% of the weight is national.",
            "fr": f"{near} valeurs sur {of} sont locales ou régionales et datent de {year} ou d’après\u00a0; "
            f"{share}\u00a0% du poids est national.",
            "nl": f"{near} van de {of} waarden zijn lokaal of regionaal en van {year} of later; "
            f"{share}% van het gewicht is nationaal.",
        }[lang]
    )


@pytest.mark.parametrize("lang", LANGS)
def test_home_draws_it_and_the_briefing_and_the_place_say_it(lang: str) -> None:
    for place in ("brussels", "vienna"):
        made = chart(lang, place)
        home = unescape(get(f"/{lang}/?hero={place}").text)
        assert made.title in home
        assert unescape(str(svg.key(made))) in home
        assert home.count("data-at") > len(made.squares)
        assert made.title in unescape(get(f"/{lang}/brief?hero={place}").text)
        assert made.title in unescape(get(f"/{lang}/c/{place}").text)


def test_filled_is_of_the_place_dashed_of_the_country_and_a_dot_is_technology() -> None:
    """Four values of 2019 take two columns of three rows, the one of 2025 a third column."""
    marks = layout(squares()).marks
    boxes = [m for m in marks if isinstance(m, Box)]
    assert [m.kind for m in boxes] == ["sq-connected", "sq-open", "so so-open", "sq-safe", "so so-safe"]
    assert [m.kind for m in marks if isinstance(m, Dot)] == ["sd", "sq-safe"]
    assert [m.x for m in boxes][:3] == [0, 0, 0]
    assert boxes[0].y > boxes[1].y > boxes[2].y
    # 3 columns and 1.1 between the two years: each is 100 / 4.1 wide.
    assert boxes[3].x == pytest.approx(100 / 4.1, abs=0.01)
    assert boxes[4].x == pytest.approx(3.1 * 100 / 4.1, abs=0.01)
    assert [m.kind for m in marks if isinstance(m, Line)] == ["ax", "ml"]  # 2025 is a recent year


def test_a_gap_is_named_and_has_no_square() -> None:
    found = edition()
    cells = found.scores.cells
    kept = cells[~((cells["indicator"] == "road_deaths") & (cells["ref_area"] == "brussels"))]
    thinner = Edition("x", "2026-01-01", found.catalogue, found.observations, _with(found, kept))
    made, label = chart("en", "brussels", thinner), found.catalogue.indicators["road_deaths"].label_short.en
    assert "road_deaths" not in {square.id for square in made.squares}
    assert made.note == f"No value, so no square: {label}."


def _with(found: Edition, cells: pd.DataFrame) -> Scores:
    return replace(found.scores, cells=cells)


def test_a_place_without_a_value_has_no_line() -> None:
    found = edition()
    none = Edition("x", "2026-01-01", found.catalogue, found.observations, _with(found, found.scores.cells.iloc[:0]))
    assert charts.answer_squares(none.scores, none.catalogue, Words("en")) is None
