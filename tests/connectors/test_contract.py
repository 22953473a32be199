"""Every source of config/sources has its module, its payloads, and a parser that is pure and never fails in silence."""

from __future__ import annotations

import gzip
import hashlib
import importlib
import inspect
import io
from pathlib import Path

import pandas as pd
import pytest

from config.schema import OBSERVATION_COLUMNS, OBSERVATION_KEY, Payload, Source
from connectors.contract import Get, Observations
from connectors.errors import ConnectorError
from tests.connectors.given import source

ROOT = Path(__file__).resolve().parents[2]
SOURCE_FILES = sorted((ROOT / "config" / "sources").glob("*.yaml"))
PAYLOADS = ROOT / "tests" / "payloads"
HTML = b"<!DOCTYPE html>\n<html><head><title>Maintenance</title></head><body>Back soon</body></html>\n"


def source_of(path: Path) -> Source:
    return source(path.stem)


def payload_files(source_id: str) -> list[Path]:
    return sorted(p for p in (PAYLOADS / source_id).glob("*") if p.is_file())


def payload(path: Path, content: bytes | None = None) -> Payload:
    content = path.read_bytes() if content is None else content
    return Payload(
        dataset=path.name.split(".")[0],
        content=content,
        url=f"https://publisher.example/{path.name}",
        retrieved_at="2026-01-01T00:00:00Z",
        sha256=hashlib.sha256(content).hexdigest(),
    )


def cut(content: bytes) -> bytes:
    """Half of the file, never ending at a line end (a file cut between two lines is a shorter file)."""
    packed = content.startswith(b"\x1f\x8b")
    plain = gzip.decompress(content) if packed else content
    half = plain[: len(plain) // 2].rstrip(b"\r\n")
    return gzip.compress(half, mtime=0) if packed else half


each_source = pytest.mark.parametrize("path", SOURCE_FILES, ids=lambda p: p.stem)
each_payload = pytest.mark.parametrize(
    "path,file", [(s, f) for s in SOURCE_FILES for f in payload_files(s.stem)], ids=lambda p: p.name
)


def test_there_are_sources():
    assert SOURCE_FILES


@each_source
def test_a_source_has_a_module_with_its_name_and_the_two_verbs(path):
    module = importlib.import_module(f"connectors.{path.stem}")
    assert path.stem == module.SOURCE_ID
    assert inspect.get_annotations(module.fetch, eval_str=True) == {
        "get": Get, "source": Source, "return": list[Payload]
    }  # fmt: skip
    assert inspect.get_annotations(module.parse, eval_str=True) == {
        "payloads": list[Payload], "source": Source, "return": Observations
    }  # fmt: skip
    assert list(inspect.signature(module.fetch).parameters) == ["get", "source"]
    assert list(inspect.signature(module.parse).parameters) == ["payloads", "source"]


@each_source
def test_a_source_has_a_payload_for_each_of_its_datasets(path):
    covered = {file.name.split(".")[0] for file in payload_files(path.stem)}
    assert covered == set(source_of(path).datasets)


@each_payload
def test_parse_gives_declared_measures_in_the_agreed_columns(path, file):
    source = source_of(path)
    frame = importlib.import_module(f"connectors.{path.stem}").parse([payload(file)], source)
    declared = source.datasets[payload(file).dataset].measures
    assert tuple(frame.columns) == OBSERVATION_COLUMNS
    assert len(frame) > 0
    assert set(frame["measure"]) <= set(declared)
    assert frame["obs_value"].dtype == float
    assert frame["obs_value"].notna().any()
    assert not frame.duplicated(list(OBSERVATION_KEY)).any()
    assert set(frame["source"]) == {source.id}
    assert frame["unit"].equals(
        frame["measure"].map({k: m.unit for k, m in declared.items()}).astype(frame["unit"].dtype)
    )
    without = frame["obs_value"].isna()
    assert frame.loc[without, "obs_status"].str.contains("[MQX]").all()
    assert frame[list(OBSERVATION_KEY)].equals(frame[list(OBSERVATION_KEY)].sort_values(list(OBSERVATION_KEY)))


@each_payload
def test_parse_gives_the_same_twice_and_leaves_its_payloads_alone(path, file):
    module, source = importlib.import_module(f"connectors.{path.stem}"), source_of(path)
    given = [payload(file)]
    first, second = module.parse(given, source), module.parse(given, source)
    pd.testing.assert_frame_equal(first, second)
    assert first.attrs == second.attrs
    assert given == [payload(file)]


@each_payload
@pytest.mark.parametrize("fault", ["cut", "cut stream", "empty", "blank", "page", "packed page"])
def test_a_broken_answer_is_a_connector_error_that_names_source_and_dataset(path, file, fault):
    content = file.read_bytes()
    broken = {
        "cut": cut(content),
        "cut stream": gzip.compress(content, mtime=0)[: -(len(content) // 8 + 9)],
        "empty": b"",
        "blank": b"\n",
        "page": HTML,
        "packed page": gzip.compress(HTML, mtime=0),
    }[fault]
    module = importlib.import_module(f"connectors.{path.stem}")
    with pytest.raises(ConnectorError) as caught:
        module.parse([payload(file, broken)], source_of(path))
    assert caught.value.source_id == path.stem
    assert payload(file).dataset in str(caught.value)


@each_source
def test_no_payload_at_all_is_refused(path):
    with pytest.raises(ConnectorError):
        importlib.import_module(f"connectors.{path.stem}").parse([], source_of(path))


def test_cutting_keeps_a_packed_file_packed():
    packed = gzip.compress(b"a,b\n1,2\n", mtime=0)
    assert gzip.GzipFile(fileobj=io.BytesIO(cut(packed))).read() == b"a,b"
