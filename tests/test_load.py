"""Tests of `kg.load` against a store of our own on loopback, which can be told to fail."""

import base64
import gzip
import re
import shlex
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from pyoxigraph import DefaultGraph, NamedNode, RdfFormat, Store, Triple
from typer.testing import CliRunner

from kg.access import Credentials
from kg.cli import app
from kg.errors import InputError, ServiceError, UsageError
from kg.load import PART_BYTES, GraphStore, LoadOptions, LoadSummary, load_build
from kg.load.server import RETRIES
from kg.sparql import open_dataset
from tests.command import ROOT, kg

MODEL_GRAPHS = 4
_PLAIN, _NOBODY = LoadOptions(), Credentials()


@dataclass
class FakeStore:
    """A Graph Store in memory, with what was asked of it and the answers it was told to give."""

    store: Store = field(default_factory=Store)
    requests: list[tuple[str, str, str | None]] = field(default_factory=list)
    answers: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    password: str | None = None
    url: str = ""

    def take(self, method: str, graph: str | None, content: bytes) -> None:
        """Do what the protocol says."""
        name = NamedNode(graph) if graph else DefaultGraph()
        if method == "PUT":
            self.store.clear_graph(name)
        self.store.load(input=content, format=RdfFormat.N_TRIPLES, to_graph=name)


class Handler(BaseHTTPRequestHandler):
    """The protocol of `FakeStore` over HTTP."""

    fake: FakeStore
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        """Keep quiet."""

    def do_PUT(self) -> None:
        """Replace a graph."""
        self._take()

    def do_POST(self) -> None:
        """Add to a graph."""
        self._take()

    def _take(self) -> None:
        content = self.rfile.read(int(self.headers["Content-Length"]))
        query = parse_qs(urlsplit(self.path).query, keep_blank_values=True)
        graph = query["graph"][0] if "graph" in query else None
        assert graph or "default" in query
        self.fake.requests.append((self.command, self.path, self.headers.get("Authorization")))
        if self.fake.password and self.headers.get("Authorization") != self.fake.password:
            return self._answer(401, {"WWW-Authenticate": 'Basic realm="programs"'})
        if self.fake.answers:
            code, headers = self.fake.answers.pop(0)
            if code != 200:
                return self._answer(code, headers)
        self.fake.take(self.command, graph, content)
        return self._answer(204, {})

    def _answer(self, code: int, headers: dict[str, str]) -> None:
        self.send_response(code)
        for name, value in {"Content-Length": "0", **headers}.items():
            self.send_header(name, value)
        self.end_headers()


@pytest.fixture
def fake() -> Iterator[FakeStore]:
    """Return a store that listens on loopback."""
    fake = FakeStore()
    handler = type("OwnHandler", (Handler,), {"fake": fake})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    fake.url = f"http://127.0.0.1:{server.server_port}/store"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield fake
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="session")
def build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a build of the seeds."""
    out = tmp_path_factory.mktemp("load") / "build"
    assert kg("build", "seeds", "--out", out).returncode == 0
    return out


@pytest.fixture(autouse=True)
def state(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Keep what is remembered out of the home of whoever runs the tests."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "state"


def dataset(build: Path) -> Store:
    """Return the dataset of a build as its own engine reads it."""
    store = Store()
    with gzip.open(build / "dataset.nq.gz") as file:
        store.load(input=file.read(), format=RdfFormat.N_QUADS)
    return store


def send(
    fake: FakeStore,
    build: Path,
    options: LoadOptions = _PLAIN,
    *,
    credentials: Credentials = _NOBODY,
    wait: Callable[[float], None] = lambda _: None,
) -> LoadSummary:
    """Load a build into a store, without waiting."""
    with GraphStore(fake.url, credentials, wait=wait) as store:
        return load_build(build, store, options)


def _unnamed(build: Path) -> set[Triple]:
    """Return what our own engine has in the unnamed graph of a build."""
    own = open_dataset(build).quads_for_pattern(None, None, None, DefaultGraph())
    return {quad.triple for quad in own}


def test_one_graph_holds_facts_evidence_and_model(fake: FakeStore, build: Path) -> None:
    """Without a graph's name they go to the unnamed graph, once each; nothing else does."""
    loaded = send(fake, build)
    assert {q.triple for q in fake.store} == _unnamed(build)
    assert {str(q.graph_name) for q in fake.store} == {"DEFAULT"}
    assert (loaded.graphs, loaded.parts_before) == (1, 0)
    assert {method for method, _, _ in fake.requests} == {"POST"}
    assert all(path.endswith("?default=") for _, path, _ in fake.requests)


def test_graphs_by_document_are_those_of_the_dataset(fake: FakeStore, build: Path) -> None:
    """By document, the store holds the very quads of the dataset, and loading again adds none."""
    options = LoadOptions(graph=None, part_bytes=20_000)
    for _ in range(2):
        loaded = send(fake, build, options)
    assert set(fake.store) == set(dataset(build))
    assert loaded.graphs == 2 + MODEL_GRAPHS
    puts = [path for method, path, _ in fake.requests if method == "PUT"]
    assert len(puts) == 2 * loaded.graphs  # the first part of each replaces, the others add
    assert len(fake.requests) > len(puts)


def test_named_graph_is_replaced_only_when_told_to(fake: FakeStore, build: Path) -> None:
    """What a graph held stays, unless the graph is to be replaced; other graphs are not touched."""
    old = b'<http://ex.org/a> <http://ex.org/b> "old" .\n'
    for graph in ("http://ex.org/programs", "http://ex.org/other"):
        fake.take("POST", graph, old)
    programs = NamedNode("http://ex.org/programs")
    send(fake, build, LoadOptions(graph=programs.value))
    whole = len(list(fake.store.quads_for_pattern(None, None, None, programs)))
    send(fake, build, LoadOptions(programs.value, replace=True, part_bytes=50_000))
    assert len(list(fake.store.quads_for_pattern(None, None, None, programs))) == whole - 1
    other = fake.store.quads_for_pattern(None, None, None, NamedNode("http://ex.org/other"))
    assert len(list(other)) == 1


def test_attempt_that_stopped_goes_on(fake: FakeStore, build: Path, state: Path) -> None:
    """After a refusal the next attempt sends only the parts that the store has not taken."""
    options = LoadOptions(part_bytes=50_000, replace=True)
    fake.answers = [*[(200, {})] * 3, (500, {})]
    with pytest.raises(ServiceError, match="part 4 was not taken: 500"):
        send(fake, build, options)
    assert len(list(state.rglob("load-*"))) == 1
    loaded = send(fake, build, options)
    assert loaded.parts_before == 3
    assert {q.triple for q in fake.store} == _unnamed(build)
    assert [method for method, _, _ in fake.requests].count("PUT") == 1
    assert list(state.rglob("load-*")) == []
    again = send(fake, build, options)
    assert again.parts == loaded.parts + 3


def test_the_guide_shows_commands_that_there_are(tmp_path: Path) -> None:
    """Each `kg load` of the page on triple stores has the arguments that the program takes."""
    text = (ROOT / "docs" / "triple-stores.md").read_text("utf-8")
    shown = re.findall(r"kg load (build --to [^`\n]+)", text)
    assert len(shown) > 6
    for words in shown:
        done = CliRunner().invoke(
            app, ["load", str(tmp_path), *shlex.split(words)[1:]], env={"KG_PASSWORD": "dba"}
        )
        assert done.exit_code == 4, done.output  # all that is wrong is that no build is there


def test_restart_forgets_the_attempt(fake: FakeStore, build: Path) -> None:
    """Told to begin anew, every part is sent."""
    fake.answers = [(200, {}), (500, {})]
    options = LoadOptions(part_bytes=50_000)
    with pytest.raises(ServiceError):
        send(fake, build, options)
    loaded = send(fake, build, LoadOptions(part_bytes=50_000, restart=True))
    assert loaded.parts_before == 0


def test_another_build_begins_at_the_beginning(
    fake: FakeStore, build: Path, tmp_path: Path
) -> None:
    """What is remembered of one build says nothing of another."""
    fake.answers = [(200, {}), (500, {})]
    with pytest.raises(ServiceError):
        send(fake, build, LoadOptions(part_bytes=50_000))
    other = tmp_path / "other"
    assert kg("build", "seeds/000_9b51a3162d223c6e.txt", "--out", other).returncode == 0
    loaded = send(fake, other, LoadOptions(part_bytes=50_000))
    assert loaded.parts_before == 0


def test_busy_server_is_asked_again(fake: FakeStore, build: Path) -> None:
    """A part is sent again after the time that the server asks for."""
    waits: list[float] = []
    fake.answers = [(503, {"Retry-After": "7"}), (429, {}), (200, {})]
    send(fake, build, wait=waits.append)
    assert waits == [7.0, 2.0]


def test_server_that_stays_busy_ends_the_attempt(fake: FakeStore, build: Path) -> None:
    """After five more tries the command gives up and says what the server said."""
    fake.answers = [(503, {})] * 6
    with pytest.raises(ServiceError, match="503 Service Unavailable"):
        send(fake, build)
    assert len(fake.requests) == 6


def test_server_that_is_not_there(build: Path) -> None:
    """Where no server answers, the message names the address and the part."""
    nobody = FakeStore(url="http://127.0.0.1:9/store")
    with pytest.raises(ServiceError, match=r"127\.0\.0\.1:9/store: part 1 .* no answer"):
        send(nobody, build)


@pytest.mark.parametrize(
    ("code", "advice"),
    [(401, "password"), (404, "triple-stores.md"), (413, "--part-size"), (301, "points to")],
)
def test_refusals_say_what_to_do(fake: FakeStore, build: Path, code: int, advice: str) -> None:
    """Each common refusal comes with its remedy, and is not tried again."""
    fake.answers = [(code, {})]
    with pytest.raises(ServiceError, match=advice):
        send(fake, build)
    assert len(fake.requests) == 1


def test_password_answers_a_challenge(fake: FakeStore, build: Path) -> None:
    """Name and password go out only once the server asks, and then with every part."""
    fake.password = "Basic " + base64.b64encode(b"ada:secret").decode()
    credentials = Credentials("ada", "secret")
    send(fake, build, LoadOptions(part_bytes=50_000), credentials=credentials)
    sent = [authorization for _, _, authorization in fake.requests]
    assert sent[0] is None
    assert set(sent[1:]) == {fake.password}
    assert "secret" not in repr(Credentials("ada", "secret"))


def test_token_goes_with_every_part(fake: FakeStore, build: Path) -> None:
    """A token is sent as a bearer token."""
    fake.password = "Bearer abc"
    send(fake, build, credentials=Credentials(token="abc"))  # noqa: S106 - no one's
    assert {authorization for _, _, authorization in fake.requests} == {"Bearer abc"}


@pytest.mark.parametrize(
    "url",
    ["store", "file:///etc/passwd", "http://", "http://ada:secret@127.0.0.1/", "http://a\nb/"],
)
def test_addresses_that_are_none_are_refused(url: str) -> None:
    """What is no web address, or holds a password, is refused before anything is sent."""
    with pytest.raises(UsageError):
        GraphStore(url)


def test_password_never_goes_out_in_the_clear() -> None:
    """A password is sent over https, or to this machine."""
    with pytest.raises(UsageError, match="https"):
        GraphStore("http://example.org/store", Credentials("ada", "secret"))
    with GraphStore("https://example.org/store", Credentials("ada", "secret")) as store:
        assert store.url.startswith("https")


def test_folder_without_a_build(tmp_path: Path, fake: FakeStore) -> None:
    """A folder that holds no build, or a damaged one, is named and nothing is sent."""
    with pytest.raises(InputError, match="no build is here"):
        send(fake, tmp_path)
    (tmp_path / "SHA256SUMS").write_text("")
    (tmp_path / "dataset.nq.gz").write_bytes(b"not gzip")
    with pytest.raises(InputError, match="not readable"):
        send(fake, tmp_path)
    assert fake.requests == []


def test_command_loads_and_says_so(fake: FakeStore, build: Path, state: Path) -> None:
    """The command tells how much it loaded and where, and its faults keep their statuses."""
    env = {"XDG_STATE_HOME": str(state)}
    done = kg("load", build, "--to", fake.url, env=env)
    assert done.returncode == 0, done.stderr
    triples = len(fake.store)
    assert triples > 4_000
    assert b"triples in 1 graph, " in done.stderr
    assert fake.url.encode() in done.stderr
    assert done.stdout == b""
    assert kg("load", build, "--to", fake.url, "--user", "ada", env=env).returncode == 2
    assert kg("load", build, "--to", fake.url, "--by-document", "--replace").returncode == 2
    assert kg("load", state, "--to", fake.url, env=env).returncode == 4
    fake.answers = [(404, {})]
    failed = kg("load", build, "--to", fake.url, env=env)
    assert failed.returncode == 6
    assert failed.stderr.count(b"\n") == 1


def test_the_guide_tells_of_every_option_and_limit() -> None:
    """The guide that errors name is there, and says what the command can be told."""
    guide = (ROOT / "docs" / "triple-stores.md").read_text("utf-8")
    options = set(re.findall(r"(?<!\S)--[a-z-]+", kg("load", "--help").stdout.decode())) - {
        "--help"
    }
    assert len(options) >= 8
    assert {option for option in options if f"`{option}" not in guide} == set()
    assert (RETRIES, PART_BYTES >> 20) == (5, 4), "the guide says so in words"
