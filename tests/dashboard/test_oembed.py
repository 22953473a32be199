from __future__ import annotations

import re
from html import unescape
from typing import Any
from urllib.parse import quote

import pytest

from tests.dashboard.sites import OLDER, REVISED, get


def ask(url: str, **more: str) -> Any:
    query = "".join(f"&{key}={value}" for key, value in more.items())
    return get(f"/oembed?url={quote(url, safe='')}{query}")


@pytest.mark.parametrize(
    ("url", "framed"),
    [
        ("http://localhost/en/", "/en/overall.html"),
        ("/fr/p/safe?hero=paris", "/fr/p/safe.html?hero=paris"),
        ("http://localhost/nl/i/road_deaths?view=rank&time=2020", "/nl/i/road_deaths.html?time=2020&view=rank"),
        (f"/en/i/{REVISED}@{OLDER}.html", f"/en/i/{REVISED}@{OLDER}.html"),
    ],
)
def test_a_page_gives_the_code_of_its_embed(url: str, framed: str) -> None:
    told = ask(url).get_json()
    assert (told["type"], told["version"], told["provider_name"]) == ("rich", "1.0", "Four Pillars")
    source = re.search(r'src="([^"]*)"', told["html"])
    assert source is not None
    assert unescape(source[1]) == f"http://localhost{framed}"
    page = get(framed)
    assert page.status_code == 200
    assert unescape(page.text).count(told["title"]) >= 1


@pytest.mark.parametrize(
    ("url", "framed"),
    [
        (f"http://localhost/en/i/{REVISED}%40{OLDER}", f"/en/i/{REVISED}@{OLDER}.html"),
        ("http://localhost/en/i/road%5Fdeaths", "/en/i/road_deaths.html"),
        ("http://localhost/en/i/road_deaths/", "/en/i/road_deaths.html"),
        ("/en/p/safe/?hero=paris", "/en/p/safe.html?hero=paris"),
        ("https://localhost/en/p/safe", "/en/p/safe.html"),
        ("http://LOCALHOST/en/p/safe", "/en/p/safe.html"),
        ("http://localhost:80/en/p/safe", "/en/p/safe.html"),
        ("http://localhost/en/p/safe?utm_source=x&fbclid=y#chart", "/en/p/safe.html"),
        ("http://localhost/en", "/en/overall.html"),
        ("http://localhost/en/?places=paris&time=2019", "/en/overall.html?places=paris"),
        ("http://localhost/", "/en/overall.html"),
    ],
)
def test_every_spelling_of_an_address_is_the_same_page(url: str, framed: str) -> None:
    told = ask(url).get_json()
    source = re.search(r'src="([^"]*)"', told["html"])
    assert source is not None
    assert unescape(source[1]) == f"http://localhost{framed}"


@pytest.mark.parametrize(("asked", "given"), [("500", 500), ("5000", 700), ("10", 10)])
def test_the_size_is_the_usual_one_and_never_larger_than_asked(asked: str, given: int) -> None:
    told = ask("/en/p/safe", maxwidth=asked).get_json()
    assert told["width"] == given
    assert f'width="{given}"' in told["html"]


@pytest.mark.parametrize(
    ("url", "more", "status", "says"),
    [
        ("", {}, 400, "url="),
        ("https://elsewhere.example/en/", {}, 404, "this site"),
        ("http://localhost:8051/en/p/safe", {}, 404, "this site"),
        ("ftp://localhost/en/p/safe", {}, 404, "this site"),
        ("http://[localhost/en/p/safe", {}, 404, "this site"),
        ("/en/p/safe?" + "x" * 4000, {}, 400, "4000"),
        ("/en/p/safe", {"maxwidth": "0"}, 400, "maxwidth"),
        ("/en/data", {}, 404, "no chart"),
        ("/en/i/road_death", {}, 404, "road_deaths"),
        ("/en/p/safe", {"format": "xml"}, 501, "json"),
        ("/en/p/safe", {"maxwidth": "wide"}, 400, "maxwidth"),
        ("/en/p/safe", {"maxheight": "-1"}, 400, "maxheight"),
    ],
)
def test_what_cannot_be_embedded_is_refused(url: str, more: dict[str, str], status: int, says: str) -> None:
    answer = ask(url, **more)
    assert answer.status_code == status
    assert says in answer.get_json()["detail"]
