"""The framework table: what is read from it, and every fault in it named."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators import framework
from indicators.tables import AnalysisError
from tests.indicators.toys import CODES, meta


def test_a_sound_table_gives_levels_children_and_denominators():
    read = framework.read(meta())
    assert read.indicators == CODES
    assert read.height == 3
    assert dict(read.children) == {"P": ("a", "b"), "Q": ("c", "d"), "T": ("P", "Q")}
    assert (read.groups, read.denominators) == (("group",), ("people",))
    assert read.by_code["c"].direction == -1
    assert read.by_code["a"].upper == 100


def test_a_pandas_frame_reads_like_a_mapping_of_columns():
    frame = pd.DataFrame({key: pd.Series(cells, dtype=object) for key, cells in meta().items()})
    assert repr(framework.read(frame)) == repr(framework.read(meta()))  # NaN is not equal to itself


FAULTS = {
    "missing parent": ({"Parent": {"a": "X"}}, "'a' has parent 'X', which is not in the table"),
    "no parent": ({"Parent": {"a": ""}}, "'a' of level 1 has no parent"),
    "cycle": ({"Parent": {"T": "P"}}, "cycle P -> T -> P"),
    "itself": ({"Parent": {"T": "T"}}, "cycle T -> T"),
    "duplicated code": ({"iCode": {"b": "a"}}, "code 'a' occurs 2 times"),
    "group like an indicator": ({"iCode": {"group": "a"}}, "code 'a' occurs 2 times"),
    "weight sum zero": ({"Weight": {"a": 0, "b": 0}}, "the weights below 'P' sum to zero"),
    "top weight zero": ({"Weight": {"T": 0}}, "the weights of the top level sum to zero"),
    "negative weight": ({"Weight": {"a": -1}}, "'a' has weight -1"),
    "no weight": ({"Weight": {"a": ""}}, "'a' has weight nan"),
    "weight is text": ({"Weight": {"a": "one"}}, "'a' has Weight 'one'"),
    "direction of an aggregate": (
        {"Direction": {"P": -1}},
        "'P' is an aggregate of direction -1; write 1 and turn its indicators instead",
    ),
    "truncation": (
        {"goalpost_trunc2posts": ["", "no"] + [""] * 7},
        "'b' has goalpost_trunc2posts 'no'; use TRUE or FALSE",
    ),
    "direction": ({"Direction": {"a": 0}}, "'a' has direction 0"),
    "no direction": ({"Direction": {"a": ""}}, "'a' has Direction ''"),
    "level skipped": ({"Parent": {"a": "T"}}, "'a' of level 1 has parent 'T' of level 3"),
    "childless": ({"Parent": {"a": "Q", "b": "Q"}}, "aggregate 'P' has no children"),
    "type": ({"Type": {"a": "indicator"}}, "'a' has type 'indicator'"),
    "level of an aggregate": ({"Level": {"P": 1}}, "'P' has level 1 and type Aggregate"),
    "level is no number": ({"Level": {"P": 1.5}}, "'P' has Level 1.5"),
    "denominator": ({"Denominator": {"a": "area"}}, "'a' has denominator 'area'"),
    "infinite weight": ({"Weight": {"a": "inf"}}, "'a' has Weight 'inf'"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_named(fault):
    changed, message = FAULTS[fault]
    with pytest.raises(AnalysisError, match="framework") as caught:
        framework.read(meta(**changed))
    assert message in str(caught.value)


def test_every_fault_of_a_kind_is_listed_at_once():
    with pytest.raises(AnalysisError) as caught:
        framework.read(meta(Parent={"a": "X", "d": "Y"}))
    assert "'a' has parent 'X'" in str(caught.value)
    assert "'d' has parent 'Y'" in str(caught.value)


def test_a_missing_column_is_named():
    columns = meta()
    del columns["Parent"]
    with pytest.raises(AnalysisError, match="no column 'Parent'"):
        framework.read(columns)


def test_effective_weights_multiply_down_the_levels():
    effective = framework.effective_weights(framework.read(meta(Weight={"a": 3, "b": 1, "P": 1, "Q": 3})))
    assert effective["T"] == 1
    assert effective["P"] == 1 / 4
    assert effective["a"] == 3 / 4 * 1 / 4
    assert effective["c"] == 1 / 2 * 3 / 4


@given(st.lists(st.floats(0.01, 100), min_size=6, max_size=6))
def test_effective_weights_of_each_level_sum_to_one(weights):
    changed = dict(zip(["a", "b", "c", "d", "P", "Q"], weights, strict=True))
    read = framework.read(meta(Weight=changed))
    effective = framework.effective_weights(read)
    for level in (1, 2, 3):
        assert sum(effective[code] for code in read.codes(level)) == pytest.approx(1, abs=1e-12)


def test_leaving_out_the_last_child_is_refused():
    read = framework.read(meta()).without(["a"])
    assert read.children["P"] == ("b",)
    with pytest.raises(AnalysisError, match="aggregate 'P' has no children"):
        read.without(["b"])
