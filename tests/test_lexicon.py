import pytest

from kg.fold import fold
from kg.lexicon import Lexicon, Vocabulary, make_lexicon, read_vocabulary
from kg.records import Concept
from kg.resources import read_resource
from kg.terms import VOCABULARY

PREFIXES = f"@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n@prefix v: <{VOCABULARY}> .\n"
TURTLE = (
    PREFIXES
    + """
v:condition_diabetes skos:prefLabel "diabetes"@en ; skos:altLabel "sugar disease"@en .
v:condition_type-2-diabetes skos:prefLabel "type 2 diabetes"@en .
v:condition_type-2-diabetes skos:broader v:condition_diabetes .
v:condition_allergy skos:prefLabel "allergy"@en .
v:condition_day skos:prefLabel "holiday"@en .
v:credential_registered-nurse skos:prefLabel "registered nurse"@en ; skos:altLabel "RN"@en .
v:credential_physician-assistant skos:altLabel "PA"@en .
v:rule_kept skos:prefLabel "continue to … their current physician"@en .
v:aim_collaborative skos:prefLabel "collaborative care"@en .
v:aim_café skos:hiddenLabel "Cafe\u0301 model"@en .
v:payment_fee skos:prefLabel "C++ (Co.) [x]"@en .
<https://example.org/other> skos:prefLabel "elsewhere"@en .
"""
)


@pytest.fixture(scope="module")
def small() -> Lexicon:
    """A lexicon of a few concepts."""
    return make_lexicon(read_vocabulary(TURTLE.encode()))


FOUND = {
    "Diabetes.": [("diabetes", "Diabetes")],
    "DIABETES and sugar  disease": [("diabetes", "DIABETES"), ("diabetes", "sugar disease")],
    "type 2 diabetes": [("type-2-diabetes", "type 2 diabetes")],
    "prediabetes": [],
    "diabetesque": [],
    "allergies, allergy, allergys": [
        ("allergy", "allergies"),
        ("allergy", "allergy"),
        ("allergy", "allergys"),
    ],
    "holidays holidaies": [("day", "holidays")],
    "an RN, the RNs, an rn, an RNA": [("registered-nurse", "RN"), ("registered-nurse", "RNs")],
    "in PA and PA": [],
    "Patients continue to go to their current physician.": [
        ("kept", "continue to go to their current physician")
    ],
    "continue to wait. They see their current physician": [],
    "continue to " + "x " * 80 + "their current physician": [],
    "acollaborative care": [("collaborative", "acollaborative care")],
    "collaborative careof all": [("collaborative", "collaborative care")],
    "noncollaborative care": [],
    "the Café model": [("café", "Café model")],
    "C++ (Co.) [x]": [("fee", "C++ (Co.) [x]")],
    "elsewhere": [],
    "": [],
}


@pytest.mark.parametrize("text", FOUND)
def test_wordings_are_found_as_whole_words(text: str, small: Lexicon) -> None:
    """Case and a plural do not matter; parts of words, other cases of acronyms and states do."""
    folded = fold(text)
    found = [
        (m.concept.notation, folded.text[m.start : m.end]) for m in small.find_mentions(folded)
    ]
    assert found == FOUND[text]


def test_every_wording_case_is_run() -> None:
    """No two cases have the same text."""
    assert len(FOUND) == 19


def test_a_missing_space_is_marked(small: Lexicon) -> None:
    """A mention that is glued to a neighbour says so."""
    glued = [m.glued for m in small.find_mentions(fold("acollaborative care; collaborative care"))]
    assert glued == [True, False]


def test_vocabulary_knows_what_is_broader() -> None:
    """A concept is its own ancestor, and its broader concepts are; a loop ends."""
    type_2, diabetes = (Concept("condition", n) for n in ("type-2-diabetes", "diabetes"))
    vocabulary = read_vocabulary(TURTLE.encode())
    assert vocabulary.has_ancestor(type_2, diabetes)
    assert vocabulary.has_ancestor(diabetes, diabetes)
    assert not vocabulary.has_ancestor(diabetes, type_2)
    loop = Vocabulary({}, {}, {type_2: diabetes, diabetes: type_2}, {})
    assert not loop.has_ancestor(type_2, Concept("condition", "asthma"))


def test_a_line_of_turtle_teaches_a_wording() -> None:
    """A user's own label, read after ours, is found."""
    ours = read_resource("ontology/vocabulary.ttl")
    own = PREFIXES + 'v:condition_diabetes skos:altLabel "sweet blood"@en .\n'
    folded = fold("help with sweet blood")
    assert make_lexicon(read_vocabulary(ours)).find_mentions(folded) == ()
    (mention,) = make_lexicon(read_vocabulary(ours, own.encode())).find_mentions(folded)
    assert mention.concept == Concept("condition", "diabetes")


def test_every_label_of_our_vocabulary_finds_its_concept(lexicon: Lexicon) -> None:
    """A wording alone in a sentence is read as (one of) its concepts, but for state codes."""
    lost = []
    wordings = lexicon.vocabulary.wordings
    for wording, concepts in wordings.items():
        text = f"x: {wording.replace('...', 'or')}."
        found = {mention.concept for mention in lexicon.find_mentions(fold(text))}
        if found.isdisjoint(concepts) and not (len(wording) == 2 and wording.isupper()):
            lost.append(wording)
    assert lost == []
    assert len(wordings) > 300


def test_the_order_of_vocabularies_of_one_label_does_not_matter() -> None:
    """Concepts of a wording are sorted, whatever was read first."""
    one = PREFIXES + 'v:aim_a skos:prefLabel "both"@en .\n'
    two = PREFIXES + 'v:aim_b skos:prefLabel "both"@en .\n'
    read = [read_vocabulary(*map(str.encode, order)) for order in ((one, two), (two, one))]
    assert read[0].wordings == read[1].wordings
    assert read[0].wordings["both"] == (Concept("aim", "a"), Concept("aim", "b"))
