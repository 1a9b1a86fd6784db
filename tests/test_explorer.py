"""Tests of the page that answers SPARQL by itself, as far as they need no browser."""

import base64
import hashlib
import json
import re
import zlib
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Store

from kg import explorer
from kg.errors import UsageError
from kg.explorer import SLOT, render_explorer
from kg.inline import csp_hash
from kg.parameters import ask_question, bind_parameters
from kg.questions import list_questions
from kg.resources import read_resource
from kg.sparql import UNITE, run_query
from tests.command import kg
from tests.conftest import SEEDS


def element(page: str, name: str) -> str:
    """Return the text of a script element with an id."""
    found = re.search(rf'<script type="[a-z/]+" id="{name}">([^<]*)</script>', page)
    assert found is not None
    return found[1]


def unpacked(page: str, name: str) -> bytes:
    """Return packed data of a page."""
    return zlib.decompress(base64.b64decode(element(page, name)))


def is_ground(quad: Quad) -> bool:
    """Whether a statement has no blank node, which each loading names anew."""
    return not any(isinstance(term, BlankNode) for term in quad)


@pytest.fixture(scope="module")
def page(demo: Store) -> str:
    """The page of the demonstration."""
    return render_explorer(demo, title="Ask")


@pytest.fixture(scope="module")
def setting(page: str) -> dict[str, Any]:
    """What its script knows."""
    found: dict[str, Any] = json.loads(element(page, "setting"))
    return found


def test_the_page_is_the_same_each_time(page: str, demo: Store) -> None:
    """Neither the order of the store nor of a set shows."""
    assert render_explorer(demo, title="Ask") == page


def test_the_page_loads_into_the_same_dataset(page: str, demo: Store) -> None:
    """Its statements, united as the page unites them, are those that `kg query` asks."""
    store = Store()
    store.load(unpacked(page, "statements"), format=RdfFormat.N_QUADS)
    store.update(UNITE)
    assert len(store) == len(demo)
    assert {quad for quad in store if is_ground(quad)} == {quad for quad in demo if is_ground(quad)}
    assert len(store) > 1000


def test_the_engine_is_the_one_of_the_lock(page: str) -> None:
    """It is shipped byte for byte, and nothing of a module is left in the script of its worker."""
    assert unpacked(page, "engine") == read_resource("data/oxigraph/web_bg.wasm")
    worker = unpacked(page, "worker").decode()
    assert not re.search(r"^export |import\.meta", worker, re.MULTILINE)
    assert "onmessage = " in worker


def test_a_question_filled_in_means_what_the_command_asks(
    setting: dict[str, Any], demo: Store
) -> None:
    """For each question, with an example for every parameter, the page's text has the same rows."""
    compared = 0
    for question in list_questions():
        given = question.required_examples
        bindings = bind_parameters(demo, question, given)
        text = next(one["text"] for one in setting["questions"] if one["name"] == question.name)
        lines = []
        for line in text.splitlines():
            slot = re.search(rf"<{SLOT}(\w+)>", line)
            if slot is None:
                lines.append(line)
            elif slot[1] in bindings:
                lines.append(line.replace(slot[0], str(bindings[slot[1]])))
        ours = [str(row) for row in run_query(demo, "\n".join(lines)).found]  # type: ignore[union-attr]  # all are SELECT
        theirs = [str(row) for row in ask_question(demo, question, given).found]  # type: ignore[union-attr]  # the same
        assert sorted(ours) == sorted(theirs), question.name
        compared += 1
    assert compared == len(setting["questions"]) > 50


def test_what_a_parameter_may_be_is_listed(setting: dict[str, Any]) -> None:
    """Things have IRI and name; dates, numbers and text have no list."""
    assert [label for _, label, *_ in setting["choices"]["payer"]] == ["Cigna"]
    assert setting["choices"]["first day"] == []


def test_only_our_scripts_and_the_engine_may_run(page: str) -> None:
    """The policy names a hash for every script, compiling WebAssembly, and a worker of the page."""
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    assert policy is not None
    scripts = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    assert len(scripts) == 2
    allowed = policy[1].replace("&#39;", "'")
    assert all(csp_hash(script) in allowed for script in scripts)
    for words in ("default-src 'none'", "'wasm-unsafe-eval'", "worker-src blob:"):
        assert words in allowed
    assert "unsafe-inline" not in allowed
    assert "connect-src" not in allowed


def test_hostile_text_stays_data() -> None:
    """A title and a name that end a script element are text of the page."""
    store = Store()
    evil = "</script><img src=x onerror=alert(1)><!--<script>"
    node, graph = NamedNode("https://example.org/x"), NamedNode("https://example.org/g")
    kind = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    label = NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
    payer = NamedNode("https://w3id.org/acp/ontology#Payer")
    store.add(Quad(node, kind, payer, graph))
    store.add(Quad(node, label, Literal(evil), graph))
    store.update(UNITE)
    page = render_explorer(store, title=evil)
    assert "<img" not in page
    assert json.loads(element(page, "setting"))["choices"]["payer"] == [[node.value, evil]]


def test_too_much_for_a_browser_is_said(demo: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """The advice is the command that serves data of any size."""
    monkeypatch.setattr(explorer, "MOST_STATEMENTS", 100)
    with pytest.raises(UsageError, match=r"up to 100 statements, and here are .*: `kg serve`"):
        render_explorer(demo, title="Ask")


def test_the_command_writes_the_page(tmp_path: Path) -> None:
    """`kg view --explore` writes explore.html, and knows no parts."""
    build = tmp_path / "build"
    kg("build", str(SEEDS), "--out", str(build))
    out, again = tmp_path / "explore.html", tmp_path / "again.html"
    for path in (out, again):
        found = kg("view", "--explore", "--build", str(build), "--out", str(path))
        assert (found.returncode, found.stdout) == (0, b"")
    assert "Questions on accountable care programs" in out.read_text("utf-8")
    assert out.read_bytes() == again.read_bytes()
    found = kg("view", "--explore", "--focus", "Cigna", "--build", str(build))
    assert found.returncode == 2
    assert "--explore answers from the whole build" in found.stderr.decode()


def test_what_npm_gave_is_what_the_record_says() -> None:
    """Nobody changed the engine's files by hand, and they are of the version of the lock."""
    record = json.loads(read_resource("data/oxigraph/made.json"))
    lock = json.loads(read_resource("data/oxigraph/package-lock.json"))
    package = lock["packages"][f"node_modules/{record['package']}"]
    assert (record["version"], record["integrity"]) == (package["version"], package["integrity"])
    assert set(record["sha256"]) == {"web.js", "web_bg.wasm", "LICENSES.txt"}
    for name, digest in record["sha256"].items():
        assert hashlib.sha256(read_resource(f"data/oxigraph/{name}")).hexdigest() == digest
