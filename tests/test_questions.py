"""The named questions: well written, alike in two engines, bound to terms, answered as before."""

import csv
import os
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Final, TypeAlias

import pytest
import rdflib
import re2
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import DefaultGraph, Literal, NamedNode, QuerySolutions, RdfFormat, Store, serialize

from kg.errors import UsageError
from kg.graph import KnowledgeGraph
from kg.parameters import ask_question, bind_parameters, insert_values, list_choices
from kg.pipeline import BuildOptions, Graph, make_graph, read_sources
from kg.questions import GROUPS, Parameter, Question, find_question, list_questions
from kg.sparql import Value, run_query, write_result
from kg.terms import XSD, prefixes
from tests.command import ROOT, kg

ANSWERS: Final = Path(__file__).parent / "answers"
"""What each question answers on the seeds, as CSV; KG_UPDATE_GOLDEN=1 writes it anew."""

INVENTED: Final = (
    ROOT / "seeds",
    *(ROOT / "tests" / "cases" / name for name in ("multi-payer", "plans-and-denials", "sparse")),
    ROOT / "tests" / "descriptions",
)
"""Descriptions that together give every question something to tell; two are of one program."""

EMPTY_ON_CORPUS: Final = {
    "curated-facts",  # the corpus comes without corrections
    "changes-between-descriptions",  # no program of it is described twice
    "conflicting-descriptions",
    "ended-programs",  # no end of a program is stated as such
    "payment-rates",  # no rate is stated with its unit
}
"""Questions to which no answer is the right answer there."""

HOSTILE: Final = (
    *("'", '"', "\\", "}", "{ ?s ?p ?o }", "<x>", "> . ?s ?p ?o", "obesity'", "${PATH}", "?x"),
    *("a\nb", "a\x00b", "\u202e", "é" * 300, "", " ", "../../etc/passwd", "file:///etc/passwd"),
    *("acpv:condition_obesity } #", "https://w3id.org/acp/id/ x", "2013'^^xsd:date", "1e999"),
)
"""What nobody should give for a parameter: fragments of SPARQL, paths, odd characters."""

Row: TypeAlias = tuple[tuple[str, ...] | None, ...]

every_question = pytest.mark.parametrize("question", list_questions(), ids=lambda one: one.name)
with_parameters = pytest.mark.parametrize(
    ("question", "parameter"),
    [(question, parameter) for question in list_questions() for parameter in question.parameters],
    ids=lambda one: one.name,
)


def rdflib_twin(store: Store) -> rdflib.Graph:
    """Return the default graph of a store in the other engine."""
    triples = (quad.triple for quad in store.quads_for_pattern(None, None, None, DefaultGraph()))
    return rdflib.Graph().parse(data=serialize(triples, format=RdfFormat.N_TRIPLES), format="nt")


@pytest.fixture(scope="module")
def seeds(seed_graph: Graph) -> Store:
    """The seeds as a dataset."""
    return seed_graph.dataset


@pytest.fixture(scope="module")
def seeds_twin(seeds: Store) -> rdflib.Graph:
    """The same in rdflib."""
    return rdflib_twin(seeds)


@pytest.fixture(scope="module")
def everything() -> Store:
    """Seeds and invented descriptions, with two facts corrected by hand, as a dataset."""
    options = BuildOptions(corrections=ROOT / "tests" / "descriptions" / "corrections.toml")
    return make_graph(read_sources(INVENTED, options), options).dataset


@pytest.fixture(scope="module")
def everything_twin(everything: Store) -> rdflib.Graph:
    """The same in rdflib."""
    return rdflib_twin(everything)


@pytest.fixture(scope="module")
def corpus(shared: Path) -> Store:
    """All documents that the machine has, as a dataset."""
    options = BuildOptions()
    return make_graph(read_sources([shared / "corpus"], options), options).dataset


@pytest.fixture(scope="module")
def corpus_twin(corpus: Store) -> rdflib.Graph:
    """The same in rdflib."""
    return rdflib_twin(corpus)


@pytest.fixture(scope="module")
def demo_twin(demo: Store) -> rdflib.Graph:
    """The graphs made by hand in rdflib."""
    return rdflib_twin(demo)


def oxigraph_rows(store: Store, question: Question, bound: Mapping[str, Value]) -> list[Row]:
    """Return the rows of an answer in a form that both engines share."""
    found = run_query(store, question.text, bound).found
    assert isinstance(found, QuerySolutions)
    return [tuple(_oxigraph_key(term) for term in row) for row in found]


def _oxigraph_key(term: object) -> tuple[str, ...] | None:
    if isinstance(term, Literal):
        return ("literal", _number(term.value), term.language or term.datatype.value)
    return ("iri", term.value) if isinstance(term, NamedNode) else None


def rdflib_rows(graph: rdflib.Graph, question: Question, bound: Mapping[str, Value]) -> list[Row]:
    """Return the same from rdflib."""
    terms = {name: _rdflib_term(term) for name, term in bound.items()}
    found = graph.query(question.text, initBindings=terms)
    names = found.vars or []
    # Where nothing is grouped, rdflib gives one row without any value.
    return [tuple(_rdflib_key(row.get(name)) for name in names) for row in found.bindings if row]


def _rdflib_term(term: Value) -> rdflib.URIRef | rdflib.Literal:
    if isinstance(term, NamedNode):
        return rdflib.URIRef(term.value)
    return rdflib.Literal(term.value, datatype=rdflib.URIRef(term.datatype.value))


def _rdflib_key(term: object) -> tuple[str, ...] | None:
    if isinstance(term, rdflib.Literal):
        kind = term.language or str(term.datatype or XSD.string.value)
        return ("literal", _number(str(term)), kind)
    return ("iri", str(term)) if isinstance(term, rdflib.URIRef) else None


def _number(text: str) -> str:
    """Return a decimal in the one way of writing it that engines agree on."""
    return text.rstrip("0").rstrip(".") if re2.fullmatch(r"-?[0-9]+\.[0-9]+", text) else text


def agree(store: Store, twin: rdflib.Graph, question: Question, bound: Mapping[str, Value]) -> int:
    """Hold two engines to the same rows in the same order, and return how many these are.

    An engine that is given no bindings, but their values in the text, answers alike.
    """
    rows = oxigraph_rows(store, question, bound)
    assert rows == rdflib_rows(twin, question, bound)
    assert len(rows) == len(set(rows)), "no row is repeated"
    text = insert_values(question.text, bound)
    assert rows == oxigraph_rows(store, replace(question, text=text), {})
    return len(rows)


# The catalogue


def test_there_are_questions_in_all_groups() -> None:
    """Each group has questions, and the count is known."""
    groups = Counter(found.group for found in list_questions())
    assert len(list_questions()) == 84
    assert list(GROUPS) == list(groups)
    assert min(groups.values()) >= 8
    assert sum(len(found.parameters) for found in list_questions()) == 118


@every_question
def test_question_is_well_written(question: Question) -> None:
    """One plain sentence, named variables, labels beside IRIs, prefixes right, an order."""
    assert re2.fullmatch(r"[a-z]+(?:-[a-z]+)+", question.name)
    assert re2.fullmatch(r"[A-Z][^?\n]+\?", question.question)
    body = question.text.split("\n\n", 1)[1]
    assert re2.search(r"^SELECT (?:DISTINCT )?[?(\n]", body), "SELECT names its variables"
    assert re2.search(r"(?m)^ORDER BY [^\n]+\n$", body)
    assert [line for line in question.text.splitlines() if len(line) > 140] == []
    declared = [one[1] for one in re2.finditer(r"(?m)^PREFIX (\w+): <[^>]+>$", question.text)]
    known = prefixes()
    assert declared == [n for n in sorted(known) if re2.search(rf"(?:^|[^\w:?]){n}:", body)]
    for name in declared:
        assert f"PREFIX {name}: <{known[name]}>\n" in question.text
    assert "/id/" not in question.text, "no question is about one program"
    assert set(question.columns) >= {one.name for one in question.parameters}


def test_questions_use_only_terms_that_exist() -> None:
    """A misspelt property or concept would give no rows, and look like good news."""
    store = Store()
    for name in ("acp", "vocabulary"):
        store.load(path=str(ROOT / "ontology" / f"{name}.ttl"), format=RdfFormat.TURTLE)
    known = {quad.subject.value for quad in store if isinstance(quad.subject, NamedNode)}
    used = {
        prefixes()[found[1]] + found[2]
        for question in list_questions()
        for found in re2.finditer(r"\b(acpv?):([\w\-]+)", question.text)
    }
    assert len(used) > 100
    assert used - known == set()


def test_unknown_question_names_the_nearest() -> None:
    """A slip in a name is answered with the name that was meant."""
    with pytest.raises(UsageError, match="did you mean programs-by-county"):
        find_question("program-by-county")
    with pytest.raises(UsageError, match=r"zzz.*kg query --list"):
        find_question("zzz")


# Two engines, one answer


@every_question
def test_question_has_one_answer(
    question: Question, everything: Store, everything_twin: rdflib.Graph
) -> None:
    """Both engines give the same rows, ordered in one way, and never none for want of data."""
    bound = bind_parameters(everything, question, question.required_examples)
    assert agree(everything, everything_twin, question, bound)
    rows = oxigraph_rows(everything, question, bound)
    keys = re2.findall(r"\?(\w+)", question.text.rsplit("ORDER BY", 1)[1])
    columns = [question.columns.index(key) for key in keys]
    assert len(rows) == len({tuple(row[column] for column in columns) for row in rows})


@with_parameters
def test_parameter_has_one_answer(
    question: Question, parameter: Parameter, everything: Store, everything_twin: rdflib.Graph
) -> None:
    """Told a value that occurs, or the example, both engines give the same rows."""
    bound = bind_parameters(everything, question, question.required_examples)
    values: list[Value] = []
    if parameter.name not in question.echoes:
        values += occurring(everything, question, parameter, bound)[:1]
    told = question.required_examples | {parameter.name: parameter.example}
    values.append(bind_parameters(everything, question, told)[parameter.name])
    for value in dict.fromkeys(values):
        agree(everything, everything_twin, question, {**bound, parameter.name: value})


def occurring(
    store: Store, question: Question, parameter: Parameter, bound: Mapping[str, Value]
) -> list[NamedNode]:
    """Return what stands in the column of a parameter when it is not told."""
    rest = {name: value for name, value in bound.items() if name != parameter.name}
    place = question.columns.index(parameter.name)
    column = (row[place] for row in oxigraph_rows(store, question, rest))
    return list(dict.fromkeys(NamedNode(key[1]) for key in column if key))


@with_parameters
def test_parameter_selects_rows(
    question: Question, parameter: Parameter, everything: Store
) -> None:
    """The answer with a value is the answer without, less the rows that have another value."""
    bound = bind_parameters(everything, question, question.required_examples)
    bound.pop(parameter.name, None)
    whole = oxigraph_rows(everything, question, bound)
    place = question.columns.index(parameter.name)
    if parameter.name not in question.echoes:
        for value in occurring(everything, question, parameter, bound):
            selected = [row for row in whole if row[place] == ("iri", value.value)]
            assert selected == oxigraph_rows(everything, question, {**bound, parameter.name: value})
    elif not parameter.is_required and parameter.default is None:
        told = question.required_examples | {parameter.name: parameter.example}
        found = oxigraph_rows(everything, question, bind_parameters(everything, question, told))
        assert 0 < len(found) <= len(whole)
        if question.name != "programs-by-year":  # counts fewer in fewer rows
            bare = {(*row[:place], *row[place + 1 :]) for row in whole}
            assert {(*row[:place], *row[place + 1 :]) for row in found} <= bare


@every_question
def test_question_has_one_answer_on_the_corpus(
    question: Question, corpus: Store, corpus_twin: rdflib.Graph
) -> None:
    """On all documents too; none has no rows but those that should have none."""
    bound = bind_parameters(corpus, question, question.required_examples)
    count = agree(corpus, corpus_twin, question, bound)
    assert (count == 0) == (question.name in EMPTY_ON_CORPUS)


@every_question
def test_question_has_one_answer_on_the_demonstration(
    question: Question, demo: Store, demo_twin: rdflib.Graph
) -> None:
    """On the graphs made by hand, both engines give the same rows."""
    agree(demo, demo_twin, question, bind_parameters(demo, question, question.required_examples))


# Answers on the seeds


@every_question
def test_answer_on_the_seeds_is_as_it_was(question: Question, seeds: Store) -> None:
    """Each question answers on the seeds what its file in tests/answers says."""
    stream = BytesIO()
    write_result(ask_question(seeds, question, question.required_examples), "csv", stream)
    text = stream.getvalue().replace(b"\r\n", b"\n")
    text = re2.sub(rb"/run_[0-9a-z_-]+", b"/run_X", text)  # named after the rules of the day
    path = ANSWERS / f"{question.name}.csv"
    if "KG_UPDATE_GOLDEN" in os.environ:
        ANSWERS.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text)
    assert path.read_bytes() == text
    rows = list(csv.reader(text.decode().splitlines()))
    assert len(rows) > 1 or question.empty_means, "an empty answer says what it means"


def test_every_answer_has_a_question() -> None:
    """No answer stays behind when its question goes."""
    assert {path.stem for path in ANSWERS.glob("*.csv")} == {one.name for one in list_questions()}


# What parameters may be told


@with_parameters
def test_hostile_values_are_refused_or_found_nowhere(
    question: Question, parameter: Parameter, seeds: Store
) -> None:
    """Whatever is given becomes a term of its kind or is refused; never SPARQL, never a file."""
    for words in HOSTILE:
        told = question.required_examples | {parameter.name: words}
        try:
            bound = bind_parameters(seeds, question, told)
        except UsageError as refusal:
            message = str(refusal)
        else:
            message = ""
            rows = oxigraph_rows(seeds, question, bound)
            assert all(len(row) == len(question.columns) for row in rows)
        assert message.isprintable()


@given(words=st.text(max_size=40))
def test_text_is_only_ever_text(words: str) -> None:
    """Words to search for are bound as they are."""
    question = find_question("passages-with-words")
    try:
        words.encode()
    except UnicodeEncodeError:
        return
    try:
        bound = bind_parameters(Store(), question, {"words": words})
    except UsageError:
        assert not words.strip() or not words.isprintable()
    else:
        assert bound["words"] == Literal(words) or bound["words"].value == " ".join(words.split())


@pytest.mark.parametrize(
    ("name", "told", "message"),
    [
        ("programs-by-condition", {"condition": "obesty"}, "did you mean 'obesity'"),
        ("programs-by-condition", {"conditon": "obesity"}, "did you mean condition"),
        ("programs-by-condition", {"condition": "care coordinator"}, "no condition is called"),
        ("programs-by-state", {"state": "XX"}, "--values state"),
        ("text-behind-facts", {}, "needs program .*for example: kg query text-behind-facts"),
        ("effective-dates", {"since": "last year"}, "since takes"),
        ("former-names", {"program": "x"}, "it has none"),
        ("text-behind-facts", {"program": "Cigna"}, "names 2 values of program"),
    ],
)
def test_wrong_parameters_are_explained(
    name: str, told: dict[str, str], message: str, seeds: Store
) -> None:
    """A name or value that is not known is answered with what was meant, or how to list all."""
    with pytest.raises(UsageError, match=message):
        bind_parameters(seeds, find_question(name), told)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("programs-by-state", {"state": "PA"}),
        ("programs-by-state", {"state": "pennsylvania"}),
        ("programs-by-state", {"state": "US-PA"}),
        ("programs-by-state", {"state": "https://w3id.org/acp/id/place_us_pa"}),
        ("payers-and-programs", {"program": "valley preferred"}),
        ("programs-by-place", {"place": "Lehigh Valley"}),
        ("effective-dates", {"until": "2013-07"}),
        ("covered-lives-by-program", {"program": "Valley Preferred"}),
    ],
)
def test_values_are_given_as_people_write_them(
    name: str, told: dict[str, str], seeds: Store
) -> None:
    """A code, a name in any case, an IRI, a month: each finds the one program that it fits."""
    question = find_question(name)
    rows = oxigraph_rows(seeds, question, bind_parameters(seeds, question, told))
    column = question.columns.index("program")
    assert {row[column] for row in rows} == {
        ("iri", "https://w3id.org/acp/id/program_cigna-cac-valley-preferred")
    }


def test_choices_can_be_given_back(seeds: Store) -> None:
    """Every value that is listed for a parameter is one, by its IRI."""
    checked = 0
    for question in list_questions():
        for parameter in question.parameters:
            for choice in list_choices(seeds, parameter)[:3]:
                told = question.required_examples | {parameter.name: choice.iri}
                bound = bind_parameters(seeds, question, told)
                assert bound[parameter.name] == NamedNode(choice.iri)
                checked += 1
    assert checked > 200


# The doors


def test_command_takes_parameters(tmp_path: Path) -> None:
    """`--name value` narrows an answer; help, values and faults are told in one line or a table."""
    build = tmp_path / "build"
    assert kg("build", "seeds", "--out", build).returncode == 0
    ask = ("query", "programs-by-condition", "--build", build)
    found = kg(*ask, "--condition", "obesity", "--format", "csv")
    assert found.returncode == 0, found.stderr
    assert found.stdout.count(b"\n") == 2
    assert b"loudoun" in found.stdout
    assert kg(*ask, "--condition=obesity", "--format", "csv").stdout == found.stdout
    assert b"condition" in kg("query", "programs-by-condition", "--help").stdout
    assert b"obesity" in kg(*ask, "--values", "condition").stdout
    wrong = kg(*ask, "--condition", "obesty")
    assert (wrong.returncode, wrong.stderr.count(b"\n")) == (2, 1)
    assert kg(*ask, "--conditon", "obesity").returncode == 2
    assert kg(*ask, "--condition").returncode == 2
    nothing = kg(*ask, "--condition", "asthma")
    assert (nothing.returncode, bool(nothing.stderr)) == (0, True)


def test_graph_takes_parameters(seed_graph: Graph) -> None:
    """In Python a parameter is a keyword, and a number or a date may be Python's own."""
    graph = KnowledgeGraph(seed_graph.dataset, seed_graph)
    [row] = graph.query("programs-by-condition", condition="obesity")
    assert str(row["program"]).endswith("loudoun-medical-group")
    assert len(graph.query("covered-lives-by-program", minimum=10_000)) == 1
    assert len(graph.query("effective-dates", since=date(2013, 8, 1))) == 1
    with pytest.raises(UsageError, match="no parameter"):
        graph.query("programs-by-condition", colour="red")
    with pytest.raises(UsageError, match="only named questions"):
        graph.query("ASK { ?s ?p ?o }", condition="obesity")
