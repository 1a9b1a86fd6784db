"""Tests of the ontology by ROBOT, the tool that OBO ontologies are released with.

`make robot` fetches it. Its report knows definitions by OBO's own property, so each
`skos:definition` is handed to it under that name.
"""

import csv
import os
import shutil
import subprocess
from collections import Counter
from pathlib import Path
from typing import Final

import pytest
from pyoxigraph import RdfFormat, Triple, serialize

from kg.terms import OWL, RDF, SKOS
from tests.conftest import ROOT
from tests.outside import need, need_java
from tests.reasoner import read_model

JARS: Final = ROOT / "tests" / "java" / "robot" / "target" / "lib"
ONTOLOGY: Final = ROOT / "ontology"
SKOS_DEFINITION: Final = "http://www.w3.org/2004/02/skos/core#definition"
OBO_DEFINITION: Final = "http://purl.obolibrary.org/obo/IAO_0000115"

EXPLAINED: Final = {
    # Parts of a program are of no class that another vocabulary has; see alignments.ttl.
    "missing_superclass": 15,
}
"""What the report may say, how often, and why it is right as it is."""


@pytest.fixture(scope="module", autouse=True)
def _robot() -> None:
    need_java()
    need("ROBOT: run `make robot`", is_there=any(JARS.glob("robot-command-*.jar")))


def robot(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Return what ROBOT did."""
    java = shutil.which("java")
    assert java is not None
    main = "org.obolibrary.robot.CommandLineInterface"
    return subprocess.run(
        [java, "-cp", f"{JARS}{os.sep}*", main, *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def inputs(*paths: Path) -> list[str | Path]:
    """Return the arguments that name files to merge."""
    return [part for path in paths for part in ("--input", path)]


def profile_of(folder: Path, *paths: Path) -> tuple[int, str]:
    """Return whether ROBOT takes files together for OWL 2 DL, and what it says."""
    out = folder / "profile.txt"
    done = robot("merge", *inputs(*paths), "validate-profile", "--profile", "DL", "--output", out)
    return done.returncode, out.read_text() if out.exists() else done.stdout + done.stderr


def report_of(folder: Path, path: Path) -> list[dict[str, str]]:
    """Return the lines of ROBOT's report, with its default profile of queries."""
    out = folder / "report.tsv"
    renamed = ("rename", "--input", path, "--mapping", SKOS_DEFINITION, OBO_DEFINITION)
    done = robot(*renamed, "report", "--output", out, "--fail-on", "none")
    assert done.returncode == 0, done.stdout + done.stderr
    with out.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter="\t"))


@pytest.mark.parametrize(
    "names",
    [("acp",), ("axioms",), ("acp", "axioms"), ("acp", "axioms", "alignments")],
    ids=" ".join,
)
def test_the_files_are_owl_2_dl(names: tuple[str, ...], tmp_path: Path) -> None:
    """The ontology alone, and with others' axioms and the alignments, keeps to OWL 2 DL."""
    status, said = profile_of(tmp_path, *(ONTOLOGY / f"{name}.ttl" for name in names))
    assert (status, "in profile]" in said) == (0, True), said


def test_the_vocabulary_is_owl_2_dl(tmp_path: Path) -> None:
    """So is all of it together, once the labels and mappings of SKOS are declared.

    SKOS itself declares them, and the vocabulary leaves that to it.
    """
    triples = read_model("acp", "axioms", "alignments", "vocabulary")
    text = serialize(dict.fromkeys(triples), format=RdfFormat.N_TRIPLES)
    assert text is not None
    labels = ("prefLabel", "altLabel", "hiddenLabel", "notation", "exactMatch")
    declared = [Triple(SKOS[name], RDF.type, OWL.AnnotationProperty) for name in labels]
    declared.append(Triple(SKOS.narrower, RDF.type, OWL.ObjectProperty))
    whole = tmp_path / "whole.ttl"
    whole.write_bytes(text + (serialize(declared, format=RdfFormat.N_TRIPLES) or b""))
    status, said = profile_of(tmp_path, whole)
    assert (status, "in profile]" in said) == (0, True), said[:2000]


def test_the_report_has_no_error_and_no_warning(tmp_path: Path) -> None:
    """Of the queries that ROBOT runs by default none finds an error, and the rest is explained."""
    found = report_of(tmp_path, ONTOLOGY / "acp.ttl")
    assert {line["Level"] for line in found} <= {"INFO"}
    assert Counter(line["Rule Name"] for line in found) == EXPLAINED


FAULTS: Final = {
    "missing_label": ('    rdfs:label "has partner"@en ;\n', ""),
    "duplicate_label": ('rdfs:label "has payer"@en', 'rdfs:label "payer"@en'),
    "missing_definition": ('    skos:definition "Position claimed, 1 for first."@en ;\n', ""),
    "label_whitespace": ('rdfs:label "has phase"@en', 'rdfs:label "has phase "@en'),
    "missing_ontology_license": ("dcterms:license <", "dcterms:source <"),
}


def test_the_report_finds_faults(tmp_path: Path) -> None:
    """The report can fail: each fault planted in the ontology is found by its own query."""
    text = (ONTOLOGY / "acp.ttl").read_text("utf-8")
    for old, new in FAULTS.values():
        assert text.count(old) == 1
        text = text.replace(old, new)
    bad = tmp_path / "bad.ttl"
    bad.write_text(text, "utf-8")
    found = {line["Rule Name"] for line in report_of(tmp_path, bad)}
    assert found - EXPLAINED.keys() == FAULTS.keys()


def test_the_profile_finds_a_fault(tmp_path: Path) -> None:
    """The check of the profile can fail: a transitive property may not be functional."""
    text = (ONTOLOGY / "acp.ttl").read_text("utf-8")
    bad = tmp_path / "bad.ttl"
    bad.write_text(f"{text}\nacp:withinPlace a owl:FunctionalProperty .\n", "utf-8")
    status, said = profile_of(tmp_path, bad)
    assert status != 0
    assert "withinPlace" in said
