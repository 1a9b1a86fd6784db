"""Measure reading: its speed, its memory, one re2 pass over the same texts, hostile texts.

All in one run; `--large` adds 100,000 documents. Times are CPU time of one core. The hostile part
gives, for each stage and each rule, the worst of many texts of 10 kB.
"""

import argparse
import json
import platform
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from importlib.metadata import version
from pathlib import Path
from time import process_time
from typing import Any, Final, TypeVar

import re2
from corpus import make_description, write_corpus

from kg.extract import RULES, extract_document, read_page, rules_for
from kg.extract.page import Page
from kg.extract.rule import Rule
from kg.fold import fold
from kg.lexicon import Lexicon, make_lexicon, read_vocabulary
from kg.records import Document
from kg.resources import read_resource

T = TypeVar("T")

SIZES: Final = (100, 1_000, 10_000)
LARGE: Final = 100_000
KILOBYTE: Final = 1024
HOSTILE_SIZE: Final = 10_000
TARGET: Final = 10.0
"""Milliseconds that each rule may take for a hostile text of 10 kB."""
RATIO_TARGET: Final = 20.0

TEXTS: Final[Mapping[str, str]] = {
    "A": "A",
    "digits": "9",
    "colons": ":",
    "nested brackets": "[",
    "full stops": ". ",
    "quotes": '"',
    "parentheses": "(",
    "months": "January ",
    "dates": "in 2012 ",
    "number words": "two hundred thousand ",
    "counts": "500 people ",
    "names": "Acme Health ",
    "names and": "Cigna and ",
    "line ends": "\n",
    "short lines": "a\n",
    "glued": "x.Y",
    "hyphens": "a-",
    "commas": "a, ",
    "money": "$4 ",
    "marks": "e\u0301",
    "odd blanks": "\xa0a",
}
"""What each hostile text repeats; every rule gets its own examples besides."""


def main() -> None:
    """Print all tables, or, as a child of itself, measure one size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--large", action="store_true", help=f"also {LARGE:,} documents")
    parser.add_argument("--measure", type=int, metavar="N", help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.measure is not None:
        print(json.dumps(measure(arguments.measure)))
        return
    machine = f"{platform.machine()}, Python {platform.python_version()}"
    print(f"extraction: {machine}, google-re2 {version('google-re2')}")
    print_speed((*SIZES, LARGE) if arguments.large else SIZES)
    print_command(SIZES[:2])
    print_ratio()
    print_hostile()


def our_lexicon() -> Lexicon:
    """Return the lexicon of our vocabulary."""
    return make_lexicon(read_vocabulary(read_resource("ontology/vocabulary.ttl")))


def documents(count: int) -> Iterator[Document]:
    """Yield made descriptions, one at a time."""
    for number in range(count):
        yield Document(f"{number:06}.txt", make_description(number), f"{number:064x}")


def measure(count: int) -> dict[str, float]:
    """Read documents one after another, keeping none; the making of them is not counted."""
    lexicon = our_lexicon()
    seconds, size, facts = 0.0, 0, 0
    for document in documents(count):
        start = process_time()
        extraction = extract_document(document, lexicon)
        seconds += process_time() - start
        size += len(document.text.encode())
        facts += len(extraction.facts)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KILOBYTE
    return {"seconds": seconds, "bytes": size, "facts": facts, "megabytes": peak}


def print_speed(sizes: Iterable[int]) -> None:
    """Each size in a process of its own, so that its peak of memory is its own."""
    print(
        f"\n{'documents':>10} {'a second':>9} {'µs/kB':>7} {'facts':>10} {'peak MB':>8} {'flat':>5}"
    )
    first = 0.0
    for count in sizes:
        found = json.loads(_output([sys.executable, __file__, "--measure", str(count)]))
        each = found["seconds"] / found["bytes"] * KILOBYTE * 1e6
        first = first or each
        print(
            f"{count:>10,} {count / found['seconds']:>9,.0f} {each:>7,.0f} {found['facts']:>10,}"
            f" {found['megabytes']:>8,.0f} {each / first:>5.2f}"
        )


def print_command(sizes: Iterable[int]) -> None:
    """`kg extract` on a folder, start-up included, and what each further document costs it."""
    print(f"\n{'kg extract':>10} {'CPU s':>9} {'peak MB':>8} {'kB a document':>14}")
    earlier: tuple[int, float] | None = None
    for count in sizes:
        with tempfile.TemporaryDirectory() as folder:
            write_corpus(count, Path(folder))
            seconds, peak = _run([sys.executable, "-m", "kg", "extract", folder])
        each = ""
        if earlier:
            each = f"{(peak - earlier[1]) * KILOBYTE / (count - earlier[0]):,.0f}"
        earlier = count, peak
        print(f"{count:>10,} {seconds:>9.1f} {peak:>8,.0f} {each:>14}")


def _run(command: list[str]) -> tuple[float, float]:
    """Return CPU seconds and peak megabytes of a command, measured by a process between."""
    script = (
        "import resource as r, subprocess as s, sys;"
        "s.run(sys.argv[1:], stdout=s.DEVNULL, stderr=s.DEVNULL, check=True);"
        "u = r.getrusage(r.RUSAGE_CHILDREN);"
        "print(u.ru_utime + u.ru_stime, u.ru_maxrss)"
    )
    seconds, kilobytes = _output([sys.executable, "-c", script, *command]).split()
    return float(seconds), float(kilobytes) / KILOBYTE


def _output(command: list[str]) -> str:
    root = Path(__file__).resolve().parents[1]
    found = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True, cwd=root)
    return found.stdout


def print_ratio(count: int = 300) -> None:
    """Compare extraction with one re2 pass that finds what it begins from, document by document."""
    lexicon = our_lexicon()
    pattern = scan_pattern(lexicon)
    texts = list(documents(count))
    scan = best(lambda: [sum(1 for _ in pattern.finditer(d.text)) for d in texts])
    nothing = scan_pattern(lexicon, after=r"\x00")
    bare = best(lambda: [nothing.search(d.text) for d in texts])
    ours = best(lambda: [extract_document(d, lexicon) for d in texts])
    matches = sum(1 for d in texts for _ in pattern.finditer(d.text))
    print(
        f"\none re2 pass (labels, numbers, money, names; {matches / count:.0f} matches a document)"
    )
    print(f"{scan / count * 1e6:>10,.0f} µs a document,", end=" ")
    print(f"{bare / count * 1e6:,.0f} of them in re2 (the same pattern where it cannot match)")
    print(f"{ours / count * 1e6:>10,.0f} µs for extraction: {ours / scan:.1f} times", end=" ")
    print(f"(target {RATIO_TARGET:.0f})")


def scan_pattern(lexicon: Lexicon, after: str = "") -> Any:
    """Return one pattern with every label of the vocabulary, numbers, money and names."""
    labels = sorted(lexicon.vocabulary.wordings, key=lambda label: (-len(label), label))
    words = "|".join(re2.escape(label.partition("…")[0].strip()) for label in labels)
    options = re2.Options()
    options.max_mem = 256 << 20
    return re2.compile(
        rf"(?:(?i:\b(?:{words})\b)|\$?[0-9][0-9,.]*|[A-Z][a-z]+(?: [A-Z][a-z]+)*){after}", options
    )


def best(work: Callable[[], object], runs: int = 3) -> float:
    """Return the CPU seconds of the run least disturbed."""
    return min(timed(work)[1] for _ in range(runs))


def hostile_texts() -> dict[str, str]:
    """Return the hostile texts, each of the same size."""
    texts = {name: repeated(unit) for name, unit in TEXTS.items()}
    half = HOSTILE_SIZE // 2
    return texts | {"nested brackets": "[" * half + "]" * half}


def repeated(unit: str, size: int = HOSTILE_SIZE) -> str:
    """Return a text repeated to a size."""
    return (unit * (size // len(unit) + 1))[:size]


def print_hostile() -> None:
    """Print the worst text for each stage and for each rule, worst first."""
    worst: dict[str, tuple[float, str]] = {}
    lexicon = our_lexicon()
    texts = hostile_texts()
    own = {f"{rule.name} examples": repeated(" ".join(rule.finds) + " ") for rule in RULES}
    for name, text in (texts | own).items():
        for field in ("Description", "Payment Model", "Payers", ""):
            for stage, seconds in stage_times(lexicon, hostile_document(text, field)):
                slower = seconds, f"{name} under {field or 'no label'}"
                worst[stage] = max(worst.get(stage, (0.0, "")), slower)
    rules = {rule.name for rule in RULES}
    for title, wanted in (("stage", False), ("rule", True)):
        print(f"\n{title:<28} {'ms/10 kB':>9}  worst text")
        for stage, (seconds, name) in sorted(worst.items(), key=lambda item: -item[1][0]):
            if (stage in rules) == wanted:
                over = " > target" if seconds * 1000 > TARGET else ""
                print(f"{stage:<28} {seconds * 1000:>9.2f}  {name}{over}")


def hostile_document(text: str, field: str) -> Document:
    """Return a description that holds a text under a label, or as all there is."""
    label = f"{field}:\n" if field else ""
    head = (
        f"Acme Health Medical Home Program - Elm Medical Group\n\nPayers:\nAcme Health\n{label}\n"
    )
    return Document("hostile.txt", head + text if field else text, "0" * 64)


def stage_times(lexicon: Lexicon, document: Document) -> Iterator[tuple[str, float]]:
    """Yield the time of each stage and of each rule apart."""
    yield "fold", timed(lambda: fold(document.text))[1]
    page, seconds = timed(lambda: read_page(document, lexicon))
    yield "page", seconds
    yield "whole extraction", timed(lambda: extract_document(document, lexicon))[1]
    for rule in RULES:
        yield rule.name, timed(partial(run_rule, rule, page))[1]


def timed(work: Callable[[], T]) -> tuple[T, float]:
    """Return what some work gives and its CPU seconds."""
    start = process_time()
    result = work()
    return result, process_time() - start


def run_rule(rule: Rule, page: Page) -> int:
    """Run one rule over a page as extraction does; return how much it finds."""
    return sum(1 for unit in page.units if rule in rules_for(unit) for _ in rule.read(page, unit))


if __name__ == "__main__":
    main()
