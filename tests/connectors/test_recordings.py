"""A recordings file feeds the connectors from disk; a wrong one is refused with its line and what to write instead."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest

from connectors.recordings import RecordingsError, read
from tests.connectors.given import loaded

ROOT = Path(__file__).resolve().parents[2]
SOURCES = loaded().sources
HEADER = "source,dataset,path,url,retrieved_at\n"
URL = "https://ec.europa.eu/eurostat/databrowser/view/urb_percep"


@pytest.fixture
def recordings(tmp_path):
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "a.tsv").write_bytes(b"a\tb\n")

    def write(text):
        file = tmp_path / "recordings.csv"
        file.write_text(text, encoding="utf-8")
        return file

    return write


def test_a_row_becomes_a_payload_of_its_source(recordings):
    file = recordings(f"{HEADER}eurostat,urb_percep,files/a.tsv,{URL},2023-08-31\n")
    (payload,) = read(file, SOURCES)["eurostat"]
    assert payload.dataset == "urb_percep"
    assert payload.content == b"a\tb\n"
    assert payload.url == URL
    assert payload.retrieved_at == "2023-08-31"
    assert payload.sha256 == sha256(b"a\tb\n").hexdigest()


def test_a_dataset_may_come_in_parts_and_keeps_their_order(recordings, tmp_path):
    (tmp_path / "files" / "b.tsv").write_bytes(b"second\n")
    row = f"eurostat,urb_percep,files/%s.tsv,{URL},2023-08-31\n"
    payloads = read(recordings(HEADER + row % "b" + row % "a"), SOURCES)["eurostat"]
    assert [p.content for p in payloads] == [b"second\n", b"a\tb\n"]


@pytest.mark.parametrize(
    "given,kept",
    [
        ("2025-11-22", "2025-11-22"),
        ("2025-11-22T07:18:07Z", "2025-11-22T07:18:07Z"),
        ("2025-11-22T08:18:07+01:00", "2025-11-22T07:18:07Z"),
    ],
)
def test_a_date_gains_no_hour_and_a_time_is_told_in_utc(recordings, given, kept):
    file = recordings(f"{HEADER}eurostat,urb_percep,files/a.tsv,{URL},{given}\n")
    assert read(file, SOURCES)["eurostat"][0].retrieved_at == kept


@pytest.mark.parametrize(
    "line,cause",
    [
        (
            f"eurostat,urb_percep,files/none.tsv,{URL},2023-08-31",
            r"line 3: path 'files/none\.tsv': there is no such file",
        ),
        (f"eurostat,urb_percep,files,{URL},2023-08-31", "line 3: path 'files': Is a directory"),
        (f"eurostat,urb_percep,files/*.tsv,{URL},2023-08-31", "no such file"),
        (f"eurostat,urb_percep,$HOME/a.tsv,{URL},2023-08-31", "no such file"),
        (f"euro,urb_percep,files/a.tsv,{URL},2023-08-31", "line 3: unknown source 'euro'; write one of .*eurostat"),
        (f"eurostat,urb,files/a.tsv,{URL},2023-08-31", "line 3: unknown dataset 'urb' of eurostat; write one of crim"),
        (
            f"eurostat,urb_percep,files/a.tsv,{URL},31/08/2023",
            "retrieved_at '31/08/2023' is no ISO date; write 2026-01",
        ),
        (f"eurostat,urb_percep,files/a.tsv,{URL},2023-08-31T10:00:00", "no time zone; write 2023-08-31T10:00:00Z"),
        (f"eurostat,urb_percep,files/a.tsv,{URL},", "no ISO date"),
        ("eurostat,urb_percep,files/a.tsv,file:///etc/passwd,2023-08-31", "no web address"),
        ("eurostat,urb_percep,files/a.tsv", "line 3: 5 cells are needed"),
        (f"eurostat,urb_percep,files/a.tsv,{URL},2023-08-31,more", "line 3: 5 cells are needed"),
    ],
)
def test_a_wrong_row_is_refused_with_its_line(recordings, line, cause):
    good = f"eurostat,urb_percep,files/a.tsv,{URL},2023-08-31\n"
    with pytest.raises(RecordingsError, match=cause):
        read(recordings(HEADER + good + line + "\n"), SOURCES)


@pytest.mark.parametrize(
    "text,cause", [("", "the header is"), (HEADER, "no rows"), ("source,path\n", "write source,dataset")]
)
def test_a_file_without_rows_or_header_is_refused(recordings, text, cause):
    with pytest.raises(RecordingsError, match=cause):
        read(recordings(text), SOURCES)


def test_a_missing_recordings_file_is_refused_by_name(tmp_path):
    with pytest.raises(RecordingsError, match=r"there is no file .*none\.csv"):
        read(tmp_path / "none.csv", SOURCES)


def test_the_projects_own_recordings_are_sorted_and_name_declared_datasets():
    lines = (ROOT / "tests" / "recordings.csv").read_text(encoding="utf-8").splitlines()
    keys = [tuple(line.split(",")[:3]) for line in lines[1:]]
    assert keys == sorted(keys)
    assert all(dataset in SOURCES[source].datasets for source, dataset, _ in keys)


@pytest.mark.recorded
def test_the_projects_own_recordings_are_all_there(recorded, tmp_path):
    text = (ROOT / "tests" / "recordings.csv").read_text(encoding="utf-8")
    file = tmp_path / "recordings.csv"
    file.write_text(text.replace("../../shared/data", str(recorded)), encoding="utf-8")
    payloads = read(file, SOURCES)
    assert set(payloads) == {source for source, chosen in SOURCES.items() if chosen.default_on}
