import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Store

from kg.compare import (
    ComparedValue,
    ProgramComparison,
    Row,
    Saying,
    Section,
    Verdict,
    compare_programs,
)
from kg.compare.gather import _BOUNDS, _UNCOMPARED
from kg.pipeline import BuildOptions, Graph, make_graph, read_sources
from kg.terms import ACP, ORG, RDF, RDFS, SKOS, concept, prefixes
from kg.things import Support

from .conftest import ROOT, SEEDS

ID = "https://w3id.org/acp/id/"
VALLEY = f"{ID}program_cigna-cac-valley-preferred"
LOUDOUN = f"{ID}program_cigna-cac-loudoun-medical-group"
HEADER = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in prefixes().items())


@pytest.fixture(scope="module")
def seeds(seed_graph: Graph) -> ProgramComparison:
    """Both seeds side by side."""
    return compare_programs(seed_graph.dataset, (VALLEY, LOUDOUN))


def told(comparison: ProgramComparison, *verdicts: Verdict) -> dict[tuple[str, ...], Row]:
    """Return rows by section and path."""
    return {(section.name, *row.path): row for section, row in comparison.rows(*verdicts)}


def own(row: Row, column: int) -> list[str]:
    """Return what one program says that the other does not."""
    return [saying.words for _, saying, verdict in row.told(column) if verdict == "different"]


def texts() -> tuple[str, str]:
    """Return the texts of the two seeds, Valley Preferred first."""
    one, other = sorted(SEEDS.glob("*.txt"))
    return one.read_text("utf-8"), other.read_text("utf-8")


@dataclass(frozen=True)
class Found:
    """A difference of the seeds that people found: its row, and what each text says in which words.

    The passage is numbered as in the study of the seeds, of seed B (Loudoun) or of A (Valley
    Preferred). No words: the text says nothing of the kind.
    """

    passage: str
    path: tuple[str, ...]
    verdict: str
    values: tuple[str, str]
    words: tuple[str, str]

    def __str__(self) -> str:
        return self.passage


def read_found() -> list[Found]:
    """Return all of the study's section on what differs."""
    with (ROOT / "tests" / "comparisons" / "seeds" / "differences.csv").open("rb") as file:
        lines = list(csv.DictReader(file.read().decode().splitlines()))
    return [
        Found(
            *(line["passage"], tuple(line["row"].split(" > ")), line["verdict"]),
            (line["valley"], line["loudoun"]),
            (line["valley words"], line["loudoun words"]),
        )
        for line in lines
    ]


FOUND = read_found()


def supports_of(saying: Saying) -> tuple[Support, ...]:
    """Return all that a saying rests on, and what it alone says of a part."""
    return (*saying.supports, *(s for fact in saying.facts for s in fact.supports))


def says(row: Row, column: int, words: str) -> bool:
    """Whether some sentence behind what a program says has some words."""
    return any(
        words in (support.sentence or support.quotation)
        for _, saying, _ in row.told(column)
        for support in supports_of(saying)
    )


@pytest.mark.parametrize("found", FOUND, ids=str)
def test_a_difference_of_the_seeds_is_a_row(seeds: ProgramComparison, found: Found) -> None:
    """Each difference that people found stands in its row, with the words of both texts."""
    row = told(seeds)[found.path]
    assert row.verdict == found.verdict
    for column, (value, words) in enumerate(zip(found.values, found.words, strict=True)):
        assert own(row, column) == ([value] if value else [])
        assert words in texts()[column]
        is_known = found.path[-1] in {"within place", "place type"}  # from a gazetteer, not a text
        assert says(row, column, words) or is_known or not words


def test_nothing_else_of_the_seeds_is_listed_as_different(seeds: ProgramComparison) -> None:
    """The rows that differ are those of the study, all of them and no other."""
    for verdict, number in (("different", 39), ("reworded", 10)):
        paths = [found.path for found in FOUND if found.verdict == verdict]
        assert {path for path, row in told(seeds).items() if row.verdict == verdict} == set(paths)
        assert len(paths) == number


def test_only_the_gazetteer_has_no_words(seeds: ProgramComparison) -> None:
    """What a place lies in is known, not read; all else that is compared has a quotation."""
    without = {
        path
        for path, row in told(seeds).items()
        for column in (0, 1)
        for _, saying, _ in row.told(column)
        if not saying.supports
    }
    assert without == {("service area", "place type"), ("service area", "within place")}


def test_every_quotation_is_in_the_text_at_its_place(seeds: ProgramComparison) -> None:
    """The words of a cell are those of the column's own document, sentence and all."""
    checked = 0
    for column, text in enumerate(texts()):
        (document,) = seeds.programs[column].documents
        for _, row in seeds.rows():
            for _, saying, _ in row.told(column):
                for support in supports_of(saying):
                    start = support.sentence_start
                    assert support.document == document
                    assert text[support.start : support.end] == support.quotation
                    assert text[start : start + len(support.sentence)] == support.sentence
                    checked += 1
    assert checked > 250


def test_what_the_seeds_share_is_listed_once(seeds: ProgramComparison) -> None:
    """Payer, aims, roles, payments with their targets, rules: what both say is told as one."""
    same = told(seeds, "same")
    words = {path: [value.words for value in row.values] for path, row in same.items()}
    assert words["program", "payer"] == ["Cigna"]
    assert words["program", "comparable model"] == ["accountable care organization"]
    assert len(words["program", "aim"]) == 7
    assert words["care role", "clinical care coordinator", "credential"] == ["registered nurse"]
    assert words["care role", "clinical care coordinator", "aligned with"] == ["case manager"]
    pay = ("payment arrangement", "pay for performance")
    assert words[*pay, "payment condition", "condition operator"] == ["all of"]
    assert words[*pay, "payment condition", "target: medical cost", "target direction"] == ["lower"]
    assert words[*pay, "in addition to"] == [
        *("care coordination payment", "compensation for services")
    ]
    conditions = told(seeds)["program", "targets condition"]
    assert [value.words for value in conditions.of("same")] == [
        *("chronic condition", "diabetes", "heart disease")
    ]


def test_what_is_each_programs_own_is_no_difference(seeds: ProgramComparison) -> None:
    """Care from its own provider group, pay to its own physicians: the same, said of each."""
    (value,) = told(seeds)["count", "covered individuals", "receiving care from"].values
    assert value.words == "its provider group"
    assert [saying.words for saying in value.sayings if saying] == [
        *("Valley Preferred", "Loudoun Medical Group")
    ]
    paid = told(seeds)["payment arrangement", "compensation for services", "paid to"]
    assert paid.verdict == "same"


def test_what_one_program_alone_does_is_told_in_full(seeds: ProgramComparison) -> None:
    """Who does it and with which data, in the words of the text: three by the coordinators."""
    done: dict[str, dict[tuple[str, ...], str]] = {}
    for path, row in told(seeds, "different").items():
        for _, saying, _ in row.told(1) if path[0] == "activity" else ():
            if len(path) == 2:
                done[path[1]] = {fact.path: fact.words for fact in saying.facts}
                words = [s.quotation for fact in saying.facts for s in fact.supports]
                is_theirs = any("care coordinators enhance care" in text for text in words)
                assert is_theirs or all("team that will help" in text for text in words)
    by_coordinators = {
        ("performed by",): "clinical care coordinator",
        ("uses data",): "patient-specific data from Cigna",
    }
    by_team = {("performed by",): "physician-led care team"}
    assert sorted(map(len, done.values())) == [1, 1, 1, 1, 2, 2, 2]
    assert {tuple(facts.items()) for facts in done.values()} == {
        *(tuple(by_coordinators.items()), tuple(by_team.items()))
    }


def test_a_basis_is_told_unless_the_text_states_it(seeds: ProgramComparison) -> None:
    """Mapped, inferred and normalized values say so."""
    bases = {
        path: {saying.basis for _, saying, _ in row.told(0)} for path, row in told(seeds).items()
    }
    assert bases["program", "service area"] == {"normalized"}
    assert bases["payment arrangement", "pay for performance", "LAN category"] == {"mapped"}
    assert bases["payment arrangement", "pay for performance", "paid to"] == {"inferred"}
    assert bases["program", "payer"] == {""}


def _all_supports(comparison: ProgramComparison) -> set[tuple[str, int, int]]:
    return {
        (support.document, support.start, support.end)
        for _, row in comparison.rows()
        for column in range(len(comparison.programs))
        for _, saying, _ in row.told(column)
        for support in supports_of(saying)
    }


def test_every_fact_of_the_seeds_is_somewhere(seed_graph: Graph, seeds: ProgramComparison) -> None:
    """No evidenced statement is lost, but for names, shortcuts and what others imply."""
    left_out = {*_UNCOMPARED, *_BOUNDS, ORG.member, ORG.organization, ORG.role}
    found = seed_graph.dataset.query(
        "SELECT ?p ?start ?end ?file { ?a rdf:predicate ?p ; acp:hasEvidence ?e ."
        " ?e oa:hasSelector [ oa:start ?start ; oa:end ?end ] ; oa:hasSource ?d ."
        " ?d dcterms:identifier ?file }",
        prefixes=prefixes(),
    )
    stated = {
        (row["file"].value, int(row["start"].value), int(row["end"].value))
        for row in found  # type: ignore[union-attr]  # a SELECT
        if row["p"] not in left_out
    }
    assert len(stated) > 150
    assert stated - _all_supports(seeds) == set()


# ---- The manner of comparing, on graphs made up --------------------------------------------


def load(turtle: str) -> Store:
    """Return a store with some Turtle and our ontology."""
    store = Store()
    store.load(input=HEADER + turtle, format=RdfFormat.TURTLE)
    for name in ("acp", "vocabulary"):
        store.load(path=str(ROOT / "ontology" / f"{name}.ttl"))
    return store


def compare(turtle: str, *names: str) -> dict[tuple[str, ...], Row]:
    """Return the rows about some programs of a graph."""
    store = load(turtle)
    return told(compare_programs(store, [ID + name for name in names]))


ROLES = """
acpid:a a acp:Program ; acp:hasCareRole acpid:a1 .
acpid:b a acp:Program ; acp:hasCareRole acpid:b1 .
acpid:a1 a acp:CareRoleAssignment ; acp:careRole acpv:care-role_care-coordinator ;
    acp:affiliatedWith acpid:elm .
acpid:b1 a acp:CareRoleAssignment ; acp:careRole acpv:care-role_care-coordinator ;
    acp:employedBy acpid:oak ; acp:affiliatedWith acpid:oak .
acpid:elm a acp:ProviderOrganization ; rdfs:label "Elm"@en .
acpid:oak a acp:ProviderOrganization ; rdfs:label "Oak"@en .
"""


def test_employed_and_affiliated_are_one_row() -> None:
    """The narrower property says more, in the row of the wider one; what it implies is not told."""
    rows = compare(ROLES, "a", "b")
    row = rows["care role", "care coordinator", "affiliated with"]
    assert (own(row, 0), own(row, 1)) == (["Elm"], ["employed by Oak"])
    assert set(rows) == {
        ("care role", "care coordinator"),
        ("care role", "care coordinator", "affiliated with"),
    }


COUNTS = """
acpid:a a acp:Program ; acp:hasCount acpid:a1 , acpid:a2 ; acp:hasProviderGroup acpid:elm .
acpid:b a acp:Program ; acp:hasCount acpid:b1 ; acp:hasProviderGroup acpid:oak .
acpid:a1 a acp:CountStatement ; rdfs:label "70 doctors"@en ; acp:countOf acpv:count_physicians ;
    acp:countValue 70 ; acp:countedFor acpid:elm .
acpid:a2 a acp:CountStatement ; rdfs:label "75 doctors"@en ; acp:countOf acpv:count_physicians ;
    acp:countValue 75 .
acpid:b1 a acp:CountStatement ; rdfs:label "90 doctors"@en ; acp:countOf acpv:count_physicians ;
    acp:countValue 90 ; acp:countedFor acpid:oak .
acpid:elm a acp:ProviderOrganization ; rdfs:label "Elm"@en .
acpid:oak a acp:ProviderOrganization ; rdfs:label "Oak"@en .
"""


def test_of_several_parts_of_a_kind_the_most_alike_are_matched() -> None:
    """A number counted for its own group is compared with the same of the other program."""
    rows = compare(COUNTS, "a", "b")
    both, alone = "physicians: 70 doctors / 90 doctors", "physicians: 75 doctors"
    assert rows["count", both, "counted for"].verdict == "same"
    assert own(rows["count", both, "count value"], 0) == ["70"]
    row = rows["count", alone]
    assert (own(row, 0), own(row, 1)) == (["75 doctors"], [])
    (saying,) = (saying for _, saying, _ in row.told(0))
    assert [(fact.path, fact.words) for fact in saying.facts] == [(("count value",), "75")]


PAYERS = """
acpid:a a acp:Program ; acp:hasPayer acpid:x ; acp:hasPaymentArrangement acpid:a1 .
acpid:b a acp:Program ; acp:hasPayer acpid:x , acpid:y ; acp:hasPaymentArrangement acpid:b1 .
acpid:c a acp:Program ; acp:hasPayer acpid:y , acpid:z ; acp:hasPaymentArrangement acpid:c1 .
acpid:a1 a acp:PaymentArrangement ; acp:paidBy acpid:x .
acpid:b1 a acp:PaymentArrangement ; acp:paidBy acpid:x , acpid:y .
acpid:c1 a acp:PaymentArrangement ; acp:paidBy acpid:z .
acpid:x a acp:Payer ; rdfs:label "X"@en . acpid:y a acp:Payer ; rdfs:label "Y"@en .
acpid:z a acp:Payer ; rdfs:label "Z"@en .
"""


def test_bounds_are_told_where_no_number_is() -> None:
    """Between 45 and 60 are two bounds; those of a number with a qualifier follow from it."""
    rows = compare(
        """
        acpid:a a acp:Program ; acp:hasCount acpid:a1 .
        acpid:b a acp:Program ; acp:hasCount acpid:b1 .
        acpid:a1 a acp:CountStatement ; acp:countOf acpv:count_physicians ;
            acp:countLowerBound 45 ; acp:countUpperBound 60 .
        acpid:b1 a acp:CountStatement ; acp:countOf acpv:count_physicians ;
            acp:countValue 45 ; acp:countLowerBound 46 .
        """,
        *("a", "b"),
    )
    told_of = {path[-1]: (own(row, 0), own(row, 1)) for path, row in rows.items() if len(path) == 3}
    bounds = {("45",), ("60",)}
    assert {tuple(a) for a, b in told_of.values() if a} == bounds
    assert [b for a, b in told_of.values() if b] == [["45"]]


def test_a_role_is_all_that_have_it() -> None:
    """Paid by all its payers is as paid by its payer; paid by one of two is not."""
    (row,) = (r for p, r in compare(PAYERS, "a", "b").items() if p[-1] == "paid by")
    assert row.verdict == "same"
    assert [value.words for value in row.values] == ["all its payers"]
    (row,) = (r for p, r in compare(PAYERS, "b", "c").items() if p[-1] == "paid by")
    assert (own(row, 0), own(row, 1)) == (["X", "Y"], ["Z"])


def test_a_text_that_differs_in_own_names_only_is_the_same() -> None:
    """Patients of its own group are the same patients to either program."""
    turtle = "".join(
        f"""
        acpid:{name} a acp:Program ; acp:hasProviderGroup acpid:g{name} ;
            acp:hasCount acpid:c{name} .
        acpid:g{name} a acp:ProviderOrganization ; rdfs:label "{group}"@en .
        acpid:c{name} a acp:CountStatement ; acp:countOf acpv:count_physicians ;
            acp:countUnitText "doctors of {group}" ; acp:countValue {number} .
        """
        for name, group, number in (("a", "Elm", 70), ("b", "Oak", 71))
    )
    rows = compare(turtle, "a", "b")
    assert rows["count", "physicians", "count unit text"].verdict == "same"
    assert rows["count", "physicians", "count value"].verdict == "different"


def test_three_programs_of_which_two_have_a_part() -> None:
    """Those that have a part are compared in it; that the third has none is told once."""
    rows = compare(
        """
        acpid:a a acp:Program ; acp:hasEnrollmentRule acpid:a1 .
        acpid:b a acp:Program ; acp:hasEnrollmentRule acpid:b1 .
        acpid:c a acp:Program ; acp:launchStatus acpv:status_launched .
        acpid:a1 a acp:EnrollmentRule ; acp:ruleType acpv:rule_opt-out ; acp:coveredBy acpid:x .
        acpid:b1 a acp:EnrollmentRule ; acp:ruleType acpv:rule_opt-out ; acp:coveredBy acpid:x .
        acpid:x a acp:Payer ; rdfs:label "X"@en .
        """,
        *("a", "b", "c"),
    )
    (rule, inner) = (row for path, row in rows.items() if path[0] == "enrollment rule")
    assert (rule.verdict, rule.concerns) == ("different", (True, True, True))
    assert (inner.verdict, inner.concerns) == ("same", (True, True, False))


def test_a_thing_that_one_program_alone_names_is_told_with_what_is_said_of_it() -> None:
    """Where the other program names no provider group, what the group is stands below it."""
    rows = compare(
        """
        acpid:a a acp:Program ; acp:hasProviderGroup acpid:elm .
        acpid:b a acp:Program ; acp:launchStatus acpv:status_launched .
        acpid:elm a acp:ProviderOrganization ; acp:ownershipType acpv:ownership_physician-owned .
        """,
        *("a", "b"),
    )
    (saying,) = (s for _, s, _ in rows["program", "provider group"].told(0))
    assert [(fact.path, fact.words) for fact in saying.facts] == [
        (("ownership type",), "physician-owned")
    ]


def test_a_participation_is_told_if_it_says_more_than_a_shortcut() -> None:
    """A record that repeats a property is no row; one that adds to it is."""
    rows = compare(
        """
        acpid:a a acp:Program ; acp:hasPayer acpid:x .
        acpid:b a acp:Program ; acp:hasPayer acpid:x .
        acpid:a1 a acp:Participation ; org:organization acpid:a ; org:member acpid:x .
        acpid:b1 a acp:Participation ; org:organization acpid:b ; org:member acpid:y ;
            rdfs:label "Y in B" .
        acpid:x a acp:Payer ; rdfs:label "X"@en .
        acpid:y a acp:Organization ; rdfs:label "Y"@en .
        """,
        *("a", "b"),
    )
    assert set(rows) == {("program", "payer"), ("participation", "Y in B")}
    assert own(rows["participation", "Y in B"], 1) == ["Y in B"]


def test_inferred_statements_add_no_rows(seed_graph: Graph, seeds: ProgramComparison) -> None:
    """In a graph with all that the ontology implies, the same rows are told."""
    store = Store()
    store.extend(quad for quad in seed_graph.dataset if quad.graph_name == DefaultGraph())
    store.update(
        "INSERT { ?s ?wide ?o } WHERE { ?s ?p ?o . ?p rdfs:subPropertyOf ?wide }",
        prefixes=prefixes(),
    )
    store.update("INSERT { ?s a ?wide } WHERE { ?s a/rdfs:subClassOf+ ?wide }", prefixes=prefixes())
    assert len(store) > sum(1 for q in seed_graph.dataset if q.graph_name == DefaultGraph())
    assert compare_programs(store, (VALLEY, LOUDOUN)) == seeds


def test_a_foreign_graph_without_labels_and_ontology() -> None:
    """Strangers' properties, nameless values, circles and wrong evidence break nothing."""
    store = Store()
    store.load(
        input=HEADER
        + """
        @prefix x: <http://example.org/> .
        x:a a acp:Program ; x:hasThing x:one , [ x:y 1 ] ; acp:hasPaymentArrangement x:p .
        x:b a acp:Program ; x:hasThing x:two ; acp:hasPaymentArrangement x:q .
        x:p a acp:PaymentArrangement ; acp:inAdditionTo x:p ; acp:hasPaymentCondition x:r .
        x:q a acp:PaymentArrangement ; acp:inAdditionTo x:q ; acp:hasPaymentCondition x:s .
        x:r a acp:PaymentCondition ; acp:hasTarget x:r . x:s a acp:PaymentCondition ;
            acp:hasTarget x:s .
        x:place a acp:Place ; acp:withinPlace x:place . x:a acp:serviceArea x:place .
        x:b acp:serviceArea x:place .
        acp:hasPayer rdfs:subPropertyOf acp:hasPayer .
        x:assertion a acp:Assertion ; rdf:subject x:a ; rdf:predicate x:hasThing , x:other ;
            rdf:object x:one ; acp:hasEvidence x:e ; acp:confidence "high" .
        x:e oa:hasSelector [ oa:start "many" ; oa:exact "one" ] .
        """,
        format=RdfFormat.TURTLE,
    )
    comparison = compare_programs(store, ("http://example.org/a", "http://example.org/b"))
    assert [program.label for program in comparison.programs] == [
        *("<http://example.org/a>", "<http://example.org/b>")
    ]
    row = told(comparison)["program", "thing"]
    assert (own(row, 0), own(row, 1)) == (
        ["<http://example.org/one>"],
        ["<http://example.org/two>"],
    )
    names = {path[0] for path in told(comparison)}
    assert "payment arrangement" in names


# ---- Laws ----------------------------------------------------------------------------------

CLASSES = [
    (ACP.hasCareRole, ACP.CareRoleAssignment, ACP.careRole),
    (ACP.hasCount, ACP.CountStatement, ACP.countOf),
    (ACP.hasActivity, ACP.CareActivity, ACP.activityType),
    (ACP.hasPaymentArrangement, ACP.PaymentArrangement, ACP.paymentMethod),
]
CONCEPTS = [concept("aim", name) for name in ("one", "two", "three")]
GROUPS = [NamedNode(f"{ID}org_{name}") for name in ("elm", "oak", "ash")]
PLAIN = [ACP.hasAim, ACP.approach, ACP.targetsCondition]
INNER = [ACP.credential, ACP.servesPatientsWith]
ORGANIZATIONAL = [ACP.employedBy, ACP.affiliatedWith, ACP.paidBy, ACP.performedBy]

Pair: TypeAlias = tuple[NamedNode, NamedNode]
Part: TypeAlias = tuple[tuple[NamedNode, NamedNode, NamedNode], NamedNode, list[Pair], list[Pair]]
Made: TypeAlias = tuple[list[Pair], list[Pair], list[Part]]
"""A program made up: what is said of it, whom it names, and its parts with what they are."""

PARTS = st.tuples(
    st.sampled_from(CLASSES),
    st.sampled_from(CONCEPTS),
    st.lists(st.tuples(st.sampled_from(INNER), st.sampled_from(CONCEPTS)), max_size=3),
    st.lists(st.tuples(st.sampled_from(ORGANIZATIONAL), st.sampled_from(GROUPS)), max_size=2),
)
PROGRAMS = st.tuples(
    st.lists(st.tuples(st.sampled_from(PLAIN), st.sampled_from(CONCEPTS)), max_size=4),
    st.lists(
        st.tuples(st.sampled_from([ACP.hasPayer, ACP.hasProviderGroup]), st.sampled_from(GROUPS)),
        max_size=3,
    ),
    st.lists(PARTS, max_size=4),
)


def quads_of(number: int, program: Made) -> Iterator[Quad]:
    """Yield the statements of one made up program."""
    node = NamedNode(f"{ID}program_{number}")
    yield Quad(node, RDF.type, ACP.Program)
    plain, named, parts = program
    yield from (Quad(node, *pair) for pair in (*plain, *named))
    for place, ((has, kind, key), value, inner, organizations) in enumerate(parts):
        part = NamedNode(f"{ID}program_{number}_{place}")
        yield Quad(node, has, part)
        yield Quad(part, RDF.type, kind)
        yield Quad(part, RDFS.label, Literal(f"part {place}"))
        yield from (Quad(part, *pair) for pair in ((key, value), *inner, *organizations))


def store_of(programs: Sequence[Made]) -> tuple[Store, list[str]]:
    """Return a store of made up programs, and their IRIs."""
    store = Store()
    for node in GROUPS:
        store.add(Quad(node, RDF.type, ACP.ProviderOrganization))
    for node in CONCEPTS:
        store.add(Quad(node, RDF.type, SKOS.Concept))
    store.add(Quad(ACP.employedBy, RDFS.subPropertyOf, ACP.affiliatedWith))
    for number, program in enumerate(programs):
        store.extend(quads_of(number, program))
    return store, [f"{ID}program_{number}" for number in range(len(programs))]


@settings(deadline=None)  # a busy machine is no fault
@given(PROGRAMS)
def test_a_program_differs_in_nothing_from_itself(program: Made) -> None:
    """Two columns of one program share all."""
    store, (iri,) = store_of([program])
    assert list(compare_programs(store, (iri, iri)).rows("different", "reworded")) == []


def permuted(comparison: ProgramComparison, order: Sequence[int]) -> ProgramComparison:
    """Return a comparison with its columns in another order."""

    def value_of(value: ComparedValue) -> ComparedValue:
        sayings = tuple(value.sayings[place] for place in order)
        return ComparedValue(value.words, sayings, value.is_reworded)

    return ProgramComparison(
        tuple(comparison.programs[place] for place in order),
        tuple(
            Section(
                section.name,
                tuple(
                    Row(
                        *(row.path, row.predicate, tuple(map(value_of, row.values))),
                        tuple(row.concerns[place] for place in order),
                    )
                    for row in section.rows
                ),
            )
            for section in comparison.sections
        ),
    )


@settings(deadline=None)  # a busy machine is no fault
@given(st.lists(PROGRAMS, min_size=3, max_size=3), st.permutations(range(3)))
def test_the_order_of_programs_is_that_of_the_columns(
    programs: list[Made], order: list[int]
) -> None:
    """Asked in another order, the same rows are told with their columns moved."""
    store, iris = store_of(programs)
    asked = compare_programs(store, [iris[place] for place in order])
    assert asked == permuted(compare_programs(store, iris), order)


def test_the_order_of_the_seeds_is_that_of_the_columns(
    seed_graph: Graph, seeds: ProgramComparison
) -> None:
    """So it is with all the words of real texts."""
    assert compare_programs(seed_graph.dataset, (LOUDOUN, VALLEY)) == permuted(seeds, (1, 0))


@settings(deadline=None)  # a busy machine is no fault
@given(st.lists(PROGRAMS, min_size=2, max_size=3))
def test_a_program_says_in_its_column_what_it_says_and_no_more(programs: list[Made]) -> None:
    """Nothing that is said of a program or its parts is lost, and nothing is put to another."""
    store, iris = store_of(programs)
    comparison = compare_programs(store, iris)
    for column, (plain, named, parts) in enumerate(programs):
        found = {
            iri
            for _, row in comparison.rows()
            for _, saying, _ in row.told(column)
            for iri in (saying.iri, *(fact.iri for fact in saying.facts))
            if iri
        }
        inner = [pair for part in parts for pair in (*part[2], *part[3])]
        stated = {value.value for _, value in (*plain, *named, *inner)}
        assert stated <= found
        assert found <= stated | {f"{iris[column]}_{place}" for place in range(len(parts))}


def test_a_corpus_is_compared_in_one_go(shared: Path) -> None:
    """All programs of the corpus stand side by side, each fact of each in its column."""
    options = BuildOptions()
    graph = make_graph(read_sources([shared / "corpus" / "documents"], options), options)
    iris = [
        quad.subject.value
        for quad in graph.dataset.quads_for_pattern(None, RDF.type, ACP.Program, DefaultGraph())
        if isinstance(quad.subject, NamedNode)
    ]
    comparison = compare_programs(graph.dataset, iris)
    assert len(comparison.programs) >= 19
    assert sum(1 for _ in comparison.rows("different")) > 100
