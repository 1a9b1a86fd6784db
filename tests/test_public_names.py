import inspect
import subprocess
import sys
from functools import cached_property
from pathlib import Path

import pytest

import kg

HEAVY = {
    *("IPython", "igraph", "jinja2", "matplotlib", "networkx", "pandas", "pyarrow", "pyoxigraph"),
    *("pyshacl", "pyspark", "pyvis", "rdflib", "rich", "typer"),
}
"""What `import kg` must not pay for."""

NAMES = [name for name in kg.__all__ if not name.startswith("__")]


def test_public_names_are_sorted_and_listed() -> None:
    """`__all__` is in order, without repetition, and `dir` lists all of it."""
    assert kg.__all__ == sorted(set(kg.__all__))
    assert set(kg.__all__) <= set(dir(kg))
    assert len(NAMES) >= 10


@pytest.mark.parametrize("name", NAMES)
def test_a_public_name_is_documented(name: str) -> None:
    """Each has a docstring of its own, and each method that a user may call has one."""
    found = getattr(kg, name)
    assert found.__name__ == name
    assert found.__doc__
    assert not found.__doc__.startswith(f"{name}(")  # what dataclass writes where one is missing
    undocumented = [
        member
        for member, value in vars(found).items()
        if not member.startswith("_")
        and (inspect.isfunction(value) or isinstance(value, property | cached_property))
        and not value.__doc__
    ]
    assert undocumented == []


def test_an_unknown_name_is_an_attribute_error() -> None:
    """Names are loaded late, but a misspelt one is refused as in any module."""
    with pytest.raises(AttributeError, match="no attribute 'biuld'"):
        _ = kg.biuld  # type: ignore[attr-defined]
    assert not hasattr(kg, "networkx")


def test_star_import_gives_the_public_names() -> None:
    """`from kg import *` works, late loading or not."""
    names: dict[str, object] = {}
    exec("from kg import *", names)  # noqa: S102  # our own statement
    assert set(kg.__all__) <= set(names)


def _modules_after(statement: str) -> set[str]:
    """Return the top-level modules that a fresh interpreter holds after a statement."""
    code = f"{statement}; import sys; print(*(name.partition('.')[0] for name in sys.modules))"
    run = subprocess.run(
        [sys.executable, "-c", code],
        cwd=Path(kg.__file__).parents[1],
        capture_output=True,
        check=True,
        text=True,
    )
    return set(run.stdout.split())


def test_importing_kg_costs_next_to_nothing() -> None:
    """`import kg` loads no library at all, and a named error none either."""
    for statement in ("import kg", "from kg import KGError"):
        assert not HEAVY & _modules_after(statement), statement


def test_opening_a_build_loads_only_what_it_needs() -> None:
    """The door itself is light: validation, networks and data frames load when asked for."""
    loaded = _modules_after("from kg import open_build")
    assert "pyoxigraph" in loaded
    assert not (HEAVY - {"jinja2", "pyoxigraph"}) & loaded


def test_the_version_is_a_literal() -> None:
    """The build reads the version from the source without running it."""
    lines = Path(kg.__file__).read_text("utf-8").splitlines()
    assert f'__version__ = "{kg.__version__}"' in lines
