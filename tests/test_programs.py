import pytest
from pyoxigraph import RdfFormat, Store

from kg.errors import UsageError
from kg.programs import find_programs, list_programs
from kg.terms import prefixes

ID = "https://w3id.org/acp/id/"
HEADER = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in prefixes().items())


@pytest.fixture(scope="module")
def store() -> Store:
    """Three programs, one of which has the whole name of another in its own."""
    found = Store()
    found.load(
        input=HEADER
        + """
        acpid:program_elm a acp:Program ; rdfs:label "Elm Program"@en ;
            skos:altLabel "Old Elm"@en ; acp:describedIn acpid:doc_1 .
        acpid:program_elm-north a acp:Program ; rdfs:label "Elm Program North"@en .
        acpid:program_oak a acp:Program ; rdfs:label "Oak: a program"@en .
        acpid:org_elm a acp:Payer ; rdfs:label "Elm"@en .
        acpid:doc_1 a acp:SourceDocument ; dcterms:identifier "2013/elm.txt" ;
            dcterms:title "Elm Program"@en .
        <http://example.org/b> a acp:Program .
        """,
        format=RdfFormat.TURTLE,
    )
    return found


@pytest.mark.parametrize(
    ("words", "iri"),
    [
        ("elm", f"{ID}program_elm"),
        ("ELM  program", f"{ID}program_elm"),
        ("old elm", f"{ID}program_elm"),
        ("2013/elm.txt", f"{ID}program_elm"),
        ("acpid:program_elm", f"{ID}program_elm"),
        ("program_elm-north", f"{ID}program_elm-north"),
        ("north", f"{ID}program_elm-north"),
        ("Oak: a program", f"{ID}program_oak"),
        ("oak", f"{ID}program_oak"),
        (f"{ID}program_oak", f"{ID}program_oak"),
        (f"<{ID}program_oak>", f"{ID}program_oak"),
        ("http://example.org/b", "http://example.org/b"),
    ],
)
def test_a_program_is_found_by_each_of_its_names(store: Store, words: str, iri: str) -> None:
    """Slug, IRI, CURIE, label, other name, file, or a part that no other program has."""
    assert find_programs(store, [words]) == (iri,)


@pytest.mark.parametrize(
    ("names", "problem"),
    [
        (["program"], "'program' is in the names of 3 programs: elm, elm-north, oak"),
        (["aok"], "no program is called 'aok'; did you mean oak?"),
        (["birch"], "no program is called 'birch'"),
        (["  "], "an empty name means no program"),
        (["oak", "acpid:program_oak"], "'oak' and 'acpid:program_oak' are the same program"),
    ],
)
def test_a_name_that_means_no_one_program_is_a_mistake(
    store: Store, names: list[str], problem: str
) -> None:
    """The message says what would be meant."""
    with pytest.raises(UsageError) as caught:
        find_programs(store, names)
    assert str(caught.value) == problem


def test_many_programs_are_not_all_told() -> None:
    """A message stays a line that can be read."""
    store = Store()
    turtle = "".join(f"acpid:program_x{n} a acp:Program .\n" for n in range(30))
    store.load(input=HEADER + turtle, format=RdfFormat.TURTLE)
    with pytest.raises(UsageError, match=r"of 30 programs: x0, .* and 20 more$"):
        find_programs(store, ["x"])


def test_programs_are_listed_by_name(store: Store) -> None:
    """One without a name comes by its IRI."""
    assert list_programs(store) == (
        "http://example.org/b",
        *(f"{ID}program_{name}" for name in ("elm", "elm-north", "oak")),
    )
