"""The section "Try other weights" of the method page: its form, what the choice gives, and what is published."""

from __future__ import annotations

from typing import Any

from config.schema import Indicator
from dashboard import charts, sentences, shifted
from dashboard.choice import BEST, MOST, WEIGHT, WORST, Choice, plain, usual_posts
from dashboard.lookup import OVERALL, Standing
from dashboard.pages.visit import Visit
from dashboard.trial import Trial

WIDEST = 3.0  # right end of a pillar's slider
STEPS = (0.25, 0.05, 0.01)  # of a slider: the first that its weight is a multiple of


def context(visit: Visit) -> dict[str, Any]:
    """Return what the section shows; without a choice its numbers are the published ones."""
    trial = visit.edition.trials.of(visit.address.choice)
    return {
        "trial": trial,
        "verdict": _verdict(visit, trial),
        "chosen": _chosen(visit),
        "others": _others(visit, trial) if trial.changed else "",
        "own": [_standing(visit, trial, key) for key in (*visit.edition.catalogue.pillars, OVERALL)],
        "chart": charts.overall_trial(*visit.common, trial, hero=visit.hero),
        "sliders": [_slider(visit, pillar) for pillar in visit.edition.catalogue.pillars],
        "reset": visit.link("method"),
        "most": plain(MOST),
    }


def _verdict(visit: Visit, trial: Trial) -> str:
    tried, published = _pair(visit, trial, OVERALL, visit.hero)
    if trial.changed:
        shift = trial.shifts.get((OVERALL, visit.hero))
        return shifted.verdict(visit.words, visit.place(visit.hero), tried, published, shift)
    return visit.words(
        "As published: {place} {rank}. Change a weight or an end of the scale to see what moves.",
        place=visit.place(visit.hero),
        rank=sentences.rank_span(visit.words, published),
    )


def _chosen(visit: Visit) -> list[str]:
    """Return each change in words, in the order of the catalogue."""
    words, catalogue, said = visit.words, visit.edition.catalogue, []
    for id_, weight in visit.address.choice.weights:
        pillar, indicator = catalogue.pillars.get(id_), catalogue.indicators.get(id_)
        name = visit.pillar(id_) if pillar else _label(visit, id_)
        usual = pillar.weight if pillar else indicator.weight if indicator else 1.0
        was, now = (words.number(number, _decimals(number)) for number in (usual, weight))
        said.append(words("{name}: weight {now} instead of {was}", name=name, now=now, was=was))
    for id_, posts in visit.address.choice.posts:
        indicator = catalogue.indicators[id_]
        was, now = (_ends(visit, indicator, ends) for ends in (usual_posts(indicator), posts))
        said.append(
            words("{name}: ends of the scale {now} instead of {was}", name=_label(visit, id_), now=now, was=was)
        )
    return said


def _label(visit: Visit, indicator: str) -> str:
    return visit.edition.catalogue.indicators[indicator].label_short.in_(visit.words.lang)


def _ends(visit: Visit, indicator: Indicator, ends: tuple[float, float]) -> str:
    return " → ".join(visit.amount(indicator, end, _decimals(end)) for end in ends)


def _decimals(value: float) -> int:
    """Return the decimals a number of a choice is written with."""
    return len(plain(value).partition(".")[2])


def _others(visit: Visit, trial: Trial) -> str:
    peers = [place.id for place in visit.edition.peers if place.id != visit.hero]
    moves = {visit.place(p): trial.shifts[OVERALL, p] for p in peers if (OVERALL, p) in trial.shifts}
    return shifted.others(visit.words, moves)


def _pair(visit: Visit, trial: Trial, pillar: str, place: str) -> tuple[Standing | None, Standing | None]:
    return trial.standings.get((pillar, place)), visit.lookup.standing(pillar, place)


def _standing(visit: Visit, trial: Trial, pillar: str) -> dict[str, Any]:
    """Return one row of the place's own table: weight as a share, score, range and rank, and what is published."""
    words, (tried, usual) = visit.words, _pair(visit, trial, pillar, visit.hero)
    pillars = trial.catalogue.pillars
    total = sum(p.weight for p in pillars.values())
    share = words("{share}%", share=words.number(100 * pillars[pillar].weight / total)) if pillar in pillars else ""
    return {
        "pillar": pillar if pillar in pillars else "",
        "name": visit.pillar(pillar) if pillar in pillars else words("Overall"),
        "share": share,
        "score": _score(visit, tried),
        "span": sentences.score_span(words, tried) if tried else "",
        "usual": _score(visit, usual),
        "rank": _rank(visit, trial, pillar),
    }


def _rank(visit: Visit, trial: Trial, pillar: str) -> str:
    tried, usual = _pair(visit, trial, pillar, visit.hero)
    if not trial.changed:
        return sentences.rank_span(visit.words, tried)
    return shifted.change(visit.words, tried, usual, trial.shifts.get((pillar, visit.hero)))


def _score(visit: Visit, standing: Standing | None) -> str:
    return "–" if standing is None or standing.score is None else visit.words.number(standing.score)


def _slider(visit: Visit, pillar: str) -> dict[str, Any]:
    catalogue, choice = visit.edition.catalogue, visit.address.choice
    usual, rows = catalogue.pillars[pillar].weight, catalogue.scored(pillar)
    weight = dict(choice.weights).get(pillar, usual)
    chosen = {id_ for id_, _ in (*choice.weights, *choice.posts)}
    return {
        "id": pillar,
        "name": visit.pillar(pillar),
        "field": WEIGHT + pillar,
        "value": plain(weight),
        "usual": plain(usual),
        "shown": visit.words.number(weight, _decimals(weight)),
        "most": plain(max(WIDEST, weight)),
        "usual_width": weight <= WIDEST,
        "step": plain(_step(weight)),
        "open": any(row.id in chosen for row in rows),
        "rows": [_fields(visit, row, choice) for row in rows],
    }


def _step(weight: float) -> float:
    """Return the step of a slider that can stand at a weight of at most two decimals."""
    return next((step for step in STEPS if round(100 * weight) % round(100 * step) == 0), STEPS[-1])


def _fields(visit: Visit, indicator: Indicator, choice: Choice) -> dict[str, Any]:
    """Return the three numbers of an indicator: (label, field, value, published value)."""
    words, usual = visit.words, usual_posts(indicator)
    weight = dict(choice.weights).get(indicator.id, indicator.weight)
    worst, best = dict(choice.posts).get(indicator.id, usual)
    numbers = (
        (words("Weight"), WEIGHT, weight, indicator.weight),
        (words("Score 0 at"), WORST, worst, usual[0]),
        (words("Score 100 at"), BEST, best, usual[1]),
    )
    return {
        "label": indicator.label_short.in_(words.lang),
        "unit": indicator.unit.in_(words.lang),
        "numbers": [(label, field + indicator.id, plain(now), plain(was)) for label, field, now, was in numbers],
    }
