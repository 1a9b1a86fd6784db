"""Measure how fast records become triples, beside morph-kgc, which maps the same records from JSON.

Ours is the mapping of `kg build` in one process: facts and evidence, with their IRIs, sorted.
morph-kgc is given each value and each quotation of the records as a row of JSON, so that it has
nothing to look up, and an RML mapping with one triple for a value and eight for a quotation. It is
installed into a temporary folder. CPU time of either; that of morph-kgc with its start.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from corpus import write_corpus

from kg.lines import make_lines
from kg.pipeline import BuildOptions, Reading, map_reading, read_sources

SIZES: Final = (100, 1_000)
MORPH: Final = "morph-kgc==2.10.0"
QUOTED: Final = ("document", "field", "start", "end", "quotation", "rule", "basis")
"""What is said of a quotation, besides its type."""

RML: Final = """\
@prefix rr: <http://www.w3.org/ns/r2rml#> .
@prefix rml: <http://semweb.mmlab.be/ns/rml#> .
@prefix ql: <http://semweb.mmlab.be/ns/ql#> .
@prefix acp: <https://w3id.org/acp/ontology#> .
<#Values> rml:logicalSource [
    rml:source "values.json" ; rml:referenceFormulation ql:JSONPath ; rml:iterator "$[*]" ] ;
  rr:subjectMap [ rr:template "https://w3id.org/acp/id/program_{slug}" ] ;
  rr:predicateObjectMap [
    rr:predicateMap [ rr:template "https://w3id.org/acp/ontology#{field}" ] ;
    rr:objectMap [ rml:reference "value" ] ] .
<#Quotations> rml:logicalSource [
    rml:source "quotations.json" ; rml:referenceFormulation ql:JSONPath ; rml:iterator "$[*]" ] ;
  rr:subjectMap [ rr:template "https://w3id.org/acp/id/quotation_{id}" ; rr:class acp:Quotation ]
"""


def main() -> None:
    """Print a line for each size and each mapper."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("sizes", nargs="*", type=int, default=SIZES)
    given = parser.parse_args()
    print("| documents | mapper | triples | s of CPU | µs a triple | to ours |")
    print("|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        python = install(Path(folder, "venv"))
        for size in given.sizes:
            work = Path(folder, str(size))
            write_corpus(size, work / "corpus")
            reading = read_sources([work / "corpus"], BuildOptions())
            ours = map_ours(reading)
            print_line(size, "ours", ours, ours)
            write_rows(reading, work)
            print_line(size, MORPH, map_theirs(python, work), ours)


def install(folder: Path) -> Path:
    """Install morph-kgc into a folder of its own; return the Python that has it."""
    venv.create(folder, with_pip=True)
    python = folder / "bin" / "python"
    quiet = ("--quiet", "--disable-pip-version-check", "--no-input")
    subprocess.run([python, "-m", "pip", "install", *quiet, MORPH], check=True)
    return python


def map_ours(reading: Reading) -> tuple[int, float]:
    """Return the number of triples, and the seconds that it takes to make and sort them."""
    started = time.process_time()
    contents = map_reading(reading, BuildOptions())
    count = sum(1 for part in (contents.facts, contents.evidence) for _ in make_lines(part).lines())
    return count, time.process_time() - started


def write_rows(reading: Reading, folder: Path) -> None:
    """Write the values and the quotations of all records as two tables of JSON."""
    records = list(reading.records())
    (folder / "values.json").write_text(json.dumps(list(value_rows(records))), "utf-8")
    (folder / "quotations.json").write_text(json.dumps(list(quotation_rows(records))), "utf-8")


def value_rows(records: list[dict[str, Any]]) -> Iterator[dict[str, str]]:
    """Yield each value of each record."""
    for record in records:
        for field, found in record.items():
            values = found if isinstance(found, list) else [found]
            for value in values if field != "evidence" else ():
                parts = value if isinstance(value, dict) else {"": value}
                for part, text in parts.items():
                    if text is not None:
                        row = {"slug": record["slug"], "field": field + part.title()}
                        yield {**row, "value": str(text)}


def quotation_rows(records: list[dict[str, Any]]) -> Iterator[dict[str, str]]:
    """Yield each quotation of each record, with the field that rests on it."""
    for record in records:
        for field, quotations in record["evidence"].items():
            for number, quotation in enumerate(quotations):
                identity = f"{record['slug']}_{field}_{number}"
                row = {"id": identity, "document": record["document"], "field": field, **quotation}
                yield {name: str(row[name]) for name in ("id", *QUOTED)}


def map_theirs(python: Path, folder: Path) -> tuple[int, float]:
    """Return how many triples morph-kgc makes of the rows, and in how many seconds."""
    said = "".join(
        f";\n  rr:predicateObjectMap [ rr:predicate acp:{name} ; "
        f'rr:objectMap [ rml:reference "{name}" ] ]'
        for name in QUOTED
    )
    (folder / "mapping.ttl").write_text(f"{RML}{said} .\n", "utf-8")
    (folder / "config.ini").write_text(
        "[CONFIGURATION]\noutput_file: out.nt\nnumber_of_processes: 1\nlogging_level: ERROR\n"
        "[RECORDS]\nmappings: mapping.ttl\n"
    )
    command = [str(python), "-m", "morph_kgc", "config.ini"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log)
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit((folder / "log").read_text("utf-8", errors="replace")[-2000:])
    with (folder / "out.nt").open("rb") as file:
        return sum(1 for _ in file), usage.ru_utime + usage.ru_stime


def print_line(size: int, name: str, found: tuple[int, float], ours: tuple[int, float]) -> None:
    """Print how long a triple takes, and how much longer than ours."""
    count, seconds = found
    each = seconds / count * 1e6
    ratio = each / (ours[1] / ours[0] * 1e6)
    print(
        f"| {size:,} | {name} | {count:,} | {seconds:.2f} | {each:.1f} | {ratio:.1f} |", flush=True
    )


if __name__ == "__main__":
    main()
