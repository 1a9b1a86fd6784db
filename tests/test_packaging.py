import os
import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import kg
from kg.resources import list_resources

REPOSITORY = Path(__file__).parents[1]

PROJECT = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))

LOCKS = (REPOSITORY / "requirements.lock", REPOSITORY / "tests" / "spark" / "requirements.lock")
"""All but PySpark, which is too large to install for everybody, and PySpark."""

LOCK = "".join(path.read_text("utf-8") for path in LOCKS)

COMMAND = (sys.executable, "-c", "from kg.cli import main; main()")

LEFT_BEHIND = {"__pycache__", ".ipynb_checkpoints", "node_modules", "target"}
"""Folders that tools make and git ignores."""

HEAVY = {
    "IPython",
    "igraph",
    "matplotlib",
    "networkx",
    "pandas",
    "pyarrow",
    "pyshacl",
    "pyspark",
    "pyvis",
    "rdflib",
}
"""Libraries that take a tenth of a second or more to import."""


@pytest.fixture(scope="module")
def distributions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the wheel, built from the sdist, and the sdist."""
    folder = tmp_path_factory.mktemp("dist")
    _run([sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), "."])
    return folder


@pytest.fixture(scope="module")
def installed(distributions: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the unpacked wheel and nothing of the checkout."""
    folder = tmp_path_factory.mktemp("installed")
    with zipfile.ZipFile(_only(distributions, "*.whl")) as wheel:
        wheel.extractall(folder)  # noqa: S202  # our own wheel
    return folder


@pytest.fixture(scope="module")
def built(installed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder in which the installed wheel has built the seeds into `build`."""
    folder = tmp_path_factory.mktemp("elsewhere")
    _run([*COMMAND, "build", str(REPOSITORY / "seeds"), "--out", "build"], folder, installed)
    return folder


def _run(command: Sequence[str], cwd: Path = REPOSITORY, path: Path = REPOSITORY) -> str:
    """Return the standard output of a command that finds `kg` in a path; fail if it fails."""
    run = subprocess.run(
        command,
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(path), "PYTHONSAFEPATH": "1"},
        capture_output=True,
        check=False,
        encoding="utf-8",
    )
    assert run.returncode == 0, run.stderr
    return run.stdout


def _only(folder: Path, pattern: str) -> Path:
    (path,) = folder.glob(pattern)
    return path


def _files(*folders: str) -> set[str]:
    """Return the files of the checkout under some folders, named from its top."""
    return {
        path.relative_to(REPOSITORY).as_posix()
        for folder in folders
        for path in (REPOSITORY / folder).rglob("*")
        if path.is_file() and not LEFT_BEHIND & set(path.parts)
    }


def test_the_wheel_holds_the_package_and_the_model_and_nothing_else(distributions: Path) -> None:
    """The wheel is `kg`, ontology and shapes: all of it, byte for byte."""
    expected = {name: name for name in _files("kg") if not name.endswith("/make.py")}
    expected |= {f"kg/_resources/{name}": name for name in _files("ontology", "shapes")}
    with zipfile.ZipFile(_only(distributions, "*.whl")) as wheel:
        names = {name for name in wheel.namelist() if ".dist-info/" not in name}
        assert names == set(expected)
        assert "kg/py.typed" in names
        different = {
            name
            for name, source in expected.items()
            if wheel.read(name) != (REPOSITORY / source).read_bytes()
        }
    assert different == set()


def test_the_sdist_holds_what_a_developer_needs(distributions: Path) -> None:
    """Seeds, tests and notebooks are in the sdist; what tools left behind is not."""
    kept = _files("kg", "ontology", "shapes", "seeds", "tests", "notebooks", "benchmarks", ".ci")
    kept |= {"LICENSE", "CHANGELOG.md", "Makefile", "pyproject.toml", "requirements.lock"}
    with tarfile.open(_only(distributions, "*.tar.gz")) as sdist:
        names = {name.partition("/")[2] for name in sdist.getnames()}
    assert kept - names == set()
    assert {name for name in names if "__pycache__" in name or name.startswith("build/")} == set()


def test_the_wheel_names_its_version_licence_and_command(distributions: Path) -> None:
    """One version, one command, the MIT licence; and the terms of what others made."""
    with zipfile.ZipFile(_only(distributions, "*.whl")) as wheel:
        info = f"accountable_care_kg-{kg.__version__}.dist-info"
        metadata = wheel.read(f"{info}/METADATA").decode()
        entry_points = wheel.read(f"{info}/entry_points.txt").decode()
        licence = wheel.read(f"{info}/licenses/LICENSE").decode()
        others = wheel.read(f"{info}/licenses/kg/data/editor/LICENSES.txt").decode()
    assert f"\nVersion: {kg.__version__}\n" in metadata
    assert "\nLicense-Expression: MIT\n" in metadata
    assert "\nRequires-Python: >=3.11\n" in metadata
    assert "kg = kg.cli:main" in entry_points
    assert licence.startswith("MIT License\n")
    assert others.startswith("@babel/runtime ")


def test_the_installed_wheel_is_the_one_that_runs(installed: Path, tmp_path: Path) -> None:
    """The tests below run the wheel, not the checkout."""
    where = _run([sys.executable, "-c", "import kg; print(kg.__file__)"], tmp_path, installed)
    assert Path(where.strip()) == installed / "kg" / "__init__.py"


def test_the_installed_wheel_builds_what_the_checkout_builds(built: Path, tmp_path: Path) -> None:
    """Away from the checkout the wheel has all it needs, and writes the same bytes."""
    _run([*COMMAND, "build", str(REPOSITORY / "seeds"), "--out", "build"], tmp_path)
    sums = (tmp_path / "build" / "SHA256SUMS").read_text("utf-8")
    assert "graph.ttl" in sums
    assert (built / "build" / "SHA256SUMS").read_text("utf-8") == sums


def _imported(report: str) -> set[str]:
    """Return the top-level names in a report of `python -X importtime`."""
    return {line.rpartition("|")[2].strip().partition(".")[0] for line in report.splitlines()}


def test_starting_and_asking_import_nothing_heavy(built: Path, installed: Path) -> None:
    """The help, the list of questions and a question on the built graph load no heavy library."""
    question = Path(list_resources("queries", ".rq")[0]).stem
    for arguments in (["--help"], ["query", "--list"], ["query", question]):
        run = subprocess.run(
            [COMMAND[0], "-X", "importtime", *COMMAND[1:], *arguments],
            cwd=built,
            env={**os.environ, "PYTHONPATH": str(installed), "PYTHONSAFEPATH": "1"},
            capture_output=True,
            check=True,
            encoding="utf-8",
        )
        imported = _imported(run.stderr)
        assert {"kg", "typer"} <= imported  # the report was read
        assert imported & HEAVY == set(), arguments


def test_every_line_of_the_lock_is_a_pin_or_a_hash() -> None:
    """The lock names exact versions and hashes: no registry, no path, no option, no comment."""
    pin = re.compile(r"[a-z0-9-]+==[^\s/:]+( ; [^/:\\]+)? \\")
    sha = re.compile(r"    --hash=sha256:[0-9a-f]{64}( \\)?")
    lines = LOCK.splitlines()
    assert [line for line in lines if not (pin.fullmatch(line) or sha.fullmatch(line))] == []
    unhashed = [
        line
        for line, following in zip(lines, [*lines[1:], ""], strict=True)
        if pin.fullmatch(line) and not sha.fullmatch(following)
    ]
    assert unhashed == []
    assert sum(bool(pin.fullmatch(line)) for line in lines) > 50


def _declared() -> list[Requirement]:
    """Return what pyproject.toml asks for, to run, to test, to check and to build."""
    project = PROJECT["project"]
    groups = [
        project["dependencies"],
        *project["optional-dependencies"].values(),
        *PROJECT["dependency-groups"].values(),
    ]
    return [Requirement(line) for group in groups for line in group]


def _locked() -> dict[str, str]:
    """Return the version of each locked distribution."""
    return dict(
        line.split(" ")[0].split("==") for line in LOCK.splitlines() if not line.startswith(" ")
    )


@pytest.mark.parametrize("wanted", _declared(), ids=lambda wanted: str(wanted.name))
def test_the_lock_satisfies_what_the_project_declares(wanted: Requirement) -> None:
    """Each declared library is locked at a version that its bounds allow (else: `make lock`)."""
    assert wanted.specifier.contains(_locked()[canonicalize_name(wanted.name)])


def test_every_runtime_library_has_a_lower_bound_and_a_cap() -> None:
    """An installation years from now gets versions like those that the tests ran with."""
    bounds = {
        line: {part.operator for part in Requirement(line).specifier}
        for line in PROJECT["project"]["dependencies"]
    }
    assert {line for line, operators in bounds.items() if operators != {">=", "<"}} == set()


def test_make_help_lists_every_target() -> None:
    """Each target that a person may call says in `make help` what it does."""
    makefile = (REPOSITORY / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"^\.PHONY: ([a-z-]+)$", makefile, re.MULTILINE))
    listed = set(re.findall(r"^make ([a-z-]+) +\S", _run(["make", "help"]), re.MULTILINE))
    assert targets == listed
    assert {"setup", "build", "test", "check", "wheel-test", "lock", "bench", "clean"} <= listed


def test_ci_runs_the_checks_the_tests_and_the_wheel() -> None:
    """`.ci/run` leaves out none of these, fetches what they need, and ends with the tests."""
    script = (REPOSITORY / ".ci" / "run").read_text("utf-8")
    calls = re.findall(r"^make ([a-z-]+)", script, re.MULTILINE)
    assert {"check", "foreign", "robot", "test", "wheel-test"} <= set(calls)
    assert calls[-1] == "test"
    assert os.access(REPOSITORY / ".ci" / "run", os.X_OK)
