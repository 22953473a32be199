"""How an indicator's value is made from published measures: small pure functions, named in config and never eval'd.

Each takes the published series (`Published`) and the arguments of its `Derivation`, and returns `Derived` values in the
indicator's unit. Missing rules are those of the catalogue: a share lacks nothing but its don't-know code, a mean over
years has all its years, a gap has all its groups. A value made from a missing part is missing and keeps the reason.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from config import digits

if TYPE_CHECKING:
    from config.schema import Derivation

NAN = math.nan
TOTAL = "total"
# Whole percents of the older survey waves add up to 104 at most; beyond it the codes were mixed up.
FAMILY_TOLERANCE = 4.5
WITHDRAWN = "answers add up to"  # how the detail of a withdrawn family begins
_WITHOUT_VALUE = frozenset("MQX")
_NUMBERS = ("value", "base", "dont_know", "events", "low", "high")  # the fields of `Derived` that may be computed


class Point(NamedTuple):
    """One published number (NaN where the publisher gives none), its SDMX status letters and its source id."""

    value: float
    status: str
    source: str


Key = tuple[str, str, str]  # area code, period, group
Series = Mapping[Key, Point]
Published = Mapping[str, Series]  # measure id -> its points


class Derived(NamedTuple):
    """One value of an indicator, for an area, period and group.

    `base`: share of respondents behind a survey share (0-1; NaN where the value is no share of respondents).
    `dont_know`: published don't-know share in percent. `events`: counted events behind a rate. `detail`: the years of a
    mean, the least favoured group of a gap, or why a value was withdrawn. `low`, `high`: the two values of a gap.
    """

    area: str
    period: str
    group: str
    value: float
    status: str
    source: str
    base: float = NAN
    dont_know: float = NAN
    events: float = NAN
    detail: str = ""
    low: float = NAN
    high: float = NAN


def derive(derivation: Derivation, published: Published) -> list[Derived]:
    """Return the values a derivation makes, in the indicator's unit; ValueError for an unknown function or argument.

    A number as published stays so to the last bit; a computed one has the digits of `config.digits`.
    """
    function = FUNCTIONS.get(derivation.function)
    if function is None:
        raise ValueError(f"unknown derivation {derivation.function!r}; use one of {sorted(FUNCTIONS)}")
    try:
        rows = function(published, **derivation.args)
    except TypeError as error:
        raise ValueError(f"derivation {derivation.function!r}: {error}") from error
    return rows if function is as_published else _rounded(rows, _values_of(published, derivation.args.values()))


def as_published(published: Published, measure: str) -> list[Derived]:
    """Return a measure as it is, every group; a survey share is taken on the base of all respondents."""
    return [
        Derived(*key, point.value, point.status, point.source, base=1.0)
        for key, point in published.get(measure, {}).items()
    ]


def share_with_opinion(
    published: Published, positive: Sequence[str], negative: Sequence[str], dont_know: Sequence[str] = ()
) -> list[Derived]:
    """Return 100 * positive / (positive + negative) in percent, don't-know answers left out of the base.

    Missing when a positive or negative code is missing; an absent don't-know code is not needed. A family of codes that
    adds up to more than 104.5 (or less than 95.5 with its don't-know codes) is withdrawn with status X.
    """
    return [_opinion(published, key, positive, negative, dont_know) for key in _keys(published, (*positive, *negative))]


def share_of_all(published: Published, positive: Sequence[str], later: str = "") -> list[Derived]:
    """Return the sum of the positive codes in percent of all respondents; `later` holds waves published as that sum.

    Where both exist for a wave, the publisher's own codes win.
    """
    made = {key: _sum(published, key, positive) for key in _keys(published, positive)}
    known = {key for key, row in made.items() if not math.isnan(row.value)}
    extra = [row for row in as_published(published, later) if (row.area, row.period, row.group) not in known]
    replaced = {(row.area, row.period, row.group) for row in extra}
    return [row for key, row in made.items() if key not in replaced] + extra


def mean_over_years(published: Published, measure: str, years: int) -> list[Derived]:
    """Return the mean of `years` consecutive years ending in each period; a year without a row makes no mean."""
    series = published.get(measure, {})
    rows = []
    for area, period, group in series:
        wanted = [(area, str(year), group) for year in range(_year(period, measure) - years + 1, int(period) + 1)]
        if math.isnan(series[wanted[-1]].value):
            rows.append(_mean(wanted[-1], [series[wanted[-1]]], ""))
        elif all(key in series for key in wanted):
            rows.append(_mean(wanted[-1], [series[key] for key in wanted], _years(wanted)))
    return rows


def recent_mean(
    published: Published,
    measure: str,
    scale: float,
    years: int,
    at_least: int,
    within: int,
    since: int | str,
    count: str = "",
) -> list[Derived]:
    """Return `scale` times the mean of the last `years` available years since `since`, ending in each year.

    Only years within `within` calendar years count, `at_least` of them are needed. `count` names the measure with the
    events themselves; their sum over the same years gives the value an interval.
    """
    series, counted = published.get(measure, {}), published.get(count, {})
    rows = [_mean(key, [point], "") for key, point in series.items() if math.isnan(point.value)]
    for key, known in _available(series, int(since), measure):
        used = [k for k in known if int(key[1]) - within < int(k[1])][-int(years) :]
        if len(used) >= at_least:
            mean = _mean(key, [series[k] for k in used], _years(used))
            events = math.fsum(counted[k].value if k in counted else NAN for k in used)
            rows.append(mean._replace(value=float(scale) * mean.value, events=events))
    return rows


def station_mean(published: Published, measure: str, stations: Sequence[str]) -> list[Derived]:
    """Return the mean over a constant set of stations, missing in a period in which one of them is not valid."""
    series = published.get(measure, {})
    groups = [name if "=" in name else f"station={name}" for name in stations]
    places = dict.fromkeys((area, period) for area, period, group in series if group in groups)
    return [
        _mean((area, period, TOTAL), [series.get((area, period, group)) for group in groups], "")
        for area, period in places
    ]


def share_of_maximum(published: Published, measure: str, maximum: float) -> list[Derived]:
    """Return 100 * value / maximum in percent of the points to be had."""
    return [row._replace(value=100.0 * row.value / float(maximum)) for row in as_published(published, measure)]


def group_difference(published: Published, measure: str, minuend: str, subtrahend: str) -> list[Derived]:
    """Return the value of one group minus another's, in points; missing when either is missing."""
    series = published.get(measure, {})
    rows = []
    for area, period in dict.fromkeys((a, p) for a, p, group in series if group in (minuend, subtrahend)):
        high, low = series.get((area, period, minuend)), series.get((area, period, subtrahend))
        ends = _value(high), _value(low)
        made = _row((area, period, TOTAL), ends[0] - ends[1], (high, low))
        rows.append(made._replace(detail=subtrahend, high=ends[0], low=ends[1]))
    return rows


def least_favoured_gap(
    published: Published,
    everyone_good: str,
    everyone_bad: str,
    groups: Sequence[str],
    good: Sequence[str],
    bad: Sequence[str],
) -> list[Derived]:
    """Return the share for everyone minus the lowest of the groups' shares, in points; `detail` names that group.

    Each share is 100 * good / (good + bad). The gap needs every group: one missing could be the lowest.
    """
    if not len(groups) == len(good) == len(bad):
        raise ValueError("least_favoured_gap: 'groups', 'good' and 'bad' need the same length")
    rows = []
    for key in _keys(published, (everyone_good, everyone_bad)):
        everyone = _opinion(published, key, (everyone_good,), (everyone_bad,), ())
        shares = [_opinion(published, key, (g,), (b,), ()) for g, b in zip(good, bad, strict=True)]
        rows.append(_gap(everyone, shares, groups))
    return rows


def _gap(everyone: Derived, shares: Sequence[Derived], groups: Sequence[str]) -> Derived:
    parts = [Point(row.value, row.status, row.source) for row in (everyone, *shares)]
    if any(math.isnan(part.value) for part in parts):
        return _row((everyone.area, everyone.period, everyone.group), NAN, parts)
    lowest = min(range(len(shares)), key=lambda i: shares[i].value)
    made = _row((everyone.area, everyone.period, everyone.group), everyone.value - shares[lowest].value, parts)
    return made._replace(detail=groups[lowest], high=everyone.value, low=shares[lowest].value)


def _opinion(
    published: Published, key: Key, positive: Sequence[str], negative: Sequence[str], dont_know: Sequence[str]
) -> Derived:
    yes, no, unsure = (_sum(published, key, codes) for codes in (positive, negative, dont_know))
    opinion = yes.value + no.value
    if math.isnan(opinion) or opinion <= 0:
        return _row(key, NAN, [Point(row.value, row.status, row.source) for row in (yes, no)])
    made = _row(key, 100.0 * yes.value / opinion, [Point(0.0, row.status, row.source) for row in (yes, no)])
    made = made._replace(base=min(opinion / 100.0, 1.0), dont_know=unsure.value)
    total = opinion + (0.0 if math.isnan(unsure.value) else unsure.value)
    too_little = not math.isnan(unsure.value) and total < 100 - FAMILY_TOLERANCE
    if too_little or total > 100 + FAMILY_TOLERANCE:
        return made._replace(value=NAN, status="X", base=NAN, detail=f"{WITHDRAWN} {total:.1f} %")
    return made


def _sum(published: Published, key: Key, codes: Sequence[str]) -> Derived:
    points = [published.get(code, {}).get(key) for code in codes]
    value = math.fsum(_value(point) for point in points) if points else NAN
    return _row(key, value, points)._replace(base=1.0)


def _mean(key: Key, points: Sequence[Point | None], detail: str) -> Derived:
    value = math.fsum(_value(point) for point in points) / len(points)
    return _row(key, value, points)._replace(detail=detail)


def _row(key: Key, value: float, points: Iterable[Point | None]) -> Derived:
    """Return a value with its parts' status letters and sources; M where nothing says why it is missing."""
    given = [point for point in points if point is not None]
    letters = set("".join(point.status for point in given)) - {"A"}
    if math.isnan(value):
        letters |= set() if letters & _WITHOUT_VALUE else {"M"}
    else:
        letters -= _WITHOUT_VALUE
    sources = ", ".join(dict.fromkeys(point.source for point in given if point.source))
    return Derived(*key, value, "".join(sorted(letters)) or "A", sources)


def _values_of(published: Published, named: Iterable[object]) -> set[float]:
    """Return every number published for the measures among the arguments of a derivation."""
    names = (name for value in named for name in ((value,) if isinstance(value, str) else _texts(value)))
    return {point.value for name in names for point in published.get(name, {}).values()}


def _texts(value: object) -> tuple[str, ...]:
    return tuple(str(item) for item in value) if isinstance(value, tuple) else ()


def _rounded(rows: Sequence[Derived], known: set[float]) -> list[Derived]:
    """Return rows with their computed numbers at the declared digits; those in `known` are as published."""
    columns = []
    for name in _NUMBERS:
        exact = [getattr(row, name) for row in rows]
        rounded = digits.unit(exact).tolist()
        columns.append([one if one in known else other for one, other in zip(exact, rounded, strict=True)])
    numbers = zip(*columns, strict=True)
    return [row._replace(**dict(zip(_NUMBERS, found, strict=True))) for row, found in zip(rows, numbers, strict=True)]


def _value(point: Point | None) -> float:
    return NAN if point is None else point.value


def _keys(published: Published, measures: Sequence[str]) -> list[Key]:
    return list(dict.fromkeys(key for measure in measures for key in published.get(measure, {})))


def _available(series: Series, since: int, measure: str) -> Iterator[tuple[Key, list[Key]]]:
    """Yield each key with a value since a year, with the keys of the same area and group up to it, oldest first."""
    known: dict[tuple[str, str], list[Key]] = {}
    for key in sorted(key for key, point in series.items() if not math.isnan(point.value)):
        if _year(key[1], measure) >= since:
            known.setdefault((key[0], key[2]), []).append(key)
    for keys in known.values():
        for at, key in enumerate(keys):
            yield key, keys[: at + 1]


def _year(period: str, measure: str) -> int:
    if not period.isdigit():
        raise ValueError(f"measure {measure!r}: a mean over years needs years, not the period {period!r}")
    return int(period)


def _years(keys: Sequence[Key]) -> str:
    return ", ".join(key[1] for key in keys)


FUNCTIONS: Mapping[str, Callable[..., list[Derived]]] = {
    function.__name__: function
    for function in (
        as_published,
        share_with_opinion,
        share_of_all,
        mean_over_years,
        recent_mean,
        station_mean,
        share_of_maximum,
        group_difference,
        least_favoured_gap,
    )
}
