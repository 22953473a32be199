"""Results as sheets: mappings of columns of equal length, ready for `pandas.DataFrame` or a CSV file."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from config import digits
from indicators import replicate
from indicators.audit import Sheet
from indicators.framework import Framework, effective_weights
from indicators.replicate import Parameters, Replications
from indicators.sensitivity import Sensitivity
from indicators.tables import Mask, Table
from indicators.treat import Treatment

# Columns whose numbers are as the tables gave them, or are fixed already because they are used again.
_AS_GIVEN = frozenset({"min", "max", "weight"})
_FIXED = frozenset({"uncertainty_parameters", "uncertainty_scores"})


def fixed(name: str, sheet: Sheet) -> Sheet:
    """Return a sheet of that name with its computed numbers at the digits of `config.digits`."""
    if name in _FIXED:
        return sheet
    return {key: list(column) if key in _AS_GIVEN else _rounded(column) for key, column in sheet.items()}


def _rounded(column: Sequence[object]) -> list[object]:
    return [float(digits.scale(cell)) if isinstance(cell, float) else cell for cell in column]


def weights(framework: Framework) -> Sheet:
    """Return code, level, weight among siblings and effective weight in the whole, one row a node."""
    effective = effective_weights(framework)
    return {
        "code": list(effective),
        "level": [framework.by_code[code].level for code in effective],
        "weight": [framework.by_code[code].weight for code in effective],
        "effective_weight": list(effective.values()),
    }


def treatment(columns: tuple[str, ...], treated: Treatment) -> Sheet:
    """Return what treatment did, one row an indicator.

    Columns: indicator, winsorised (points), transformed, then passed, skewness and kurtosis before treatment, after
    winsorising and at the end.
    """
    sheet: Sheet = {
        "indicator": list(columns),
        "winsorised": treated.winsorised.tolist(),
        "transformed": treated.transformed.tolist(),
    }
    for stage, name in enumerate(("before", "winsorised", "after")):
        sheet[f"passed_{name}"] = treated.passed[stage].tolist()
        sheet[f"skewness_{name}"] = treated.skew[stage].tolist()
        sheet[f"kurtosis_{name}"] = treated.kurt[stage].tolist()
    return sheet


def imputed(table: Table, cells: Mask) -> Sheet:
    """Return the cells that were filled, one row a cell: place, indicator."""
    rows, columns = np.nonzero(cells)
    return {
        "place": [table.row_label(int(row)) for row in rows],
        "indicator": [table.columns[column] for column in columns],
    }


def uncertainty(built: Replications, parameters: Parameters, quantiles: object) -> dict[str, Sheet]:
    """Return the parameters, the scores of each replication (one column a place) and rank statistics by place."""
    low, high = quantiles if isinstance(quantiles, list) else (0.05, 0.95)
    labels = _labels(built)
    number = list(range(1, len(built.scores) + 1))
    columns = {label: scores.tolist() for label, scores in zip(labels, built.scores.T, strict=True)}
    ranks: Sheet = {"place": list(built.places)}
    ranks |= {} if built.periods is None else {"period": list(built.periods)}
    ranks |= {"score": built.nominal_scores.tolist()}
    ranks |= {key: one.tolist() for key, one in replicate.summary(built, (float(low), float(high))).items()}
    return {
        "uncertainty_parameters": replicate.parameter_columns(parameters),
        "uncertainty_scores": {"replication": [*number], **columns},
        "uncertainty_ranks": ranks,
    }


def sensitivity(found: Sensitivity) -> Sheet:
    """Return Sobol indices and their intervals by factor, and which other factors cannot be told from it.

    Columns: factor, first, first_low, first_high, total, total_low, total_high, not_distinguishable_from (factors whose
    total-order interval overlaps, separated by "; ").
    """
    count = len(found.factors)
    alike = [
        "; ".join(found.factors[b] for b in range(count) if b != a and not found.distinguishable(a, b))
        for a in range(count)
    ]
    names = ("first", "first_low", "first_high", "total", "total_low", "total_high")
    return {
        "factor": list(found.factors),
        **{name: getattr(found, name).tolist() for name in names},
        "not_distinguishable_from": list(alike),
    }


def _labels(built: Replications) -> list[str]:
    if built.periods is None:
        return list(built.places)
    return [f"{place} {period}" for place, period in zip(built.places, built.periods, strict=True)]
