"""What docs/serving.md shows and tells is what the service does."""

import inspect
import re
import shlex
from urllib.parse import quote, urlsplit

import pytest

from kg.cli import serving as command
from kg.guard import MAX_DEPTH, MAX_LENGTH, MAX_OPERATORS, MAX_PATTERNS
from kg.serve.faults import STATUS
from kg.serve.formats import GRAPHS, ROWS
from kg.serve.limits import Limits
from tests.conftest import ROOT

from .live import Live

TEXT = (ROOT / "docs" / "serving.md").read_text("utf-8")
_BLOCK = re.compile(
    r"^```console\n\$ (?P<command>.+?)\n(?P<output>.*?)^```$", re.MULTILINE | re.DOTALL
)
BLOCKS = tuple(_BLOCK.finditer(TEXT))


def curl(line: str, service: Live) -> str:
    """Do what a command line of curl would, as far as the page uses it."""
    program, silent, address, *words = shlex.split(line)
    assert (program, silent) == ("curl", "-s")
    fields = []
    for option, value in zip(words[::2], words[1::2], strict=True):
        name, _, text = value.partition("=")
        assert option in {"-d", "--data-urlencode"}
        fields.append(f"{name}={text if option == '-d' else quote(text)}")
    reply = service.request(
        "POST" if fields else "GET",
        urlsplit(address).path,
        headers={"Content-Type": "application/x-www-form-urlencoded"} if fields else {},
        body="&".join(fields).encode() if fields else None,
    )
    return reply.text


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block["command"][-30:])
def test_every_command_shows_what_it_prints(block: re.Match[str], live: Live) -> None:
    """The commands of the page, asked of the seeds, give what stands below them."""
    printed = curl(block["command"], live).replace("\r\n", "\n")
    assert block["output"].rstrip("\n") == printed.rstrip("\n")


def test_the_page_has_commands() -> None:
    """The test above is not over nothing."""
    assert len(BLOCKS) == 3


def test_the_limits_are_those_of_the_library() -> None:
    """Every default in the table is the default."""
    limits = Limits(workers=4)
    told = {line.split(" | ")[0].strip("| "): line.split(" | ")[1] for line in _table("| limit |")}
    expected = {
        "time to work out an answer": f"{limits.seconds:g} s",
        "memory, beyond what the dataset takes": f"{limits.megabytes} MB",
        "time that the client lets the service wait, in all": f"{limits.send_seconds:g} s",
        "queries at a time": f"at least {limits.workers}",
        "queries of one client at a time": "one less than that",
        "queries waiting": f"{limits.queue} ",
        "waiting for a worker": f"{limits.queue_seconds:g} s",
        "characters in a query, bytes in a request's body": f"{MAX_LENGTH:,}",
        "brackets inside one another": f"{MAX_DEPTH}",
        "brackets and operators": f"{MAX_OPERATORS:,}",
        "triple patterns": f"{MAX_PATTERNS}",
        "bytes of a request's line and headers": f"{limits.head:,}",
        "time for a request to arrive, or for a response to move on": (
            f"{limits.request_seconds:g} s"
        ),
        "bytes of one answer of a store elsewhere (`--backend`)": f"{limits.answer >> 30} GB",
        "connections": f"{limits.connections:,}",
        "remembered answers": f"{limits.cache >> 20} MB",
    }
    assert told.keys() == expected.keys()
    assert {name: value in told[name] for name, value in expected.items()} == dict.fromkeys(
        expected, True
    )
    assert limits.body == MAX_LENGTH
    assert (limits.share, limits.waiting_share) == (limits.workers - 1, limits.queue / 2)


def test_the_outcomes_are_those_of_the_library() -> None:
    """The table has every fault with its status."""
    told = {}
    for line in _table("| outcome |"):
        names, status, _ = line.strip("| ").split(" | ")
        told.update(dict.fromkeys(re.findall(r"`(\w+)`", names), int(status)))
    assert told == STATUS


def test_every_page_of_the_site_is_there(live: Live) -> None:
    """Each path of the table of pages answers, with an example for what it leaves open."""
    found = {"/id/…": "/id/org_cigna", "/vocab/…": "/vocab/condition_obesity"}
    found |= {
        "/search?q=": "/search?q=cigna",
        "/describe?iri=": "/describe?iri=https%3A%2F%2Fw3id.org%2Facp%2Fid%2Forg_cigna",
    }
    rows = _table("| path | shows |")
    paths = [path for row in rows for path in re.findall(r"`([^`]+)`", row.split(" | ")[0])]
    assert len(paths) >= 15
    replies = {path: live.request("GET", found.get(path, path)).status for path in paths}
    assert set(replies.values()) == {200}, replies


def test_every_option_and_format_is_told() -> None:
    """No option of the command is left out, and none is invented."""
    options = {
        f"--{name.replace('_', '-')}" for name in inspect.signature(command.serve).parameters
    }
    told = set(re.findall(r"--[a-z][a-z-]+", TEXT)) - {"--data-urlencode", "--out", "--to"}
    assert told == options - {"--sources", "--port"}
    for name in (*ROWS, *GRAPHS):
        assert f"`{name}`" in TEXT or f"format={name}" in TEXT


def _table(head: str) -> list[str]:
    """Return the rows of the table that begins with a line."""
    lines = TEXT[TEXT.index(head) :].partition("\n\n")[0].splitlines()
    return lines[2:]
