from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import permutations
from pathlib import Path
from typing import Final

import pytest
from pyoxigraph import Literal, NamedNode, QueryBoolean, QuerySolutions

from kg.corrections import (
    AppliedCorrection,
    Corrections,
    apply_corrections,
    parse_corrections,
    read_corrections,
)
from kg.corrections.form import ADDABLE, OPTIONAL, REQUIRED
from kg.errors import InputError
from kg.labels import choose_labels
from kg.pipeline import BuildOptions, Graph, Reading, make_graph, read_sources
from kg.records import Document, Extraction, Fact, Node
from kg.resolve import Resolved
from kg.resources import read_resource
from kg.terms import SHAPES, prefixes
from kg.validate import validate_dataset

from .conftest import ROOT, SEEDS
from .small_graph import small_graph
from .test_seeds import LOUDOUN, VALLEY

WHO: Final = 'by = "R. Okafor"\nwhy = "I have asked them."\n'
MERGE: Final = 'action = "merge"\nnames = ["Cigna"]\ninto = "Cigna Healthcare"'
APART: Final = 'action = "keep-apart"\nnames = ["Loudoun Medical Group", "Valley Preferred"]'
TOGETHER: Final = (
    'action = "merge"\nnames = ["Loudoun Medical Group", "Valley Preferred"]\n'
    'into = "Valley Preferred"'
)


@pytest.fixture(scope="module")
def reading() -> Reading:
    """Both seeds, read and resolved."""
    return read_sources([SEEDS], BuildOptions())


def file_of(*bodies: str) -> Corrections:
    """Return corrections whose bodies lack only who and why."""
    text = "\n".join(f"[[correction]]\n{body}\n{WHO}" for body in bodies)
    return parse_corrections(f"format = 1\n{text}".encode(), "c.toml")


def fact_body(action: str, document: str, name: str, value: str, *more: str) -> str:
    """Return the body of a correction of a fact."""
    pairs = [f'action = "{action}"', f'document = "{document}"', f'property = "{name}"']
    return "\n".join([*pairs, f"value = '{value}'", *more])


def applied(
    reading: Reading, *bodies: str
) -> tuple[Sequence[Resolved], tuple[AppliedCorrection, ...]]:
    """Return the seeds as corrected."""
    return apply_corrections(reading.documents, file_of(*bodies), reading.lexicon.vocabulary)


def graph_of(reading: Reading, documents: Iterable[Resolved]) -> Graph:
    """Return the graph of corrected documents."""
    return make_graph(replace(reading, documents=tuple(documents)), BuildOptions())


def holds(graph: Graph, pattern: str) -> bool:
    """Say whether the graph matches a pattern."""
    found = graph.dataset.query(f"ASK {{ {pattern} }}", prefixes=prefixes())
    assert isinstance(found, QueryBoolean)
    return bool(found)


def texts(graph: Graph, query: str) -> list[tuple[str, ...]]:
    """Return the rows of a query as plain texts, sorted."""
    found = graph.dataset.query(query, prefixes=prefixes())
    assert isinstance(found, QuerySolutions)
    rows = []
    for row in found:
        terms = [row[index] for index in range(len(found.variables))]
        assert all(isinstance(term, NamedNode | Literal) for term in terms)
        rows.append(tuple(getattr(term, "value", "") for term in terms))
    return sorted(rows)


LMG: Final = "acpid:program_cigna-cac-loudoun-medical-group"
VP: Final = "acpid:program_cigna-cac-valley-preferred"

CASES: Final = {
    "merge": (MERGE, f"{LMG} acp:hasPayer acpid:org_cigna-healthcare", "acpid:org_cigna ?p ?o"),
    "merge into another": (
        TOGETHER,
        f"{LMG} acp:hasProviderGroup acpid:org_valley-preferred",
        "?s ?p acpid:org_loudoun-medical-group",
    ),
    "merge places": (
        'action = "merge"\nnames = ["Loudoun County"]\ninto = "Fairfax County, VA"',
        f'{LMG} acp:serviceArea/rdfs:label "Fairfax County"@en',
        f'{LMG} acp:serviceArea/rdfs:label "Loudoun County"@en',
    ),
    "rename": (
        'action = "rename"\nname = "Cigna"\nto = "CIGNA Corp"',
        'acpid:org_cigna rdfs:label "CIGNA Corp"@en ; skos:altLabel "Cigna"@en',
        'acpid:org_cigna rdfs:label "Cigna"@en',
    ),
    "retract": (
        fact_body("retract", LOUDOUN, "targetsCondition", "obesity"),
        f"{VP} acp:targetsCondition acpv:condition_diabetes",
        f"{LMG} acp:targetsCondition acpv:condition_obesity",
    ),
    "retract a count": (
        fact_body("retract", LOUDOUN, "hasCount", "200"),
        f"{LMG} acp:hasCount/acp:countValue 13000",
        "?s acp:countValue 200",
    ),
    "retract a payment": (
        fact_body("retract", LOUDOUN, "hasPaymentArrangement", "pay for performance"),
        f"{VP} acp:hasPaymentArrangement/acp:paymentMethod acpv:payment-method_pay-for-performance",
        (
            f"{LMG} acp:hasPaymentArrangement/acp:paymentMethod"
            " acpv:payment-method_pay-for-performance"
        ),
    ),
    "set a concept": (
        fact_body("set", LOUDOUN, "targets condition", "obesity", 'to = "asthma"'),
        f"{LMG} acp:targetsCondition acpv:condition_asthma",
        f"{LMG} acp:targetsCondition acpv:condition_obesity",
    ),
    "set a payer": (
        fact_body("set", LOUDOUN, "hasPayer", "CIGNA", 'to = "Aetna, Inc."'),
        (
            f"{LMG} acp:hasPayer ?new ; acp:hasPaymentArrangement/acp:paidBy ?new"
            f" FILTER(?new = acpid:org_aetna) {VP} acp:hasPayer acpid:org_cigna ."
            " ?m org:member acpid:org_aetna"
        ),
        f"{LMG} acp:hasPayer acpid:org_cigna",
    ),
    "set a count": (
        fact_body("set", LOUDOUN, "hasCount", "13,000", "to = 14_000"),
        (
            f"{LMG} acp:hasCount ?c . ?c acp:countValue 14000 ; acp:countLowerBound 14001 ;"
            " rdfs:label ?l FILTER(STRSTARTS(?l, 'over 14,000 people'))"
        ),
        "?c acp:countValue 13000",
    ),
    "set a qualifier": (
        fact_body(
            "set",
            LOUDOUN,
            "countQualifier",
            "more than",
            'about = "over 13,000"',
            'to = "approximately"',
        ),
        "?c acp:countValue 13000 ; acp:countQualifier acpv:qualifier_approximately",
        "?c acp:countValue 13000 ; acp:countLowerBound ?b",
    ),
    "set a date": (
        fact_body("set", LOUDOUN, "effectiveDate", "2013-10-01", 'to = "November 2013"'),
        (
            f'{LMG} acp:effectiveDate "2013-11"^^xsd:gYearMonth ;'
            ' acp:effectiveDateLatest "2013-11-30"^^xsd:date'
        ),
        f'{LMG} acp:effectiveDateEarliest "2013-10-01"^^xsd:date',
    ),
    "set a misspelt place": (
        fact_body("set", VALLEY, "serviceArea", "Lehigh Valley", 'to = "Berks County, PA"'),
        f'{VP} acp:serviceArea/rdfs:label "Berks County"@en',
        '?a acp:readAs "Lehigh Valley"',
    ),
    "set a payment method": (
        fact_body("set", LOUDOUN, "paymentMethod", "pay for performance", 'to = "shared savings"'),
        (
            f"{LMG} acp:hasPaymentArrangement [ acp:lanCategory ?new ;"
            " acp:paymentMethod acpv:payment-method_shared-savings ]"
        ),
        f"{LMG} acp:hasPaymentArrangement/acp:lanCategory acpv:apm_2C",
    ),
    "set an employer": (
        fact_body("set", LOUDOUN, "employedBy", "Loudoun Medical Group", 'to = "Cigna"'),
        "?r acp:employedBy acpid:org_cigna ; acp:affiliatedWith acpid:org_cigna",
        "?r acp:employedBy acpid:org_loudoun-medical-group",
    ),
}
"""A correction, what the graph then says, and what it then does not say."""


def add_case(name: str, value: str, then: str, *more: str) -> tuple[str, str, str]:
    """Return a case in which a fact is added to a seed that lacks it."""
    more = more or ('quotation = "other health challenges"',)
    return fact_body("add", VALLEY, name, value, *more), f"{VP} {then}", "acpid:nothing ?p ?o"


PLACE = 'acp:serviceArea/rdfs:label "Berks County"@en'
COUNT = "acp:hasCount ?c . ?c acp:countValue 2000 ; acp:countLowerBound 2001 ; rdfs:label ?l"
ADDED: Final = {
    "targetsCondition": add_case("targetsCondition", "asthma", "acp:targetsCondition ?c"),
    "hasAim": add_case("hasAim", "lower costs", "acp:hasAim ?aim"),
    "payerType": add_case("payerType", "Medicare", "acp:payerType acpv:payer-type_medicare"),
    "approach": add_case("approach", "medical home", "acp:approach ?a"),
    "comparableModel": add_case("comparableModel", "PCMH", "acp:comparableModel ?a"),
    "launchStatus": add_case("launchStatus", "launched", "acp:launchStatus acpv:status_launched"),
    "hasPayer": add_case("hasPayer", "Aetna", "acp:hasPayer acpid:org_aetna"),
    "hasProviderGroup": add_case("hasProviderGroup", "Elm", "acp:hasProviderGroup acpid:org_elm"),
    "hasPartner": add_case("hasPartner", "Oak Trust", "acp:hasPartner acpid:org_oak-trust"),
    "serviceArea": add_case("serviceArea", "Berks County, PA", PLACE),
    "hasCount": add_case(
        "hasCount",
        "2,000",
        COUNT,
        'counted = "practices"',
        'qualifier = "more than"',
        'quotation = "the physician practice"',
    ),
}


@pytest.mark.parametrize("name", [*CASES, *(f"add {name}" for name in ADDED)])
def test_each_action_changes_the_graph_which_still_conforms(reading: Reading, name: str) -> None:
    """What a curator decides is in the graph, what it replaces is not, and no shape is violated."""
    body, there, gone = CASES.get(name) or ADDED[name.removeprefix("add ")]
    documents, [done] = applied(reading, body)
    graph = graph_of(reading, documents)
    assert holds(graph, there)
    assert not holds(graph, gone)
    assert not graph.validation.has_violations
    assert done.line == 2
    assert holds(
        graph,
        f"?c a acp:Correction ; prov:used ?d ; acp:correctedBy 'R. Okafor' ;"
        f" rdfs:label ?l FILTER(STR(?l) = '''{done.curation.summary}''')",
    )


def test_everything_that_can_be_added_was_added() -> None:
    """The table above leaves out only the date, which the seeds have."""
    assert ADDABLE.keys() - ADDED.keys() == {"effectiveDate"}
    assert {body.split('"')[1] for body, _, _ in CASES.values()} == REQUIRED.keys() - {
        "add",
        "keep-apart",
    }
    assert len(CASES) == 15


def test_a_date_is_added_where_there_is_none(reading: Reading) -> None:
    """Retracted from the text, the date can be added on other words, a year with its bounds."""
    retract = fact_body("retract", VALLEY, "effectiveDate", "2013-07-01")
    documents, _ = applied(reading, retract)
    body = fact_body("add", VALLEY, "effectiveDate", "2014", 'quotation = "April 2014"')
    corrections = file_of(body)
    documents, _ = apply_corrections(documents, corrections, reading.lexicon.vocabulary)
    graph = graph_of(reading, documents)
    pattern = f'{VP} acp:effectiveDate "2014"^^xsd:gYear ; acp:effectiveDateLatest ?last'
    assert holds(graph, pattern)
    assert not graph.validation.has_violations


def test_a_curated_statement_tells_who_and_why(reading: Reading) -> None:
    """Its assertion has the basis, the rule, the words, and leads to the decision."""
    more = ('quotation = "other health challenges"', 'date = "spring 2026"')
    body = fact_body("add", VALLEY, "targetsCondition", "asthma", *more)
    graph = graph_of(reading, applied(reading, body)[0])
    rows = texts(
        graph,
        f"""SELECT ?basis ?rule ?by ?why ?date ?words WHERE {{
            ?a rdf:subject {VP} ; rdf:object acpv:condition_asthma ;
                acp:basis/skos:notation ?basis ; acp:extractionRule ?rule ; acp:hasCorrection ?c ;
                acp:hasEvidence/oa:hasSelector/oa:exact ?words .
            ?c acp:correctedBy ?by ; acp:correctionReason ?why ; acp:correctionDate ?date }}""",
    )
    said = ("R. Okafor", "I have asked them.", "spring 2026", "other health challenges")
    assert set(rows) == {("curated", "curator.add", *said)}


def test_a_retraction_keeps_the_words_that_it_is_about(reading: Reading) -> None:
    """The fact has no assertion any more, but the evidence says what was withdrawn and where."""
    body = fact_body("retract", LOUDOUN, "targetsCondition", "obesity")
    graph = graph_of(reading, applied(reading, body)[0])
    words = "acp:hasEvidence/oa:hasSelector/oa:exact ?words"
    query = f"SELECT ?words WHERE {{ ?c a acp:Correction ; {words} }}"
    assert texts(graph, query) == [("obesity",)]
    assert not holds(graph, "?a rdf:object acpv:condition_obesity")


def test_a_merged_name_keeps_its_rule_and_its_wording(reading: Reading) -> None:
    """The rule read the name well, the curator said whose it is: the assertion has both."""
    graph = graph_of(reading, applied(reading, MERGE)[0])
    rows = texts(
        graph,
        f"""SELECT DISTINCT ?rule ?written WHERE {{
            ?a rdf:subject {LMG} ; rdf:predicate acp:hasPayer ; acp:extractionRule ?rule ;
                acp:asWritten ?written }}""",
    )
    assert {("curator.merge", "Cigna"), ("header.payer", "Cigna")} <= set(rows)
    labels = (
        'acpid:org_cigna-healthcare rdfs:label "Cigna Healthcare"@en ; skos:altLabel "Cigna"@en'
    )
    assert holds(graph, labels)


def test_one_quotation_can_be_retracted(reading: Reading) -> None:
    """The fact stays where other words support it."""
    wording = 'quotation = "a collaborative accountable care initiative"'
    value = "collaborative accountable care"
    with pytest.raises(InputError, match=r"does not rest on .*; did you mean"):
        applied(reading, fact_body("retract", LOUDOUN, "approach", value, wording))
    documents, _ = applied(
        reading, fact_body("retract", LOUDOUN, "approach", value, wording.replace("a c", "c"))
    )
    rules = [
        fact.rule
        for resolved in documents
        for fact in resolved.extraction.facts
        if fact.predicate == "approach" and resolved.extraction.document.name == LOUDOUN
    ]
    assert rules == ["header.title"]


def test_a_curated_assertion_without_a_correction_is_a_violation() -> None:
    """Nobody can mark a statement as curated without saying who decided it and why."""
    store = small_graph()
    store.update("DELETE WHERE { ?a acp:hasCorrection ?c }", prefixes=prefixes())
    report = validate_dataset(store, read_resource("shapes/acp-shapes.ttl"))
    assert {found.shape for found in report.violations} == {f"{SHAPES}#CuratedHasCorrection"}
    store = small_graph()
    store.update("DELETE WHERE { ?c acp:correctedBy ?who }", prefixes=prefixes())
    report = validate_dataset(store, read_resource("shapes/acp-shapes.ttl"))
    assert [found.message for found in report.violations] == [
        "The correction has no curator: add acp:correctedBy."
    ]


def test_applying_twice_changes_nothing(reading: Reading) -> None:
    """The second time finds the decisions noted, and says the same of them."""
    bodies = [CASES[name][0] for name in ("rename", "retract", "set a date", "set a count")]
    bodies += [APART, *(body for name, (body, *_) in ADDED.items() if name != "hasPayer")]
    corrections = file_of(*bodies)
    once = apply_corrections(reading.documents, corrections, reading.lexicon.vocabulary)
    twice = apply_corrections(once[0], corrections, reading.lexicon.vocabulary)
    assert once == twice
    assert len(once[1]) == len(bodies) == 15


def test_nothing_to_apply_is_nothing_changed(reading: Reading) -> None:
    """An empty file leaves the documents as they are."""
    assert applied(reading) == (reading.documents, ())


def test_the_order_of_documents_does_not_matter(reading: Reading) -> None:
    """Documents come back in their own order, each the same."""
    corrections = file_of(MERGE, APART, CASES["set a date"][0])
    forward, done = apply_corrections(reading.documents, corrections, reading.lexicon.vocabulary)
    backward, again = apply_corrections(
        reading.documents[::-1], corrections, reading.lexicon.vocabulary
    )
    assert forward == backward[::-1]
    assert done == again


# Names


def documents_of(*names: str, same: str = "") -> tuple[Resolved, ...]:
    """Return documents that name one payer each, under one key if `same` is given."""
    found = []
    for number, name in enumerate(names):
        key = ("org", same or name.lower().replace(" ", "-"))
        program = Node("Program", ("program", f"p{number}"), f"P{number}")
        fact = Fact(program, "hasPayer", Node("Payer", key, name), 0, len(name), "a.b")
        document = Document(f"{number}.txt", name, f"{number}" * 64)
        found.append(Resolved(Extraction(document, program, (), (fact,), ()), ()))
    return tuple(found)


def merge_body(into: str, *names: str) -> str:
    """Return the body of a merge."""
    listed = ", ".join(f'"{name}"' for name in names)
    return f'action = "merge"\nnames = [{listed}]\ninto = "{into}"'


def keys(documents: Iterable[Resolved]) -> list[str]:
    """Return the key of the payer of each document."""
    values = [resolved.extraction.facts[0].value for resolved in documents]
    return [value.key[1] for value in values if isinstance(value, Node)]


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_merges_add_up_whatever_their_order(reading: Reading, order: tuple[int, ...]) -> None:
    """A into B, B into C and C into D makes four names one, called D."""
    bodies = [merge_body("B", "A", "B"), merge_body("C", "B", "C"), merge_body("D", "C")]
    corrections = file_of(*(bodies[number] for number in order))
    found, done = apply_corrections(
        documents_of("A", "B", "C"), corrections, reading.lexicon.vocabulary
    )
    assert keys(found) == ["d", "d", "d"]
    labels = choose_labels(resolved.extraction for resolved in found)
    assert labels["org", "d"] == ("D", "A", "B", "C")
    assert len(done) == 3


@pytest.mark.parametrize(
    ("bodies", "words"),
    [
        ((merge_body("A", "A", "B"), merge_body("B", "A", "B")), "in a circle"),
        ((merge_body("X", "A"), merge_body("Y", "A")), "several names"),
        (
            (merge_body("A", "A", "B"), merge_body("C", "A", "C"), merge_body("B", "B", "C")),
            "lead to|lead in",
        ),
        (
            (merge_body("A", "A", "B"), 'action = "keep-apart"\nnames = ["A", "B"]'),
            "contradicts c.toml:2",
        ),
        (
            (
                merge_body("B", "A", "B"),
                merge_body("C", "B", "C"),
                'action = "keep-apart"\nnames = ["A", "C"]',
            ),
            "contradicts c.toml",
        ),
        (
            (
                'action = "rename"\nname = "A"\nto = "X"',
                'action = "rename"\nname = "A"\nto = "Y"',
            ),
            "contradicts c.toml:2",
        ),
        ((merge_body("X", "A"), 'action = "rename"\nname = "A"\nto = "Y"'), "contradicts"),
    ],
)
def test_names_that_contradict_each_other(
    reading: Reading, bodies: tuple[str, ...], words: str
) -> None:
    """Circles, two ends, a merge of what must stay apart and two labels name both lines."""
    with pytest.raises(InputError, match=words):
        apply_corrections(documents_of("A", "B", "C"), file_of(*bodies), reading.lexicon.vocabulary)


def test_names_that_a_rule_made_one_are_parted(reading: Reading) -> None:
    """Each document's payer is its own again, and the decision stands in both."""
    documents = documents_of("Blue Cross of Ohio", "Blue Cross of Iowa", same="blue-cross")
    body = 'action = "keep-apart"\nnames = ["Blue Cross of Ohio", "Blue Cross of Iowa"]'
    corrections = file_of(body)
    found, [done] = apply_corrections(documents, corrections, reading.lexicon.vocabulary)
    assert keys(found) == ["blue-cross", "blue-cross-of-iowa"]
    assert done.documents == ("0.txt", "1.txt")
    assert corrections.are_apart("Blue Cross of Iowa", "BLUE CROSS OF OHIO")
    assert not corrections.are_apart("Blue Cross of Iowa", "Blue Cross of Utah")


def test_names_in_one_document_are_parted(reading: Reading) -> None:
    """A document that names both keeps two payers, each with its own participation."""
    one, other = documents_of("Oak", "Oak Inc.", same="oak")
    program = one.extraction.program
    moved = other.extraction.facts[0].with_changes(subject=program)
    part = program.part("Participation", "participation", "oak", label="Oak Inc. in P0")
    member = moved.with_changes(subject=part, predicate="org:member")
    facts = (*one.extraction.facts, moved, member)
    both = replace(one, extraction=replace(one.extraction, facts=facts))
    corrections = file_of('action = "keep-apart"\nnames = ["Oak", "Oak Inc."]')
    [found], _ = apply_corrections([both], corrections, reading.lexicon.vocabulary)
    values = [f.value.key[1] for f in found.extraction.facts if isinstance(f.value, Node)]
    assert values == ["oak", "oak-inc", "oak-inc"]
    assert found.extraction.facts[2].subject.key[3] == "oak-inc"


# Errors


@pytest.mark.parametrize(
    ("bodies", "words"),
    [
        ((merge_body("B", "Signa"),), "c.toml:2: .*no document speaks of “Signa”; did .*“Cigna”"),
        ((fact_body("retract", "x.txt", "hasAim", "y"),), "no document is called “x.txt”; there"),
        ((fact_body("retract", LOUDOUN, "hasPartner", "y"),), "no such fact; did you mean"),
        ((fact_body("retract", LOUDOUN, "hasPayer", "Signa"),), "did you mean “Cigna”"),
        (
            (fact_body("set", LOUDOUN, "countQualifier", "more than", 'to = "about"'),),
            "several facts are meant; .*about = “over 13,000",
        ),
        (
            (fact_body("set", LOUDOUN, "targetsCondition", "obesity", 'to = "asthmma"'),),
            "has no condition called “asthmma”; did you mean “asthma”",
        ),
        (
            (fact_body("set", LOUDOUN, "effectiveDate", "2013-10-01", 'to = "soon"'),),
            "“soon” is no date",
        ),
        (
            (fact_body("set", LOUDOUN, "countValue", "200", 'to = "few"'),),
            "not of the datatype integer",
        ),
        (
            (fact_body("set", LOUDOUN, "serviceArea", "Loudoun County", 'to = "Narnia"'),),
            "the gazetteer does not know “Narnia”",
        ),
        (
            (fact_body("add", VALLEY, "hasAim", "triple aim", 'quotation = "\\"triple aim\\""'),),
            "purpose.aim already reads this",
        ),
        (
            (fact_body("add", VALLEY, "payerType", "Medicare", 'quotation = "Patients"'),),
            "the words stand 2 times .*occurrence",
        ),
        (
            (fact_body("add", VALLEY, "payerType", "Medicare", 'quotation = "Pacients"'),),
            "does not say “Pacients”",
        ),
        (
            (fact_body("add", VALLEY, "payerType", "Medicare", 'quotation = "medical care. P"'),),
            "quote within one",
        ),
        (
            (fact_body("add", VALLEY, "effectiveDate", "2014", 'quotation = "April 2014"'),),
            "has the date 2013-07-01; correct it with `set`",
        ),
        (
            (fact_body("add", VALLEY, "hasCount", "3", 'quotation = "April 2014"'),),
            "counted = …; there are",
        ),
        (
            (
                fact_body("set", LOUDOUN, "targetsCondition", "obesity", 'to = "asthma"'),
                fact_body("retract", LOUDOUN, "targetsCondition", "obesity"),
            ),
            "contradicts c.toml:2",
        ),
        (
            (
                fact_body("set", LOUDOUN, "targetsCondition", "Obesity", 'to = "asthma"'),
                fact_body("set", LOUDOUN, "targetsCondition", "obesity", 'to = "diabetes"'),
            ),
            "contradicts c.toml:2",
        ),
    ],
)
def test_what_matches_nothing_is_an_error(
    reading: Reading, bodies: tuple[str, ...], words: str
) -> None:
    """File, line and words, with the nearest candidates; so with what is unclear or contradicts."""
    with pytest.raises(InputError, match=words) as raised:
        applied(reading, *bodies)
    assert str(raised.value).startswith("c.toml:")


def test_every_stale_correction_is_reported_at_once(reading: Reading) -> None:
    """A curator sees all of them with their lines, not one a build."""
    bodies = [fact_body("retract", LOUDOUN, "hasPayer", f"Nobody {n}") for n in range(3)]
    with pytest.raises(InputError, match=r"(?s)c.toml:2: .*c.toml:10: .*c.toml:18: "):
        applied(reading, *bodies)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x", "c.toml.* is not TOML"),
        ("a = 1\nb = = 2", "c.toml:2:5: is not TOML"),
        ("", "begin the file with `format = 1`"),
        ("format = true", "begin the file with `format = 1`"),
        ("format = 2", "begin the file with `format = 1`"),
        ("format = 1\nformats = 3", "c.toml:2: “formats” means nothing here; .*“format”"),
        ("format = 1\ncorrection = 3", "of its own"),
        ("format = 1\n[[correction]]\n", "c.toml:2: say what to do"),
        ('format = 1\n[[correction]]\naction = "mrge"', "c.toml:3: .*did you mean “merge”"),
        (f'format = 1\n[[correction]]\nnmes = ["A"]\n{MERGE}', "c.toml:3: .*“nmes”.*“names”"),
        (f"format = 1\n[[correction]]\n{MERGE}", "“merge” needs `by"),
        ('format = 1\n[[correction]]\naction = "merge"\nby = "A"', "“merge” needs `why"),
        (f'format = 1\n[[correction]]\n{MERGE}\nby = ""\nwhy = "w"', "c.toml:6: by says nothing"),
        (f'format = 1\n[[correction]]\n{MERGE}\nby = 2.5\nwhy = "w"', "by is a text"),
        (f"format = 1\n[[correction]]\n{MERGE}\nby = 0x{'f' * 9000}\nwhy = 1", "by is a text"),
        (f'format = 1\n[[correction]]\n{MERGE}\nby = "{"x" * 3000}"\nwhy = "w"', "longer than"),
        (f'format = 1\n[[correction]]\n{MERGE}\nby = "\\u0007"\nwhy = "w"', "control character"),
        (f'format = 1\n[[correction]]\n{MERGE}\n{WHO}kind = "firm"', "no kind of thing"),
        (
            f'format = 1\n[[correction]]\naction = "keep-apart"\nnames = ["A"]\n{WHO}',
            "two names at least",
        ),
        (f'format = 1\n[[correction]]\naction = "merge"\nnames = "A"\ninto = "B"\n{WHO}', "a list"),
        (
            (
                f"format = 1\n[[correction]]\n{fact_body('add', 'a', 'hasPayr', 'b')}\n"
                f'quotation = "q"\n{WHO}'
            ),
            "“hasPayr”; did you mean “hasPayer”",
        ),
        (
            (
                f"format = 1\n[[correction]]\n{fact_body('add', 'a', 'hasPayer', 'b')}\n"
                f'quotation = "q"\noccurrence = 0\n{WHO}'
            ),
            "occurrence is a number from 1",
        ),
        (
            f"format = 1\n[[correction]]\n{fact_body('set', 'a', 'hasAim', 'B')}\nto = 'b'\n{WHO}",
            "nothing changes",
        ),
        (f"format = 1\nx = {'[' * 5000}", "nested too deep"),
        (f"format = 1\nx = {'9' * 9000}", "too many digits"),
        (f"format = 1\n{'a.' * 6000}a = 1", "c.toml:2: the line is longer"),
        ("format = 1\n" + "[[correction]]\n" * 10_001, "more than 10,000 corrections"),
        ("format = 1\n" + "# ....\n" * 200_000, "larger than 1,048,576 bytes"),
    ],
)
def test_a_file_that_makes_no_sense_is_refused(text: str, words: str) -> None:
    """Each fault has a clear message, with the line where one can be told."""
    with pytest.raises(InputError, match=words) as raised:
        parse_corrections(text.encode(), "c.toml")
    assert raised.value.exit_status == 4


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    """Another encoding and a missing file are errors that name the file."""
    path = tmp_path / "c.toml"
    with pytest.raises(InputError, match="cannot be read"):
        read_corrections(path)
    path.write_bytes(b"format = 1\nby = 'M\xfcller'")
    with pytest.raises(InputError, match=r"c\.toml:2: is not UTF-8"):
        read_corrections(path)


def test_a_file_of_another_editor_is_read() -> None:
    """A byte order mark, CRLF and bare dates and numbers do no harm."""
    body = fact_body("set", "a.txt", "countValue", "200", "to = 210", "date = 2026-11-20")
    text = f"format = 1\n[[correction]]\n{body}\n{WHO}".replace("\n", "\r\n")
    [item] = parse_corrections(b"\xef\xbb\xbf" + text.encode(), "c.toml").items
    assert (item.to, item.date, item.line) == ("210", "2026-11-20", 2)


# The page for curators


def examples() -> list[str]:
    """Return the corrections that the page shows."""
    page = (ROOT / "docs" / "corrections.md").read_text("utf-8")
    return [part.split("```", 1)[0] for part in page.split("```toml\n")[1:]]


@pytest.mark.parametrize("text", examples())
def test_the_page_shows_what_works(reading: Reading, text: str) -> None:
    """Each example of the page applies to the seeds, and the graph still conforms."""
    head = "" if text.startswith("format") else "format = 1\n"
    corrections = parse_corrections(f"{head}{text}".encode(), "corrections.md")
    documents, done = apply_corrections(reading.documents, corrections, reading.lexicon.vocabulary)
    assert len(done) == len(corrections.items) > 0
    assert not graph_of(reading, documents).validation.has_violations


def test_the_page_shows_every_action() -> None:
    """There is an example of each action and each key."""
    page = "".join(examples())
    assert len(examples()) == 11
    for action in REQUIRED:
        assert f'action = "{action}"' in page
    for key in {"date", *(key for keys in OPTIONAL.values() for key in keys)} - {"quotation"}:
        assert f"\n{key} = " in page, key
    for name in ADDABLE:
        assert f"`{name}`" in (ROOT / "docs" / "corrections.md").read_text("utf-8")
