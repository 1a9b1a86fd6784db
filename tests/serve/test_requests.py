"""Requests that are odd, wrong or hostile get the right status (S15, S16, S18, S21, S22)."""

import http.client
import json
import socket
from pathlib import Path
from urllib.parse import quote

import pytest

from kg.serve.formats import GRAPH_SYNTAXES, GRAPHS, ROWS

from .live import Live, fresh, serving, until
from .results import ROW_FORMATS, read_graph, read_rows

ASK = "query=ASK%20%7B%7D"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
DIRECT = {"Content-Type": "application/sparql-query"}
GRAPH_QUERY = "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o } ORDER BY ?s ?p ?o LIMIT 20"
ROW_QUERY = "SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o LIMIT 20"

ODD = {
    "two queries": ("GET", f"/sparql?{ASK}&{ASK}", {}, None, 400),
    "two queries, one in the body": ("POST", f"/sparql?{ASK}", FORM, ASK, 400),
    "query and update": ("POST", "/sparql", FORM, f"{ASK}&update=CLEAR%20ALL", 403),
    "no query in a form": ("POST", "/sparql", FORM, "default-graph-uri=http://a/", 400),
    "an empty form": ("POST", "/sparql", FORM, "", 400),
    "an empty query": ("GET", "/sparql?query=", {}, None, 400),
    "an empty body": ("POST", "/sparql", DIRECT, "", 400),
    "a NUL": ("GET", "/sparql?query=ASK%20%7B%00%7D", {}, None, 400),
    "no UTF-8": ("GET", "/sparql?query=ASK%20%7B%FF%7D", {}, None, 400),
    "no UTF-8 in a body": ("POST", "/sparql", DIRECT, b"ASK {\xff}", 400),
    "no UTF-8 in a form": ("POST", "/sparql", FORM, "query=%FF", 400),
    "bytes beyond ASCII in a form": ("POST", "/sparql", FORM, "query=é".encode(), 400),
    "broken percent-encoding": ("GET", "/sparql?query=ASK%2", {}, None, 400),
    "a lone surrogate": ("GET", "/sparql?query=%ED%A0%80", {}, None, 400),
    "ten thousand parameters": ("GET", f"/sparql?{'a=b&' * 10_000}{ASK}", {}, None, 400),
    "a graph that is no IRI": ("GET", f"/sparql?{ASK}&default-graph-uri=a%20b", {}, None, 400),
    "a format that nobody knows": ("GET", f"/sparql?{ASK}&format=pdf", {}, None, 400),
    "another character set": (
        *("POST", "/sparql", {"Content-Type": "application/sparql-query; charset=latin-1"}),
        *("ASK {}", 415),
    ),
    "another type": ("POST", "/sparql", {"Content-Type": "application/json"}, "{}", 415),
    "no type": ("POST", "/sparql", {}, "ASK {}", 415),
    "files": ("POST", "/sparql", {"Content-Type": "multipart/form-data; boundary=x"}, "--x", 415),
    "a compressed body": ("POST", "/sparql", {**DIRECT, "Content-Encoding": "gzip"}, b"\x1f", 415),
    "a large body": ("POST", "/sparql", DIRECT, f"ASK {{}} #{'x' * 300_000}", 413),
    "a long URL": ("GET", f"/sparql?{ASK}{'%20' * 30_000}", {}, None, 414),
    "large headers": ("GET", f"/sparql?{ASK}", {"X-Large": "x" * 100_000}, None, 431),
    "PUT": ("PUT", "/sparql", DIRECT, "ASK {}", 405),
    "DELETE": ("DELETE", "/sparql", {}, None, 405),
    "PATCH": ("PATCH", "/sparql", DIRECT, "ASK {}", 405),
    "TRACE": ("TRACE", "/sparql", {}, None, 405),
    "an unknown path": ("GET", "/nothing", {}, None, 404),
    "no graph named": ("GET", "/store", {}, None, 400),
    "two graphs named": ("GET", "/store?default&graph=http://a/", {}, None, 400),
    "a relative graph": ("GET", "/store?graph=a", {}, None, 400),
    "a graph that is not here": ("GET", "/store?graph=http://a/", {}, None, 404),
}
"""Method, path, headers and body of a request, and the status that it gets."""


@pytest.mark.hostile(case="S15")
@pytest.mark.parametrize("name", ODD)
def test_an_odd_request_is_the_fault_of_its_client(name: str, live: Live) -> None:
    """The status says which fault; the body is one line of plain text, without a traceback."""
    method, path, headers, body, status = ODD[name]
    sent = body.encode() if isinstance(body, str) else body
    reply = live.request(method, path, headers=headers, body=sent)
    assert reply.status == status, reply.text
    assert reply.media_type == "text/plain"
    assert len(reply.text.splitlines()) == 1
    if status == 405:
        assert reply.headers["allow"] == "GET, HEAD, OPTIONS, POST, QUERY"


_POST = b"POST /sparql HTTP/1.1\r\nHost: localhost\r\n"
RAW = {
    "no HTTP": (b"hello\r\n\r\n", b"400"),
    "two lengths": (
        _POST + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nASK {}",
        b"400",
    ),
    "length and chunks": (
        _POST + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"400",
    ),
    "no host": (b"GET /health HTTP/1.1\r\n\r\n", b"400"),
    "a tunnel": (b"CONNECT example.org:443 HTTP/1.1\r\nHost: localhost\r\n\r\n", b"4"),
    "a space in the path": (b"GET /sparql ?x HTTP/1.1\r\nHost: localhost\r\n\r\n", b"400"),
    "an unknown method": (b"BREW /sparql HTTP/1.1\r\nHost: localhost\r\n\r\n", b"400"),
    "a header in the path": (
        b"GET /sparql?query=ASK&format=%0D%0AX-Evil:%201 HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"400",
    ),
}


@pytest.mark.hostile(case="S15")
@pytest.mark.parametrize("name", RAW)
def test_what_is_no_request_is_refused(name: str, live: Live) -> None:
    """Bytes that HTTP does not allow, or that two servers might read in two ways, get a 400."""
    sent, status = RAW[name]
    with live.raw() as connection:
        connection.sendall(sent)
        connection.shutdown(socket.SHUT_WR)
        answer = b"".join(iter(lambda: connection.recv(65_536), b""))
    assert answer.startswith(b"HTTP/1.1 " + status), answer
    assert b"X-Evil" not in answer
    assert live.query("ASK {}").status == 200


def test_every_format_of_rows_says_the_same(live: Live) -> None:
    """JSON, XML and TSV hold the same rows, and CSV as many; each says its type."""
    found = {}
    for (name, types), suffix in zip(ROWS.items(), (".srj", ".srx", ".csv", ".tsv"), strict=True):
        reply = live.query(ROW_QUERY, accept=types[0])
        assert (reply.status, reply.media_type) == (200, types[0])
        found[name] = read_rows(reply.body, ROW_FORMATS[suffix])
    assert found["json"] == found["xml"] == found["tsv"]
    assert found["csv"].count("row>") == found["json"].count("row>") == 20


def test_every_format_of_graphs_says_the_same(live: Live) -> None:
    """Six syntaxes hold the same triples; each says its type."""
    found = set()
    for name, types in GRAPHS.items():
        reply = live.query(GRAPH_QUERY, accept=types[0])
        assert (reply.status, reply.media_type) == (200, types[0])
        found.add(read_graph(reply.body, GRAPH_SYNTAXES[name]))
    assert len(found) == 1
    assert found.pop().count("\n") == 19


ACCEPTED = (
    ("", "application/sparql-results+json", "text/turtle"),
    ("*/*", "application/sparql-results+json", "text/turtle"),
    ("*", "application/sparql-results+json", "text/turtle"),
    ("text/*", "text/csv", "text/turtle"),
    ("application/json", "application/json", "application/json"),
    ("text/csv;q=0.5, text/tab-separated-values", "text/tab-separated-values", None),
    ("application/*;q=0, */*;q=0.1", "text/csv", "text/turtle"),
    ("application/rdf+xml;q=0.9, text/turtle;q=0.8", None, "application/rdf+xml"),
    ("text/turtle; charset=utf-8", None, "text/turtle"),
    ("image/png", None, None),
    ("*/*;q=0", None, None),
    ("nonsense", None, None),
    ("nonsense, ;;;, text/csv", "text/csv", None),
    (", ".join(f"text/x{n}" for n in range(1_000)) + ", text/csv", "text/csv", None),
)  # fmt: skip
"""An Accept header, and what a query for rows, and for a graph, comes as; nothing for a 406."""


@pytest.mark.hostile(case="S16")
@pytest.mark.parametrize(("accept", "rows", "graph"), ACCEPTED)
def test_the_format_is_the_one_liked_best(
    accept: str, rows: str | None, graph: str | None, live: Live
) -> None:
    """Quality values are kept to; if nothing fits, the answer is 406 and names what there is."""
    for query, expected in ((ROW_QUERY, rows), (GRAPH_QUERY, graph)):
        reply = live.query(query, accept=accept)
        if expected is None:
            assert reply.status == 406
            assert "it comes as" in reply.text or "they come as" in reply.text
        else:
            assert (reply.status, reply.media_type) == (200, expected)
            assert "Accept" in reply.headers["vary"]


def test_a_format_can_be_named_instead(live: Live) -> None:
    """`format=` wins over the header, for those who can set none."""
    reply = live.get(ROW_QUERY, accept="image/png", format="csv")
    assert (reply.status, reply.headers["content-type"]) == (200, "text/csv; charset=utf-8")
    assert live.get(GRAPH_QUERY, format="csv").status == 406


@pytest.mark.hostile(case="S15")
def test_head_is_get_without_a_body(live: Live) -> None:
    """A HEAD has the headers of a GET, but for the length, and finds the same faults."""
    for path in (f"/sparql?{ASK}", "/sparql", "/store?default", "/health", "/sparql?query=AKS"):
        get, head = (live.request(method, path) for method in ("GET", "HEAD"))
        assert (head.status, head.body) == (get.status, b"")
        assert head.headers["content-type"] == get.headers["content-type"]


@pytest.mark.hostile(case="S15")
def test_query_is_a_method(live: Live) -> None:
    """The HTTP method QUERY is a POST that promises to change nothing."""
    reply = live.request("QUERY", "/sparql", headers=DIRECT, body=b"ASK {}")
    assert (reply.status, json.loads(reply.body)["boolean"]) == (200, True)


@pytest.mark.hostile(case="S15")
def test_options_names_methods_and_types(live: Live) -> None:
    """OPTIONS has no body; it tells the methods and what can be posted."""
    reply = live.request("OPTIONS", "/sparql")
    assert (reply.status, reply.body) == (204, b"")
    assert reply.headers["allow"] == "GET, HEAD, OPTIONS, POST, QUERY"
    assert "application/sparql-query" in reply.headers["accept-post"]
    assert live.request("OPTIONS", "/store").headers["allow"] == "GET, HEAD, OPTIONS"


def test_faults_of_queries_say_line_and_column(live: Live) -> None:
    """The message is that of `kg query`; what could act on a terminal is escaped."""
    reply = live.query("SELECT *\nWHERE { ?s ?p \x1b[31m }")
    assert reply.status == 400
    assert "at line 2, column 15: \\x1b" in reply.text


def test_our_prefixes_need_no_declaration(live: Live) -> None:
    """A query may use the prefixes of the dataset, and a PREFIX line of its own wins."""
    (row,) = live.query("SELECT (COUNT(*) AS ?n) { ?p a acp:Program }").rows
    assert row["n"]["value"] == "2"
    (row,) = live.query("PREFIX acp: <http://e/> SELECT (COUNT(*) AS ?n) { ?p a acp:Program }").rows
    assert row["n"]["value"] == "0"


def test_relative_iris_are_relative_to_the_endpoint(live: Live) -> None:
    """As RFC 3986 has it where a query has no BASE."""
    (row,) = live.query("SELECT (<x> AS ?iri) {}").rows
    assert row["iri"]["value"] == f"{live.url}/x"


HOSTILE_LITERALS = ("<script>alert(1)</script>", "</textarea>", "]]>", "&amp;", "\u2028", "a\r\nb")


@pytest.mark.hostile(case="S18")
@pytest.mark.parametrize("text", HOSTILE_LITERALS)
def test_hostile_text_stays_text(text: str, live: Live) -> None:
    """In every format a literal comes back as it was, and no browser takes it for a page."""
    escaped = text.replace("\r", "\\r").replace("\n", "\\n")
    query = f'SELECT ("{escaped}" AS ?x) {{}}'
    for name, suffix in zip(ROWS, (".srj", ".srx", ".csv", ".tsv"), strict=True):
        reply = live.get(query, format=name)
        assert reply.status == 200
        assert reply.headers["x-content-type-options"] == "nosniff"
        expected = live.get(query, format="json")
        if name != "csv":
            found = read_rows(reply.body, ROW_FORMATS[suffix])
            assert found == read_rows(expected.body, ROW_FORMATS[".srj"])
    assert json.loads(expected.body)["results"]["bindings"][0]["x"]["value"] == text


def test_xml_is_well_formed_or_not_sent(live: Live) -> None:
    """A character that XML has no way to write is an error, where the engine would write it."""
    for query in ('SELECT ("\\u0008" AS ?x) {}', 'SELECT ("\\uFFFE" AS ?x) {}'):
        assert live.get(query, format="json").status == 200
        reply = live.get(query, format="xml")
        assert (reply.status, "take JSON" in reply.text) == (406, True)
    numbered = "CONSTRUCT { <http://e/s> <http://e/2012> 1 } {}"
    assert live.get(numbered, format="turtle").status == 200
    reply = live.get(numbered, format="rdf")
    assert (reply.status, "http://e/2012" in reply.text) == (406, True)


def test_every_response_has_the_headers_that_protect(live: Live) -> None:
    """Answers, errors and refusals alike tell browsers to load nothing and to guess nothing."""
    for reply in (
        live.query("ASK {}"),
        live.query("nonsense"),
        live.request("GET", "/nothing"),
        live.request("GET", "/health", headers={"Host": "evil.example"}),
    ):
        assert reply.headers["content-security-policy"].startswith("default-src 'self';")
        assert reply.headers["x-content-type-options"] == "nosniff"
        assert reply.headers["referrer-policy"] == "no-referrer"
        assert "server" not in reply.headers
        assert "set-cookie" not in reply.headers


@pytest.mark.hostile(case="S21")
@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:80", "127.0.0.1.evil.example", "", "localhost@evil", "[::2]"],
)
def test_a_foreign_host_name_is_refused(host: str, live: Live) -> None:
    """A page cannot have its own name point here and read what is served only here (S21)."""
    reply = live.request("GET", f"/sparql?{ASK}", headers={"Host": host})
    assert (reply.status, b"boolean" in reply.body) == (400, False)


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:99", "127.0.0.1", "[::1]:8787"])
def test_the_names_of_this_machine_are_known(host: str, live: Live) -> None:
    """On loopback, the service goes by the names that machines have for themselves."""
    assert live.request("GET", f"/sparql?{ASK}", headers={"Host": host}).status == 200


@pytest.mark.hostile(case="S21")
@pytest.mark.parametrize("origin", ["https://evil.example", "null"])
def test_pages_may_read_but_never_with_credentials(origin: str, live: Live) -> None:
    """CORS lets any page read, as a stranger: no cookie and no password comes along."""
    preflight = live.request(
        "OPTIONS",
        "/sparql",
        headers={
            "Origin": origin,
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "content-type",
        },
    )
    simple = live.request("GET", f"/sparql?{ASK}", headers={"Origin": origin, "Cookie": "a=b"})
    for reply in (preflight, simple):
        assert reply.status == 200
        assert reply.headers["access-control-allow-origin"] == "*"
        assert "access-control-allow-credentials" not in reply.headers


def test_pages_that_may_read_can_be_named(seed_build: Path) -> None:
    """`--cors` names origins; `--cors none` keeps every page out."""
    query = f"/sparql?{ASK}"
    with serving(seed_build, "--workers", "1", "--cors", "https://a.example") as service:
        allowed, other = (
            service.request("GET", query, headers={"Origin": origin}).headers
            for origin in ("https://a.example", "https://b.example")
        )
        assert allowed["access-control-allow-origin"] == "https://a.example"
        assert "access-control-allow-origin" not in other
    with serving(seed_build, "--workers", "1", "--cors", "none") as service:
        headers = service.request("GET", query, headers={"Origin": "https://a.example"}).headers
        assert "access-control-allow-origin" not in headers


TRAVERSALS = (
    *("/static/../../etc/passwd", "/../../etc/passwd", "/static/%2e%2e/%2e%2e/etc/passwd"),
    *("/static/..%2f..%2fetc%2fpasswd", "/static/%00", "/static/x%00.css", "/%2e%2e/x.toml"),
    *("/store/../../etc/passwd", "/graph/..%2f..%2fetc%2fpasswd", "//etc/passwd"),
    *("/static/..\\..\\etc\\passwd", "/graph/%00", "/build/SHA256SUMS"),
)  # fmt: skip


@pytest.mark.hostile(case="S22")
@pytest.mark.parametrize("path", TRAVERSALS)
def test_no_path_leads_to_a_file(path: str, live: Live) -> None:
    """Whatever is written in a path, no file of the machine is behind it (S22)."""
    with live.raw() as connection:
        request = f"GET {path} HTTP/1.1\r\nHost: {live.authority}\r\nConnection: close\r\n\r\n"
        connection.sendall(request.encode())
        answer = b"".join(iter(lambda: connection.recv(65_536), b""))
    assert answer.startswith((b"HTTP/1.1 404 ", b"HTTP/1.1 400 ")), answer
    assert b"root:" not in answer


def test_log_lines_hold_no_word_of_a_query(live: Live) -> None:
    """Each query leaves one JSON line with its digest; nobody can write into the log."""
    secret, address = '"}\n{"outcome": "forged', "127.0.0.3"
    query = f"ASK {{ ?s ?p {quote(secret)} }} # {secret}"
    assert live.query(query, source=address).status == 400
    assert live.query(fresh("ASK {}"), source=address).status == 200

    def ours() -> list[dict[str, object]]:
        return [line for line in live.log() if line["client"] == address]

    assert until(lambda: len(ours()) == 2)
    lines = ours()
    assert [line["outcome"] for line in lines] == ["refused", "ok"]
    assert b"forged" not in live.log_path.read_bytes()
    for line in lines:
        assert line.keys() == {"time", "query", "outcome", "ms", "bytes", "client"}
        assert len(str(line["query"])) == 16


def test_figures_count_queries_by_outcome(live: Live) -> None:
    """/metrics is Prometheus text, and moves with every query; /health tells how it goes."""
    name = 'kg_queries_total{outcome="ok"}'
    before = live.metrics().get(name, 0)
    assert live.query(fresh("ASK {}")).status == 200
    after = live.metrics()
    assert after[name] == before + 1
    assert after["kg_workers"] >= 4
    assert after["kg_query_seconds_count"] >= after[name]
    health = live.health()
    assert (health["status"], health["triples"]) == ("ok", int(after["kg_triples"]))


def test_remembered_answers_are_told_apart(live: Live) -> None:
    """The second time nobody works for a query; the log says so, and the answer is the same."""
    query, address = fresh(ROW_QUERY), "127.0.0.4"
    first, second = (live.query(query, source=address) for _ in range(2))
    assert first.body == second.body

    def outcomes() -> list[str]:
        return [line["outcome"] for line in live.log() if line["client"] == address]

    assert until(lambda: len(outcomes()) == 2)
    assert outcomes() == ["ok", "remembered"]


def test_large_queries_may_wait_to_be_invited(live: Live) -> None:
    """`Expect: 100-continue` gets its 100 before the body is sent, and then the answer."""
    query = b"ASK {}" + b" " * 2_000
    with live.raw() as connection:
        head = f"POST /sparql HTTP/1.1\r\nHost: {live.authority}\r\nConnection: close\r\n"
        head += f"Content-Type: application/sparql-query\r\nContent-Length: {len(query)}\r\n"
        connection.sendall(f"{head}Expect: 100-continue\r\n\r\n".encode())
        assert connection.recv(65_536) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(query)
        answer = b"".join(iter(lambda: connection.recv(65_536), b""))
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert answer.endswith(b'"boolean":true}')


def test_a_connection_goes_on_after_answers_without_a_body(live: Live) -> None:
    """HEAD, 204 and 405 leave the connection fit for the next request."""
    connection = http.client.HTTPConnection("127.0.0.1", live.port)
    for method, status in (("HEAD", 200), ("OPTIONS", 204), ("PUT", 405), ("GET", 200)) * 2:
        connection.request(method, f"/sparql?{ASK}")
        response = connection.getresponse()
        assert response.status == status
        response.read()
    connection.close()
