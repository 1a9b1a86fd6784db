"""The service begins, heals, reloads and ends as an operator expects (S20, and the command)."""

import inspect
import os
import resource
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from kg.cli import serving as command
from kg.serve.limits import Limits
from kg.serve.site import Site
from tests.command import ROOT, environment, kg

from .live import Live, family, fresh, serving, serving_within, until
from .test_connections import SILENT, head


def nursery_of(service: Live) -> int:
    """Return the process that holds the dataset."""
    return family(service.process.pid)[1].pid


def workers_of(service: Live) -> list[int]:
    """Return the processes that answer."""
    nursery = nursery_of(service)
    return [process.pid for process in service.processes() if process.parent == nursery]


def is_whole(service: Live) -> bool:
    """Say whether all workers are there, and one of them answers."""
    return bool(
        service.health()["workers"] == 2 and service.query(fresh("ASK { ?s ?p ?o }")).status == 200
    )


@pytest.mark.hostile(case="S20")
@pytest.mark.parametrize("whom", ["one worker", "all workers", "the nursery"])
def test_killed_processes_come_back(whom: str, seed_build: Path) -> None:
    """Whatever of it is killed, the service answers again, with nothing left over."""
    with serving(seed_build, "--workers", "2") as service:
        before = len(service.processes())
        workers = workers_of(service)
        assert len(workers) == 2
        victims = {
            "one worker": workers[:1],
            "all workers": workers,
            "the nursery": [nursery_of(service)],
        }[whom]
        for pid in victims:
            os.kill(pid, signal.SIGKILL)
        assert until(lambda: not {*victims} & {*(p.pid for p in service.processes())})
        assert until(lambda: service.health()["workers"] == 2)
        assert until(lambda: is_whole(service))
        assert until(lambda: len(service.processes()) == before)
        assert "Z" not in {process.state for process in service.processes()}
        assert service.stop() == 0


@pytest.mark.hostile(case="S20")
def test_a_killed_query_is_an_error_of_ours(many_triples: Path) -> None:
    """The client of a worker that is killed gets a 500, and the next query an answer."""
    with serving_within(many_triples, seconds=300, workers=1) as service, service.raw() as waiting:
        waiting.sendall(head(service, SILENT))
        assert until(lambda: service.health()["running"] == 1)
        os.kill(workers_of(service)[0], signal.SIGKILL)
        assert waiting.recv(1_000).startswith(b"HTTP/1.1 500 ")
        assert until(lambda: service.health()["workers"] == 1)
        assert service.query(fresh("ASK {}")).status == 200


@pytest.mark.hostile(case="S20")
def test_a_lost_dataset_ends_the_service(seed_build: Path, tmp_path: Path) -> None:
    """If the nursery is killed and its folder is gone, the service ends with status 4."""
    folder = tmp_path / "build"
    shutil.copytree(seed_build, folder)
    with serving(folder, "--workers", "1") as service:
        shutil.rmtree(folder)
        assert service.query(fresh("ASK {}")).status == 200  # it is all in memory
        os.kill(nursery_of(service), signal.SIGKILL)
        assert service.process.wait(60) == 4
    assert any("no build is here" in line for line in service.said)


@pytest.mark.hostile(case="S20")
def test_hangup_loads_the_build_again(tmp_path: Path) -> None:
    """SIGHUP takes up a new build without a pause; a damaged one is told, and not taken up."""
    path = tmp_path / "data.nt"
    path.write_text('<http://e/s> <http://e/p> "1" .\n')

    def count() -> int:
        (row,) = service.query("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }").rows
        return int(row["n"]["value"])

    with serving(path, "--workers", "2") as service:
        assert count() == 1
        path.write_text("".join(f'<http://e/s> <http://e/p> "{n}" .\n' for n in (1, 2, 3)))
        service.process.send_signal(signal.SIGHUP)
        assert until(lambda: any("loaded again: 3 triples" in line for line in service.said))
        assert count() == 3
        path.write_text("<http://e/s> <http://e/p> .\n")
        service.process.send_signal(signal.SIGHUP)
        assert until(lambda: any("still served" in line for line in service.said))
        assert count() == 3
        assert until(lambda: len(service.processes()) == 4)


def test_hangup_lets_queries_finish(many_triples: Path, tmp_path: Path) -> None:
    """A query that runs while the build is loaded again keeps its worker, and its time."""
    path = tmp_path / "many.nt"
    shutil.copy(many_triples, path)
    with serving_within(path, seconds=6, workers=1) as service, service.raw() as running:
        running.sendall(head(service, SILENT, "Connection: close"))
        assert until(lambda: service.health()["running"] == 1)
        path.write_text('<http://e/s> <http://e/p> "1" .\n')
        service.process.send_signal(signal.SIGHUP)
        assert until(lambda: any("loaded again" in line for line in service.said))
        answer = b"".join(iter(lambda: running.recv(65_536), b""))
        assert b"more than 6 seconds" in answer
        assert len(service.query("SELECT * { ?s ?p ?o }").rows) == 1
        assert until(lambda: len(service.processes()) == 3)


@pytest.mark.hostile(case="S20")
@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)], ids=["TERM", "INT"]
)
def test_a_signal_ends_it_cleanly(number: int, status: int, seed_build: Path) -> None:
    """Nothing of it is left, and no traceback is said; Ctrl-C has its own status."""
    with serving(seed_build, "--workers", "2") as service:
        assert service.query(fresh("ASK {}")).status == 200
        everyone = [process.pid for process in service.processes()]
        assert service.stop(number) == status
        assert [line["outcome"] for line in service.log()] == ["ok"]
        assert until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in everyone))
    assert service.said[-1] == "kg: stopped"
    assert "Traceback" not in "\n".join(service.said)


@pytest.mark.hostile(case="S20")
def test_what_is_under_way_is_finished_first(many_triples: Path) -> None:
    """SIGTERM lets a running query have its answer, and a hopeless one its time at most."""
    with serving(many_triples, "--workers", "2", "--timeout", "3") as service:
        with service.raw() as running:
            running.sendall(head(service, SILENT))
            assert until(lambda: service.health()["running"] == 1)
            service.process.send_signal(signal.SIGTERM)
            answer = b"".join(iter(lambda: running.recv(65_536), b""))
        assert answer.startswith(b"HTTP/1.1 503 ")
        assert b"more than 3 seconds" in answer
        assert service.process.wait(60) == 0


@pytest.mark.hostile(case="S20")
def test_a_killed_front_takes_everything_along(seed_build: Path) -> None:
    """After kill -9 of the service, neither nursery nor workers go on."""
    with serving(seed_build, "--workers", "2") as service:
        others = [process.pid for process in service.processes()[1:]]
        assert len(others) == 3
        service.stop(signal.SIGKILL)
        assert until(lambda: not any(_is_alive(pid) for pid in others))


@pytest.mark.hostile(case="S20")
def test_a_signal_while_it_loads_ends_it_too(tmp_path: Path) -> None:
    """SIGTERM stops a service whose data does not come, and what it had started."""
    path = tmp_path / "data.nt"
    os.mkfifo(path)
    process = subprocess.Popen(
        [sys.executable, "-m", "kg", "serve", path, "--port", "0"],
        cwd=ROOT,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    with path.open("wb", buffering=0):  # waits until the nursery opens it to read
        others = [other.pid for other in family(process.pid)[1:]]
        process.terminate()
        out, said = process.communicate(timeout=60)
    assert (process.returncode, out, said) == (0, b"", b"")
    assert len(others) == 1
    assert until(lambda: not any(_is_alive(pid) for pid in others))


@pytest.mark.hostile(case="S20")
def test_a_damaged_build_is_said(seed_build: Path, tmp_path: Path) -> None:
    """A dataset that was cut off or overwritten is named, with what to do, and status 4."""
    whole = (seed_build / "dataset.nq.gz").read_bytes()
    for damaged in (b"", whole[: len(whole) // 2], b"not compressed", whole[:-9] + bytes(9)):
        (tmp_path / "dataset.nq.gz").write_bytes(damaged)
        run = kg("serve", tmp_path, "--port", "0")
        assert (run.returncode, run.stdout) == (4, b"")
        said = run.stderr.decode()
        assert said.startswith(f"kg: error: {tmp_path / 'dataset.nq.gz'}: not readable (")
        assert said.endswith("run `kg build` again\n")


def _is_alive(pid: int) -> bool:
    """Say whether a process runs; as it is not ours to wait for, it may stay as a zombie."""
    return any(process.state != "Z" for process in family(pid)[:1])


@pytest.mark.hostile(case="S20")
def test_a_port_in_use_is_said(seed_build: Path) -> None:
    """One line, with what to do, and status 6."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        run = kg("serve", seed_build, "--port", str(port))
    assert (run.returncode, run.stdout) == (6, b"")
    assert run.stderr.decode() == (
        f"kg: error: 127.0.0.1, port {port}: in use by another program; choose a --port\n"
    )


WRONG: dict[str, tuple[list[str], int, str]] = {
    "no build": (["nowhere"], 4, "nowhere: no build is here; run `kg build` first"),
    "no RDF": (["README.md", "Makefile"], 2, "README.md: serve one build, or RDF files"),
    "bad RDF": (["bad.nt"], 4, "bad.nt:1:"),
    "open to others": (["--host", "::"], 2, ":: can be reached from other machines"),
    "open by name": (["--host", "example.org"], 2, "example.org can be reached"),
    "no address of ours": (
        *(["--host", "192.0.2.1", "--allow-remote"], 6),
        "192.0.2.1, port 0: cannot assign requested address",
    ),
    "no time": (["--timeout", "0"], 2, "seconds must be more than 0, not 0"),
    "no number": (["--timeout", "nan"], 2, "seconds must be more than 0, not nan"),
    "a wild card inside": (["--allow-host", "a.*.org"], 2, "a host name is like"),
    "a public path": (["--public-url", "kg.example.org"], 2, "the public URL begins with"),
}
"""Arguments, exit status and the beginning of what is said."""


@pytest.mark.parametrize("name", WRONG)
def test_mistakes_are_named(name: str, tmp_path: Path) -> None:
    """What cannot be served is told in one line, without a traceback."""
    (tmp_path / "bad.nt").write_text("<http://e/s> <http://e/p> .\n")
    for file in ("README.md", "Makefile"):
        shutil.copy(ROOT / file, tmp_path)
    arguments, status, said = WRONG[name]
    run = kg("serve", *arguments, "--port", "0", cwd=tmp_path)
    assert (run.returncode, run.stdout) == (status, b""), run.stderr
    assert run.stderr.decode().startswith(f"kg: error: {said}"), run.stderr
    assert len(run.stderr.splitlines()) == 1


@pytest.mark.hostile(case="S20")
def test_too_few_descriptors_are_said(seed_build: Path) -> None:
    """Where the system allows hardly any open files, that is the message; where few, it works."""

    def allow(number: int) -> Callable[[], None]:
        return lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (number, number))

    run = subprocess.run(
        [sys.executable, "-m", "kg", "serve", seed_build, "--port", "0"],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        check=False,
        preexec_fn=allow(40),
    )
    assert run.returncode == 6
    assert run.stderr == (b"kg: error: 40 open files are too few: raise the limit (ulimit -n)\n")


def test_defaults_are_the_librarys() -> None:
    """The command repeats some defaults, because importing them would slow down every start."""
    defaults = {
        name: parameter.default
        for name, parameter in inspect.signature(command.serve).parameters.items()
    }
    limits, site = Limits(), Site()
    assert defaults["timeout"] == limits.seconds
    assert defaults["memory"] == limits.megabytes
    assert defaults["queue"] == limits.queue
    assert (defaults["host"], defaults["port"]) == (site.host, site.port)


def test_proxies_are_believed_only_when_named(seed_build: Path) -> None:
    """A client that claims to ask for another is that other only if it is a proxy of ours."""
    claim = {"X-Forwarded-For": "203.0.113.9", "Content-Type": "application/sparql-query"}
    for options, client in (((), "127.0.0.1"), (("--proxy", "127.0.0.1"), "203.0.113.9")):
        with serving(seed_build, "--workers", "1", *options) as service:
            service.request("POST", "/sparql", headers=claim, body=b"ASK {}")
            assert until(lambda: len(service.log()) == 1)
            assert service.log()[0]["client"] == client


def test_a_reader_of_the_log_that_leaves_harms_nothing(seed_build: Path) -> None:
    """`kg serve | head -1` goes on answering."""
    process = subprocess.Popen(
        [sys.executable, "-m", "kg", "serve", seed_build, "--port", "0", "--workers", "1"],
        cwd=ROOT,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    with process.stderr:
        line = next(line for line in process.stderr if b"SPARQL at" in line).decode()
        service = Live(process, int(line.rsplit(":", 1)[1].partition("/")[0]), Path(os.devnull))
        for _ in range(3):
            assert service.query(fresh("ASK {}")).status == 200
        process.terminate()
        rest = process.stderr.read()
    assert (process.wait(60), rest) == (0, b"kg: stopped\n")
