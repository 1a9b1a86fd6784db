"""Every IRI of a served build answers: to people with a page, to programs with its triples."""

import re
from collections.abc import Callable, Iterator
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path

import pytest
from pyoxigraph import DefaultGraph, NamedNode, RdfFormat, Store, Triple, parse

from kg.sparql import open_dataset
from kg.website.links import Links

from .live import PATIENCE, Live

BASE = "https://w3id.org/acp/"
CIGNA = "/id/org_cigna"
SYNTAXES = {
    "text/turtle": RdfFormat.TURTLE,
    "application/ld+json": RdfFormat.JSON_LD,
    "application/n-triples": RdfFormat.N_TRIPLES,
    "application/rdf+xml": RdfFormat.RDF_XML,
}
Get = Callable[[str, str], set[Triple]]


@pytest.fixture(scope="module")
def store(seed_build: Path) -> Store:
    """The dataset that is served."""
    return open_dataset(seed_build)


@pytest.fixture
def get(live: Live) -> Iterator[Get]:
    """Return a function that fetches the triples at a path, in a syntax."""
    connection = HTTPConnection("127.0.0.1", live.port, timeout=PATIENCE)

    def fetch(path: str, media_type: str) -> set[Triple]:
        connection.request("GET", path, headers={"Accept": media_type})
        response = connection.getresponse()
        body = response.read()
        assert response.status == 200, (path, body)
        assert (response.getheader("Content-Type") or "").startswith(media_type)
        return {quad.triple for quad in parse(body, format=SYNTAXES[media_type])}

    with closing(connection):
        yield fetch


def about(store: Store, node: NamedNode) -> set[Triple]:
    """Return what a dataset says with a node as subject or as object."""
    graph = DefaultGraph()
    quads = (
        *store.quads_for_pattern(node, None, None, graph),
        *store.quads_for_pattern(None, None, node, graph),
    )
    return {quad.triple for quad in quads}


def names(store: Store) -> list[NamedNode]:
    """Return every IRI under the base, of the dataset's own and of the model, save graphs'."""
    terms = {term for quad in store for term in (quad.subject, quad.predicate, quad.object)}
    return sorted(
        (
            node
            for node in terms
            if isinstance(node, NamedNode)
            and node.value.startswith(BASE)
            and not node.value.startswith(f"{BASE}graph/")
        ),
        key=str,
    )


def instances(store: Store) -> list[NamedNode]:
    """Return every IRI that has a path of its own: of the dataset and of the vocabulary."""
    return [node for node in names(store) if node.value.startswith((f"{BASE}id/", f"{BASE}vocab"))]


def test_every_fact_is_about_what_is_dereferenced(seed_build: Path, store: Store) -> None:
    """Whatever graph.ttl speaks of is among the IRIs of the tests below."""
    facts = parse(path=str(seed_build / "graph.ttl"))
    subjects = {quad.subject for quad in facts}
    assert len(subjects) > 60
    assert subjects <= set(instances(store))


@pytest.mark.slow
@pytest.mark.parametrize("media_type", SYNTAXES)
def test_every_iri_dereferences_in_every_syntax(store: Store, get: Get, media_type: str) -> None:
    """Each time with exactly the triples that have it as subject or as object."""
    nodes = instances(store)
    assert len(nodes) > 1_000
    for node in nodes:
        assert get(f"/{node.value.removeprefix(BASE)}", media_type) == about(store, node), node


@pytest.mark.slow
def test_every_iri_has_a_page(live: Live, store: Store) -> None:
    """Instances, concepts, classes, properties and shapes: each is shown, or in a list of terms."""
    nodes = names(store)
    places = {re.split("[/#]", node.value.removeprefix(BASE))[0] for node in nodes}
    assert places == {"agent", "alignments", "id", "ontology", "shapes", "vocab"}
    with closing(HTTPConnection("127.0.0.1", live.port, timeout=PATIENCE)) as connection:
        for node in nodes:
            connection.request("GET", Links(BASE).href(node.value), headers={"Accept": "text/html"})
            response = connection.getresponse()
            page = response.read().decode()
            assert response.status == 200, (node, page)
            assert node.value in page, node


@pytest.mark.parametrize("name", ["ontology", "shapes", "alignments"])
@pytest.mark.parametrize("media_type", SYNTAXES)
def test_an_ontology_dereferences_with_all_terms(
    seed_build: Path, get: Get, media_type: str, name: str
) -> None:
    """A fragment is never sent, so what is sent back holds every term."""
    file = Store()  # as the engine holds it: 0.0 becomes 0
    file.load(path=str(seed_build / f"{name}.ttl"))
    assert get(f"/{name}", media_type) == {quad.triple for quad in file}


def test_a_term_is_also_found_by_name(get: Get) -> None:
    """What a page links to is the one term."""
    term = NamedNode(f"{BASE}ontology#hasPayer")
    found = get("/ontology?term=hasPayer", "text/turtle")
    assert term in {triple.subject for triple in found}
    assert {triple for triple in found if term not in (triple.subject, triple.object)} == set()


def test_everything_that_has_an_address_has_a_page(live: Live, store: Store) -> None:
    """Each kind of thing that the dataset speaks of is shown to people."""
    nodes = [*instances(store), *(NamedNode(f"{BASE}{name}") for name in ("ontology", "shapes"))]
    kinds = {node.value.removeprefix(BASE).partition("_")[0]: node for node in nodes}
    assert len(kinds) > 30
    for node in kinds.values():
        reply = live.request("GET", Links(BASE).href(node.value), headers={"Accept": "text/html"})
        assert (reply.status, reply.media_type) == (200, "text/html"), node
        assert node.value in reply.text


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("", "text/html"),
        ("*/*", "text/html"),
        ("text/html,application/xhtml+xml,*/*;q=0.8", "text/html"),
        ("text/turtle", "text/turtle"),
        ("text/turtle;q=0.5, text/html;q=0.4", "text/turtle"),
        ("text/turtle;q=0.5, text/html", "text/html"),
        ("application/ld+json, */*;q=0.1", "application/ld+json"),
        ("application/json", "application/json"),
        ("application/rdf+xml;q=0.8, application/n-triples", "application/n-triples"),
        ("text/*;q=0.3, application/rdf+xml;q=0.2", "text/html"),
        ("nonsense, text/turtle", "text/turtle"),
    ],
)
def test_the_form_is_the_one_that_the_client_likes_best(
    live: Live, accept: str, expected: str
) -> None:
    """Weights count; a page wins a tie."""
    reply = live.request("GET", CIGNA, headers={"Accept": accept} if accept else {})
    assert (reply.status, reply.media_type) == (200, expected)
    assert "accept" in reply.headers["vary"].lower()


@pytest.mark.parametrize("accept", ["image/png", "text/html;q=0, */*;q=0", "nonsense"])
def test_a_client_that_takes_nothing_is_told_what_there_is(live: Live, accept: str) -> None:
    """406 names the types."""
    reply = live.request("GET", CIGNA, headers={"Accept": accept})
    assert reply.status == 406
    assert "text/turtle" in reply.text


def test_a_format_can_be_named_in_the_address(live: Live) -> None:
    """For links and for browsers; a wrong name is told."""
    reply = live.request("GET", f"{CIGNA}?format=nt", headers={"Accept": "text/html"})
    assert (reply.status, reply.media_type) == (200, "application/n-triples")
    assert live.request("GET", f"{CIGNA}?format=exe").status == 400


def test_forms_name_each_other(live: Live) -> None:
    """A page names its alternates, and triples name the page that describes them."""
    page = live.request("GET", CIGNA)
    for media_type in SYNTAXES:
        assert f'rel="alternate"; type="{media_type}"' in page.headers["link"]
    triples = live.request("GET", CIGNA, headers={"Accept": "text/turtle"})
    assert triples.headers["link"] == f'<{CIGNA}>; rel="describedby"; type="text/html"'


@pytest.mark.parametrize("accept", ["text/html", "text/turtle"])
def test_head_and_options_say_what_get_would(live: Live, accept: str) -> None:
    """HEAD has the headers without the body; OPTIONS names the methods; others are refused."""
    headers = {"Accept": accept}
    head = live.request("HEAD", CIGNA, headers=headers)
    assert (head.status, head.media_type, head.body) == (200, accept, b"")
    options = live.request("OPTIONS", CIGNA, headers=headers)
    assert (options.status, options.headers["allow"]) == (204, "GET, HEAD, OPTIONS")
    assert live.request("DELETE", CIGNA, headers=headers).status == 405


@pytest.mark.parametrize("accept", ["text/html", "text/turtle", "*/*", ""])
@pytest.mark.parametrize(
    "path",
    [
        "/id/org_nobody",
        "/vocab/nothing_here",
        "/ontology?term=hasNothing",
        "/shapes?term=None",
        "/x",
    ],
)
def test_an_iri_that_nothing_is_said_about_is_not_found(live: Live, path: str, accept: str) -> None:
    """404: a page with advice for people, a line of text for programs."""
    reply = live.request("GET", path, headers={"Accept": accept} if accept else {})
    assert (reply.status, "Accept" in reply.headers["vary"]) == (404, True)
    if accept == "text/html":
        assert (reply.media_type, "search" in reply.text) == ("text/html", True)
    else:
        assert (reply.media_type, reply.text.count("\n")) == ("text/plain", 1)
        assert reply.text.startswith("nothing is said here about http")


def test_a_page_that_has_not_changed_is_not_sent_again(live: Live) -> None:
    """An entity tag saves the body."""
    first = live.request("GET", CIGNA)
    again = live.request("GET", CIGNA, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status, again.body) == (304, b"")
    other = live.request("GET", CIGNA, headers={"If-None-Match": '"another"'})
    assert other.status == 200
