"""RDF as catalogues serve it: RDF/XML, Turtle, N-Triples or JSON-LD, told by the first characters, read by rdflib.

Nothing outside the payload is read: a JSON-LD context kept elsewhere, and XML that declares entities, are refused
before rdflib sees them.
"""

from __future__ import annotations

import logging
import re
import warnings
import xml.sax
from typing import Any

from rdflib import Graph
from rdflib.exceptions import ParserError

from config.schema import Payload, Source
from connectors.errors import SourceChanged
from connectors.limits import MOST_TERMS
from connectors.unpack import beyond, json_value, text

# What rdflib lets through from damaged files: each of its parsers has its own complaints.
_DAMAGE = (
    *(xml.sax.SAXException, ParserError, SyntaxError, ValueError, TypeError, AttributeError, LookupError),
    *(AssertionError, ArithmeticError, RuntimeError, OSError),
)
_XML = re.compile(r"\s*<(\?xml|!--|!DOCTYPE|([\w-]+:)?RDF\b)")
_JSON = re.compile(r"\s*(\{|\[\s*[{\[])")  # Turtle, too, may begin with [
_ENTITY = re.compile(r"<!ENTITY", re.IGNORECASE)
# Addresses with spaces are common in catalogues and harm nobody here: no need to warn of each.
logging.getLogger("rdflib.term").setLevel(logging.ERROR)


def graph(payload: Payload, source: Source) -> Graph:
    """Return the payload's statements, named graphs and all, as one graph.

    Raises SourceChanged when it is not whole RDF in one of the four forms.
    """
    content = text(source.id, payload)
    terms = content.count("<") + content.count('"')
    if terms > MOST_TERMS:
        raise beyond(source.id, payload, f"has {terms} names and texts; {MOST_TERMS} are the limit")
    form = _form(content)
    if form == "xml" and _ENTITY.search(content):
        raise _changed(payload, source, "the XML declares entities, which are not read")
    if form == "json-ld" and (context := _context_elsewhere(json_value(source.id, payload))):
        cause = f"the JSON-LD needs the context {context}, which is kept elsewhere; ask for RDF/XML or Turtle instead"
        raise _changed(payload, source, cause)
    try:
        return _parsed(content, form, payload.url)
    except _DAMAGE as error:
        cause = " ".join(str(error).split())
        raise _changed(payload, source, f"the answer is not {form}, or was cut: {cause:.200}") from error


def _parsed(content: str, form: str, base: str) -> Graph:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # rdflib's JSON-LD parser uses a class rdflib deprecates
        given = Graph().parse(data=content, format=form, publicID=base)
    if form != "json-ld":
        return given
    union = Graph()
    for statement, _ in given.store.triples((None, None, None)):  # those of named graphs, too
        union.add(statement)
    return union


def _form(content: str) -> str:
    if _XML.match(content):
        return "xml"
    return "json-ld" if _JSON.match(content) else "turtle"


def _context_elsewhere(value: Any) -> str:
    """Return the address of a context outside the file, "" when there is none."""
    waiting = [value]
    while waiting:
        part = waiting.pop()
        if isinstance(part, list):
            waiting.extend(part)
        elif isinstance(part, dict):
            address = _address(part.get("@context")) or _address(part.get("@import"))
            if address:
                return address
            waiting.extend(part.values())
    return ""


def _address(context: Any) -> str:
    if isinstance(context, list):
        return next((found for part in context if (found := _address(part))), "")
    return context if isinstance(context, str) else ""


def _changed(payload: Payload, source: Source, cause: str) -> SourceChanged:
    return SourceChanged(source.id, cause, dataset=payload.dataset, url=payload.url)
