"""Denomination: values per head, per euro or per square kilometre, so that size does not pass for merit."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from indicators.tables import AnalysisError, Table


def denominate(table: Table, denominators: Table, by: Mapping[str, str]) -> Table:
    """Divide each column by the denominator column named for it: x / d, in units of x per unit of d.

    `table` and `denominators` have the same rows; `by` maps indicator code to denominator code, other columns stay as
    they are. A missing denominator makes the value missing. OECD/JRC handbook (2008), step 2 (scaling of variables).
    Raises AnalysisError for an unknown code and, naming indicator and place, for a denominator that is not positive.
    """
    values = table.values.copy()
    for code, divisor in by.items():
        if code not in table.columns or divisor not in denominators.columns:
            raise AnalysisError(f"denominate: no indicator '{code}' or no denominator '{divisor}'")
        column, below = table.columns.index(code), denominators.column(divisor)
        bad = np.flatnonzero((below <= 0) & ~np.isnan(values[:, column]))
        if bad.size:
            raise AnalysisError(
                f"denominate: indicator '{code}' at '{table.row_label(int(bad[0]))}': denominator '{divisor}' is "
                f"{below[bad[0]]:g}; it must be above zero"
            )
        values[:, column] = values[:, column] / below
    return table.with_values(values)
