"""Tests of `kg.index`."""

from hypothesis import given
from hypothesis import strategies as st

from kg.index import Index

NAMES = st.text(st.characters(exclude_categories=["Cs"]), max_size=5)


@given(st.dictionaries(NAMES, st.integers(0, 2**40)), NAMES)
def test_an_index_is_the_dictionary_it_was_made_of(numbers: dict[str, int], other: str) -> None:
    """It finds each number by its name and none by another, and has the names in order."""
    index = Index(numbers)
    assert dict(index) == numbers
    assert list(index) == sorted(numbers)
    assert index.get(other) == numbers.get(other)
    assert len(index) == len(numbers)
