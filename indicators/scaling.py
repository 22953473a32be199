"""Normalisation of the columns of a table by a recipe's options: directions, fixed ends, targets, reference rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from indicators import normalise
from indicators.framework import Framework
from indicators.tables import AnalysisError, ColumnError, Floats, Mask, Table, naming

Options = Mapping[str, object]

RANKED: Mapping[str, Callable[[Floats], Floats]] = {
    "rank": normalise.rank,
    "borda": normalise.borda,
    "percentile_rank": normalise.percentile_rank,
}
SCALED: Mapping[str, Callable[..., Floats]] = {
    "distance_to_maximum": normalise.distance_to_maximum,
    "fraction_of_maximum": normalise.fraction_of_maximum,
    "mazziotta_pareto": normalise.mazziotta_pareto,
}

# The methods with ends that the sample does not set, and what those ends are called.
ENDS: Mapping[str, str] = {
    "goalposts": "its goalposts",
    "adjusted_mazziotta_pareto": "its goalposts",
    "distance_to_target": "its target",
    "distance_to_place": "the value of the reference place",
}


def scaled(part: Table, options: Options, framework: Framework, base: Mask) -> Floats:
    """Return the normalised values of some columns by the completed options of one normalisation.

    `base` tells the rows that fix a sample-based scale. Raises AnalysisError naming method, indicator and place.
    """
    method = str(options["method"])
    with naming(f"normalise: {method}", part):
        if method == "goalposts":
            return _between_goalposts(part, options, framework)
        directions = framework.directions(part.columns)
        turned = normalise.directed(part.values, directions)
        if method in RANKED:
            if not base.all():
                raise AnalysisError(f"normalise: {method} has no scale that a base period could fix; pool the periods")
            return RANKED[method](turned)
        return _on_sample_scale(method, turned, turned[base], part, options, framework)


def _between_goalposts(part: Table, options: Options, framework: Framework) -> Floats:
    nodes = [framework.by_code[code] for code in part.columns]
    up = [node.direction == 1 for node in nodes]
    worst = np.array([node.lower if rising else node.upper for node, rising in zip(nodes, up, strict=True)])
    best = np.array([node.upper if rising else node.lower for node, rising in zip(nodes, up, strict=True)])
    whole = normalise.goalposts(part.values, worst, best, clip=False)
    _refuse_all_beyond(whole, 0.0, 100.0)
    clip = np.array([node.truncate if options["truncate"] is None else options["truncate"] for node in nodes])
    scale = np.array([node.scale if options["scale"] is None else float(str(options["scale"])) for node in nodes])
    return np.asarray(np.where(clip, np.clip(whole, 0.0, 100.0), whole) * (scale / 100.0))


def _on_sample_scale(
    method: str, turned: Floats, sample: Floats, part: Table, options: Options, framework: Framework
) -> Floats:
    directions = framework.directions(part.columns)
    nodes = [framework.by_code[code] for code in part.columns]
    if method == "minmax":
        low, high = _pair(options["range"])
        return normalise.minmax(turned, low, high, reference=sample)
    if method == "zscore":
        mean, sd = float(str(options["mean"])), float(str(options["sd"]))
        return normalise.zscore(turned, mean, sd, reference=sample)
    if method == "distance_to_target":
        targets = np.array([node.target for node in nodes]) * directions
        return normalise.distance_to_target(turned, targets, cap=bool(options["cap"]), reference=sample)
    if method == "distance_to_place":
        row = _row_of(part, str(options["place"]))
        return normalise.distance_to_place(turned, row, cap=bool(options["cap"]), reference=sample)
    if method == "adjusted_mazziotta_pareto":
        if options["ends"] == "sample":
            return normalise.minmax(turned, 70.0, 130.0, reference=sample)
        ends = np.array([(node.lower, node.upper)[:: node.direction] for node in nodes])
        made = normalise.adjusted_mazziotta_pareto(part.values, ends[:, 0], ends[:, 1])
        _refuse_all_beyond(made, 70.0, 130.0)
        return made
    return SCALED[method](turned, reference=sample)


def beyond(part: Table, options: Options, framework: Framework, base: Mask) -> tuple[int, bool]:
    """Return how many values of one column lie beyond the ends of its scale, and whether they are cut off there.

    Ends are goalposts, a target or a reference place (`ENDS`); a scale read from the sample has none. Errors as of
    `scaled`.
    """
    method = str(options["method"])
    if method not in ENDS or options.get("ends") == "sample":
        return 0, False
    node = framework.by_code[part.columns[0]]
    if method in ("goalposts", "adjusted_mazziotta_pareto"):
        outside = (part.values < node.lower) | (part.values > node.upper)
        truncated = node.truncate if options.get("truncate") is None else bool(options["truncate"])
        return int(outside.sum()), method == "goalposts" and truncated
    shares = scaled(part, {**options, "cap": False}, framework, base)
    return int((shares > 1.0).sum()), bool(options["cap"])


def _refuse_all_beyond(made: Floats, low: float, high: float) -> None:
    """Refuse columns whose values all lie beyond their goalposts: the ends are in another unit, or the wrong ones."""
    known = ~np.isnan(made)
    lost = known.any(axis=0) & ~(known & (made >= low) & (made <= high)).any(axis=0)
    if lost.any():
        raise ColumnError("has no value between its goalposts; check their unit", np.flatnonzero(lost).tolist())


def _row_of(part: Table, place: str) -> int:
    rows = [row for row, code in enumerate(part.rows) if code == place]
    if len(rows) != 1:
        raise AnalysisError(f"normalise: place '{place}' has {len(rows)} rows; a distance to it needs exactly one")
    return rows[0]


def _pair(value: object) -> tuple[float, float]:
    low, high = value if isinstance(value, list) else (0.0, 100.0)
    return float(low), float(high)
