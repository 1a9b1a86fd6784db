"""Measure inference: how much it adds to a graph and to the time of making one, as that grows.

CPU time of one core, on descriptions that `corpus.py` makes; all figures of one run.
"""

import argparse
import tempfile
from pathlib import Path
from time import process_time
from typing import Final

from corpus import write_corpus

from kg.infer import infer
from kg.mapping import ALIGNMENTS_FILE
from kg.pipeline import AXIOMS_FILE, BuildOptions, make_graph, read_sources
from kg.resources import read_resource

SIZES: Final = (20, 200)


def main() -> None:
    """Print one line for each number of documents."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", type=int, nargs="*", default=SIZES, metavar="N")
    print("documents    triples  inferred  share us/triple x making")
    for size in parser.parse_args().sizes:
        with tempfile.TemporaryDirectory() as folder:
            write_corpus(size, Path(folder), 0)
            measure(size, Path(folder))


def measure(size: int, folder: Path) -> None:
    """Print how long inference takes beside reading, mapping and validating the same texts."""
    options = BuildOptions()
    started = process_time()
    contents = make_graph(read_sources([folder], options), options).contents
    made = process_time() - started
    triples = (*contents.facts, *contents.evidence)
    others = (read_resource(ALIGNMENTS_FILE), read_resource(AXIOMS_FILE))
    started = process_time()
    inferred = infer(triples, (contents.ontology, contents.vocabulary, *others))
    taken = process_time() - started
    print(
        f"{size:>9,} {len(triples):>10,} {len(inferred):>9,} {len(inferred) / len(triples):>6.1%}"
        f" {taken / len(triples) * 1e6:>9.1f} {taken / made:>8.3f}"
    )


if __name__ == "__main__":
    main()
