"""Whatever the recipe and the data: a finished analysis, or an error that names the culprit; never a silent gap."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from indicators import analyse, hierarchy, options, treat
from indicators.tables import AnalysisError
from tests.indicators.toys import CODES, PLACES, meta, values

cells = st.one_of(
    st.floats(-100, 100).map(lambda x: round(x, 1)),
    st.sampled_from([0.0, 1.0, 1e-100, 1e100, -1e100, None]),
)
columns = st.lists(cells, min_size=6, max_size=6)
imputations = st.sampled_from(
    [
        {"method": "group_mean", "group": "group"},
        {"method": "group_median"},
        {"method": "em"},
        {"method": "em", "within": "all"},
    ]
)
treatments = st.builds(
    lambda most, transform: {"winsorise_max": most, "transform": transform, "skewness": 0.5, "kurtosis": 0.5},
    st.integers(0, 6),
    st.sampled_from([*treat.TRANSFORMS, "none"]),
)
normalisations = st.sampled_from(
    [
        {"method": method, **({"place": "GNT"} if method == "distance_to_place" else {})}
        for method in options.METHOD_OPTIONS["normalise"]
    ]
)
weightings = st.sampled_from([method for method in options.METHOD_OPTIONS["weight"] if method != "given"])
aggregations = st.builds(
    lambda method, share: {"method": method, "min_share": share, "power": 2},
    st.sampled_from(list(hierarchy.METHODS)),
    st.sampled_from([0, 0.5, 1]),
)


@st.composite
def recipes(draw):
    def maybe(name, strategy):
        return [{"step": name, **draw(strategy)}] if draw(st.booleans()) else []

    weighting = [{"step": "weight", "method": draw(weightings), "level": draw(st.integers(1, 2))}]
    return [
        *maybe("denominate", st.just({"by": {"a": "people"}})),
        *maybe("screen", st.just({"min_available": 0.5})),
        *maybe("impute", imputations),
        *maybe("treat", treatments),
        {"step": "normalise", **draw(normalisations)},
        *(weighting if draw(st.booleans()) else []),
        {"step": "aggregate", **draw(aggregations)},
    ]


@settings(max_examples=60)
@given(recipes(), st.fixed_dictionaries(dict.fromkeys(CODES, columns)))
def test_any_recipe_on_any_data_finishes_or_names_the_culprit(steps, data):
    try:
        found = analyse.analyse(values(**data), meta(), {"steps": steps, "audit": {}})
    except AnalysisError as error:
        message = str(error)
        named = [*(f"'{code}'" for code in (*CODES, "P", "Q", "T", *PLACES)), "EM", "weights", "none of the"]
        assert any(name in message for name in named), message
        return
    scores = found.stages["aggregated"]
    assert not np.isinf(scores.values).any()
    for code in scores.columns:
        gaps = np.isnan(scores.column(code))
        noted = any(note.startswith(f"aggregate: '{code}' has too little") for note in found.notes)
        assert noted == gaps.any()
    np.testing.assert_array_equal(np.isnan(found.stages["ranks"].values), np.isnan(scores.values))
