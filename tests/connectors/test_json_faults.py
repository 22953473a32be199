"""What a JSON reader would pass in silence is refused by its path."""

from __future__ import annotations

import json

import pytest
from hypothesis import given as supposing
from hypothesis import strategies as st

from connectors.errors import SourceChanged
from connectors.json_faults import fault
from connectors.unpack import json_value
from tests.connectors.given import payload

TREES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.sampled_from('ab":\\ ,e9')),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(st.sampled_from('ab":\\ ')), inner, max_size=4),
    max_leaves=20,
)  # fmt: skip


@pytest.mark.parametrize(
    "text,said",
    [
        ('{"a": 1, "a": 2}', "two values for the key 'a' at /"),
        ('{"a": 1, "a": true}', "two values for the key 'a' at /"),
        ('{"a": 1, "a": 1.0}', "two values for the key 'a' at /"),
        ('{"a": {"b": 1}, "a": {"b": 2}}', "two values for the key 'a' at /"),
        ('{"a": {"b": 1, "b": 2}, "a": 1, "a": 1}', "two values for the key 'a' at /"),
        ('{"a" : 1, "a":2}', "two values for the key 'a' at /"),
        ('{"a"\n: 1, "b": 3, "a"\t:2}', "two values for the key 'a' at /"),
        ('{"a": 1, "\\u0061": 2}', "two values for the key 'a' at /"),
        (
            '{"features": [{"x": 1}, {"properties": {"b": 1, "b": 2}}]}',
            "two values for the key 'b' at /features/1/properties",
        ),
        ('{"value": {"0": 1, "1": 2, "0": 3}}', "two values for the key '0' at /value"),
        ('{"said": "\\"b\\":", "b": 1, "b": 2}', "two values for the key 'b' at /"),
        ("[1, 1e999]", "a number beyond all numbers at /1"),
        ('{"a": {"b": -1e400}}', "a number beyond all numbers at /a/b"),
        ("[1e0000309]", "a number beyond all numbers at /0"),
        (f"[{'9' * 400}.5]", "a number beyond all numbers at /0"),
    ],
)
def test_it_is_refused_by_its_path(text, said):
    with pytest.raises(SourceChanged, match=said):
        json_value("office", payload("table", text.encode()))


@pytest.mark.parametrize(
    "text",
    [
        '{"a": "1e999"}',
        '{"a": "\\"a\\":"}',
        '{"a": 1e300}',
        "[]",
        '{"a": {"a": 1}}',
        '{"a": 1, "a": 1}',
        '{"a": {"b": [1, 2]}, "a": {"b": [1, 2]}}',
    ],
)
def test_what_only_looks_so_is_read(text):
    assert json_value("office", payload("table", text.encode())) == json.loads(text)


@supposing(TREES, st.sampled_from([None, 1]), st.booleans())
def test_whatever_is_written_once_has_no_fault(tree, indent, ascii_only):
    written = json.dumps(tree, indent=indent, ensure_ascii=ascii_only)
    assert fault(written, json.loads(written)) == ""


@supposing(st.lists(st.sampled_from("abcd"), min_size=1, max_size=6), st.sampled_from([":", " :", "\n :"]))
def test_a_key_is_found_wherever_it_stands_twice(keys, colon):
    written = "{" + ",".join(f'"{key}"{colon}{value}' for value, key in enumerate(keys)) + "}"
    assert bool(fault(written, json.loads(written))) == (len(set(keys)) < len(keys))
