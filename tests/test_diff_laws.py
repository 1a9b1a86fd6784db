"""Laws of differences that hold for any two builds: hypothesis looks for two that break one."""

import tempfile
from pathlib import Path
from typing import Final

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Triple

from kg.changes import DocumentChange
from kg.export import GraphContents
from kg.iris import Minter
from kg.records import Basis, Concept, Document, Extraction, Fact, Node, Passage, Value
from kg.resources import read_resource
from kg.terms import DEFAULT_BASE, prefixes
from kg.triples import Mapper, evidence_triples, fact_triples

from .build_folder import write_build
from .differences import (
    asserted,
    by_rows,
    by_update,
    changes,
    graph,
    in_order,
    patch,
    reversed_change,
)

steady: Final = settings(
    deadline=None,  # the machine may be busy
    derandomize=True,  # a failure is there again on the next run, and no examples are stored
    database=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow],
)
TEXT: Final = "Alder and Birch pay Cedar and Elm for 90 people; all of it is made up."
MODEL: Final = b"<https://example.org/a> <https://example.org/b> 1 ."

PARTIES: Final = [Node("Payer", ("org", name), name.title()) for name in ("alder", "birch", "fir")]
spans: Final = st.sampled_from([(0, 5), (10, 15), (20, 25), (30, 33), (38, 47)])
values: Final = st.one_of(
    st.sampled_from(["diabetes", "obesity", "asthma"]).map(
        lambda name: ("targetsCondition", Concept("condition", name))
    ),
    st.sampled_from(PARTIES).map(lambda party: ("hasPayer", party)),
    st.sampled_from(["2013", "2014"]).map(lambda year: ("effectiveDate", Value(year, "gYear"))),
    st.sampled_from(["2013", "2014"]).map(lambda year: ("formerName", Value(year))),
)
counts: Final = st.tuples(
    st.sampled_from(["physicians", "practices"]), st.integers(1, 4), st.integers(1, 2)
)
bases: Final[st.SearchStrategy[Basis]] = st.sampled_from(["stated", "inferred"])


@st.composite
def extractions(draw: st.DrawFn) -> Extraction:
    """Return what might have been read from a document."""
    text = TEXT + draw(st.sampled_from(["", " Amen.", " So be it."]))
    name = draw(st.sampled_from(["a.txt", "b.txt", "c/a.txt"]))
    digest = f"{draw(st.integers(0, 5)):016x}" + f"{len(text):048x}"
    title = draw(st.sampled_from(["Oak", "Elm"]))
    program = Node("Program", ("program", title.lower()), title)
    facts = [
        Fact(program, predicate, value, *draw(spans), "test.rule", draw(bases))
        for predicate, value in draw(st.lists(values, max_size=4))
    ]
    for kind, number, more in draw(st.lists(counts, max_size=3)):
        part = program.part("CountStatement", "count", kind, str(number), label=f"{number} {kind}")
        start, end = draw(spans)
        facts += [
            Fact(program, "hasCount", part, start, end, "test.count"),
            Fact(part, "countOf", Concept("count", kind), start, end, "test.count"),
            Fact(part, "countValue", Value(str(number), "integer"), start, end, "test.count"),
            Fact(part, "countLowerBound", Value(str(number + more), "integer"), 0, 5, "test.low"),
        ]
    payer = Concept("org-type", "payer")
    paying = [party for party in PARTIES if any(fact.value == party for fact in facts)]
    facts += (Fact(party, "organizationType", payer, 0, 5, "test.party") for party in paying)
    passages = (Passage(1, 0, len(text), "sentence"),)
    return Extraction(Document(name, text, digest), program, passages, tuple(facts), ())


def distinct(found: list[Extraction]) -> list[Extraction]:
    """Return documents of different bytes and names, as a build has them."""
    by_name = {extraction.document.name: extraction for extraction in found}
    return list({one.document.sha256: one for one in by_name.values()}.values())


builds: Final = st.lists(extractions(), max_size=3).map(distinct)


def write(folder: Path, found: list[Extraction]) -> Path:
    """Write a build of the documents."""
    mapper = Mapper(Minter(DEFAULT_BASE), {}, "test")
    own = {one: tuple(dict.fromkeys(fact_triples(mapper, one))) for one in found}
    behind = {one: tuple(dict.fromkeys(evidence_triples(mapper, one))) for one in found}
    contents = GraphContents(
        facts=tuple(triple for triples in own.values() for triple in triples),
        evidence=tuple(triple for triples in behind.values() for triple in triples),
        documents={
            mapper.document_graph(one.document).value: (*own[one], *behind[one]) for one in found
        },
        ontology=read_resource("ontology/acp.ttl"),
        vocabulary=MODEL,
        shapes=MODEL,
        alignments=MODEL,
        prefixes=prefixes(),
        base=DEFAULT_BASE,
    )
    return write_build(folder, contents)


@steady
@given(builds, builds)
def test_differences_are_complete_and_the_same_from_either_side(
    before: list[Extraction], after: list[Extraction]
) -> None:
    """Silence means equal; backwards means reversed; the patch leads exactly from old to new."""
    with tempfile.TemporaryDirectory() as folder:
        old, new = write(Path(folder, "old"), before), write(Path(folder, "new"), after)
        assert changes(old, old) == []
        there, back = changes(old, new), changes(new, old)
        assert sorted(map(reversed_change, there), key=repr) == sorted(
            map(in_order, back), key=repr
        )
        if not any(isinstance(change, DocumentChange) and change.facts for change in there):
            assert asserted(old) == asserted(new)
        if not there:
            assert graph(old, evidence=True) == graph(new, evidence=True)
        update = patch(old, new, "sparql-update", evidence=True)
        assert by_update(old, update, evidence=True) == graph(new, evidence=True)


texts: Final = st.text(st.sampled_from([*"\\uU0022\"'\n\r\t } ; CLEAR ALL #<>_:é\u202e\x7f😀"]))
triples: Final = st.builds(
    Triple,
    st.sampled_from([NamedNode(f"https://example.org/{name}") for name in "ab"]),
    st.sampled_from([NamedNode(f"https://example.org/{name}") for name in "pq"]),
    st.one_of(
        texts.map(Literal),
        texts.map(lambda text: Literal(text, language="en")),
        st.sampled_from([NamedNode("https://example.org/é"), Literal("1.0"), Literal(1)]),
    ),
)
graphs: Final = st.lists(triples, max_size=6)


@steady
@given(graphs, graphs)
def test_a_patch_holds_any_text_exactly(before: list[Triple], after: list[Triple]) -> None:
    """Both forms of patch, applied, give the new graph to the last character."""
    with tempfile.TemporaryDirectory() as folder:
        old, new = (
            write_build(
                Path(folder, name),
                GraphContents(
                    tuple(some), (), {}, MODEL, MODEL, MODEL, MODEL, prefixes(), DEFAULT_BASE
                ),
            )
            for name, some in (("old", before), ("new", after))
        )
        expected = graph(new, evidence=False)
        assert by_update(old, patch(old, new, "sparql-update", evidence=False), False) == expected
        assert by_rows(old, patch(old, new, "rdf-patch", evidence=False)) == expected
