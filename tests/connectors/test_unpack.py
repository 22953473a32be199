"""What a packed, mislabelled or wrongly encoded file is refused with: the real cause and what to do."""

from __future__ import annotations

import gzip
import io
import zipfile

import pytest

from connectors.archive import table_text
from connectors.errors import BeyondLimits, SourceChanged
from connectors.unpack import UnpackError, body, encoding_of, gunzip, sheets, text
from tests.connectors.given import payload

WORDS = "commune;valeur\nLiège;1\nSaint-Josse-ten-Noode;2\nÉghezée;3\nCœur d’Uccle;4\n"


def a_zip(**members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for name, content in members.items():
            file.writestr(name.replace("_", "."), content)
    return out.getvalue()


@pytest.mark.parametrize("content", [a_zip(data_xml=b"<mes:GenericData/>", structure_xml=b"<mes:Structure/>"), a_zip()])
def test_a_zip_that_is_no_workbook_says_what_it_holds(content):
    holds = "data.xml, structure.xml" if b"data.xml" in content else "nothing"
    with pytest.raises(SourceChanged, match=f"the file is a zip of {holds}, not an XLSX workbook"):
        sheets("office", payload("table", content), head=1, keep=lambda _: True)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_utf_8_and_windows_1252_are_read(encoding):
    assert table_text("office", payload("table", WORDS.encode(encoding))) == WORDS


@pytest.mark.parametrize("word", ["Liège", "Éghezée", "août", "Jezus-Eik façade", "Nîmes", "Málaga", "Köln", "España"])
@pytest.mark.parametrize("encoding", ["cp850", "cp437", "mac-roman"])
def test_another_code_page_is_refused_with_what_to_do(word, encoding):
    """Read as Windows-1252, "Liège" of code page 850 says "LiŠge", which was taken without a word."""
    content = f"commune;valeur\nLiège {word};1\n".encode(encoding)
    with pytest.raises(SourceChanged, match="save it as UTF-8"):
        encoding_of("office", payload("table", content))


@pytest.mark.parametrize("content", [b"a\xff\x81\n", "é;1\n".encode("utf-16")])
def test_bytes_of_neither_encoding_are_refused_by_position(content):
    with pytest.raises(SourceChanged, match=r"neither UTF-8 nor Windows-1252, by its byte 2|NUL bytes, as UTF-16 does"):
        encoding_of("office", payload("table", content))


@pytest.mark.parametrize(
    "kept", ["1–2 ans", "avril–juin", "l’eau", "Œuvre", "Šiauliai", "Žilina", "5 €", "‚so‘", "n° 3"]
)
def test_what_windows_1252_does_say_is_read(kept):
    content = f"a;b\n{kept};é\n".encode("cp1252")
    assert table_text("office", payload("table", content)) == content.decode("cp1252")


def test_a_plain_answer_labelled_gzip_says_so():
    with pytest.raises(UnpackError, match="labelled gzip and is not packed"):
        gunzip(b"BE,2024,1\n")


def test_bytes_behind_a_gzip_stream_are_not_lost_in_silence():
    packed = gzip.compress(b"value\n", mtime=0)
    with pytest.raises(UnpackError, match="5 bytes follow the end of the gzip stream"):
        gunzip(packed + b"other")
    assert gunzip(packed + b"\0" * 512) == b"value\n"
    assert gunzip(packed + packed) == b"value\nvalue\n"


def test_a_file_of_more_bytes_than_are_read_is_refused():
    with pytest.raises(BeyondLimits, match="the file has 11 bytes; 10 are the limit"):
        body("office", payload("table", b"x" * 11), 10)


def test_a_table_of_more_cells_than_are_read_is_refused(monkeypatch):
    monkeypatch.setattr("connectors.unpack.MOST_CELLS", 6)
    assert text("office", payload("table", b"a,b\n1,2\n3,4\n"), whole_lines=True) == "a,b\n1,2\n3,4\n"
    # A separator between two cells and a line end after the last: 4 x 1 + 4.
    with pytest.raises(BeyondLimits, match="the file has 8 cells; 6 are the limit"):
        text("office", payload("table", b"a,b\n1,2\n3,4\n5,6\n"), whole_lines=True)
