import subprocess
import sys
from pathlib import Path

import pytest

from kg import resources
from kg.errors import KGError
from kg.resources import ResourceError, find_resource, list_resources, read_resource

REPOSITORY = Path(__file__).parents[1]

AUTHORED = [
    path.relative_to(REPOSITORY).as_posix()
    for folder in ("ontology", "shapes")
    for path in sorted((REPOSITORY / folder).glob("*.ttl"))
]
"""Every Turtle file of `ontology/` and `shapes/`."""


def test_there_are_files_to_look_for() -> None:
    """The cases below run over the ontology, the vocabulary and the shapes, not over nothing."""
    assert {name.partition("/")[0] for name in AUTHORED} == {"ontology", "shapes"}
    assert len(AUTHORED) >= 3


@pytest.mark.parametrize("name", AUTHORED)
def test_a_resource_is_the_authored_file(name: str) -> None:
    """A resource is the file of the repository, byte for byte."""
    assert read_resource(name) == (REPOSITORY / name).read_bytes()


def test_listing_names_every_authored_file() -> None:
    """The two lists together name each authored Turtle file once, in a stable order."""
    listed = (*list_resources("ontology", ".ttl"), *list_resources("shapes", ".ttl"))
    assert listed == tuple(AUTHORED)


def test_listing_keeps_to_the_suffix() -> None:
    """A file with another ending is not listed."""
    assert list_resources("ontology", ".rq") == ()


@pytest.mark.parametrize(
    "name",
    [
        "ontology/missing.ttl",
        "ontology",  # a folder has no bytes
        "seeds/000_9b51a3162d223c6e.txt",  # there in a checkout, never in a wheel
        "queries/missing.rq",
        "ontology/../pyproject.toml",
        "ontology//acp.ttl",
        "/ontology/acp.ttl",
        "",
    ],
)
def test_what_is_not_ours_is_an_error_that_names_it(name: str) -> None:
    """A missing file, a folder, and a way out of our folders are all refused by name."""
    with pytest.raises(ResourceError) as caught:
        read_resource(name)
    assert caught.value.name == name
    assert str(caught.value).startswith(f"{name}: ")
    assert isinstance(caught.value, KGError)


def test_listing_a_missing_folder_is_an_error_that_names_it() -> None:
    """A folder of ours that is not there is told, not taken for an empty one."""
    with pytest.raises(ResourceError, match="data/nowhere"):
        list_resources("data/nowhere", ".tsv")


def test_the_wheel_never_looks_beside_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With `_resources` there, a stranger's `ontology` folder beside `kg` is not read."""
    package = tmp_path / "site-packages" / "kg"
    for folder, content in (("kg/_resources/ontology", b"ours"), ("ontology", b"a stranger's")):
        (tmp_path / "site-packages" / folder).mkdir(parents=True)
        (tmp_path / "site-packages" / folder / "acp.ttl").write_bytes(content)
    (tmp_path / "site-packages" / "ontology" / "theirs.ttl").write_bytes(b"a stranger's")
    monkeypatch.setattr(resources, "files", lambda _: package)
    assert read_resource("ontology/acp.ttl") == b"ours"
    with pytest.raises(ResourceError):
        read_resource("ontology/theirs.ttl")
    assert find_resource("queries/q.rq") == package / "queries" / "q.rq"


def test_resources_are_found_from_another_folder(tmp_path: Path) -> None:
    """Where the command is started does not matter."""
    code = "from kg.resources import read_resource; print(len(read_resource('ontology/acp.ttl')))"
    run = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={"PYTHONPATH": str(REPOSITORY)},
        capture_output=True,
        check=True,
        text=True,
    )
    assert int(run.stdout) == (REPOSITORY / "ontology" / "acp.ttl").stat().st_size
