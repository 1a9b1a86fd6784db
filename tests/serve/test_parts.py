"""The parts of the service that need no process: turns, frames, requests, formats, the log."""

import asyncio
import os
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Message

from kg.errors import UsageError
from kg.serve.app import Pages, create_app
from kg.serve.backend import Answer, Health
from kg.serve.cache import Cache
from kg.serve.contents import Contents
from kg.serve.faults import STATUS, Fault, read_outcome
from kg.serve.formats import FORMATS, choose_form, list_types
from kg.serve.frames import KINDS, Frame, Unpacker, pack
from kg.serve.limits import Limits
from kg.serve.log import LogWriter
from kg.serve.monitor import Monitor
from kg.serve.operation import read_operation, read_parameters, read_posted
from kg.serve.query import Query
from kg.serve.respond import Service
from kg.serve.site import Site
from kg.serve.turns import Turns
from tests.serve.waiting import wait_for


def turns(workers: int, **limits: float) -> Turns[int]:
    """Return turns over workers that are numbers."""
    made: Turns[int] = Turns(Limits(workers=workers, **limits))  # type: ignore[arg-type]  # some are whole
    for worker in range(workers):
        made.add(worker)
    return made


def run(test: Callable[[], Awaitable[None]]) -> None:
    """Run a test that waits."""

    async def main() -> None:
        await asyncio.wait_for(test(), 60)

    wait_for(main())


def test_one_client_leaves_a_worker_for_others() -> None:
    """Of three workers a client gets two; the third goes to another, who came later."""

    async def test() -> None:
        made = turns(3, queue_seconds=60)
        held = [await made.take("a"), await made.take("a")]
        waiting = asyncio.create_task(made.take("a"))
        await asyncio.sleep(0)
        assert (made.running, made.waiting) == (2, 1)
        other = await made.take("b")
        assert {*held, other} == {0, 1, 2}
        made.give_back("b", other)
        await asyncio.sleep(0)
        assert not waiting.done()  # still two of them
        made.give_back("a", held[0])
        assert await waiting in {held[0], other}

    run(test)


def test_turns_come_in_order() -> None:
    """Who waits longest is next, unless it has its share."""

    async def test() -> None:
        made = turns(2, queue_seconds=60)
        worker = await made.take("a")
        order: list[str] = []

        async def wait(client: str) -> None:
            taken = await made.take(client)
            order.append(client)
            made.give_back(client, taken)

        blocker = await made.take("z")
        tasks = [asyncio.create_task(wait(client)) for client in ("a", "b", "c", "b")]
        await asyncio.sleep(0)
        assert made.waiting == 4
        made.give_back("z", blocker)
        made.give_back("a", worker)
        await asyncio.gather(*tasks)
        assert sorted(order) == ["a", "b", "b", "c"]
        assert order.index("b") < order.index("c")
        assert (made.running, made.waiting) == (0, 0)

    run(test)


def test_a_full_queue_and_a_long_wait_are_busy() -> None:
    """Neither leaves a trace."""

    async def test() -> None:
        made = turns(1, queue=2, queue_seconds=0.05)
        worker = await made.take("a")
        waiting = [asyncio.create_task(made.take(client)) for client in ("b", "c")]
        await asyncio.sleep(0)
        with pytest.raises(Fault, match="too many"):
            await made.take("d")
        for one in waiting:
            with pytest.raises(Fault, match="in time"):
                await one
        assert (made.running, made.waiting) == (1, 0)
        made.give_back("a", worker)
        assert await made.take("c") == worker

    run(test)


def test_one_client_leaves_places_to_wait_for_others() -> None:
    """Of four places a client gets two."""

    async def test() -> None:
        made = turns(1, queue=4, queue_seconds=60)
        await made.take("a")
        waiting = [asyncio.create_task(made.take(client)) for client in ("a", "a", "b")]
        await asyncio.sleep(0)
        with pytest.raises(Fault, match="too many"):
            await made.take("a")
        assert made.waiting == 3
        for one in waiting:
            one.cancel()
        await asyncio.wait(waiting)
        assert made.waiting == 0

    run(test)


def test_a_turn_given_up_is_not_lost() -> None:
    """A worker that comes at the moment at which its query is cancelled goes to the next."""

    async def test() -> None:
        made = turns(1, queue_seconds=60)
        worker = await made.take("a")
        first = asyncio.create_task(made.take("b"))
        second = asyncio.create_task(made.take("c"))
        await asyncio.sleep(0)
        made.give_back("a", worker)  # now it is the first one's
        first.cancel()
        assert await second == worker
        with pytest.raises(asyncio.CancelledError):
            await first
        assert (made.running, made.waiting) == (1, 0)

    run(test)


def test_a_lost_worker_is_nobodys() -> None:
    """A worker that ended while it was free is not handed out."""

    async def test() -> None:
        made = turns(2, queue_seconds=0.01)
        made.remove(1)
        made.remove(1)
        assert await made.take("a") == 0
        with pytest.raises(Fault):
            await made.take("b")

    run(test)


@given(st.lists(st.tuples(st.sampled_from(sorted(KINDS)), st.binary(max_size=300))), st.data())
def test_frames_survive_any_cutting(frames: list[tuple[str, bytes]], data: st.DataObject) -> None:
    """Whatever the pieces in which bytes arrive, the same frames come out."""
    sent = b"".join(pack(kind, payload) for kind, payload in frames)  # type: ignore[arg-type]  # sampled kinds
    unpacker = Unpacker()
    received: list[Frame] = []
    while sent:
        size = data.draw(st.integers(1, max(1, len(sent))))
        received += unpacker.feed(sent[:size])
        sent = sent[size:]
    assert received == frames


@pytest.mark.parametrize("nonsense", [b"hello world", b"S\xff\xff\xff\xff"])
def test_what_is_no_frame_is_refused(nonsense: bytes) -> None:
    """A worker gone mad cannot make the front wait for gigabytes."""
    with pytest.raises(ValueError, match="b'"):
        [*Unpacker().feed(nonsense)]


def outcome_of(read: Callable[[], object]) -> str:
    """Return what reading a request comes to."""
    try:
        read()
    except Fault as fault:
        return fault.outcome
    return "ok"


TYPES = ("application/x-www-form-urlencoded", "application/sparql-query")


@given(
    st.binary(max_size=200),
    st.sampled_from(TYPES) | st.text(max_size=60),
    st.binary(max_size=200),
    st.text(max_size=60),
)
def test_any_request_is_a_query_or_a_fault(
    url: bytes, content_type: str, body: bytes, accept: str
) -> None:
    """No bytes make reading a request fail in a way that is not foreseen."""
    for read in (
        lambda: read_operation(read_parameters(url), accept),
        lambda: read_operation(read_posted(content_type, body), accept),
    ):
        assert outcome_of(read) in {"ok", "refused", "forbidden", "unsupported"}


@given(st.text(max_size=200))
def test_any_accept_header_has_an_answer(accept: str) -> None:
    """A form that is on offer, or nothing."""
    for kind, offers in FORMATS.items():
        form = choose_form(accept, kind)
        assert form is None or form.media_type in offers[form.name]


@given(st.text(), st.none() | st.lists(st.text()), st.none() | st.text())
def test_a_query_travels_whole(text: str, graphs: list[str] | None, base: str | None) -> None:
    """What a worker reads is what the front wrote."""
    names = None if graphs is None else tuple(graphs)
    query = Query(text, None, "nt", names, (), base, head=True)
    assert Query.from_bytes(query.to_bytes()) == query


def test_every_outcome_has_a_status() -> None:
    """Faults of the client are 4xx, ours and those of limits 5xx; a stranger's word is a crash."""
    assert {STATUS[outcome] // 100 for outcome in STATUS} == {4, 5}
    for outcome in STATUS:
        assert Fault(outcome, "").status == STATUS[outcome]
        assert read_outcome(outcome) == outcome
    assert read_outcome("ok") == "crashed"


def test_formats_are_told_by_their_registered_types() -> None:
    """What an error lists is what is on offer."""
    assert list_types("rows").count(", ") == 3
    assert list_types("graph").count(", ") == 5


@pytest.mark.parametrize("name", ["seconds", "megabytes", "queue", "send_seconds", "connections"])
@pytest.mark.parametrize("value", [0, -1, float("nan")])
def test_a_limit_of_nothing_is_refused(name: str, value: float) -> None:
    """No limit can be zero, less, or no number."""
    with pytest.raises(UsageError, match=name.replace("_", " ")):
        Limits(**{name: value})  # type: ignore[arg-type]  # some are whole


def test_with_one_worker_the_share_is_one() -> None:
    """A client never gets less than one worker."""
    assert [Limits(workers=n).share for n in (1, 2, 3)] == [1, 1, 2]


def test_the_names_of_a_site() -> None:
    """The address, the names given and that of the public URL; IPv6 in brackets."""
    site = Site("::1", names=("a.example",), public_url="https://b.example/kg")
    assert set(site.allowed_hosts) == {
        *("localhost", "127.0.0.1", "[::1]", "a.example", "b.example"),
    }
    assert Site("192.0.2.1", is_remote_allowed=True).allowed_hosts[-1] == "192.0.2.1"


def test_contents_travel_as_json() -> None:
    """What the nursery tells is what the front describes."""
    contents = Contents(3, 1, (("http://e/g", 2),), {"acpid": "http://e/id/"})
    assert Contents.from_json(contents.to_json()) == contents
    assert contents.base == "http://e/"


def test_log_lines_are_dropped_when_nobody_reads() -> None:
    """The oldest go; their number is told; what was written last is there; nobody waits."""
    reader, writer = os.pipe()
    fill = b"x" * 70_000  # more than a pipe holds
    log = LogWriter(writer)
    log.write(fill.decode())
    time.sleep(0.5)  # until the writer is stuck
    for number in range(10_005):
        log.write(str(number))
    log.finish()  # gives up
    received: list[bytes] = []

    def read() -> None:
        with os.fdopen(reader, "rb") as file:
            received.extend(line.rstrip() for line in file)

    thread = threading.Thread(target=read)
    thread.start()
    log.finish()
    os.close(writer)
    thread.join()
    assert received == [fill, *(b"%d" % n for n in range(5, 10_005)), b'{"dropped": 5}']


def test_a_reader_that_leaves_ends_the_log() -> None:
    """Nothing is raised; later lines go nowhere."""
    reader, writer = os.pipe()
    os.close(reader)
    log = LogWriter(writer)
    log.write("line")
    log.finish()
    log.write("line")
    os.close(writer)
    assert not log._thread.is_alive()


class Store:
    """A backend that counts what it is asked, and answers with the count."""

    def __init__(self) -> None:
        self.contents = Contents(0, 0, (), {})
        self.asked = 0

    def health(self) -> Health:
        """Always well."""
        return Health(is_up=True, workers=1, running=0, waiting=0, ended={})

    @asynccontextmanager
    async def answer(self, query: Query, client: str) -> AsyncIterator[Answer]:
        """Answer at once, or in pieces where the query says so; fail where it says that."""
        assert client == "a"
        self.asked += 1
        if "FAIL" in query.text:
            raise Fault("time", "too late")
        text = str(self.asked).encode() * (1_000 if "LARGE" in query.text else 1)
        yield Answer("rows", _pieces(text), None if "PIECES" in query.text else text)


async def _pieces(text: bytes) -> AsyncIterator[bytes]:
    yield text


def asking(cache: Cache) -> Callable[[Query], Awaitable[str]]:
    """Return a way to ask a cache."""

    async def ask(query: Query) -> str:
        try:
            async with cache.answer(query, "a") as answer:
                return (await answer.read(1_000_000)).decode()
        except Fault as fault:
            return fault.outcome

    return ask


def test_the_same_question_has_the_same_answer() -> None:
    """It is asked of the store once; another format, base or dataset is another question."""

    async def test() -> None:
        ask = asking(Cache(Store(), Limits()))
        others = (
            Query("ASK {}"),
            Query("ASK {}", rows="csv"),
            Query("ASK {}", base="http://e/"),
            Query("ASK {}", default_graphs=("http://e/",)),
            Query("ASK {}", head=True),
        )
        assert [await ask(query) for query in others] == ["1", "2", "3", "4", "5"]
        assert [await ask(query) for query in others] == ["1", "2", "3", "4", "5"]

    run(test)


@pytest.mark.parametrize(
    "text", ["SELECT (now() AS ?n) {}", "... uuid()", "RAND", "PIECES", "FAIL"]
)
def test_what_changes_fails_or_is_large_is_asked_again(text: str) -> None:
    """Functions that give another value each time, answers in pieces, and errors."""

    async def test() -> None:
        store = Store()
        ask = asking(Cache(store, Limits()))
        assert await ask(Query(text)) in {"1", "time"}
        assert await ask(Query(text)) in {"2", "time"}
        assert store.asked == 2

    run(test)


def test_memory_of_answers_is_bounded() -> None:
    """What was not asked for longest goes first."""

    async def test() -> None:
        store = Store()
        ask = asking(Cache(store, Limits(cache=20_000)))
        for number in range(100):
            await ask(Query(f"LARGE {number}"))
        assert store.asked == 100
        await ask(Query("LARGE 99"))
        assert store.asked == 100
        await ask(Query("LARGE 0"))
        assert store.asked == 101

    run(test)


def test_another_dataset_has_other_answers() -> None:
    """After a reload, nothing is remembered; an answer from before is not kept either."""

    async def test() -> None:
        store = Store()
        cache = Cache(store, Limits())
        ask = asking(cache)
        assert [await ask(Query("a")), await ask(Query("a"))] == ["1", "1"]
        async with cache.answer(Query("b"), "a") as answer:
            store.contents = Contents(1, 0, (), {})
            assert answer.whole == b"2"
        assert [await ask(Query("a")), await ask(Query("b"))] == ["3", "4"]

    run(test)


async def get(app: ASGIApp, path: str, query: bytes = b"") -> tuple[int, bytes]:
    """Return what an application answers to a GET, without any server."""
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query,
        "headers": [(b"host", b"localhost")],
        "scheme": "http",
        "client": ("a", 1),
        "root_path": "",
    }
    await app(scope, receive, send)
    return sent[0]["status"], b"".join(message.get("body", b"") for message in sent[1:])


def test_the_application_stands_on_any_backend_and_takes_pages() -> None:
    """Queries go to whatever answers them; pages of others stand beside ours."""

    async def test() -> None:
        monitor = Monitor(Store(), LogWriter(None))
        page = Route("/page", PlainTextResponse("a page"))
        app = create_app(Service(monitor, Site(), Limits()), monitor, Pages([page]))
        assert await get(app, "/sparql", b"query=ASK%20%7B%7D") == (200, b"1")
        assert await get(app, "/sparql", b"query=PIECES") == (200, b"2")
        assert await get(app, "/sparql", b"query=FAIL") == (503, b"too late\n")
        assert await get(app, "/page") == (200, b"a page")
        status, figures = await get(app, "/metrics")
        assert status == 200
        assert b'kg_queries_total{outcome="ok"} 2.0' in figures
        assert b'kg_queries_total{outcome="time"} 1.0' in figures

    run(test)
