"""Names as long as config allows are wrapped or cut with an ellipsis: every file is made, a briefing has two pages."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from functools import cache

import pypdf
import pytest
from flask.testing import FlaskClient

from config.schema import Catalogue
from config.text import LONGEST_NAME, Text
from dashboard.app import build_app
from dashboard.drawing.text import width
from dashboard.state import Library
from tests.dashboard.samples import edition
from tests.dashboard.sites import TODAY

KINDS = {"words": " and more words" * 20, "one word": "x" * LONGEST_NAME}


def lengthened(catalogue: Catalogue, more: str) -> Catalogue:
    def long(text: Text) -> Text:
        return Text(**{lang: (text.in_(lang) + more)[:LONGEST_NAME] for lang in ("en", "fr", "nl")})

    indicators = {
        name: one.model_copy(update={"label": long(one.label), "label_short": long(one.label_short)})
        for name, one in catalogue.indicators.items()
    }
    places = {name: one.model_copy(update={"name": long(one.name)}) for name, one in catalogue.places.items()}
    pillars = {name: one.model_copy(update={"name": long(one.name)}) for name, one in catalogue.pillars.items()}
    return catalogue.model_copy(update={"indicators": indicators, "places": places, "pillars": pillars})


@cache
def client(kind: str) -> FlaskClient:
    found = edition()
    library = Library(replace(found, catalogue=lengthened(found.catalogue, KINDS[kind])))
    server: FlaskClient = build_app(library, clock=lambda: TODAY).server.test_client()
    return server


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("lang", ["en", "fr"])
def test_the_briefing_stays_two_pages(kind: str, lang: str) -> None:
    answer = client(kind).get(f"/{lang}/brief.pdf")
    assert answer.status_code == 200
    assert len(pypdf.PdfReader(io.BytesIO(answer.data)).pages) == 2


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "address", ["i/vhcn_coverage", "i/vhcn_coverage.svg?view=rank", "p/safe", "p/safe.svg?view=rank", "overall"]
)
def test_every_picture_is_made_and_no_label_runs_over_its_edge(kind: str, address: str) -> None:
    path, _, query = address.partition("?")
    stem = path.removesuffix(".svg")
    drawn = client(kind).get(f"/en/{stem}.svg?{query}")
    assert client(kind).get(f"/en/{stem}.png?{query}").status_code == drawn.status_code == 200
    wide = float(re.search(r'width="([\d.]+)"', drawn.text)[1])  # type: ignore[index]
    for x, attributes, words in re.findall(r'<text x="([\d.-]+)"([^>]*)>([^<]*)', drawn.text):
        size = float((re.search(r'font-size="(\d+)"', attributes) or ["", "12"])[1])
        room = width(words, size) / 1.15
        start = "text-anchor" not in attributes
        end = 'text-anchor="end"' in attributes
        assert (float(x) + room <= wide) if start else (float(x) - room >= 0) if end else room <= wide
