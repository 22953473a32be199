"""What the pages say about the index itself is counted: it follows the catalogue and claims no more than it holds."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from config.schema import LANGS, Catalogue, Level
from dashboard.app import build_app
from dashboard.state import Edition, Library
from indicators import effective_weights
from tests.config.texts import numbers
from tests.dashboard.samples import edition


def page(path: str, shown: Edition | None = None) -> str:
    client = build_app(Library(shown or edition())).server.test_client()
    return client.get(path).get_data(as_text=True)


def changed(**indicators: dict[str, Any]) -> Edition:
    """Return the sample edition with some fields of some indicators replaced."""
    catalogue: Catalogue = edition().catalogue
    made = dict(catalogue.indicators)
    for name, fields in indicators.items():
        made[name] = made[name].model_copy(update=fields)
    return replace(edition(), catalogue=catalogue.model_copy(update={"indicators": made}))


def ends_from(indicator: str, **bases: str | None) -> dict[str, Any]:
    posts = edition().catalogue.indicators[indicator].goalposts
    assert posts is not None
    return {"goalposts": posts.model_copy(update=bases)}


def test_the_origin_of_the_ends_is_counted_end_by_end() -> None:
    text = page("/en/method")
    # 15 of the survey's own waves, 7 of Member States, 3 of regions: 15 + 7 + 3 = 25, all of them
    assert "For 25 of 25 indicators one or both ends are the extremes seen until then" in text
    assert "of the survey for 15, of the Member States for 7, of European regions for 3." in text
    # 4 targets + 1 guideline, 6 ends of the scale, 14 of the survey: 5 + 6 + 14 = 25
    assert "a target or a guideline for 5 and the end of the scale, such as everybody or nobody, for 6;" in text
    assert "for the rest (14) it is about the best that had been seen, not a goal." in text


def test_the_numbers_follow_the_catalogue() -> None:
    both = ends_from("theft_victim", worst_basis="natural_bound", best_basis="target")
    text = page("/en/method", changed(theft_victim=both))
    assert "For 24 of 25 indicators" in text
    assert "of the survey for 14," in text
    assert "a guideline for 6 and" in text
    assert "for the rest (13) it is" in text


def test_an_edition_that_does_not_say_where_an_end_comes_from_claims_nothing() -> None:
    text = page("/en/method", changed(theft_victim=ends_from("theft_victim", worst_basis=None)))
    assert "Where do the two ends come from?" not in text


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("path", ["", "method", "brief", "c/brussels"])
def test_no_page_says_that_the_ends_came_first_or_that_100_is_the_goal(lang: str, path: str) -> None:
    text = page(f"/{lang}/{path}")
    for claim in ("before the figures", "avant l’arrivée des chiffres", "voor de cijfers er waren"):
        assert claim not in text
    for claim in ("100, the goal", "100, l’objectif", "100, het doel"):
        assert claim not in text


def test_an_end_is_called_a_target_only_where_one_is_set() -> None:
    """The target beside a scale is its best end, and each end of a target's kind names the target."""
    for indicator in edition().catalogue.scored():
        posts = indicator.goalposts
        assert posts is not None
        assert (posts.best_basis in ("target", "guideline")) == (posts.target is not None), indicator.id
        assert posts.target in (None, posts.best), indicator.id


def test_opinions_are_told_from_facts_that_people_report() -> None:
    scored = edition().catalogue.scored()
    kinds = Counter(indicator.answers for indicator in scored)
    assert kinds == {"opinion": 12, "fact": 6, None: 25 - 12 - 6}
    assert {i.id for i in scored if i.answers == "fact"} == {
        *("internet_access_households", "digital_skills", "egov_users"),
        *("car_travel", "theft_victim", "assault_victim"),
    }
    text = page("/en/method")
    assert "12 of 25 scored indicators are opinions asked in surveys" in text
    assert "6 more are facts that respondents report" in text
    assert "(about 700 a city)" in text


def test_by_municipality_the_page_says_what_we_hold_not_what_is_published() -> None:
    catalogue = edition().catalogue
    assert not [i for i in catalogue.indicators.values() if i.level is Level.MUNICIPALITY and i.pillar != "inclusion"]
    said = "By municipality we hold nothing that may be redistributed for Connected, Sustainable, Open and Safe"
    assert said in page("/en/")
    assert said in page("/en/c/brussels")
    held = changed(people_trust={"scheme": "municipality"})  # of the pillar Safe
    assert "redistributed for Connected, Sustainable and Open:" in page("/en/c/brussels", held)
    for lang in LANGS:
        for claim in ("nothing is published", "rien n’est publié", "niets gepubliceerd"):
            assert claim not in page(f"/{lang}/")


def test_what_is_absent_is_not_among_what_is_scored() -> None:
    """Recorded crime is absent but for homicide: no other scored indicator comes from the police's records."""
    assert "recorded crime but for homicide" in page("/en/method")
    scored = edition().catalogue.scored()
    assert [i.id for i in scored if "crim_" in i.citation] == ["homicide_region_3y"]


@pytest.mark.parametrize("lang", LANGS)
def test_each_indicator_shows_what_its_weight_is_in_effect(lang: str) -> None:
    table = effective_weights(edition().scores).set_index("indicator")["effective"]
    text = page(f"/{lang}/method")
    for indicator in edition().catalogue.scored():
        row = text.split(f"i/{indicator.id}", 1)[1].split("</tr>", 1)[0]
        cells = [cell.split("</td>", 1)[0] for cell in row.split('<td class="n">')[1:3]]
        whole = sum(sibling.weight for sibling in edition().catalogue.scored(indicator.pillar))
        assert numbers(cells[0], lang) == [f"{100 * indicator.weight / whole:.1f}"]
        share = table.get(indicator.id)
        assert share is None or numbers(cells[1], lang) == [f"{abs(round(100 * share)):.0f}"]
