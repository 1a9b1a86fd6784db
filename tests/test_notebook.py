import base64
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

import kg
from tests.conftest import ROOT, SEEDS

pytest.importorskip("nbclient", reason="needs the notebook extra: pip install -e '.[notebook]'")

import nbformat
from nbclient import NotebookClient

NOTEBOOK = ROOT / "notebooks" / "accountable-care-programs.ipynb"

CODE_CELLS = 18

Outputs = dict[str, list[Any]]


def read_notebook() -> nbformat.NotebookNode:
    """Return the notebook as it is committed."""
    notebook: nbformat.NotebookNode = nbformat.read(  # type: ignore[no-untyped-call]  # untyped
        NOTEBOOK, as_version=nbformat.NO_CONVERT
    )
    return notebook


@pytest.fixture(scope="module")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> Outputs:
    """Return the outputs of each code cell, run in a copy of `notebooks/` beside `seeds/`."""
    top = tmp_path_factory.mktemp("checkout")
    shutil.copytree(SEEDS, top / "seeds")
    (top / "notebooks").mkdir()
    notebook = read_notebook()
    client = NotebookClient(
        notebook,
        timeout=300,
        resources={"metadata": {"path": str(top / "notebooks")}},
        extra_arguments=["--IPKernelApp.log_level=ERROR"],  # warns of its own TCP ports
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(Path(kg.__file__).parents[1]))
        for name in ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR"):
            patch.setenv(name, str(top / name.lower()))  # nothing of this user's, nothing left
        client.execute()
    assert list((top / "notebooks").iterdir()) == []
    return {cell["id"]: cell["outputs"] for cell in _code_cells(notebook)}


def _code_cells(notebook: nbformat.NotebookNode) -> list[nbformat.NotebookNode]:
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def _html(outputs: Outputs, cell: str) -> str:
    (output,) = outputs[cell]
    html: str = output["data"]["text/html"]
    return html


def test_every_cell_runs_without_a_word_of_complaint(outputs: Outputs) -> None:
    """All code cells ran, each gives one result, and none writes to standard output or error."""
    assert len(outputs) == CODE_CELLS
    kinds = {cell: [output["output_type"] for output in found] for cell, found in outputs.items()}
    pictures = {"plot-numbers", "plot-features"}
    assert kinds == {
        cell: ["display_data" if cell in pictures else "execute_result"] for cell in kinds
    }


def test_the_graph_is_that_of_the_seeds(outputs: Outputs) -> None:
    """The first cell builds both programs."""
    (output,) = outputs["build"]
    assert "on 2 programs from 2 documents" in output["data"]["text/plain"]


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("programs", ("Cigna", "commercial")),
        ("places", ("Pennsylvania", "Lehigh Valley", "Virginia")),
        ("dates", ("2013-07-01", "2013-10-01")),
        ("payments", ("pay for performance", "contingent", "Valley Preferred physicians")),
        ("conditions", ("all of", "quality", "medical cost")),
        ("nurses", ("clinical care coordinator", "yes", "no")),
        ("compare", ("“over 13,000 people”", "“approximately 5,500 individuals", "not stated")),
        ("show", ("<q", "Leigh Valley, PA", "characters ")),
        ("differences", ("obesity", "launching")),
        ("coverage", ("26", "24")),
        ("silent", ("No rows: every passage",)),
        ("source-faults", ("Leigh Valley", "misspelling")),
    ],
)
def test_a_table_holds_what_the_texts_say(
    outputs: Outputs, cell: str, words: tuple[str, ...]
) -> None:
    """Numbers keep their qualifiers, facts their quotations, and silence is called silence."""
    html = _html(outputs, cell)
    assert [word for word in words if word not in html] == []


@pytest.mark.parametrize("cell", ["plot-numbers", "plot-features"])
def test_a_plot_is_a_picture(outputs: Outputs, cell: str) -> None:
    """Each plot gives one PNG of a size worth looking at."""
    (output,) = outputs[cell]
    png = base64.b64decode(output["data"]["image/png"])
    assert png.startswith(b"\x89PNG")
    width, height = (int.from_bytes(png[start : start + 4]) for start in (16, 20))
    assert 600 < width < 1200
    assert 150 < height < 1200


def test_the_network_stands_in_a_sandbox(outputs: Outputs) -> None:
    """The page is in the notebook itself, in a frame that reaches nothing else."""
    html = _html(outputs, "network")
    page, _, rest = html.removeprefix('<iframe srcdoc="').partition('"')
    assert page.startswith("&lt;!doctype html&gt;")
    assert rest.startswith(' sandbox="allow-scripts allow-downloads" ')


def test_it_finds_the_seeds_from_the_checkout_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """Started at the top of the repository, the first cell finds the same folder."""
    monkeypatch.chdir(ROOT)
    names: dict[str, Any] = {}
    lines = _code_cells(read_notebook())[0]["source"].splitlines()
    find = "\n".join(line for line in lines if "kg.build" not in line and line != "graph")
    exec(find, names)  # noqa: S102  # a cell of our own notebook
    assert names["seeds"].resolve() == SEEDS


def test_it_is_committed_without_outputs() -> None:
    """The file holds no result, no count of runs, no path of a machine, and is valid."""
    notebook = read_notebook()
    nbformat.validate(notebook)
    assert len(_code_cells(notebook)) == CODE_CELLS
    for cell in _code_cells(notebook):
        assert (cell["outputs"], cell["execution_count"]) == ([], None), cell["id"]
        assert cell["metadata"] == {}
    assert set(notebook["metadata"]) == {"kernelspec", "language_info"}
    assert notebook["metadata"]["language_info"] == {"name": "python"}
    text = NOTEBOOK.read_text("utf-8")
    assert re.findall(r"(?:/home|/root|/tmp|/work|/Users|[A-Z]:\\)[\\/\w]*", text) == []
    assert text.endswith("}\n")


def test_its_cells_are_short_and_told_in_words() -> None:
    """Nearly every cell fits a glance, no line needs scrolling, and each part has a heading."""
    notebook = read_notebook()
    lines = [cell["source"].splitlines() for cell in _code_cells(notebook)]
    assert sorted(map(len, lines))[-4] <= 8
    assert max(map(len, lines)) <= 40
    assert max(len(line) for cell in lines for line in cell) <= 100
    prose = [cell["source"] for cell in notebook["cells"] if cell["cell_type"] == "markdown"]
    assert sum(text.startswith("## ") for text in prose) >= 8
