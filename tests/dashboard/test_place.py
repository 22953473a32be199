"""A place: its coverage and what would change it, in sentences that follow the step and nothing else."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from config.schema import LANGS
from dashboard.address import Address
from dashboard.i18n import Words
from dashboard.pages.thirds import step_sentence
from dashboard.pages.visit import Visit
from indicators.thirds import Change, Step
from tests.dashboard.samples import edition
from tests.dashboard.sites import TODAY, get


class Said:
    """Thirds that answer the same step for every place."""

    def __init__(self, step: Step) -> None:
        self._step = step

    def step(self, place: str, pillar: str) -> Step:  # noqa: ARG002 (the signature of Thirds)
        return self._step


def sentence(step: Step, lang: str = "en") -> str:
    made = replace(edition())
    made.__dict__["thirds"] = Said(step)
    return step_sentence(Visit(made, Address("en", "home"), Words(lang), TODAY), "brussels", "safe")


NIGHT = Change("safe_at_night_city", 59.0, 8.4, 5.2, 12.3, beyond=False)
CAR = Change("car_as_main_mode", 42.0, -6.0, -2.0, -9.0, beyond=True)


@pytest.mark.parametrize(
    ("step", "said"),
    [
        (
            Step("possible", 2, 0.0, 1.4, 0.9, 2.1, (NIGHT, CAR)),
            "Brussels would enter the middle third if “People who feel safe walking alone at night in their city” rose "
            "from 59% by 8 points (5–12).",
        ),
        (
            Step("possible", 1, 0.0, 1.4, 0.9, 2.1, (CAR,)),
            "Brussels would enter the leading third if “Residents naming the car among the modes they use most” fell "
            "from 42% by 6 points (2–9). The upper end asks for more than any ranked place has today.",
        ),
        (
            Step("nothing", 2, 0.0, 9.6, 3.3, 13.6),
            "Nothing realistic on a single indicator would: Brussels lacks 9.6 points of score (3.3–13.6) for the "
            "middle third, more than the best value of any ranked place would bring.",
        ),
        (
            Step("uncertain", 1, 0.151, 4.5, -1.1, 9.5),
            "In 15 of 100 recalculations Brussels is already in the leading third: too uncertain to say what would "
            "bring it there.",
        ),
        (Step("leading", 0, 0.999), "Brussels is in the leading third in at least 97.5% of the recalculations."),
        (Step("leading", 0, 0.51), "Brussels stands in the leading third, but only in 51 of 100 recalculations."),
        (Step("unranked"), "Brussels is not ranked here, so it stands in no third."),
    ],
)
def test_the_sentence_says_what_the_step_says(step: Step, said: str) -> None:
    label = edition().catalogue.indicators["safe_at_night_city"].label.en
    assert sentence(step) == said.replace("People who feel safe walking alone at night in their city", label)


@pytest.mark.parametrize("lang", LANGS)
def test_every_pillar_of_a_city_region_says_its_coverage_and_what_would_change_its_place(lang: str) -> None:
    made = edition()
    visit = Visit(made, Address("en", "home"), Words(lang), TODAY)
    text = get(f"/{lang}/c/rome").text
    for pillar in made.catalogue.pillars:
        standing = made.lookup.standing(pillar, "rome")
        part = text.split(f'id="g-{pillar}"')[1].split("</section>")[0]
        assert step_sentence(visit, "rome", pillar) in part.replace("&#39;", "'").replace("&#34;", '"')
        facts = re.findall(r"<dd>([^<]+)</dd>", part)
        assert facts[0].startswith(f"{standing.present} ")
        assert str(standing.of) in facts[0]


def test_a_municipality_says_how_many_of_its_values_are_there() -> None:
    made = edition()
    place = made.catalogue.municipalities()[0].id
    asked = [i.id for i in made.catalogue.indicators.values() if i.scheme == "municipality"]
    there = sum(made.lookup.cell(i, place) is not None for i in asked)
    assert f"{there} of {len(asked)} values are there." in get(f"/en/c/{place}").text
