"""Descriptions that a machine has shuffled, cut and spoilt: nothing fails, nothing is invented."""

import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from random import Random
from statistics import median
from time import process_time
from types import ModuleType
from typing import Final

import pytest
import re2

from kg.extract import extract_document
from kg.fold import fold
from kg.lexicon import Lexicon
from kg.records import Document, Extraction, Fact, Node, Value

from .conftest import ROOT, SEEDS, SHARED

VARIANTS: Final = 2_000
_ODD: Final = "\u200b\u0301\u202e\xa0\U0001f3e5é“”’–ﬁ３³٣\u2028\t{}[]()<>&%$#@*_|\\:;.,!?"
_NUMBER_WORDS = re2.compile(
    r"(?i)one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen"
    r"|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty"
    r"|ninety|hundred|thousand|million|dozen"
)
_PLAIN_NUMBER = re2.compile(r"^[0-9][0-9, ]*$")
_DATES: Final = frozenset({"date", "gYear", "gYearMonth"})
_PARTIES: Final = frozenset({"Payer", "ProviderOrganization", "Organization"})
_SLOWEST: Final = 25
"""How many times the median time a kilobyte one variant may take; short texts have a fixed cost."""


def _bases() -> tuple[str, ...]:
    """Return the seeds and, where the machine has it, the corpus, without copies."""
    folders = (SEEDS, SHARED / "corpus" / "documents")
    paths = (path for folder in folders for path in sorted(folder.glob("*.txt")))
    return tuple(dict.fromkeys(path.read_text("utf-8") for path in paths))


BASES: Final = _bases()

Change = Callable[[str, Random], str]


def _shuffled(text: str, random: Random) -> str:
    lines = text.split("\n")
    random.shuffle(lines)
    return "\n".join(lines)


def _truncated(text: str, random: Random) -> str:
    return text[: random.randrange(len(text))]


def _beheaded(text: str, random: Random) -> str:
    return text[random.randrange(len(text)) :]


def _is_label(line: str) -> bool:
    return line.strip().endswith(":")


def _unlabelled(text: str, random: Random) -> str:
    return "\n".join(
        line for line in text.split("\n") if not _is_label(line) or random.random() < 0.4
    )


def _doubled(text: str, random: Random) -> str:
    lines = []
    for line in text.split("\n"):
        lines += [line] * random.choice((1, 1, 1, 2, 3))
    return "\n".join(lines)


def _emptied(text: str, random: Random) -> str:
    """Labels keep their lines, what stands under them goes."""
    kept, after_label = [], False
    for line in text.split("\n"):
        if not (after_label and random.random() < 0.6):
            kept.append(line)
        after_label = _is_label(line)
    return "\n".join(kept)


def _joined(text: str, random: Random) -> str:
    return text + random.choice(("", " ", "\n", "\n\n\n")) + random.choice(BASES)


def _peppered(text: str, random: Random) -> str:
    for _ in range(random.randint(1, 30)):
        place = random.randrange(len(text) + 1)
        text = text[:place] + random.choice(_ODD) + text[place:]
    return text


def _cased(text: str, random: Random) -> str:
    change: Callable[[str], str] = random.choice((str.upper, str.lower, str.title, str.swapcase))
    if random.random() < 0.5:
        return change(text)
    return "".join(change(c) if random.random() < 0.1 else c for c in text)


def _squeezed(text: str, random: Random) -> str:
    """Blank lines go, some line ends and spaces too."""
    text = "\n".join(line for line in text.split("\n") if line.strip())
    return "".join("" if c.isspace() and random.random() < 0.05 else c for c in text)


def _mixed(text: str, random: Random) -> str:
    for change in random.sample(list(CHANGES.values())[:-1], 3):
        text = change(text, random) or "x"
    return text


CHANGES: Final[dict[str, Change]] = {
    "lines shuffled": _shuffled,
    "end cut off": _truncated,
    "beginning cut off": _beheaded,
    "labels dropped": _unlabelled,
    "lines doubled": _doubled,
    "values emptied": _emptied,
    "two joined": _joined,
    "odd characters": _peppered,
    "case changed": _cased,
    "blanks dropped": _squeezed,
    "three changes": _mixed,
}


def make_variants(name: str) -> list[str]:
    """Return the variants of one kind, as many as of each other kind, always the same."""
    changed: dict[str, None] = {}
    for number in range(9 * VARIANTS):
        random = Random(f"{name}/{number}")  # noqa: S311 - variants, no secrets
        text = CHANGES[name](BASES[number % len(BASES)], random)
        if text not in BASES:
            changed.setdefault(text)
        if len(changed) > VARIANTS // len(CHANGES):
            break
    return list(changed)


def read(text: str, lexicon: Lexicon) -> Extraction:
    """Return what is read from a text."""
    return extract_document(Document("any.txt", text, "0" * 64), lexicon)


def check_quotations(extraction: Extraction) -> None:
    """Every fact quotes words, within one passage."""
    text = extraction.document.text
    for fact in extraction.facts:
        assert text[fact.start : fact.end].strip(), fact
        assert any(p.start <= fact.start < fact.end <= p.end for p in extraction.passages), fact


def check_parties(extraction: Extraction) -> None:
    """The name of every organization stands in the text, word by word."""
    folded = fold(extraction.document.text).text
    for fact in extraction.facts:
        for node in (fact.subject, fact.value):
            if isinstance(node, Node) and node.kind in _PARTIES:
                assert node.label, fact
                assert node.label in folded, fact


def check_values(extraction: Extraction) -> None:
    """Counts stand on digits or number words, dates on their year."""
    for fact in extraction.facts:
        if not isinstance(fact.value, Value):
            continue
        words = fold(extraction.document.text[fact.start : fact.end]).text
        if fact.predicate == "countValue":
            check_count(fact, words)
            check_alone(extraction.document.text, fact)
        elif fact.value.datatype in _DATES:
            assert fact.value.lexical[:4] in words, fact


def check_count(fact: Fact, words: str) -> None:
    """A plain number is its own value; any other has digits or number words."""
    assert isinstance(fact.value, Value)
    if _PLAIN_NUMBER.match(words):
        assert int(words.replace(",", "").replace(" ", "")) == int(fact.value.lexical), fact
    else:
        assert any(c.isdigit() for c in words) or _NUMBER_WORDS.search(words), fact


def check_alone(text: str, fact: Fact) -> None:
    """The number is no part of a longer one ("00,000" of "1,00,000"); a raised digit is a note."""
    before, after = text[max(0, fact.start - 2) : fact.start], text[fact.end : fact.end + 2]
    assert not before[-1:].isdecimal(), fact
    assert not (before[-1:] in {",", "."} and before[:1].isdecimal()), fact
    assert not after[:1].isdecimal(), fact
    assert not (after[:1] in {",", "."} and after[1:].isdecimal()), fact


@pytest.mark.parametrize("name", CHANGES)
def test_a_spoilt_description_gives_no_invented_fact(name: str, lexicon: Lexicon) -> None:
    """Whatever a machine does to a page, what is read from it stands in it."""
    found = 0
    for text in make_variants(name):
        extraction = read(text, lexicon)
        check_quotations(extraction)
        check_parties(extraction)
        check_values(extraction)
        found += len(extraction.facts)
    assert found > VARIANTS // len(CHANGES)


def test_variants_are_many_and_differ() -> None:
    """Two thousand texts, hardly two the same, none of them a page as it was.

    Of the two seeds alone there are fewer: so often can they be cut.
    """
    texts = [text for name in CHANGES for text in make_variants(name)]
    assert len(texts) >= (VARIANTS if len(BASES) > 2 else VARIANTS // 2)
    assert len(set(texts)) > 0.98 * len(texts)
    assert set(texts).isdisjoint(BASES)


def test_no_variant_is_slow(lexicon: Lexicon) -> None:
    """A variant costs what its length costs; one that seems slow is measured again."""
    texts = [text for name in CHANGES for text in make_variants(name)[::4]]
    times = {text: _seconds(text, lexicon) / (len(text) + 1000) for text in texts}
    limit = _SLOWEST * median(times.values())
    slow = [text for text, seconds in times.items() if seconds > limit]
    again = {t: min(_seconds(t, lexicon) for _ in range(3)) / (len(t) + 1000) for t in slow}
    assert [text[:200] for text, seconds in again.items() if seconds > limit] == []


def _seconds(text: str, lexicon: Lexicon) -> float:
    start = process_time()
    read(text, lexicon)
    return process_time() - start


@pytest.fixture(scope="module")
def corpus() -> ModuleType:
    """The maker of descriptions for benchmarks, which is a script and no package."""
    path = ROOT / "benchmarks" / "corpus.py"
    spec = importlib.util.spec_from_file_location("corpus", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_made_descriptions_are_read_without_invention(corpus: ModuleType, lexicon: Lexicon) -> None:
    """The corpus of the benchmarks holds pages of all renderings, and all are read."""
    made = [corpus.make_description(number) for number in range(200)]
    assert made == [corpus.make_description(number) for number in range(200)]
    assert len(set(made)) == 200
    rendered = [sum("Payers:" in text for text in made), sum("\n" not in text for text in made)]
    assert min(rendered) > 10
    for text in made:
        extraction = read(text, lexicon)
        check_quotations(extraction)
        check_parties(extraction)
        check_values(extraction)
        assert extraction.facts


def test_made_descriptions_copy_no_page(corpus: ModuleType, shared: Path) -> None:
    """No run of seven words of a made description stands in the corpus or the seeds."""
    pages = [path.read_text("utf-8") for path in (shared / "corpus/documents").glob("*.txt")]
    assert len(pages) > 10
    known = {run for page in pages for run in _runs(page)}
    copied = {run for n in range(300) for run in _runs(corpus.make_description(n)) if run in known}
    assert copied == set()


def _runs(text: str, length: int = 7) -> list[tuple[str, ...]]:
    """Return the runs of words within lines, so that the fields of a page are no phrase."""
    found = []
    for line in text.lower().split("\n"):
        words = [word.strip('.,;:()“”"') for word in line.split()]
        found += [tuple(words[i : i + length]) for i in range(len(words) - length + 1)]
    return found


def test_a_corpus_is_written_as_made(corpus: ModuleType, tmp_path: Path) -> None:
    """As many files as asked for, with the bytes that were counted."""
    size = corpus.write_corpus(12, tmp_path, seed=3)
    files = sorted(tmp_path.rglob("*.txt"))
    assert [len(files), sum(file.stat().st_size for file in files)] == [12, size]
    assert files[5].read_text("utf-8") == corpus.make_description(5, seed=3)
