"""Tell operators how the service is doing: a log line for each query, health, metrics."""

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from time import perf_counter
from typing import Final, Protocol

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from kg.serve.backend import Answer, Backend, Health
from kg.serve.contents import Contents
from kg.serve.faults import Fault
from kg.serve.query import Query

_BUCKETS: Final = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30)


class Log(Protocol):
    """Takes the records of queries."""

    def write(self, line: str) -> None:
        """Keep a line."""
        ...


class Monitor:
    """A `Backend` that passes on what it is asked, and counts it."""

    def __init__(self, backend: Backend, log: Log) -> None:
        self._backend = backend
        self._log = log
        self.registry = CollectorRegistry()
        self._queries = Counter(
            "kg_queries", "Queries, by what became of them.", ["outcome"], registry=self.registry
        )
        self._seconds = Histogram(
            "kg_query_seconds",
            "Time from a query's arrival to the end of its answer.",
            buckets=_BUCKETS,
            registry=self.registry,
        )
        self._bytes = Counter("kg_answer_bytes", "Bytes of answers.", registry=self.registry)
        self.registry.register(_Gauges(backend))

    @property
    def contents(self) -> Contents:
        """What is in the store."""
        return self._backend.contents

    def health(self) -> Health:
        """How the store is doing."""
        return self._backend.health()

    @asynccontextmanager
    async def answer(self, query: Query, client: str) -> AsyncIterator[Answer]:
        """Ask the store; see `Backend.answer`."""
        started, outcome, size = perf_counter(), "ok", _Size()
        try:
            async with self._backend.answer(query, client) as answer:
                if answer.whole is None:
                    yield Answer(answer.kind, size.count(answer.pieces))
                else:
                    size.bytes = len(answer.whole)
                    outcome = "remembered" if answer.is_remembered else outcome
                    yield answer
        except Fault as fault:
            outcome = fault.outcome
            raise
        except asyncio.CancelledError:
            outcome = "gone"
            raise
        finally:
            seconds = perf_counter() - started
            self._queries.labels(outcome).inc()
            self._seconds.observe(seconds)
            self._bytes.inc(size.bytes)
            self._log.write(_line(query, client, outcome, seconds, size.bytes))


class _Size:
    """Counts the bytes of an answer while they pass."""

    def __init__(self) -> None:
        self.bytes = 0

    async def count(self, pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        async for piece in pieces:
            self.bytes += len(piece)
            yield piece


def _line(query: Query, client: str, outcome: str, seconds: float, size: int) -> str:
    """Return a record without a word of the query: whoever reads it finds only what we wrote."""
    record = {
        "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "query": hashlib.sha256(query.text.encode("utf-8", "replace")).hexdigest()[:16],
        "outcome": outcome,
        "ms": round(seconds * 1000, 1),
        "bytes": size,
        "client": client,
    }
    return json.dumps(record)


class _Gauges:
    """Reads from the store what is not counted here, whenever somebody asks."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    def collect(self) -> Iterator[Metric]:
        health = self._backend.health()
        for name, about, value in (
            ("kg_workers", "Workers that can be asked.", health.workers),
            ("kg_queries_running", "Queries that a worker works on.", health.running),
            ("kg_queries_waiting", "Queries that wait for a worker.", health.waiting),
            ("kg_triples", "Triples in the default graph.", self._backend.contents.triples),
        ):
            yield GaugeMetricFamily(name, about, value)
        ended = CounterMetricFamily(
            "kg_workers_ended", "Workers that were replaced, by the reason.", labels=["reason"]
        )
        for reason, count in sorted(health.ended.items()):
            ended.add_metric([reason], count)
        yield ended


def monitor_routes(monitor: Monitor) -> list[Route]:
    """Return the pages for machines that watch the service."""

    async def show_health(_: Request) -> Response:
        health = monitor.health()
        body = {
            "status": "ok" if health.is_up else health.trouble,
            "workers": health.workers,
            "running": health.running,
            "waiting": health.waiting,
            "triples": monitor.contents.triples,
        }
        return JSONResponse(body, 200 if health.is_up else 503)

    async def show_metrics(_: Request) -> Response:
        body = generate_latest(monitor.registry)
        return Response(body, headers={"Content-Type": CONTENT_TYPE_PLAIN_0_0_4})

    return [Route("/health", show_health), Route("/metrics", show_metrics)]
