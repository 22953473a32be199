"""The site's own address: fixed by `--public-url`, else the host that was asked for, and never kept with an answer."""

from __future__ import annotations

import re
from functools import cache
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from config.catalogue import ConfigError
from dashboard import public
from dashboard.app import build_app
from tests.dashboard.sites import OLDER, TODAY, client, library

SITE = "https://pillars.example"
WORDS = (
    "/en/", "/fr/p/safe", "/en/i/road_deaths", "/en/brief", "/en/nowhere", "/feed.xml", "/nl/feed.xml",
    *(f"/en/i/road_deaths.{form}" for form in ("html", "json", "metadata.json", "txt", "bib")),
    f"/en/i/road_deaths@{OLDER}.html",
)  # fmt: skip
PAINTED = ("/en/i/road_deaths.svg", "/en/overall.svg")
OTHERS = re.compile(r"https?://(?:localhost|one\.example|two\.example|pillars\.example)[:/%\w]*")


@cache
def known() -> FlaskClient:
    """Return a client of a site that knows its public address."""
    found: FlaskClient = build_app(library(), clock=lambda: TODAY, public=SITE).server.test_client()
    return found


@pytest.mark.parametrize("address", [*WORDS, *PAINTED, "/oembed?url=/en/p/safe"])
def test_with_a_public_address_every_absolute_one_is_it(address: str) -> None:
    answer = known().get(address, base_url="http://one.example")
    found = {one.split("/")[2] for one in OTHERS.findall(answer.text)}
    assert found <= {"pillars.example"}
    again = known().get(address, base_url="http://two.example")
    assert answer.text.split("<footer")[0] == again.text.split("<footer")[0]  # below it stand Dash's own scripts
    assert answer.headers["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains"


def test_the_addresses_are_there() -> None:
    page = known().get("/en/i/road_deaths", base_url="http://127.0.0.1").text
    assert f'<link rel="canonical" href="{SITE}/en/i/road_deaths">' in page
    assert f"{SITE}/oembed?url={quote(SITE + '/en/i/road_deaths', safe='')}" in page
    told = known().get(f"/oembed?url={SITE}/en/p/safe", base_url="http://127.0.0.1").get_json()
    assert told["provider_url"] == f"{SITE}/"
    assert f'src="{SITE}/en/p/safe.html"' in told["html"]
    assert f"{{{SITE}/en/i/road_deaths}}" in known().get("/en/i/road_deaths.bib").text


@pytest.mark.parametrize("address", [*WORDS, *PAINTED])
def test_without_one_each_host_gets_its_own_and_nothing_of_anothers(address: str) -> None:
    for host in ("one.example", "two.example", "one.example"):
        text = client().get(address, base_url=f"https://{host}").text
        assert public.MARK not in text
        assert {one.split("/")[2] for one in OTHERS.findall(text)} <= {host}


def test_hosts_that_are_invented_fill_no_store() -> None:
    server = build_app(found := library(), clock=lambda: TODAY).server.test_client()
    addresses = ("/en/p/safe", "/en/overall.json", "/en/overall.svg", "/en/overall.zip", "/feed.xml")
    for address in addresses:
        server.get(address)
    held = found.cache.held, found.forms.held
    for number in range(20):
        for address in addresses:
            assert server.get(address, base_url=f"http://h{number}.example").status_code == 200
    assert (found.cache.held, found.forms.held) == held


@pytest.mark.parametrize(
    "host",
    ["a b", "a<b", 'a"b', "-a", "a-", "a..b", ".a", ":80", "a:", "a:99999", "a:1:2", "a@b", "a/b", "[::g]", "[", "a_b",
     "", f"{'a' * 64}.example", ".".join(["a" * 60] * 5)],
)  # fmt: skip
def test_what_is_no_host_name_is_refused(host: str) -> None:
    answer = client().get("/en/", headers={"Host": host})
    assert answer.status_code == 400
    assert client().get("/healthz", headers={"Host": host}).status_code == 400
    assert known().get("/en/", headers={"Host": host}).status_code == 400


@pytest.mark.parametrize(
    "host", ["localhost", "127.0.0.1:8050", "[::1]:80", "EXAMPLE.org.", "xn--80ak6aa92e.com", "a-b.c"]
)
def test_a_host_name_is_answered(host: str) -> None:
    assert client().get("/healthz", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ("https://pillars.example", "https://pillars.example"),
        ("https://Pillars.Example/", "https://pillars.example"),
        ("https://pillars.example:443", "https://pillars.example"),
        ("http://[::1]:8050", "http://[::1]:8050"),
    ],
)
def test_a_public_address_is_scheme_and_host(given: str, read: str) -> None:
    assert public.checked(given) == read


@pytest.mark.parametrize(
    "given", ["pillars.example", "ftp://a", "https://", "https://a b", "", "https://[", "https://u@a"]
)
def test_what_is_no_address_is_refused(given: str) -> None:
    with pytest.raises(ConfigError, match="write it as in https://"):
        public.checked(given)


@pytest.mark.parametrize("given", ["https://a.example/path", "https://a.example?x", "https://a.example#x"])
def test_the_site_stands_at_the_root_of_a_host(given: str) -> None:
    with pytest.raises(ConfigError, match="not below a path"):
        public.checked(given)
