"""Audit of an index: statistics, correlations, reliability, and what happens when one indicator or place is left out.

Sheets are mappings of columns (equal lengths), ready for `pandas.DataFrame` or a CSV file. OECD/JRC handbook (2008),
steps 4 (multivariate analysis), 7 (robustness) and 8 (back to the data).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from config import digits
from indicators import screen, treat
from indicators.aggregate import rank
from indicators.framework import Framework
from indicators.hierarchy import Rule, aggregate_all
from indicators.tables import AnalysisError, Floats, Mask, Table, is_constant

Sheet = dict[str, list[object]]

_LOW_AVAILABLE, _LOW_NON_ZERO, _LOW_DISTINCT = 0.65, 0.5, 0.5  # shares below which a column is flagged
_FEWEST_PAIRS = 3


def statistics(table: Table, limits: treat.Limits | None = None) -> Sheet:
    """Return descriptive statistics, one row an indicator, in its unit; NaN where undefined.

    Columns: indicator, min, max, mean, median, sd (n - 1), skewness, kurtosis (see `treat`), counts available,
    non_zero, distinct, most_common, the same as shares (of places, else of available cells), and flags: "low" where a
    share is below 0.65 (available) or 0.5, "outliers" where skewness and kurtosis both fail `limits`, else "ok".
    """
    rows = [_described(values[~np.isnan(values)], len(table.rows)) for values in table.values.T]
    sheet: Sheet = {"indicator": list(table.columns), **_columns(rows)}
    skew, kurt = treat.shape(table.values)
    sheet |= {"skewness": skew.tolist(), "kurtosis": kurt.tolist()}
    for key, low in (("available", _LOW_AVAILABLE), ("non_zero", _LOW_NON_ZERO), ("distinct", _LOW_DISTINCT)):
        sheet[f"flag_{key}"] = ["ok" if row[f"share_{key}"] >= low else "low" for row in rows]
    passed = (limits or treat.Limits()).passed(skew, kurt)
    return sheet | {"flag_outliers": ["ok" if one else "outliers" for one in passed]}


def availability(table: Table) -> Sheet:
    """Return what is known of each place: place, counts missing, zero, missing_or_zero, shares available, non_zero."""
    counted = screen.availability(table.values)
    return {
        "place": list(table.rows),
        **({} if table.periods is None else {"period": list(table.periods)}),
        "missing": counted.missing.tolist(),
        "zero": counted.zero.tolist(),
        "missing_or_zero": (counted.missing + counted.zero).tolist(),
        "available": counted.available.tolist(),
        "non_zero": counted.non_zero.tolist(),
    }


def correlation(x: Floats, y: Floats, *, method: str = "pearson") -> Floats:
    """Return correlations of the columns of `x` (places, a) with those of `y` (places, b): (a, b), -1 to 1.

    Each pair uses the places where both have a value; NaN under 3 such places or when one side is constant there.
    `method` is pearson or spearman (Pearson on average ranks). Raises ValueError for another method.
    """
    if method not in ("pearson", "spearman"):
        raise ValueError(f"correlation: unknown method {method!r}; use pearson or spearman")
    prepared: Callable[[Floats], Floats] = _average_ranks if method == "spearman" else np.asarray
    return np.array([[_pair(a, b, prepared) for b in y.T] for a in x.T]).reshape(x.shape[1], y.shape[1])


def cronbach_alpha(values: Floats) -> float:
    """Return Cronbach's alpha of `values` (places, parts): k / (k - 1) * (1 - sum of variances / variance of the sum).

    Looks at complete rows; NaN for a single part, under 3 complete rows, or a constant sum. Normalise first: parts in
    different units make it meaningless. Cronbach (1951), Psychometrika 16.
    """
    complete, parts = values[~np.isnan(values).any(axis=1)], values.shape[1]
    if parts < 2 or len(complete) < _FEWEST_PAIRS:
        return float("nan")
    complete = complete / max(np.abs(complete).max(), 1.0)  # alpha has no scale, squares might overflow
    whole = complete.sum(axis=1)
    if is_constant(whole[:, None])[0]:
        return float("nan")
    return float(parts / (parts - 1) * (1.0 - complete.var(axis=0, ddof=1).sum() / whole.var(ddof=1)))


def reliability(scores: Table, framework: Framework) -> Sheet:
    """Return Cronbach's alpha of the children of each aggregate: aggregate, children (count), alpha."""
    codes = list(framework.children)
    families = [framework.children[code] for code in codes]
    alphas = [cronbach_alpha(scores.take_columns(family).values) for family in families]
    return {"aggregate": list(codes), "children": [len(family) for family in families], "alpha": list(alphas)}


def correlations(
    scores: Table,
    framework: Framework,
    *,
    method: str = "pearson",
    redundant: float = 0.92,
    contradiction: float = -0.4,
) -> Sheet:
    """Return correlations within and across levels: code, other, relation, correlation, flag.

    `scores` holds normalised indicators and all aggregates. Relations: "sibling" (same parent), "parent", "ancestor"
    (further up). Flags: "redundant" for siblings above `redundant` (they say the same twice), "contradiction" for
    siblings below `contradiction` and for a code that correlates negatively with its parent or an ancestor.
    """
    sheet: Sheet = {"code": [], "other": [], "relation": [], "correlation": [], "flag": []}
    values = {code: scores.column(code) for code in scores.columns}
    for code, other, relation in _pairs(framework):
        r = float(correlation(values[code][:, None], values[other][:, None], method=method)[0, 0])
        against = r < contradiction if relation == "sibling" else r < 0
        flag = "redundant" if relation == "sibling" and r > redundant else "contradiction" if against else ""
        for key, cell in zip(sheet, (code, other, relation, r, flag), strict=True):
            sheet[key].append(cell)
    return sheet


def leave_one_indicator_out(normalised: Table, framework: Framework, rules: Sequence[Rule], target: str) -> Sheet:
    """Return what each indicator does to the target: rank and score changes when it is left out.

    Columns: indicator, mean_rank_change and largest_rank_change (absolute, places), place (of the largest),
    mean_score_change (absolute, points), problem (why it cannot be left out, else ""). Weights of its siblings are
    renormalised; nothing is normalised anew.
    """
    base = aggregate_all(normalised, framework, rules).column(target)

    def without(code: str) -> Floats:
        left = framework.without([code])
        return aggregate_all(normalised.take_columns(left.indicators), left, rules).column(target)

    every = np.ones(len(normalised.rows), dtype=bool)
    changes = [_change(base, every, normalised, partial(without, code)) for code in framework.indicators]
    return {"indicator": list(framework.indicators), **_columns(changes)}


def leave_one_place_out(table: Table, rebuilt: Callable[[Mask], Floats], base: Floats) -> Sheet:
    """Return what each place does to the scores of the others: rank and score changes when it is left out.

    `rebuilt` gives the target's scores of the rows of `table` that a mask keeps, `base` those of all rows. Columns as
    in `leave_one_indicator_out`, with `left_out` first; all changes are 0 for an index on fixed goalposts. A place of a
    panel is left out in every period.
    """
    places = list(dict.fromkeys(table.rows))
    kept = [np.array([row != place for row in table.rows]) for place in places]
    changes = [_change(base, mask, table, partial(rebuilt, mask)) for mask in kept]
    return {"left_out": list(places), **_columns(changes)}


def _described(values: Floats, places: int) -> dict[str, float]:
    n = len(values)
    counts = np.unique(values, return_counts=True)[1]
    non_zero, distinct, common = int((values != 0).sum()), len(counts), int(counts.max(initial=0))
    known = n or np.nan
    return {
        "min": float(values.min()) if n else np.nan,
        "max": float(values.max()) if n else np.nan,
        "mean": float(values.mean()) if n else np.nan,
        "median": float(np.median(values)) if n else np.nan,
        "sd": float(values.std(ddof=1)) if n > 1 else np.nan,
        "available": n,
        "non_zero": non_zero,
        "distinct": distinct,
        "most_common": common,
        "share_available": n / places,
        "share_non_zero": non_zero / known,
        "share_distinct": distinct / known,
        "share_most_common": common / known,
    }


def _pair(x: Floats, y: Floats, prepared: Callable[[Floats], Floats]) -> float:
    both = ~np.isnan(x) & ~np.isnan(y)
    if both.sum() < _FEWEST_PAIRS:
        return float("nan")
    a, b = x[both], y[both]
    if is_constant(np.stack([a, b], axis=1)).any():
        return float("nan")
    a, b = _centred(prepared(a)), _centred(prepared(b))
    return float(np.clip((a @ b) / (np.sqrt(a @ a) * np.sqrt(b @ b)), -1.0, 1.0))


def _centred(values: Floats) -> Floats:
    """Return values around their mean, the largest at 1, so that squares neither overflow nor vanish."""
    around = values - values.mean()
    return np.asarray(around / np.abs(around).max())


def _average_ranks(values: Floats) -> Floats:
    ordered = np.sort(values)
    return (np.searchsorted(ordered, values, "left") + np.searchsorted(ordered, values, "right") + 1) / 2.0


def _pairs(framework: Framework) -> list[tuple[str, str, str]]:
    pairs = []
    for family in framework.children.values():
        pairs += [(one, other, "sibling") for at, one in enumerate(family) for other in family[at + 1 :]]
    for node in framework.nodes:
        above, relation = node.parent, "parent"
        while above:
            pairs.append((node.code, above, relation))
            above, relation = framework.by_code[above].parent, "ancestor"
    return pairs


def _change(base: Floats, kept: Mask, table: Table, rebuild: Callable[[], Floats]) -> Mapping[str, object]:
    """Compare the kept places' scores and their ranks among themselves before and after; name a failure."""
    undone = {"mean_rank_change": np.nan, "largest_rank_change": np.nan, "place": "", "mean_score_change": np.nan}
    try:
        after = rebuild()
    except AnalysisError as error:
        return undone | {"problem": str(error)}
    before, after = digits.scale(base[kept]), digits.scale(after)
    moved = np.abs(rank(after) - rank(before))
    if np.isnan(moved).all():
        return undone | {"problem": "no place is left with a score"}
    largest = int(np.nanargmax(moved))
    return {
        "mean_rank_change": float(np.nanmean(moved)),
        "largest_rank_change": float(moved[largest]),
        "place": table.row_label(int(np.flatnonzero(kept)[largest])) if moved[largest] > 0 else "",
        "mean_score_change": float(np.nanmean(np.abs(after - before))),
        "problem": "",
    }


def _columns(rows: Sequence[Mapping[str, object]]) -> Sheet:
    return {key: [row[key] for row in rows] for key in rows[0]}


def side_by_side(normalised: Table, scores: Table) -> Table:
    """Return one table with the normalised indicators and all aggregates, the `scores` of this module's functions."""
    return replace(
        normalised,
        columns=(*normalised.columns, *scores.columns),
        values=np.concatenate([normalised.values, scores.values], axis=1),
    )
