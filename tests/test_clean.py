"""Tests of `kg.clean`: what no XML can hold is replaced, and nothing else."""

from kg.clean import clean_literal


def test_cleaning_keeps_offsets() -> None:
    """Each unprintable character becomes one other character, and all else stays."""
    text = "".join(map(chr, range(0x20))) + "\ufffe\uffff\ufffd\x7f😀"
    done = clean_literal(text)
    assert len(done) == len(text)
    assert [c for c in done if ord(c) < 0x20] == ["\t", "\n", "\r"]
    assert done.endswith("\ufffd\ufffd\ufffd\x7f😀")
    assert clean_literal(done) == done
