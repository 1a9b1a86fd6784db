"""Things that many tests stand on: the lexicon, the seeds, a build of them, the documentation."""

import os
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, Store

from kg.assemble import publish_build
from kg.lexicon import Lexicon, make_lexicon, read_vocabulary
from kg.pipeline import BuildOptions, Graph, make_graph, read_sources
from kg.resources import read_resource
from tests.mutants import MutantFactory
from tests.newcomer import make_newcomer
from tests.serve.live import Live, serving
from tests.site import copy_sources, run_sphinx

ROOT = Path(__file__).resolve().parent.parent
SEEDS = ROOT / "seeds"
SHARED = ROOT.parent / "shared"


@pytest.fixture(scope="session")
def lexicon() -> Lexicon:
    """The lexicon of our vocabulary."""
    return make_lexicon(read_vocabulary(read_resource("ontology/vocabulary.ttl")))


@pytest.fixture(scope="session")
def seed_graph() -> Graph:
    """Both seeds, read, mapped and validated in memory."""
    options = BuildOptions()
    return make_graph(read_sources([SEEDS], options), options)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of gold records and demonstration graphs, where the machine has it."""
    if not SHARED.is_dir():
        pytest.skip("needs ../shared (gold records, demonstration graphs), which is not here")
    return SHARED


@pytest.fixture(scope="session")
def demo(shared: Path) -> Store:
    """Return the two demonstration graphs with the draft model that they use; for reading only."""
    store = Store()
    for name in ("acp", "acp-vocab", "loudoun", "valley-preferred"):
        store.load(path=str(shared / "model" / f"{name}.ttl"), format=RdfFormat.TURTLE)
    return store


@pytest.fixture(scope="session")
def factory() -> MutantFactory:
    """The constraints of our shapes and their mutants, found once."""
    return MutantFactory(read_resource("shapes/acp-shapes.ttl"))


@pytest.fixture(scope="session")
def seed_build(seed_graph: Graph, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a build of both seeds."""
    folder = tmp_path_factory.mktemp("served") / "build"
    publish_build(seed_graph, folder)
    return folder


@pytest.fixture(scope="session")
def live(seed_build: Path) -> Iterator[Live]:
    """The build of the seeds, served; for tests that leave it as it was."""
    with serving(seed_build) as service:
        yield service


@pytest.fixture(scope="module")
def newcomer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the seeds and a `kg` on the path."""
    return make_newcomer(tmp_path_factory.mktemp("newcomer"), SEEDS)


@pytest.fixture(scope="session")
def docs_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The documentation site, made without a warning: anew, or just now by `make docs` in CI."""
    if made := os.environ.get("KG_DOCS_SITE"):
        return ROOT / made
    missing = [name for name in ("sphinx", "furo", "myst_parser") if find_spec(name) is None]
    if missing:
        pytest.skip(f"the site needs {', '.join(missing)} (dependency group docs)")
    folder = tmp_path_factory.mktemp("site")
    done = run_sphinx(copy_sources(folder), folder / "html", "-c", str(ROOT / "docs"))
    assert done.returncode == 0, done.stderr
    return folder / "html"
