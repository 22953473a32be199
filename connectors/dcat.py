"""DCAT-AP catalogues (RDF/XML, Turtle, JSON-LD): how many data sets a place publishes, and how usable they are.

Paged by Hydra in either dress, PartialCollectionView (`next`) or the older PagedCollection (`nextPage`), whose
addresses are resources or plain strings. The count must be hydra:totalItems, or else the number of data sets that the
catalogue lists by dcat:dataset. A licence stands on the distribution or, for all of them, on the data set; it is an
address (of the EU authority list, of Creative Commons, of a national vocabulary), a title, a described resource, or
missing; where there is no dct:license, dct:rights may say it. A data set is as new as the newest dct:modified or
dct:issued of itself and its distributions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from urllib.parse import urljoin

from rdflib import BNode, Graph, Namespace, URIRef
from rdflib.namespace import DCAT, DCTERMS, FOAF, RDF, RDFS, SKOS
from rdflib.term import Node

from config.schema import Payload, Source
from connectors import apart
from connectors.catalogue_quality import Page, changed, has_text, host_of, parse_catalogues
from connectors.catalogue_records import Described, Statement, address_key, origin
from connectors.contract import Get, Observations
from connectors.errors import SourceUnavailable
from connectors.limits import Budget
from connectors.rdf import graph

SOURCE_ID = "dcat"
MOST_PAGES = 1000
_HYDRA = Namespace("http://www.w3.org/ns/hydra/core#")
_VIEWS = (_HYDRA.PartialCollectionView, _HYDRA.PagedCollection)
_NEXT = (_HYDRA.next, _HYDRA.nextPage)
_SERIES = URIRef(f"{DCAT}DatasetSeries")
_LABELS = (RDFS.label, DCTERMS.title, SKOS.prefLabel, RDF.value, DCTERMS.identifier, SKOS.exactMatch)
# GeoNetwork writes dct:updated, which the vocabulary lacks, and the abstract of ISO 19139 for the description.
_DATES = (DCTERMS.modified, DCTERMS.issued, URIRef(f"{DCTERMS}updated"))
_DESCRIPTIONS = (DCTERMS.description, DCTERMS.abstract)


def fetch(get: Get, source: Source) -> list[Payload]:
    """Return all pages of each declared catalogue; raises SourceUnavailable, SourceChanged."""
    return [
        payload
        for name, dataset in source.datasets.items()
        for portal in dataset.aliases
        for payload in _catalogue(get, source, name, dataset.url.format(host=portal))
    ]


def parse(payloads: list[Payload], source: Source) -> Observations:
    """Return count and shares (%) of each catalogue's data sets in the year of retrieval.

    Raises SourceChanged when an answer is no whole RDF, describes no data set, or the pages do not add up.
    """
    return parse_catalogues(payloads, source, _page)


def _catalogue(get: Get, source: Source, name: str, url: str) -> Iterator[Payload]:
    seen: set[str] = set()
    params = source.datasets[name].params or None
    while url and len(seen) < MOST_PAGES:
        seen.add(url)
        payload = get(name, url, params=params)
        yield payload
        url, params = _as_safe(apart.call(source.id, Budget(), _following, payload, source), payload.url), None
        if url in seen:
            raise changed(payload, source, f"the pages go round in a circle: {url} is announced again")
    if url:
        cause = f"the catalogue has more than {MOST_PAGES} pages"
        raise SourceUnavailable(source.id, cause, dataset=name, url=url)


def _following(payload: Payload, source: Source) -> str:
    return _paging(graph(payload, source), payload.url)[1]


def _page(payload: Payload, source: Source) -> Page:
    statements = graph(payload, source)
    subjects = _ordered(statements.subjects(RDF.type, DCAT.Dataset))
    if not subjects:
        raise changed(payload, source, "the answer describes no dcat:Dataset")
    if not any(has_text(str(title)) for subject in subjects for title in statements.objects(subject, DCTERMS.title)):
        raise changed(payload, source, "no data set has a dct:title; the vocabulary is another one")
    address, following = _paging(statements, payload.url)
    described = [_described(statements, node, f"{payload.sha256[:8]}#{at}") for at, node in enumerate(subjects)]
    said = {item.key for item in described if not item.no_dataset}
    # One address in two spellings, of which one says nothing, is one data set.
    described = [item for item in described if not item.no_dataset or item.key not in said]
    return Page(
        payload,
        tuple(described),
        portals=_portals(statements, address),
        total=_total(payload, source, statements),
        listed=frozenset(address_key(str(node)) for node in statements.objects(None, DCAT.dataset)),
        address=address,
        following=following,
    )


def _paging(statements: Graph, base: str) -> tuple[str, str]:
    """Return the address of this page and of the one after it, "" where there is none."""
    for view in (view for kind in _VIEWS for view in statements.subjects(RDF.type, kind)):
        for target in (target for link in _NEXT for target in statements.objects(view, link)):
            return urljoin(base, str(view)), urljoin(base, str(target))
        return urljoin(base, str(view)), ""
    return "", ""


def _as_safe(following: str, current: str) -> str:
    """Return the next page's address with the scheme of this one: catalogues write http of themselves when on https."""
    same_host = host_of(following) == host_of(current) != ""
    plain = following.startswith("http://") and current.startswith("https://")
    return "https://" + following.removeprefix("http://") if same_host and plain else following


def _portals(statements: Graph, address: str) -> tuple[str, ...]:
    catalogues = _ordered(statements.subjects(RDF.type, DCAT.Catalog))
    homes = [home for catalogue in catalogues for home in statements.objects(catalogue, FOAF.homepage)]
    hosts = (host_of(str(name)) for name in (*catalogues, *homes, address))
    return tuple(dict.fromkeys(host for host in hosts if host))


def _total(payload: Payload, source: Source, statements: Graph) -> int | None:
    """Return the number of data sets the catalogue states, None when it states none."""
    stated = {str(total) for total in statements.objects(None, _HYDRA.totalItems)}
    if len(stated) > 1 or not all(total.isdecimal() for total in stated):
        raise changed(payload, source, f"hydra:totalItems is {' and '.join(sorted(stated))!r:.60}, expected one number")
    return int(stated.pop()) if stated else None


def _described(statements: Graph, subject: Node, nameless: str) -> Described:
    distributions = _ordered(statements.objects(subject, DCAT.distribution))
    dates = [date for node in (subject, *distributions) for link in _DATES for date in statements.objects(node, link)]
    formats = [text for node in distributions for text in _formats(statements, node)]
    return Described(
        key=_key(statements, subject, nameless),
        licences=_licences(statements, subject, distributions),
        formats=tuple(sorted(formats)),
        changed=tuple(sorted(str(date) for date in dates)),
        description=any(has_text(str(text)) for link in _DESCRIPTIONS for text in statements.objects(subject, link)),
        contact=any(_is_said(statements, node) for node in statements.objects(subject, DCAT.contactPoint)),
        record=origin(*sorted(str(name) for name in statements.objects(subject, DCTERMS.identifier))),
        no_dataset=_no_dataset(statements, subject),
    )


def _no_dataset(statements: Graph, subject: Node) -> str:
    """Return why a node is no data set, though it is called one; "" for one that is."""
    if (subject, RDF.type, _SERIES) in statements:
        return "it is a series of data sets"
    said = (DCTERMS.title, *_DESCRIPTIONS, DCAT.distribution)
    if not any(link in said for link in statements.predicates(subject)):
        return "it is only named, with neither title, description nor distribution"
    return ""


def _key(statements: Graph, subject: Node, nameless: str) -> str:
    """Return the data set's address; a node without one is known by its identifier, else by its place in the page."""
    if isinstance(subject, URIRef):
        return address_key(str(subject))
    return min((str(name) for name in statements.objects(subject, DCTERMS.identifier)), default=nameless)


def _licences(statements: Graph, subject: Node, distributions: list[Node]) -> tuple[Statement, ...]:
    """Return one statement per distribution, the data set's own where the distribution has none."""
    general = _licence(statements, subject)
    return tuple(sorted(_licence(statements, node) or general for node in distributions)) or (general,)


def _licence(statements: Graph, node: Node) -> Statement:
    for link in (DCTERMS.license, DCTERMS.rights):
        spelt = {text for value in statements.objects(node, link) for text in _spellings(statements, value)}
        if spelt:
            return tuple(sorted(spelt))
    return ()


def _formats(statements: Graph, node: Node) -> Iterator[str]:
    for link in (DCTERMS["format"], DCAT.mediaType):
        for value in statements.objects(node, link):
            yield from _spellings(statements, value)


def _spellings(statements: Graph, value: Node) -> Iterator[str]:
    """Give a value as written, and the labels and equals of a described resource."""
    if not isinstance(value, BNode) and has_text(str(value)):
        yield str(value)
    if isinstance(value, URIRef | BNode):
        labels = (label for link in _LABELS for label in statements.objects(value, link))
        yield from (str(label) for label in labels if has_text(str(label)))


def _is_said(statements: Graph, contact: Node) -> bool:
    """Return whether a contact is more than an empty node: an address, a name, or a node that says something."""
    if isinstance(contact, BNode):
        return any(link != RDF.type and has_text(str(value)) for link, value in statements.predicate_objects(contact))
    return has_text(str(contact))


def _ordered(nodes: Iterable[Node]) -> list[Node]:
    return sorted(set(nodes), key=str)
