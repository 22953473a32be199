"""What would change a place's third of a pillar, in one or two sentences that claim no more than the recomputations."""

from __future__ import annotations

from dashboard.pages.home import points
from dashboard.pages.visit import Visit
from indicators.thirds import SURE, Change, Step


def step_sentence(visit: Visit, place: str, pillar: str) -> str:
    """Return which change of one indicator would bring a place into the next better third, or why none is named."""
    step = visit.edition.thirds.step(place, pillar)
    words = visit.words
    if step.answer == "unranked":
        return words("{place} is not ranked here, so it stands in no third.", place=visit.place(place))
    if step.answer == "leading":
        return _leading(visit, place, step)
    if step.answer == "uncertain":
        return words(
            "In {share} of 100 recalculations {place} is already in the {third}: too uncertain to say what would "
            "bring it there.",
            share=_share(visit, step.there), place=visit.place(place), third=_next(visit, step),
        )  # fmt: skip
    return _possible(visit, place, step) if step.changes else _nothing(visit, place, step)


def _leading(visit: Visit, place: str, step: Step) -> str:
    words, name = visit.words, visit.place(place)
    if step.there >= SURE:
        return words("{place} is in the leading third in at least 97.5% of the recalculations.", place=name)
    return words(
        "{place} stands in the leading third, but only in {share} of 100 recalculations.", place=name,
        share=_share(visit, step.there),
    )  # fmt: skip


def _possible(visit: Visit, place: str, step: Step) -> str:
    words, change = visit.words, step.changes[0]
    indicator = visit.edition.catalogue.indicators[change.indicator]
    values = {
        "place": visit.place(place),
        "third": _next(visit, step),
        "indicator": indicator.label.in_(words.lang),
        "value": visit.amount(indicator, change.value),
        "change": points(visit, indicator, abs(change.change)),
        "span": _span(visit, change, indicator.decimals),
    }
    rose = change.change > 0
    said = words(
        "{place} would enter the {third} if “{indicator}” rose from {value} by {change} ({span})."
        if rose
        else "{place} would enter the {third} if “{indicator}” fell from {value} by {change} ({span}).",
        **values,
    )
    if not change.beyond:
        return said
    return f"{said} {words('The upper end asks for more than any ranked place has today.')}"


def _nothing(visit: Visit, place: str, step: Step) -> str:
    words = visit.words
    ends = [words.number(end, 1) for end in (step.low, step.high)]
    return words(
        "Nothing realistic on a single indicator would: {place} lacks {gap} {gap:point|points} of score "
        "({span}) for the {third}, more than the best value of any ranked place would bring.",
        place=visit.place(place), gap=words.number(step.gap, 1), span=words.span(*ends), third=_next(visit, step),
    )  # fmt: skip


def _next(visit: Visit, step: Step) -> str:
    return visit.words("leading third") if step.third == 1 else visit.words("middle third")


def _share(visit: Visit, share: float) -> str:
    """Return a share of recomputations per 100, never rounded to none or all."""
    return visit.words.number(min(max(100 * share, 1), 99))


def _span(visit: Visit, change: Change, decimals: int) -> str:
    low, high = sorted((abs(change.low), abs(change.high)))
    places = max(decimals, 1 if high < 1 else 0)
    return visit.words.span(visit.words.number(low, places), visit.words.number(high, places))
