"""A catalogue stored by an older version reads as it was meant; a file of this version may not say it the old way."""

from __future__ import annotations

import json

import pytest

from config.catalogue import load
from config.catalogue import stored as stored_catalogue
from config.schema import Indicator

STORED = load().model_dump(mode="json")


def test_what_is_stored_today_is_read_as_it_is() -> None:
    assert stored_catalogue(json.dumps(STORED).encode()) == load()


@pytest.mark.parametrize(("said", "means"), [(True, "places"), (False, "time")])
def test_yes_and_no_are_read_as_places_and_time(said: bool, means: str) -> None:
    old = {**STORED["indicators"]["robbery"], "comparable": said}
    del old["other_unit"]  # a key that older editions do not have
    found = stored_catalogue(json.dumps({**STORED, "indicators": {"robbery": old}}).encode())
    assert (found.indicators["robbery"].comparable, found.indicators["robbery"].other_unit) == (means, ())


def test_a_file_of_today_says_it_in_words() -> None:
    with pytest.raises(ValueError, match="'places', 'time' or 'none'"):
        Indicator.model_validate({**STORED["indicators"]["robbery"], "comparable": False})


@pytest.mark.parametrize("content", [b"[]", b"{}", b'{"indicators": []}', b'{"indicators": {"x": 1}}', b"nothing"])
def test_what_is_no_catalogue_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        stored_catalogue(content)
