"""What tests of other tools stand on: one build, and what our own engine makes of it."""

from pathlib import Path

import pytest
from pyoxigraph import Store

from kg.sparql import open_dataset
from tests.command import kg
from tests.conftest import SEEDS, SHARED


@pytest.fixture(scope="session")
def build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a build of the whole corpus; of the seeds where there is none."""
    out = tmp_path_factory.mktemp("interop") / "build"
    sources = SHARED / "corpus" if SHARED.is_dir() else SEEDS
    assert kg("build", sources, "--out", out).returncode in {0, 3}
    return out


@pytest.fixture(scope="session")
def ours(build: Path) -> Store:
    """Return the build as our own engine holds it."""
    return open_dataset(build)
