"""What must be said with a chart, in words: the one place where the codes of its values become sentences.

The codes come with the cells (`indicators.cautions`), so a row of a file and the sentence beside its mark agree. Order
is importance: what changes the meaning of a number comes before what blurs it, since a small drawing prints the first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from config.schema import Indicator, ObsStatus
from dashboard.chart import FULLY, Caution, Chart
from dashboard.charts.context import Context
from dashboard.i18n import Words
from dashboard.lookup import OVERALL, Cell, Standing, VariantScore
from indicators.cautions import CODES

NAMED = 4  # places that a sentence names; beyond them it counts

STATUS_WORDS = {
    ObsStatus.BREAK: "break in the series",
    ObsStatus.DEFINITION_DIFFERS: "definition differs",
    ObsStatus.ESTIMATED: "estimated by the publisher",
    ObsStatus.FORECAST: "forecast",
    ObsStatus.IMPUTED: "imputed by the publisher",
    ObsStatus.PROVISIONAL: "provisional",
    ObsStatus.LOW_RELIABILITY: "low reliability",
    ObsStatus.SUSPECT: "withdrawn: suspected copy of another year",
}
STATUSES = {
    "break": ObsStatus.BREAK, "definition": ObsStatus.DEFINITION_DIFFERS, "estimated": ObsStatus.ESTIMATED,
    "forecast": ObsStatus.FORECAST, "imputed": ObsStatus.IMPUTED, "provisional": ObsStatus.PROVISIONAL,
    "unreliable": ObsStatus.LOW_RELIABILITY,
    "withdrawn": ObsStatus.SUSPECT,
}  # fmt: skip
_ORDER = (*CODES[: CODES.index("clipped")], "year", *CODES[CODES.index("clipped") :], "missing")


@dataclass(frozen=True)
class Shown:
    """The values one chart shows: by place the one that is read, every drawn one, and the places without a value."""

    cells: Mapping[str, Cell]
    drawn: Sequence[Cell]
    missing: Sequence[str] = ()
    beside: bool = False  # values of several places stand beside each other


def with_cautions(ask: Context, chart: Chart, cautions: Iterable[Caution]) -> Chart:
    """Return a chart with its cautions in order, and how many a drawing leaves to its page."""
    told = tuple(sorted(cautions, key=lambda caution: _ORDER.index(caution.kind)))
    rest = len(told) - FULLY
    more = ask.words.plural("and {count} more caution", "and {count} more cautions", rest) if rest > 0 else ""
    return replace(chart, cautions=told, more=more)


def of_indicator(ask: Context, indicator: Indicator, shown: Shown) -> list[Caution]:
    """Return what must be said with values of an indicator."""
    makers: tuple[Callable[[Context, Indicator, Shown], list[Caution]], ...] = (
        *(_flags, _units, _not_comparable, _country, _caveat, _history, _years, _errors, _clipped, _unsure),
        *(_statuses, _window, _sample, _missing),
    )
    return [caution for make in makers for caution in make(ask, indicator, shown)]


def beside(ask: Context, indicator: Indicator, place: str) -> str:
    """Return in few words what must stand beside the name of an indicator where it is told of a place.

    An anomalous value, and the country whose value it is; empty where the name may stand alone.
    """
    found = [indicator.flags[place].in_(ask.lang)] if place in indicator.flags else []
    if ask.national(indicator, place):
        found.append(ask.country(place))
    return ask.words("; ").join(found)


def status(words: Words, letter: str) -> str:
    """Return a status letter in words; empty for the letters that say nothing to a reader."""
    return words(STATUS_WORDS[ObsStatus(letter)]) if letter in STATUS_WORDS else ""


def _listed(ask: Context, places: Sequence[str]) -> str:
    """Return the places by name, the hero first, or their number where they are many."""
    words, rest = ask.words, [place for place in places if place != ask.hero]
    first = [ask.name(ask.hero)] if ask.hero in places else []
    if len(places) <= NAMED:
        return words.listing([*first, *(ask.name(place) for place in rest)])
    if first:
        return words.listing([*first, words.plural("{count} other place", "{count} other places", len(rest))])
    return words.plural("{count} place", "{count} places", len(rest))


def _coded(shown: Shown, code: str) -> list[str]:
    return [place for place, cell in shown.cells.items() if code in cell.cautions]


def _flags(ask: Context, indicator: Indicator, shown: Shown) -> list[Caution]:
    """One sentence for each oddity, whichever places have it."""
    texts: dict[str, list[str]] = {}
    for place in _coded(shown, "flag"):
        texts.setdefault(indicator.flags[place].in_(ask.lang), []).append(place)
    return [
        Caution("flag", f"{ask.said(_listed(ask, places), text)}.", ask.hero if ask.hero in places else "")
        for text, places in texts.items()
    ]


def _units(ask: Context, indicator: Indicator, shown: Shown) -> list[Caution]:
    """Places that are left out because their values are in another unit."""
    places = [place for place in shown.missing if place in indicator.other_unit]
    text = ask.words("Left out, because published in another unit: {places}.", places=_listed(ask, places))
    return [Caution("other_unit", text)] if places else []


def _not_comparable(ask: Context, indicator: Indicator, shown: Shown) -> list[Caution]:
    words = ask.words
    if indicator.comparable == "places":
        return []
    if indicator.comparable == "none":
        text = words("These values can be compared neither between places nor between years.")
    elif shown.beside:
        text = words("The level is not comparable between places: they stand side by side because they were asked for, "
                     "in no order.")  # fmt: skip
    else:
        text = words("The level is not comparable between places, so there is no ranking: read the trend only.")
    return [Caution("not_comparable", text)]


def _country(ask: Context, indicator: Indicator, shown: Shown) -> list[Caution]:
    places = _coded(shown, "whole_country")
    if not places:
        return []
    if indicator.scheme == "country" and not shown.beside and ask.hero in places:
        text = ask.words(
            "A value of the whole country ({country}); the city may differ.", country=ask.country(ask.hero)
        )
    elif indicator.scheme == "country":
        text = ask.words("Values of whole countries; a city may differ from its country.")
    else:
        text = ask.words("Values of the whole country: {places}.", places=_listed(ask, places))
    return [Caution("whole_country", text, ask.hero if ask.hero in places else "")]


def _caveat(ask: Context, indicator: Indicator, shown: Shown) -> list[Caution]:
    del shown
    return [Caution("caveat", indicator.caveat.in_(ask.lang))] if indicator.caveat else []


def _read(ask: Context, shown: Shown) -> Cell | None:
    """The value a reader takes away: the hero's, else the newest there is."""
    cells = sorted(shown.cells.values(), key=lambda cell: cell.period)
    return shown.cells.get(ask.hero) or (cells[-1] if cells else None)


def _history(ask: Context, indicator: Indicator, shown: Shown) -> list[Caution]:
    cell = _read(ask, shown)
    if cell is None or "history" not in cell.cautions:
        return []
    years = ask.period(indicator, cell)
    return [Caution("history", ask.words("Old data: figures of {years}.", years=years))]


def _years(ask: Context, indicator: Indicator, shown: Shown) -> list[Caution]:
    """Values of different years beside each other."""
    cell = _read(ask, shown)
    other = [place for place, one in shown.cells.items() if cell and one.period != cell.period]
    if not shown.beside or not other or cell is None:
        return []
    text = ask.words("Not of {year} but of another year: {places}.", year=ask.period(indicator, cell),
                     places=_listed(ask, other))  # fmt: skip
    return [Caution("year", text)]


def _errors(ask: Context, indicator: Indicator, shown: Shown) -> list[Caution]:
    without = _coded(shown, "no_error")
    if not without:
        return []
    if len(without) < len(shown.cells):
        text = ask.words("No margin of error is published for {places}.", places=_listed(ask, without))
    elif shown.beside and indicator.comparable == "places":
        text = ask.words("No margin of error is published, so places are not ranked one by one.")
    else:
        text = ask.words("No margin of error is published, so no interval is drawn.")
    return [Caution("no_error", text)]


def _clipped(ask: Context, indicator: Indicator, shown: Shown) -> list[Caution]:
    places = _coded(shown, "clipped")
    text = ask.words("Beyond the scale, the score is held at its end: {places}.", places=_listed(ask, places))
    return [Caution("clipped", text)] if places and indicator.goalposts else []


def _unsure(ask: Context, indicator: Indicator, shown: Shown) -> list[Caution]:
    del indicator
    cell = shown.cells.get(ask.hero)
    if cell is None or "dont_know" not in cell.cautions:
        return []
    share = ask.words.number(cell.dont_know or 0.0)
    text = ask.words("{place}: {share}% did not know.", place=ask.name(ask.hero), share=share)
    return [Caution("dont_know", text, ask.hero)]


def _statuses(ask: Context, indicator: Indicator, shown: Shown) -> list[Caution]:
    """What the publisher says of a value, for each letter: where, and of a line also when."""
    del indicator
    found = []
    for code, letter in STATUSES.items():
        marked = [cell for cell in shown.drawn if code in cell.cautions]
        if not marked:
            continue
        places = list(dict.fromkeys(cell.place for cell in marked))
        where = _listed(ask, places)
        years = list(dict.fromkeys(cell.period for cell in marked)) if len(places) == 1 else []
        if 0 < len(years) <= NAMED:
            where = f"{where} ({ask.words.listing(years)})"
        said = status(ask.words, letter)
        text = f"{ask.said(said[0].upper() + said[1:], where)}."
        found.append(Caution(code, text, places[0] if len(places) == 1 else ""))
    return found


def _window(ask: Context, indicator: Indicator, shown: Shown) -> list[Caution]:
    cell = _read(ask, shown)
    if cell is None or "window" not in cell.cautions:
        return []
    years = ask.period(indicator, cell)
    text = ask.words(
        "A mean of {count} {count:year|years} ({years}), not the value of one year.", count=cell.years_used, years=years
    )
    return [Caution("window", text)]


def _sample(ask: Context, indicator: Indicator, shown: Shown) -> list[Caution]:
    cell = _read(ask, shown)
    if indicator.sampling is None or cell is None or "assumed_n" not in cell.cautions:
        return []
    asked = indicator.sampling.n_by_period.get(cell.period, indicator.sampling.n)
    text = ask.words("The interval assumes {count} {count:interview|interviews}: the publisher’s file gives no number.",
                     count=ask.words.number(asked))  # fmt: skip
    return [Caution("assumed_n", text)]


def _missing(ask: Context, indicator: Indicator, shown: Shown) -> list[Caution]:
    places = [place for place in shown.missing if place not in indicator.other_unit]
    return [Caution("missing", ask.words("No value: {places}.", places=_listed(ask, places)))] if places else []


def of_score(ask: Context, pillar: str, standing: Standing | None) -> list[Caution]:
    """Return what must be said with the score of the hero on a pillar, or overall."""
    parts = ask.catalogue.scored(None if pillar == OVERALL else pillar)
    found = {i.id: cell for i in parts if (cell := ask.read.cell(i.id, ask.hero)) is not None and cell.latest}
    told = [caution for i in parts if i.id in found for caution in _odd(ask, i, pillar)]
    told += _shares(ask, found)
    clipped = [ask.label(i) for i in parts if i.id in found and "clipped" in found[i.id].cautions]
    if clipped:
        text = ask.words("Beyond the scale, the score is held at its end: {places}.", places=ask.words.listing(clipped))
        told.append(Caution("clipped", text, ask.hero))
    gone = [i.label_short.in_(ask.lang) for i in parts if i.id not in found]
    if gone and standing is not None:
        text = ask.words("No value, so left out of the score: {names}.", names=ask.words.listing(gone))
        told.append(Caution("missing", text, ask.hero))
    return told


def _odd(ask: Context, indicator: Indicator, pillar: str) -> list[Caution]:
    """The anomalous value a score rests on, and what the score is without it where that is computed."""
    if ask.hero not in indicator.flags:
        return []
    words = ask.words
    text = f"{ask.said(ask.label(indicator), indicator.flags[ask.hero].in_(ask.lang))}."
    without = _without(ask, indicator, pillar)
    if without is not None and without.score is not None:
        score, rank = words.number(without.score), words.ordinal(without.rank) if without.rank else ""
        text += " " + (
            words("Without it the score is {score}, in {rank} place.", score=score, rank=rank) if rank
            else words("Without it the score is {score}.", score=score)
        )  # fmt: skip
    return [Caution("flag", text, ask.hero)]


def _without(ask: Context, indicator: Indicator, pillar: str) -> VariantScore | None:
    """The hero's score and rank under the variant that leaves out this indicator and no other."""
    scored = ask.catalogue.scored()
    alone = [
        variant.id for variant in ask.catalogue.method.variants
        if not variant.swap and [i for i in scored if i.id in variant.drop or {*i.tags} & {*variant.drop_tags}]
        == [indicator]
    ]  # fmt: skip
    rows = (row for row in ask.read.variants(ask.hero) if row.variant in alone and row.pillar == pillar)
    return next(rows, None)


def _shares(ask: Context, found: Mapping[str, Cell]) -> list[Caution]:
    """How many of the values are of the whole country, old, or without an error."""
    words, of = ask.words, len(found)
    national, old, without = (
        [cell for cell in found.values() if code in cell.cautions] for code in ("whole_country", "history", "no_error")
    )
    texts = {
        "whole_country": national and words.plural(
            "{count} of its {of} {of:value|values} is of the whole country.",
            "{count} of its {of} {of:value|values} are of the whole country.", len(national), of=of,
        ),
        "history": old and words.plural(
            "Old data: {count} of its {of} {of:value|values} is of {year} or before.",
            "Old data: {count} of its {of} {of:value|values} are of {year} or before.", len(old), of=of,
            year=max(cell.end for cell in old),
        ),
        "no_error": without and words(
            "For {count} of its {of} {of:value|values} no margin of error is published.",
            count=words.number(len(without)), of=of,
        ),
    }  # fmt: skip
    return [Caution(code, str(text), ask.hero) for code, text in texts.items() if text]


def of_pair(ask: Context, pillar: str, other: str) -> list[Caution]:
    """Return what must be said where the hero and another place stand side by side on a pillar."""
    return [
        caution
        for indicator in ask.catalogue.scored(pillar)
        for caution in _pair(ask, indicator, [place for place in (ask.hero, other) if place in indicator.flags])
    ]


def _pair(ask: Context, indicator: Indicator, places: Sequence[str]) -> list[Caution]:
    texts = [ask.said(ask.name(place), indicator.flags[place].in_(ask.lang)) for place in places]
    text = f"{ask.said(ask.label(indicator), ask.words('; ').join(texts))}."
    return [Caution("flag", text, places[0])] if places else []
