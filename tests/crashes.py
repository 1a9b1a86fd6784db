"""Build over an old build again and again, be killed each time at another step; tell what is left.

Run as `python -m tests.crashes FOLDER`: it forks, which is safe in a process with one thread only.
"""

import contextlib
import json
import os
import resource
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from kg.assemble import Target, publish_reading
from kg.checksums import CHECKSUMS, is_intact
from kg.errors import OutputError
from kg.pipeline import BuildOptions, Reading, read_sources
from kg.publish import publish_folder
from kg.workers import WorkerError

SEEDS: Final = Path(__file__).resolve().parent.parent / "seeds"
EVENTS: Final = frozenset(
    {"open", "os.rename", "os.mkdir", "os.remove", "os.rmdir", "os.link", "shutil.rmtree"}
)
"""What an audit hook sees of a process that changes files."""
KILLS: Final = 60
NOBODY: Final = 65_534
OPTIONS: Final = BuildOptions()


class Scene:
    """A folder with an old build, a user's notes in it, and strangers beside it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.out = folder, folder / "place" / "build"
        self.old, self.new = folder / "old", folder / "new"
        whole = read_sources([SEEDS], OPTIONS)
        self.reading = part(whole, 1)
        publish_reading(part(whole, 0), OPTIONS, Target(self.old))
        publish_reading(self.reading, OPTIONS, Target(self.new))
        assert (self.old / CHECKSUMS).read_bytes() != (self.new / CHECKSUMS).read_bytes()

    def lay(self) -> None:
        """Put everything in its place again."""
        shutil.rmtree(self.out.parent, ignore_errors=True)
        shutil.copytree(self.old, self.out)
        (self.out / "notes.md").write_text("mine")
        (self.out.parent / ".kg-build-0123456789ab.new").mkdir()
        (self.out.parent / "letter.txt").write_text("hers")

    def state(self) -> str:
        """Say which build is there, or what is wrong."""
        if not self.out.is_dir():
            return "nothing"
        names = (self.out / "notes.md", self.out.parent / "letter.txt")
        if not all(name.is_file() for name in names):
            return "a stranger's file is gone"
        if not (self.out.parent / ".kg-build-0123456789ab.new").is_dir():
            return "the folder of another build is gone"
        if not is_intact(self.out):
            return "damaged"
        sums = (self.out / CHECKSUMS).read_bytes()
        known = {(self.old / CHECKSUMS).read_bytes(): "old"}
        known[(self.new / CHECKSUMS).read_bytes()] = "new"
        return known.get(sums, "a mixture")

    def build(self, workers: int = 1) -> None:
        """Write the new build over the old one."""
        publish_reading(self.reading, OPTIONS, Target(self.out, workers=workers))

    def repair(self) -> str:
        """Let another build begin there, and be given up; say what it leaves."""
        with contextlib.suppress(KeyboardInterrupt), publish_folder(self.out):
            raise KeyboardInterrupt
        left = {path.name for path in self.out.parent.iterdir()}
        left -= {"build", "letter.txt", ".kg-build-0123456789ab.new"}
        return self.state() + "".join(f", {name} is left" for name in sorted(left))


def part(reading: Reading, number: int) -> Reading:
    """Return what was read of one document only."""
    return replace(reading, documents=(reading.documents[number],), inputs=f"{number}")


def in_fork(task: Callable[[], None]) -> int:
    """Return how a process ended that did a task: its exit status, or a signal below zero."""
    process = os.fork()
    if process == 0:
        status = 1
        try:
            task()
            status = 0
        except (OutputError, WorkerError) as error:
            sys.stderr.write(f"{error}\n")
            status = error.exit_status
        finally:
            sys.stderr.flush()
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])


def steps(scene: Scene) -> list[str]:
    """Return every step of a build at which files are about to change, by what it does."""
    log = scene.folder / "steps"

    def task() -> None:
        found: list[str] = []
        watch(found.append)
        scene.build()
        log.write_text("\n".join(found))

    scene.lay()
    assert in_fork(task) == 0
    return log.read_text().splitlines()


def watch(tell: Callable[[str], None]) -> None:
    """Have every step told just before it is done."""

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event in EVENTS and not (event == "open" and arguments[1] in {None, "r", "rb"}):
            with contextlib.suppress(TypeError):
                name = os.fsdecode(arguments[0])
                within = event in {"os.remove", "os.rmdir"} and arguments[1] >= 0  # of a tree
                if within or ".kg-build-" in name or "/place/" in name:
                    tell(f"{event} {name.rpartition('.kg-build-')[2][13:] or name}")

    sys.addaudithook(hook)


def kill_at(scene: Scene, step: int, workers: int = 1) -> dict[str, object]:
    """Kill a build, or one of its workers if it has several, at a step; tell what is left."""

    def task() -> None:
        count, parent = 0, os.getpid()

        def tell(_: str) -> None:
            nonlocal count
            count += workers == 1 or os.getpid() != parent
            if count > step:
                os.kill(os.getpid(), signal.SIGKILL)

        watch(tell)
        scene.build(workers)

    scene.lay()
    status = in_fork(task)
    return {"status": status, "state": scene.state(), "repaired": scene.repair()}


def chosen(found: list[str]) -> Iterator[int]:
    """Yield steps all over a build, and each of its last ones, when folders change places."""
    last = next(n for n, step in enumerate(found) if CHECKSUMS in step)
    half = KILLS // 2
    for steps in (range(last), range(last, len(found))):
        yield from (steps[number * len(steps) // half] for number in range(half))


def refusals(scene: Scene) -> Iterator[dict[str, object]]:
    """Yield what is left where the disk, the system or another build refuses."""

    def limited(size: int) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
        scene.build()

    def forbidden() -> None:
        os.setgid(NOBODY)
        os.setuid(NOBODY)
        scene.build()

    tasks: list[tuple[str, Callable[[], None]]] = [
        (f"full at {size:,}", lambda size=size: limited(size))  # type: ignore[misc]  # a default binds it
        for size in (2_000, 40_000, 300_000)
    ]
    if os.geteuid() == 0:
        tasks.append(("permission", forbidden))
    for name, task in tasks:
        scene.lay()
        status = in_fork(task)
        yield {"name": name, "status": status, "state": scene.state(), "repaired": scene.repair()}


def both_at_once(scene: Scene) -> dict[str, object]:
    """Start two builds; the second finds the lock of the first."""
    scene.lay()
    ready, go = os.pipe()
    first = os.fork()
    if first == 0:
        with publish_folder(scene.out) as folder:
            os.write(go, b"!")
            shutil.copytree(scene.new, folder, dirs_exist_ok=True)
            signal.pause()
    os.read(ready, 1)
    second = in_fork(scene.build)
    os.kill(first, signal.SIGKILL)
    os.waitpid(first, 0)
    state = scene.state()
    return {"second": second, "state": state, "after": in_fork(scene.build), "then": scene.state()}


def main() -> None:
    """Print what happened, as JSON."""
    scene = Scene(Path(sys.argv[1]))
    found = steps(scene)
    result = {
        "steps": found,
        "kills": [kill_at(scene, step) for step in chosen(found)],
        "workers": [kill_at(scene, step, workers=2) for step in (0, 2, 4)],
        "refusals": list(refusals(scene)),
        "both": both_at_once(scene),
    }
    json.dump(result, sys.stdout)


if __name__ == "__main__":
    main()
