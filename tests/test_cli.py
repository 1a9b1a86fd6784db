import csv
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import tomllib
from collections import Counter
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from typer.testing import CliRunner, Result

from kg import __version__
from kg.assemble import publish_build
from kg.cli import app, making, options
from kg.cli.checking import LIBRARIES
from kg.pipeline import Graph
from kg.read import DEFAULT_LIMIT
from kg.terms import DEFAULT_BASE
from kg.validate import ValidationReport, Violation

from .command import ROOT, environment, kg
from .conftest import SEEDS

COMMANDS = (
    *("build", "compare", "diff", "doctor", "evaluate", "extract", "query", "show", "validate"),
)


@pytest.fixture(scope="session")
def built(seed_graph: Graph, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A build of the two seeds."""
    out = tmp_path_factory.mktemp("cli") / "build"
    publish_build(seed_graph, out)
    return out


def ask(*arguments: str | Path, data: bytes = b"") -> Result:
    """Return what a command does, without the start of a process."""
    return CliRunner().invoke(app, list(map(str, arguments)), input=data)


def test_without_a_command_help_goes_to_stderr() -> None:
    """Who types `kg` sees what there is; a script that does so has made a mistake."""
    result = kg()
    assert (result.returncode, result.stdout) == (2, b"")
    assert all(f"\n  {name} ".encode() in result.stderr for name in COMMANDS)


@pytest.mark.parametrize("option", ["-h", "--help"])
def test_help_goes_to_stdout(option: str) -> None:
    """Help that was asked for is data; it names the commands and the exit statuses."""
    result = kg(option)
    assert (result.returncode, result.stderr) == (0, b"")
    assert all(f"\n  {name} ".encode() in result.stdout for name in COMMANDS)
    assert b"Exit status: 0 ok, 1 a bug, 2 usage, 3 findings" in result.stdout
    assert b"..." not in result.stdout.partition(b"Commands:")[2]  # no sentence is cut off
    assert result.stdout.index(b"\n  build ") < result.stdout.index(b"\n  query ")


def test_every_command_has_help_with_an_example() -> None:
    """An example says more than a list of options."""
    assert {
        info.name or info.callback.__name__ for info in app.registered_commands if info.callback
    } >= {*COMMANDS}
    for name in COMMANDS:
        result = CliRunner().invoke(app, [name, "-h"])
        assert result.exit_code == 0
        assert f"Example: kg {name} " in result.stdout


def test_version() -> None:
    """The version is the package's."""
    result = kg("--version")
    assert (result.returncode, result.stdout.decode()) == (0, f"kg {__version__}\n")


MISTAKES = {
    ("biuld",): "Did you mean 'build'?",
    ("zzz",): "No such command 'zzz'",
    ("build", "--ouut", "x"): "--out",
    ("query",): "`kg query --list` names the questions",
    ("query", "x", "--format", "yaml"): "'yaml' is not one of",
    ("build", "seeds", "--max-bytes", "0"): "--max-bytes",
    ("build", "seeds", "--base", "example.org"): "absolute http(s) IRI",
    ("extract", "seeds", "--encoding", "zork"): "there is no text encoding 'zork'",
    ("query", "SELECT * { ?s ?p ?o }"): "kg query -",
    ("show",): "Missing argument 'THING'",
    ("compare",): "name two programs or more, or ask for --all",
    ("compare", "valley"): "name two programs or more, or ask for --all",
    ("compare", "valley", "loudoun", "--all"): "name two programs or more, or ask for --all",
    ("compare", "a", "b", "--only", "all"): "'all' is not one of",
    ("validate",): "Missing argument 'FILE",
}


@pytest.mark.parametrize("arguments", MISTAKES)
def test_a_mistake_is_explained_on_stderr(arguments: tuple[str, ...]) -> None:
    """Exit status 2, nothing on stdout, a hint; the hint is ASCII everywhere."""
    result = CliRunner().invoke(app, arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert MISTAKES[arguments] in " ".join(result.stderr.split())
    assert result.stderr.isascii()


def test_a_mistake_is_one_in_the_shell_too() -> None:
    """A process says the same, in the C locale too."""
    result = kg("biuld", env={"LC_ALL": "C"})
    assert (result.returncode, result.stdout) == (2, b"")
    assert "Did you mean 'build'?" in result.stderr.decode("ascii")


def test_unknown_names_get_suggestions(built: Path) -> None:
    """A name that is nearly right is put right."""
    for arguments, hint in (
        (("query", "effective-dats"), "did you mean effective-dates"),
        (("show", "Cigma"), "did you mean cigna"),
        (("show", "qqqq"), "nothing is called 'qqqq'"),
        (("compare", "valley", "loudon"), "did you mean loudoun"),
        (("compare", "valley", "qqqq"), "no program is called 'qqqq'"),
    ):
        result = ask(*arguments, "--build", built)
        assert (result.exit_code, result.stdout_bytes) == (2, b"")
        assert hint.lower() in result.stderr.lower()


def test_a_missing_build_is_unreadable_input(tmp_path: Path) -> None:
    """The message says how to make one."""
    for arguments in (("query", "effective-dates"), ("show", "Cigna"), ("compare", "a", "b")):
        result = ask(*arguments, "--build", tmp_path / "none")
        assert (result.exit_code, result.stdout_bytes) == (4, b"")
        assert "none: no build is here; run `kg build` first" in result.stderr


def test_query_formats_are_what_they_say(built: Path) -> None:
    """Standard output holds the result alone, whatever the format."""
    outputs = {}
    for form in ("json", "csv", "tsv", "xml", "table"):
        result = ask("query", "effective-dates", "--format", form, "--build", built)
        assert (result.exit_code, result.stderr) == (0, "")
        outputs[form] = result.stdout
    rows = json.loads(outputs["json"])["results"]["bindings"]
    assert {row["effectiveDate"]["value"] for row in rows} == {"2013-07-01", "2013-10-01"}
    assert len(list(csv.DictReader(io.StringIO(outputs["csv"])))) == 2
    assert outputs["tsv"].startswith("?program\t")
    assert outputs["xml"].startswith("<?xml")
    assert "Valley Preferred" in outputs["table"]


def test_a_query_comes_from_a_file_or_standard_input(built: Path, tmp_path: Path) -> None:
    """A byte order mark and Windows line ends do not matter."""
    text = "SELECT ?label\r\nWHERE { ?s a acp:Payer ; rdfs:label ?label }\r\n"
    (tmp_path / "payers.rq").write_bytes(text.encode("utf-8-sig"))
    form = ("--format", "csv", "--build", built)
    results = [
        ask("query", tmp_path / "payers.rq", *form),
        ask("query", "-", *form, data=text.encode()),
    ]
    for result in results:
        assert (result.exit_code, result.stderr) == (0, "")
        assert result.stdout.split() == ["label", "Cigna"]


def test_a_query_that_is_no_sparql_is_refused(built: Path, tmp_path: Path) -> None:
    """Bytes that are no text and text that is no query end in one line."""
    bad = ask("query", "-", "--build", built, data=b"\xff\xfe\x00")
    assert (bad.exit_code, bad.stdout) == (4, "")
    assert bad.stderr == "kg: error: standard input:1: it is not UTF-8 text\n"
    missing = ask("query", tmp_path / "none.rq", "--build", built)
    assert (missing.exit_code, missing.stderr.count("\n")) == (4, 1)
    wrong = ask("query", "-", "--build", built, data=b"SELECT * {")
    assert wrong.exit_code in {2, 4}
    assert wrong.stderr.startswith("kg: error: ")


def test_a_file_does_not_hide_a_named_question(
    built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What happens to lie in the working directory does not change a named question."""
    (tmp_path / "effective-dates").write_text("not SPARQL")
    monkeypatch.chdir(tmp_path)
    result = ask("query", "effective-dates", "--build", built)
    assert (result.exit_code, result.stderr) == (0, "")


def test_show_prints_facts_with_quotations(built: Path) -> None:
    """Every fact stands over the words that it rests on."""
    result = kg("show", "Valley Preferred", "--build", built)
    said = " ".join(result.stdout.decode().split())
    assert (result.returncode, result.stderr) == (0, b"")
    assert "Valley Preferred" in said
    assert "“approximately 5,500 individuals" in said
    assert "000_9b51a3162d223c6e.txt" in said
    as_json = ask("show", "Valley Preferred", "--format", "json", "--build", built)
    assert json.loads(as_json.stdout)


def test_show_asks_which_of_two_things(built: Path) -> None:
    """One name of several things is a question back, with an IRI for each; an IRI answers it."""
    result = kg("show", "registered nurse", "--build", built)
    if result.returncode == 0:  # the label means one thing at present
        result = kg("show", "case manager", "--build", built)
    assert (result.returncode, result.stdout) == (2, b"")
    said = result.stderr.decode()
    assert "names 3 things" in said or "names 2 things" in said
    iri = said.split("<", 1)[1].split(">", 1)[0]
    assert kg("show", iri, "--build", built).returncode == 0


def test_compare_lays_programs_side_by_side(built: Path) -> None:
    """Named by slug, part of a name or file, in every format; the result alone is on stdout."""
    names = ("cigna-cac-valley-preferred", "Loudoun")
    outputs = {}
    for form in ("table", "csv", "json", "html"):
        result = ask("compare", *names, "--format", form, "--build", built)
        assert (result.exit_code, result.stderr) == (0, "")
        outputs[form] = result.stdout
    assert "“over 200 Loudoun Medical" in outputs["table"]
    assert len(list(csv.DictReader(io.StringIO(outputs["csv"])))) > 90
    assert json.loads(outputs["json"])["counts"]["different"] == 39
    assert outputs["html"].startswith("<!doctype html>")
    everything = ask("compare", "--all", "--format", "json", "--build", built)
    assert json.loads(everything.stdout)["counts"]["different"] == 39


def test_compare_prints_only_what_is_asked_for(built: Path) -> None:
    """Differences, wordings and what is shared can be had apart or together."""
    for only, verdicts in (
        (["differences"], {"different"}),
        (["wordings", "shared"], {"reworded", "same"}),
    ):
        options = [word for choice in only for word in ("--only", choice)]
        result = ask("compare", "--all", *options, "--format", "json", "--build", built)
        assert {row["verdict"] for row in json.loads(result.stdout)["rows"]} == verdicts


def test_compare_asks_which_of_two_programs(built: Path) -> None:
    """A part of several names lists them; two names of one program are a mistake."""
    result = ask("compare", "cigna", "loudoun", "--build", built)
    assert (result.exit_code, result.stdout_bytes) == (2, b"")
    assert "cigna-cac-loudoun-medical-group, cigna-cac-valley-preferred" in result.stderr
    result = ask("compare", "valley", "Valley Preferred", "--build", built)
    assert (result.exit_code, result.stdout_bytes) == (2, b"")
    assert "'valley' and 'Valley Preferred' are the same program" in result.stderr


def test_a_build_of_ours_conforms(built: Path) -> None:
    """Facts and evidence, taken together, break no shape."""
    result = kg("validate", built / "graph.ttl", built / "evidence.ttl")
    assert (result.returncode, result.stderr) == (0, b""), result.stdout.decode()
    assert result.stdout == b"Everything conforms.\n"


def test_findings_in_foreign_data_end_in_status_3(tmp_path: Path) -> None:
    """Data that can be read but breaks a shape is a finding, and JSON when asked for."""
    path = tmp_path / "bad.ttl"
    path.write_text("<https://example.org/p> a <https://w3id.org/acp/ontology#Program> .\n")
    result = kg("validate", path, "--format", "json")
    assert (result.returncode, result.stderr) == (3, b"")
    assert json.loads(result.stdout)["conforms"] is False


def test_malformed_turtle_is_unreadable_with_its_place(tmp_path: Path) -> None:
    """The message names file, line and column."""
    path = tmp_path / "bad.ttl"
    path.write_text('@prefix a: <https://example.org/> .\na:one a:two "three\n')
    result = kg("validate", path)
    assert (result.returncode, result.stdout) == (4, b"")
    assert f"kg: error: {path}:2:".encode() in result.stderr
    assert b"Traceback" not in result.stderr


def test_extract_scores_full_marks_on_the_seeds(shared: Path, tmp_path: Path) -> None:
    """Against the gold records of the seeds, every field has F1 1.0."""
    gold = tmp_path / "gold"
    gold.mkdir()
    records = sorted((shared / "corpus" / "gold").glob("00*.json"))
    for path in records:
        shutil.copy(path, gold)
    (tmp_path / "predicted.jsonl").write_bytes(kg("extract", SEEDS).stdout)
    score = subprocess.run(
        [
            *(sys.executable, shared / "tools" / "score.py"),
            *(gold, tmp_path / "predicted.jsonl", "--min-f1", "1.0"),
        ],
        capture_output=True,
        check=False,
    )
    assert score.returncode == 0, score.stdout.decode()
    assert len(records) == 2


@pytest.mark.parametrize("arguments", [["extract", "seeds"], ["query", "--list"], ["--help"]])
def test_a_closed_pipe_is_quiet(arguments: list[str]) -> None:
    """`| head -1` ends a command without a word."""
    process = subprocess.Popen(
        [sys.executable, "-m", "kg", *arguments],
        cwd=ROOT,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    with process.stderr:
        assert process.stderr.read() == b""
    assert process.wait(30) in {0, 1}


@pytest.mark.parametrize(
    ("redirection", "status", "said"),
    [
        (">/dev/full", 5, b"kg: error: standard output cannot be written"),
        (">&-", 5, b"kg: error: standard output is closed"),
        ("2>&- >/dev/null", 0, b""),
    ],
)
def test_streams_that_do_not_take_output(redirection: str, status: int, said: bytes) -> None:
    """A full disk or a closed stream ends in one line, never in a traceback."""
    result = subprocess.run(
        ["/bin/sh", "-c", f"'{sys.executable}' -m kg extract seeds {redirection}"],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        check=False,
    )
    assert result.returncode == status
    assert result.stderr.startswith(said)
    assert b"Traceback" not in result.stderr


def test_errors_survive_a_closed_stderr(tmp_path: Path) -> None:
    """Nobody reads the message; the status stays."""
    result = subprocess.run(
        ["/bin/sh", "-c", f"'{sys.executable}' -m kg extract '{tmp_path}/none' 2>&-"],
        env=environment(),
        capture_output=True,
        check=False,
    )
    assert (result.returncode, result.stdout) == (4, b"")


def test_an_interrupted_build_leaves_the_old_one(built: Path, tmp_path: Path) -> None:
    """Ctrl-C while files are written: status 130, the old build whole, nothing left beside it."""
    out = tmp_path / "build"
    shutil.copytree(built, out)
    before = {path.name: path.read_bytes() for path in out.iterdir() if path.is_file()}
    # A shell that starts us in the background makes children deaf to Ctrl-C; this one listens.
    listen = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
    process = subprocess.Popen(
        [
            *(sys.executable, "-c", listen + "from kg.cli import main; main()"),
            *("build", SEEDS, "--out", out, "--again"),
        ],
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    deadline = time.monotonic() + 30
    while not list(tmp_path.glob(".kg-build-*.new")) and time.monotonic() < deadline:
        time.sleep(0.005)
    process.send_signal(signal.SIGINT)
    output, said = process.communicate(timeout=30)
    assert (process.returncode, output) == (130, b"")
    assert said.endswith(b"kg: interrupted; nothing was published\n")
    assert b"Traceback" not in said
    assert {path.name: path.read_bytes() for path in out.iterdir() if path.is_file()} == before
    assert [path.name for path in tmp_path.iterdir()] == ["build"]


TERMINALS = (
    {"NO_COLOR": "1", "COLUMNS": "40", "CI": "true"},
    {"TERM": "dumb", "PYTHONIOENCODING": "ascii"},
    {"LC_ALL": "C", "HOME": ""},
)


def test_output_does_not_depend_on_the_terminal(built: Path) -> None:
    """In a pipe there are no colours, and the same bytes whatever the terminal and locale."""
    show = ("show", "Loudoun Medical Group", "--build", built)
    plain = kg(*show, env={"TERM": "xterm-256color", "COLORTERM": "truecolor"})
    assert (plain.returncode, plain.stderr, b"\x1b" in plain.stdout) == (0, b"", False)
    assert "“" in plain.stdout.decode()
    for terminal in TERMINALS:
        assert kg(*show, env=terminal).stdout == plain.stdout
    listed = [kg("query", "--list", env=terminal).stdout for terminal in TERMINALS]
    assert listed[1:] == listed[:-1]


@pytest.mark.parametrize(
    "env", [{"LC_ALL": "C"}, {"LC_ALL": "", "LANG": "C"}, {"PYTHONIOENCODING": "ascii"}]
)
def test_messages_are_ascii_where_the_locale_is(env: dict[str, str], tmp_path: Path) -> None:
    """Typographic signs become plain ones, other characters escapes."""
    path = tmp_path / "“Café”.txt"
    path.write_bytes(b"\0")
    result = kg("extract", path, env=env)
    assert result.returncode == 3
    said = result.stderr.decode("ascii")
    assert '"Caf\\xe9".txt: it is not text (it holds NUL bytes); save it as plain text' in said


def test_messages_are_utf_8_where_the_locale_is(tmp_path: Path) -> None:
    """A name is shown as it is, except what could act on a terminal."""
    path = tmp_path / "Café\x1b[2J.txt"
    path.write_bytes(b"\0")
    assert "/Café\\x1b[2J.txt: " not in (said := kg("extract", path).stderr.decode())
    assert "Café\\x1b[2J.txt: it is not text" in said


def test_doctor_finds_a_whole_installation() -> None:
    """Every library and file that is needed is there; status 0."""
    result = kg("doctor", "--format", "json")
    assert (result.returncode, result.stderr) == (0, b"")
    checks = {check["name"]: check for check in json.loads(result.stdout)}
    assert checks["accountable-care-kg"]["found"] == __version__
    assert {*LIBRARIES} <= {*checks}
    assert [check for check in checks.values() if check["needed"] and not check["found"]] == []
    assert {"Chromium", "Java", "Spark"} == {n for n, c in checks.items() if not c["needed"]}


def test_doctor_finds_what_is_missing(tmp_path: Path) -> None:
    """A copy without its shapes is reported, with what to do; status 3."""
    for folder in ("kg", "ontology"):
        shutil.copytree(
            ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__", "data")
        )
    result = kg("doctor", env={"PYTHONPATH": str(tmp_path), "PATH": ""}, cwd=tmp_path)
    assert (result.returncode, result.stderr) == (3, b"")
    lines = {line.split("  ", 1)[0]: line for line in result.stdout.decode().splitlines()}
    assert lines["shapes/acp-shapes.ttl"].endswith("MISSING; install kg again")
    assert lines["Chromium"].endswith("absent (optional)")
    assert not lines["ontology/acp.ttl"].endswith("again")


def test_doctor_knows_every_library() -> None:
    """The list is the one that the package declares."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    declared = {canonicalize_name(Requirement(line).name) for line in project["dependencies"]}
    assert {canonicalize_name(name) for name in LIBRARIES} == declared


def test_defaults_are_the_librarys() -> None:
    """Commands repeat two defaults, because importing them would slow down every start."""
    assert (options.DEFAULT_BASE, options.DEFAULT_LIMIT) == (DEFAULT_BASE, DEFAULT_LIMIT)


def test_a_deleted_working_directory_is_no_problem(built: Path, tmp_path: Path) -> None:
    """Commands with absolute paths do not need a working directory."""
    gone = tmp_path / "gone"
    ask = f"'{sys.executable}' -m kg query effective-dates --build '{built}'"
    script = f"cd '{gone}' && rmdir '{gone}' && {ask}"
    gone.mkdir()
    result = subprocess.run(
        ["/bin/sh", "-c", script], env=environment(), capture_output=True, check=False
    )
    assert result.returncode == 0, result.stderr.decode()


def test_standard_output_of_a_build_is_empty(tmp_path: Path) -> None:
    """What a person reads while a build runs is no data."""
    result = ask("build", SEEDS, "--out", tmp_path / "build")
    assert (result.exit_code, result.stdout) == (0, ""), result.stderr
    assert result.stderr.startswith("2 documents, ")
    assert os.listdir(tmp_path) == ["build"]  # noqa: PTH208 - names alone


@pytest.mark.parametrize(("violations", "told"), [(0, 0), (20, 20), (1300, 20)])
def test_a_terminal_is_told_of_some_violations_and_how_many_more(
    violations: int, told: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """Twenty lines are read, thirteen hundred are not; warnings are counted beside the rest."""
    kinds = [*["Violation"] * violations, "Warning"]
    found = tuple(Violation("ex:a", None, None, kind, "is wrong", "ex:s", ()) for kind in kinds)
    making._report_violations(ValidationReport(found, (), Counter(kinds)))
    *lines, last = capsys.readouterr().err.splitlines()
    assert lines == ["kg: violation: ex:a: is wrong"] * told
    more = f"{violations - told:,} more violations and " if violations > told else ""
    assert last == f"kg: {more}1 warning; see report.html, and for all of many report.json"
