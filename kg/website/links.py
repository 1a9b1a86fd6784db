"""Tell where an IRI leads: to a page of this site, to the web, or nowhere.

What a dataset names lives under its base, and is served here under the same path.
"""

from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, unquote_to_bytes, urlsplit

import re2

from kg.terms import DEFAULT_BASE

DESCRIBE: Final = "/describe"
"""Where any IRI can be asked for, by a parameter."""
_PLAIN: Final = re2.compile(r"[A-Za-z0-9._~\-]+(?:/[A-Za-z0-9._~\-]+)*/?")
_DOTS: Final = re2.compile(r"(?:^|/)\.{1,2}(?:/|$)")
_TERM: Final = re2.compile(r"[A-Za-z0-9._~\-]+")
_MODEL: Final = ("ontology", "shapes", "alignments", "vocab", "agent")
"""How the paths begin that have the model's own base, whatever that of the instances."""


@dataclass(frozen=True, slots=True)
class Links:
    """The addresses of one site."""

    base: str
    """Where the IRIs of the dataset begin."""
    root: str = ""
    """The path below which a proxy offers the site."""

    def at(self, path: str) -> str:
        """Return the address of a page of ours.

        >>> Links("https://w3id.org/acp/", "/kg").at("/search")
        '/kg/search'
        """
        return f"{self.root}{path}"

    def href(self, iri: str) -> str:
        """Return where an IRI leads; nothing where it is no address of the web.

        >>> links = Links("https://example.org/kg/")
        >>> links.href("https://example.org/kg/id/org_cigna")
        '/id/org_cigna'
        >>> links.href("https://w3id.org/acp/ontology#hasPayer")
        '/ontology?term=hasPayer'
        >>> links.href("https://example.org/kg/id/a?b"), links.href("javascript:alert(1)")
        ('/describe?iri=https%3A%2F%2Fexample.org%2Fkg%2Fid%2Fa%3Fb', '')
        """
        for base in (self.base, DEFAULT_BASE):
            if iri.startswith(base):
                path, hash_sign, term = iri.removeprefix(base).partition("#")
                if _is_path(path) and (not hash_sign or _TERM.fullmatch(term)):
                    # A fragment never reaches a server, so a term is asked for by name.
                    return self.at(f"/{path}?term={term}" if hash_sign else f"/{path}")
                return self.at(f"{DESCRIBE}?iri={quote(iri, safe='')}")
        return iri if _is_web(iri) else ""

    def is_ours(self, iri: str) -> bool:
        """Say whether an IRI leads to a page of this site."""
        return iri.startswith((self.base, DEFAULT_BASE))

    def iri(self, raw_path: str, term: str | None) -> str:
        """Return the IRI that is served at a path, which is as a client sent it.

        >>> Links("https://example.org/kg/").iri("/id/org_cigna", None)
        'https://example.org/kg/id/org_cigna'
        >>> Links("https://example.org/kg/").iri("/vocab/condition_%C3%A9", None)
        'https://w3id.org/acp/vocab/condition_é'
        """
        path = _read_path(raw_path.removeprefix("/"))
        base = DEFAULT_BASE if path.partition("/")[0] in _MODEL else self.base
        return f"{base}{path}#{term}" if term else f"{base}{path}"


def _is_path(path: str) -> bool:
    """Say whether a browser would ask for a path just as it stands."""
    return bool(_PLAIN.fullmatch(path)) and not _DOTS.search(path)


def _is_web(iri: str) -> bool:
    try:
        return urlsplit(iri).scheme in {"http", "https"}
    except ValueError:
        return False


def _read_path(path: str) -> str:
    """Return a path as an IRI has it: only what is not ASCII is decoded (RFC 3987, section 3.2)."""
    pieces = path.split("%")
    decoded = bytearray(pieces[0].encode())
    for piece in pieces[1:]:
        octet = unquote_to_bytes(f"%{piece[:2]}")
        is_beyond_ascii = len(octet) == 1 and octet[0] > 127
        decoded += (octet + piece[2:].encode()) if is_beyond_ascii else f"%{piece}".encode()
    try:
        return decoded.decode()
    except UnicodeDecodeError:
        return path
