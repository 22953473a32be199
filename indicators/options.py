"""What a recipe may say: every step, method and option, with the kind of value it takes and its default.

This table is the single list of options: the recipe is checked against it, defaults come from it, and the record of a
run writes out the completed options.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from indicators import treat
from indicators.hierarchy import METHODS

Kind = Callable[[object], bool]


class Required:
    """Stands where an option has no default."""


REQUIRED = Required()


@dataclass(frozen=True)
class Option:
    """One option: the test its value must pass, that test in words, and the default."""

    kind: Kind
    words: str
    default: object = REQUIRED


def is_number(value: object) -> bool:
    """Tell whether a value is a finite number and not a truth value."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < float("inf")


def is_whole(value: object) -> bool:
    """Tell whether a value is a whole number not below zero."""
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def is_share(value: object) -> bool:
    """Tell whether a value is a number from 0 to 1."""
    return is_number(value) and 0 <= value <= 1  # type: ignore[operator]


def is_word(value: object) -> bool:
    """Tell whether a value is a text."""
    return isinstance(value, str)


def is_codes(value: object) -> bool:
    """Tell whether a value is a list of texts."""
    return isinstance(value, list) and all(isinstance(code, str) for code in value)


def is_mapping(value: object) -> bool:
    """Tell whether a value is a table of named entries."""
    return isinstance(value, Mapping) and all(isinstance(key, str) for key in value)


def one_of(*words: str, default: object = REQUIRED) -> Option:
    """Return an option that takes one of the given words."""
    return Option(lambda value: value in words, "one of " + ", ".join(words), default)


def _number(default: object = REQUIRED) -> Option:
    return Option(is_number, "a number", default)


def _positive(default: object = REQUIRED) -> Option:
    return Option(lambda value: is_number(value) and value > 0, "a number above zero", default)  # type: ignore[operator]


def _whole(default: object = REQUIRED) -> Option:
    return Option(is_whole, "a whole number, 0 or more", default)


def _share(default: object = REQUIRED) -> Option:
    return Option(is_share, "a number from 0 to 1", default)


def _flag(*, default: bool) -> Option:
    return Option(lambda value: isinstance(value, bool), "true or false", default)


def _optional(option: Option) -> Option:
    return Option(lambda value: value is None or option.kind(value), option.words, None)


def _by_level(option: Option) -> Option:
    """Return an option that takes one value, or a list with one value for each level above the first."""

    def kind(value: object) -> bool:
        return all(option.kind(one) for one in value) if isinstance(value, list) else option.kind(value)

    return Option(kind, f"{option.words}, or a list with one for each level above the first", option.default)


def _is_range(value: object) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(map(is_number, value)) and value[0] < value[1]


_CODES = Option(is_codes, "a list of codes", [])
_TABLE = Option(is_mapping, "a table with one entry a code", {})
_CAP = _flag(default=False)

# Options of each step whatever its method. The default of `method` is the method used when none is named.
STEP_OPTIONS: Mapping[str, Mapping[str, Option]] = {
    "denominate": {"by": Option(is_mapping, "a table indicator = denominator", None)},
    "screen": {
        "of": one_of("places", "indicators", default="places"),
        "min_available": _share(0.0),
        "min_non_zero": _share(0.0),
        "keep": _CODES,
        "drop": _CODES,
    },
    "impute": {},
    "treat": {
        "winsorise_max": _whole(5),
        "skewness": _positive(2.0),
        "kurtosis": _number(3.5),
        "transform": one_of(*treat.TRANSFORMS, "none", default="log_ct"),
        "force": _flag(default=False),
        "indicators": _TABLE,
    },
    "normalise": {"indicators": _TABLE},
    "weight": {"level": _whole(1)},
    "aggregate": {
        "method": _by_level(one_of(*METHODS, default="arithmetic")),
        "min_share": _by_level(_share(0.0)),
        "by_weight": _flag(default=False),
        "floor": _by_level(_optional(_positive())),
        "power": _by_level(_optional(_number())),
        "sign": Option(lambda value: value in (1, -1), "1 or -1", -1),
    },
}

# Steps that take a `method`, and the further options of each method.
METHOD_OPTIONS: Mapping[str, Mapping[str, Mapping[str, Option]]] = {
    "impute": {
        "group_mean": {"group": _optional(Option(is_word, "the code of a group column"))},
        "group_median": {"group": _optional(Option(is_word, "the code of a group column"))},
        "em": {"within": one_of("parent", "all", default="parent")},
        "last_value": {"max_age": _optional(_whole())},
    },
    "normalise": {
        "minmax": {"range": Option(_is_range, "two rising numbers", [0, 100])},
        "zscore": {"mean": _number(0.0), "sd": _positive(1.0)},
        "rank": {},
        "borda": {},
        "percentile_rank": {},
        "distance_to_maximum": {},
        "distance_to_target": {"cap": _CAP},
        "distance_to_place": {"place": Option(is_word, "the code of a place"), "cap": _CAP},
        "fraction_of_maximum": {},
        "goalposts": {"truncate": _optional(_flag(default=True)), "scale": _optional(_positive())},
        "mazziotta_pareto": {},
        "adjusted_mazziotta_pareto": {"ends": one_of("goalposts", "sample", default="goalposts")},
    },
    "weight": {
        "equal": {},
        "given": {"weights": Option(is_mapping, "a table code = weight")},
        "principal_component": {},
        "squared_loadings": {},
        "correlation_balanced": {},
    },
}

_VARY = Option(lambda value: isinstance(value, list), "a list of tables", [])

# Sections of a recipe besides its steps.
SECTIONS: Mapping[str, Mapping[str, Option]] = {
    "panel": {"scale": Option(is_word, "pooled, or the period that fixes the scale", "pooled")},
    "audit": {
        "correlation": one_of("pearson", "spearman", default="pearson"),
        "redundant": _share(0.92),
        "contradiction": Option(lambda v: is_number(v) and -1 <= v <= 0, "a number from -1 to 0", -0.4),  # type: ignore[operator]
        "leave_one_out": _flag(default=True),
        "target": _optional(Option(is_word, "the code of an aggregate")),
    },
    "uncertainty": {
        "draws": Option(lambda value: is_whole(value) and value != 0, "a whole number above zero", 1000),
        "seed": _whole(1),
        "target": _optional(Option(is_word, "the code of an aggregate")),
        "quantiles": Option(lambda v: _is_range(v) and all(map(is_share, v)), "two rising shares", [0.05, 0.95]),  # type: ignore[call-overload]
        "replay": _optional(Option(is_word, "the path of a file of parameters")),
        "vary": _VARY,
    },
    "sensitivity": {
        "samples": Option(lambda v: is_whole(v) and v >= 2 and v & (v - 1) == 0, "a power of two", 512),  # type: ignore[operator]
        "seed": _whole(1),
        "target": _optional(Option(is_word, "the code of an aggregate")),
        "confidence": _share(0.95),
        "resamples": Option(lambda value: is_whole(value) and value != 0, "a whole number above zero", 200),
        "weight_sets": Option(lambda value: is_whole(value) and value != 0, "a whole number above zero", 256),
        "vary": _VARY,
    },
}


def problems_with(given: Mapping[str, object], allowed: Mapping[str, Option]) -> list[str]:
    """Return a sentence for each unknown key, missing required key and value of the wrong kind."""
    problems = [
        f"unknown option '{key}'; choose from {', '.join(allowed) or 'none'}" for key in given if key not in allowed
    ]
    problems += [
        f"option '{key}' is missing; give {option.words}"
        for key, option in allowed.items()
        if option.default is REQUIRED and key not in given
    ]
    wrong = [key for key, value in given.items() if key in allowed and not allowed[key].kind(value)]
    return problems + [f"option '{key}' is {given[key]!r}; give {allowed[key].words}" for key in wrong]


def completed(given: Mapping[str, object], allowed: Mapping[str, Option]) -> dict[str, object]:
    """Return the given options with defaults for those left out, in the order of the table of options."""
    return {key: given.get(key, option.default) for key, option in allowed.items()}


def of_step(name: str, method: object) -> Mapping[str, Option]:
    """Return every option of a step with a given method."""
    methods = METHOD_OPTIONS.get(name)
    if methods is None:
        return STEP_OPTIONS[name]
    return {"method": one_of(*methods), **methods.get(str(method), {}), **STEP_OPTIONS[name]}
