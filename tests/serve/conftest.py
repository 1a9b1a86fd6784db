"""Services that many tests ask."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kg.assemble import publish_build
from kg.pipeline import Graph

from .live import Live, serving


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
