r"""Turn keys into IRIs: the only place where instance IRIs are minted.

An IRI is a function of meaning. The same key gives the same IRI on every machine and in every
build: no counter, no clock, no blank node. Local names are ASCII, hold no slash and no colon, and
so stay short in Turtle and safe in every SPARQL engine (rdflib mishandles `prefix:a\/b`).
"""

import hashlib
import unicodedata
from functools import lru_cache
from typing import Final

import re2
from pyoxigraph import Literal, NamedNode

_SEPARATORS = re2.compile(r"[^a-z0-9]+")
_SLUG_LIMIT: Final = 80
_SHORTER: Final = (
    ("collaborative-accountable-care-program", "cac"),
    ("collaborative-accountable-care", "cac"),
    ("accountable-care-organization", "aco"),
    ("patient-centered-medical-home", "pcmh"),
)
"""Long standing terms that the field itself abbreviates, to keep IRIs readable."""


@lru_cache(maxsize=4096)
def slug(text: str) -> str:
    """Return a readable ASCII name, never empty, distinct beyond its length limit by digest.

    >>> slug("Cigna Collaborative Accountable Care Program - Valley Preferred")
    'cigna-cac-valley-preferred'
    >>> slug("St. Mary’s & Söhne")
    'st-marys-and-sohne'
    >>> slug("東京").startswith("x-")
    True
    """
    text = unicodedata.normalize("NFKC", text)
    plain = unicodedata.normalize("NFKD", text).replace("&", " and ").casefold()
    plain = "".join(c for c in plain if not unicodedata.combining(c) and c not in "'’‘ʻ`")
    name = str(_SEPARATORS.sub("-", plain)).strip("-")
    for long, short in _SHORTER:
        name = f"-{name}-".replace(f"-{long}-", f"-{short}-").strip("-")
    if not name:
        return f"x-{_digest(text, 8)}"
    if len(name) > _SLUG_LIMIT:
        return f"{name[:_SLUG_LIMIT].rstrip('-')}-{_digest(text, 8)}"
    return name


def _digest(text: str, length: int) -> str:
    return hashlib.sha1(text.encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest()[
        :length
    ]


def is_base(base: str) -> bool:
    """Say whether a base can carry our IRIs: absolute, ASCII, ending in a slash or a hash.

    >>> is_base("https://example.org/kg/"), is_base("example.org"), is_base("http://a b/")
    (True, False, False)
    """
    return bool(
        re2.fullmatch(r"https?://[A-Za-z0-9.\-]+(:[0-9]+)?(/[A-Za-z0-9._~/\-]*)?[/#]", base)
    )


class Minter:
    """Mints the IRIs of one base.

    >>> Minter("https://w3id.org/acp/").instance("org", "cigna").value
    'https://w3id.org/acp/id/org_cigna'
    """

    def __init__(self, base: str) -> None:
        self.base = base

    def instance(self, *key: str) -> NamedNode:
        """Return the IRI of an instance; the parts of its key are slugs already."""
        return NamedNode(f"{self.base}id/{'_'.join(key)}")

    def graph(self, *key: str) -> NamedNode:
        """Return the IRI of a named graph.

        >>> Minter("https://w3id.org/acp/").graph("doc", "7de2fe4eefea29a5").value
        'https://w3id.org/acp/graph/doc_7de2fe4eefea29a5'
        """
        return NamedNode(f"{self.base}graph/{'_'.join(key)}")

    def assertion(
        self, document: str, subject: NamedNode, predicate: NamedNode, value: NamedNode | Literal
    ) -> NamedNode:
        """Return the IRI of what a document (16 hexadecimal digits) says in one triple.

        The triple's N-Triples form is digested, so that the same fact in two documents gives two
        assertions and a second build gives the same ones.

        >>> cigna = NamedNode("https://w3id.org/acp/id/org_cigna")
        >>> Minter("https://w3id.org/acp/").assertion("7de2fe4eefea29a5", cigna, cigna, cigna).value
        'https://w3id.org/acp/id/assertion_7de2fe4e-9db209d997f4'
        """
        triple = f"{subject} {predicate} {value}"
        return self.instance("assertion", f"{document[:8]}-{_digest(triple, 12)}")
