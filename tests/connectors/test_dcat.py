"""DCAT-AP catalogues: four forms of RDF, Hydra in both dresses, licences wherever they stand; nothing from outside."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from rdflib import Graph

from config.schema import Payload
from connectors.dcat import fetch, parse
from connectors.errors import ConnectorError, SourceChanged, SourceUnavailable
from connectors.frames import dropped_of
from connectors.vocabulary import Vocabulary
from tests.connectors.given import edited, payload, small, source, values

SOURCE = source("dcat")
GHENT = small("dcat", "city_catalogues.made.ttl")
REGION = small("dcat", "region_catalogues.made.xml")
TURTLE = GHENT.content.decode()
BASE = "https://data.stad.gent/api/explore/v2.1/catalog/exports/dcat"


def share(name: str, frame=None) -> float:
    frame = parse([GHENT], SOURCE) if frame is None else frame
    return values(frame, f"dcat_city_{name}")["2026"]


def city(*contents: str | bytes | Path):
    return parse([payload("city_catalogues", content, BASE) for content in contents], SOURCE)


def one(statements: str = "", distribution: str | None = None) -> str:
    """A catalogue of one data set with these statements, and one distribution with those."""
    lines = ["@prefix dcat: <http://www.w3.org/ns/dcat#> .", "@prefix dct: <http://purl.org/dc/terms/> ."]
    lines += ["@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> ."]
    if distribution is not None:
        statements += f"; dcat:distribution [ a dcat:Distribution {distribution} ] "
    return "\n".join([*lines, f'<https://x.example/1> a dcat:Dataset ; dct:title "One" {statements} .\n'])


HYDRA = "http://www.w3.org/ns/hydra/core#"
# A page in both dresses: kind of the view, name of the link to the next page, and how the link is written.
DRESSES = [("PartialCollectionView", "next", "<{}>"), ("PagedCollection", "nextPage", '"{}"')]


def page(number: int, of: int, dress: tuple[str, str, str], host: str = "https://data.stad.gent") -> str:
    """Page `number` of a catalogue with one data set a page."""
    kind, link, spelt = dress
    view = f"<{host}/c.ttl?page={number}> a <{HYDRA}{kind}>"
    following = f" ; <{HYDRA}{link}> {spelt.format(f'{host}/c.ttl?page={number + 1}')}" if number < of else ""
    dataset = f'<{host}/{number}> a <http://www.w3.org/ns/dcat#Dataset> ; <http://purl.org/dc/terms/title> "{number}"'
    return f"{view}{following} ; <{HYDRA}totalItems> {of} .\n{dataset} .\n"


# --- fetch ------------------------------------------------------------------------------------------------------------


def cities():
    return SOURCE.model_copy(update={"datasets": {"city_catalogues": SOURCE.datasets["city_catalogues"]}})


@pytest.mark.parametrize("dress", DRESSES, ids=["partial collection view", "paged collection"])
@pytest.mark.parametrize("scheme", ["https", "http"])
def test_pages_are_followed_in_either_dress_and_never_without_tls(dress, scheme):
    asked = []

    def get(dataset: str, url: str, **rest: object) -> Payload:
        asked.append(url)
        return payload(dataset, page(len(asked), 3, dress, f"{scheme}://data.stad.gent"), url)

    frame = parse(fetch(get, cities()), SOURCE)
    assert asked == [BASE, "https://data.stad.gent/c.ttl?page=2", "https://data.stad.gent/c.ttl?page=3"]
    assert share("datasets", frame) == 3


def test_pages_that_go_round_in_a_circle_are_left():
    def get(dataset: str, url: str, **rest: object) -> Payload:
        return payload(dataset, page(1, 2, DRESSES[0]), url)

    with pytest.raises(SourceChanged, match=r"in a circle: https://data\.stad\.gent/c\.ttl\?page=2 is announced again"):
        fetch(get, cities())


def test_endless_pages_are_left(monkeypatch):
    monkeypatch.setattr("connectors.dcat.MOST_PAGES", 20)
    asked = []

    def get(dataset: str, url: str, **rest: object) -> Payload:
        asked.append(url)
        return payload(dataset, page(len(asked), 10_000, DRESSES[0]), url)

    with pytest.raises(SourceUnavailable, match="more than 20 pages"):
        fetch(get, cities())


def test_each_catalogue_is_asked_at_its_own_address():
    asked = []

    def get(dataset: str, url: str, **rest: object) -> Payload:
        asked.append((dataset, url))
        return payload(dataset, one(), url)

    fetch(get, SOURCE)
    assert asked == [
        ("region_catalogues", "https://catalog.datastore.brussels/geonetwork/srv/eng/rdf.search"),
        ("city_catalogues", BASE),
    ]


# --- figures ----------------------------------------------------------------------------------------------------------


def test_the_figures_of_a_small_catalogue():
    assert share("datasets") == 4
    assert share("licence_open") == 100 * 2 / 4  # 1: CC BY on both distributions; 3: a node with the label CC0 1.0
    assert share("licence_closed") == 100 * 1 / 4  # 2: CC BY-ND on the data set holds for its distribution
    assert share("licence_unknown") == 100 * 1 / 4  # 4: none
    assert share("machine_readable") == 100 * 2 / 4  # CSV, application/json
    assert share("format_unknown") == 100 * 1 / 4
    assert share("updated") == 100 * 2 / 4  # 1 and 3; 2 was issued in 2024 and never changed
    assert share("update_unknown") == 100 * 1 / 4
    assert share("contact") == 100 * 2 / 4  # an e-mail, a page; the empty node of 2 is no contact
    assert share("description") == 100 * 3 / 4


@pytest.mark.parametrize("form", ["xml", "nt", "json-ld", "turtle"])
def test_every_form_of_rdf_gives_the_same(form):
    rewritten = Graph().parse(data=TURTLE, format="turtle").serialize(format=form)
    assert city(rewritten).equals(parse([GHENT], SOURCE))


def test_statements_in_a_named_graph_count():
    plain = json.loads(Graph().parse(data=TURTLE, format="turtle").serialize(format="json-ld"))
    named = city(json.dumps({"@id": "https://data.stad.gent/named", "@graph": plain}))
    assert named.equals(parse([GHENT], SOURCE))


def test_the_region_is_a_region():
    frame = parse([REGION], SOURCE)
    assert set(frame["ref_area"]) == {"BE10"}
    assert values(frame, "dcat_region_description") == {"2026": 50}  # an abstract is a description


@pytest.mark.parametrize(
    ("dataset", "distribution", "share_of"),
    [
        ("; dct:license <http://publications.europa.eu/resource/authority/licence/CC_BY_4_0>", "", "open"),
        ("", "; dct:license <https://creativecommons.org/licenses/by/4.0/>", "open"),
        ("", "; dct:license <http://dcat-ap.de/def/licenses/dl-zero-de/2.0>", "open"),
        ("", "; dct:license <http://dcat-ap.de/def/licenses/cc-by-nd>", "closed"),
        ("", '; dct:license [ rdfs:label "CC BY 4.0" ]', "open"),
        ("", '; dct:rights "Licence Ouverte Version 2.0"', "open"),
        ("", '; dct:license "none of your business" ; dct:rights "CC0"', "unknown"),
        (
            "; dct:license <http://publications.europa.eu/resource/authority/licence/CC0>",
            '; dct:license "?"',
            "unknown",
        ),
        ("", "; dct:license <https://creativecommons.org/licenses/by-nc/4.0/>", "closed"),
        ("; dct:license <http://publications.europa.eu/resource/authority/licence/CC_BYNC_4_0>", None, "closed"),
        ("", "", "unknown"),
        ("", None, "unknown"),
    ],
)
def test_a_licence_is_found_wherever_it_stands(dataset, distribution, share_of):
    assert share(f"licence_{share_of}", city(one(dataset, distribution))) == 100


def test_nameless_data_sets_are_counted_one_by_one():
    text = "\n".join(
        f'[] a <http://www.w3.org/ns/dcat#Dataset> ; <http://purl.org/dc/terms/title> "{n}" .' for n in (1, 2)
    )
    assert share("datasets", city(text + "\n")) == 2
    other = text.replace('"1"', '"3"').replace('"2"', '"4"')
    assert share("datasets", city(text + "\n", other + "\n")) == 4


# --- faults -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dress", DRESSES, ids=["partial collection view", "paged collection"])
def test_a_page_too_few_is_noticed(dress):
    with pytest.raises(SourceChanged, match=r"announces https://data\.stad\.gent/c\.ttl\?page=2, which was not read"):
        city(page(1, 2, dress))
    with pytest.raises(SourceChanged, match="states 2 data sets, its pages describe 1"):
        city(page(2, 2, dress))


def test_turtle_cut_between_two_statements_is_noticed_by_its_count():
    with pytest.raises(SourceChanged, match="states 4 data sets, its pages describe 3"):
        city(TURTLE[: TURTLE.index("made:4 a dcat:Dataset")])


def test_a_catalogue_that_lists_more_than_it_describes_is_refused():
    stripped = REGION.content.decode()
    start = stripped.index('  <dcat:Dataset rdf:about="https://catalog.datastore.brussels/geonetwork/made/2">')
    cut = stripped[:start] + "</rdf:RDF>\n"
    with pytest.raises(SourceChanged, match="lists 2 data sets, its pages describe 1"):
        parse([payload("region_catalogues", cut)], SOURCE)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("http://www.w3.org/ns/dcat#", "http://www.w3.org/ns/dcat2#", "describes no dcat:Dataset"),
        ("dct:title", "dct:name", "no data set has a dct:title"),
        ("hydra:totalItems 4", 'hydra:totalItems "four"', "totalItems is 'four', expected one number"),
        ("hydra:totalItems 4", "hydra:totalItems 4, 5", "totalItems is '4 and 5', expected one number"),
        ("dct:title", "dct:title :", "is not turtle, or was cut"),
        ("https://data.stad.gent/", "https://elsewhere.example/", "'elsewhere.example', 'publisher.example'; none is"),
    ],
)
def test_a_lost_shape_is_named(old, new, said):
    with pytest.raises(SourceChanged, match=said):
        parse([payload("city_catalogues", edited(TURTLE, old, new))], SOURCE)


@pytest.mark.parametrize(
    "context",
    [
        {"@context": "https://elsewhere.example/context.jsonld", "@graph": []},
        {"@context": [{"dct": "http://purl.org/dc/terms/"}, "https://elsewhere.example/context.jsonld"]},
        {"@context": {"@import": "https://elsewhere.example/context.jsonld"}},
        {"@context": {}, "a": [{"@context": "https://elsewhere.example/context.jsonld"}]},
        {"@context": {"a": {"@id": "x:a", "@context": "https://elsewhere.example/context.jsonld"}}},
    ],
)
def test_a_context_kept_elsewhere_is_refused_and_not_fetched(context):
    with pytest.raises(
        SourceChanged, match=r"the context https://elsewhere\.example/context\.jsonld, which is kept els"
    ):
        city(json.dumps(context))


@pytest.mark.parametrize(
    "entity", ['<!ENTITY a "aaaa">', '<!ENTITY a SYSTEM "file:///etc/hostname">', '<!entity a "b">']
)
def test_xml_that_declares_entities_is_refused(entity):
    text = REGION.content.decode().replace("?>\n", f"?>\n<!DOCTYPE rdf:RDF [{entity}]>\n", 1)
    with pytest.raises(SourceChanged, match="declares entities"):
        parse([payload("region_catalogues", text)], SOURCE)


# --- recorded ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def feeds(recorded) -> Path:
    return recorded / "cities" / "payloads" / "dcat"


@pytest.mark.recorded
@pytest.mark.parametrize(
    ("name", "figures"),
    [
        ("best_dcat.rdf", {"datasets": 2, "licence_open": 100, "update_unknown": 100, "contact": 100}),
        ("dataset_gov_de.rdf", {"datasets": 1, "licence_open": 100, "updated": 0}),
        # six data sets, one of them under CC BY-ND in part
        ("dcatde_catalog-endpoint.rdf", {"datasets": 6, "licence_open": 100 * 5 / 6, "licence_closed": 100 * 1 / 6}),
        ("udata_catalog.xml", {"datasets": 4, "licence_open": 50, "licence_unknown": 50, "contact": 50}),
        ("udata_flat.jsonld", {"datasets": 3, "licence_unknown": 100, "machine_readable": 100}),
        ("udata_geonetwork.xml", {"datasets": 1, "licence_unknown": 100, "format_unknown": 100}),
        ("udata_sig.oreme.rdf", {"datasets": 1, "licence_open": 100, "update_unknown": 0}),
        ("udata_udata.xml", {"datasets": 2, "licence_unknown": 100, "machine_readable": 100}),
    ],
)
def test_recorded_feeds(feeds, name, figures):
    frame = city(feeds / name)
    assert {figure: share(figure, frame) for figure in figures} == pytest.approx(figures)


@pytest.mark.recorded
def test_a_packed_feed_with_a_licence_of_its_own(feeds):
    frame = city(feeds / "fpsecocbe.xml.gz")
    assert share("licence_unknown", frame) == 100
    assert dropped_of(frame)[0].example.startswith("http://data.gov.be/license/cbe/")
    assert city(gzip.decompress((feeds / "fpsecocbe.xml.gz").read_bytes())).equals(frame)


@pytest.mark.recorded
def test_the_recorded_paged_collection_is_whole_with_both_pages_only(feeds):
    first, second = feeds / "udata_paged-collection-1.jsonld", feeds / "udata_paged-collection-2.jsonld"
    frame = city(first, second)
    assert (share("datasets", frame), share("contact", frame)) == (4, 100 * 3 / 4)  # the third has none
    with pytest.raises(SourceChanged, match="page=2, which was not read"):
        city(first)
    with pytest.raises(SourceChanged, match="states 4 data sets, its pages describe 1"):
        city(second)


@pytest.mark.recorded
@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("brussels_geonetwork_iso19139.xml", "is not xml"),  # CSW, another vocabulary
        ("brussels_orgs.ttl", "describes no dcat:Dataset"),
        ("dcatde_dcat_licenses.json", "describes no dcat:Dataset"),
        ("udata_evian.json", "needs the context https://project-open-data.cio.gov"),
    ],
)
def test_recorded_files_that_are_no_catalogue_are_refused(feeds, name, said):
    with pytest.raises(ConnectorError, match=said):
        city(feeds / name)


@pytest.mark.recorded
def test_the_vocabulary_agrees_with_the_national_list(feeds):
    listed = json.loads((feeds / "dcatde_dcat_license_mapping.json").read_text(encoding="utf-8"))["list"]
    verdicts = {"offen": "open", "geschlossen": "closed"}
    vocabulary = Vocabulary.of(SOURCE, SOURCE.datasets["region_catalogues"])
    found = {item["URI"]: vocabulary.openness((item["URI"],)) for item in listed}
    assert len(found) > 30
    assert found == {item["URI"]: verdicts[item["Lizenztyp"]] for item in listed}
