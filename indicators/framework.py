"""The framework: which indicator belongs to which pillar, its direction and its weight; checked as a whole.

Read from a table with one row a code and the columns `Level` (1 = indicator, one more for each step up), `iCode`,
`Direction` (1 or -1), `Weight`, `Parent`, `Type` (Indicator, Aggregate, Group, Denominator) and, where wanted, `iName`,
`Unit`, `Target`, `Denominator` and `goalpost_lower`, `goalpost_upper`, `goalpost_scale`, `goalpost_trunc2posts`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from indicators.tables import AnalysisError, Floats, as_columns, is_missing, listed, number

if TYPE_CHECKING:
    import pandas as pd

REQUIRED = ("Level", "iCode", "Direction", "Weight", "Parent", "Type")
OPTIONAL = (
    *("iName", "Unit", "Target", "Denominator"),
    *("goalpost_lower", "goalpost_upper", "goalpost_scale", "goalpost_trunc2posts"),
)
TYPES = ("Indicator", "Aggregate", "Group", "Denominator")
Row = Mapping[str, object]


@dataclass(frozen=True)
class Node:
    """One indicator (level 1) or aggregate; `weight` is relative to its siblings, `parent` "" at the top.

    `target` and the goalposts are in the indicator's unit, NaN where none is given; `scale` is what the better
    goalpost scores and `truncate` whether scores stop at the goalposts.
    """

    code: str
    level: int
    direction: int
    weight: float
    parent: str
    kind: str
    name: str = ""
    unit: str = ""
    denominator: str = ""
    target: float = math.nan
    lower: float = math.nan
    upper: float = math.nan
    scale: float = 100.0
    truncate: bool = True


@dataclass(frozen=True)
class Framework:
    """Indicators and aggregates in the order of the table, and the codes of groups and denominators."""

    nodes: tuple[Node, ...]
    groups: tuple[str, ...] = ()
    denominators: tuple[str, ...] = ()

    @cached_property
    def by_code(self) -> Mapping[str, Node]:
        """Return the nodes by code."""
        return {node.code: node for node in self.nodes}

    @cached_property
    def height(self) -> int:
        """Return the highest level."""
        return max(node.level for node in self.nodes)

    @cached_property
    def indicators(self) -> tuple[str, ...]:
        """Return the codes of level 1."""
        return self.codes(1)

    @cached_property
    def children(self) -> Mapping[str, tuple[str, ...]]:
        """Return the codes below each aggregate."""
        return {
            node.code: tuple(child.code for child in self.nodes if child.parent == node.code)
            for node in self.nodes
            if node.level > 1
        }

    def codes(self, level: int) -> tuple[str, ...]:
        """Return the codes of one level in the order of the table."""
        return tuple(node.code for node in self.nodes if node.level == level)

    def weights(self, codes: Iterable[str]) -> Floats:
        """Return the relative weights of the given codes."""
        return np.array([self.by_code[code].weight for code in codes])

    def directions(self, codes: Iterable[str]) -> Floats:
        """Return 1.0 or -1.0 for each of the given codes."""
        return np.array([float(self.by_code[code].direction) for code in codes])

    def with_weights(self, weights: Mapping[str, float]) -> Framework:
        """Return the framework with some weights replaced; raises AnalysisError when siblings then sum to zero."""
        nodes = tuple(replace(node, weight=weights.get(node.code, node.weight)) for node in self.nodes)
        return checked(replace(self, nodes=nodes))

    def without(self, codes: Iterable[str]) -> Framework:
        """Return the framework without some codes; raises AnalysisError when an aggregate is left without children."""
        gone = set(codes)
        return checked(replace(self, nodes=tuple(node for node in self.nodes if node.code not in gone)))


def read(table: pd.DataFrame | Mapping[str, Sequence[object]]) -> Framework:
    """Return the framework of a table (pandas frame or mapping of columns) with the columns of this module.

    Raises AnalysisError listing every problem found: missing columns, bad cells, duplicated codes, missing parents,
    cycles, wrong levels, aggregates without children, weights that sum to zero.
    """
    columns = as_columns(table)
    missing = [name for name in REQUIRED if name not in columns]
    if missing:
        raise AnalysisError(f"framework: no column {listed(missing)}; it needs {', '.join(REQUIRED)}")
    rows = [dict(zip(columns, cells, strict=True)) for cells in zip(*columns.values(), strict=True)]
    nodes, problems = [], _type_problems(rows)
    for row in rows:
        if _text(row, "Type") in ("Indicator", "Aggregate"):
            try:
                nodes.append(_node(row))
            except AnalysisError as error:
                problems.append(str(error))
    _raise(problems)
    of_type = {kind: tuple(_text(row, "iCode") for row in rows if _text(row, "Type") == kind) for kind in TYPES}
    return checked(Framework(tuple(nodes), of_type["Group"], of_type["Denominator"]))


def checked(framework: Framework) -> Framework:
    """Return the framework unchanged when it is sound; else raise AnalysisError listing every problem."""
    problems: list[str] = []
    for check in _CHECKS:
        problems += check(framework)
        if problems:  # later checks would only repeat what an earlier one found
            break
    _raise(problems)
    return framework


def effective_weights(framework: Framework) -> dict[str, float]:
    """Return the share of each node in the whole: its weight among its siblings times its parent's effective weight.

    Siblings at the top share 1; the shares of each level sum to 1. OECD/JRC handbook (2008), step 6.
    """
    shares: dict[str, float] = {}
    for level in range(framework.height, 0, -1):
        for code in framework.codes(level):
            node = framework.by_code[code]
            siblings = [other.weight for other in framework.nodes if other.parent == node.parent]
            shares[code] = node.weight / sum(siblings) * (shares[node.parent] if node.parent else 1.0)
    return {node.code: shares[node.code] for node in framework.nodes}


def _node(row: Row) -> Node:
    code = _text(row, "iCode")
    post = {key: _number(row, key, code) for key in ("Target", "goalpost_lower", "goalpost_upper", "goalpost_scale")}
    return Node(
        code=code,
        level=_whole(row, "Level", code),
        direction=_whole(row, "Direction", code),
        weight=_number(row, "Weight", code),
        parent=_text(row, "Parent"),
        kind=_text(row, "Type"),
        name=_text(row, "iName"),
        unit=_text(row, "Unit"),
        denominator=_text(row, "Denominator"),
        target=post["Target"],
        lower=post["goalpost_lower"],
        upper=post["goalpost_upper"],
        scale=100.0 if math.isnan(post["goalpost_scale"]) else post["goalpost_scale"],
        truncate=_truth(row, "goalpost_trunc2posts", code),
    )


def _type_problems(rows: Sequence[Row]) -> list[str]:
    return [
        f"'{_text(row, 'iCode')}' has type '{_text(row, 'Type')}'; use one of {', '.join(TYPES)}"
        for row in rows
        if _text(row, "Type") not in TYPES
    ]


def _duplicated(framework: Framework) -> list[str]:
    codes = [node.code for node in framework.nodes] + [*framework.groups, *framework.denominators]
    return [f"code '{code}' occurs {codes.count(code)} times" for code in dict.fromkeys(codes) if codes.count(code) > 1]


def _bad_cells(framework: Framework) -> list[str]:
    problems = [] if framework.indicators else ["no indicator (level 1)"]
    for node in framework.nodes:
        if not node.code:
            problems.append("a row has no iCode")
        if node.direction not in (1, -1):
            problems.append(f"'{node.code}' has direction {node.direction}; use 1 or -1")
        if node.level > 1 and node.direction == -1:
            problems.append(f"'{node.code}' is an aggregate of direction -1; write 1 and turn its indicators instead")
        if not node.weight >= 0:
            problems.append(f"'{node.code}' has weight {node.weight:g}; use a number not below zero")
        if (node.level == 1) != (node.kind == "Indicator"):
            problems.append(f"'{node.code}' has level {node.level} and type {node.kind}; only indicators have level 1")
        if node.denominator and node.denominator not in framework.denominators:
            problems.append(
                f"'{node.code}' has denominator '{node.denominator}', which no row of type Denominator names"
            )
    return problems


def _missing_parents(framework: Framework) -> list[str]:
    known = framework.by_code
    return [
        f"'{node.code}' has parent '{node.parent}', which is not in the table"
        if node.parent
        else f"'{node.code}' of level {node.level} has no parent; only level {framework.height} may stand alone"
        for node in framework.nodes
        if node.parent not in known and (node.parent or node.level < framework.height)
    ]


def _cycles(framework: Framework) -> list[str]:
    for node in framework.nodes:
        path = [node.code]
        while (parent := framework.by_code[path[-1]].parent) and parent not in path:
            path.append(parent)
        if parent == node.code:
            return [f"cycle {' -> '.join([*path, parent])}; a code cannot be its own ancestor"]
    return []


def _wrong_levels(framework: Framework) -> list[str]:
    return [
        f"'{node.code}' of level {node.level} has parent '{node.parent}' of level "
        f"{framework.by_code[node.parent].level}; it must be of level {node.level + 1}"
        for node in framework.nodes
        if node.parent and framework.by_code[node.parent].level != node.level + 1
    ]


def _childless(framework: Framework) -> list[str]:
    return [f"aggregate '{code}' has no children" for code, below in framework.children.items() if not below]


def _zero_sums(framework: Framework) -> list[str]:
    parents = dict.fromkeys(node.parent for node in framework.nodes)
    return [
        f"the weights below '{parent}' sum to zero" if parent else "the weights of the top level sum to zero"
        for parent in parents
        if sum(node.weight for node in framework.nodes if node.parent == parent) == 0
    ]


_CHECKS: tuple[Callable[[Framework], list[str]], ...] = (
    *(_duplicated, _bad_cells, _missing_parents, _cycles),
    *(_wrong_levels, _childless, _zero_sums),
)


def _raise(problems: list[str]) -> None:
    if problems:
        raise AnalysisError("framework: " + "; ".join(problems))


def _text(row: Row, key: str) -> str:
    cell = row.get(key)
    return "" if is_missing(cell) else str(cell).strip()


def _number(row: Row, key: str, code: str) -> float:
    try:
        return number(row.get(key))
    except (ValueError, TypeError) as error:
        raise AnalysisError(f"'{code}' has {key} {row.get(key)!r}; use a number") from error


def _truth(row: Row, key: str, code: str) -> bool:
    """Return a cell that is true or false; true where it is empty. Spreadsheets write 1.0 and 0.0 as well."""
    word = _text(row, key).lower().removesuffix(".0")
    if word not in ("", "true", "1", "false", "0"):
        raise AnalysisError(f"'{code}' has {key} {row.get(key)!r}; use TRUE or FALSE")
    return word not in ("false", "0")


def _whole(row: Row, key: str, code: str) -> int:
    value = _number(row, key, code)
    if not value.is_integer():
        raise AnalysisError(f"'{code}' has {key} {row.get(key)!r}; use a whole number")
    return int(value)
